"""What changed between two versions of a page, in words: ``result now 134 tCO2e``, ``Impact: now says “...”``.

Fields are named by the template's labels, values by the labels of their choices. Texts are plain, not yet HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from cupboard.document import Document
from cupboard.template import Field, Template
from cupboard.tongue import N_, _
from cupboard.vocabulary import Vocabulary

#: Longest text that is quoted, in characters.
QUOTED = 160
#: Fields about a person, who may take them back: their content is never repeated elsewhere.
OF_A_PERSON = ("contact_name", "contact_email")
#: Longest text that is compared word by word; of a longer one is only said that it changed.
_COMPARED = 40_000

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_MARKUP = re.compile(
    r"\[\[(?:[^|\]]*\|)?([^\]|]*)[^\]]*\]\]|'{2,3}|^[ \t]*[*#.=]+ | =+[ \t]*$|<<[^<>]*>>|\{\{[^{}]*\}\}", re.MULTILINE
)


#: What looks like a mail address.
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def without_addresses(text: object) -> str:
    """A text to be told elsewhere, without what looks like somebody's mail address in it."""
    return _ADDRESS.sub(_("(an address)"), str(text))


def changes(
    before: Document,
    after: Document,
    template: Template,
    vocabularies: Mapping[str, Vocabulary],
    in_words: Mapping[str, Callable[[Mapping[str, Any]], str]] | None = None,
) -> list[str]:
    """What changed, a phrase each, in the template's order.

    :param in_words: by field, what makes words of all the fields of a page where the rows alone would say too little;
        what it says is compared and quoted
    """
    if before.error or after.error:
        return [] if before.text == after.text else [_("text changed")]
    return [*_fields(before, after, template, vocabularies, in_words or {}), *_sections(before, after, template)]


def plain_changes(before: str, after: str) -> list[str]:
    """What changed in a page of plain wiki markup."""
    if before == after:
        return []
    quoted = _news(before, after)
    return [_("now says “{text}”").format(text=quoted)] if quoted else [_("text changed")]


def _fields(
    before: Document, after: Document, template: Template, vocabularies: Mapping[str, Vocabulary],
    in_words: Mapping[str, Callable[[Mapping[str, Any]], str]],
) -> Iterator[str]:
    old, new = before.fields, after.fields
    known = [field.id for field in template.fields if not field.section]
    for id in dict.fromkeys([*known, *new, *old]):
        was, now = old.get(id, ""), new.get(id, "")
        if was == now or (not was and not now):
            continue
        field = template.field(id)
        label = _label(id, field)
        if id in OF_A_PERSON:
            yield (_("{label} changed") if now else _("{label} removed")).format(label=label)
        elif id in in_words:
            was_said, said = in_words[id](old), in_words[id](new)
            news = _("{label} now “{text}”") if said != was_said else _("{label} changed")
            yield news.format(label=label, text=said)
        elif not now:
            yield _("{label} removed").format(label=label)
        elif isinstance(now, str) and isinstance(was, str):
            yield _text(label, was, now, field, vocabularies)
        elif _is_rows(was) or _is_rows(now):
            yield _rows(label, was if _is_rows(was) else [], now if _is_rows(now) else [], field)
        else:
            yield _lists(label, _listed(was), _listed(now), field, vocabularies)


def _text(label: str, was: str, now: str, field: Field | None, vocabularies: Mapping[str, Vocabulary]) -> str:
    if field is not None and (field.choices or field.vocabulary):
        return _("{label} now {value}").format(label=label, value=_choice(now, field, vocabularies))
    if field is not None and field.type in ("longtext", "markup"):
        quoted = _news(was, now)
        said = _("{label} now says “{text}”") if quoted else _("{label} changed")
        return said.format(label=label, text=quoted)
    return _("{label} now {value}").format(label=label, value=cut(" ".join(now.split())))


def _lists(
    label: str, was: Sequence[str], now: Sequence[str], field: Field | None, vocabularies: Mapping[str, Vocabulary]
) -> str:
    def named(ids: Sequence[str]) -> str:
        shown = [_choice(id, field, vocabularies) if field else id for id in ids]
        return cut(", ".join(shown))

    added = [id for id in now if id not in was]
    gone = [id for id in was if id not in now]
    parts = [
        verb.format(values=named(ids))
        for verb, ids in ((_("added {values}"), added), (_("removed {values}"), gone))
        if ids
    ]
    return f"{label}: {'; '.join(parts)}" if parts else _("{label} in another order").format(label=label)


def _rows(label: str, was: Sequence[Mapping[str, str]], now: Sequence[Mapping[str, str]], field: Field | None) -> str:
    added = [row for row in now if row not in was]
    gone = [row for row in was if row not in now]
    changed = min(len(added), len(gone)) if len(was) == len(now) else 0
    first = _row(added[0], field) if added else ""
    if changed and changed == len(added) == len(gone):
        said = N_("{count} changed", "{count} changed", changed).format(count=changed)
    else:
        counts = []
        if added:
            counts.append(N_("{count} added", "{count} added", len(added)).format(count=len(added)))
        if gone:
            counts.append(N_("{count} removed", "{count} removed", len(gone)).format(count=len(gone)))
        said = ", ".join(counts)
    if not said:
        return _("{label} in another order").format(label=label)
    return f"{label}: {said} ({first})" if first else f"{label}: {said}"


def _row(row: Mapping[str, str], field: Field | None) -> str:
    """The first things that a row says: ``CO2e saved, 134 tCO2e``."""
    columns = [column.id for column in field.columns if not column.choices and column.type != "url"] if field else []
    values = [row[id] for id in columns or row if isinstance(row.get(id), str) and row[id]]
    return cut(", ".join(" ".join(value.split()) for value in values[:3]), 100)


def _sections(before: Document, after: Document, template: Template) -> Iterator[str]:
    old = {section.title: section.text for section in reversed(before.sections)}
    new = {section.title: section.text for section in reversed(after.sections)}
    for title in dict.fromkeys([*template.sections, *new, *old]):
        was, now = old.get(title, ""), new.get(title, "")
        if was == now:
            continue
        if not now:
            yield _("{label} removed").format(label=title)
            continue
        quoted = _news(was, now)
        if not quoted:
            said = _("{label} changed")
        elif was:
            said = _("{label} changed: now says “{text}”")
        else:
            said = _("{label} added: now says “{text}”")
        yield said.format(label=title, text=quoted)
    if before.preamble != after.preamble:
        yield _("introduction changed")


def _news(was: str, now: str) -> str:
    """The first sentence that is new; empty when none is."""
    if len(was) + len(now) > _COMPARED:
        return ""
    old, new = _sentences(was), _sentences(now)
    for tag, _before, _after, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("insert", "replace"):
            return cut(" ".join(new[first:last]))
    return ""


def _sentences(text: str) -> list[str]:
    found = (" ".join(_MARKUP.sub(r"\1", part).split()) for part in _SENTENCE.split(text))
    return [one for one in found if one]


def cut(text: str, most: int = QUOTED) -> str:
    """The text, cut at a word when it is longer than that."""
    if len(text) <= most:
        return text
    whole = text[: most - 1]
    return (whole.rpartition(" ")[0] or whole).rstrip(" ,;:.") + "…"


def _choice(id: str, field: Field, vocabularies: Mapping[str, Vocabulary]) -> str:
    for choice in field.choices:
        if choice.id == id:
            return choice.label
    vocabulary = vocabularies.get(field.vocabulary or "")
    term = vocabulary.get(id) if vocabulary else None
    return term.label if term else cut(" ".join(id.split()))


def _label(id: str, field: Field | None) -> str:
    """What to call a field within a sentence: ``Result in one sentence`` is the result."""
    words = id.replace("_", " ").replace("-", " ")
    if field is None or field.label.lower().startswith(words + " "):
        return words
    return _small(field.label)


def _small(label: str) -> str:
    """A label within a sentence: ``Legal status`` becomes ``legal status``, ``CPV code`` stays."""
    return label[:1].lower() + label[1:] if len(label) > 1 and label[1].islower() else label


def _is_rows(value: Any) -> bool:
    return not isinstance(value, str) and any(isinstance(one, Mapping) for one in value)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) and value else [one for one in value if isinstance(one, str)]
