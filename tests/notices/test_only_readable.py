"""Whatever people follow, and whoever may read what: no mail, no feed and no look at My Cupboard shows what its reader
can't read, another's address, one that was hidden, or what somebody does not show of their profile; and of what they
can read and follow nothing is left out."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cupboard import instance
from cupboard.days import today
from cupboard.following.private import Private
from cupboard.notices.as_person import as_person
from cupboard.people import contacts
from tests.conftest import set_acl
from tests.following.doing import begin, change, write_page
from tests.mailserver import html_of, text_of
from tests.notices.test_digest import ADDRESSES, page_of

READERS = ("alice", "buyer1", "editor1")
CASES = tuple(f"CaseStudies/case-{number}" for number in range(4))
SECTIONS = ("contracts", "contracts/food", "contracts/energy")
ACLS = (
    "Known:read,write All:read",
    "All:read",
    "Known:read",
    "All:",
    "alice:read,write",
    "CupboardEditorsGroup:read -buyer1:read All:read",
    "-alice:read Known:read",
    "buyer1:read All:",
)

FEEDS = ("/+cupboard/browse.atom", "/+cupboard/browse.atom?term=contracts", *(f"/+feed/atom/{name}" for name in CASES))

follows = st.sets(st.sampled_from([*CASES, *(f"tags::{one}" for one in SECTIONS), "nameprefix::CaseStudies", "search"]))
rounds = st.fixed_dictionaries({
    "follows": st.fixed_dictionaries({name: follows for name in READERS}),
    "acls": st.fixed_dictionaries({name: st.sampled_from(ACLS) for name in CASES}),
    "changes": st.lists(st.tuples(st.sampled_from(CASES), st.sampled_from((*READERS, "")),
                                  st.sampled_from(["result", "contact_email", "Impact"])), max_size=6),
    "late": st.dictionaries(st.sampled_from(CASES), st.sampled_from(ACLS), max_size=2),
    "discussed": st.sets(st.sampled_from(CASES), max_size=1),
})


def test_mail_and_my_cupboard_hold_what_their_reader_may_read_and_all_of_it(
    seeded_app, seeded, send, mail, clock, person
):
    ids = {name: person(name) for name in READERS}
    browsers = {name: seeded_app.test_client().sign_in(name) for name in READERS}
    pages, number = {}, [0]

    def secret():
        number[0] += 1
        return f"secret{number[0]:04}x"

    told = {}
    for index, name in enumerate(CASES):
        told[name] = {secret()}
        begin(seeded_app, name, f"Title {next(iter(told[name]))}", [SECTIONS[index % 3]], by="admin")
        pages[name] = page_of(seeded_app, name)
    for name in READERS:
        browsers[name].post("/+cupboard/searches", data={"name": "All", "search": "q=title"})
        pages[name] = page_of(seeded_app, f"users/{name}/searches/All")

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rounds)
    def one_week(round_):
        mail.taken.clear()
        clock.forward(8 * 86400)
        for name in CASES:
            set_acl(seeded_app, name, round_["acls"][name])
        subscribed = {}
        for name in READERS:
            subscribed[name] = {
                pages.get(one, pages[name] if one == "search" else one) for one in round_["follows"][name]
            }
            _subscribe(seeded_app, Private(seeded), name, ids[name], subscribed[name])
        clock.forward(120)
        fresh = {}
        for case, by, field in round_["changes"]:
            word = secret()
            told[case].add(word)
            if field == "Impact":
                change(seeded_app, case, by=by, sections={"Impact": f"It was {word}."})
            elif field == "result":
                change(seeded_app, case, by=by, result=f"Came to {word}, ask buyer1@example.org")
            else:
                change(seeded_app, case, by=by, contact_email=f"{word}@example.org", contact_name=f"Jo {word}")
            fresh.setdefault(case, []).append((by, field, word))
            clock.forward(2)
        for case in round_["discussed"]:
            word = secret()
            told[case].add(word)
            write_page(seeded_app, f"{case}/Discussion", f"What of {word}?", by="admin")
        for case, acl in round_["late"].items():
            set_acl(seeded_app, case, acl)
        clock.forward(120)
        send("weekly")
        with seeded_app.test_request_context("/"):
            seeded_app.preprocess_request()
            contacts.put_aside(today())
        for name in READERS:
            address = ADDRESSES[name]
            messages = mail.of(address)
            assert len(messages) <= 1
            shown = "".join(one.as_string() + text_of(one) + html_of(one) for one in messages)
            mine = "".join(browsers[name].get(f"/+cupboard/{page}").text for page in ("mine", "mine.csv"))
            looked = mine + "".join(browsers[name].get(page).text for page in FEEDS)
            for other in set(ADDRESSES.values()) - {address}:
                # where it stands on the page itself it is in the page's feed
                assert other not in shown and other not in mine, (name, other)
            with as_person(seeded_app, ids[name]) as account:
                readable = {case for case in CASES if account.may.read(case)}
            for case in CASES:
                for word in told[case]:
                    if case not in readable:
                        assert word not in shown and word not in looked, (name, case)
                    assert f"{word}@" not in shown + looked and f"Jo {word}" not in shown + looked
            for case, changed in fresh.items():
                followed = _follows(round_["follows"][name], case)
                others = [one for one in changed if one[0] != name]
                if followed and case in readable and others:
                    assert f"/{case}\n" in shown, (name, case)
                if not followed:
                    assert not any(word in shown for _, _, word in changed)

    one_week()


ANSWERS = ("name", "organisation", "role", "looking_for", "about")
OF_ALICE = ("users/alice", "users/alice/members", "users/alice/profile")
profiles = st.lists(st.fixed_dictionaries({
    "shown_to": st.sampled_from(["nobody", "members", "public"]),
    "members_see": st.sets(st.sampled_from(ANSWERS)),
    "public_sees": st.sets(st.sampled_from(ANSWERS)),
}), min_size=1, max_size=3)


def test_no_mail_and_no_look_at_my_cupboard_shows_what_its_owner_hid_in_a_profile(
    seeded_app, seeded, send, mail, clock, person
):
    readers = ("buyer1", "editor1")
    ids = {name: person(name) for name in readers}
    owner = seeded_app.test_client().sign_in("alice")
    browsers = {name: seeded_app.test_client().sign_in(name) for name in readers}
    number, told = [0], []

    def save(shown):
        answers = {}
        for field in ANSWERS:
            number[0] += 1
            answers[field] = f"hidden{number[0]:04x}x"
        told.append((shown, answers))
        base = owner.get("/+cupboard/profile").text.partition('name="edit.base" value="')[2].partition('"')[0]
        form = {**answers, **shown, "members_see": sorted(shown["members_see"]),
                "public_sees": sorted(shown["public_sees"]), "edit.base": base}
        assert owner.post("/+cupboard/profile", data=form).status_code == 303

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.explicit, Phase.generate])
    @given(profiles, st.booleans())
    def one_week(versions, leaves):
        mail.taken.clear()
        clock.forward(8 * 86400)
        pages = []
        with instance.inside(seeded_app) as storage:
            for name in OF_ALICE:
                item = storage.get_item(namespace="users", name_exact=name.partition("/")[2])
                pages += [f"itemid:{item.itemid}"] if item else []
        for name in readers:
            follows = {*pages, "nameprefix:users:alice", "nameprefix::Case"}
            _subscribe(seeded_app, Private(seeded), name, ids[name], follows)
        clock.forward(120)
        for shown in versions:
            save(shown)
            clock.forward(2)
        word, answers = f"result{number[0]}", told[-1][1]
        change(seeded_app, "CaseStudies/phw-office-furniture", by="alice", result=f"Came to {word}")
        if leaves:
            owner.post("/+cupboard/profile/remove")
        clock.forward(120)
        send("weekly")
        shown, _ = told[-1]
        for name in readers:
            mails = mail.of(ADDRESSES[name])
            assert len(mails) == 1, name
            text = mails[0].as_string() + text_of(mails[0]) + html_of(mails[0])
            looked = "".join(browsers[name].get(f"/+cupboard/{page}").text
                             for page in ("mine", "mine.csv", "people", "people/like-me"))
            looked += "".join(browsers[name].get(f"/+feed/atom{page}").text for page in (f"/{one}" for one in OF_ALICE))
            assert word in text and ADDRESSES["alice"] not in text + looked
            may = set() if leaves or shown["shown_to"] == "nobody" else shown["members_see"] | (
                shown["public_sees"] if shown["shown_to"] == "public" else set())
            for _, earlier in told:
                for field, answer in earlier.items():
                    if answer != answers[field] or field not in may:
                        assert answer not in text and answer not in looked, (name, field)
            assert may.isdisjoint({"name"}) or answers["name"] in looked, "what is shown is found"

    one_week()


def _follows(chosen, case):
    section = SECTIONS[CASES.index(case) % 3]
    return bool({case, "nameprefix::CaseStudies", "search", "tags::contracts", f"tags::{section}"} & chosen)


def _subscribe(app, store, name, itemid, subscriptions):
    from moin import user

    with instance.inside(app):
        account = user.User(auth_username=name)
        account.profile["subscriptions"] = sorted(subscriptions)
        account.save(force=True)
    store.tidy(itemid, ())
    for one in subscriptions:
        store.add(itemid, one)
