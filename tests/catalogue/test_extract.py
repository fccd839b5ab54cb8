"""Words of attached documents, also of those that were made to annoy."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.catalogue import extract

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN_TEXT = "application/vnd.oasis.opendocument.text"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def archive(**parts: str | bytes) -> Callable[[], BinaryIO]:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return lambda: io.BytesIO(made.getvalue())


def text(kind: str, opened: Callable[[], BinaryIO], name: str = "paper") -> str:
    return extract.text_of(kind, name, "", opened)


def test_word() -> None:
    body = f"<w:document {W}><w:body><w:p><w:r><w:t>Lot</w:t></w:r><w:r><w:t>ting</w:t></w:r></w:p>" + (
        "<w:p><w:r><w:t>strategy</w:t></w:r></w:p></w:body></w:document>"
    )
    assert (
        text(WORD, archive(**{"word/document.xml": body, "docProps/core.xml": "<a>secret</a>"})) == "Lotting strategy"
    )


def test_slides_in_their_order() -> None:
    slide = '<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:t>{}</a:t></a:p></p:sld>'
    parts = {f"ppt/slides/slide{n}.xml": slide.format(f"slide{n}") for n in (10, 2, 1)}
    assert text(SLIDES, archive(**parts)) == "slide1 slide2 slide10"


def test_a_sheet_has_its_texts_and_figures_but_not_the_numbers_of_shared_texts() -> None:
    shared = '<sst xmlns="s"><si><t>Energy</t></si></sst>'
    cells = '<c t="s"><v>7001</v></c><c><v>42.5</v></c><c t="inlineStr"><is><t>kWh</t></is></c>'
    sheet = f'<worksheet xmlns="s">{cells}</worksheet>'
    found = text(SHEET, archive(**{"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet}))
    assert found.split() == ["Energy", "42.5", "kWh"]


def test_opendocument_keeps_words_in_their_order() -> None:
    body = '<d xmlns:t="t"><t:p>living <t:span>wage</t:span> clause</t:p><t:p>next</t:p></d>'
    assert text(OPEN_TEXT, archive(**{"content.xml": body})) == "living wage clause next"


def test_html_without_what_nobody_reads() -> None:
    page = b"<html><style>p{}</style><p>Whole&nbsp;life <b>cost</b></p><script>evil()</script><p>model"
    for kind, name in (("text/html", "x"), ("application/octet-stream", "Page.HTM")):
        assert text(kind, lambda: io.BytesIO(page), name) == "Whole life cost model"


def test_pdf_and_plain_text_come_from_the_index() -> None:
    assert (
        extract.text_of("application/pdf", "a.pdf", "tender  documents", lambda: pytest.fail("opened"))
        == "tender documents"
    )


@pytest.mark.parametrize(
    "kind", ["image/png", "application/zip", "application/octet-stream", "text/x.moin.wiki;charset=utf-8"]
)
def test_other_kinds_are_no_documents(kind: str) -> None:
    assert not extract.is_document(kind, "x.bin")


def test_entities_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE a [<!ENTITY x "lol">'
        + "".join(f'<!ENTITY x{n} "{f"&x{n - 1 if n else chr(0)};" * 10}">'.replace("\0", "") for n in range(1, 9))
        + f"]><w:document {W}><w:t>&x8;</w:t></w:document>"
    )
    assert text(WORD, archive(**{"word/document.xml": bomb})) == ""
    outside = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}><w:t>&x;</w:t></w:document>'
    assert text(WORD, archive(**{"word/document.xml": outside})) == ""
    assert text(WORD, archive(**{"word/document.xml": outside.encode("utf-16")})) == ""


def test_a_part_that_unpacks_to_more_than_the_limit_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "MAX_PART", 100_000)
    huge = f"<w:document {W}><w:p><w:t>" + "a" * 5_000_000 + "</w:t></w:p></w:document>"
    assert text(WORD, archive(**{"word/document.xml": huge})) == ""


def test_long_texts_are_cut() -> None:
    long = f"<w:document {W}>" + "<w:p><w:t>word</w:t></w:p>" * 60_000 + "</w:document>"
    assert len(text(WORD, archive(**{"word/document.xml": long}))) == extract.MAX_TEXT


def test_depth_is_no_problem() -> None:
    deep = "<a>" * 200_000 + "x" + "</a>" * 200_000
    assert text(WORD, archive(**{"word/document.xml": deep})) in ("", "x")


@given(st.binary(max_size=300), st.sampled_from([WORD, SLIDES, SHEET, OPEN_TEXT, "text/html"]))
def test_any_bytes_give_some_text_and_no_error(data: bytes, kind: str) -> None:
    assert isinstance(text(kind, lambda: io.BytesIO(data)), str)


@given(st.binary(max_size=200))
def test_any_bytes_in_an_archive_give_some_text_and_no_error(data: bytes) -> None:
    assert isinstance(text(WORD, archive(**{"word/document.xml": data})), str)


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_damaged_archive_has_no_words_or_some(place: int, byte: int) -> None:
    whole = bytearray(archive(**{"word/document.xml": f"<w:document {W}><w:t>hello</w:t></w:document>"})().read())
    whole[place % len(whole)] = byte
    assert isinstance(text(WORD, lambda: io.BytesIO(bytes(whole))), str)
