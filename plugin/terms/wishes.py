"""A change of a hierarchy as data: what the form for a term sends, and what a proposal's page holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from cupboard.terms import changes
from cupboard.terms.changes import LISTS, TEXTS, Refused
from cupboard.tongue import L_, _
from cupboard.vocabulary import Vocabulary

#: Action -> what it is called.
ACTIONS: Mapping[str, str] = {
    "revise": L_("Change what it says"),
    "add": L_("Add a term"),
    "move": L_("Move"),
    "merge": L_("Merge into another"),
    "split": L_("Split"),
    "retire": L_("Retire"),
    "restore": L_("Bring back"),
}
#: What a wish may carry besides action and term; each a text, lists with one item a line.
VALUES = (*TEXTS, *LISTS, "local", "above", "into", "parts", "beside")

MAX_LENGTH = 2000


@dataclass(frozen=True)
class Wish:
    """One change.

    :ivar action: one of :data:`ACTIONS`
    :ivar term: whole id of the term that it is about; empty for a new one
    :ivar values: by name, of :data:`VALUES` or a further key of the term: what was entered
    """

    action: str
    term: str
    values: Mapping[str, str]

    @classmethod
    def read(cls, action: str, term: str, values: Mapping[str, str]) -> Wish:
        """
        :raises Refused: when there is no such action, or a text is longer than any that is meant
        """
        if action not in ACTIONS:
            raise Refused(_("Choose what is to be changed"))
        if any(len(value) > MAX_LENGTH for value in values.values()):
            raise Refused(_("Write {most:,} characters or fewer").format(most=MAX_LENGTH))
        return cls(
            action, " ".join(term.split()), {name: value.replace("\r\n", "\n") for name, value in values.items()}
        )

    def carried_out(self, text: str) -> str:
        """The page's text with the change made.

        :raises Refused: when it can't be made
        """
        of = self.values.get
        if self.action == "revise":
            said = {name: self._value(name) for name in self.values if name not in _NOT_SAID}
            return changes.revise(text, self.term, **said)
        if self.action == "add":
            label = of("label", "")
            said = {name: self._value(name) for name in self.values if name not in (*_NOT_SAID, "label")}
            return changes.add(text, of("above", ""), of("local", "").strip() or local_id(label), label, **said)
        if self.action == "move":
            return changes.move(text, self.term, of("above", ""))
        if self.action == "merge":
            return changes.merge(text, self.term, of("into", ""))
        if self.action == "split":
            return changes.split(text, self.term, self.parts, bool(of("beside")))
        return getattr(changes, self.action)(text, self.term)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(last part of the id, label) of the terms that a split makes: lines ``Name`` or ``id: Name``."""
        found = []
        for line in filter(None, map(str.strip, self.values.get("parts", "").split("\n"))):
            id, colon, label = line.partition(":")
            is_given = colon and re.fullmatch("[a-z0-9][a-z0-9_-]*", id) and label.strip()
            found.append((id, label.strip()) if is_given else (local_id(line), line))
        return found

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The change in words."""

        def named(id: str) -> str:
            term = next((one for one in vocabulary.walk() if one.id == id), None)
            return f"“{term.label}” ({id})" if term else id

        of = self.values.get
        words = {
            "term": named(self.term),
            "label": " ".join(of("label", "").split()),
            "above": named(of("above", "")),
            "into": named(of("into", "")),
            "parts": ", ".join(f"“{label}”" for __, label in self.parts),
        }
        match self.action:
            case "revise":
                said = _("Change what {term} says")
            case "add":
                said = _("Add “{label}” below {above}") if of("above") else _("Add “{label}” at the top")
            case "move":
                said = _("Move {term} below {above}") if of("above") else _("Move {term} at the top")
            case "merge":
                said = _("Merge {term} into {into}")
            case "split":
                said = _("Split {term} into {parts}")
            case _:
                return f"{ACTIONS[self.action]}: {named(self.term)}"
        return said.format_map(words)

    def _value(self, name: str) -> str | list[str]:
        value = self.values[name]
        if name == "cpv":
            return re.split(r"[\s,;]+", value.strip()) if value.strip() else []
        return value.split("\n") if name in LISTS else value


_NOT_SAID = ("local", "above", "into", "parts", "beside")


def local_id(label: str) -> str:
    """The last part of an id, made from a name: small letters and digits with hyphens between."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().replace("'", "").lower()
    return "-".join(re.findall("[a-z0-9]+", plain))[:60].strip("-")
