"""Names of pages, with the namespace that they stand in."""

from __future__ import annotations

from moin import current_app
from moin.constants.keys import NAME_EXACT
from moin.utils.names import CompositeName, split_namespace


def full_name(name: str) -> CompositeName:
    """A page's name taken apart: ``users/alice`` is ``alice`` in the namespace ``users``."""
    namespaces = {namespace.rstrip("/") for namespace, _ in current_app.cfg.namespace_mapping}
    namespace, rest = split_namespace(namespaces, name)
    return CompositeName(namespace, NAME_EXACT, rest)
