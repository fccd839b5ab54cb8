"""A form that sends more rows than anybody fills in, and a page that has more."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from cupboard import instance, pages
from cupboard.document import dump
from cupboard.kinds.case_study import CASE_STUDY
from tests.costbenefit_rows import cost

PAGE = "CaseStudies/kent-led"


def said(answer: Any) -> str:
    return " ".join(html.fromstring(answer.get_data(as_text=True)).text_content().split())


@pytest.mark.parametrize(
    "rows, way, status, words",
    [
        (201, "multipart/form-data", 400, "Costs and benefits has 201 rows. A form takes 200 at most"),
        (10_000, "application/x-www-form-urlencoded", 400, "Costs and benefits has 10,000 rows"),
        (10_000, "multipart/form-data", 413, "or has more rows than a form takes"),
    ],
)
def test_more_rows_than_a_form_takes_are_refused_with_a_sentence(
    seeded_client: Any, rows: int, way: str, status: int, words: str
) -> None:
    client = seeded_client.sign_in("alice")
    form = html.fromstring(client.get(f"/+modify/{PAGE}").get_data(as_text=True)).cssselect("form.c-form")[0]
    sent: dict[str, Any] = {name: value for name, value in form.form_values() if not name.startswith("cost_benefit")}
    for number in range(rows):
        sent |= {f"cost_benefit-{number}-what": f"Cost {number}"}
    answer = client.post(f"/+modify/{PAGE}", data={**sent, "edit.do": "save"}, content_type=way)
    assert answer.status_code == status and words in said(answer)
    assert "othing was saved" in said(answer)


def test_a_page_that_has_more_rows_than_a_form_adds_is_opened_and_saved_in_it(seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        page = pages.read(PAGE, storage=storage)
        figures = [{"measure": f"Lamp {number}", "result": "1", "basis": "forecast"} for number in range(220)]
        document = page.document.edit(fields={"figures": figures})
        pages.store(PAGE, dump(document), contenttype=CASE_STUDY.stored_type, itemtype=CASE_STUDY.item_type,
                    storage=storage)
    client = seeded_app.test_client().sign_in("alice")
    form = html.fromstring(client.get(f"/+modify/{PAGE}").get_data(as_text=True)).cssselect("form.c-form")[0]
    sent: dict[str, list[str]] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    answer = client.post(form.action, data={**sent, "edit.do": "save", "figures-219-result": "2"})
    assert answer.status_code == 303
    with instance.inside(seeded_app) as storage:
        stored = pages.read(PAGE, storage=storage).document.fields["figures"]
        assert len(stored) == 220 and (stored[0]["result"], stored[219]["result"]) == ("1", "2")


def test_the_whole_life_cost_of_each_option_is_shown_by_phase(seeded_app: Any) -> None:
    phases = {
        "buy": ("0", "0"),
        "install": ("0", "0"),
        "run": ("1", "2"),
        "maintain": ("2", "2"),
        "dispose": ("2", "2"),
    }
    rows = [cost(str(amount), *when, option=option, phase=phase)
            for option, amount in (("LED", 1000), ("Sodium", 100)) for phase, when in phases.items()]
    with instance.inside(seeded_app) as storage:
        page = pages.read(PAGE, storage=storage)
        document = page.document.edit(fields={
            "cost_benefit": rows, "horizon": "2", "option": "LED", "against": "Sodium", "price_year": None,
            "start_year": None, "carbon": None})
        pages.save(CASE_STUDY, PAGE, document, storage=storage)
    shown = html.fromstring(seeded_app.test_client().get(f"/{PAGE}").get_data(as_text=True))
    (table,) = [one for one in shown.cssselect("table") if said_of(one.find("caption")).startswith("Whole-life cost")]
    # At 3.5% a year: 1000/1.035 + 1000/1.035^2, then 1000/1.035^2.
    assert {said_of(line[0]): [said_of(cell) for cell in line[1:]] for line in table.cssselect("tbody tr")} == {
        "Buy": ["£1,000.00", "£100.00"], "Install": ["£1,000.00", "£100.00"], "Run": ["£1,899.69", "£189.97"],
        "Maintain": ["£933.51", "£93.35"], "Dispose": ["£933.51", "£93.35"], "Whole life": ["£5,766.72", "£576.67"],
    }


def said_of(element: Any) -> str:
    return " ".join(element.text_content().split())
