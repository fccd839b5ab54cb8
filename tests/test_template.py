"""Templates: what a page must be to fit, in words for its author; what a definition must be to be used."""

from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard import definitions
from cupboard.document import Document, parse
from cupboard.shapes import DefinitionError
from cupboard.template import Problem, Template

TEXT = """\
kind: template
title: Case study
groups:
- {id: summary, label: Summary, note: First.}
fields:
- {id: title, label: Title, type: text, required: true, max_length: 10, group: summary, missing: Enter a title}
- {id: year, label: Year, type: year}
- {id: when, label: When it was decided, type: date, required: true}
- {id: site, label: Link, type: url}
- {id: email, label: Email address, type: email}
- {id: context, label: Context, type: markup, section: Context, required: true}
- {id: region, label: Region, type: choice, required: true, choices: [{id: wales, label: Wales}]}
- {id: categories, label: Contents, type: terms, vocabulary: contents, required: true}
- {id: caution, label: Read with care, type: longtext}
- {id: awards, label: Awards, type: list}
- id: figures
  label: Figures
  type: rows
  columns:
  - {id: measure, label: What was measured, type: text, required: true}
  - {id: source, label: Where to check it, type: url}
- id: resources
  label: Primary resources
  type: rows
  one_of: [link, attachment]
  columns:
  - {id: link, label: Link, type: url}
  - {id: attachment, label: File, type: file}
- {id: impact, label: Impact, type: markup, section: Impact}
"""
TEMPLATE = Template.load(TEXT)
GOOD = {"title": "Meals", "when": "2006", "region": "wales", "categories": ["food"]}
TODAY = date(2024, 2, 29)


def problems(fields=None, context="Text."):
    document = Document.new({**GOOD, **(fields or {})}, {"Context": context})
    return TEMPLATE.problems(document, {}, TODAY)


def messages(**fields):
    return [problem.message for problem in problems(fields)]


def test_a_template_is_read_in_its_order():
    assert [field.id for field in TEMPLATE.fields][:3] == ["title", "year", "when"]
    assert TEMPLATE.sections == ("Context", "Impact")
    assert TEMPLATE.order == ("title", "year", "when", "site", "email", "region", "categories", "caution", "awards",
                              "figures", "resources", "Context", "Impact")
    title, region = TEMPLATE.field("title"), TEMPLATE.field("region")
    assert (title.required, title.max_length, title.group) == (True, 10, "summary")
    assert region.choices == (("wales", "Wales"),) and region.vocabulary is None
    assert TEMPLATE.field("categories").vocabulary == "contents"
    assert TEMPLATE.field("figures").column("source").type == "url" and TEMPLATE.field("none") is None
    assert TEMPLATE.groups[0][:3] == ("summary", "Summary", "First.")


def test_a_page_that_fits_has_no_problems():
    assert problems() == []
    assert problems({"year": "2006", "site": "https://example.org/x?y=z#é", "email": "a.b+c@example.co.uk",
                     "figures": [{"measure": "m", "source": "", "other": "x"}], "unheard_of": "x", "region": "atlantis",
                     "categories": ["gone"], "caution": "a\n\tb", "awards": ["one", "two"],
                     "resources": [{"attachment": "plan.pdf"}, {"link": "http://[::1]:80/"}]}) == []


def test_what_is_missing_is_asked_for_in_the_order_of_the_form():
    assert TEMPLATE.problems(parse(b""), {}, TODAY) == [
        Problem("title", "Enter a title"),
        Problem("when", "Enter when it was decided"),
        Problem("context", "Enter the context"),
        Problem("region", "Select the region"),
        Problem("categories", 'Select at least one option under "Contents"'),
    ]


@pytest.mark.parametrize("empty", [{"title": " "}, {"title": []}, {"categories": [" "]}, {"categories": ""}])
def test_blanks_are_missing_too(empty):
    document = parse(b"---\ntitle: x\nwhen: '2006'\nregion: x\ncategories: [x]\n---\n= Context =\nx\n")
    assert [problem.field for problem in TEMPLATE.problems(document.edit(empty))] == list(empty)


@pytest.mark.parametrize("fields, message", [
    ({"title": "x" * 11}, "Title must be 10 characters or fewer"),
    ({"title": "x\ny"}, "Title must be on one line"),
    ({"title": "x\x01"}, "Title must not contain control characters"),
    ({"caution": "x\u2028y"}, "Read with care must not contain control characters"),
    ({"title": ["x"]}, "Title must be text, not a list"),
    ({"region": [{"a": "b"}]}, "Region must be text, not a list"),
    ({"categories": "food"}, "Contents must be a list, one text to a line that starts with -"),
    ({"awards": [{"a": "b"}]}, "Awards must be a list, one text to a line that starts with -"),
    ({"awards": ["a\nb"]}, "Awards must have one line for each item, without control characters"),
    ({"figures": "x"}, "Figures must be rows: names and values under a line that starts with -"),
    ({"figures": ["x"]}, "Figures must be rows: names and values under a line that starts with -"),
    ({"year": "1989"}, "Year: enter a year between 1990 and 2025, in four digits"),
    ({"year": "2026"}, "Year: enter a year between 1990 and 2025, in four digits"),
    ({"email": "someone"}, "Email address: enter an email address, such as name@example.org"),
    ({"site": "https://me:secret@example.org"}, "Link: enter a web address without a user name or password"),
])
def test_a_value_that_does_not_fit_is_said_in_plain_words(fields, message):
    assert messages(**fields) == [message]


@pytest.mark.parametrize("year", ["1990", "2025"])
def test_years_up_to_next_year_fit(year):
    assert not messages(year=year)


@pytest.mark.parametrize("year", ["20", "20245", "２０２４", "2o24", "-2024", "2024 "])
def test_what_is_no_year_is_refused(year):
    assert messages(year=year)


@pytest.mark.parametrize("when", ["2006", "2006-05", "2006-05-03", "2024-02-29"])
def test_years_months_and_days_are_dates(when):
    assert not messages(when=when)


@pytest.mark.parametrize("when", ["0000", "2006-13", "2006-00", "2023-02-29", "2006-5-3", "2006-05-03T10:00",
                                  "3 May 2006", "２００６"])
def test_what_no_calendar_has_is_no_date(when):
    assert len(messages(when=when)) == 1


@pytest.mark.parametrize("site", [
    "javascript:alert(1)", "JavaScript://example.org/%0aalert(1)", "data:text/html,x",
    "ftp://example.org", "example.org", "//example.org", "https://", "https:///path", "http://[::1",
    "https://example.org:port/", "https://exa mple.org",
    "https://example.org/\\x", "https://example.org/\x7f", "https://example.org/" + "x" * 2000, " https://example.org",
    "https://user@example.org", "https://example.org:99999",
])
def test_only_web_addresses_are_links(site):
    assert len(messages(site=site)) == 1


@pytest.mark.parametrize("email", ["a@b", "@example.org", "a@", "a b@example.org", "a@example..org", "a@-example.org",
                                   "Name <a@example.org>", "a@b@example.org", "a@example.org,b@example.org",
                                   "a" * 250 + "@b.org"])
def test_what_is_no_email_address_is_refused(email):
    assert len(messages(email=email)) == 1


def test_problems_of_rows_say_which_row_and_column():
    assert problems({"figures": [{"measure": "m"}, {"source": "x"}],
                     "resources": [{"kind": "x"}, {"attachment": "../x"}]}) == [
        Problem("figures", "Row 2 of figures: enter what was measured", 1, "measure"),
        Problem("figures", "Row 2 of figures: where to check it: enter a web address that starts with https:// or "
                           "http://", 1, "source"),
        Problem("resources", "Row 1 of primary resources: enter a link or a file", 0, "link"),
        Problem("resources", "Row 2 of primary resources: file: give the name of a file, without folders, of 200 "
                             "characters or fewer", 1, "attachment"),
    ]


nested = st.recursive(st.text(max_size=3), lambda v: st.lists(v, max_size=2) | st.dictionaries(
    st.sampled_from(["measure", "link"]), v, max_size=2), max_leaves=6)


@given(st.dictionaries(st.sampled_from(TEMPLATE.order[:-2]), nested))
def test_any_value_gets_an_answer(fields):
    page = parse(b"---\n---\n")
    fields = {key: value for key, value in fields.items() if not has_nul(value)}
    for problem in TEMPLATE.problems(page.edit(fields)):
        assert TEMPLATE.field(problem.field) and problem.message


def has_nul(value):
    if isinstance(value, str):
        return "\0" in value
    return any(has_nul(item) for item in (value.values() if isinstance(value, dict) else value))


def broken(before, after, **options):
    assert before in TEXT
    with pytest.raises(DefinitionError) as caught:
        Template.load(TEXT.replace(before, after, 1), **options)
    return caught.value


@pytest.mark.parametrize("before, after, line, at, words", [
    ("kind: template", "kind: vocabulary", 1, "vocabulary", "kind: template"),
    ("title: Case study", "name: Case study", 1, "kind: templa", "no title"),
    ("title: Case study", "title: Case study\nmore: x", 3, "more: x", '"more"'),
    ("type: text, required: true, max_length: 10", "type: txt", 6, "txt, group: ", "text, year"),
    ("required: true, max_length: 10", "requird: true", 6, "requird: tru", '"requird"'),
    ("required: true, max_length: 10", "required: perhaps", 6, "perhaps, gro", "true or false"),
    ("max_length: 10", "max_length: ten", 6, "ten, group: ", "whole number"),
    ("group: summary", "group: story", 6, "story, missi", 'no group "story"'),
    ("id: year", "id: title", 7, "title, label", "second time"),
    ("label: Year, ", "", 7, "{id: year, t", "no label"),
    ("id: year", "id: the year", 7, "the year, la", "small letters"),
    ("type: year", "type: year, max_length: 4", 7, "max_length: ", '"max_length"'),
    ("section: Context, ", "", 11, "{id: context", "no section"),
    ("section: Impact", "section: Context", 29, "Context}", "already"),
    ("section: Impact", "section: 'a:: b'", 29, "'a:: b'}", "title of a section"),
    ("type: year", "type: year, section: Year", 7, "section: Yea", '"section"'),
    ("choices: [{id: wales, label: Wales}]", "choices: []", 12, "[]}", "choice"),
    (", choices: [{id: wales, label: Wales}]", "", 12, "{id: region,", "either choices or a vocabulary"),
    ("{id: wales, label: Wales}", "{id: wales}", 12, "{id: wales}]", "no label"),
    ("{id: wales, label: Wales}", "{id: wales, label: W}, {id: wales, label: V}", 12, "wales, label", "second time"),
    ("{id: wales, label: Wales}", "wales", 12, "wales]}", "names and values"),
    (" vocabulary: contents,", "", 13, "{id: categor", "no vocabulary"),
    ("type: longtext", "type: file", 14, "file}", "column of rows"),
    ("one_of: [link, attachment]", "one_of: [link, file]", 25, "[link, file]", '"file"'),
    ("id: attachment, label: File, type: file", "id: attachment, label: File, type: rows", 28, "rows}", "file"),
    ("id: attachment", "id: link", 28, "link, label:", "second time"),
    ("fields:", "fields: []\nx:", 5, "[]", "no fields"),
    ("missing: Enter a title", "missing: &x y", 6, "&x y}", "Anchors"),
])
def test_a_broken_template_says_what_to_write_and_where(before, after, line, at, words):
    error = broken(before, after)
    assert words in error.message
    assert error.line == line
    assert TEXT.replace(before, after, 1).split("\n")[line - 1][error.column - 1:].startswith(at)


def test_a_vocabulary_that_is_not_there_is_refused_when_the_names_are_known():
    error = broken("vocabulary: contents", "vocabulary: contets", vocabularies=["contents", "legal-statuses"])
    assert "contents, legal-statuses" in error.message and error.line == 13
    Template.load(TEXT, ["contents"])


def test_the_template_of_a_new_wiki_can_be_used():
    text = (resources.files("cupboard.seed_pages") / "Cupboard/Template.yaml").read_text(encoding="utf-8")
    template = Template.load(text, (*definitions.VOCABULARIES, *definitions.OF_RATES, *definitions.OF_REGIMES))
    assert all(problem.message for problem in template.problems(parse(b"")))
    assert not any(field.group == "" for field in template.fields)
