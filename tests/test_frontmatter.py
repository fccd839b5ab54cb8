"""Front matter: what is read, what is refused and where, and that what is written reads back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.frontmatter import MAX_BYTES, SourceError, entry_lines, mapping_lines, one_line, plain, read, scalar_lines

TRICKY = "\n\r\t #:-'\"\\ab|>{}[],&*!%@`?~<=.0129eE_+\x85\u2028\ufeff\xa0😀\x01\x7f"
texts = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
    st.text(TRICKY, max_size=12),
    st.sampled_from(["no", "~", "null", "1e3", "0o17", "...", "---", "<<", "=",
                     "2006-05-03", "12:30", "1_000", ".inf"]),
)
names = texts.filter(bool)
values = st.recursive(texts, lambda v: st.lists(v, max_size=3) | st.dictionaries(names, v, max_size=3), max_leaves=8)


def value_of(text):
    return plain(read(text))


@pytest.mark.parametrize("written", ["no", "2006", "007", "~", "null", "1.50", "2006-05-03", "12:30:00", "true",
                                     "0x1F"])
def test_a_scalar_stays_the_text_that_was_written(written):
    assert value_of(f"a: {written}\n") == {"a": written}
    assert value_of(f"a: [{written}]\n") == {"a": [written]}


def test_every_style_of_scalar_is_text():
    text = "a:\nb: 'it''s'\nc: \"x\\ny\"\nd: |\n  1\n   2\ne: >-\n  1\n  2\nf: 1\n  2\n"
    assert value_of(text) == {"a": "", "b": "it's", "c": "x\ny", "d": "1\n 2\n", "e": "1 2", "f": "1 2"}


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_a_text_without_entries_is_an_empty_mapping(text):
    assert value_of(text) == {}


def test_nodes_know_where_they_stand():
    text = "a: 'é😀'  # note\nb:\n- x\n- k: |\n    text\n\n# end\n"
    root = read(text)
    a, b = root.value["a"], root.value["b"]
    assert (a.line, a.column, text[a.start:a.end]) == (1, 4, "'é😀'")
    assert (b.key.line, b.key.column, text[b.start:b.end]) == (2, 1, "- x\n- k: |\n    text")
    inner = b.value[1].value["k"]
    assert (inner.line, inner.column, inner.key.column) == (4, 6, 3)


REFUSED = {
    "anchor": ("a: b\nc: &x 1\n", 2, 4, "Anchors"),
    "alias": ("a: *x\n", 1, 4, "Aliases"),
    "tag": ("a: b\nc:\n- !!python/object:os.system x\n", 3, 3, "Tags"),
    "local tag": ("a: !x y\n", 1, 4, "Tags"),
    "merge key": ("a: b\n<<: {c: d}\n", 2, 1, "merge key"),
    "merge key further in": ("a:\n  <<: {c: d}\n", 2, 3, "merge key"),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", 3, 1, "a second time; the first is on line 1"),
    "duplicate key further in": ("a: {b: 1, b: 2}\n", 1, 11, "a second time"),
    "list as a key": ("? [a]\n: b\n", 1, 3, "must be text"),
    "missing name": ("'': b\n", 1, 1, "name is missing"),
    "list at the top": ("- a\n", 1, 1, "name: value"),
    "flow mapping at the top": ("{a: b}\n", 1, 1, "name: value"),
    "indented names": ("  a: b\n", 1, 3, "beginning of the line"),
    "second document": ("a: b\n---\nc: d\n", 2, 1, "one document"),
    "document end": ("a: b\n...\n", 2, 1, "one document"),
    "directive": ("%YAML 1.1\n---\na: b\n", 1, 1, "Directives"),
    "NUL": ("a: b\nc: x\0\n", 2, 5, "NUL"),
    "escaped NUL": ('a: "\\0"\n', 1, 4, "NUL"),
    "escaped surrogate": ('a: "\\ud800"\n', 1, 7, "Unicode"),
    "lone carriage return": ("a: b\rc: d\n", 1, 5, "carriage return"),
    "next line": ("a: b\x85c: d\n", 1, 5, "U+0085"),
    "line separator": ("a: b\nc: 'x\u2028y'\n", 2, 6, "U+2028 line separator"),
    "form feed": ("a: b\x0c\n", 1, 5, "U+000C"),
    "half a surrogate pair": ("a: b\ud800\n", 1, 5, "UTF-8"),
    "tab as indentation": ("a:\n\tb: c\n", 2, 1, "spaces, not tabs"),
    "colon in a value": ("a: b: c\n", 1, 5, "quotes"),
    "open quote": ("a: b\nc: 'x\nd: y\n", 2, 4, "not closed"),
    "open bracket": ("a: [b\nc: d\n", 2, 2, "comma"),
    "at sign": ("a: @b\n", 1, 4, "quotes"),
    "no colon": ("a: b\nc\nd: e\n", 3, 1, "colon"),
    "too deep": ("a: [[[[[[[1]]]]]]]\nb: [[[[[[[[1]]]]]]]]\n", 2, 11, "8 deep"),
}


@pytest.mark.parametrize("text, line, column, words", REFUSED.values(), ids=REFUSED)
def test_what_is_not_allowed_is_refused_where_it_stands(text, line, column, words):
    with pytest.raises(SourceError) as caught:
        read(text)
    assert words in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)


N = MAX_BYTES // 4
HOSTILE = {
    "5 MB": "a: b\n" * 1_000_000,
    "1 MB of three-byte characters": "a: " + "€" * (MAX_BYTES // 2),
    "nested lists": "a: " + "[" * N,
    "nested lists on lines": "a:\n" + "- " * N,
    "nested lists, each on a line": "a: " + "[\n " * N,
    "nested mappings": "a: " + "{a: " * (N // 2),
    "nested keys": "a:\n " + "? " * N,
    "a long flow list": "a: [" + "x," * N + "]",
    "a flow list of lists": "a: [" + "[]," * N + "]",
    "many names": "".join(f"k{n}: x\n" for n in range(N // 4)),
    "one name again and again": "a: x\n" * (N // 2),
    "backslashes": 'a: "' + "\\" * N,
    "anchors": "&a " * N,
    "exclamation marks": "a: " + "!" * N,
    "a long tag": "a: !<" + "%41" * N,
    "directives": "%TAG ! a\n" * (N // 4),
    "billion laughs": "a: &a [x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)),
    "colons": ": " * N,
    "quotes": "a: " + "'" * (N - 1),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_with_a_place(text):
    with pytest.raises(SourceError) as caught:
        read(text)
    assert caught.value.line >= 1 and caught.value.column >= 1 and caught.value.message


@given(st.dictionaries(names, values, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_reads_back_the_same(mapping, line_end):
    text = "".join(line + line_end for line in mapping_lines(mapping))
    assert plain(read(text, max_depth=20)) == mapping


@pytest.mark.parametrize("text", ["Food and catering", "15 lots", "https://example.org/x#y", "re-let", "it's", "5% off",
                                  "a, b [c]", "Ælfric’s – “note”"])
def test_ordinary_text_is_written_without_quotes(text):
    assert one_line(text) == text


@pytest.mark.parametrize("text", ["", "no", "2006", "09", "2006-05-03", "1e3", "null", "a: b", "a #b", " a", "- a",
                                  "*a"])
def test_text_that_other_programs_would_take_for_something_else_is_quoted(text):
    assert one_line(text) == f"'{text}'"


@pytest.mark.parametrize("text, lines", [
    ("one\ntwo", ["|-", "one", "two"]),
    ("one\n\n  two\n", ["|", "one", "", "  two"]),
    (" one\ntwo", ["|2-", " one", "two"]),
    ("one\r\ntwo", ['"one\\r\\ntwo"']),
    ("one\n \ntwo", ['"one\\n \\ntwo"']),
    ("one\n\n", ['"one\\n\\n"']),
])
def test_lines_are_written_as_a_block_where_that_is_exact(text, lines):
    assert scalar_lines(text) == lines
    assert value_of("\n".join(entry_lines("a", text)) + "\n") == {"a": text}


@pytest.mark.parametrize("text, place", [("a\0", (1, 2)), ("a\nb\ud83d", (2, 2))])
def test_text_that_no_file_can_hold_is_not_written(text, place):
    with pytest.raises(SourceError) as caught:
        entry_lines("a", text)
    assert (caught.value.line, caught.value.column) == place
