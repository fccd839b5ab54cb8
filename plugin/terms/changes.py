"""One change of a hierarchy, made in the text of its page: all other lines, comments and their order stay.

Ids are for ever. So a term is never deleted but retired, or merged into another, which keeps its id as a name of that
other; a term that moves takes its id along as ``formerly``. After each change the old ids all lead somewhere.

Each function takes the page's text and gives the new one, or raises :class:`Refused`. The result is read again before
it is given back, so a change either does what it says or does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import wraps

from cupboard import frontmatter
from cupboard.document import DocumentError, dump, parse
from cupboard.frontmatter import Node, Value
from cupboard.shapes import DefinitionError
from cupboard.terms.places import Place, root, terms
from cupboard.tongue import _
from cupboard.vocabulary import Term, Vocabulary

#: The order in which a term's keys are written.
ORDER = ("id", "label", "short", "note", "aliases", "cpv", "proclass", "formerly", "retired", "merged_into", "terms")
#: What :func:`revise` may set besides a term's further keys: text, or a list of texts.
TEXTS = ("label", "short", "note")
LISTS = ("aliases", "cpv", "proclass")

_LOCAL_ID = re.compile("[a-z0-9][a-z0-9_-]*")
_WIDTH = 120
_CHILDREN = "cupboard-children"


class Refused(ValueError):
    """A change that can't be made; the message says why and what to do instead."""


def _keeping_line_ends(change: Callable[..., str]) -> Callable[..., str]:
    """Lines end as they did: the functions below know ``\\n`` only, and that the last line has one."""

    @wraps(change)
    def changed(text: str, *args: object, **values: object) -> str:
        bom = "\ufeff" if text.startswith("\ufeff") else ""
        windows = "\r\n" in text
        plain = text.removeprefix(bom).replace("\r\n", "\n")
        new = change(plain if plain.endswith("\n") else plain + "\n", *args, **values)
        return bom + (new.replace("\n", "\r\n") if windows else new)

    return changed


@_keeping_line_ends
def add(text: str, above: str, local: str, label: str, **values: str | Sequence[str]) -> str:
    """Add a term at the end of those below another.

    :param above: id of the term that it stands below; empty: at the top
    :param local: the last part of its id
    :param values: more of it, as for :func:`revise`
    """
    vocabulary = _read(text)
    if not _LOCAL_ID.fullmatch(local):
        raise Refused(_('"{local}" can\'t be an id: use small letters a to z, digits, - and _').format(local=local))
    if above and _term(vocabulary, above).retired:
        raise Refused(_("{above} is retired: bring it back before you add a term below it").format(above=above))
    id = f"{above}/{local}" if above else local
    _must_be_free(vocabulary, id)
    keys = _keys({"label": label, **values})
    if not keys.get("label"):
        raise Refused(_("Give the term a name"))
    return _checked(_inserted(text, above, [_lines_of({"id": local, **keys})]))


@_keeping_line_ends
def revise(text: str, id: str, **values: str | Sequence[str]) -> str:
    """Set what a term says: its label, short label, note, aliases, codes, or one of its further keys.

    :param values: what is to be set; something empty takes the key out
    """
    _term(_read(text), id)
    keys = _keys(values)
    if "label" in keys and not keys["label"]:
        raise Refused(_("Give the term a name"))
    return _checked(_with_keys(text, id, {key: value or None for key, value in keys.items()}))


@_keeping_line_ends
def move(text: str, id: str, above: str) -> str:
    """Put a term, with all below it, below another one. Its id follows; the old one leads to it for ever.

    :param above: id of the term that it goes below; empty: the top
    """
    vocabulary = _read(text)
    term = _term(vocabulary, id)
    if above and (above == id or above.startswith(f"{id}/")):
        raise Refused(_("{above} is below {id}: a term can't go below itself").format(above=above, id=id))
    if above and _term(vocabulary, above).retired:
        raise Refused(_("{above} is retired: bring it back before you move a term below it").format(above=above))
    if (term.parent.id if term.parent else "") == above:
        raise Refused(_("{id} is there already").format(id=id))
    local = id.rpartition("/")[2]
    new = f"{above}/{local}" if above else local
    if vocabulary.get(new) is not term:
        _must_be_free(vocabulary, new)
    formerly = [*(one for one in term.formerly if one != new), id]
    text = _with_keys(text, id, {"formerly": formerly})
    text, lines = _taken_out(text, id)
    text = _inserted(text, above, [lines])
    for other in vocabulary.walk():
        if other.merged_into and (other.merged_into == id or other.merged_into.startswith(f"{id}/")):
            now = new + other.id[len(id):] if other.id.startswith(f"{id}/") else other.id
            text = _with_keys(text, now, {"merged_into": new + other.merged_into[len(id):]})
    return _checked(text)


@_keeping_line_ends
def retire(text: str, id: str) -> str:
    """Take a term, and all below it, out of use. Case studies that have it still show it."""
    term = _term(_read(text), id)
    if term.retired:
        raise Refused(_("{id} is out of use already").format(id=id))
    for one in term.walk():
        if not one.retired:
            text = _with_keys(text, one.id, {"retired": "true"})
    return _checked(text)


@_keeping_line_ends
def restore(text: str, id: str) -> str:
    """Bring a retired or merged term back into use; those below it stay as they are."""
    term = _term(_read(text), id)
    if not term.retired:
        raise Refused(_("{id} is in use already").format(id=id))
    if term.parent and term.parent.retired:
        raise Refused(_("{id}, above it, is retired: bring that back first").format(id=term.parent.id))
    return _checked(_with_keys(text, id, {"retired": None, "merged_into": None}))


@_keeping_line_ends
def merge(text: str, id: str, into: str) -> str:
    """Merge a term into another, which answers to the old id for ever."""
    vocabulary = _read(text)
    term, target = _term(vocabulary, id), _term(vocabulary, into)
    if vocabulary.get(into) is not target or target.retired:
        raise Refused(_("{into} is retired: merge into a term that stays").format(into=into))
    if target is term:
        raise Refused(_("A term can't be merged into itself"))
    if term.merged_into:
        raise Refused(_("{id} was merged into {merged_into} already").format(id=id, merged_into=term.merged_into))
    if below := [one for one in term.walk() if one is not term and not one.retired]:
        raise Refused(_("Move, merge or retire first what is below {id}: {below}").format(
            id=id, below=", ".join(one.id for one in below[:5])
        ))
    return _checked(_with_keys(text, id, {"merged_into": into, "retired": None}))


@_keeping_line_ends
def split(text: str, id: str, parts: Sequence[tuple[str, str]], beside: bool = False) -> str:
    """Give a term narrower ones, each a (last part of its id, label).

    :param beside: the parts take the term's place, and it is retired; otherwise they stand below it
    """
    term = _term(_read(text), id)
    if len(parts) < 2:
        raise Refused(_("Name at least two terms to split it into"))
    above = (term.parent.id if term.parent else "") if beside else id
    if beside and any(not one.retired for one in term.walk() if one is not term):
        raise Refused(_("There are terms below {id}: put the parts below it too, or move those first").format(id=id))
    for local, label in parts:
        text = add(text, above, local, label)
    return retire(text, id) if beside else text


# Reading ------------------------------------------------------------------------------------------------------------


def _read(text: str) -> Vocabulary:
    try:
        return Vocabulary.load(text)
    except DefinitionError as error:
        raise Refused(_("The page can't be read, so nothing in it can be changed: {error}").format(
            error=error
        )) from None


def _term(vocabulary: Vocabulary, id: str) -> Term:
    """The term that stands in the page under an id, even one that was merged into another."""
    term = next((one for one in vocabulary.walk() if one.id == id), None)
    if term is None:
        now = vocabulary.get(id)
        raise Refused((_("{id} is {now} now") if now else _("There is no term {id}")).format(id=id, now=now and now.id))
    return term


def _must_be_free(vocabulary: Vocabulary, id: str) -> None:
    if (there := vocabulary.get(id)) is not None:
        if there.id == id:
            message = _("The id {id} is there already: choose another id")
        else:
            message = _("The id {id} was an id of {now}, and leads there for ever: choose another id")
        raise Refused(message.format(id=id, now=there.id))


def _keys(values: dict[str, str | Sequence[str]]) -> dict[str, Value]:
    keys: dict[str, Value] = {}
    for name, value in values.items():
        if name in LISTS:
            listed = [value] if isinstance(value, str) else value
            keys[name] = list(dict.fromkeys(one for item in listed if (one := _squeezed(item))))
        else:
            keys[name] = _squeezed(value if isinstance(value, str) else " ".join(value))
    return keys


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _checked(text: str) -> str:
    try:
        Vocabulary.load(text)
    except DefinitionError as error:
        raise Refused(_("That would leave a page that can't be used. {message}").format(
            message=error.message
        )) from None
    return text


# Writing ------------------------------------------------------------------------------------------------------------


def _with_keys(text: str, id: str, keys: dict[str, Value | None]) -> str:
    """The text with some keys of a term set, None taking one out; its other lines stay."""
    place = terms(text)[id]
    node = place.node
    if node.style == "flow":
        entries = {key: frontmatter.plain(one) for key, one in node.value.items()} | keys
        return _with_flow(text, place, {key: value for key, value in entries.items() if value is not None})
    start, end = _line_start(text, node.start), _line_end(text, node.end)
    indent = node.column - 1
    lead = text[start:start + indent]  # "  - "
    own, children = text[start:end], ""
    if below := node.value.get("terms"):
        # only the term's own lines are read as a page: one may stand deeper than a page may
        first, last = _line_end(text, below.key.end), _line_end(text, below.end)
        if below.style == "flow":
            first = below.start
        children = text[first:last]
        own = text[start:first] + (" " * (indent + 2) + _CHILDREN + "\n" if below.style != "flow" else _CHILDREN + "\n")
        own += text[last:end]
    page = "---\n" + _dedented(" " * indent + own[indent:], indent) + "---\n"
    order = [*ORDER[:-1], *(key for key in node.value if key not in ORDER), ORDER[-1]]
    try:
        edited = dump(parse(page.encode("utf-8", "surrogateescape")).edit(fields=keys, order=order))
    except DocumentError as error:
        raise Refused(f"{id}: {error.message}") from None
    own = _indented(edited.decode("utf-8", "surrogateescape").removeprefix("---\n").removesuffix("---\n"), indent)
    if children:
        mark = own.index(_CHILDREN)
        cut = mark if below.style == "flow" else _line_start(own, mark)
        own = own[:cut] + children + own[_line_end(own, mark):]
    if own[:indent].strip():
        raise Refused(_("{id}: this can't be written so that it reads back the same").format(id=id))
    return text[:start] + lead + own[indent:] + text[end:]


def _with_flow(text: str, place: Place, entries: dict[str, Value]) -> str:
    """The text with a term that stands in braces written anew: in one line where it fits, else in several."""
    node = place.node
    if place.listed.style == "flow":  # a list in brackets: one line, whatever its length
        return text[:node.start] + _flow(_ordered(entries)) + text[node.end:]
    start, end = _line_start(text, node.start), _line_end(text, node.end)
    beside = text[node.end:end]  # a comment, perhaps, and the line end
    indent = place.listed.column - 1
    short = text[start:node.start] + _flow(_ordered(entries))
    if len(short) <= _WIDTH and "\n" not in short and "terms" not in entries:
        return text[:start] + short + beside + text[end:]
    lines = frontmatter.indented(frontmatter.item_lines([_ordered(entries)]), indent)
    lines[0] += beside.rstrip()
    return text[:start] + "\n".join([*lines, ""]) + text[end:]


def _inserted(text: str, above: str, items: Iterable[str]) -> str:
    """The text with further terms at the end of a list of terms.

    :param items: lines of each, beginning with ``- `` in the first column
    """
    if not text.endswith("\n"):
        text += "\n"
    node = terms(text)[above].node if above else root(text)
    below = node.value.get("terms")
    if below is None or below.style == "flow" or not below.value:
        entries = {key: frontmatter.plain(one) for key, one in node.value.items() if key != "terms"}
        listed = [frontmatter.plain(one) for one in below.value] if below else []
        if node.style == "flow":
            block = [_ordered(entries) | {"terms": [*listed, {"id": _CHILDREN}]}]
            start, end = _line_start(text, node.start), _line_end(text, node.end)
            indent = terms(text)[above].listed.column - 1
            if terms(text)[above].listed.style == "flow":
                raise Refused(_(
                    "Write the list that {above} is in with one term a line first: edit the page as text"
                ).format(above=above))
            text = (
                text[:start]
                + "\n".join([*frontmatter.indented(frontmatter.item_lines(block), indent), ""])
                + text[end:]
            )
        else:
            text = _with_block_list(text, above, node, [*listed, {"id": _CHILDREN}])
        mark = text.index(_CHILDREN)
        start = _line_start(text, mark)
        column = text.index("-", start) - start
        return text[:start] + "".join(_indented(item, column) for item in items) + text[_line_end(text, mark):]
    end = _line_end(text, below.value[-1].end)
    return text[:end] + "".join(_indented(item, below.column - 1) for item in items) + text[end:]


def _with_block_list(text: str, above: str, node: Node, listed: list[Value]) -> str:
    """The text with the key ``terms`` of a term that stands in several lines written as a list of lines."""
    indent = node.column - 1
    lines = frontmatter.indented(frontmatter.entry_lines("terms", listed), indent)
    written = "\n".join([*lines, ""])
    if below := node.value.get("terms"):
        start, end = _line_start(text, below.key.start), _line_end(text, below.end)
        return text[:start] + (text[start:start + indent] + written[indent:]) + text[end:]
    end = _line_end(text, node.end)
    return text[:end] + written + text[end:]


def _taken_out(text: str, id: str) -> tuple[str, str]:
    """The text without a term and all below it; and its lines, with those of the comment above it, not indented."""
    place = terms(text)[id]
    node, listed = place.node, place.listed
    if listed.style == "flow":
        raise Refused(_("Write the list that {id} is in with one term a line first: edit the page as text").format(
            id=id
        ))
    column = listed.column - 1
    start = _line_start(text, node.start)
    while text[start + column:start + column + 1] != "-":
        start = _line_start(text, start - 1)
    floor = _line_end(text, listed.key.end)
    while (above := _line_start(text, start - 1)) >= floor and re.match(rf" {{{column}}}#", text[above:start]):
        start = above
    end = _line_end(text, node.end)
    lines = _dedented(text[start:end], column)
    if len(listed.value) > 1:
        return text[:start] + text[end:], lines
    # the key goes with the last term of its list; a comment under it stays
    return text[:_line_start(text, listed.key.start)] + text[floor:start] + text[end:], lines


def _lines_of(entries: dict[str, Value]) -> str:
    entries = _ordered({key: value for key, value in entries.items() if value})
    flow = "- " + _flow(entries)
    if len(flow) <= _WIDTH - 12 and len(entries) <= 3:
        return flow + "\n"
    return "\n".join([*frontmatter.item_lines([entries]), ""])


def _ordered(entries: dict[str, Value]) -> dict[str, Value]:
    rank = {key: number for number, key in enumerate(ORDER[:-1])} | {"terms": 99}
    return dict(sorted(entries.items(), key=lambda one: rank.get(one[0], 50)))


def _flow(value: Value) -> str:
    """A value on one line, with braces and brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    written = frontmatter.one_line(value)
    if written == value and re.search(r"[,\[\]{}]", value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return written


def _dedented(lines: str, width: int) -> str:
    return "".join(line[width:] if line[:width].isspace() or not width else line.lstrip(" ") for line in
                   lines.splitlines(keepends=True))


def _indented(lines: str, width: int) -> str:
    return "".join(" " * width + line if line.strip() else line for line in lines.splitlines(keepends=True))


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, max(offset, 0)) + 1 if offset > 0 else 0


def _line_end(text: str, offset: int) -> int:
    """The offset after the line end of the line that ``offset`` is in, or that ends right before it."""
    return text.find("\n", offset) + 1 or len(text)
