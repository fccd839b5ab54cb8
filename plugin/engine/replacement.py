"""Putting something of ours in the place of something of Moin's, once, and back again."""

from dataclasses import dataclass
from typing import Any, Callable


@dataclass(frozen=True)
class Replacement:
    """One attribute that gets another value.

    :param owner: the class or module that has the attribute
    :param name: of the attribute
    :param make: called with what was there, returns what takes its place
    """

    owner: Any
    name: str
    make: Callable[[Any], Any]


_originals = {}  # (owner, name) -> (owner, what was there)


def put(replacement):
    """Make a replacement, unless it is made already."""
    owner, name = replacement.owner, replacement.name
    if (id(owner), name) not in _originals:
        original = vars(owner).get(name, _INHERITED)
        current = getattr(owner, name) if original is _INHERITED else original
        _originals[id(owner), name] = (owner, original)
        setattr(owner, name, replacement.make(current))


def is_put(replacement):
    """Whether a replacement is made."""
    return (id(replacement.owner), replacement.name) in _originals


def put_back(replacement):
    """Undo a replacement, if it was made."""
    owner, original = _originals.pop((id(replacement.owner), replacement.name), (None, None))
    if owner is None:
        return
    if original is _INHERITED:
        delattr(owner, replacement.name)
    else:
        setattr(owner, replacement.name, original)


_INHERITED = object()
