"""What people enter as costs and benefits: the obvious reading, or a clear error; never a wrong sum."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupboard.costbenefit.amounts import AmountError, exact, pounds, read_amount, to_the_penny, years
from cupboard.costbenefit.appraisal import appraise
from cupboard.costbenefit.rates import CarbonValues, Deflator, Rates, Schedule, Step
from cupboard.costbenefit.rows import BASES, MAX_CARBON_ROWS, MAX_ROWS, PHASES, TYPES, WHO, read
from cupboard.shapes import DefinitionError
from tests.costbenefit_rows import PAGE, RATES, WITH_SETS, cost, row, saving, worked_out

#: How fast this machine is decides no test.
PATIENT = settings(deadline=None)

# ---- amounts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text, number", [
    ("1000", "1000"), ("£1,000", "1000"), ("£1.7m", "1700000"), ("1.7 million", "1700000"), ("£1.7 Million", "1700000"),
    ("£20mn", "20000000"), ("2bn", "2000000000"), ("250k", "250000"), ("£ 3 thousand", "3000"), (".5", "0.5"),
    ("1,234,567.89", "1234567.89"), ("1.7e6", "1700000"), ("1E+6", "1000000"), ("0", "0"), ("-0", "0"), ("+5", "5"),
    ("£0.00", "0"), ("12 pounds", "12"), ("GBP 12", "12"), ("999,999,999,999.99", "999999999999.99"), (" 7 ", "7")])
def test_amounts_are_read_as_people_write_them(text, number):
    assert read_amount(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "£",
        "m",
        "about 5",
        "5 or 6",
        "5-6",
        "1,7",
        "1,70",
        "12,34,567",
        "1.700.000",
        "1,000,00",
        "1.7.2",
        "1 700 000",
        "--5",
        "£-",
        "NaN",
        "inf",
        "Infinity",
        "1e",
        "e6",
        "0x10",
        "1_000",
        "١٢٣",
        "1２",
        "£1.7mm",
        "5%",
        "€5",
        "$5",
        "1m5",
        "9" * 41,
        "=1+1",
        "1e1000",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text):
    with pytest.raises(AmountError, match="as a number, such as"):
        read_amount(text)


@pytest.mark.parametrize("text", ["1e30", "1e999", "£1,000,000,000,000", "1000bn", "9" * 40])
def test_a_trillion_is_too_much(text):
    with pytest.raises(AmountError, match="trillion"):
        read_amount(text)


def test_a_minus_sign_is_for_numbers_that_can_be_below_zero():
    for text in ("-5", "£-5", "-£5", "\u22125"):
        assert read_amount(text, signed=True) == -5
        with pytest.raises(AmountError, match="minus"):
            read_amount(text)


@PATIENT
@given(st.decimals(0, 10**12 - 1, places=2))
def test_an_amount_that_was_shown_reads_back_the_same(amount):
    assert read_amount(exact(amount)) == amount


@PATIENT
@given(st.decimals(-(10**12), 10**12, places=4))
def test_an_amount_in_a_sentence_is_right_to_three_digits(amount):
    text = pounds(amount).replace("-", "")
    shown = read_amount(text) if amount.copy_abs() < Decimal("999.5e9") else None
    if shown is not None:
        assert abs(shown - abs(amount)) <= max(Decimal("0.5"), abs(amount) * Decimal("0.005"))
    assert pounds(amount).startswith("-") == (amount < 0 and text != "£0")


@pytest.mark.parametrize(
    "amount, text",
    [
        ("354.52", "£355"),
        ("0.4", "£0"),
        ("-0.4", "£0"),
        ("-20", "-£20"),
        ("12500", "£12,500"),
        ("999999.6", "£1 million"),
        ("1700000", "£1.7 million"),
        ("-5861770.95", "-£5.86 million"),
        ("20000000", "£20 million"),
        ("123456789", "£123 million"),
        ("2500000000", "£2.5 billion"),
    ],
)
def test_amounts_in_sentences(amount, text):
    assert pounds(Decimal(amount)) == text


def test_pence_and_years_are_rounded_halves_up():
    assert [str(to_the_penny(Decimal(text))) for text in ("0.005", "-0.005", "-0.004")] == ["0.01", "-0.01", "0.00"]
    assert [years(Decimal(text)) for text in ("3.61", "1", "0.96", "11.75", "20")] == [
        "3.6 years", "1 year", "1 year", "11.8 years", "20 years"]


# ---- rows -----------------------------------------------------------------------------------------------------------


def problems(*rows, rates=RATES, carbon=(), social=(), **plan):
    block = read({"horizon": "5", **plan}, rows, rates, carbon, social)
    assert (block.plan is None) == bool(block.problems)
    return [(found.field, found.row, found.column) for found in block.problems]


def messages(*rows, rates=RATES, **plan):
    return [found.message for found in read({"horizon": "5", **plan}, rows, rates).problems]


@pytest.mark.parametrize("column, value", [
    ("what", ""), ("what", "x" * 1001), ("type", ""), ("type", "profit"), ("who", ""), ("who", "me"), ("cash", ""),
    ("cash", "maybe"), ("central", ""), ("central", "lots"), ("central", "1e30"), ("central", "-5"), ("central", "1,7"),
    ("low", "x"), ("high", "-1"), ("from", ""), ("from", "-1"), ("from", "1.5"), ("from", "soon"), ("from", "501"),
    ("to", "-2"), ("to", "x"), ("price_year", "22"), ("price_year", "1066"), ("basis", "hearsay"), ("phase", "dream")])
def test_nonsense_in_a_row_is_an_error_at_its_cell(column, value):
    assert problems(cost(), saving(**{"to": "5"}) | {column: value}) == [("cost_benefit", 1, column)]


def test_the_range_must_rise_and_years_must_follow():
    assert problems(cost(low="2000")) == problems(cost(high="10")) == [("cost_benefit", 0, "central")]
    assert problems(cost("1000", "3", "2")) == [("cost_benefit", 0, "to")]
    assert messages(cost("1000", "3", "2")) == ["The last year must not be before the first"]


@pytest.mark.parametrize("horizon", ["", "0", "-5", "501", "ten", "2.5", "1e2", "٥"])
def test_a_horizon_that_is_none_is_refused(horizon):
    assert problems(cost(), saving("300", "1", "5"), horizon=horizon) == [("horizon", None, "horizon")]


def test_a_horizon_may_say_years():
    assert read({"horizon": "20 years"}, [], RATES).plan.horizon == 20


def test_ten_thousand_rows_are_refused_at_once():
    found = read({"horizon": "5"}, [cost()] * 10_000, RATES)
    assert [problem.message for problem in found.problems] == [
        f"There are 10,000 rows. Enter {MAX_ROWS} or fewer: add up what belongs together"]
    assert appraise(found).organisation.missing == (found.problems[0].message,)
    assert problems(carbon=[{"what": "x", "central": "1", "from": "0"}] * (MAX_CARBON_ROWS + 1)) == [
        ("carbon", None, None)
    ]


def test_everything_that_is_wrong_is_said_at_once():
    assert problems(cost("lots"), saving(who="me"), horizon="0", schedule="none") == [
        ("horizon", None, "horizon"), ("schedule", None, "schedule"), ("cost_benefit", 0, "central"),
        ("cost_benefit", 1, "who")]


def test_empty_rows_of_a_form_are_passed_over_and_keep_the_numbers_of_the_others():
    assert problems({"what": "", "central": " "}, {}, cost("x")) == [("cost_benefit", 2, "central")]


def test_calendar_years_are_counted_from_year_0():
    found = worked_out(cost("1000", "2016"), saving("300", "2017", "2021"), start_year="2016")
    assert f"{found.organisation.central.npv:.2f}" == "354.52"
    assert problems(cost("1000", "2016")) == [("start_year", None, "start_year")]
    assert problems(cost("1000", "2015"), start_year="2016") == [("cost_benefit", 0, "from")]


def test_years_after_the_horizon_are_not_counted_and_it_says_so():
    block = read({"horizon": "5"}, [cost(), saving("300", "1", "9"), row("Late", "saving", "9", "7")], RATES)
    assert block.notes[:2] == ('"Energy saved" goes on after year 5; what comes later is not counted.',
                               '"Late" starts after year 5 and is not counted.')
    assert f"{appraise(block).organisation.central.npv:.2f}" == "354.52"


def test_rows_of_one_price_base_are_not_touched():
    block = read({"horizon": "5"}, [cost(price_year="2022"), saving(price_year="2022")], RATES)
    assert block.plan.price_year == 2022 and block.notes == ()
    assert "taken to be of the same year" in read({"horizon": "5"}, [cost(), saving()], RATES).notes[0]


def test_rows_of_different_price_bases_are_refused_or_converted_with_the_index_that_is_named():
    rows = cost(price_year="2022"), saving(price_year="2018")
    assert problems(*rows) == [("price_year", None, "price_year")]
    assert messages(*rows, price_year="2022") == [
        "This row is in prices of 2018, and the others are in prices of 2022. Give it in 2022 prices, or "
        "choose a price "
        "index that has both years"
    ]
    assert problems(*rows, price_year="2022", rates=WITH_SETS) == [("cost_benefit", 1, "price_year")]
    assert problems(*rows, price_year="2023", deflator="index", rates=WITH_SETS) == [
        ("cost_benefit", 0, "price_year"), ("cost_benefit", 1, "price_year")]
    block = read({"horizon": "5", "price_year": "2022", "deflator": "index"}, rows, WITH_SETS)
    assert block.items[1].amount.central == 375 and block.items[1].as_entered.central == 300
    assert block.notes == ('"Energy saved" was converted from 2018 to 2022 prices with the test index.',)


def test_a_row_without_a_price_base_among_rows_with_one_is_refused():
    assert problems(cost(price_year="2022"), saving()) == [("cost_benefit", 1, "price_year")]
    assert problems(cost(price_year="2022"), saving(), price_year="2022") == []


def test_rows_of_options_need_to_know_which_was_taken():
    rows = cost(option="LED"), cost(option="Sodium")
    assert problems(*rows) == [("option", None, "option")]
    assert problems(*rows, option="LED", against="Gas") == [("against", None, "against")]
    assert problems(*rows, option="LED", against=" led") == [("against", None, "against")]
    assert problems(*rows, option="led", against="sodium") == []


CARBON = {"what": "CO2e", "central": "10", "from": "2024", "to": "2026"}


def test_carbon_values_that_nobody_confirmed_are_not_used():
    plan = {"horizon": "2", "start_year": "2024", "price_year": "2022", "rates": WITH_SETS, "carbon": [CARBON]}
    assert problems(cost(), carbon_values="unconfirmed", **plan) == [("carbon_values", None, "carbon_values")]
    assert problems(cost(), carbon_values="other", **plan) == [("carbon_values", None, "carbon_values")]
    assert problems(cost(), carbon_values="confirmed", **plan) == []
    assert problems(
        cost(), carbon_values="confirmed", **{**plan, "horizon": "3", "carbon": [{**CARBON, "to": "end"}]}
    ) == [("carbon", 0, "from")]
    assert problems(cost(), carbon_values="confirmed", **{**plan, "price_year": ""}) == [
        ("price_year", None, "price_year")
    ]
    assert problems(cost(), carbon_values="confirmed", **{**plan, "price_year": "2019"}) == [
        ("carbon_values", None, "deflator")]
    assert ("start_year", None, "start_year") in problems(
        cost(), carbon_values="confirmed", **{**plan, "start_year": ""}
    )


def test_nonsense_in_a_carbon_row_is_an_error_at_its_cell():
    for column, value in (("what", ""), ("central", ""), ("central", "many"), ("low", "11"), ("from", "")):
        where = "central" if column == "low" else column
        assert problems(cost(), start_year="2024", carbon=[{**CARBON, column: value}]) == [("carbon", 0, where)]


SOCIAL = {"code": "NT1", "what": "Jobs", "unit": "person years", "quantity": "2.5", "proxy": "£30,000",
          "proxy_year": "2023", "source": "the tender"}


def test_social_value_is_kept_as_entered_and_not_added_to_the_sums():
    block = read({"horizon": "5"}, [cost(), saving()], RATES, social=[SOCIAL])
    assert [(one.code, one.value, one.proxy_year) for one in block.social] == [("NT1", 75000, 2023)]
    assert appraise(block).society.npv == worked_out(cost(), saving()).society.npv
    for column in ("code", "quantity", "proxy", "proxy_year", "source"):
        assert problems(social=[{**SOCIAL, column: ""}]) == [("social_value", 0, column)]
    assert problems(social=[{**SOCIAL, "proxy_year": "23"}]) == [("social_value", 0, "proxy_year")]


words = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "5",
            "2024",
            "2030",
            "end",
            "£1.7m",
            "1e30",
            "-5",
            "yes",
            "no",
            "LED",
            *TYPES,
            *WHO,
            *PHASES,
            *BASES,
        ]
    ),
    st.text(max_size=5),
)
columns = st.sampled_from(["what", "type", "who", "cash", "low", "central", "high", "from", "to", "price_year", "basis",
                           "option", "phase", "source", "other"])
plans = st.dictionaries(
    st.sampled_from(
        ["horizon", "start_year", "price_year", "schedule", "option", "against", "deflator", "carbon_values"]
    ),
    words,
    max_size=8,
)
sane = st.builds(row, st.just("x"), st.sampled_from(TYPES), st.sampled_from(["0", "5", "£1m"]),
                 st.sampled_from(["0", "2", "2026"]), st.sampled_from(["", "end", "4"]))


@PATIENT
@given(
    plans.map(lambda plan: {"horizon": "5", **plan}),
    st.lists(st.builds(lambda one, odd: {**one, **odd}, sane, st.dictionaries(columns, words, max_size=2)), max_size=4),
    st.lists(st.dictionaries(columns, words, max_size=5), max_size=2),
)
def test_whatever_is_entered_there_is_a_result_or_a_reason(plan, rows, carbon):
    block = read(plan, rows, WITH_SETS, carbon)
    found = appraise(block)
    for view in (found.organisation, found.society):
        assert bool(view.missing) != view.complete
        if view.complete:
            assert view.npv.low <= view.npv.central <= view.npv.high
    filled = [number for number, one in enumerate(rows) if any(value.strip() for value in one.values())]
    if not block.problems:
        assert [item.number for item in block.items] == filled
    assert all(problem.message and problem.message[0].isupper() for problem in block.problems)


# ---- the page of rates ----------------------------------------------------------------------------------------------


def test_the_shipped_page_has_the_three_schedules_and_nothing_that_nobody_confirmed():
    assert [one.kind for one in RATES.schedules] == ["standard", "health", "sensitivity"]
    assert all(one.source and one.link.startswith("https://") for one in RATES.schedules)
    assert RATES.deflators == () and RATES.carbon_values == ()


def test_the_newest_schedule_of_a_kind_is_used_unless_one_is_named():
    newer = PAGE.replace("id: green-book-2026-standard", "id: green-book-2030-standard").replace(
        "'2026-02'", "'2030-01'", 1
    )
    both = Rates.load(
        newer + PAGE[PAGE.index("- id: green-book-2026-standard") : PAGE.index("- id: green-book-2026-health")]
    )
    assert both.schedule().id == "green-book-2030-standard"
    assert both.schedule("standard", date(2029, 1, 1)).id == "green-book-2026-standard"
    assert both.schedule("green-book-2026-standard").id == "green-book-2026-standard"
    assert both.schedule("standard", date(2000, 1, 1)).id == "green-book-2026-standard"
    assert both.schedule("none") is None


def test_a_rate_never_goes_below_zero():
    assert Schedule.constant(Decimal("0.005")).shifted(Decimal(-1)).rate(1) == 0
    assert Schedule.constant(Decimal("0.035")).label == "3.5% a year"


HEAD = """\
kind: discount-rates
title: T
schedules:
- id: a
  kind: standard
  label: A
  from: '2026'
  source: S
  confidence: read
  steps:
  - {from: '0', to: '30', rate: '3.50'}
  - {from: '31', rate: '3.00'}
"""
SET = """\
carbon_values:
- id: c
  label: C
  from: '2023'
  source: S
  confidence: read
  price_year: '2022'
  values:
  - {year: '2024', central: '5'}
"""
BROKEN = {
    "another kind": (HEAD.replace("kind: standard", "kind: fast"), 5, "Write one of"),
    "no date": (HEAD.replace("'2026'", "soon"), 7, "when it was published"),
    "no source": (HEAD.replace("  source: S\n", ""), 4, "no source"),
    "how sure": (HEAD.replace("read", "very"), 9, "how sure"),
    "a gap": (HEAD.replace("'31'", "'32'"), 12, "must start with year 31"),
    "an overlap": (HEAD.replace("'31'", "'30'"), 12, "must start with year 31"),
    "not from 0": (HEAD.replace("'0'", "'1'"), 11, "must start with year 0"),
    "a step after the last": (HEAD.replace("to: '30', ", ""), 12, "without an end"),
    "backwards": (
        HEAD.replace("'30'", "'0'").replace("from: '0', to: '0'", "from: '0', to: '-1'"),
        11,
        "must be a year",
    ),
    "no end": (HEAD.replace("{from: '31', rate", "{from: '31', to: '90', rate"), 11, "no end"),
    "a rate in words": (HEAD.replace("'3.50'", "three"), 11, "must be a number"),
    "a negative rate": (HEAD.replace("'3.50'", "'-3.50'"), 11, "must be a number"),
    "a rate of a hundred": (HEAD.replace("'3.50'", "'100'"), 11, "below 100"),
    "an unknown key": (HEAD + "extra: x\n", 13, "extra"),
    "values that don't rise": (HEAD + SET.replace("central: '5'", "low: '6', central: '5'"), 21, "must rise"),
    "a year twice": (HEAD + SET + "  - {year: '2024', central: '5'}\n", 22, "second time"),
    "no calendar year": (HEAD + SET.replace("'2022'", "'22'"), 19, "calendar year"),
    "confirmed by a word": (HEAD + SET.replace("  values", "  confirmed: yes\n  values"), 20, "day on which"),
    "an id twice": (HEAD + SET.replace("id: c", "id: a"), 14, "second time"),
    "a price index of nothing": (
        HEAD + "deflators:\n- {id: d, label: D, from: '2026', source: S, confidence: read, "
        "values: [{year: '2022', index: '0'}]}\n",
        14,
        "above 0",
    ),
}


@pytest.mark.parametrize("text, line, message", BROKEN.values(), ids=BROKEN)
def test_a_broken_page_of_rates_is_refused_at_its_line(text, line, message):
    with pytest.raises(DefinitionError) as caught:
        Rates.load(text)
    assert (caught.value.line, message in caught.value.message) == (line, True), str(caught.value)


def test_the_pages_that_those_are_made_from_are_in_order():
    found = Rates.load(HEAD + SET)
    assert found.schedules[0].steps == (Step(0, 30, Decimal("0.035")), Step(31, None, Decimal("0.03")))
    assert isinstance(found.carbon("c"), CarbonValues) and found.carbon("c").confirmed is None
    assert Deflator("d", "D", {2020: Decimal(50), 2022: Decimal(100)}).factor(2020, 2022) == 2
