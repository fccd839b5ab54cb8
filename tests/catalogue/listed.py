"""Lists as tests find them in pages, and pages that are listed or hold a list."""

from __future__ import annotations

import re
from typing import Any

from lxml import html as lxml_html

from cupboard import instance, pages
from cupboard.kinds.case_study import CASE_STUDY
from tests.catalogue.making import text

WIKI = "text/x.moin.wiki;charset=utf-8"


def heading(page: str) -> str:
    return re.search(r'id="list" tabindex="-1">([^<]*)<', page)[1]


def total(page: str) -> int:
    """How many the heading says there are, of all kinds of page together."""
    return sum(map(int, re.findall(r"\d+", heading(page))))


def titles(page: str) -> list[str]:
    found = lxml_html.fromstring(page).cssselect(".c-card__title")
    return [one.text_content() for one in found]


def put(app: Any, name: str, **fields: Any) -> None:
    with instance.inside(app) as storage:
        pages.store(name, text(**fields), contenttype=CASE_STUDY.stored_type, itemtype="case-study", storage=storage)


def wiki_page(app: Any, name: str, markup: str) -> None:
    with instance.inside(app) as storage:
        pages.store(name, markup.encode(), contenttype=WIKI, itemtype="default", storage=storage)
