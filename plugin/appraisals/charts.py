"""Charts of costs and benefits as SVG, each with a title, a description and its data for a table below it.

They are drawn in dark lines and hatching with the numbers beside them, so they read the same in black and white, on
paper and to people who can't tell colours. All text passes through an XML tree, which escapes it.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10

from cupboard.costbenefit.amounts import exact, pounds, years
from cupboard.costbenefit.appraisal import IN_CASH, View
from cupboard.tongue import L_, _

WIDTH = 600
INK, PAPER, GREY, BLUE = "#0b0c0c", "#ffffff", "#505a5f", "#1d5f8a"
FONT = "Arial, Helvetica, sans-serif"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

WHO_LABELS = {"organisation": L_("The organisation"), "public": L_("Other public bodies"), "society": L_("Society")}



@dataclass(frozen=True)
class Chart:
    """A picture and what it says: ``headers`` and ``rows`` are the same data as a table."""

    svg: str
    title: str
    description: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def cumulative(view: View, prefix: str = "cash-flow") -> Chart:
    """Discounted costs and gains added up year by year, with the range where one was given.

    :param prefix: starts the ids within the picture, which must be unique on a page
    :raise ValueError: when something is missing from the view
    """
    sums = view.central.cumulative
    if view.name == IN_CASH:
        title = _("Discounted costs and gains added up, for the organisation, in money")
    else:
        title = _("Discounted costs and gains added up, for society as a whole")
    payback = view.central.payback
    last = len(sums) - 1
    description = _("It starts at {first} in year 0 and comes to {last} by year {year}.").format(
        first=pounds(sums[0]), last=pounds(sums[-1]), year=last
    )
    if payback is not None:
        description += " " + _("It is no longer below zero after {years}.").format(years=years(payback))
    else:
        description += " " + _("It is still below zero then.")
    headers: tuple[str, ...] = (_("Year"), _("Cumulative"))
    rows = tuple((str(year), exact(total)) for year, total in enumerate(sums))
    if view.has_range:
        low, high = view.low.cumulative, view.high.cumulative
        said = _("The range then is {low} to {high}.").format(low=pounds(low[-1]), high=pounds(high[-1]))
        description += f" {said}"
        headers = (_("Year"), _("Low"), _("Central"), _("High"))
        rows = tuple((str(year), *map(exact, values)) for year, values in enumerate(zip(low, sums, high)))
    return Chart(_lines(view, title, description, prefix), title, description, headers, rows)


def gains_by_who(view: View, prefix: str = "who-gains") -> Chart:
    """Discounted costs and gains, central, by who bears or gains them.

    :raise ValueError: when something is missing from the view
    """
    if view.missing:
        raise ValueError(view.missing[0])
    found = view.by_who()
    title = _("Who bears the costs and who gains")
    said = _("{who}: costs {cost}, gains {gain}")
    description = ". ".join(
        said.format(who=WHO_LABELS[who], cost=pounds(cost), gain=pounds(gain)) for who, (cost, gain) in found.items()
    ) + "."
    rows = tuple(
        (str(WHO_LABELS[who]), exact(cost), exact(gain), exact(gain - cost)) for who, (cost, gain) in found.items()
    )
    headers = (_("Who"), _("Costs"), _("Gains"), _("Net"))
    return Chart(_bars(found, title, description, prefix), title, description, headers, rows)


# Drawing -------------------------------------------------------------------------------------------------------------


class Picture:
    """An SVG image under construction; positions are in its own units, from the top left corner."""

    def __init__(self, height: float, title: str, description: str, prefix: str):
        self.root = ElementTree.Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {_n(height)}", "role": "img",
            "aria-labelledby": f"{prefix}-title {prefix}-description", "font-family": FONT, "font-size": "15",
            "width": "100%"})
        for tag, text in (("title", title), ("desc", description)):
            element = ElementTree.SubElement(
                self.root, tag, {"id": f"{prefix}-{'title' if tag == 'title' else 'description'}"}
            )
            element.text = _clean(text)
        self.add("rect", x="0", y="0", width=str(WIDTH), height=_n(height), fill=PAPER)

    def add(self, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
        element = ElementTree.SubElement(
            self.root, tag, {name.replace("_", "-"): _clean(value) for name, value in attributes.items()})
        if text is not None:
            element.text = _clean(text)
        return element

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str = INK, width: float = 1, **more: str
    ) -> None:
        self.add("line", x1=_n(x1), y1=_n(y1), x2=_n(x2), y2=_n(y2), stroke=stroke, stroke_width=_n(width), **more)

    def text(self, x: float, y: float, text: str, anchor: str = "start", **more: str) -> None:
        # Drawn over a white edge (the style sheet says that it is drawn first), so that a line behind it doesn't cut
        # through the letters.
        self.add("text", text, x=_n(x), y=_n(y), text_anchor=anchor,
                 **({"fill": INK, "stroke": PAPER, "stroke_width": "4"} | more))

    def hatching(self, id: str, stroke: str, gap: int) -> str:
        pattern = self.add("pattern", id=id, width=str(gap), height=str(gap), patternUnits="userSpaceOnUse",
                           patternTransform="rotate(45)")
        ElementTree.SubElement(pattern, "line", {"x1": "0", "y1": "0", "x2": "0", "y2": str(gap), "stroke": stroke,
                                                 "stroke-width": "2"})
        return f"url(#{id})"

    def __str__(self) -> str:
        return ElementTree.tostring(self.root, encoding="unicode")


def _lines(view: View, title: str, description: str, prefix: str) -> str:
    height, left, right, top, bottom = 380, 96, 16, 34, 46
    picture = Picture(height, title, description, prefix)
    series = [[float(total) for total in one.cumulative] for one in (view.low, view.central, view.high)]
    low, central, high = series if view.has_range else (series[1],) * 3
    last = len(central) - 1
    ticks = _ticks(min(0.0, *low), max(0.0, *high))
    if central[-1] > 0 and ticks[-1] - central[-1] < (ticks[-1] - ticks[0]) / 8:
        ticks.append(2 * ticks[-1] - ticks[-2])  # room for the number above the end of the line

    def x(year: float) -> float:
        return left + (WIDTH - left - right) * year / last

    def y(amount: float) -> float:
        return top + (height - top - bottom) * (ticks[-1] - amount) / (ticks[-1] - ticks[0])

    for tick in ticks:
        picture.line(left, y(tick), WIDTH - right, y(tick), GREY if tick else INK, 2 if not tick else 0.5)
        picture.text(left - 8, y(tick) + 5, pounds(Decimal(repr(tick))), "end")
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if last / step <= 12)
    for year in range(0, last + 1, step):
        picture.line(x(year), height - bottom, x(year), height - bottom + 5)
        picture.text(x(year), height - bottom + 21, str(year), "middle")
    picture.text((left + WIDTH - right) / 2, height - 6, _("Years"), "middle")
    if view.has_range:
        fill = picture.hatching(f"{prefix}-range", "#8a9ba8", 8)
        outline = [(x(year), y(amount)) for year, amount in enumerate(high)]
        outline += [(x(year), y(amount)) for year, amount in reversed(list(enumerate(low)))]
        picture.add("polygon", points=_points(outline), fill=fill, stroke=GREY, stroke_dasharray="5 4")
    picture.add("polyline", points=_points([(x(year), y(amount)) for year, amount in enumerate(central)]), fill="none",
                stroke=BLUE, stroke_width="3", stroke_linejoin="round")
    if last <= 40:
        for year, amount in enumerate(central):
            picture.add("circle", cx=_n(x(year)), cy=_n(y(amount)), r="4", fill=BLUE)
    payback = view.central.payback
    if payback:
        at = x(float(payback))
        picture.line(at, top - 6, at, height - bottom, INK, 1.5, stroke_dasharray="2 3")
        anchor = "start" if at < left + 90 else "end" if at > WIDTH - right - 90 else "middle"
        picture.text(at, top - 14, _("Pays back after {years}").format(years=years(payback)), anchor)
    if view.has_range:
        said = _("Line: central. Hatched: low to high")
        picture.text(WIDTH - right - 4, height - bottom - 10, said, "end", fill=GREY)
    above = y(central[-1]) - 10
    picture.text(WIDTH - right - 4, above if above > top + 8 else y(central[-1]) + 22,
                 pounds(view.central.cumulative[-1]), "end", font_weight="bold")
    return str(picture)


def _bars(found: dict[str, tuple[Decimal, Decimal]], title: str, description: str, prefix: str) -> str:
    bar, gap, head, left = 26, 8, 28, 70
    group = head + 2 * (bar + gap) + 14
    height = 8 + group * len(found)
    picture = Picture(height, title, description, prefix)
    hatched = picture.hatching(f"{prefix}-gains", BLUE, 7)
    most = max((float(abs(amount)) for pair in found.values() for amount in pair), default=0) or 1.0
    room = WIDTH - left - 130  # to the right of the longest bar stands its amount
    for index, (who, amounts) in enumerate(found.items()):
        top = 8 + group * index
        picture.text(8, top + 18, str(WHO_LABELS[who]), font_weight="bold")
        for side, (label, amount) in enumerate(zip((_("Costs"), _("Gains")), amounts)):
            y = top + head + side * (bar + gap)
            length = room * max(0.0, float(amount)) / most
            picture.text(left - 8, y + 18, label, "end")
            picture.add("rect", x=_n(left), y=_n(y), width=_n(max(length, 1)), height=str(bar),
                        fill=hatched if side else INK, stroke=BLUE if side else INK, stroke_width="2")
            picture.text(left + length + 10, y + 18, pounds(amount))
    return str(picture)


def _ticks(low: float, high: float) -> list[float]:
    """Four to nine round numbers from below the lowest to above the highest, with zero among them."""
    span = max(high - low, 0.01)  # what is less than a penny is no span
    size = 10.0 ** floor(log10(span))
    step = next(size * factor for factor in (0.1, 0.2, 0.5, 1, 2) if span / (size * factor) <= 6)
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)  # a tick that is hit but for rounding will do
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in pairs)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
