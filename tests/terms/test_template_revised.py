"""A template is revised while pages stay as they are: all of them open, are saved, and lose nothing."""

import random
import re

import pytest
from moin.constants.keys import CURRENT

from cupboard import definitions, instance, outdated, pages
from cupboard.document import Document, dump
from cupboard.editing.forms import PageForm
from cupboard.kinds.case_study import CASE_STUDY
from tests.terms.test_guard import current, save, text_of
from tests.terms.test_term_form import words

TEMPLATE = definitions.TEMPLATE
COUNT = 200


@pytest.fixture
def editor(seeded_client):
    return seeded_client.sign_in("editor1")


def revise(editor, app, *changes):
    text = text_of(app, TEMPLATE)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    answer = save(editor, app, text, TEMPLATE)
    assert answer.status_code == 303, words(answer)[:2000]


def generated(app, count):
    """Case studies with random values of random fields; each with what the template requires."""
    chance = random.Random(5)
    with instance.inside(app) as storage:
        in_force = definitions.current()
        terms = [term.id for term in in_force.contents.walk()]
        for number in range(count):
            fields, sections = {}, {}
            for field in in_force.template.fields:
                if field.group == "cost-benefit" or not field.required and chance.random() < 0.5:
                    continue
                if field.id == "contact_name":  # a person is left out of what is saved until they agree
                    continue
                if field.id == "contact_name":
                    continue  # whoever is named has to agree first
                if field.type == "markup":
                    sections[field.section] = f"Text {number}, ''said'' so."
                elif field.type == "choice":
                    ids = [*in_force.labels(field)]
                    fields[field.id] = chance.choice(ids) if ids else ""
                elif field.type == "choices":
                    fields[field.id] = sorted({chance.choice(field.choices).id for _ in range(3)})
                elif field.type == "terms":
                    fields[field.id] = sorted({chance.choice(terms) for _ in range(3)})
                elif field.type == "year":
                    fields[field.id] = str(chance.randint(2000, 2025))
                elif field.type in ("text", "longtext"):
                    fields[field.id] = f"{field.label} {number}: 'x', #y"
            document = Document.new({**fields, "remark": "kept"}, sections, in_force.template.order)
            assert in_force.problems(CASE_STUDY, document) == []
            pages.save(CASE_STUDY, f"CaseStudies/made-{number}", document, storage=storage)


def opened_and_saved(app, number):
    """The page's form, opened and sent back as it is; and with a new result."""
    page = pages.read(f"CaseStudies/made-{number}", storage=app.storage)
    in_force = definitions.current()
    form = PageForm(in_force, in_force.template, page.document, None, page.document)
    assert dump(form.edited()) == dump(page.document), number
    new = page.document.edit(fields={"result": f"Result {number}"}, order=in_force.template.order)
    blocking, _ = outdated.split(
        in_force.template,
        page.document,
        new,
        in_force.problems(CASE_STUDY, new),
        in_force.problems(CASE_STUDY, page.document),
    )
    assert blocking == [], number
    assert {**page.document.fields, "result": f"Result {number}"} == dict(new.fields)
    return page, new


REVISIONS = (
    # a label, a new optional field, a new required one with a default
    (("  label: Year\n", "  label: Year it began\n"),
     ("fields:\n", "fields:\n- {id: colour, label: Colour, type: text}\n"
      "- {id: mood, label: Mood, type: choice, required: true, default: calm, choices: [{id: calm, label: Calm}]}\n")),
    # a choice goes away; a field that most pages lack is required
    (("  - {id: england-london, label: England - London}\n", ""),
     ("- {id: colour, label: Colour, type: text}\n", "- {id: colour, label: Colour, type: text, required: true}\n")),
    # a field goes away, another gets shorter
    (("- id: caution\n", "- id: caution-gone\n"),),
)


def test_two_hundred_pages_live_through_three_revisions(editor, seeded_app):
    generated(seeded_app, COUNT)
    for revision in REVISIONS:
        revise(editor, seeded_app, *revision)
        with instance.inside(seeded_app):
            for number in range(COUNT):
                _, new = opened_and_saved(seeded_app, number)
                if revision is REVISIONS[-1] and number % 40:
                    name = f"CaseStudies/made-{number}"
                    pages.save(CASE_STUDY, name, new, storage=seeded_app.storage, is_checked=True)
                    assert dump(pages.read(name, storage=seeded_app.storage).document) == dump(new)
    for number in range(0, COUNT, 40):
        name = f"CaseStudies/made-{number}"
        shown = editor.get(f"/{name}")
        assert shown.status_code == 200 and "Earlier fields" in shown.text and "kept" in shown.text
        form = editor.get(f"/+modify/{name}")
        assert form.status_code == 200 and "Enter the colour" in words(form)
        with instance.inside(seeded_app):
            page, new = opened_and_saved(seeded_app, number)
        answer = editor.post(
            f"/+modify/{name}?itemtype=case-study&contenttype=text/x-case-study;charset%3Dutf-8",
            data={"edit.base": page.revid, "edit.editor": "text", "edit.text": new.text, "edit.do": "save"},
        )
        assert answer.status_code == 303, words(answer)[:1500]
        with instance.inside(seeded_app) as storage:
            assert dump(pages.read(name, storage=storage).document) == dump(new)


def a_case(app):
    with instance.inside(app) as storage:
        return next(
            revision.meta["name"][0]
            for revision in storage.documents(itemtype="case-study")
            if pages.read(revision.meta["name"][0], storage=storage).document.fields.get("caution")
        )


def stored(app, name):
    with instance.inside(app) as storage:
        return pages.read(name, storage=storage)


def test_a_removed_field_is_kept_and_shown_under_earlier_fields_with_its_label(editor, seeded_app):
    name = a_case(seeded_app)
    caution = stored(seeded_app, name).document.fields["caution"]
    assert "Earlier fields" not in editor.get(f"/{name}").text
    text = text_of(seeded_app, TEMPLATE)
    field = re.search(r"- id: caution\n(?:  .*\n)+", text)[0]
    label = re.search("label: (.*)", field)[1]
    revise(editor, seeded_app, (field, ""))
    shown = words(editor.get(f"/{name}"))
    assert "Earlier fields" in shown and label in shown.partition("Earlier fields")[2]
    assert " ".join(caution.split())[:60] in shown.partition("Earlier fields")[2]
    assert 'name="caution"' not in editor.get(f"/+modify/{name}").text


def test_a_choice_that_went_away_stays_and_is_marked(editor, seeded_app):
    name = a_case(seeded_app)
    id = stored(seeded_app, name).document.fields["region"]
    text = text_of(seeded_app, TEMPLATE)
    line, label = re.search(rf"( +- {{id: {id}, label: (.*)}}\n)", text).groups()
    revise(editor, seeded_app, (line, ""))
    assert current(seeded_app).template.field("region")
    assert f'{label.strip(chr(34))} (no longer in the list)' in words(editor.get(f"/{name}"))
    assert re.search(rf'<option value="{id}" selected>', editor.get(f"/+modify/{name}").text)


def test_a_field_required_later_is_asked_for_and_blocks_nobody(editor, seeded_app):
    name = a_case(seeded_app)
    revise(editor, seeded_app, ("fields:\n", "fields:\n- {id: colour, label: Colour, type: text}\n"))
    revise(
        editor,
        seeded_app,
        ("{id: colour, label: Colour, type: text}", "{id: colour, label: Colour, type: text, required: true}"),
    )
    form = editor.get(f"/+modify/{name}")
    assert "This page was written before these were asked" in words(form) and "Enter the colour" in words(form)
    page = stored(seeded_app, name)
    url = f"/+modify/{name}?itemtype=case-study&contenttype=text/x-case-study;charset%3Dutf-8"

    def text(**fields):
        new = page.document.edit(fields=fields)
        return {"edit.base": page.revid, "edit.editor": "text", "edit.text": new.text, "edit.do": "save"}

    assert editor.post(url, data=text(result="Another result")).status_code == 303
    page = stored(seeded_app, name)
    assert page.document.fields["result"] == "Another result"
    answer = editor.post(url, data=text(year="soon"))
    assert answer.status_code == 422 and "year" in words(answer)
    assert editor.post(url, data=text(colour="Red")).status_code == 303
    page = stored(seeded_app, name)
    answer = editor.post(url, data=text(colour=None))
    assert answer.status_code == 422 and "Enter the colour" in words(answer)
    assert "Enter the colour" in words(editor.post("/+cupboard/new", data={"title": "New one", "edit.do": "save"}))


def test_a_default_is_offered_and_written_with_the_next_change(editor, seeded_app):
    name = a_case(seeded_app)
    revise(editor, seeded_app, REVISIONS[0][1])
    with instance.inside(seeded_app):
        in_force = definitions.current()
        document = pages.read(name, storage=seeded_app.storage).document
        form = PageForm(in_force, in_force.template, document, None, document)
        assert form.controls["mood"].data == "calm" and form.edited() is document
        form.controls["result"].data = "Another result"
        assert form.edited().fields["mood"] == "calm"
    assert "Enter the mood" not in words(editor.get(f"/+modify/{name}"))
    with instance.inside(seeded_app) as storage:
        assert "mood" not in storage[name][CURRENT].meta
