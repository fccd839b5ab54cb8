"""The words in an attached document: Word, PowerPoint and Excel files (ECMA-376), OpenDocument, HTML and plain text.

PDF is read by Moin, which hands its text over. These are read here, because Moin takes office files for archives and
indexes the names of the files inside. They come from strangers, so nothing in them is trusted: parts are read in pieces
up to a limit whatever size they claim, XML that declares a document type is refused (so there are no entities to
expand), and what can't be read has no words instead of stopping a save.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import BinaryIO
from xml.etree import ElementTree

#: Most that is taken from one document: characters of text, bytes of one part of it, number of parts.
MAX_TEXT = 100_000
MAX_PART = 20_000_000
MAX_PARTS = 400
MAX_HTML = 5_000_000

_OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
        re.compile(r"word/(document|footnotes|endnotes)\.xml"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation":
        re.compile(r"ppt/(slides|notesSlides)/[^/]+\.xml"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
        re.compile(r"xl/(sharedStrings|worksheets/[^/]+)\.xml"),
    "application/vnd.oasis.opendocument.text": re.compile(r"content\.xml"),
    "application/vnd.oasis.opendocument.presentation": re.compile(r"content\.xml"),
    "application/vnd.oasis.opendocument.spreadsheet": re.compile(r"content\.xml"),
}
_READ_BY_MOIN = {"application/pdf", "text/plain", "text/csv"}
_HTML = {"text/html", "application/xhtml+xml"}
#: Attachments that a browser would run are stored as plain bytes; by their names they are still HTML.
_BYTES = "application/octet-stream"

#: How the types of other files begin, which have no words that are searched.
_FILES = ("image/", "audio/", "video/", "application/zip", "application/msword", "application/vnd.ms-")

# All that these libraries raise for files that are damaged, encrypted, cut short or made to annoy.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, ValueError, LookupError, OSError, EOFError,
               RuntimeError, AssertionError)

# Elements after which a word ends: paragraphs, cells, breaks, tabs.
_ENDS = {"p", "h", "tab", "br", "cr", "si", "c", "table-cell", "line-break", "s"}


def is_document(content_type: str, name: str) -> bool:
    """Whether an attachment is of a kind whose words are searched."""
    kind = _kind(content_type, name)
    return kind in _OFFICE or kind in _READ_BY_MOIN or kind in _HTML


def is_file(content_type: str, name: str) -> bool:
    """Whether a page below a case study is a file that was attached to it, of whatever kind."""
    kind = _kind(content_type, name)
    return is_document(content_type, name) or kind.startswith(_FILES) or kind == _BYTES


def text_of(content_type: str, name: str, indexed: str, open_data: Callable[[], BinaryIO]) -> str:
    """The words of an attachment; empty when it can't be read, or is no document.

    :param indexed: the text that Moin's index has of it
    :param open_data: opens its bytes
    """
    kind = _kind(content_type, name)
    if not is_document(content_type, name):
        return ""
    if kind in _READ_BY_MOIN:
        # what Moin says instead of the words of a file that it can't read
        return "" if indexed.startswith("ERROR [") else _squeezed(indexed[: 4 * MAX_TEXT])
    try:
        with open_data() as data:
            if kind in _OFFICE:
                return _squeezed("".join(_limited(_office(data, _OFFICE[kind]))))
            return _squeezed(_html(data))
    except _UNREADABLE:
        return ""


def _kind(content_type: str, name: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _BYTES and name.lower().endswith((".html", ".htm", ".xhtml")):
        return "text/html"
    return kind


def _squeezed(text: str) -> str:
    return " ".join(text.split())[:MAX_TEXT]


def _limited(pieces: Iterator[str]) -> Iterator[str]:
    left = 2 * MAX_TEXT
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _office(data: BinaryIO, wanted: re.Pattern[str]) -> Iterator[str]:
    with zipfile.ZipFile(data) as archive:
        parts = [part for part in archive.infolist() if wanted.fullmatch(part.filename)][:MAX_PARTS]
        left = MAX_PART
        for part in sorted(parts, key=lambda part: (len(part.filename), part.filename)):
            with archive.open(part) as opened:
                xml = opened.read(left + 1)
            left -= len(xml)
            if left < 0:
                return
            yield from _xml_words(xml)
            yield " "


class _Words:
    """Takes what the XML parser finds, and keeps the words."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._tag = ""
        self._is_reference = False

    def doctype(self, *_: object) -> None:
        # here entities would be declared; office files have none
        raise ValueError("a document type")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._tag = tag.rpartition("}")[2]
        if self._tag == "c":
            self._is_reference = attributes.get("t") == "s"

    def end(self, tag: str) -> None:
        self._tag = ""
        if tag.rpartition("}")[2] in _ENDS:
            self.pieces.append(" ")

    def data(self, text: str) -> None:
        # the value of such a cell is the number of a shared string
        if not (self._tag == "v" and self._is_reference):
            self.pieces.append(text)

    def close(self) -> None:
        pass


def _xml_words(xml: bytes) -> Iterator[str]:
    words = _Words()
    parser = ElementTree.XMLParser(target=words)
    for start in range(0, len(xml), 65536):
        parser.feed(xml[start : start + 65536])
        yield "".join(words.pieces)
        words.pieces.clear()


class _Html(HTMLParser):
    _SILENT = {"script", "style", "template", "noscript", "svg"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self._SILENT
        self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)


def _html(data: BinaryIO) -> str:
    raw = data.read(MAX_HTML)
    declared = re.search(rb"""charset=["']?([\w-]+)""", raw[:2048])
    parser = _Html()
    parser.feed(raw.decode(declared[1].decode("ascii") if declared else "utf-8", "replace"))
    return "".join(parser.pieces)
