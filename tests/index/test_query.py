"""The translator against a naive evaluator, and that nothing that Moin builds is missing from it."""

import ast
import datetime
import io
import logging
import re
from pathlib import Path

import moin
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moin.app import destroy_app
from moin.constants.keys import ALL_REVS, LATEST_REVS, NAME, REVID
from whoosh import query as wq
from whoosh import sorting
from whoosh.analysis import NgramWordAnalyzer, StandardAnalyzer
from whoosh.query import (
    And,
    AndMaybe,
    AndNot,
    DateRange,
    Every,
    Not,
    NumericRange,
    Or,
    Prefix,
    Regex,
    Require,
    Term,
    TermRange,
    Wildcard,
)

import cupboard.index
from cupboard.index import ordering, query, ranking, terms
from cupboard.index.errors import UntranslatableQuery
from tests.index.conftest import make_app, request_of, save
from tests.index.randomwiki import UNUSUAL

TAGS = ["food", "energy", "energy saving", "Food", "ü"]
WORDS = ["apple", "bread", "carrot", "plum tree", "bre_ad"]
NAMES = ["Meals", "Meals/Lunch", "Home", "home", "Élan", "[x]"]


# which nodes there are


def whoosh_names_in_moin():
    """Names that Moin's own code, tests aside, takes from whoosh.query and whoosh.sorting."""
    found = set()
    for path in Path(moin.__file__).parent.rglob("*.py"):
        if "_tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module in ("whoosh.query", "whoosh.sorting"):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "sorting":
                found.add(node.attr)
    return found


def test_every_node_that_moins_code_builds_has_a_translation():
    translated = {node.__name__ for node in query._TRANSLATIONS}
    facets = {"FieldFacet", "FunctionFacet"}
    # names of exceptions, and of the class itself in annotations
    no_nodes = {"QueryError", "Query"}
    built = whoosh_names_in_moin()
    assert {"Term", "Prefix", "And", "Or", "Not", "Every", "Regex", "DateRange", "FieldFacet"} <= built
    assert built <= translated | facets | no_nodes
    for facet in facets & built:
        argument = "mtime" if facet == "FieldFacet" else (lambda searcher, docnum: docnum)
        assert ordering.order(getattr(ordering, facet)(argument), False)


TYPED = [
    "word", "two words", "a OR b", "a NOT b", "a ANDNOT b", "a ANDMAYBE b", "a REQUIRE b", "pre*", "w*ld", "w?ld", "*",
    "name:*",
    '"a phrase here"', '"a phrase"~3', 'r"reg.x"', "[a TO c]", "size:[1 TO 5]", "size:{1 TO 5}", "mtime:[2020 TO 2021]",
    "mtime:2020", "mtime:'next friday'", "effort:3", "effort:three", "closed:yes", "tags:food", "word^2",
    "(a b) OR (c d)",
    "NOT a", "summary:", "nofield:x", "username:nobody", "'single quoted'", "names:[a TO]", "tags:[TO f]", "",
]


@pytest.fixture(scope="module")
def wiki(tmp_path_factory):
    """The middleware of a wiki with some pages that differ in tags, names, sizes, times and words."""
    cupboard.index.install()
    app = make_app(tmp_path_factory.mktemp("query"))
    cupboard.index.uninstall()
    with request_of(app) as index:
        for number in range(24):
            meta = {
                "tags": [TAGS[i] for i in range(len(TAGS)) if number >> i & 1],
                "namespace": "users" if number % 3 == 0 else "",
                "itemtype": "ticket" if number % 4 == 0 else "default",
                "rev_number": 1,
            }
            if number % 4 == 0:
                meta.update(effort=number % 5, closed=number % 8 == 0)
            text = " ".join(WORDS[i] for i in range(len(WORDS)) if number * 7 >> i & 1)
            name = NAMES[number] if number < len(NAMES) else f"Page {number}"
            store(index, name, text, mtime=1_000_000 + number * 1000, **meta)
        store(index, "Meals", "bread", mtime=2_000_000, rev_number=2, tags=["food"], itemtype="default")
        yield index
    destroy_app(app)


def store(index, name, text, namespace="", **meta):
    item = index.get_item(name_exact=name, namespace=namespace)
    meta = {
        "name": [name], "namespace": namespace, "contenttype": "text/plain;charset=utf-8", "action": "SAVE",
        "address": "192.0.2.1", "summary": text[:10], **meta,
    }
    if item:
        meta["itemid"] = item.itemid
    item.store_revision(meta, io.BytesIO(text.encode()), trusted=True)


@pytest.mark.parametrize("typed", TYPED)
def test_whatever_the_parser_makes_of_what_people_type_is_answered(wiki, typed):
    for idx_name in (LATEST_REVS, ALL_REVS):
        for fields in (["names", "tags", "summary", "summaryngram", "content", "contentngram", "comment"], ["content"]):
            q = wiki.query_parser(fields, idx_name=idx_name).parse(typed)
            for more in ({}, {"sortedby": "mtime"}, {"limit": None}):
                with wiki.ix[idx_name].searcher() as searcher:
                    results = searcher.search(q, terms=True, **more)
                    assert len(results) >= len(list(results))
                    for hit in results:
                        assert hit.matched_terms() is not None
                        assert isinstance(hit.highlights("content"), str)


def test_a_node_without_translation_is_named_in_error_and_log(wiki, caplog):
    node = wq.SpanNear(Term("content", "a"), Term("content", "b"))
    with caplog.at_level(logging.ERROR), pytest.raises(UntranslatableQuery, match="SpanNear"):
        list(wiki.search_meta(And([Every(), node])))
    assert "SpanNear" in caplog.text
    with pytest.raises(UntranslatableQuery, match="RangeFacet"):
        ordering.order(ordering.MultiFacet([sorting.RangeFacet("size", 0, 10, 5)]), False)
    # Moin's search page catches it
    assert issubclass(UntranslatableQuery, wq.QueryError)


# the translator against a naive evaluator

EPOCH = datetime.datetime(1970, 1, 1)
WHEN = st.integers(999_000, 1_030_000).map(lambda seconds: EPOCH + datetime.timedelta(0, seconds))
BOUND = st.none() | st.integers(0, 6)
LEAVES = st.one_of(
    st.builds(Term, st.just("tags"), st.sampled_from([*TAGS, "none"])),
    st.builds(Term, st.just("namespace"), st.sampled_from(["", "users", "none"])),
    st.builds(Term, st.just("name_exact"), st.sampled_from([*NAMES, "Page 9"])),
    st.builds(Term, st.just("itemtype"), st.sampled_from(["ticket", "default"])),
    st.builds(Term, st.just("closed"), st.booleans()),
    st.builds(Term, st.just("effort"), st.integers(0, 5)),
    st.builds(Term, st.just("content"), st.sampled_from(["apple", "bread", "carrot", "tree", "bre_ad", "none"])),
    st.builds(Term, st.just("contentngram"), st.sampled_from(["app", "rea", "arro", "bread", "tre", "zzz", "re"])),
    st.builds(Prefix, st.just("name_exact"), st.sampled_from(["", "M", "Meals/", "P", "É", "["])),
    st.builds(Prefix, st.just("content"), st.sampled_from(["", "app", "b", "tree"])),
    st.builds(Wildcard, st.just("name_exact"), st.sampled_from(["*", "M*h", "?ome", "Page ?", "*1*"])),
    st.builds(Regex, st.just("tags"), st.sampled_from(["f.*", "^e", "[A-Z]", ".*"])),
    st.builds(TermRange, st.just("tags"), st.sampled_from([None, "a", "food"]), st.sampled_from([None, "f", "z"]),
              st.booleans(), st.booleans()),
    st.builds(NumericRange, st.just("effort"), BOUND, BOUND, st.booleans(), st.booleans()),
    st.builds(DateRange, st.just("mtime"), st.none() | WHEN, st.none() | WHEN, st.booleans(), st.booleans()),
    st.just(Every()),
    st.just(wq.NullQuery),
)
QUERIES = st.recursive(
    LEAVES,
    lambda children: st.one_of(
        st.builds(And, st.lists(children, max_size=3)),
        st.builds(Or, st.lists(children, max_size=3)),
        st.builds(Not, children),
        st.builds(AndNot, children, children),
        st.builds(AndMaybe, children, children),
        st.builds(Require, children, children),
    ),
    max_leaves=8,
)


def values_of(doc, name):
    if name == "name_exact":
        return doc["name"]
    if name == "content":
        return terms.significant(terms.words_of(doc["content"]))
    if name == "contentngram":
        if "latest" not in doc:
            # the index of all revisions has no n-grams
            return []
        words = terms.distinct(terms.words_of(doc["content"]))
        return [word[i : i + n] for word in words for n in (3, 4, 5, 6) for i in range(len(word) - n + 1)]
    value = doc.get(name)
    return [] if value is None else value if isinstance(value, list) else [value]


def between(value, node, start, end):
    return (
        (start is None or (value > start if node.startexcl else value >= start))
        and (end is None or (value < end if node.endexcl else value <= end))
    )


def matches(node, doc):
    """What a query means, said as simply as can be."""
    kind = type(node)
    if kind is wq.NullQuery.__class__:
        return False
    if kind is Every:
        return True
    if kind is And:
        return bool(node.subqueries) and all(matches(child, doc) for child in node.subqueries)
    if kind is Or:
        return any(matches(child, doc) for child in node.subqueries)
    if kind is Not:
        return not matches(node.query, doc)
    if kind is AndNot:
        return matches(node.a, doc) and not matches(node.b, doc)
    if kind is AndMaybe:
        return matches(node.a, doc)
    if kind is Require:
        return matches(node.a, doc) and matches(node.b, doc)
    values = values_of(doc, node.fieldname)
    if kind is Term:
        return node.text in values
    if kind is Prefix:
        if node.text == "":
            # any text at all, even if there is no word in it
            return bool(doc["content"] if node.fieldname == "content" else values)
        return any(value.startswith(node.text) for value in values)
    if kind in (Wildcard, Regex):
        return any(re.match(node._get_pattern(), value) for value in values)
    if kind is DateRange:
        return any(between(value, node, node.startdate, node.enddate) for value in values)
    return any(between(value, node, node.start, node.end) for value in values)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=QUERIES, sortedby=st.sampled_from([None, "mtime", ["namespace", "name"]]), limit=st.sampled_from([None, 3]))
def test_a_query_finds_what_it_means(wiki, q, sortedby, limit):
    for idx_name in (LATEST_REVS, ALL_REVS):
        docs = [{**doc, **({"latest": True} if idx_name == LATEST_REVS else {})} for doc in wiki._documents(idx_name)]
        expected = {doc[REVID] for doc in docs if matches(q, doc)}
        found = [doc[REVID] for doc in wiki.search_meta(q, idx_name=idx_name, limit=limit, sortedby=sortedby)]
        assert len(found) == len(set(found)) == min(len(expected), limit or len(expected))
        assert set(found) <= expected
        assert wiki.search_results_size(q, idx_name=idx_name) == len(expected)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200) | st.lists(st.sampled_from([*UNUSUAL, "the", "a.b.c", "Hello", "x"])).map(" ".join))
def test_words_are_those_of_whooshs_analyzers(text):
    assert terms.significant(terms.words_of(text)) == [token.text for token in StandardAnalyzer()(text)]
    grams = {token.text for token in NgramWordAnalyzer(3, 6)(text, mode="index")}
    assert set().union(*map(query._grams, terms.distinct(terms.words_of(text)))) == grams


@given(prefix=st.text(max_size=4), text=st.text(max_size=6))
def test_the_strings_between_a_prefix_and_what_comes_after_it_are_those_that_begin_with_it(prefix, text):
    after = query._after(prefix)
    assert (prefix <= text and (after is None or text < after)) == text.startswith(prefix)


# the order of what is found


def found(index, typed, fields=("names", "tags", "summary", "content", "contentngram", "namengram", "comment")):
    q = index.query_parser(list(fields)).parse(typed)
    return [doc[NAME][0] for doc in index.search_meta(q, limit=None)]


def test_hits_in_names_and_tags_come_before_hits_in_the_text(index):
    filler = "words about something else that make it longer "
    save(index, "Elsewhere", filler * 3 + "procurement")
    save(index, "Often", "procurement and procurement of " + filler)
    save(index, "Procurement", filler)
    save(index, "Tagged", filler, tags=["procurement"])
    for number in range(10):
        save(index, f"Other{number}", filler)
    order = found(index, "procurement")
    assert set(order[:2]) == {"Procurement", "Tagged"} and order[2:] == ["Often", "Elsewhere"]


def test_stems_and_accents_are_found_in_the_text_but_not_in_exact_fields(index):
    save(index, "One", "two schools were procuring meals", tags=["schools"])
    save(index, "Two", "a café")
    assert found(index, "school", ["content"]) == ["One"]
    assert found(index, "procured", ["content"]) == ["One"]
    assert found(index, "cafe", ["content"]) == ["Two"]
    assert found(index, "school", ["tags"]) == []
    assert found(index, "procur*", ["content"]) == ["One"]
    assert found(index, "*ocuring", ["content"]) == ["One"]


def test_what_only_demands_exact_terms_needs_no_scores():
    plain = And([Term("tags", "a"), Not(Term("trash", True)), Or([Term("namespace", "x")])])
    assert not ranking.worth_scoring(plain)
    assert ranking.worth_scoring(And([Term("tags", "a"), Term("content", "b")]))
    assert ranking.worth_scoring(Or([Term("tags", "a"), Term("tags", "b")]))


def test_matched_terms_and_highlights_name_what_was_found(index):
    save(index, "Meals", "Two <b>schools</b> buy apples", comment="about apples")
    q = index.query_parser(["content", "comment"]).parse("apples school missing OR apples school")
    with index.ix[LATEST_REVS].searcher() as searcher:
        (hit,) = searcher.search(q, limit=10, terms=True)
        assert ("comment", b"apples") in hit.matched_terms()
        assert ("content", b"missing") not in hit.matched_terms()
        shown = hit.highlights("content")
    assert '<b class="match term' in shown and ">apples</b>" in shown and ">schools</b>" in shown
    assert "&lt;b&gt;" in shown or "<b>schools" not in shown
