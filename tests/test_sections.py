"""Sections are the level-1 headings that Moin's own converter sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moin.converters.moinwiki_in import Converter
from moin.utils.tree import moin_page

from cupboard.sections import content, heading_title, outline

# What opens, closes or hides headings, in the places where Moin looks for it.
lines = st.builds(
    "{}{}".format,
    st.sampled_from(["", " ", "* ", " * ", " 1. ", "a. ", " term:: ", ". ", "  "]),
    st.sampled_from(["{{{", "}}}", "{{{{", "}}}}", "{{{#!wiki red", "{{{ #!csv ;", "{{{ code", "{{{x}}}", "{{{ }}}",
        "text",
                     "||table||", "----", "## note", ""]),
) | st.sampled_from(["= A =", "= B =  ", "=\tC =", "== D ==", "= E ==", "= F", "=G=", "= H:: I =", "=  =", "= =",
    "= J = K =",
                     "==", "=", "= L =\r"])


def moins_headings(text):
    page = Converter()(text)
    return ["".join(h.itertext()) for h in page.iter(moin_page.h) if h.get(moin_page.outline_level) == "1"]


@given(st.lists(lines, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_headings_are_those_that_moin_sees(written, line_end):
    text = line_end.join(written)
    assert [heading.title for heading in outline(text).headings] == moins_headings(text)


@pytest.mark.parametrize("line, title", [
    ("= Context =", "Context"), ("=  What we did  = \r\n", "What we did"), ("= a = b =", "a = b"), ("=  =", ""),
    ("== Context ==", None), (" = Context =", None), ("=Context=", None), ("= Context", None), ("= a:: b =", None),
])
def test_a_heading_has_one_equals_sign_and_a_blank_on_each_side(line, title):
    assert heading_title(line) == title


def test_a_heading_knows_its_place():
    heading = outline("text\n= A =\r\nmore\n").headings[0]
    assert (heading.line, heading.start, heading.end) == (2, 5, 12)


@pytest.mark.parametrize("body, line", [("a\n{{{\nb", 2), ("{{{{\n}}}", 1), ("{{{\n}}}", None), ("a {{{ b", None),
                                        ("{{{\n{{{\n}}}", None), ("{{{\n}}}\n{{{#!wiki", 3)])
def test_a_block_that_is_never_closed_is_found(body, line):
    assert outline(body).unclosed == line


@given(st.text(" \n\r\tab\u2028"))
def test_text_and_the_blank_lines_around_it_are_the_whole(raw):
    before, text, after = content(raw)
    assert before + text + after == raw
    assert not before.strip() and not after.strip()
    if text:
        assert text.split("\n")[0].strip() and text.rstrip("\n").split("\n")[-1].strip()
