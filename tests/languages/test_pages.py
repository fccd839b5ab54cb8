"""Main pages in a language in which every text of ours stands in brackets: outside of them is only what people
wrote.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import pytz
from babel import Locale

from cupboard import instance
from tests.conftest import PEOPLE
from tests.languages import pseudo

CASE, STORY = "CaseStudies/phw-office-furniture", "Stories/manchester-social-value"

#: Who looks, at what. All of it in one wiki: making one takes longer than the pages.
PAGES = (
    ("", "/Home"), ("", f"/{CASE}"), ("", f"/{STORY}"), ("", "/Contents/contracts"), ("", f"/{CASE}?view=brief"),
    ("", "/+cupboard/browse"), ("", "/+cupboard/browse?q=school&year-from=2001"), ("", "/+cupboard/legal"),
    ("", "/+cupboard/documents"), ("", f"/{CASE}?for=practitioner"), ("", "/+cupboard/browse?for=leader"),
    ("", "/Tools"),
    ("", "/+login"),
    ("", "/+lostpass"), ("", "/+tags"), ("", "/+history/Home"), ("", "/Unwritten"),
    ("alice", "/+cupboard/new"), ("alice", f"/+modify/{CASE}"), ("alice", "/+cupboard/mine"),
    ("alice", "/+cupboard/profile"),
    ("alice", "/+cupboard/people"), ("alice", "/+cupboard/emails"), ("alice", "/+cupboard/searches"),
    ("alice", "/+usersettings"),
    ("alice", "/+cupboard/new/tool"), ("editor1", "/+cupboard/jobs/new"),
    ("editor1", "/+cupboard/waiting"),
    ("editor1", "/+cupboard/terms/change?page=Cupboard/Contents&term=contracts/food&action=move"),
)  # fmt: skip

#: What a wiki stores or is told in its configuration beside its pages, and what has no language.
TOLD = (
    *PEOPLE, "The Sustainable Procurement Cupboard", "To get an account, ask the people who run this wiki.", "UTC",
    "Came with the Cupboard", "Phw office furniture", "Unwritten", "CSV", "Edit",
    # sentences of legal statuses with names put in; themes of Moin's
    "Backed by the Northern Ireland Procurement Board", "DLA Piper advised City of London Corporation",
    *(f"{name} Theme" for name in ("Basic", "Focus", "Modernized", "Topside", "Topside CMS")),
)  # fmt: skip
_ADDRESS = re.compile(r"https?://\S+")
_BETWEEN = re.compile(r"[^\w\s&%£/+@€-]+|\s[-–]\s|\d+")
_MARKUP = re.compile(r"[^\w\s&%£/+@€-]+|\d+")


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub(" ", text).split())


def _months(locale: Locale) -> list[str]:
    return [name for names in locale.months["format"].values() for name in names.values()]


def _written(app: Any) -> str:
    """All that is written in the wiki's pages, without punctuation and numbers."""
    with instance.inside(app) as storage:
        texts = []
        for revision in storage.documents():
            texts += revision.meta["name"]
            if revision.meta["contenttype"].startswith("text/") and not revision.meta["name"][0].startswith("Help"):
                with revision.data as data:
                    texts.append(data.read().decode())
    return " ".join(map(_plain, texts))


def test_no_text_of_ours_on_a_main_page_escapes_translation(seeded_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    locale = Locale(pseudo.LANGUAGE)
    told = (*TOLD, *pytz.common_timezones, *_months(locale), "English", "Cymraeg", locale.display_name)
    written = " ".join((_written(seeded_app), *map(_plain, told)))
    labels, escaped = pseudo.use(seeded_app, monkeypatch), []
    headings = {"Context", "Action", "Impact", "Results", "Why it began"}
    for who, address in PAGES:
        browser = seeded_app.test_client()
        answer = (browser.sign_in(who) if who else browser).get(
            address, headers={"Accept-Language": pseudo.LANGUAGE}, follow_redirects=True
        )
        assert "⟦" in answer.text and answer.status_code == (404 if address == "/Unwritten" else 200)
        for text in pseudo.outside(answer.text):
            own = headings if address != "/Contents/contracts" else labels  # what pages say themselves
            pieces = (" ".join(piece.split()).strip("-") for piece in _BETWEEN.split(_ADDRESS.sub("", text)))
            is_label = text in labels and text not in own
            escaped += [(address, one) for one in pieces if len(one) > 1 and (is_label or one not in written)]
    assert not escaped, "\n".join(map(str, escaped))


#: Pages of people's words among ours, and what on them is in no language: formats, hosts, addresses, currencies; or in
#: several: a citation, a legal status, where a figure comes from.
MIXED = (f"/{CASE}", f"/{STORY}", f"/{CASE}?for=practitioner", f"/{CASE}?view=brief",
         "/Home")  # fmt: skip
NO_LANGUAGE = re.compile(
    r"(, )?[\w.-]+\.(in|uk|com|org|net|eu|scot)(, [\d-]+)?|.*https?:.*|.*“.*|Not stated|PDF.*|"
    r"The Sustainable Procurement Cupboard|\d{4}-\w+-\d\d|(Case study elsewhere|News article), .*|"
    r"(Reported by|Fact of) the .*"
)


def test_people_s_words_say_their_language_on_a_page_in_another_and_ours_do_not(
    seeded_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pseudo.use(seeded_app, monkeypatch)
    browser, wrong = seeded_app.test_client(), []
    for address in MIXED:
        page = browser.get(address, headers={"Accept-Language": pseudo.LANGUAGE}).text
        texts = pseudo.with_languages(page)
        assert {said for _, said, _ in texts} == {"en", pseudo.LANGUAGE}
        wrong += [(address, words, said) for words, said, is_ours in texts
                  if is_ours == (said == "en") and not NO_LANGUAGE.fullmatch(words)]  # fmt: skip
    assert not wrong, "\n".join(map(str, wrong))
    english = browser.get(f"/{CASE}").text
    assert re.findall(' lang="([^"]*)"', english) == ["en", "cy"]  # of the page, of the button for Welsh


def test_what_stands_outside_of_brackets_is_seen() -> None:
    page = (
        '<p title="⟦in⟧">⟦In <b title="out">x ⟦y⟧</b>⟧ Out</p><img alt="Out"><code>x</code>'
        '<p>⟦in⟧ 5%</p><a title="⟦i⟧ out"></a>'
    )
    assert pseudo.outside(page) == ["Out", "Out", "out"]
