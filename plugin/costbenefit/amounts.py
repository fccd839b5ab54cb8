"""Amounts as people write them: ``£1.7m``, ``1,700,000``, ``1.7 million`` and ``1.7e6`` are the same number.

What could be read in two ways is refused, never guessed: ``1,7`` and ``1.700.000`` are errors.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from cupboard.tongue import L_, N_, _

LARGEST = Decimal(10) ** 12
"""No public contract comes near a trillion pounds; larger amounts are slips."""
LONGEST = 40

PENNY = Decimal("0.01")

_AMOUNT = re.compile(
    r"(?P<sign>[-\u2212+]?)\s*(?:£|GBP)?\s*(?P<sign2>[-\u2212]?)"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<fraction>\.[0-9]+)?"
    r"(?:e\+?(?P<power>[0-9]{1,3})|\s*(?P<unit>k|thousand|m|mn|million|bn|billion)\b)?\s*(?:pounds|GBP)?",
    re.I | re.ASCII)
_UNITS = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9}


class AmountError(ValueError):
    """A text is no amount; the message says what to write instead, as it follows "Enter the amount"."""


def read_amount(text: str, signed: bool = False) -> Decimal:
    """Read an amount in pounds, or any other number when it may be signed.

    :param signed: whether it may be below zero
    :raise AmountError: when it can't be read in exactly one way, is negative, or is a trillion or more
    """
    text = text.strip()
    match = _AMOUNT.fullmatch(text) if len(text) <= LONGEST else None
    if match is None or not (match["whole"] or match["fraction"]) or (match["sign"] and match["sign2"]):
        raise AmountError(_("as a number, such as 1700000, £1,700,000 or £1.7m"))
    number = Decimal((match["whole"] or "0").replace(",", "") + (match["fraction"] or ""))
    power = int(match["power"] or 0) + _UNITS.get((match["unit"] or "").lower(), 0)
    if number and number.adjusted() + power >= LARGEST.adjusted():
        raise AmountError(_("below £1 trillion"))
    number = number.scaleb(power)
    if (match["sign"] or match["sign2"]) in ("", "+") or not number:
        return number
    if not signed:
        raise AmountError(_("without a minus sign: its type says if it is spent or gained"))
    return -number


def to_the_penny(amount: Decimal) -> Decimal:
    """Rounded to the penny, halves away from zero."""
    rounded = amount.quantize(PENNY, ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def exact(amount: Decimal) -> str:
    """``£1,354.52``, ``-£20.00``."""
    amount = to_the_penny(amount)
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"


def pounds(amount: Decimal) -> str:
    """For sentences: ``£355``, ``£12,500``, ``£1.7 million``, ``-£5.86 million``: three digits above a million."""
    sign, size = "-" if amount < 0 else "", abs(amount)
    for limit, name in ((Decimal(10) ** 9, L_("{amount} billion")), (Decimal(10) ** 6, L_("{amount} million"))):
        # What rounds up to the next unit belongs to it: £999,999.60 is £1 million.
        if size.quantize(Decimal(1), ROUND_HALF_UP) >= limit:
            value = size / limit
            places = max(0, 2 - value.adjusted())
            text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
            return name.format(amount=f"{sign}£{text.rstrip('0').rstrip('.') if '.' in text else text}")
    text = f"{size.quantize(Decimal(1), ROUND_HALF_UP):,}"
    return f"£{text}" if text == "0" else f"{sign}£{text}"


def years(number: Decimal) -> str:
    """``3.6 years``, ``1 year``; one decimal place."""
    rounded = number.quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = f"{rounded:f}".removesuffix(".0")
    return N_("{count} year", "{count} years", 1 if text == "1" else 2).format(count=text)
