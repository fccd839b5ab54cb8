"""The stored document of a revision: how it is written into its row, and read from there.

Moin gets dicts, with the keys and values that Whoosh would have given it. The text of a page is by far the largest
value and hardly ever wanted, so a document fetches it when somebody asks for it.
"""

import datetime
import json
import zlib
from functools import lru_cache

from moin.constants.keys import CONTENT, MTIME, PTIME

_DATES = (MTIME, PTIME)
EPOCH = datetime.datetime(1970, 1, 1)
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
_dump_ascii = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=str).encode
_load = json.JSONDecoder().decode


def encode(doc, layout):
    """The stored part of a document as JSON, without the text of the page.

    :param doc: what ``backend_to_index`` makes of a revision for the latest-revisions schema
    """
    stored = {}
    for name, value in doc.items():
        if value is None or name == CONTENT or not layout.stored(name):
            continue
        if name in _DATES:
            value = (value - EPOCH).total_seconds()
            value = int(value) if value == int(value) else value
        stored[name] = value
    text = _dump(stored)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = _dump_ascii(stored)
    return text


def decode(text, names=None):
    """The dict that was encoded, to do with as one likes.

    :param names: the keys that are wanted of those that there are; None: all
    """
    doc = _decoded(text)
    if names is None:
        return {name: _copy(value) for name, value in doc.items()}
    return {name: _copy(doc[name]) for name in names if name in doc}


def _copy(value):
    if type(value) is list:
        return [_copy(one) for one in value]
    if type(value) is dict:
        return {key: _copy(one) for key, one in value.items()}
    return value


@lru_cache(1000)
def _decoded(text):
    """Most look-ups are of a few pages: groups, definitions, the pages above others."""
    doc = _load(text)
    for name in _DATES:
        if name in doc:
            doc[name] = EPOCH + datetime.timedelta(seconds=doc[name])
    return doc


def compress(content):
    return zlib.compress(content.encode(), 6)


def decompress(blob):
    return zlib.decompress(blob).decode()


class Document(dict):
    """A dict that gets the value of ``content`` when it is asked for, or when all is asked for."""

    __slots__ = ("_fetch",)

    def __init__(self, values, fetch):
        """
        :param values: all but the text
        :param fetch: function without arguments that returns the text
        """
        super().__init__(values)
        self._fetch = fetch

    def _complete(self):
        if self._fetch is not None:
            fetch, self._fetch = self._fetch, None
            self[CONTENT] = fetch()

    def __missing__(self, key):
        if key == CONTENT and self._fetch is not None:
            self._complete()
            return dict.__getitem__(self, CONTENT)
        raise KeyError(key)

    def __contains__(self, key):
        return dict.__contains__(self, key) or (key == CONTENT and self._fetch is not None)

    def __setitem__(self, key, value):
        if key == CONTENT:
            self._fetch = None
        dict.__setitem__(self, key, value)

    def __delitem__(self, key):
        if key == CONTENT:
            self._complete()
        dict.__delitem__(self, key)

    def get(self, key, default=None):
        if key == CONTENT:
            self._complete()
        return dict.get(self, key, default)

    def pop(self, key, *default):
        if key == CONTENT:
            self._complete()
        return dict.pop(self, key, *default)

    # Whoever walks the whole document gets the whole document. dict(document) and update() come here too.
    def __iter__(self):
        self._complete()
        return dict.__iter__(self)

    def __len__(self):
        return dict.__len__(self) + (self._fetch is not None)

    def keys(self):
        self._complete()
        return dict.keys(self)

    def values(self):
        self._complete()
        return dict.values(self)

    def items(self):
        self._complete()
        return dict.items(self)

    def copy(self):
        return dict(self)

    def __eq__(self, other):
        self._complete()
        if isinstance(other, Document):
            other._complete()
        return dict.__eq__(self, other)

    def __ne__(self, other):
        return not self == other

    __hash__ = None

    def __repr__(self):
        return f"{type(self).__name__}({dict.__repr__(self)})"
