"""The Cupboard's part of the admin pages: what it shows to whom, and that each list leads to a way to act."""

import csv
import io
import re

import pytest
from moin.constants.keys import CURRENT

from cupboard import definitions, instance, pages
from cupboard.catalogue.carrying import carriers
from tests.conftest import set_acl
from tests.terms.test_guard import CONTENTS, put, text_of
from tests.terms.test_term_form import change, words

ADDRESSES = ["/+cupboard/admin/health", "/+cupboard/admin/coverage", "/+cupboard/admin/upkeep",
             "/+cupboard/admin/upkeep/terms.csv", "/+cupboard/admin/work", "/+cupboard/jobs"]  # fmt: skip
MEALS = "contracts/food/school-meals"


def edit(app, name, **fields):
    with instance.inside(app) as storage:
        page = pages.read(name, storage=storage)
        text = page.document.edit(fields=fields).text.encode()
        pages.store(name, text, contenttype=page.meta["contenttype"], itemtype="case-study", storage=storage)


def a_case(app, id=MEALS):
    with instance.inside(app):
        return carriers("categories", [id], everybodys=True)[0].name


def listed(client, id):
    """(page, what) of an upkeep list."""
    answer = client.get(f"/+cupboard/admin/upkeep/{id}.csv")
    assert answer.status_code == 200 and answer.content_type.startswith("text/csv")
    return [(row["Page"], row["What"]) for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))]


@pytest.fixture
def admin(seeded_client):
    return seeded_client.sign_in("admin")


@pytest.mark.parametrize("name", [None, "alice"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_others_get_403_and_no_hint(seeded_client, name, address):
    if name:
        seeded_client.sign_in(name)
    answer = seeded_client.get(address)
    assert answer.status_code == 403
    assert (
        "CaseStudies/" not in answer.text.partition("<main")[2]
        and "contracts/" not in answer.text.partition("<main")[2]
    )


def test_moins_admin_index_has_the_cupboards_part_for_administrators_only(seeded_client):
    assert seeded_client.sign_in("editor1").get("/+admin/superuser").status_code == 403
    shown = seeded_client.sign_in("admin").get("/+admin/superuser").text
    for address in ADDRESSES[:3]:
        assert address in shown


def test_editors_see_all_but_health(seeded_client):
    seeded_client.sign_in("editor1")
    assert [seeded_client.get(address).status_code for address in ADDRESSES] == [403, 200, 200, 200, 200, 200]


def test_health_names_what_is_not_in_force_and_compares_on_demand(admin, seeded_app):
    shown = words(admin.get(ADDRESSES[0]))
    assert "MoinMoin 2.0.0b5" in shown and "Newest version not in force" not in shown and "switched off" in shown
    put(seeded_app, text_of(seeded_app).replace("  - id: food\n", "  - id: meals\n"))
    shown = words(admin.get(ADDRESSES[0]))
    assert "Newest version not in force" in shown and "contracts/food is missing" in shown
    assert "all right" in words(admin.post(ADDRESSES[0]))


def test_coverage_counts_as_lists_do_and_only_what_may_be_read(seeded_client, seeded_app):
    seeded_client.sign_in("editor1")
    shown = seeded_client.get(ADDRESSES[1]).text
    table = shown.partition("Contract areas by legal status")[0]
    cell = re.search(r'<a href="(/\+cupboard/browse\?[^"]*)">(\d+)</a>', table)
    heading = words(seeded_client.get(cell[1].replace("&amp;", "&")))
    assert re.search(rf"\b{cell[2]} case stud", heading)
    assert "Terms never used" in shown
    before = sum(map(int, re.findall(r">(\d+)</a></td>", shown.partition("By year")[2])))
    name = a_case(seeded_app)
    set_acl(seeded_app, name, "alice:read All:")
    after = sum(map(int, re.findall(r">(\d+)</a></td>", seeded_client.get(ADDRESSES[1]).text.partition("By year")[2])))
    with instance.inside(seeded_app) as storage:
        has_year = bool(pages.read(name, storage=storage).document.fields.get("year"))
    assert after == before - has_year


def test_each_upkeep_list_finds_its_pages_and_offers_a_way_to_act(seeded_client, seeded_app):
    client = seeded_client.sign_in("editor1")
    name = a_case(seeded_app)
    assert listed(client, "terms") == []
    change(client, MEALS, "merge", into="contracts/food")
    assert (name, f"{MEALS} is contracts/food now") in listed(client, "terms")
    assert f"/+cupboard/jobs/new?old={MEALS}" in client.get(ADDRESSES[2]).text
    edit(
        seeded_app,
        name,
        categories=["no/such"],
        organisation=None,
        contact_role=None,
        contact_email=None,
        contact_name=None,
    )
    assert (name, "no/such is no term") in listed(client, "terms")
    assert (name, "No contact point") in listed(client, "contact")
    assert any(page == name and "organisation" in what for page, what in listed(client, "missing"))
    edit(seeded_app, name, categories=None)
    assert (name, "No section is ticked") in listed(client, "section")
    assert f"/+modify/{name}" in client.get(ADDRESSES[2]).text


def test_a_page_not_confirmed_for_two_years_is_listed_with_the_button(seeded_client, seeded_app, monkeypatch):
    from datetime import date

    client = seeded_client.sign_in("editor1")
    assert listed(client, "unconfirmed") == []
    future = date.today().replace(year=date.today().year + 3, day=1)
    monkeypatch.setattr("cupboard.administration.upkeep.today", lambda: future)
    name = a_case(seeded_app)
    assert name in dict(listed(client, "unconfirmed"))
    assert f"/+cupboard/still-true/{name}" in client.get(ADDRESSES[2]).text


def test_a_wiki_as_it_comes_lacks_no_required_field(seeded_client):
    assert listed(seeded_client.sign_in("editor1"), "missing") == []


def test_lists_hold_only_what_may_be_read(seeded_client, seeded_app):
    client = seeded_client.sign_in("editor1")
    name = a_case(seeded_app)
    edit(seeded_app, name, categories=None)
    assert name in dict(listed(client, "section"))
    set_acl(seeded_app, name, "alice:read All:")
    assert name not in dict(listed(client, "section")) and name not in client.get(ADDRESSES[2]).text


def test_a_title_that_looks_like_a_formula_is_none_in_the_csv(seeded_client, seeded_app):
    client = seeded_client.sign_in("editor1")
    name = a_case(seeded_app)
    edit(seeded_app, name, categories=None, title="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in client.get("/+cupboard/admin/upkeep/section.csv").text
    assert client.get("/+cupboard/admin/upkeep/nothing.csv").status_code == 404


def test_a_page_is_looked_through_again_when_it_or_the_template_changed(seeded_client, seeded_app):
    client = seeded_client.sign_in("editor1")
    name = a_case(seeded_app)
    first = listed(client, "missing")
    edit(seeded_app, name, title=None)
    assert (name, "Enter a title") in listed(client, "missing") and (name, "Enter a title") not in first
    edit(seeded_app, name, title="Back")
    assert listed(client, "missing") == first
    text = text_of(seeded_app, definitions.TEMPLATE)
    put(
        seeded_app,
        text.replace("fields:\n", "fields:\n- {id: colour, label: Colour, type: text}\n"),
        definitions.TEMPLATE,
    )
    put(seeded_app, text.replace("fields:\n", "fields:\n- {id: colour, label: Colour, type: text, required: true}\n"),
        definitions.TEMPLATE)  # fmt: skip
    assert (name, "Enter the colour") in listed(client, "missing")
    with instance.inside(seeded_app) as storage:
        assert storage[CONTENTS][CURRENT]


def test_imports_and_their_results_are_listed(seeded_client, seeded_app):
    with instance.inside(seeded_app):
        from cupboard.administration import journal

        journal.write("cases.yaml", ["2 pages were made", "<b>1 refused</b>"], True)
    shown = seeded_client.sign_in("editor1").get("/+cupboard/admin/work").text
    assert "cases.yaml" in shown and "&lt;b&gt;1 refused" in shown and "Refused" in shown
