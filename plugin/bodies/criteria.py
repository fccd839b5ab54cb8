"""What an endorsement says of a case study, for how long, and who may endorse: the page ``Cupboard/Endorsement``.

    kind: endorsement
    title: Endorsement
    note: What an endorsement is, for those who give and those who read one.
    term_months: '24'          # an endorsement ends after so many months; left out: it does not end
    endorsers:                 # organisations that may endorse, by the names of their pages' titles or other names
    - Anytown Council
    criteria:
    - id: evidence
      label: The result rests on evidence that can be checked
      note: Figures have a source, and it says what it is held to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cupboard.bodies.names import called
from cupboard.shapes import Entries
from cupboard.tongue import _

MOST_CRITERIA = 20


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question that an endorser answers."""

    id: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class Endorsing:
    """The rules of endorsing.

    :ivar term: in months; None when endorsements don't end
    :ivar endorsers: names of organisations, as written
    """

    title: str
    note: str
    term: int | None
    endorsers: tuple[str, ...]
    criteria: tuple[Criterion, ...]

    @classmethod
    def load(cls, text: str) -> Endorsing:
        """Read the page.

        :raises DefinitionError: with line and column, when it can't be used
        """
        page = Entries.of_page(text, "endorsement")
        found = cls(
            title=page.text("title"),
            note=page.text("note", required=False),
            term=page.number("term_months"),
            endorsers=page.texts("endorsers"),
            criteria=tuple(_criteria(page)),
        )
        if found.term is not None and found.term > 120:
            raise page.error(_("term_months must be 120 or less: ten years are long enough"), "term_months")
        page.done()
        return found

    def may_endorse(self, names: tuple[str, ...] | list[str]) -> bool:
        """Whether an organisation of these names has the right to endorse."""
        keys = {called(name) for name in self.endorsers}
        return any(called(name) in keys for name in names if called(name))


def _criteria(page: Entries) -> Iterator[Criterion]:
    seen = set()
    entries = page.list_of("criteria", _("criterion"), required=True)
    if len(entries) > MOST_CRITERIA:
        raise page.error(_("There can be {most} criteria: keep the table short").format(most=MOST_CRITERIA), "criteria")
    for entry in entries:
        found = Criterion(entry.id(), entry.text("label"), entry.text("note", required=False))
        if found.id in seen:
            raise entry.error(_('There is another criterion with the id "{id}": give this one its own').format(
                id=found.id
            ), "id")
        seen.add(found.id)
        entry.done()
        yield found
