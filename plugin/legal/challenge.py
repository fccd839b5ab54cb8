"""When the time to challenge an award is over, from the dates of the award and the limits of its regime.

The Procurement Act 2023 (Cabinet Office guidance on remedies; Part 9 of the Act) has these limits:

- the contract may not be made before the end of a standstill of 8 working days, the first of which is the day on
  which the contract award notice was published (section 51; guidance on contract award notices and standstill);
- a claim for damages has to start within 30 days of the claimant's knowing that there were grounds for it;
- a contract made without standstill can be set aside on a claim started within 30 days of knowledge, and no later
  than 6 months after the contract was made; where no contract details notice was published, within 3 months of
  knowledge, with the same stop of 6 months;
- below the thresholds, the Act's duties cannot be enforced in the High Court.

Nobody but the claimant knows when the claimant knew. So the day worked out here takes the award notice for the moment
of knowledge, and the caveat says so. Every choice it makes is the one that ends later.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from cupboard.days import Span, last_working_day, plus_days, plus_months, shown
from cupboard.legal.regimes import Limits, Regime
from cupboard.tongue import L_, _

CAVEAT = L_("That is not a test of whether the approach is lawful.")
KNOWLEDGE = L_(
    "The time runs from when a supplier knew, or should have known, of grounds for a claim. Here it is counted "
    "from the award notice, so a supplier that learned of them later may still claim."
)


@dataclass(frozen=True, slots=True)
class Award:
    """The dates of an award, as far as they are known.

    :ivar notice: when the contract award notice was published
    :ivar contract: when the contract was made
    :ivar standstill: whether the standstill was kept; None when that is not known
    :ivar details_notice: whether a contract details notice was published; None when that is not known
    :ivar known: when the last supplier who could claim knew of grounds for it, where that is documented
    """

    notice: Span
    contract: Span | None = None
    standstill: bool | None = None
    details_notice: bool | None = None
    known: Span | None = None


@dataclass(frozen=True, slots=True)
class ChallengePeriod:
    """
    :ivar standstill_ends: the last day of the standstill; None where the regime gives none
    :ivar closes: the last day on which a claim can start, as far as can be worked out; None where it can't
    :ivar caveat: what a reader must be told with it
    """

    standstill_ends: date | None
    closes: date | None
    caveat: str

    def passed(self, day: date) -> bool:
        """Whether the period is over on a day; False where that can't be worked out."""
        return self.closes is not None and day > self.closes

    def sentence(self, day: date) -> str:
        """For the page: that it passed, or until when it runs, or that it can't be worked out; with the caveat."""
        if self.closes is None:
            return self.caveat
        if self.passed(day):
            return _("The time to challenge the award passed on {day}. {caveat}").format(
                day=shown(self.closes), caveat=self.caveat
            )
        return _("The award can be challenged until {day}. {caveat}").format(day=shown(self.closes), caveat=self.caveat)


def period(award: Award, regime: Regime | None, holidays: Set[date] = frozenset()) -> ChallengePeriod:
    """Work out the period for an award under a regime.

    A date known only to the month or year counts as its last day.

    :param holidays: bank holidays where the body is; without them the standstill may really end later
    """
    limits = regime.limits if regime else None
    if limits is None or limits.claim_days is None:
        name = regime.name if regime else _("the law that applies")
        said = _("The time limits for challenges under {law} are not recorded here.").format(law=name)
        return ChallengePeriod(None, None, said)
    notice = award.notice.last
    standstill = None
    if limits.standstill_working_days:
        standstill = last_working_day(notice, limits.standstill_working_days, holidays)
    caveats = []
    known = award.known.last if award.known else None
    if known is None:
        caveats.append(str(KNOWLEDGE))
    ends = [plus_days(known or notice, limits.claim_days), standstill or notice]
    if not award.standstill and limits.set_aside_stop_months:
        contract = award.contract.last if award.contract else max(ends)
        if award.contract is None:
            caveats.append(_("The day of the contract is not recorded; it is taken to be no later than {day}.").format(
                day=shown(contract)
            ))
        ends.append(_set_aside_ends(limits, award, contract, known))
    return ChallengePeriod(standstill, max(ends), " ".join(filter(None, [*caveats, limits.note, str(CAVEAT)])))


def _set_aside_ends(limits: Limits, award: Award, contract: date, known: date | None) -> date:
    """The last day to ask for a contract to be set aside that was made without standstill.

    The limit from knowledge counts only where that is documented: who hears of a contract late has until the stop.
    """
    stop = plus_months(contract, limits.set_aside_stop_months)
    if known is None:
        return stop
    if award.details_notice and limits.set_aside_days:
        return min(stop, plus_days(max(known, contract), limits.set_aside_days))
    if limits.set_aside_months_without_details_notice:
        return min(stop, plus_months(max(known, contract), limits.set_aside_months_without_details_notice))
    return stop
