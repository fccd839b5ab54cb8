"""What a seeded wiki needs besides, so that every kind of page has something to show; stored before it is served.

Texts are stored as they are, without the checks of forms: some of them a form would refuse.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cupboard import definitions, instance, pages
from tests.conftest import CONFIG

WIKI = "text/x.moin.wiki;charset=utf-8"
STATUSES = (
    "officer_view", "legal_team", "governance", "external_advice", "central_body", "let_unchallenged", "tested_upheld",
    "under_challenge", "not_lawful",
)  # fmt: skip

#: Every kind of thing that wiki markup makes.
MARKUP = """\
= Every kind of markup =
<<TableOfContents>>
Text with '''strong''', ''emphasis'', `code`, ^raised^, ,,lowered,,, --(struck)--, __underlined__, ~-small-~ and ~+large+~ words.

== A list ==
 * one
  * below it
 1. first
 1. second
 term:: what it is

----
== A table ==
||<tableclass="plain"> '''Name''' || '''Value''' ||
|| Paper ||<)> 12 ||
|| A very long word: Donaudampfschifffahrtsgesellschaftskapitaenswitwe ||<:> 3 ||

== Code and a quotation ==
{{{#!highlight python
def total(prices):
    return sum(prices)  # in pounds
}}}

{{{
plain text, as it was typed, on a line that is much longer than any narrow window could ever be expected to show in one
}}}

> somebody said so

== Links ==
[[Home]], [[Nowhere/AtAll]], [[https://www.example.org/|another site]], [[mailto:someone@example.org]], MoinMoin:FrontPage.
A note.<<FootNote(Said below.)>>

{{Square|A square}}

/* a comment */
"""  # noqa: E501  markup has a line for a paragraph

MARKDOWN = """\
# Written in Markdown

Some *words*, a [link](/Home), `code` and a list:

1. one
2. two

| Name | Value |
| ---- | ----- |
| Paper | 12 |

```python
total = sum(prices)
```
"""

PROFILE = """\
---
name: Bo Buyer
organisation: Anytown Council
role: Buyer
region: wales
audience: practitioner
interests: [contracts/food]
can_help: [contracts/food]
looking_for: Somebody who lets school meals in small lots
shown_to: public
members_see: [name, organisation, role, region, audience, interests, can_help, looking_for, about]
public_sees: [name, organisation, role, region, can_help]
---
= About =
Bought paper for ten years.
"""


def furnish(folder: Path) -> None:
    """Put pages into the wiki in this folder, which nobody serves yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUPBOARD_WIKI", str(folder))
        app = instance.open_app(CONFIG)
        try:
            with instance.inside(app) as storage:
                _store_all(storage)
        finally:
            app.deinit_backends()


def _store_all(storage: Any) -> None:
    def put(name: str, text: str, contenttype: str = WIKI, itemtype: str = "default", **meta: Any) -> None:
        pages.store(name, text.encode(), contenttype=contenttype, itemtype=itemtype, storage=storage, meta=meta)

    put("Markup", MARKUP)
    put("Markup", MARKUP.replace("Paper", "Less paper"))
    put("Markdown", MARKDOWN, "text/x-markdown;charset=utf-8")
    put("PlainText", "Only text.\n<not markup>\n", "text/plain;charset=utf-8")
    put("ForAliceOnly", "= For alice =\n", acl="alice:read,write")
    put("NoFood", "= No case studies =\n<<CaseStudies(categories=contracts/culture region=isle-of-man)>>\n")
    put("Organisations/anytown-councilGroup", " * alice\n", usergroup=["alice"])
    put("Organisations/anytown-council", "---\nname: Anytown Council\ntype: council\nregion: wales\n---\n",
        "text/x-organisation;charset=utf-8", "organisation")  # fmt: skip
    put("CaseStudies/every-status", _case("Every legal status", "".join(_status(one) for one in STATUSES)),
        "text/x-case-study;charset=utf-8", "case-study")  # fmt: skip
    for one in STATUSES:
        put(f"CaseStudies/status-{one.replace('_', '-')}", _case(f"Statusword {one.replace('_', ' ')}", _status(one)),
            "text/x-case-study;charset=utf-8", "case-study")  # fmt: skip
    put("users/buyer1", PROFILE, "text/x-person;charset=utf-8", "person")
    endorsement = storage[definitions.ENDORSEMENT]["current"]
    with endorsement.data as data:
        text = data.read().decode()
    put(definitions.ENDORSEMENT, text.replace("endorsers: []", "endorsers: [Anytown Council]"),
        definitions.CONTENT_TYPE, definitions.ITEM_TYPE)  # fmt: skip
    _store_picture(storage)


def _case(title: str, rows: str) -> str:
    return f"""\
---
title: {title}
kind: case
result: It was done, and a third less was bought
organisation: Anytown Council
organisation_type: council
region: wales
year: '2024'
categories:
- contracts/ict
provenance: organisation
legal_status:
{rows}---
= Context =
What there was.

= Action =
What was done.

= Impact =
What came of it.
"""


def _status(id: str) -> str:
    return (
        f"- status: {id}\n  date: '2026-01-09'\n  adviser: Example LLP\n  regime: procurement-act-2023\n  scope: the "
        f"lots\n"
        "  evidence: https://www.example.org/report\n  note: As the report says.\n  by: alice\n  on: '2026-01-10'\n"
    )


def _store_picture(storage: Any) -> None:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"".join(b"\x00" + b"\x20\x80\x60" * 40 for _ in range(30)))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)) + chunk(b"IDAT", pixels)
    png += chunk(b"IEND", b"")
    pages.store("Square", png, contenttype="image/png", itemtype="default", storage=storage)
