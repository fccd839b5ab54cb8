"""Organisations, their members, and case studies of theirs, in a wiki without any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cupboard import definitions, instance, pages
from cupboard.document import Document, parse
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.organisation import ORGANISATION
from cupboard.organisations import directory
from tests.catalogue import making
from tests.conftest import set_acl
from tests.test_editing import Writer

WIKI_TEXT = "text/x.moin.wiki;charset=utf-8"
OWN, OTHER, ENDORSER = "Anytown Council", "Otherton Council", "The National Body"

#: kind of person -> account
KINDS = {"plain": "plain1", "member": "member1", "administrator": "manager1", "other": "other1",
    "endorser": "endorser1",
         "editor": "editor1", "supplier": "supplier1", "nobody": None}  # fmt: skip


@pytest.fixture
def town(app: Any) -> Town:
    """Three organisations with members of every kind, and one case study of the first."""
    return Town(app)


class Town:
    """A wiki with people of every kind."""

    case = "CaseStudies/school-meals"

    def __init__(self, app: Any):
        from moin import user

        self.app = app
        with instance.inside(app) as storage:
            hashed = user.User(auth_username="alice").profile["enc_password"]  # it takes long to make one
            for name in filter(None, KINDS.values()):
                if name != "editor1":
                    user.create_user(name, hashed, f"{name}@example.org", is_encrypted=True)
            self._put(storage, "CupboardSuppliersGroup", "supplier1")
            self.organisation(OWN, members=["member1", "manager1", "supplier1"], administrators=["manager1"],
                              aliases=["Anytown Borough"], storage=storage)  # fmt: skip
            self.organisation(OTHER, members=["other1"], storage=storage)
            self.organisation(ENDORSER, members=["endorser1"], storage=storage)
            self.endorsers([ENDORSER], storage)
            for name in ("CaseStudies", "Organisations"):  # Moin renames below pages that there are
                pages.store(name, b"All of them.\n", contenttype=WIKI_TEXT, itemtype="default", storage=storage)
            self.save(self.case, making.text("School meals", organisation=OWN, provenance="public-sources"), storage)

    def organisation(
        self, name: str, *, members: Any = (), administrators: Any = (), storage: Any = None, **fields: Any
    ) -> str:
        """Make an organisation's page and its groups from the command line; returns the page's name."""
        if storage is None:
            with instance.inside(self.app) as storage:
                return self.organisation(
                    name, members=members, administrators=administrators, storage=storage, **fields
                )
        page = directory.page_name(name)
        document = Document.new({"name": name, "type": "council", "region": "scotland", **fields}, {}, ())
        pages.save(ORGANISATION, page, document, storage=storage)
        if members:
            self._put(storage, f"{page}Group", *members)
        if administrators:
            self._put(storage, f"{page}AdministratorsGroup", *administrators)
        return page

    def save(self, name: str, data: bytes, storage: Any = None) -> None:
        if storage is None:
            with instance.inside(self.app) as storage:
                return self.save(name, data, storage)
        pages.save(CASE_STUDY, name, parse(data), storage=storage)

    def endorsers(self, names: list[str], storage: Any) -> None:
        text = f"kind: endorsement\ntitle: Endorsement\nterm_months: '24'\nendorsers: {names}\ncriteria:\n" + (
            "- {id: evidence, label: It can be checked}\n- {id: impact, label: It did good}\n"
        )
        pages.store(definitions.ENDORSEMENT, text.encode(), contenttype=definitions.CONTENT_TYPE,
                    itemtype=definitions.ITEM_TYPE, storage=storage)  # fmt: skip

    def _put(self, storage: Any, group: str, *names: str) -> None:
        text = "".join(f" * {name}\n" for name in names).encode()
        pages.store(group, text, contenttype=WIKI_TEXT, itemtype="default", storage=storage,
                    meta={"usergroup": list(names)})  # fmt: skip

    # asking and doing

    def as_(self, kind: str) -> Writer:
        """Somebody of a kind, with a browser."""
        name = KINDS[kind]
        writer = Writer.__new__(Writer)
        writer.client = self.app.test_client().sign_in(name) if name else self.app.test_client()
        return writer

    def inside(self, do: Callable[[Any], Any]) -> Any:
        with instance.inside(self.app) as storage:
            return do(storage)

    def itemid(self, name: str) -> str:
        return self.inside(lambda storage: storage[name].itemid)

    def read(self, name: str) -> Any:
        return self.inside(lambda storage: pages.read(name, storage=storage))

    def members(self, name: str = OWN) -> list[str]:
        return self.inside(lambda storage: storage[f"{directory.page_name(name)}Group"]["current"].meta["usergroup"])

    def sign(self, kind: str, what: str = "endorse", name: str | None = None, **changes: Any) -> Any:
        """Open the form of a statement and send it, filled in."""
        writer, path = self.as_(kind), f"/+cupboard/{what}/{name or self.case}"
        form = writer.get(path)
        if form.status != 200:
            return form
        given = {"role": "Head of procurement"}
        if what == "endorse":
            given |= {"met-evidence": "yes", "met-impact": "partly", "says": "We would do it again."}
        return writer.post(path, form.data(), **{**given, **changes})

    def statements(self, name: str | None = None) -> list[Any]:
        from cupboard.endorsement import signing

        return self.inside(lambda storage: signing.about(storage[name or self.case].itemid))

    def acl(self, name: str, rules: str) -> None:
        set_acl(self.app, name, rules)
