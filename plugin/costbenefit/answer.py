"""The answer in one sentence: ``Pays back in 3.6 years; worth £355 for every £1,000 spent over 5 years; from figures
measured by the council``. Where a range was given, every number comes with its range."""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import reduce

from cupboard.costbenefit.amounts import pounds, years
from cupboard.costbenefit.appraisal import TO_SOCIETY, Appraisal, View
from cupboard.costbenefit.rates import WORKING
from cupboard.costbenefit.rows import Range
from cupboard.tongue import L_, _

_BASES = {
    "measured_self": L_("measured by {organisation}"),
    "independent": L_("measured or reviewed independently"),
    "reported_by_supplier": L_("reported by the supplier"),
    "forecast": L_("forecast, not yet measured"),
    "target": L_("set as targets, not yet measured"),
    "policy_fact": L_("fixed by the contract or policy"),
    "": L_("of which the basis is not given"),
}


def answer(appraisal: Appraisal, organisation: str = "") -> str:
    """The answer, without a full stop; or what is missing, when there is none.

    :param organisation: as it stands in a sentence: ``the council``, ``Anytown Council``; empty: the organisation
    """
    view = appraisal.main
    if view.missing:
        return _("Not worked out yet. {why}").format(why=". ".join(view.missing))
    known_from = _("from {figures}").format(figures=basis(view, organisation))
    text = "; ".join([_payback(view), _worth(view), known_from])
    if view.name == TO_SOCIETY:
        text = _("For society as a whole: {answer}").format(answer=text[:1].lower() + text[1:])
    return text


def basis(view: View, organisation: str = "") -> str:
    """``figures measured by the council``; of several kinds, each is named, the surest first."""
    found = {flow.item.basis for flow in view.counted}
    whose = organisation or _("the organisation")
    named = [words.format(organisation=whose) for id, words in _BASES.items() if id in found]
    if len(named) == 1:
        return _("figures {basis}").format(basis=named[0])
    these = reduce(lambda these, last: _("{these} and partly {last}").format(these=these, last=last), named)
    return _("figures partly {basis}").format(basis=these)


def _payback(view: View) -> str:
    slowest, central, fastest = view.payback
    most = years(Decimal(view.plan.horizon))
    if central is None:
        if fastest is None:
            return _("Does not pay back within {years}").format(years=most)
        return _("Does not pay back within {years} (at best, in {best})").format(years=most, best=years(fastest))
    text = _("Pays back in {years}").format(years=years(central)) if central else _("Pays back at once")
    if not view.has_range or slowest == fastest:
        return text
    if slowest is None:
        said = _("{answer} ({best} at best, not within {most} at worst)")
        return said.format(answer=text, best=years(fastest), most=most)
    return _("{answer} ({low} to {high})").format(answer=text, low=years(fastest).split()[0], high=years(slowest))


def _worth(view: View) -> str:
    ratio = view.ratio
    if ratio is None:
        values = view.npv
    else:
        with localcontext(WORKING):
            values = Range(*((value - 1) * 1000 for value in ratio))
    if values.central < 0:
        text = _("loses {amount}").format(amount=pounds(-values.central))
    else:
        text = _("worth {amount}").format(amount=pounds(values.central))
    if view.has_range:
        text = _ranged(text, values)
    said = _("{worth} over {years}") if ratio is None else _("{worth} for every £1,000 spent over {years}")
    return said.format(worth=text, years=years(Decimal(view.plan.horizon)))


def _ranged(text: str, values: Range) -> str:
    if values.low < 0 <= values.high:
        said = _("{answer} (from a loss of {loss} to a gain of {gain})")
        return said.format(answer=text, loss=pounds(-values.low), gain=pounds(values.high))
    ends = (values.low, values.high) if values.low >= 0 else (-values.high, -values.low)
    return _("{answer} ({low} to {high})").format(answer=text, low=pounds(ends[0]), high=pounds(ends[1]))
