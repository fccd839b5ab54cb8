"""The answer in one sentence: ``Pays back in 3.6 years; worth £355 for every £1,000 spent over 5 years; from figures
measured by the council``. Where a range was given, every number comes with its range."""

from __future__ import annotations

from decimal import Decimal, localcontext

from .amounts import pounds, years
from .appraisal import TO_SOCIETY, Appraisal, View
from .rates import WORKING
from .rows import Range

_BASES = {
    "measured_self": "measured by {organisation}",
    "independent": "measured or reviewed independently",
    "reported_by_supplier": "reported by the supplier",
    "forecast": "forecast, not yet measured",
    "target": "set as targets, not yet measured",
    "policy_fact": "fixed by the contract or policy",
    "": "of which the basis is not given",
}


def answer(appraisal: Appraisal, organisation: str = "the organisation") -> str:
    """The answer, without a full stop; or what is missing, when there is none.

    :param organisation: as it stands in a sentence: ``the council``, ``Anytown Council``
    """
    view = appraisal.main
    if view.missing:
        return "Not worked out yet. " + ". ".join(view.missing)
    parts = [_payback(view), _worth(view), basis(view, organisation)]
    text = "; ".join(part for part in parts if part)
    if view.name == TO_SOCIETY:
        text = "For society as a whole: " + text[:1].lower() + text[1:]
    return text


def basis(view: View, organisation: str = "the organisation") -> str:
    """``from figures measured by the council``; of several kinds, each is named, the surest first."""
    found = {flow.item.basis for flow in view.counted}
    named = [words.format_map({"organisation": organisation}) for id, words in _BASES.items() if id in found]
    if len(named) == 1:
        return f"from figures {named[0]}"
    return "from figures partly " + " and partly ".join(named)


def _payback(view: View) -> str:
    slowest, central, fastest = view.payback
    never = f"not within {years(Decimal(view.plan.horizon))}"
    if central is None:
        text = f"Does not pay back within {years(Decimal(view.plan.horizon))}"
        return text + f" (at best, in {years(fastest)})" if fastest is not None else text
    text = f"Pays back in {years(central)}" if central else "Pays back at once"
    if not view.has_range or slowest == fastest:
        return text
    if slowest is None:
        return text + f" ({years(fastest)} at best, {never} at worst)"
    return text + f" ({years(fastest).split()[0]} to {years(slowest)})"


def _worth(view: View) -> str:
    over = f"over {years(Decimal(view.plan.horizon))}"
    ratio = view.ratio
    if ratio is None:
        values, spent = view.npv, ""
    else:
        with localcontext(WORKING):
            values, spent = Range(*((value - 1) * 1000 for value in ratio)), " for every £1,000 spent"
    worth = f"loses {pounds(-values.central)}" if values.central < 0 else f"worth {pounds(values.central)}"
    return f"{worth}{_ranged(values) if view.has_range else ''}{spent} {over}"


def _ranged(values: Range) -> str:
    if values.low >= 0:
        return f" ({pounds(values.low)} to {pounds(values.high)})"
    if values.high < 0:
        return f" ({pounds(-values.high)} to {pounds(-values.low)})"
    return f" (from a loss of {pounds(-values.low)} to a gain of {pounds(values.high)})"
