"""A kind of structured page that the Cupboard doesn't come with: all that works for case studies works for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from emeraldtree.tree import Element
from lxml import html
from moin.utils.tree import html as tree

from cupboard import catalogue, definitions, importing, instance, items, kinds, pages
from cupboard.catalogue import Query
from cupboard.converters import structured
from cupboard.document import Document, parse
from cupboard.kinds import Kind
from cupboard.template import Problem

TEMPLATE = b"""\
kind: template
title: Recipe
fields:
- {id: title, label: Title, type: text, required: true}
- {id: result, label: Taste, type: text}
- {id: serves, label: Serves, type: text}
- {id: method, label: Method, type: markup, section: Method}
"""


def not_for_thirteen(document: Document, in_force: definitions.Definitions) -> Iterator[Problem]:
    if document.fields.get("serves") == "13":
        yield Problem("serves", "Serves must not be 13")


def shown(document: Document, name: str, pending: Collection[str]) -> Iterator[Element]:
    yield tree.p(attrib={tree.class_: "serves"}, children=(f"{name} serves {document.fields.get('serves')}",))
    yield from structured.body(document)


def derive(meta: dict[str, Any], document: Document) -> None:
    meta["serves_keyword"] = document.fields.get("serves", "")


RECIPE = Kind("test-recipe", "text/x-test-recipe", "recipe", "recipes", "Cupboard/Template/TestRecipe",
              prefix="Recipes", further_problems=not_for_thirteen)
COOK = Kind("test-cook", "text/x-test-cook", "cook", "cooks", "Cupboard/Template/TestCook", namespace="users")


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    for kind in (RECIPE, COOK):
        kinds.register(kind)
        structured.register(kind, shown, derive)
        items._install(kind)
    yield
    for kind in (RECIPE, COOK):
        del kinds._kinds[kind.id]


@pytest.fixture
def kitchen(app: Any) -> Any:
    with instance.inside(app) as storage:
        for kind in (RECIPE, COOK):
            pages.store(kind.template, TEMPLATE, contenttype=definitions.CONTENT_TYPE,
                        itemtype=definitions.ITEM_TYPE, storage=storage)
    return app.test_client().sign_in("alice")


def test_a_kind_is_found_by_id_content_type_and_metadata() -> None:
    assert kinds.by_id("test-recipe") is RECIPE and kinds.by_id("nothing") is None
    assert kinds.of_content_type("Text/X-Test-Recipe; charset=utf-8") is RECIPE
    assert kinds.of_meta({"contenttype": RECIPE.stored_type}) is RECIPE and kinds.of_meta({}) is None


def test_two_kinds_can_not_share_what_tells_them_apart() -> None:
    with pytest.raises(ValueError, match="case-study"):
        kinds.register(Kind("other", "text/x-other", "other", "others", "Cupboard/Template"))


def test_a_page_of_any_kind_is_made_shown_and_changed_in_a_form_made_of_its_template(kitchen: Any) -> None:
    form = html.fromstring(kitchen.get("/+cupboard/new/test-recipe").get_data(as_text=True))
    assert form.cssselect("h1")[0].text_content() == "Add a recipe"
    assert [label.text_content() for label in form.cssselect("label[for=serves]")] == ["Serves (optional)"]

    sent = {"edit.editor": "form", "edit.do": "save", "title": "Pea soup", "serves": "4", "method": "Boil."}
    answer = kitchen.post("/+cupboard/new/test-recipe", data=sent)
    assert answer.status_code == 303 and answer.location.endswith("/Recipes/pea-soup")
    page = html.fromstring(kitchen.get("/Recipes/pea-soup").get_data(as_text=True))
    assert page.cssselect(".serves")[0].text_content() == "Recipes/pea-soup serves 4"

    edit = html.fromstring(kitchen.get("/+modify/Recipes/pea-soup").get_data(as_text=True)).cssselect("form.c-form")[0]
    values = dict(edit.form_values()) | {"serves": "6", "edit.do": "save"}
    assert kitchen.post(edit.action, data=values).status_code == 303
    assert "serves 6" in kitchen.get("/Recipes/pea-soup").get_data(as_text=True)


def test_the_preview_shows_a_page_as_its_kind_does(kitchen: Any) -> None:
    sent = {"edit.editor": "form", "edit.do": "preview", "title": "Pea soup", "serves": "4"}
    assert "Recipes serves 4" in kitchen.post("/+cupboard/new/test-recipe", data=sent).get_data(as_text=True)


def test_a_page_is_checked_by_its_template_and_by_the_further_rules_of_its_kind(kitchen: Any) -> None:
    sent = {"edit.editor": "form", "edit.do": "save", "title": "", "serves": "13"}
    answer = kitchen.post("/+cupboard/new/test-recipe", data=sent)
    summary = html.fromstring(answer.get_data(as_text=True)).cssselect(".c-error-summary a")
    assert answer.status_code == 422
    assert [(link.get("href"), link.text_content()) for link in summary] == [
        ("#title", "Enter the title"), ("#serves", "Serves must not be 13")]


def test_two_people_who_change_different_fields_both_get_their_way(kitchen: Any, app: Any) -> None:
    with instance.inside(app) as storage:
        pages.save(RECIPE, "Recipes/soup", parse(b"---\ntitle: Soup\nserves: '2'\n---\n"), storage=storage)
    edit = html.fromstring(kitchen.get("/+modify/Recipes/soup").get_data(as_text=True)).cssselect("form.c-form")[0]
    with instance.inside(app) as storage:
        page = pages.read("Recipes/soup", storage=storage)
        pages.save(RECIPE, page.name, page.document.edit(fields={"title": "Broth"}), storage=storage)
    kitchen.post(edit.action, data=dict(edit.form_values()) | {"serves": "8", "edit.do": "save"})
    with instance.inside(app) as storage:
        assert pages.read("Recipes/soup", storage=storage).document.fields == {"title": "Broth", "serves": "8"}


def test_a_kind_of_another_namespace_is_edited_there_and_nowhere_else(kitchen: Any) -> None:
    new = kitchen.get("/+modify/users/alice?itemtype=test-cook&contenttype=text/x-test-cook%3Bcharset%3Dutf-8")
    edit = html.fromstring(new.get_data(as_text=True)).cssselect("form.c-form")[0]
    assert kitchen.post(edit.action, data={"edit.editor": "form", "edit.do": "save", "title": "Alice",
                                           "serves": "5"}).status_code == 303
    assert "users/alice serves 5" in kitchen.get("/users/alice").get_data(as_text=True)
    assert "serves" in kitchen.get("/+modify/users/alice").get_data(as_text=True)
    elsewhere = kitchen.get("/+modify/Alice?itemtype=test-cook&contenttype=text/x-test-cook")
    assert elsewhere.status_code == 404
    assert kitchen.get("/+cupboard/new/test-cook").status_code == 404, "its pages are not named by their title"


def test_only_kinds_that_say_so_are_listed(kitchen: Any, app: Any) -> None:
    with instance.inside(app) as storage:
        pages.save(RECIPE, "Recipes/soup", parse(b"---\ntitle: Soup\n---\n"), storage=storage)
        assert catalogue.find(Query()).total == 0


def test_what_follows_from_the_text_is_in_the_metadata(kitchen: Any, app: Any) -> None:
    with instance.inside(app) as storage:
        pages.save(
            RECIPE, "Recipes/soup", parse(b"---\ntitle: Soup\nresult: Good\nserves: '2'\n---\n"), storage=storage
        )
        meta = pages.read("Recipes/soup", storage=storage).meta
        assert (meta["summary"], meta["serves_keyword"]) == ("Good", "2")


def test_a_template_that_can_not_be_read_leaves_the_last_good_one_in_force(kitchen: Any, app: Any) -> None:
    with instance.inside(app) as storage:
        pages.store(RECIPE.template, b"kind: nonsense\n", contenttype=definitions.CONTENT_TYPE,
                    itemtype=definitions.ITEM_TYPE, storage=storage)
    with instance.inside(app):
        assert definitions.current().template_of(RECIPE).title == "Recipe"
    assert kitchen.get("/+cupboard/new/test-recipe").status_code == 200


def test_records_of_a_kind_are_imported_below_its_prefix(kitchen: Any, app: Any) -> None:
    with instance.inside(app) as storage:
        report = importing.load("- {id: stew, title: Stew, method: Stir.}\n- {id: odd, serves: '13'}\n",
                                storage=storage, kind=RECIPE)
        assert [re.sub("line .: ", "", line) for line in report.lines()][:2] == [
            "odd: title: Enter the title", "odd: serves: Serves must not be 13"]
        importing.load("- {id: stew, title: Stew, method: Stir.}\n", storage=storage, kind=RECIPE).raise_if_refused()
        assert pages.read("Recipes/stew", storage=storage).document.section("Method") == "Stir."


def test_moins_pages_about_a_page_say_its_kind(kitchen: Any, app: Any) -> None:
    with instance.inside(app) as storage:
        pages.save(RECIPE, "Recipes/soup", parse(b"---\ntitle: Soup\nserves: '2'\n---\n"), storage=storage)
    for address, said in (
        ("/+meta/Recipes/soup", "Recipe"), ("/+index/Recipes", "Recipe"), ("/+search?q=soup", "Recipe"),
        (f"/+meta/{RECIPE.template}", "Cupboard definition"),
    ):  # fmt: skip
        cells = html.fromstring(kitchen.get(address).text).cssselect("main td, main dd")
        assert said in [cell.text_content().partition("(")[0].strip() for cell in cells], address


def test_there_is_no_form_for_a_kind_that_does_not_exist(kitchen: Any) -> None:
    assert kitchen.get("/+cupboard/new/nothing").status_code == 404


def test_who_may_not_add_a_page_is_told_so(kitchen: Any) -> None:
    kitchen.sign_out()
    answer = kitchen.get("/+cupboard/new/test-recipe")
    assert answer.status_code == 403 and "Sign in to add a recipe" in answer.get_data(as_text=True)
