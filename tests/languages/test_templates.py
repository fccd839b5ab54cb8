"""Every text of our templates goes through gettext."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages.finding import left_out

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = [
    path
    for folder in ("plugin/templates", "themes/cupboard/templates")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".html", ".txt", ".xml")
]

#: What stands in a template and is not to be translated, and why.
MEANT = {
    "Contents": "the name of a page, for its address",
    "Help": "the name of a page, for its address",
    "Group": "the end of a page's name",
    "Dict": "the end of a page's name",
    "None": "what Moin takes for no rule",
    "c-field c-field--error": "classes, made by a macro",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_of_a_template_is_left_out(path: Path) -> None:
    found = [one for one in left_out(path.read_text()) if one.text not in MEANT]
    assert not found, "put them into _() or {% trans %}"


@pytest.mark.parametrize("source", [
    "<p>Sign in</p>", "<p>{{ name }} wrote</p>", '<a title="Sign in"></a>',
    '<button aria-label="{{ x }} away"></button>',
    '<input type="submit" value="Go">', "{{ 'Sign in' if x else _('Sign out') }}", "{% set words %}Words{% endset %}",
    "{% trans %}Fine{% endtrans %} not fine", "{{ _('%(x)s', x='Not fine') }}", '<p data-say-it="Said by a script">',
    "<{{ tag }}>Words</{{ tag }}>",
    "{{ macro(label='Name of it') }}", "{#\n#}\n<p>\n  {%- if x %}\n  Words{% endif %}",
])  # fmt: skip
def test_each_way_to_leave_a_text_out_is_found(source: str) -> None:
    assert len(left_out(source)) == 1


@pytest.mark.parametrize("source", [
    "<p>{{ _('Sign in') }}</p>", "<p>{% trans name=name %}{{ name }} <b>wrote</b>{% endtrans %}</p>",
    '<a title="{{ _("Sign in") }}" class="c-field"></a>',
    '<input value="yes">', "{{ url_for('Some Thing') }}", "<code>cupboard serve</code>",
    '<span lang="cy">Cymraeg</span>', "<p>{{ x }}: {{ y }} · 5%</p>",
    "{% trans n=n %}{{ n }} page{% pluralize %}{{ n }} pages{% endtrans %}", "{# A comment. #}",
    "<script>const words = 1;</script>",
])  # fmt: skip
def test_what_is_translated_or_is_no_text_is_not_found(source: str) -> None:
    assert left_out(source) == []


def test_the_line_of_a_find_is_where_it_stands() -> None:
    assert left_out("{#\n#}\n{%- if x %}\n<p>\n{{ _('a') }}\n\n  Words</p>{% endif %}")[0].line == 7
