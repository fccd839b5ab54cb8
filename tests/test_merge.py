"""Merging: each side keeps what only it changed, clashes are found and decided, and no marker enters a page."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cupboard.document import Document, DocumentError, dump, parse
from cupboard.editing.merge import WHOLE, merge, resolve

BASE = parse(b"""---
title: School meals
year: '2006'    # reported
# What it improves.
themes:
- climate
- health
figures:
- measure: Suppliers
---
Note.
= Context =
Before.

= Impact =
After.
""")
ORDER = ["title", "result", "year", "themes", "figures", "Context", "Action", "Impact"]


def edit(fields=None, sections=None, document=BASE):
    return document.edit(fields or {}, sections or {}, ORDER)


def merged(mine, theirs, base=BASE):
    """The merged page, when nothing clashes."""
    result = merge(base, mine, theirs)
    assert not result.clashes
    return result.document


def test_edits_of_different_places_both_survive():
    mine = edit({"title": "Fresh meals", "result": "Less waste"}, {"Impact": "More."})
    theirs = edit({"year": "2007", "figures": None}, {"Context": "Long before.", "Action": "Did it."})
    wanted = BASE.text
    for old, new in [("School", "Fresh"), ("year: '2006'", "result: Less waste\nyear: '2007'"), ("After", "More"),
                     ("figures:\n- measure: Suppliers\n", ""),
                     ("Before.\n\n", "Long before.\n\n= Action =\nDid it.\n")]:
        wanted = wanted.replace(old, new)
    assert merged(mine, theirs).text == wanted


def test_tick_boxes_merge_as_a_set():
    mine = edit({"themes": ["climate", "jobs"]})
    theirs = edit({"themes": ["climate", "health", "air"]})
    assert merged(mine, theirs).fields["themes"] == ["climate", "air", "jobs"]
    assert merged(edit({"themes": []}), theirs).fields["themes"] == ["air"]
    assert merged(edit({"themes": None}), theirs).fields["themes"] == ["air"]
    assert merged(theirs, edit({"themes": None})).fields["themes"] == ["air"]


def test_a_place_changed_twice_clashes_and_holds_theirs():
    mine = edit({"title": "Mine", "year": "2008"}, {"Context": "My text."})
    theirs = edit({"title": "Theirs"}, {"Context": "Their text."})
    result = merge(BASE, mine, theirs)
    assert [(clash.key, clash.label_kind) for clash in result.clashes] == [("title", "field"), ("Context", "section")]
    assert result.clashes[0].base == "title: School meals\n"
    assert (result.clashes[0].mine, result.clashes[0].theirs) == ("title: Mine\n", "title: Theirs\n")
    assert "My text." in result.clashes[1].mine and "Their text." in result.clashes[1].theirs
    assert result.document.fields["title"] == "Theirs" and result.document.fields["year"] == "2008"
    decided = resolve(result, {"title": "mine", "Context": "theirs"})
    assert decided.fields["title"] == "Mine" and decided.section("Context") == "Their text."
    assert resolve(result, {}) == result.document
    for choices in ({"none": "mine"}, {"title": "both"}):
        with pytest.raises(ValueError):
            resolve(result, choices)


def test_rows_changed_twice_clash():
    result = merge(BASE, edit({"figures": [{"measure": "A"}]}), edit({"figures": [{"measure": "B"}]}))
    assert [clash.key for clash in result.clashes] == ["figures"]


def test_taking_out_what_the_other_changed_clashes():
    result = merge(BASE, edit({"title": None}), edit({"title": "Theirs"}))
    assert result.clashes[0].mine == "" and result.document.fields["title"] == "Theirs"
    assert "title" not in resolve(result, {"title": "mine"}).fields


def test_the_same_value_in_another_dress_is_no_clash():
    mine = parse(dump(BASE).replace(b"title: School meals", b'title: "School meals"  # checked'))
    theirs = edit({"title": "Other"})
    assert merged(mine, theirs).fields["title"] == "Other"
    assert merged(theirs, mine).fields["title"] == "Other"
    assert merged(mine, parse(dump(BASE).replace(b"title: School meals", b"title: 'School meals'")))


def test_a_section_added_by_both_clashes_and_other_new_ones_stay_in_place():
    result = merge(BASE, edit(sections={"Action": "Mine."}), edit(sections={"Action": "Theirs.", "Last": "End."}))
    assert [clash.key for clash in result.clashes] == ["Action"]
    assert [section.title for section in result.document.sections] == ["Context", "Action", "Impact", "Last"]


def test_sections_that_one_side_moved_stay_moved():
    moved = parse(b"= B =\nb\n= A =\na\n")
    base = parse(b"= A =\na\n= B =\nb\n")
    assert dump(merged(moved, edit(sections={"A": "new"}, document=base), base)) == b"= B =\nb\n= A =\nnew\n"
    assert dump(merged(edit(sections={"A": "new"}, document=base), moved, base)) == b"= B =\nb\n= A =\nnew\n"


def test_sections_of_one_title_are_told_apart():
    base = parse(b"= A =\n1\n= A =\n2\n")
    result = merge(base, parse(b"= A =\nx\n= A =\nmine\n"), parse(b"= A =\n1\n= A =\ntheirs\n"))
    assert [clash.key for clash in result.clashes] == ["A (2)"]
    assert dump(resolve(result, {"A (2)": "mine"})) == b"= A =\nx\n= A =\nmine\n"


def test_a_field_and_a_section_of_one_name_are_told_apart():
    base = parse(b"---\nA: 1\n---\n= A =\n1\n")
    result = merge(base, parse(b"---\nA: 2\n---\n= A =\n2\n"), parse(b"---\nA: 3\n---\n= A =\n3\n"))
    assert [clash.key for clash in result.clashes] == ["A", "= A ="]
    assert dump(resolve(result, {"= A =": "mine"})) == b"---\nA: 3\n---\n= A =\n2\n"


def test_text_before_the_first_section_and_comments_on_top_can_clash():
    base = parse(b"---\n# one\n\na: b\n---\ntext\n= A =\n")
    mine, theirs = (parse(dump(base).replace(b"one", word).replace(b"text", word)) for word in (b"mine", b"theirs"))
    result = merge(base, mine, theirs)
    assert [clash.label_kind for clash in result.clashes] == ["text", "text"]
    assert resolve(result, {clash.key: "mine" for clash in result.clashes}) == mine


def test_a_missing_line_end_at_the_end_does_not_join_two_lines():
    base = parse(b"= A =\na")
    assert dump(merged(edit(sections={"A": "new"}, document=base), edit(sections={"B": "b"}, document=base), base)) == (
        b"= A =\nnew\n= B =\nb\n")


def test_all_fields_taken_out_on_one_side_keep_the_other_sides_change():
    base = parse(b"---\na: b\n---\n= A =\n")
    result = merge(base, parse(b"= A =\n"), parse(b"---\na: c\n---\n= A =\n"))
    assert [clash.key for clash in result.clashes] == ["a"]
    assert result.document.fields == {"a": "c"}


BROKEN = parse(b"---\na: *b\n---\n= A =\n")


@pytest.mark.parametrize("base, mine, theirs", [
    (BASE, BROKEN, edit({"title": "t"})), (BASE, edit({"title": "t"}), BROKEN), (BROKEN, BASE, edit({"title": "t"})),
    (parse(b"= A =\n{{{\nx\n"), parse(b"= A =\n{{{\ny\n"), parse(b"= A =\n{{{\nx\n}}}\n= B =\n")),
])
def test_what_cannot_be_cut_into_places_clashes_as_a_whole(base, mine, theirs):
    result = merge(base, mine, theirs)
    assert [(clash.key, clash.label_kind) for clash in result.clashes] == [(WHOLE, "text")]
    assert result.document == theirs
    assert resolve(result, {WHOLE: "mine"}) == mine and resolve(result, {WHOLE: "theirs"}) == theirs


def test_a_block_left_open_cannot_swallow_the_other_sides_sections():
    base = parse(b"= A =\na\n")
    mine, theirs = parse(b"= A =\n{{{\n"), parse(b"= A =\nt\n= B =\nt\n")
    result = merge(base, mine, theirs)
    assert [clash.key for clash in result.clashes] == [WHOLE]
    assert resolve(result, {WHOLE: "mine"}) == mine


def test_choices_that_do_not_fit_together_are_refused():
    base, theirs = parse(b"= A =\na\n= B =\nb\n"), parse(b"= A =\nt\n= B =\nt\n")
    mine = parse(b"= A =\n{{{\n= B =\n")
    result = merge(base, mine, theirs)
    assert [clash.key for clash in result.clashes] == ["A", "B"]
    with pytest.raises(DocumentError, match="fit together"):
        resolve(result, {"A": "mine", "B": "theirs"})
    assert resolve(result, {"A": "mine", "B": "mine"}) == mine


def test_a_page_of_very_many_sections_is_merged_all_the_same():
    base = parse(b"= A =\n" * 2_000)
    mine, theirs = parse(b"first\n" + dump(base)), parse(dump(base) + b"last\n")
    assert dump(merged(mine, theirs, base)) == b"first\n" + dump(base) + b"last\n"


# Laws

words = st.text("ab\n #:é", max_size=5)
values = st.one_of(words, st.lists(words, max_size=3), st.lists(st.dictionaries(st.sampled_from("pq"), words),
    max_size=2))
keys = st.sampled_from(["a", "b", "c", "d"])
titles = st.sampled_from(["A", "B", "C"])
edits = st.tuples(st.dictionaries(keys, values | st.none(), max_size=3), st.dictionaries(titles, words, max_size=2))
order = ["a", "b", "c", "d", "A", "B", "C"]
made = st.builds(lambda fields, sections: Document.new(fields, sections, order),
                 st.dictionaries(keys, values, max_size=4), st.dictionaries(titles, words, max_size=3))
pages = st.one_of(
    made,
    st.lists(st.sampled_from(["---", "a: b", "a: c", "b:", "- x", "- y", "# c", "c: |", "  t", "= A =", "= B =",
        "text", "",
                              "{{{", "}}}", "a: *x"]), max_size=8).map(lambda lines: parse("\n".join(lines).encode())),
    st.binary(max_size=8).map(parse),
)


@given(pages, pages)
def test_a_side_that_changed_nothing_leaves_the_other(base, other):
    assert merge(base, base, other).document == other
    assert merge(base, other, base).document == other
    assert merge(base, other, other).document == other
    for mine, theirs in ((base, other), (other, base), (other, other)):
        assert not merge(base, mine, theirs).clashes


@given(made, edits, edits)
def test_edits_of_different_places_merge_the_same_whoever_is_first(base, one, other):
    assume(not one[0].keys() & other[0].keys() and not one[1].keys() & other[1].keys())
    first, second = base.edit(*one, order), base.edit(*other, order)
    both = merge(base, first, second)
    assert not both.clashes
    assert both.document == merge(base, second, first).document
    wanted = first.edit(*other, order)
    assert both.document.fields == wanted.fields
    assert {*both.document.sections} == {*wanted.sections}


@given(made, edits, edits)
def test_exactly_the_places_changed_differently_clash(base, one, other):
    mine, theirs = base.edit(*one, order), base.edit(*other, order)
    clashing = set()
    for key in {*base.fields, *mine.fields, *theirs.fields}:
        versions = [page.fields.get(key) for page in (base, mine, theirs)]
        if len({repr(version) for version in versions}) == 3:
            if not all(version is None or isinstance(version, list) and all(isinstance(x, str) for x in version)
                       for version in versions):
                clashing.add(key)
    for title in {section.title for page in (base, mine, theirs) for section in page.sections}:
        versions = [dict(page.sections).get(title) for page in (base, mine, theirs)]
        if len(set(versions)) == 3:
            clashing.add(title)
    assert {clash.key for clash in merge(base, mine, theirs).clashes} == clashing


@given(pages, pages, pages)
def test_every_clash_can_be_decided_and_nothing_is_made_up(base, mine, theirs):
    result = merge(base, mine, theirs)
    assert dump(resolve(result, {})) == dump(result.document)
    for side, document in (("mine", mine), ("theirs", theirs)):
        decided = resolve(result, {clash.key: side for clash in result.clashes})
        for clash in result.clashes:
            if clash.label_kind == "field":
                assert decided.fields.get(clash.key) == document.fields.get(clash.key)
            elif clash.key == WHOLE:
                assert decided == document
    written = {line for page in (base, mine, theirs) for line in page.text.split("\n")}
    for line in result.document.text.split("\n"):
        assert line in written or line.startswith(("- ", "a:", "b:", "c:", "d:", "  ")), line
