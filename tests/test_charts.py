"""Charts of costs and benefits: whole pictures that say what they show, without colour and without script."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupboard.appraisals import charts
from tests.costbenefit_rows import cost, row, saving, worked_out

#: How fast this machine is decides no test.
PATIENT = settings(deadline=None)

SVG = "{http://www.w3.org/2000/svg}"


def parsed(chart):
    return ElementTree.fromstring(chart.svg)


def texts(chart):
    return ["".join(element.itertext()) for element in parsed(chart).iter(f"{SVG}text")]


def five_years(**more):
    return worked_out(cost("£1,000"), saving("300", "1", "5", **more)).organisation


def test_a_chart_has_a_title_and_a_description_that_name_it():
    for chart in (charts.cumulative(five_years()), charts.gains_by_who(five_years())):
        root = parsed(chart)
        ids = root.get("aria-labelledby").split()
        named = {element.get("id"): element.text for element in root if element.get("id")}
        assert root.get("role") == "img"
        assert [named[id] for id in ids] == [chart.title, chart.description]


def test_the_ids_of_two_charts_on_a_page_differ():
    def ids(prefix):
        view = five_years(low="200", high="400")
        pictures = charts.cumulative(view, f"{prefix}-1").svg + charts.gains_by_who(view, f"{prefix}-2").svg
        return re.findall(r' id="([^"]+)"', pictures)

    both = ids("a") + ids("b")
    assert len(both) == len(set(both)) == 12


def test_the_cash_flow_says_its_ends_and_when_it_pays_back():
    chart = charts.cumulative(five_years())
    assert chart.description == (
        "It starts at -£1,000 in year 0 and comes to £355 by year 5. It is no longer below zero " "after 3.6 years."
    )
    assert "Pays back after 3.6 years" in texts(chart) and "£355" in texts(chart)
    assert (chart.headers, chart.rows[0], chart.rows[5]) == (
        ("Year", "Cumulative"),
        ("0", "-£1,000.00"),
        ("5", "£354.52"),
    )


def test_a_range_is_drawn_named_and_in_the_table():
    chart = charts.cumulative(five_years(low="200", high="400"))
    assert parsed(chart).find(f"{SVG}polygon") is not None and "Line: central. Hatched: low to high" in texts(chart)
    assert chart.headers == ("Year", "Low", "Central", "High")
    assert chart.rows[5] == ("5", "-£96.99", "£354.52", "£806.02")
    assert chart.description.endswith("The range then is -£97 to £806.")


def test_what_does_not_pay_back_says_so():
    chart = charts.cumulative(worked_out(cost("1000"), saving("10")).organisation)
    assert chart.description.endswith("It is still below zero then.")
    assert not any("Pays back" in text for text in texts(chart))


def test_who_gains_is_told_by_words_and_hatching_and_not_by_colour():
    chart = charts.gains_by_who(worked_out(cost("1000"), saving("300"), row("Health", "benefit", "70", who="society",
                                                                            cash="no")).society)
    assert chart.description == "The organisation: costs £1,000, gains £1,355. Society: costs £0, gains £70."
    assert chart.rows == (("The organisation", "£1,000.00", "£1,354.52", "£354.52"),
                          ("Society", "£0.00", "£70.00", "£70.00"))
    assert texts(chart) == [
        "The organisation",
        "Costs",
        "£1,000",
        "Gains",
        "£1,355",
        "Society",
        "Costs",
        "£0",
        "Gains",
        "£70",
    ]
    fills = [element.get("fill") for element in parsed(chart).iter(f"{SVG}rect")][1:]
    assert fills == ["#0b0c0c", "url(#who-gains-gains)"] * 2


def test_a_view_in_which_something_is_missing_has_no_chart():
    for draw in (charts.cumulative, charts.gains_by_who):
        with pytest.raises(ValueError, match="No cost"):
            draw(worked_out(saving()).organisation)


@PATIENT
@given(st.text(), st.text(alphabet="<>&\"'\0\x1b\ud800\uffff]", max_size=8))
def test_no_text_breaks_out_of_a_picture(title, prefix):
    picture = charts.Picture(10, title, title + prefix, "x")
    picture.text(0, 0, prefix)
    root = ElementTree.fromstring(str(picture).encode("utf-8"))
    assert [element.tag for element in root] == [f"{SVG}title", f"{SVG}desc", f"{SVG}rect", f"{SVG}text"]


@PATIENT
@given(st.lists(st.integers(-10**11, 10**11), min_size=2, max_size=80))
def test_every_point_lies_within_the_picture(flows):
    rows = [row("x", "saving" if flow > 0 else "cost", str(abs(flow)), str(year)) for year, flow in enumerate(flows)]
    view = worked_out(*rows, cost("0"), saving("0"), horizon=str(len(flows) - 1)).organisation
    root = parsed(charts.cumulative(view))
    *_, width, height = map(float, root.get("viewBox").split())
    points = [pair.split(",") for pair in root.find(f"{SVG}polyline").get("points").split()]
    assert len(points) == len(flows)
    assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in points)
    assert all(0 <= float(text.get("y")) <= height for text in root.iter(f"{SVG}text"))


@PATIENT
@given(st.floats(-1e12, 0), st.floats(0, 1e12))
def test_ticks_are_few_round_and_hold_everything(low, high):
    ticks = charts._ticks(low, high)
    assert 2 <= len(ticks) <= 9 and 0 in ticks
    slack = 1e-8 * max(high - low, 0.01)
    assert ticks[0] - slack <= low and high <= ticks[-1] + slack


def test_a_chart_of_nothing_but_zeros_is_drawn():
    view = worked_out(cost("0"), saving("0")).organisation
    assert "£0" in texts(charts.cumulative(view)) and "£0" in texts(charts.gains_by_who(view))
    flat = replace(view, plan=replace(view.plan, horizon=1))
    assert charts.cumulative(flat).rows == (("0", "£0.00"), ("1", "£0.00"))
    assert Decimal(0) == flat.central.npv
