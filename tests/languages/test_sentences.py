"""Sentences of Python reach each reader in the reader's language, whatever was kept for readers of another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Client

WELSH, ENGLISH = {"Accept-Language": "cy"}, {"Accept-Language": "en"}


def test_each_reader_reads_their_own_language_whoever_came_before(seeded_app: Any, marked: str) -> None:
    """Definitions, lists, facets, cards, errors and whole pages are kept: none of them in one language for all."""
    client: Client = seeded_app.test_client()
    case = "/CaseStudies/phw-office-furniture"
    addresses = [
        "/+cupboard/browse?theme=carbon&q=food&sort=nothing", case, f"{case}?view=brief", "/+cupboard/legal",
        "/Cupboard/DiscountRates", "/Stories",
    ]  # fmt: skip
    editor: Client = seeded_app.test_client().sign_in("editor1")
    for reader, pages in (
        (client, addresses),
        (editor, ["/+cupboard/new", "/+cupboard/admin/upkeep", "/+cupboard/admin/coverage", "/+cupboard/mine"]),
    ):
        for address in pages:
            for language in (WELSH, ENGLISH, WELSH):
                answer = reader.get(address, headers=language)
                assert answer.status_code in (200, 400), (address, answer.status)
                assert (marked in answer.text) is (language is WELSH), (address, language)


@pytest.mark.parametrize("language", [WELSH, ENGLISH])
def test_what_is_wrong_with_a_form_is_said_in_the_readers_language(
    seeded_app: Any, marked: str, language: dict[str, str]
) -> None:
    alice: Client = seeded_app.test_client().sign_in("alice")
    answer = alice.post("/+cupboard/new", data={"year": "soon"}, headers=language)
    assert answer.status_code == 422 and "enter a year between" in answer.text
    assert (f"{marked}enter a year between" in answer.text) is (language is WELSH)
