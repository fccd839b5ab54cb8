"""Moin's own search answers whatever is typed."""

from urllib.parse import quote

import pytest


@pytest.mark.parametrize("typed", ['"""', '""', '" "', "'", "-", "*", '"""" words', "\\\"\"\""])
def test_what_holds_no_word_finds_nothing(client, typed):
    answer = client.get(f"/+search?q={quote(typed)}", follow_redirects=True)
    assert answer.status_code in (200, 404)  # a backslash asks for the best page by its name
