"""What stands between a request and its page once look-ups are cheap: small adjustments of Moin's engine.

Each module here replaces one thing of Moin's, says what and why, and leaves its results as they are:

    rights        access rules: the same question is answered, a group read, once a request
    templates     pages: macros are built once a page, not once an import
    translations  pages: the catalogue of a language is found once a request
    addresses     pages: an address is built once per process
    trees         pages: the tree that is kept of a page is copied, not unpickled; names in it are made once
    sessions      pages: no new cookie with each of them
    garbage       no full garbage collection after each save
    subscriptions subscribed patterns are compiled once
    editlock      the database of edit locks is kept open
    markup        inline markup is looked for only where it can begin
    accounts      pages outlive the accounts of their authors
    feeds         what one reader got is not given to another
    versions      a version that a page does not have is not found
    searching     what is typed and holds no word finds nothing
    renaming      a page that stays where it is needs no pages above it that were never written

:mod:`lasting` replaces nothing: it is where who makes a page says how long the page may be kept.

``install()`` is called while wikiconfig is imported, before the application is made. It knows nothing of case
studies and can serve any wiki on Moin 2.0.0b5 by itself.
"""

import moin.app  # noqa: F401  Moin's modules import each other in circles; from this one on they load in order

from . import (
    accounts,
    addresses,
    editlock,
    feeds,
    garbage,
    markup,
    renaming,
    rights,
    searching,
    sessions,
    subscriptions,
    templates,
    translations,
    trees,
    versions,
)
from .replacement import Replacement, is_put, put, put_back  # noqa: F401  Replacement is for those who add one

ADJUSTMENTS = {
    "rights": rights,
    "templates": templates,
    "translations": translations,
    "addresses": addresses,
    "trees": trees,
    "sessions": sessions,
    "garbage": garbage,
    "subscriptions": subscriptions,
    "editlock": editlock,
    "markup": markup,
    "feeds": feeds,
    "accounts": accounts,
    "versions": versions,
    "searching": searching,
    "renaming": renaming,
}


def install(without=()):
    """Make the adjustments. Calling it again changes nothing.

    :param without: names from ``ADJUSTMENTS`` that are to be left out
    :raise ValueError: when there is no adjustment of such a name
    """
    _check(without)
    for name, module in ADJUSTMENTS.items():
        if name not in without:
            for replacement in module.REPLACEMENTS:
                put(replacement)


def uninstall(only=tuple(ADJUSTMENTS)):
    """Take adjustments out again, for applications made from now on.

    :param only: names from ``ADJUSTMENTS``; all when not given
    :raise ValueError: when there is no adjustment of such a name
    """
    _check(only)
    for name in only:
        for replacement in reversed(ADJUSTMENTS[name].REPLACEMENTS):
            put_back(replacement)


def installed():
    """Names of the adjustments that are in place.

    :return: list of names from ``ADJUSTMENTS``
    """
    return [name for name, module in ADJUSTMENTS.items() if all(map(is_put, module.REPLACEMENTS))]


def _check(names):
    unknown = set(names) - set(ADJUSTMENTS)
    if unknown:
        raise ValueError(f"no such engine adjustment: {', '.join(sorted(unknown))}")
