"""Which names an account may have.

Rules about pages name accounts, so a name must not mean anything else in a rule: Moin's special groups, a group page, a
sign that turns a rule round. And nobody may get the name of an account that was deleted: pages still name it.
"""

from __future__ import annotations

import unicodedata

from moin import current_app, flaskg, user
from moin.constants.keys import NAME, NAMES, NAMESPACE
from moin.constants.namespaces import NAMESPACE_USERPROFILES
from moin.search.analyzers import item_name_analyzer
from whoosh.query import And, Term

from cupboard.accounts import ledger
from cupboard.tongue import _

#: What Moin gives a meaning of its own in rules, and how it calls those it does not know.
_SPECIAL = {"all", "known", "trusted", "default", "anonymous", "none", "empty"}
LONGEST = 60


def problem(name: str) -> str | None:
    """What is wrong with a name for a new account, whoever has it; None when nothing is."""
    if not name.strip():
        return _("Enter a user name")
    if len(name) > LONGEST:
        return _("User name must be {most} characters or fewer").format(most=LONGEST)
    plain = unicodedata.normalize("NFKC", name)
    if plain != name or not user.isValidName(name) or not name[0].isalnum() or name.casefold().endswith("group"):
        return (
            _("User name can only have letters, digits, single spaces and . - _ ' @, and begins with a letter or digit."
              " It can't end with Group")
        )
    if name.casefold() in _SPECIAL:
        return _("This user name means something else here: choose another one")
    return None


def can_be_in_rules(name: str) -> bool:
    """Whether a rule that names this account means the account. Old accounts may have been made less carefully."""
    return problem(name) is None


def is_taken(name: str) -> bool:
    """Whether somebody has this name, or had it, in any mixture of capitals."""
    if user.search_users(name_exact=name) or name in _groups():
        return True
    with ledger.reading() as connection:
        found = connection.execute("SELECT 1 FROM gone_name WHERE digest = ?", (_digest(name),)).fetchone()
    return found is not None or _differs_in_case(name)


def retire(name: str) -> None:
    """Keep a name from being given again."""
    with ledger.writing() as connection:
        connection.execute("INSERT OR IGNORE INTO gone_name VALUES (?)", (_digest(name),))


def _digest(name: str) -> str:
    return ledger.digest(name.casefold())


def _groups() -> object:
    return flaskg.groups


def _differs_in_case(name: str) -> bool:
    folded = name.casefold()
    words = [Term(NAMES, token.text) for token in item_name_analyzer()(name, mode="query")]
    query = And([Term(NAMESPACE, NAMESPACE_USERPROFILES), *words])
    found = current_app.storage.search_meta(query, limit=None)
    return any(one.casefold() == folded for meta in found for one in meta[NAME])
