"""Wiki markup: the quicker pattern finds what Moin's own finds."""

import moin.app  # noqa: F401  Moin's modules import each other in circles; from this one on they load in order
from hypothesis import example, given, settings
from hypothesis import strategies as st
from moin.converters.moinwiki_in import Converter

from cupboard.engine import markup
from cupboard.engine.replacement import put, put_back

PIECES = [
    "[[", "]]", "|", "<<", ">>", "BR", "(", ")", "{{{", "}}}", "`", "{{", "}}", "''", "'''", "/*", "*/", "~+", "+~",
    "~-",
    "-~", "--(", ")--", ",,", "^", "__", "&", "&auml;", "&#42;", ";", " ", "  ", "\n", "\t", "word", "x", "http://a.b/",
    "MoinMoin:", "name@example.org", "*", "/", "-", "+", "é", "1",
]  # fmt: skip


def found(pattern, text):
    return [(match.span(), match.lastgroup, match.groupdict()) for match in pattern.finditer(text)]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=40))
@example("a /* comment */ b")
@example("/* c */")
@example("[[a|{{b}}]] --(x)-- ~+big+~ ,,i,, ^2^ __u__ &uuml;")
def test_the_same_markup_is_found(text):
    for name in ("inline_re", "inlinedesc_re"):
        original = getattr(Converter, name)
        assert found(markup._guarded(original), text) == found(original, text)


def test_it_is_put_in_place_and_taken_out_again():
    original = Converter.inline_re
    for replacement in markup.REPLACEMENTS:
        put(replacement)
    try:
        assert Converter.inline_re.pattern != original.pattern
    finally:
        for replacement in markup.REPLACEMENTS:
            put_back(replacement)
    assert Converter.inline_re is original
