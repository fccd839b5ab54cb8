"""A case study wherever Moin shows a page: transcluded, as a difference, searched, dumped as HTML."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from cupboard import instance, pages
from cupboard.kinds.case_study import CASE_STUDY
from tests.conftest import CONFIG

CASE = "CaseStudies/phw-office-furniture"


def store(app: Any, name: str, text: str, contenttype: str = "text/x.moin.wiki;charset=utf-8") -> None:
    with instance.inside(app) as storage:
        pages.store(name, text.encode(), contenttype=contenttype, itemtype="default", storage=storage)


def test_a_case_is_transcluded_whole(seeded_app: Any) -> None:
    store(seeded_app, "Trial", f"{{{{{CASE}}}}}")
    shown = seeded_app.test_client().get("/Trial").get_data(as_text=True)
    for words in ("Furnishing a new headquarters", "Context", "Reported by the supplier", "Cynnal Cymru"):
        assert words in shown


def test_a_difference_shows_text_and_page(seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        page = pages.read(CASE, storage=storage)
        pages.save(CASE_STUDY, CASE, page.document.edit(fields={"year": "2017"}), storage=storage)
    shown = lxml_html.fromstring(seeded_app.test_client().get(f"/+diff/{CASE}").get_data(as_text=True))
    texts = " ".join(cell.text_content() for cell in shown.cssselect("td"))
    assert "year: '2016'" in texts and "year: '2017'" in texts
    assert "2017" in shown.cssselect(".c-facts")[0].text_content()


def test_labels_follow_the_definitions_at_once_on_pages_that_were_shown_before(seeded_app: Any) -> None:
    client = seeded_app.test_client()
    assert "NHS or health body" in client.get(f"/{CASE}").get_data(as_text=True)
    with instance.inside(seeded_app) as storage:
        page = pages.read("Cupboard/OrganisationTypes", storage=storage)
        text = page.document.text.replace("NHS or health body", "Health body")
        pages.store(
            "Cupboard/OrganisationTypes", text.encode(), contenttype=page.meta["contenttype"],
            itemtype=page.meta["itemtype"], storage=storage,
        )  # fmt: skip
    shown = client.get(f"/{CASE}").get_data(as_text=True)
    assert "Health body" in shown and "NHS or health body" not in shown


def test_moin_s_search_finds_words_of_every_part(seeded_app: Any) -> None:
    client = seeded_app.test_client()
    for word in ("Greenstream", "remanufactured", "pssmagazine", "winner"):
        assert CASE in client.get("/+search", query_string={"q": word}).get_data(as_text=True), word


def test_links_are_known_to_moin_s_back_links(seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        page = pages.read(CASE, storage=storage)
        text = "See [[Help/LegalStatus]] and [[https://www.example.org/|this]]."
        pages.save(CASE_STUDY, CASE, page.document.edit(sections={"Context": text}), storage=storage)
        meta = pages.read(CASE, storage=storage).meta
        assert "Help/LegalStatus" in meta["itemlinks"]
        assert "https://www.example.org/" in meta["externallinks"]
        assert page.document.fields["source_url"] in meta["externallinks"]
        assert {"contracts", "contracts/furniture", "contracts/furniture/office"} <= set(meta["tags"])
        assert meta["summary"] == page.document.fields["result"]


def test_a_dump_as_html_holds_the_case(seeded: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("moin"), "dump-html", "--directory", tmp_path / "out", "--query", CASE],
        env={"PATH": "/usr/bin:/bin", "MOINCFG": str(CONFIG), "CUPBOARD_WIKI": str(seeded)},
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    page = tmp_path / "out" / f"{CASE}.html"
    assert "c-facts" in page.read_text(encoding="utf-8")
