"""Blocks of costs and benefits for tests: rows as they stand in front matter."""

from importlib import resources

from cupboard.costbenefit.appraisal import Appraisal, appraise
from cupboard.costbenefit.rates import Rates
from cupboard.costbenefit.rows import read

PAGE = (resources.files("cupboard.seed_pages") / "Cupboard" / "DiscountRates.yaml").read_text(encoding="utf-8")
RATES = Rates.load(PAGE)
#: With a price index and sets of carbon values that no page ships with; the carbon values are made up, but for 2024.
WITH_SETS = Rates.load(PAGE + """
deflators:
- {id: index, label: the test index, from: '2026', source: made up, confidence: unverified,
   values: [{year: '2018', index: '80'}, {year: '2022', index: '100'}]}
carbon_values:
- {id: confirmed, label: Test values, from: '2023-11', source: made up, confidence: unverified, price_year: '2022',
   confirmed: '2026-11-01', values: [
   {year: '2024', low: '134.48', central: '268.97', high: '403.45'}, {year: '2025', central: '270'},
   {year: '2026', low: '100', central: '275', high: '300'}]}
- {id: unconfirmed, label: Others, from: '2023-11', source: made up, confidence: unverified, price_year: '2022',
   values: [{year: '2024', central: '268.97'}]}
""")


def row(what: str, type: str, central: str, start: str = "0", to: str = "", **more: str) -> dict[str, str]:
    return {
        "what": what,
        "type": type,
        "who": "organisation",
        "cash": "yes",
        "central": central,
        "from": start,
        "to": to,
        "basis": "measured_self",
    } | more


def cost(central: str = "1000", start: str = "0", to: str = "", **more: str) -> dict[str, str]:
    return row("Buying it", "cost", central, start, to, **more)


def saving(central: str = "300", start: str = "1", to: str = "end", **more: str) -> dict[str, str]:
    return row("Energy saved", "saving", central, start, to, **more)


def worked_out(*rows: dict[str, str], rates: Rates = RATES, carbon=(), **plan: str) -> Appraisal:
    """The appraisal of rows that are in order."""
    block = read({"horizon": "5", **plan}, rows, rates, carbon)
    assert not block.problems, block.problems
    return appraise(block)
