"""The same wiki in Whoosh and in our index: every method of the middleware, and every shape of query that Moin builds,
answers the same.

``CUPBOARD_INDEX_REVISIONS=10000`` compares a large wiki; without it, one of some hundred revisions.
"""

from __future__ import annotations

import datetime
import gc
import itertools
import os
import unicodedata

import pytest
from moin._tests import wikiconfig
from moin.constants.keys import ALL_REVS, LATEST_META, LATEST_REVS
from moin.storage.middleware import indexing
from whoosh import sorting
from whoosh.query import (
    And,
    AndMaybe,
    AndNot,
    DateRange,
    Every,
    FuzzyTerm,
    Not,
    NumericRange,
    Or,
    Phrase,
    Prefix,
    Regex,
    Term,
    TermRange,
    Wildcard,
)
from whoosh.reading import TermNotFound

import cupboard.index
from tests.index.conftest import make_app, request_of
from tests.index.randomwiki import NAMESPACES, TAGS, UNUSUAL, WORDS, RandomWiki, vocabulary

REVISIONS = int(os.environ.get("CUPBOARD_INDEX_REVISIONS", "60"))
INDEXES = [LATEST_REVS, ALL_REVS, LATEST_META]
DEFAULT_FIELDS = ["names", "namengram", "tags", "summary", "summaryngram", "content", "contentngram", "comment"]
WhooshIndexing = indexing.IndexingMiddleware


class Mirrored:
    """Our middleware, which tells a Whoosh one of all that is written."""

    def __init__(self, ours, whoosh):
        self.ours, self.whoosh = ours, whoosh
        index, remove = ours.index_revision, ours.remove_revision

        def index_revision(meta, content, backend_name, async_=True, force_latest=True):
            whoosh.index_revision(dict(meta), content, backend_name, False, force_latest)
            index(meta, content, backend_name, async_, force_latest)

        def remove_revision(revid, async_=True):
            whoosh.remove_revision(revid, False)
            remove(revid, async_)

        ours.index_revision, ours.remove_revision = index_revision, remove_revision


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """(our middleware, Whoosh's) of the same wiki, inside a request."""
    folder = tmp_path_factory.mktemp("differential")
    cupboard.index.install()
    try:
        app = make_app(folder)
    finally:
        cupboard.index.uninstall()
    with request_of(app) as ours:
        whoosh = WhooshIndexing(
            ("FileStorage", (str(folder / "whoosh"),), {}),
            ours.backend.backend,
            acl_rights_contents=wikiconfig.Config.acl_rights_contents,
        )
        whoosh.create()
        whoosh.open()
        small = REVISIONS <= 1000
        if small:
            Mirrored(ours, whoosh)
        with pytest.MonkeyPatch.context() as patch:
            # Moin collects garbage at each save, to have Whoosh's files closed: most of the time of a large fill
            patch.setattr(gc, "collect", lambda *args: 0)
            RandomWiki(ours, seed=REVISIONS).fill(REVISIONS, users=5 if small else 100)
        if not small:
            # both from the store: Moin itself converts links of a new revision otherwise than those of a stored one
            ours.rebuild()
            whoosh.rebuild()
            whoosh.close()
            whoosh.open()
        yield ours, whoosh


def plain(doc):
    return {name: tuple(value) if isinstance(value, list) else value for name, value in dict(doc).items()}


def by_revid(docs):
    return {doc["revid"]: plain(doc) for doc in docs}


def found(storage, q, idx_name, **kw):
    return [doc["revid"] for doc in storage.search_meta(q, idx_name=idx_name, **{"limit": None, **kw})]


def assert_same(both, q, idx_name):
    ours, whoosh = both
    try:
        if isinstance(q, Not):
            # Whoosh's matcher for it sometimes gives one revision that does match what is negated
            expected = set(found(whoosh, Every(), idx_name)) - set(found(whoosh, q.query, idx_name))
        else:
            expected = set(found(whoosh, q, idx_name))
    except (TermNotFound, KeyError):
        # Whoosh can't look for a pattern in a field that the index has not; we say that nothing is found there
        found(ours, q, idx_name)
        return 0
    got = found(ours, q, idx_name)
    assert set(got) == expected, f"{idx_name}: {q!r}"
    assert len(got) == len(expected)
    assert ours.search_results_size(q, idx_name=idx_name) == len(expected)
    return len(expected)


@pytest.mark.parametrize("idx_name", INDEXES)
def test_the_documents_are_those_of_whoosh(both, idx_name):
    ours, whoosh = both
    expected = by_revid(whoosh._documents(idx_name))
    assert by_revid(ours._documents(idx_name)) == expected
    assert len(expected) > 25
    assert ours.ix[idx_name].searcher().doc_count() == len(expected)


@pytest.mark.parametrize("idx_name", INDEXES)
def test_a_dump_is_that_of_whoosh(both, idx_name):
    ours, whoosh = both

    def dumped(storage):
        return sorted(repr([(name, value) for name, value in doc]) for doc in storage.dump(idx_name=idx_name))

    assert dumped(ours) == dumped(whoosh)


def test_each_revision_is_found_by_its_ids_and_names(both):
    ours, whoosh = both
    docs = list(itertools.islice(whoosh._documents(LATEST_REVS), 300))
    for doc in docs:
        assert plain(ours.get_document(doc["revid"])) == plain(doc)
        assert ours.get_item(itemid=doc["itemid"]).itemid == doc["itemid"]
        assert ours._document(short=True, itemid=doc["itemid"]) == whoosh._document(short=True, itemid=doc["itemid"])
        revids = {rev.revid for rev in whoosh.get_item(itemid=doc["itemid"]).iter_revs()}
        assert {rev.revid for rev in ours.get_item(itemid=doc["itemid"]).iter_revs()} == revids
        for name in doc["name"]:
            query = {"name_exact": name, "namespace": doc["namespace"]}
            for idx_name in INDEXES:
                assert by_revid(ours._documents(idx_name, **query)) == by_revid(whoosh._documents(idx_name, **query))
            # two items may have the same name; each index has its own idea of which comes first
            assert plain(ours._document(**query)) in by_revid(whoosh._documents(**query)).values()
            full = f"{doc['namespace']}/{name}" if doc["namespace"] else name
            assert ours.has_item(full) and whoosh.has_item(full)
            assert ours[full].parentids == whoosh[full].parentids
            assert ours[full].fqname == whoosh[full].fqname
    for name in ("no such page", "@itemid/none"):
        assert ours.has_item(name) == whoosh.has_item(name)
    with pytest.raises(KeyError):
        ours.get_document("none")


def exact_queries(docs):
    """The shapes that Moin's own code builds, with values from the wiki."""
    names = [name for doc in docs for name in doc["name"]][::7] + ["no such name"]
    users = sorted({doc["userid"] for doc in docs if "userid" in doc})[:3]
    revids = [doc["revid"] for doc in docs][::23]
    mtimes = sorted(doc["mtime"] for doc in docs)
    middle = mtimes[len(mtimes) // 2]
    yield Every()
    yield Every("name_exact")
    yield Every("tags")
    for namespace in [*NAMESPACES, "userprofiles", "none"]:
        yield Term("namespace", namespace)
        yield Not(Term("namespace", namespace))
        yield And([Term("namespace", namespace), Term("has_tag", True)])
        yield And([Term("namespace", namespace), Or([Prefix("name_exact", prefix) for prefix in ("B", "z", "user")])])
        yield Term("namespace", namespace) & Prefix("name_exact", "")
    for name in names:
        yield Term("name_exact", name)
        yield Term("name", name)
        yield And([Term("name_exact", name), Term("namespace", "")])
        yield And([Or([Term("name", name), Term("name", "other")]), Term("namespace", "users")])
        yield And([Term("name", name), Not(Term("itemid", docs[0]["itemid"]))])
        yield Or([Term("itemlinks", name), Term("itemtransclusions", name)])
        yield Prefix("name_exact", name + "/")
        yield Prefix("name_exact", name[:2]) | Prefix("name_exact", name[:2].swapcase())
        yield Prefix("name_old", name[:2])
        yield Or([Term("name_exact", name), Prefix("name_exact", name + "/")])
        yield Term("name_old", name)
        yield Term("name_sort", name.lower())
    for revid in revids:
        yield Term("revid", revid)
        yield Prefix("revid", revid[:2])
        yield Term("parentid", revid)
    for doc in docs[::29]:
        yield Term("itemid", doc["itemid"])
        yield Prefix("itemid", doc["itemid"][:1])
        yield Term("dataid", doc.get("dataid", ""))
        yield Term("size", doc["size"])
        yield And([Term("itemid", doc["itemid"]), DateRange("mtime", start=middle, end=None)])
        yield Term("mtime", doc["mtime"])
    for user in users:
        yield Term("userid", user)
        yield Prefix("userid", user[:3])
        yield Term("assigned_to", user)
        either = Or([Term("tags", "food"), Term("assigned_to", user)])
        yield And([Term("itemtype", "ticket"), Term("closed", False), either])
    for tag in [*TAGS, "dark blue", "no such tag"]:
        yield Term("tags", tag)
        yield And([Term("tags", tag), Term("namespace", "")])
        yield And([Term("itemtype", "blogentry"), Prefix("name_exact", "B"), Term("tags", tag)])
    for value in (True, False, "true", "no"):
        yield Term("trash", value)
        yield Term("closed", value)
        yield Not(Term("trash", value))
    yield And([Not(Term("namespace", "userprofiles")), Not(Term("trash", True))])
    yield And([Term("trash", True), Term("namespace", "")])
    for itemtype in ("default", "ticket", "blog", "userprofile", "none"):
        yield Term("itemtype", itemtype)
    for contenttype in (
        "text/x.moin.wiki;charset=utf-8", "moinwiki", "wiki", "text", "jpg", "svg", "xml", "charset=utf-8",
        "application/x.moin.userprofile", "image",
    ):
        yield Term("contenttype", contenttype)
    for right in ("All:+read", "alice:+write", "EditorGroup:+read", "All:-write"):
        yield Term("acl", right)
    for number in range(0, 6):
        yield Term("effort", number)
        yield Term("severity", str(number))
        yield NumericRange("effort", number, None)
        yield NumericRange("effort", None, number, endexcl=True)
        yield NumericRange("weight_numeric", number, number + 2, startexcl=True)
        yield Term("rev_number", number)
        yield NumericRange("rev_number", 2, number)
    yield Term("effort", "no number")
    yield NumericRange("size", 100, 300)
    yield DateRange("mtime", start=middle, end=None)
    yield DateRange("mtime", start=None, end=middle)
    yield DateRange("mtime", start=middle, end=mtimes[-1], endexcl=True)
    yield DateRange("ptime", start=middle, end=None)
    yield DateRange("mtime", start=datetime.datetime(1990, 1, 1), end=datetime.datetime(1991, 1, 1))
    for word in UNUSUAL + WORDS[:5]:
        yield Term("name_exact", word)
        yield Prefix("name_exact", word)
        if unicodedata.normalize("NFD", word) == word and "\u0301" not in word:
            # the full text is indifferent to accents, Whoosh is not
            yield Term("names", word.lower())
    yield Term("colour_keyword", "red")
    yield Term("colour_keyword", "dark blue")
    yield Prefix("colour_keyword", "dar")
    yield Regex("name_exact", "^[BD].*a")
    yield Regex("name_exact", "B.*|D.*")
    yield Regex("name_exact", ".*")
    yield Regex("name_exact", "zz?")
    yield Wildcard("name_exact", "*a*/B*")
    yield Wildcard("name_exact", "B?[a-m]*")
    yield Wildcard("tags", "*")
    yield TermRange("name_exact", "C", "K")
    yield TermRange("name_exact", "C", "K", startexcl=True, endexcl=True)
    yield TermRange("tags", None, "energy")
    yield TermRange("tags", "energy", None, startexcl=True)
    yield FuzzyTerm("tags", "foot")
    yield FuzzyTerm("name_exact", "user11", maxdist=2, prefixlength=3)
    yield Term("no_such_field", "x")
    yield Term("email", "user1@example.org")
    yield Term("subscription_ids", "tags::food")
    yield Or([Term("subscription_ids", f"tags::{tag}") for tag in TAGS])
    yield Or([])
    yield And([])
    yield And([Term("tags", "food"), Or([])])
    yield AndNot(Term("namespace", ""), Term("tags", "food"))
    yield AndMaybe(Term("namespace", ""), Term("tags", "food"))
    yield Or([Term("tags", "food"), Not(Term("namespace", ""))])


@pytest.mark.parametrize("idx_name", INDEXES)
def test_exact_queries_find_what_whoosh_finds(both, idx_name):
    docs = list(both[1]._documents(LATEST_REVS))[:400]
    sizes = [assert_same(both, q, idx_name) for q in exact_queries(docs)]
    assert sum(1 for size in sizes if size) > len(sizes) // (4 if idx_name != LATEST_META else 8)


@pytest.mark.parametrize("idx_name", INDEXES)
def test_what_is_excluded_is_all_the_rest(both, idx_name):
    """Whoosh itself fails this: of a Not() of several terms, some of them missing, it gives one revision too many."""
    ours, _ = both
    everything = set(found(ours, Every(), idx_name))
    for q in (
        Or([Term("contenttype", "jpg"), Term("contenttype", "none")]),
        Or([Term("namespace", "users"), Prefix("name_exact", "b"), Term("contenttype", "wiki")]),
        And([Term("namespace", ""), Not(Term("contenttype", "text"))]),
    ):
        matching = set(found(ours, q, idx_name))
        assert matching and set(found(ours, Not(q), idx_name)) == everything - matching
        assert set(found(ours, AndNot(Every(), q), idx_name)) == everything - matching


def text_queries():
    vocabulary()
    for word in WORDS[::13]:
        for field in ("content", "summary", "comment", "names"):
            yield Term(field, word)
            yield Prefix(field, word[:3])
            yield Wildcard(field, word[0] + "*" + word[-1])
            yield Regex(field, word[:2] + ".[a-m]")
            yield FuzzyTerm(field, word[:-1] + "q")
            yield TermRange(field, word, word[0] + "zz")
        yield Term("content", word) & Term("content", WORDS[0])
        yield Or([Term("content", word), Term("summary", word), Term("names", word)])
        yield And([Term("content", word), Not(Term("content", WORDS[1]))])
        yield Phrase("content", [WORDS[0], word])
        yield Phrase("content", [word, WORDS[1]])
        yield Phrase("name_sort", [word, WORDS[1]])
        for size in (2, 3, 4, 6, 7):
            yield Term("contentngram", word[:size])
            yield Term("namengram", word[-size:])
            yield Term("summaryngram", word[1 : 1 + size])
        yield Prefix("namengram", word[:4])
        yield Term("note_text", word)
    yield Every("summary")


@pytest.mark.parametrize("idx_name", [LATEST_REVS, ALL_REVS])
def test_text_queries_find_what_whoosh_finds(both, idx_name):
    sizes = [assert_same(both, q, idx_name) for q in text_queries()]
    assert sum(1 for size in sizes if size) > len(sizes) // 6


USER_QUERIES = [
    "{0}", "{0} {1}", "{0} OR {1}", "{0} NOT {1}", "{0}*", "*{2}", "content:{0}", "names:{0}", "tags:food",
    "tags:energy {0}",
    'content:"{0} {1}"', "summary:{0}^2 content:{1}", "username:user1", "itemtype:ticket effort:[2 TO 4]",
    "mtime:[2001 TO 2002]", "contenttype:moinwiki {0}", "namespace:users {0}", "({0} OR {1}) NOT tags:food",
    "trash:true", "acl:All:+read", "Hello.World", "3.14", "the", "with", "x_y", "{3}", 'name_exact:r"^B.*"',
    "content:{0}?",
    "size:[100 TO 200]", "assigned:user2", "日本語", "emoji😀", "straße", "{0}/{1}", "userid:nobody",
]


@pytest.mark.parametrize("idx_name", [LATEST_REVS, ALL_REVS])
@pytest.mark.parametrize("text", USER_QUERIES)
def test_what_people_type_finds_what_whoosh_finds(both, idx_name, text):
    ours, whoosh = both
    words = vocabulary()
    for a, b in ((0, 1), (3, 40)):
        typed = text.format(words[a], words[b], words[a][1:], words[a].capitalize() + words[b].capitalize())
        for fields in (DEFAULT_FIELDS, ["names", "namengram"], ["tags", "summary", "content", "itemid"]):
            q = whoosh.query_parser(fields, idx_name=idx_name).parse(typed)
            assert ours.query_parser(fields, idx_name=idx_name).parse(typed) == q
            assert_same(both, q, idx_name)


ORDERS = [
    {"sortedby": "name_exact"},
    {"sortedby": ["name"]},
    {"sortedby": ["mtime"], "reverse": True},
    {"sortedby": ["mtime", "rev_number"], "reverse": True},
    {"sortedby": ["namespace", "name"]},
    {"sortedby": ("namespace", "name")},
    {"sortedby": ["namespace", "name_sort"]},
    {"sortedby": [sorting.FieldFacet("mtime", reverse=True)]},
    {"sortedby": [sorting.FieldFacet("mtime", reverse=False)]},
    {"sortedby": [sorting.FieldFacet("name_sort", reverse=False)]},
    {"sortedby": sorting.FieldFacet("mtime", reverse=True)},
    {"sortedby": "name_exact", "reverse": True},
    {"sortedby": ["size"]},
    {"sortedby": ["userid", "mtime"]},
    {
        "sortedby": sorting.FunctionFacet(lambda searcher, number: searcher.stored_fields(number)["mtime"]),
        "reverse": True,
    },
]


@pytest.mark.parametrize("order", ORDERS, ids=[f"order{number}" for number in range(len(ORDERS))])
@pytest.mark.parametrize("idx_name", [LATEST_REVS, ALL_REVS])
def test_sorted_results_come_in_the_order_of_whoosh(both, idx_name, order):
    ours, whoosh = both
    # Whoosh places what lacks the field by chance if there are more tokens than documents; so only what has it.
    q = And([Every("name_exact"), Every("userid")])
    expected = list(whoosh.search_meta(q, idx_name=idx_name, limit=None, **order))
    got = list(ours.search_meta(q, idx_name=idx_name, limit=None, **order))
    keys = [_sort_key(doc, order["sortedby"]) for doc in expected]
    assert [_sort_key(doc, order["sortedby"]) for doc in got] == keys
    assert {doc["revid"] for doc in got} == {doc["revid"] for doc in expected}
    for pagenum, pagelen in ((1, 10), (3, 7), (1000, 10)):
        page = list(whoosh.search_meta_page(q, idx_name=idx_name, pagenum=pagenum, pagelen=pagelen, **order))
        ours_page = list(ours.search_meta_page(q, idx_name=idx_name, pagenum=pagenum, pagelen=pagelen, **order))
        assert len(ours_page) == len(page)
        if pagenum < 1000:
            assert [_sort_key(doc, order["sortedby"]) for doc in ours_page] == [
                _sort_key(doc, order["sortedby"]) for doc in page
            ]
    limited = list(ours.search_meta(q, idx_name=idx_name, limit=5, **order))
    assert [_sort_key(doc, order["sortedby"]) for doc in limited] == keys[:5]


def _sort_key(doc, sortedby):
    names = sortedby if isinstance(sortedby, (list, tuple)) else [sortedby]
    key = []
    for name in names:
        name = getattr(name, "fieldname", name)
        if isinstance(name, sorting.FunctionFacet):
            name = "mtime"
        if name in ("name", "name_exact"):
            key.append(max(one.encode() for one in doc["name"]))
        elif name == "name_sort":
            key.append(None)
        else:
            key.append(doc.get(name))
    return key


def test_revisions_of_a_search_are_those_of_whoosh(both):
    ours, whoosh = both
    for q in (Term("tags", "food"), Term("namespace", "users"), Every()):
        for idx_name in (LATEST_REVS, ALL_REVS):
            expected = {rev.revid: rev.item.itemid for rev in whoosh.search(q, idx_name=idx_name, limit=None)}
            assert {rev.revid: rev.item.itemid for rev in ours.search(q, idx_name=idx_name, limit=None)} == expected
    assert {rev.revid for rev in ours.documents()} == {rev.revid for rev in whoosh.documents()}
    assert ours.document(name_exact="user1").revid == whoosh.document(name_exact="user1").revid


def test_what_moin_asks_of_an_open_index_is_answered_as_by_whoosh(both):
    ours, whoosh = both
    with ours.ix[LATEST_REVS].searcher() as one, whoosh.ix[LATEST_REVS].searcher() as two:
        for name in ("subscription_patterns", "tags", "itemtype", "userid", "namespace"):
            assert list(one.lexicon(name)) == list(two.lexicon(name))
        for pattern in two.lexicon("subscription_patterns"):
            assert by_revid(one.documents(subscription_patterns=pattern)) == by_revid(
                two.documents(subscription_patterns=pattern)
            )
        users = {"contenttype": "application/x.moin.userprofile", "namespace": "userprofiles"}
        assert len(by_revid(one.documents(**users))) >= 5
        assert by_revid(one.documents(**users)) == by_revid(two.documents(**users))
    with ours.ix[ALL_REVS].searcher() as one, whoosh.ix[ALL_REVS].searcher() as two:
        for doc in itertools.islice(whoosh._documents(ALL_REVS), 50):
            query = {"dataid": doc["dataid"]}
            assert len(list(one.document_numbers(**query))) == len(list(two.document_numbers(**query)))


def test_a_rebuilt_index_is_the_one_that_grew(both):
    ours, _ = both
    before = {name: by_revid(ours._documents(name)) for name in INDEXES}
    ours.rebuild()
    for name in INDEXES:
        after = by_revid(ours._documents(name))
        for revid, doc in before[name].items():
            # Moin itself converts links of a new revision otherwise than those of a stored one
            assert {**after[revid], "content": ""} == {**doc, "content": ""}
        assert len(after) == len(before[name])
    assert not ours.update()


def test_acls_are_told_apart(both):
    ours, whoosh = both
    for doc in whoosh._documents(LATEST_REVS):
        assert ours._document(itemid=doc["itemid"]).get("acl") == doc.get("acl")
