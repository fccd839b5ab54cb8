"""Document trees: the one that is kept of a page is copied, not unpickled, and a name in a tree is made once.

Moin keeps the tree that it made of a page's markup, pickled, since converters change the tree that they are given. To
read it back takes a fifth of a page view: each of its hundred names is put together anew. Names and texts can't be
changed, so a copy shares them. What is no plain tree, and all else that is kept there, is pickled as before.
"""

from cachelib.simple import SimpleCache
from emeraldtree.tree import Element, QName
from moin.utils.iri import Iri
from moin.utils.tree import Namespace

from .replacement import Replacement


class _Trees:
    """Stands for the serializer of Moin's cache."""

    def __init__(self, others):
        self._others = others

    def dumps(self, value, *args, **kw):
        return _copy(value) if _is_plain(value) else self._others.dumps(value, *args, **kw)

    def loads(self, stored):
        return _copy(stored) if type(stored) is Element else self._others.loads(stored)

    def __getattr__(self, name):
        return getattr(self._others, name)


def _is_plain(value):
    """Whether it is an element with nothing but elements, texts and addresses in it."""
    return (
        type(value) is Element
        and all(_is_text(key) and (_is_text(of_key) or type(of_key) is Iri) for key, of_key in value.attrib.items())
        and all(type(child) is str or _is_plain(child) for child in value)
    )


def _is_text(value):
    return type(value) is str or isinstance(value, QName)


def _copy(element):
    new = Element.__new__(Element)
    new.tag = element.tag
    new.attrib = {key: Iri(value) if type(value) is Iri else value for key, value in element.attrib.items()}
    new._children = [child if type(child) is str else _copy(child) for child in element._children]
    return new


def _getattr(original):
    def __getattr__(self, key):
        name = original(self, key)
        vars(self)[key] = name  # from now on it is found without coming here
        return name

    return __getattr__


REPLACEMENTS = [
    Replacement(SimpleCache, "serializer", _Trees),
    Replacement(Namespace, "__getattr__", _getattr),
]
