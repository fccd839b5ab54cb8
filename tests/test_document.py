"""Documents: every byte survives, an edit changes its own lines only, and what can't be read is kept as it is."""

import difflib
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from cupboard.document import MAX_BYTES, Document, DocumentError, as_edited_text, dump, parse, shown_text
from cupboard.document.segments import MAX_SECTIONS
from cupboard.frontmatter import MAX_BYTES as MAX_FRONT

CASE = b"""---
title: School meals
kind: case                      # case | cost_benefit
# When it was done.
year:   '2006'   # or when it was reported
audiences:
- practitioner
- member     # elected

# By what is bought.
categories:  # ids
  - contracts/food/school-meals
  - change-process/process
figures:
- measure: Local suppliers
  # in the first year
  result: '9'
- measure: Distance
  note: |
    Down
    by half
extra: {list: [a, {b: c}]}
# The end.
---
Before the sections.

= Context =

It was like this.
  It was.

= Notes =
Kept.
= Impact =
"""
ORDER = ["title", "kind", "result", "year", "audiences", "categories", "figures", "Context", "Action", "Impact"]


def changes(before, after):
    """The lines that differ, as ``-old`` and ``+new``."""
    lines = difflib.unified_diff(dump(before).decode().split("\n"), dump(after).decode().split("\n"), n=0, lineterm="")
    return [line for line in list(lines)[2:] if line[0] in "+-"]


def case(line_end="\n"):
    return parse(CASE.replace(b"\n", line_end.encode()))


# Reading


def test_a_page_is_read_as_fields_and_sections():
    document = case()
    assert document.error is None
    assert list(document.fields) == ["title", "kind", "year", "audiences", "categories", "figures", "extra"]
    assert document.fields["year"] == "2006"
    assert document.fields["audiences"] == ["practitioner", "member"]
    assert document.fields["figures"][1] == {"measure": "Distance", "note": "Down\nby half\n"}
    assert document.fields["extra"] == {"list": ["a", {"b": "c"}]}
    assert document.sections == (("Context", "It was like this.\n  It was."), ("Notes", "Kept."), ("Impact", ""))
    assert document.preamble == "Before the sections."
    assert document.section("Notes") == "Kept." and document.section("None") == ""


def test_windows_line_ends_read_the_same():
    assert case("\r\n").sections == case().sections
    assert dict(case("\r\n").fields) == dict(case().fields)


@pytest.mark.parametrize("data", [b"", b"Just text.\n= A =\nb", b"----\na: b\n---\n", b" ---\na: b\n---\n"])
def test_a_page_without_front_matter_has_no_fields(data):
    document = parse(data)
    assert document.error is None and not document.fields


@pytest.mark.parametrize("data", [b"---\n---\n", b"---\n---", b"---\n\n---\n",
                                  b"\xef\xbb\xbf--- \r\n# c\r\n---\t\r\ntext"])
def test_front_matter_may_be_empty(data):
    document = parse(data)
    assert document.error is None and not document.fields
    assert document.edit({"a": "b"}).fields == {"a": "b"}


@pytest.mark.parametrize("data, line, column, words", [
    (b"---\na: b\n", 1, 1, "no end"),
    (b"---\na: b\nc: *x\n---\n", 3, 4, "Aliases"),
    (b"---\na: b\na: c\n---\n", 3, 1, "second time"),
    (b"---\na: b\n--- c\n---\n", 3, 1, "one document"),
    (b"---\nb: x\n---\ntext \xff\n", 4, 6, "UTF-8"),
    ("---\nb: é".encode() + b"\xe9\n---\n", 2, 5, "UTF-8"),
    (b"---\nb: x\n---\n= A =\n\0", 5, 1, "NUL"),
    (b"---\n" + b"a: b\n" * (MAX_FRONT // 4) + b"---\n", 2, 1, "longer"),
    (b"x" * (MAX_BYTES + 1), 1, 1, "longer"),
    (b"---\n---\n" + b"= A =\n" * (MAX_SECTIONS + 1), MAX_SECTIONS + 3, 1, "sections"),
])
def test_what_cannot_be_read_says_where_and_is_kept(data, line, column, words):
    document = parse(data)
    assert words in document.error.message
    assert (document.error.line, document.error.column) == (line, column)
    assert not document.fields and not document.sections and dump(document) == data
    with pytest.raises(DocumentError):
        document.edit({"a": "b"})


def test_headings_inside_nowiki_are_text():
    document = parse(b"= A =\n{{{#!python\n= not =\n}}}\n= B =\n{{{{\n}}}\n= not =\n}}}}\n")
    assert [section.title for section in document.sections] == ["A", "B"]


def test_a_document_cannot_be_changed():
    document = case()
    with pytest.raises(AttributeError):
        document.text = ""
    with pytest.raises(TypeError):
        document.fields["title"] = ""
    assert document == case() and hash(document) == hash(case()) and document != case("\r\n")


# Editing: one example of each rule


@pytest.mark.parametrize("fields, lines", [
    ({"kind": "a: b"}, ["-kind: case                      # case | cost_benefit",
                        "+kind: 'a: b'                      # case | cost_benefit"]),
    ({"year": "2007"}, ["-year:   '2006'   # or when it was reported", "+year:   '2007'   # or when it was reported"]),
    ({"title": "One\ntwo"}, ["-title: School meals", "+title: |-", "+  One", "+  two"]),
    ({"audiences": ["practitioner", "buyer", "member"]}, ["+- buyer"]),
    ({"audiences": ["practitioner"]}, ["-- member     # elected"]),
    ({"categories": ["change-process/process", "contracts/it"]}, ["-  - contracts/food/school-meals",
                                                                  "+  - contracts/it"]),
    ({"categories": []}, ["-categories:  # ids", "-  - contracts/food/school-meals", "-  - change-process/process",
                          "+categories: []  # ids"]),
    ({"figures": [{"measure": "Local suppliers", "result": "9"}, {"measure": "Distance", "note": "Half"}]},
     ["-  note: |", "-    Down", "-    by half", "+  note: Half"]),
    ({"extra": "text"}, ["-extra: {list: [a, {b: c}]}", "+extra: text"]),
    ({"result": "Better"}, ["+result: Better"]),
    ({"unheard_of": "x"}, ["+unheard_of: x"]),
    ({"title": None}, ["-title: School meals"]),
    ({"year": None}, ["-year:   '2006'   # or when it was reported"]),
    ({"none": None, "caution": "", "awards": []}, []),
])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_edit_of_a_field_changes_its_lines_only(fields, lines, line_end):
    before = case(line_end)
    after = before.edit(fields, order=ORDER)
    assert changes(before, after) == [line + line_end[:-1] for line in lines]
    assert after.fields == set_again(before, fields, {})[0]


@pytest.mark.parametrize("sections, lines", [
    ({"Context": "It was like this.\nThen not."}, ["-  It was.", "+Then not."]),
    ({"Context": "\n\n It was.\n\n"}, ["-It was like this.", "-  It was.", "+ It was."]),
    ({"Notes": ""}, ["-Kept."]),
    ({"Impact": "Less\nwaste"}, ["+Less", "+waste"]),
    ({"Action": "Did it."}, ["+= Action =", "+Did it."]),
    ({"Unheard of": "Last."}, ["+= Unheard of =", "+Last."]),
    ({"Action": " \n", "Context": "It was like this.\r\n  It was."}, []),
    ({"Context": "{{{\n= code =\n}}}"}, ["-It was like this.", "-  It was.", "+{{{", "+= code =", "+}}}"]),
])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_edit_of_a_section_changes_its_lines_only(sections, lines, line_end):
    before = case(line_end)
    after = before.edit(sections=sections, order=ORDER)
    assert changes(before, after) == [line + line_end[:-1] for line in lines]


def test_new_fields_and_sections_take_their_place_in_the_order():
    edited = case().edit({"zzz": "1", "result": "r", "stages": ["x"]}, {"Action": "a", "Zzz": "z"}, ORDER)
    assert list(edited.fields)[:4] == ["title", "kind", "result", "year"]
    assert list(edited.fields)[-2:] == ["zzz", "stages"]
    assert [section.title for section in edited.sections] == ["Context", "Action", "Notes", "Impact", "Zzz"]
    first = parse(b"---\nyear: '1'\n---\n= Impact =\n").edit({"title": "t"}, {"Context": "c"}, ORDER)
    assert list(first.fields) == ["title", "year"] and first.sections[0].title == "Context"


def test_a_new_field_does_not_part_a_comment_from_the_field_under_it():
    edited = case().edit({"result": "Better"}, order=ORDER)
    assert "# case | cost_benefit\nresult: Better\n# When it was done.\nyear:" in edited.text


def test_a_page_without_front_matter_gets_one_when_a_field_is_set():
    page = parse("\ufeffText\r\nmore\r\n".encode())
    assert page.edit({"a": "b"}).text == "\ufeff---\r\na: b\r\n---\r\nText\r\nmore\r\n"


@pytest.mark.parametrize("before, after", [
    (b"= A =", b"= A =\nnew"), (b"= A =\nold", b"= A =\nnew"), (b"= A =\n", b"= A =\nnew\n"),
    (b"= A =\n\n= B =", b"= A =\nnew\n\n= B ="), (b"= A =\n\nold\n\n", b"= A =\n\nnew\n\n"),
    (b"---\n---", b"---\n---\n= A =\nnew\n"), (b"text", b"text\n= A =\nnew\n"),
])
def test_the_end_of_the_page_stays_as_it_was(before, after):
    assert dump(parse(before).edit(sections={"A": "new"})) == after


def test_of_two_sections_with_one_title_the_first_is_meant():
    document = parse(b"= A =\none\n= A =\ntwo\n")
    assert document.section("A") == "one"
    assert dump(document.edit(sections={"A": "new"})) == b"= A =\nnew\n= A =\ntwo\n"


def test_mixed_line_ends_survive_around_and_inside_an_edit():
    document = parse(b"---\r\na: b\nc: d\r\n---\n= A =\r\none\ntwo\r\nthree\n= B =\r\n")
    edited = document.edit({"c": "e"}, {"A": "one\n2\nthree"})
    assert dump(edited) == b"---\r\na: b\nc: e\r\n---\n= A =\r\none\n2\r\nthree\n= B =\r\n"


@pytest.mark.parametrize("text, line, words", [
    ("a\n= Action =", 2, "level-1 heading"), ("a\n\n{{{\nb", 3, "not closed"), ("a\nb\0", 2, "U+0000"),
    ("a\ud800", 1, "U+D800"),
])
def test_text_that_would_break_the_sections_is_refused(text, line, words):
    with pytest.raises(DocumentError, match=re.escape(words)) as caught:
        case().edit(sections={"Context": text})
    assert caught.value.line == line and "Context" in caught.value.message


@pytest.mark.parametrize("title", ["", "a\nb", " a", "a:: b", "a\n= b"])
def test_a_title_that_is_none_is_refused(title):
    with pytest.raises(DocumentError, match="title of a section"):
        case().edit(sections={title: "text"})


def test_a_section_after_a_block_that_is_not_closed_is_refused():
    document = parse(b"---\na: b\n---\n= A =\n{{{\n= B =\n")
    with pytest.raises(DocumentError, match="line 5 is not closed"):
        document.edit(sections={"C": "text"})
    assert document.edit({"a": "c"}).sections == document.sections


@pytest.mark.parametrize("fields, words", [({"a": "b\0"}, "a: .*NUL"), ({"a": ["b", "\ud800"]}, "UTF-8"),
                                           ({"x" * 2000: "b"}, "."), ({"": "b"}, "name is missing"),
                                           ({"a": "x" * MAX_FRONT}, "longer")])
def test_a_field_that_cannot_be_written_is_refused(fields, words):
    with pytest.raises(DocumentError, match=words):
        case().edit(fields)


@pytest.mark.parametrize("value", [1, True, ["a", None], [{"a": 1}], ("a",)])
def test_a_value_that_is_not_text_is_a_mistake_of_the_caller(value):
    with pytest.raises(TypeError):
        case().edit({"title": value})


def test_a_page_made_from_nothing_is_plain_to_read():
    document = Document.new({"year": "2006", "title": "T", "figures": [{"measure": "m", "result": "1"}], "none": ""},
                            {"Impact": "i", "Context": "c\n\nd"}, ORDER)
    assert document.text == ("---\ntitle: T\nyear: '2006'\nfigures:\n- measure: m\n  result: '1'\n---\n"
                             "= Context =\nc\n\nd\n= Impact =\ni\n")


# Laws

line_ends = st.sampled_from(["\n", "\n", "\r\n"])
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12) | st.text(
    " \n\r\t:#-'\"\\ab|>=~{}\u2028\x85", max_size=8)
rows = st.lists(st.dictionaries(st.sampled_from("pqr"), words, min_size=1, max_size=3), max_size=3)
values = st.one_of(words, st.lists(words, max_size=4), rows)
keys = st.sampled_from(["a", "b", "c", "d"])
titles = st.sampled_from(["A", "B", "C"])
front_lines = st.sampled_from([
    "a: x", "b: 'y'  # note", "c:", "- p", "- q # note", "  - p", "- r: s", "  t: u", "d: |", "d: >+", "  text", "",
    "  ",
    "# comment", "  # comment", "e: [x, y]  # c", "e: {x: [y]}", "f: *x", "\tx", "'g' : \"h\"", "g:   # c", "---",
    "- - x", "-",
    "a: y", "b: |2-", "   text", "i: x\u2028y", "j: é😀 # ü",
])
body_lines = st.sampled_from(["= A =", "= B =", "= C =  ", "== D ==", "text", "", "  ", "{{{", "}}}", "= A = \r"])


@st.composite
def pages(draw):
    """Pages that are nearly right: most of them can be read."""
    lines = ["---", *draw(st.lists(front_lines, max_size=8)), "---", *draw(st.lists(body_lines, max_size=8))]
    text = "".join(line + draw(line_ends) for line in lines)
    return text.removesuffix(draw(st.sampled_from(["", "\n"]))).encode()


@st.composite
def sound_pages(draw):
    """Pages that can be read, with comments, blank lines and every style of value."""
    entry = {
        "a": st.sampled_from(["a: x", "a:   'x'  # c", "a: |\n  x\n  y", 'a: "x\n\n  y" # c', "a:", "a: >+\n  x\n\n"]),
        "b": st.sampled_from(["b:\n- x\n- y  # c", "b:  # c\n  - x\n  # c\n  - z", "b: [x, y]  # c", "b: []",
                              "b:\n-\n  x\n- |+\n  y\n\n"]),
        "c": st.sampled_from(["c:\n- p: x\n  # c\n  q: y\n-\n  p: z", "c: [{p: x}]",
                              "c:\n  - p: |\n      x\n  - q: ''"]),
        "e": st.sampled_from(["e: {x: [y, {z: [w]}]}", "e:\n  x:\n    y: z"]),
    }
    between = st.sampled_from(["", "", "# c\n", "\n", "# c\n\n", "\n# c\n", "   # c\n"])
    names = draw(st.permutations(draw(st.sets(st.sampled_from(sorted(entry))).map(sorted))))
    front = "".join(draw(between) + draw(entry[name]) + "\n" for name in names)
    lines = draw(st.lists(body_lines.filter(lambda line: "{" not in line), max_size=8))
    text = "---\n" + front + draw(between) + "---\n" + "".join(line + "\n" for line in lines)
    text = text.removesuffix(draw(st.sampled_from(["", "\n"])))
    page = parse(text.replace("\n", draw(line_ends)).encode())
    assert page.error is None, page.error
    return page


anything = st.one_of(st.binary(max_size=60), pages(), st.text("-\n\r:ab #|'{[=\x85\u2028\0\ufeff").map(str.encode),
                     st.binary(max_size=40).map(lambda data: b"---\n" + data + b"\n---\n= A =\n" + data))


@given(anything)
@example(b"---\r\r\na: b\n---")
def test_every_byte_survives_reading(data):
    assert dump(parse(data)) == data


@given(anything)
def test_the_segments_are_the_page(data):
    document = parse(data)
    assert document.error or "".join(segment.raw for segment in document.segments) == document.text


@given(pages() | sound_pages().map(dump))
def test_setting_what_is_there_changes_nothing(data):
    document = parse(data)
    assume(not document.error)
    sections = {section.title: section.text for section in reversed(document.sections)}
    assert dump(document.edit(dict(document.fields), sections, ORDER)) == data


def set_again(document, fields, sections):
    """What a document says after an edit; a text loses the blank lines around it."""
    wanted = {key: value for key, value in {**document.fields, **fields}.items()
              if value or (value is not None and key in document.fields)}
    stripped = {title: re.sub("\r\n?", "\n", text) for title, text in sections.items()}
    stripped = {title: re.sub(r"\A(\s*\n)+|(\n\s*)+\Z", "", text) for title, text in stripped.items()}
    return wanted, {title: text if text.strip() else "" for title, text in stripped.items()}


@given(sound_pages(), st.dictionaries(keys, values | st.none(), max_size=3), st.dictionaries(titles, words, max_size=2))
def test_an_edit_reads_back_and_leaves_all_else_alone(document, fields, sections):
    try:
        edited = document.edit(fields, sections, ORDER)
    except DocumentError as error:
        assert "level-1" in error.message or "not closed" in error.message
        return
    wanted, texts = set_again(document, fields, sections)
    assert edited.fields == wanted
    assert {title: edited.section(title) for title in texts} == texts
    for old in document.segments:
        if old.kind == "field" and old.key not in fields or old.kind == "section" and old.key not in sections:
            # Comments may go to a neighbour that was made or taken away; its own lines don't change.
            assert any(own_lines(new) == own_lines(old) for new in edited.segments)


def own_lines(segment):
    lines = segment.raw.splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


@given(sound_pages(), keys, values, keys, values)
def test_two_edits_say_the_same_as_one_edit_with_both(document, key, value, other, other_value):
    assume(key != other)
    order = ["a", "b", "c", "d", "e"]
    once = document.edit({key: value, other: other_value}, order=order)
    twice = document.edit({key: value}, order=order).edit({other: other_value}, order=order)
    assert (list(twice.fields.items()), twice.sections) == (list(once.fields.items()), once.sections)
    assert once.edit({key: value, other: other_value}, order=order) is once


@given(st.dictionaries(keys, values, min_size=1, max_size=3), keys, values, titles, st.text("ab \n"))
def test_two_edits_of_a_page_without_comments_are_one_edit_with_both(fields, key, value, title, text):
    document = Document.new(fields, {"B": "text"}, order := ["a", "b", "c", "d", "A", "B"])
    assert document.edit({key: value}, order=order).edit({}, {title: text}, order) == document.edit(
        {key: value}, {title: text}, order)


@given(st.dictionaries(keys, values, max_size=4), st.dictionaries(titles, words, max_size=3),
       st.lists(keys | titles, max_size=5, unique=True))
def test_a_page_made_from_nothing_is_an_edit_of_an_empty_page(fields, sections, order):
    def made(make):
        try:
            return make(fields, sections, order)
        except DocumentError as error:
            return error.message

    assert made(Document.new) == made(parse(b"---\n---\n").edit)


@given(st.dictionaries(keys, values, max_size=3), st.dictionaries(titles, st.text("ab \n"), max_size=3))
def test_a_page_made_from_nothing_reads_back(fields, sections):
    document = Document.new(fields, sections)
    assert document.fields == {key: value for key, value in fields.items() if value}
    assert parse(dump(document)) == document


# What a browser sends back


def browser(text):
    return re.sub("\r\n|\r|\n", "\r\n", text)


@given(anything)
def test_text_that_came_back_unchanged_is_the_same_bytes(data):
    document = parse(data)
    assert as_edited_text(document, browser(shown_text(document))) == data
    shown_text(document).encode()  # can be sent to a browser


def test_changed_lines_get_the_usual_line_end_and_the_others_keep_theirs():
    base = parse(b"one\r\ntwo\nthree \xff\r\nfour")
    assert as_edited_text(base, browser("one\nnew\ntwo\nthree \ufffd\nfour\nfive")) == (
        b"one\r\nnew\r\ntwo\nthree \xff\r\nfour\r\nfive")
    assert as_edited_text(base, browser("one\ntwo")) == b"one\r\ntwo"


@given(st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=1, max_size=8), st.data())
def test_what_was_typed_is_what_is_stored(lines, data):
    base = parse("".join(line + data.draw(st.sampled_from(["\n", "\r\n", "\r"])) for line in lines).encode())
    typed = "\n".join(data.draw(st.permutations([*lines, "new"])))
    assert browser(as_edited_text(base, browser(typed)).decode()) == browser(typed)


def test_many_changed_lines_with_mixed_line_ends_do_not_take_long():
    base = parse(b"a\r\nb\n" * 100_000)
    typed = "b\na\n" * 100_000 + "c"
    assert as_edited_text(base, browser(typed)).decode().replace("\r\n", "\n") == typed
