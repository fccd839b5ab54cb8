"""A definition page is checked on every way of saving; what comes in from outside and can't be used never counts."""

import io

import pytest
from moin.constants.keys import CURRENT

from cupboard import definitions, in_force, instance, pages
from cupboard.document import dump
from tests.conftest import set_acl

CONTENTS = "Cupboard/Contents"


def text_of(app, name=CONTENTS):
    with instance.inside(app) as storage:
        with storage[name][CURRENT].data as data:
            return data.read().decode()


def put(app, text, name=CONTENTS, **meta):
    """As ``moin item-put`` does: straight into the storage that checks nothing."""
    with instance.inside(app) as storage:
        item = storage[name]
        kept = {key: item[CURRENT].meta[key] for key in ("name", "namespace", "contenttype", "itemtype", "acl")}
        number = item[CURRENT].meta.get("rev_number", 1) + 1
        revision = item.store_revision(
            {**kept, "rev_number": number, **meta}, io.BytesIO(text.encode()), return_rev=True
        )
        return revision.revid


def save(client, app, text, name=CONTENTS):
    with instance.inside(app) as storage:
        base = storage[name][CURRENT].revid
    return client.post(
        f"/+modify/{name}",
        query_string={"itemtype": definitions.ITEM_TYPE, "contenttype": definitions.CONTENT_TYPE},
        data={"edit.base": base, "edit.editor": "text", "edit.text": text, "edit.do": "save"},
    )


def current(app):
    with instance.inside(app):
        return definitions.current()


@pytest.fixture
def editor(seeded_client):
    return seeded_client.sign_in("editor1")


def test_a_removed_id_that_case_studies_carry_is_refused_with_its_place(editor, seeded_app):
    text = text_of(seeded_app)
    without = text.replace("  - id: food\n", "  - id: meals\n")
    answer = save(editor, seeded_app, without)
    assert answer.status_code == 422
    assert "contracts/food is missing, and case studies carry it or what is below it" in answer.text
    assert "retired: true" in answer.text and "Line " in answer.text
    assert current(seeded_app).contents.get("contracts/food").label == "Food and catering"
    assert text_of(seeded_app) == text


def test_an_id_that_no_page_carries_can_go(editor, seeded_app):
    line = "  - {id: market, label: Early market engagement, aliases: [Supplier days, Soft market testing]}\n"
    text = text_of(seeded_app)
    unused = text.replace(line, line + "  - {id: unused-one, label: Unused}\n")
    assert save(editor, seeded_app, unused).status_code == 303
    assert current(seeded_app).contents.get("external-engagement/unused-one")
    assert save(editor, seeded_app, text).status_code == 303
    assert current(seeded_app).contents.get("external-engagement/unused-one") is None


def test_a_live_term_below_a_retired_one_is_refused(editor, seeded_app):
    text = text_of(seeded_app).replace("  - id: food\n", "  - id: food\n    retired: true\n")
    answer = save(editor, seeded_app, text)
    assert answer.status_code == 422 and "above it, is not" in answer.text


@pytest.mark.parametrize(
    "field, said",
    [
        ("- {id: new-one, label: New one, type: text, required: true}", "new-one is new and required"),
        ("- {id: new-one, label: New one, type: colour}", "is not a type that can stand here"),
        ("- {id: title, label: Again, type: text}", "a second time"),
        ("- {id: new-one, label: New one, type: text, colour: red}", "can&#39;t have &#34;colour&#34;"),
        ("- {id: new-one, label: N, type: choice, choices: [{id: a, label: A}], default: b}", "is not a choice"),
    ],
)
def test_a_template_that_pages_could_not_follow_is_refused(editor, seeded_app, field, said):
    name = definitions.TEMPLATE
    text = text_of(seeded_app, name)
    answer = save(editor, seeded_app, text.rstrip("\n") + f"\n{field}\n", name)
    assert answer.status_code == 422 and said in answer.text and "Line " in answer.text
    assert text_of(seeded_app, name) == text


def test_a_field_cannot_become_something_else(editor, seeded_app):
    text = text_of(seeded_app, definitions.TEMPLATE).replace("  type: year\n", "  type: list\n", 1)
    answer = save(editor, seeded_app, text, definitions.TEMPLATE)
    assert answer.status_code == 422 and "year was text and would be a list" in answer.text


def test_a_revert_and_a_deletion_meet_the_same_rules(editor, seeded_app):
    with instance.inside(seeded_app) as storage:
        first = storage[CONTENTS][CURRENT].revid
    text = text_of(seeded_app)
    assert save(editor, seeded_app, text.rstrip("\n") + "\n- {id: extra, label: Extra}\n").status_code == 303
    with instance.inside(seeded_app) as storage:
        page = pages.read("CaseStudies/" + "x", storage=storage)
        assert page is None
        name = next(iter(storage.documents(itemtype="case-study"))).meta["name"][0]
        document = pages.read(name, storage=storage).document
        document = document.edit(fields={"categories": [*document.fields["categories"], "extra"]})
        pages.store(
            name, dump(document), contenttype="text/x-case-study;charset=utf-8", itemtype="case-study", storage=storage
        )
    answer = editor.post(f"/+revert/+{first}/{CONTENTS}", data={"comment": ""})
    assert answer.status_code == 422 and "extra is missing" in answer.text
    answer = editor.post(f"/+delete/{CONTENTS}", data={"comment": ""})
    assert answer.status_code == 422 and "the one that came with the Cupboard would count again" in answer.text
    assert current(seeded_app).contents.get("extra").label == "Extra"


def test_moins_own_editor_meets_the_same_rules(editor, seeded_app):
    answer = editor.post(
        f"/+modify/{CONTENTS}?itemtype=default&contenttype=text/plain;charset%3Dutf-8",
        data={"content_form_data_text": "kind: vocabulary\n", "comment": ""},
    )
    assert answer.status_code == 422
    assert current(seeded_app).contents.get("contracts")


def test_what_item_put_brings_is_used_when_it_keeps_every_id(seeded_app):
    text = text_of(seeded_app).replace("label: Food and catering", "label: Food")
    revid = put(seeded_app, text)
    with instance.inside(seeded_app):
        assert definitions.standing(CONTENTS) == in_force.Standing(revid)
        assert definitions.current().contents.get("contracts/food").label == "Food"


@pytest.mark.parametrize(
    "broken",
    [lambda text: "kind: vocabulary\nterms: [", lambda text: text.replace("  - id: food\n", "  - id: meals\n")],
    ids=["unreadable", "without an id"],
)
def test_what_item_put_brings_is_not_used_otherwise_and_the_last_good_one_stays(seeded_app, broken):
    text = text_of(seeded_app)
    with instance.inside(seeded_app):
        good = definitions.standing(CONTENTS).revid
    revid = put(seeded_app, broken(text))
    again = put(seeded_app, broken(text) + "\n")
    with instance.inside(seeded_app):
        standing = definitions.standing(CONTENTS)
        assert standing.revid == good and [one.revid for one in standing.rejected] == [again, revid]
        assert all(one.errors for one in standing.rejected)
        assert definitions.current().contents.get("contracts/food").label == "Food and catering"
    mended = put(seeded_app, text + "\n")
    with instance.inside(seeded_app):
        assert definitions.standing(CONTENTS) == in_force.Standing(mended)


def test_a_copied_mark_does_not_make_an_unchecked_text_count(editor, seeded_app):
    text = text_of(seeded_app)
    assert save(editor, seeded_app, text + "\n# looked at\n").status_code == 303
    with instance.inside(seeded_app) as storage:
        mark = storage[CONTENTS][CURRENT].meta[in_force.CHECKED]
    put(seeded_app, text.replace("  - id: food\n", "  - id: meals\n"), **{in_force.CHECKED: mark})
    assert current(seeded_app).contents.get("contracts/food").label == "Food and catering"


def test_who_may_not_write_the_page_changes_nothing(seeded_client, seeded_app):
    text = text_of(seeded_app)
    seeded_client.sign_in("alice")
    assert save(seeded_client, seeded_app, text + "\n").status_code == 403
    assert text_of(seeded_app) == text


def test_the_page_says_which_revision_counts_when_the_newest_does_not(seeded_client, seeded_app):
    put(seeded_app, text_of(seeded_app).replace("  - id: food\n", "  - id: meals\n"))
    shown = seeded_client.get(f"/{CONTENTS}").text
    assert "contracts/food is missing" in shown and "is not in force" in shown
    assert "School meals" in shown
    set_acl(seeded_app, CONTENTS, "All:")
    assert seeded_client.get(f"/{CONTENTS}").status_code == 403


@pytest.mark.parametrize(
    "page, fields, id, said",
    [
        (definitions.DISCOUNT_RATES, "schedule: green-book-2026-health", "green-book-2026-health", "The schedule"),
        (definitions.DISCOUNT_RATES, "schedule: health", "green-book-2026-health", "The schedule health"),
        (definitions.REGIMES, "law_change_dismissals:\n- event: {id}\n  reason: It was over.", "local-reservation-2026",
         "The change of law"),
    ],
    ids=["a schedule", "the last of a kind", "a dismissed change of law"],
)
def test_what_a_case_study_names_in_its_costs_or_dismissals_can_not_be_removed(
    editor, seeded_app, page, fields, id, said
):
    before = text_of(seeded_app, page)
    blocks = before.split("\n- ")
    gone = [block for block in blocks if block.startswith(f"id: {id}\n")]
    assert len(gone) == 1
    after = "\n- ".join(block for block in blocks if block is not gone[0])
    assert save(editor, seeded_app, after, page).status_code == 303, "nothing names it"
    assert save(editor, seeded_app, before, page).status_code == 303
    case = f"---\ntitle: T\n{fields.format(id=id)}\n---\n= Context =\nC\n"
    with instance.inside(seeded_app) as storage:
        pages.store("CaseStudies/carrier", case.encode(), contenttype="text/x-case-study;charset=utf-8",
                    itemtype="case-study", storage=storage)
    answer = save(editor, seeded_app, after, page)
    assert answer.status_code == 422 and said in answer.text and "is missing, and case studies carry it" in answer.text
    assert text_of(seeded_app, page) == before
