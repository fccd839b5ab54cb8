"""Addresses: that of a view with the same arguments is built once per process.

A page holds forty addresses or more, nearly all of them the same ones on every page. Werkzeug looks for a fitting rule
and quotes the arguments for each. What it builds depends on the rules, on where the wiki is mounted and on the
arguments; that is what it is kept by here. Arguments that are anything but texts and Moin's names are left to Werkzeug.
"""

from weakref import WeakKeyDictionary

from moin.utils.names import CompositeName
from werkzeug.routing import MapAdapter

from .replacement import Replacement

#: Addresses that are kept, of one application; then it begins anew.
MOST = 5000

_FIXED = (str, type(None), CompositeName)


def _build(original):
    kept = (
        WeakKeyDictionary()
    )  # Map of an application, which has all its rules before the first request -> {what was asked: address}

    def build(self, endpoint, values=None, method=None, force_external=False, append_unknown=True, url_scheme=None):
        if values and not (type(values) is dict and all(type(value) in _FIXED for value in values.values())):
            return original(self, endpoint, values, method, force_external, append_unknown, url_scheme)
        addresses = kept.setdefault(self.map, {})
        if len(addresses) >= MOST:
            addresses.clear()
        asked = (
            endpoint, method, force_external, append_unknown, url_scheme, self.url_scheme, self.default_method,
            self.server_name, self.subdomain, self.script_name, *(values.items() if values else ()),
        )  # fmt: skip
        address = addresses.get(asked)
        if address is None:
            address = original(self, endpoint, values, method, force_external, append_unknown, url_scheme)
            addresses[asked] = address
        return address

    return build


REPLACEMENTS = [Replacement(MapAdapter, "build", _build)]
