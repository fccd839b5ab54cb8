"""Days with a time of day are written as the reader writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from moin import flaskg

from cupboard import instance
from tests.conftest import Client

MOMENT = datetime(2026, 5, 3, 14, 5, 9)


@pytest.mark.parametrize(("wanted", "reader", "shown"), [
    ("en", SimpleNamespace(valid=False), "3 May 2026, 14:05 UTC"),
    ("en-US", SimpleNamespace(valid=True, iso_8601=False, locale=None, timezone=None), "3 May 2026, 14:05"),
    ("en", SimpleNamespace(valid=True, iso_8601=False, locale=None, timezone="Europe/London"), "3 May 2026, 15:05"),
    ("en", SimpleNamespace(valid=True, iso_8601=True, locale=None, timezone="UTC"), "2026-05-03 14:05:09z"),
    ("en", SimpleNamespace(valid=True, iso_8601=False, locale="cy", timezone=None), "3 Mai 2026 14:05:09"),
])  # fmt: skip
def test_a_moment_is_written_in_the_readers_way(app: Any, wanted: str, reader: Any, shown: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": wanted}):
        app.preprocess_request()
        reader.__dict__.setdefault("timezone", None)
        reader.__dict__.setdefault("locale", None)
        flaskg.user = reader
        template = app.jinja_env.from_string("{{ moment | time_datetime }}|{{ 1777817109 | time_datetime }}")
        assert template.render(moment=MOMENT) == f"{shown}|{shown}"


def test_no_page_shows_a_date_in_the_american_form(client: Client, app: Any) -> None:
    with instance.inside(app) as storage:
        when = datetime.fromtimestamp(storage["CupboardEditorsGroup"]["current"].meta["mtime"], UTC)
    for reader in (client, client.sign_in("alice")):
        for address in ("/CupboardEditorsGroup", "/+history/CupboardEditorsGroup"):
            page = reader.get(address, headers={"Accept-Language": "en-US"}).text
            assert f"{when.day} {when:%B %Y}, {when:%H:%M}" in page
            assert f"{when:%b} {when.day}, {when.year}" not in page
