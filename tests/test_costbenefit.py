"""Costs and benefits worked out: published test vectors, the laws of discounting, and the answer in a sentence."""

from dataclasses import replace
from decimal import Decimal, localcontext

import numpy_financial
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cupboard.costbenefit import sensitivity
from cupboard.costbenefit.answer import answer
from cupboard.costbenefit.appraisal import appraise, crossing
from cupboard.costbenefit.rates import MAX_HORIZON, WORKING, Schedule
from cupboard.costbenefit.rows import read
from tests.costbenefit_rows import RATES, WITH_SETS, cost, row, saving, worked_out

#: How fast this machine is decides no test.
PATIENT = settings(deadline=None)

STANDARD, HEALTH, REDUCED = map(RATES.schedule, ("standard", "health", "sensitivity"))
CLOSE = Decimal("1e-20")


def close(one, other, relative=CLOSE):
    return abs(one - other) <= relative * max(1, abs(one), abs(other))


# ---- discount factors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("schedule, year, factor", [
    *((STANDARD, year, factor) for year, factor in {
        0: "1.0000", 1: "0.9662", 2: "0.9335", 5: "0.8420", 10: "0.7089", 20: "0.5026", 30: "0.3563", 31: "0.3459",
        60: "0.1468", 75: "0.0942", 76: "0.0919"}.items()),
    (REDUCED, 60, "0.1924"), (HEALTH, 30, "0.6398")])
def test_discount_factors_are_those_published(schedule, year, factor):
    assert f"{schedule.factor(year):.4f}" == factor


@pytest.mark.parametrize("schedule", RATES.schedules, ids=lambda one: one.kind)
@PATIENT
@given(years=st.lists(st.integers(0, MAX_HORIZON), min_size=2, max_size=2))
def test_factors_multiply_across_the_steps_of_a_schedule(schedule, years):
    early, late = sorted(years)
    with localcontext(WORKING):
        product = schedule.factor(early)
        for year in range(early + 1, late + 1):
            product /= 1 + schedule.rate(year)
        assert close(product, schedule.factor(late))
    assert late == early or schedule.factor(late) < schedule.factor(early)


def test_there_is_no_factor_before_year_0_or_beyond_the_longest_horizon():
    for year in (-1, MAX_HORIZON + 1):
        with pytest.raises(IndexError):
            STANDARD.factor(year)


# ---- published figures ----------------------------------------------------------------------------------------------


def test_a_thousand_pounds_and_three_hundred_a_year_for_five_years():
    view = worked_out(cost("£1,000"), saving("300", "1", "5")).organisation
    assert f"{view.central.npv:.2f}" == "354.52"
    assert f"{view.central.ratio:.4f}" == "1.3545"
    assert f"{view.central.payback:.2f}" == "3.61"
    assert f"{view.central.simple_payback:.2f}" == "3.33"


@pytest.mark.parametrize("horizon, npv, ratio", [("10", "-5.86", "0.71"), ("20", "4.16", "1.21")])
def test_the_street_lights_of_leicestershire(horizon, npv, ratio):
    view = worked_out(cost("£20m"), saving("£1.7m"), horizon=horizon).organisation
    assert f"{view.central.npv / 10**6:.2f}" == npv and f"{view.central.ratio:.2f}" == ratio
    if horizon == "20":
        assert f"{view.central.simple_payback:.1f}" == "11.8"


def test_valuing_its_carbon_turns_the_answer_at_ten_years():
    page = WITH_SETS.carbon("confirmed")
    values = replace(page, values={year: page.values[2024] for year in range(2014, 2025)})
    rates = replace(WITH_SETS, carbon_values=(values,))
    found = worked_out(
        cost("£20m"),
        saving("£1.7m"),
        horizon="10",
        start_year="2014",
        price_year="2022",
        rates=rates,
        carbon_values="confirmed",
        carbon=[{"what": "CO2e", "central": "7000", "from": "1", "to": "end"}],
    )
    assert found.organisation.central.npv < 0 < found.society.central.npv
    assert close(found.society.central.npv - found.organisation.central.npv,
                 7000 * Decimal("268.97") * sum(STANDARD.factor(year) for year in range(1, 11)), Decimal("1e-9"))


# ---- laws -----------------------------------------------------------------------------------------------------------

pence = st.integers(0, 10**9).map(lambda number: f"{Decimal(number) / 100:.2f}")


@st.composite
def blocks(draw, min_rows=2, ranges=True):
    """Rows with at least one cost and one gain to the organisation, and a horizon within which they count."""
    horizon = draw(st.integers(2, 60))
    rows = []
    for number in range(draw(st.integers(min_rows, 6))):
        low, central, high = sorted((draw(pence), draw(pence), draw(pence)), key=Decimal)
        start = draw(st.integers(0, horizon))
        kind = (
            ("cost", "saving")[number] if number < 2 else draw(st.sampled_from(["cost", "saving", "income", "benefit"]))
        )
        rows.append(
            row(
                f"row {number}",
                kind,
                central,
                str(start),
                draw(st.sampled_from(["", "end", str(start + 3)])),
                who="organisation" if number < 2 else draw(st.sampled_from(["organisation", "public", "society"])),
                cash="yes" if number < 2 else draw(st.sampled_from(["yes", "no"])),
                **({"low": low, "high": high} if ranges and draw(st.booleans()) else {}),
            )
        )
    return rows, str(horizon)


@PATIENT
@given(blocks())
def test_low_is_never_above_central_nor_central_above_high(block):
    rows, horizon = block
    found = worked_out(*rows, horizon=horizon)
    for view in (found.organisation, found.society):
        assert view.npv.low <= view.npv.central <= view.npv.high
        if view.ratio:
            assert view.ratio.low <= view.ratio.central <= view.ratio.high
        never = Decimal(10**6)
        for paybacks in (view.payback, view.simple_payback):
            slowest, central, fastest = (never if value is None else value for value in paybacks)
            assert slowest >= central >= fastest
    for life in found.whole_life:
        assert life.total.low <= life.total.central <= life.total.high


@PATIENT
@given(blocks(), st.integers(1, 50))
def test_the_net_present_value_is_linear_in_the_amounts(block, times):
    rows, horizon = block
    assume(all(Decimal(one[end]) * times < 10**11 for one in rows for end in ("low", "central", "high") if end in one))
    more = [{**one, **{end: str(Decimal(one[end]) * times) for end in ("low", "central", "high") if end in one}}
            for one in rows]
    before, after = (worked_out(*listed, horizon=horizon).society.npv for listed in (rows, more))
    assert all(close(one * times, other) for one, other in zip(before, after))


@PATIENT
@given(blocks(), blocks())
def test_the_net_present_value_of_rows_together_is_the_sum_of_their_own(one, other):
    horizon = one[1]
    later = [{**found, "from": str(min(int(found["from"]), int(horizon)))} for found in other[0]]
    later = [{**found, "to": "end" if found["to"] else ""} for found in later]
    npvs = [worked_out(*rows, horizon=horizon).society.npv for rows in (one[0], later, [*one[0], *later])]
    assert all(close(a + b, both) for a, b, both in zip(*npvs))


@PATIENT
@given(blocks(), st.integers(-3, 12), st.integers(1, 10))
def test_what_costs_first_is_worth_less_at_a_higher_rate(block, points, more):
    rows, horizon = block
    rows = [
        {**one, "from": "0" if one["type"] == "cost" else one["from"], "to": "" if one["type"] == "cost" else one["to"]}
        for one in rows
    ]
    view = worked_out(*rows, horizon=horizon).society
    low, high = (view.with_plan(replace(view.plan, schedule=STANDARD.shifted(Decimal(rate)))).central.npv
                 for rate in (points, points + more))
    assert high <= low


@PATIENT
@given(st.lists(st.integers(-10**6, 10**6), min_size=1, max_size=40).map(lambda flows: list(map(Decimal, flows))))
def test_payback_is_where_the_cumulative_sum_crosses_zero_for_good(flows):
    sums = [sum(flows[:year + 1]) for year in range(len(flows))]
    paid = crossing(flows)
    if paid is None:
        assert sums[-1] < 0
        return
    year = int(paid)
    assert all(total >= 0 for total in sums[year + (paid > year):])
    if paid == 0:
        assert min(sums) >= 0
    elif paid == year:
        assert sums[year] == 0 or sums[year - 1] < 0
    else:
        assert sums[year] < 0
        assert abs(sums[year] + (paid - year) * flows[year + 1]) < Decimal("1e-20") * 10**9


@PATIENT
@given(st.lists(st.integers(-10**9, 10**9), min_size=2, max_size=60), st.integers(0, 20))
def test_the_net_present_value_is_that_of_numpy_financial(flows, rate):
    rows = [row(f"year {year}", "saving" if flow > 0 else "cost", str(abs(flow)), str(year))
            for year, flow in enumerate(flows)] + [cost("0"), saving("0")]
    view = worked_out(*rows, horizon=str(len(flows) - 1)).organisation
    view = view.with_plan(replace(view.plan, schedule=Schedule.constant(Decimal(rate) / 100)))
    assert float(view.central.npv) == pytest.approx(numpy_financial.npv(rate / 100, flows), rel=1e-9, abs=1e-3)


@PATIENT
@given(blocks(ranges=False), st.data())
def test_at_its_break_even_a_row_brings_the_net_present_value_to_zero(block, data):
    rows, horizon = block
    view = worked_out(*rows, horizon=horizon).society
    number = data.draw(st.integers(0, len(view.flows) - 1))
    found = sensitivity.break_even(view, view.flows[number])
    if found.amount is None:
        return
    item = view.flows[number].item
    moved = replace(view.flows[number], item=replace(item, amount=type(item.amount)(*(found.amount,) * 3)))
    flows = (*view.flows[:number], moved, *view.flows[number + 1:])
    assert abs(replace(view, flows=flows).central.npv) < Decimal("1e-12")
    if found.change is not None:
        assert close(item.amount.central * (1 + found.change), found.amount)


# ---- views, options, carbon -----------------------------------------------------------------------------------------


def test_the_organisation_counts_its_own_money_and_society_counts_everything():
    found = worked_out(cost("1000"), saving("2000", "0", ""), row("Staff time", "cost", "50", cash="no"),
                       row("Fewer accidents", "benefit", "300", who="society", cash="no"),
                       row("Hospital beds", "saving", "70", who="public"))
    assert found.organisation.central.npv == 1000
    assert found.society.central.npv == 1000 - 50 + 300 + 70
    assert found.society.by_who() == {"organisation": (1050, 2000), "public": (0, 70), "society": (0, 300)}


@pytest.mark.parametrize("rows, missing", [
    ([saving()], ["No cost to the organisation, in money, is entered. Enter what it cost, or 0 if it cost nothing"]),
    ([cost()], ["No saving, income or benefit to the organisation, in money, is entered"]),
    ([cost(), saving("300", "9")], ["No saving, income or benefit to the organisation, in money, is entered"]),
])
def test_without_costs_or_gains_it_says_what_is_missing_and_gives_no_result(rows, missing):
    view = worked_out(*rows).organisation
    assert list(view.missing) == missing
    for ask in (lambda: view.npv, lambda: view.payback, lambda: view.central):
        with pytest.raises(ValueError):
            ask()
    assert answer(worked_out(*rows)).startswith("Not worked out yet. ")


def test_a_block_without_rows_or_with_problems_has_no_result():
    for block in (
        read({}, [], RATES),
        read({"horizon": "5"}, [], RATES),
        read({"horizon": "0"}, [cost(), saving()], RATES),
    ):
        found = appraise(block)
        assert not found.organisation.complete and not found.society.complete
        assert found.cost_per_tonne is None and found.tonnes is None and found.whole_life == ()
        assert answer(found).startswith("Not worked out yet. ")


def test_something_that_cost_nothing_has_no_ratio_and_pays_back_at_once():
    found = worked_out(cost("0"), saving("300", "1", "5"))
    assert found.organisation.ratio is None and found.organisation.payback == (0, 0, 0)
    assert (
        answer(found, "the council")
        == "Pays back at once; worth £1,355 over 5 years; from figures measured by the council"
    )


def test_costs_of_the_option_not_taken_are_costs_avoided():
    rows = (cost("1000", option="LED", phase="buy"), cost("20", "1", "end", option="LED", phase="run"),
            cost("300", "0", option="Sodium", phase="buy"), cost("320", "1", "end", option="sodium ", phase="run"),
            row("Sold lamps", "income", "10", "5", option="Sodium", phase="dispose"), cost("9000", option="Gas"))
    found = worked_out(*rows, option="LED", against="Sodium")
    with localcontext(WORKING):
        each = sum(STANDARD.factor(year) for year in range(1, 6))
        assert close(found.organisation.central.npv, -1000 - 20 * each + 300 + 320 * each - 10 * STANDARD.factor(5))
        led, sodium, gas = found.whole_life
        assert close(led.total.central, 1000 + 20 * each)
        assert close(sodium.total.central, 300 + 320 * each - 10 * STANDARD.factor(5))
    assert (led.option, list(led.phases), gas.total.central) == ("LED", ["buy", "run"], 9000)


def test_the_range_of_an_avoided_cost_turns_the_right_way():
    rows = (cost("1000", option="LED"), cost("1500", option="Sodium", low="1200", high="1900"))
    npv = worked_out(*rows, option="LED", against="Sodium").organisation.npv
    assert npv == (200, 500, 900)


CARBON = {"what": "CO2e", "low": "6", "central": "10", "high": "12", "from": "2024", "to": "2026"}


def test_carbon_has_a_value_only_with_a_set_and_each_year_its_own():
    plan = {"horizon": "2", "start_year": "2024", "price_year": "2022"}
    without = worked_out(cost(), saving(), carbon=[CARBON], rates=WITH_SETS, **plan)
    assert without.society.npv == without.organisation.npv and without.tonnes == (18, 30, 36)
    valued = worked_out(cost(), saving(), carbon=[CARBON], rates=WITH_SETS, carbon_values="confirmed", **plan)
    assert valued.organisation.npv == without.organisation.npv
    worth = (10 * Decimal("268.97"), 10 * Decimal(270) * STANDARD.factor(1), 10 * Decimal(275) * STANDARD.factor(2))
    assert close(valued.society.central.npv - without.society.central.npv, sum(worth), Decimal("1e-12"))
    lowest = (6 * Decimal("134.48"), 6 * Decimal(270) * STANDARD.factor(1), 6 * Decimal(100) * STANDARD.factor(2))
    assert close(valued.society.low.npv - without.society.low.npv, sum(lowest), Decimal("1e-12"))


def test_emitted_carbon_is_a_cost():
    emitted = {**CARBON, "low": "-12", "central": "-10", "high": "-6"}
    found = worked_out(cost(), saving(), carbon=[emitted], rates=WITH_SETS, carbon_values="confirmed", horizon="2",
                       start_year="2024", price_year="2022").society
    assert found.central.present_costs > 1000 and found.npv.low < found.npv.central < found.npv.high
    assert found.by_who()["society"][0] > 0


def test_carbon_values_are_converted_to_the_prices_of_the_rows():
    plan = {"horizon": "2", "start_year": "2024", "carbon_values": "confirmed", "rates": WITH_SETS, "carbon": [CARBON]}
    old = worked_out(cost(), saving(), price_year="2018", deflator="index", **plan)
    new = worked_out(cost(), saving(), price_year="2022", **plan)
    carbon = [one.society.central.npv - one.organisation.central.npv for one in (old, new)]
    assert close(carbon[0], carbon[1] * Decimal("0.8"), Decimal("1e-15"))


def test_the_cost_of_a_tonne_leaves_its_value_out():
    plan = {"horizon": "2", "start_year": "2024", "price_year": "2022", "rates": WITH_SETS, "carbon": [CARBON]}
    for values in ("", "confirmed"):
        found = worked_out(cost("3000"), saving("0"), carbon_values=values, **plan).cost_per_tonne
        assert [f"{value:.4f}" for value in found] == ["83.3333", "100.0000", "166.6667"]
    cheap = worked_out(cost("0"), saving("3000", "0", ""), **plan).cost_per_tonne
    assert [f"{value:.4f}" for value in cheap] == ["-166.6667", "-100.0000", "-83.3333"]
    assert cheap.low <= cheap.central <= cheap.high
    nothing_sure = {**plan, "carbon": [{**CARBON, "low": "-1"}]}
    assert worked_out(cost(), saving(), **nothing_sure).cost_per_tonne is None


# ---- sensitivity ----------------------------------------------------------------------------------------------------


def test_the_table_moves_the_rate_the_horizon_and_each_row_by_a_fifth():
    view = worked_out(cost("1000"), saving("300"), horizon="10").organisation
    lines = {line.what: line for line in sensitivity.table(view, RATES)}
    assert list(lines) == ["Discount rate", "Years counted", "Buying it", "Energy saved"]
    assert lines["Discount rate"].lower > view.central.npv > lines["Discount rate"].higher
    assert (lines["Years counted"].lower_label, lines["Years counted"].higher_label) == ("8", "12")
    assert lines["Years counted"].lower == worked_out(cost("1000"), saving("300"), horizon="8").organisation.central.npv
    assert close(lines["Buying it"].lower, view.central.npv + 200)
    assert close(lines["Buying it"].higher, view.central.npv - 200)
    assert close(lines["Energy saved"].higher,
                 worked_out(cost("1000"), saving("360"), horizon="10").organisation.central.npv)


def test_a_row_that_decides_the_answer_is_seen_to_turn_it():
    view = worked_out(cost("1000"), saving("230")).organisation
    assert {line.what: line.turns for line in sensitivity.table(view)} == {
        "Discount rate": False, "Years counted": True, "Buying it": True, "Energy saved": True}


def test_long_horizons_are_compared_with_the_reduced_rates():
    def kinds(horizon):
        return [
            line.what for line in sensitivity.table(worked_out(cost(), saving(), horizon=horizon).organisation, RATES)
        ]

    assert "Reduced rates for long horizons" in kinds("51") and "Reduced rates for long horizons" not in kinds("50")


def test_a_row_that_cannot_bring_it_to_zero_has_no_break_even():
    view = worked_out(cost("1000"), saving("3000"), row("Time", "saving", "10", "9", cash="yes")).organisation
    assert sensitivity.break_even(view, view.flows[2]).amount is None  # beyond the horizon
    view = worked_out(cost("1000"), saving("3000"), row("Fee", "income", "10")).organisation
    assert sensitivity.break_even(view, view.flows[2]).amount is None  # worth it without any


# ---- the sentence ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows, plan, sentence",
    [
        (
            [cost("£1,000"), saving("300", "1", "5")],
            {},
            "Pays back in 3.6 years; worth £355 for every £1,000 spent over 5 years; from figures measured by "
            "the council",
        ),
        (
            [cost("1000", basis="forecast"), saving("100")],
            {},
            "Does not pay back within 5 years; loses £548 for every £1,000 spent over 5 years; from figures "
            "partly measured by "
            "the council and partly forecast, not yet measured",
        ),
        (
            [cost("1000"), saving("300", low="200", high="400")],
            {},
            "Pays back in 3.6 years (2.7 years at best, not within 5 years at worst); worth £355 (from a loss of "
            "£97 to a gain of £806) "
            "for every £1,000 spent over 5 years; from figures measured by the council",
        ),
        (
            [cost("1000"), saving("300", low="280", high="400")],
            {},
            "Pays back in 3.6 years (2.7 to 3.9 years); worth £355 (£264 to £806) for every £1,000 spent over 5 "
            "years; from figures "
            "measured by the council",
        ),
        (
            [cost("1000"), saving("100", low="50", high="300")],
            {},
            "Does not pay back within 5 years (at best, in 3.6 years); loses £548 (from a loss of £774 to a gain "
            "of £355) for "
            "every £1,000 spent over 5 years; from figures measured by the council",
        ),
        (
            [cost("1000"), saving("100", low="50", high="120", basis="")],
            {},
            "Does not pay back within 5 years; loses £548 (£458 to £774) for every £1,000 spent over 5 years; "
            "from figures partly "
            "measured by the council and partly of which the basis is not given",
        ),
        (
            [cost("1000", who="society"), saving("1100", "0", "", who="society", cash="no")],
            {"horizon": "1"},
            "For society as a whole: pays back at once; worth £100 for every £1,000 spent over 1 year; from "
            "figures measured by "
            "the council",
        ),
    ],
)
def test_the_answer_in_one_sentence(rows, plan, sentence):
    assert answer(worked_out(*rows, **plan), "the council") == sentence
