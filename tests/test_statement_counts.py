"""However much a page shows, it takes as many SQL statements: of the index, the catalogue and the wiki's small files.

Counted is the first visit after a write, when nothing is kept that a write ends; by each kind of reader, with little in
the wiki and with several times as much. ``test_statements`` looks at what each statement walks through.
"""

from __future__ import annotations

import io
import sqlite3
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from cupboard import instance, pages
from cupboard.document import Document, dump
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.organisation import ORGANISATION
from tests.catalogue.making import text
from tests.people.test_profiles import fill_in

WIKI = "text/x.moin.wiki;charset=utf-8"
LITTLE, MUCH = 12, 40
READERS = (None, "alice", "admin")
LISTS = {
    "Section": "<<SectionIndex(contracts)>>",
    "Columns": '<<SectionIndex(contracts, columns="title, organisation, resources, contact, status")>>',
    "Several": "<<SectionIndex(rows=5)>>\n\n<<SectionIndex(contracts/food, rows=5)>>\n\n<<Stories>>",
    "Saved": "<<SavedSearch(alice/Mine)>>",
    "Bodies": "<<Organisations>>",
    "Helpers": "<<People>>",
}
FOLLOWED = (("", "CaseStudies/c"), ("", "Organisations/b"), ("users", "alice/searches/S"))
ADDRESSES = (
    *(f"/{name}" for name in (*LISTS, "Home")),
    "/Section?page=2",
    "/Columns?page=2&region=scotland",
    "/+cupboard/browse",
    "/+cupboard/browse?page=40",
    "/+cupboard/browse?q=meals+paper*&region=scotland&-theme=climate",
    "/+cupboard/browse?q=zzmeals",
    "/+cupboard/browse?show=organisation&find-term=food&sort=year",
    "/+cupboard/browse.atom",
    "/+cupboard/legal",
    "/+cupboard/brief?region=scotland",
    "/+cupboard/documents",
    "/+cupboard/documents?kind=contract&page=2",
    "/+cupboard/documents.csv",
    "/+cupboard/people",
    "/CaseStudies/c1",
    "/CaseStudies/c1?view=brief",
    "/+modify/CaseStudies/c1",
    "/+cupboard/new",
    "/Organisations/b1",
    "/+cupboard/organisation?name=Body+1+Council",
    "/+cupboard/searches",
    "/+cupboard/mine",
    "/+cupboard/mine.csv",
    "/+cupboard/mine.json",
    "/+cupboard/law-changes",
    "/+cupboard/admin/upkeep",
    "/+cupboard/admin/coverage",
)


class Wiki:
    """A wiki that grows, with the statements that its requests run."""

    def __init__(self, app: Any):
        self.app = app
        self.ran: list[str] = []
        self._written = 0
        self._clients = {name: app.test_client() for name in READERS}
        for name in filter(None, READERS):
            self._clients[name].sign_in(name)
        home = (resources.files("cupboard.seed_pages") / "Home.moin").read_text(encoding="utf-8")
        with instance.inside(app) as storage:
            for name, markup in {**LISTS, "Home": home}.items():
                self._store(storage, name, markup.encode())

    @staticmethod
    def _store(storage: Any, name: str, data: bytes, contenttype: str = WIKI, itemtype: str = "default") -> None:
        pages.store(name, data, contenttype=contenttype, itemtype=itemtype, storage=storage)

    def grow(self, numbers: range) -> None:
        """One more of everything that pages list, for each number."""
        with instance.inside(self.app) as storage:
            for number in numbers:
                case, body = f"CaseStudies/c{number}", f"Body {number} Council"
                data = text(title=f"Meals {number}", organisation=body, region=("wales", "scotland")[number % 2],
                            categories=["contracts/food", "contracts/energy", "change-process"][: number % 3 + 1],
                            themes=["air"], year=str(2000 + number % 20), contact_email=f"c{number}@example.org",
                            resources=[{"kind": "contract", "title": "A", "attachment": "a.txt"},
                                       {"kind": "contract", "title": "B", "link": "https://example.org/b.pdf"}],
                            legal_status=[{"status": "legal_team", "regime": "pcr-2015", "date": "2016"}])  # fmt: skip
                self._store(storage, case, data, CASE_STUDY.stored_type, CASE_STUDY.item_type)
                storage.get_item(namespace="", name_exact=f"{case}/a.txt").store_revision(
                    {"name": [f"{case}/a.txt"], "namespace": "", "itemtype": "default", "rev_number": 1,
                     "contenttype": "text/plain;charset=utf-8"}, io.BytesIO(b"paper"))  # fmt: skip
                about = dump(Document.new({"name": body, "type": "council"}, {"About": "x"}, ()))
                kind = ORGANISATION.stored_type, ORGANISATION.item_type
                self._store(storage, f"Organisations/b{number}", about, *kind)
        alice = self._clients["alice"]
        for number in numbers:
            alice.post("/+cupboard/searches", data={"name": f"S{number}", "search": f"region=scotland&q=m{number}"})
        alice.post("/+cupboard/searches", data={"name": "Mine", "search": "region=scotland"})
        with instance.inside(self.app) as storage:
            found = [storage.get_item(namespace=namespace, name_exact=f"{name}{number}").itemid
                     for number in numbers for namespace, name in FOLLOWED]
        for itemid in found:
            alice.post("/+cupboard/favourite", data={"favourite": f"itemid:{itemid}", "wanted": "yes"})

    def count(self, reader: str | None, address: str) -> Counter[str]:
        """The statements of the first visit after a write."""
        client = self._clients[reader]
        client.get(address)
        self._written += 1
        with instance.inside(self.app) as storage:
            self._store(storage, "Elsewhere", f"{self._written}".encode())
        self.ran.clear()
        assert client.get(address).status_code in (200, 302, 403)
        return Counter(statement for statement in self.ran if not statement.startswith("--"))


@pytest.fixture
def growing(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wiki]:
    wiki, connect = Wiki(app), sqlite3.connect

    def counted(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        # what the full text asks its own tables comes as a comment
        connection.set_trace_callback(wiki.ran.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", counted)
    app.storage.connections.close()
    app.testing = False  # tests close the connection after each request
    yield wiki
    app.testing = True
    app.storage.connections.close()


def test_a_page_takes_as_many_statements_however_much_it_shows(growing: Wiki) -> None:
    fill_in(growing.app.test_client().sign_in("editor1"), "members", public_sees=["name"])
    asked = [(reader, address) for reader in READERS for address in ADDRESSES]
    growing.grow(range(LITTLE))
    little = [growing.count(*one) for one in asked]
    growing.grow(range(LITTLE, MUCH))
    much = [growing.count(*one) for one in asked]
    assert all(counts.total() > 2 for (_, address), counts in zip(asked, much) if "browse" in address)
    grown = {one: (before.total(), after.total()) for one, before, after in zip(asked, little, much)
             if before.total() != after.total()}  # fmt: skip
    assert grown == {}
