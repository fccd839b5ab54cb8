"""Random wikis, the same for the same seed: namespaces, several names, renames, trash, ACLs, tags, users with
subscriptions, unusual Unicode, overwritten and destroyed revisions."""

from __future__ import annotations

import io
import random

SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
# Words whose stems differ, so that stemming finds what exact words find.
WORDS = []
UNUSUAL = [
    "Straße", "Éire", "naïve", "ΑΒΓ", "日本語", "ﬁne", "İstanbul", "a\u0301b", "x_y", "3.14", "O'Brien", "100%",
    "[list]",
    "emoji😀", "emoji", "zero\u200bwidth", "Ω", "ǅ", "🦊", "ß", "v1.2.3", "C++", "under_score", "A&B",
]
NAMESPACES = ["", "users", "help-en"]
ACLS = [
    "All:read", "alice:read,write,create All:", "EditorGroup:read,write All:read", "Known:read,write", "buyer1:admin",
]
TAGS = ["food", "school meals", "Energy", "energy", "über", "low-carbon", "a,b", "template"]
CONTENTTYPES = [
    "text/x.moin.wiki;charset=utf-8",
    "text/plain;charset=utf-8",
    "text/x-markdown;charset=utf-8",
    "video/mp4",
    "image/svg+xml",
    "image/jpeg",
    "text/csv;charset=utf-8",
]


def vocabulary(seed=0):
    if not WORDS:
        chance = random.Random(seed)
        seen = set()
        while len(WORDS) < 400:
            word = "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4))) + chance.choice("bdgkmnptxz")
            if word not in seen:
                seen.add(word)
                WORDS.append(word)
    return WORDS


class RandomWiki:
    """Fills a wiki with revisions.

    :param storage: the indexing middleware to store through
    """

    def __init__(self, storage, seed):
        self.storage = storage
        self.chance = random.Random(seed)
        self.clock = 1_000_000_000
        self.items = {}
        self.users = []
        self.names = []
        vocabulary()

    def text(self, length):
        chance = self.chance
        words = [chance.choice(WORDS[: 1 + int(chance.expovariate(1 / 120)) % len(WORDS)]) for _ in range(length)]
        for _ in range(length // 25):
            word = chance.choice(UNUSUAL + ["the", "of", "with", "Hello.World"])
            words.insert(chance.randrange(len(words) + 1), word)
        return " ".join(word.capitalize() if chance.random() < 0.1 else word for word in words)

    def name(self):
        chance = self.chance
        if self.names and chance.random() < 0.3:
            return chance.choice(self.names) + "/" + chance.choice(WORDS + UNUSUAL)
        style = chance.random()
        if style < 0.4:
            return "".join(word.capitalize() for word in chance.sample(WORDS, 2))
        if style < 0.7:
            return " ".join(chance.sample(WORDS, chance.randint(1, 3)))
        return chance.choice(WORDS) + " " + chance.choice(UNUSUAL)

    def user(self, number):
        name = f"user{number}"
        subscriptions = [f"name::{self.chance.choice(self.names or ['Home'])}", f"tags::{self.chance.choice(TAGS)}"]
        subscriptions += [f"namere::{self.chance.choice(WORDS)}.*", f"nameprefix:users:{self.chance.choice(WORDS)}"]
        meta = {
            "name": [name],
            "namespace": "userprofiles",
            "contenttype": "application/x.moin.userprofile",
            "itemtype": "userprofile",
            "email": f"{name}@example.org",
            "mailto_author": self.chance.random() < 0.5,
            "disabled": self.chance.random() < 0.1,
            "locale": self.chance.choice(["en", "de"]),
            "subscriptions": self.chance.sample(subscriptions, 2),
        }
        item = self._store(None, meta, b"")
        self.users.append(item)
        return item

    def _store(self, itemid, meta, data):
        self.clock += self.chance.randint(1, 5000)
        meta = {**meta, "mtime": self.clock, "address": "192.0.2.1", "action": "SAVE"}
        if self.users and "userid" not in meta:
            meta["userid"] = self.chance.choice(self.users)
        if itemid:
            item = self.storage.get_item(itemid=itemid)
            meta["itemid"] = itemid
        else:
            item = self.storage.get_item(name_exact="no such page", namespace=meta["namespace"])
        asked = dict(meta)
        rev = item.store_revision(meta, io.BytesIO(data), trusted=True, return_rev=True)
        rev.close()
        known = self.items.setdefault(meta["itemid"], {"revids": []})
        known["meta"] = asked
        known["revids"].append(rev.revid)
        return meta["itemid"]

    def page_meta(self):
        chance = self.chance
        names = [self.name() for _ in range(1 if chance.random() < 0.8 else chance.randint(2, 3))]
        names = [name for name in dict.fromkeys(names) if name not in self.names] or [f"Page {self.clock}"]
        self.names.extend(names)
        meta = {
            "name": names,
            "namespace": chance.choice(NAMESPACES),
            "contenttype": chance.choice(CONTENTTYPES),
            "itemtype": chance.choice(["default"] * 5 + ["blog", "blogentry", "ticket"]),
            "tags": chance.sample(TAGS, chance.choice([0, 0, 1, 2, 3])),
            "summary": self.text(chance.randint(0, 8)),
            "comment": self.text(chance.randint(0, 4)),
            "itemlinks": chance.sample(self.names, min(len(self.names), chance.randint(0, 4))),
            "itemtransclusions": chance.sample(self.names, min(len(self.names), chance.randint(0, 2))),
        }
        if chance.random() < 0.2:
            meta["acl"] = chance.choice(ACLS)
        if meta["itemtype"] == "ticket":
            meta.update(effort=chance.randint(1, 5), severity=chance.randint(1, 5), closed=chance.random() < 0.5)
            if self.users:
                meta["assigned_to"] = chance.choice(self.users)
        if meta["itemtype"] == "blogentry" and chance.random() < 0.7:
            meta["ptime"] = self.clock + chance.randint(-10000, 10000)
        if chance.random() < 0.1:
            meta.update(colour_keyword="red, dark blue", weight_numeric=chance.randint(0, 9), note_text=self.text(5))
        return meta

    def step(self):
        """One thing that people do to a wiki."""
        chance = self.chance
        pages = [itemid for itemid in self.items if itemid not in self.users]
        what = chance.random()
        if what < 0.45 or not pages:
            self._store(None, {**self.page_meta(), "rev_number": 1}, self.content())
            return
        itemid = chance.choice(pages)
        known = self.items[itemid]
        before = known["meta"]
        number = before.get("rev_number", 1) + 1
        meta = {**before, "rev_number": number, "parentid": known["revids"][-1]}
        meta.pop("trash", None)
        if what < 0.75:
            self._store(itemid, meta, self.content())
        elif what < 0.83:
            meta["name"] = [self.name()]
            self.names.extend(meta["name"])
            self._store(itemid, meta, self.content())
        elif what < 0.90:
            old = meta["name"] or meta.get("name_old", [])
            self._store(itemid, {**meta, "name": [], "name_old": old, "trash": True, "tags": []}, b"")
        elif what < 0.95 and len(known["revids"]) > 1:
            self._destroy(itemid, chance.choice(known["revids"]))
        elif what < 0.97:
            self._destroy(itemid, None)
        else:
            revid = chance.choice(known["revids"])
            item = self.storage.get_item(itemid=itemid)
            with item[revid] as rev:
                meta = {**rev.meta, "comment": "overwritten " + self.text(3)}
            # the data is another, so are these
            del meta["size"], meta["sha1"]
            item.store_revision(meta, io.BytesIO(self.content()), overwrite=True, trusted=True)

    def _destroy(self, itemid, revid):
        item = self.storage.get_item(itemid=itemid)
        if revid is None:
            item.destroy_all_revisions()
            del self.items[itemid]
            return
        item.destroy_revision(revid)
        self.items[itemid]["revids"].remove(revid)

    def content(self):
        return self.text(self.chance.randint(0, 80)).encode()

    def fill(self, steps, users=5):
        for number in range(users):
            self.user(number)
        for _ in range(steps):
            self.step()
