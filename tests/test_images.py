"""Images in pages have their size, and are fetched when the reader comes near."""

import re
import struct
import zlib

import pytest

from cupboard import instance, pages
from cupboard.web.images import size_of


def png(width, height):
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize("head", [
    png(640, 480),
    b"GIF89a" + struct.pack("<HH", 640, 480),
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc4\x00\x03x\xff\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640) + b"\x03",
    b"RIFF....WEBPVP8X" + bytes(8) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"),
    b"RIFF....WEBPVP8 " + bytes(10) + struct.pack("<HH", 640, 480),
    b"RIFF....WEBPVP8L" + bytes(5) + (639 | 479 << 14).to_bytes(4, "little") + bytes(5),
])  # fmt: skip
def test_the_size_of_an_image_is_read_from_its_beginning(head):
    assert size_of(head) == (640, 480)


@pytest.mark.parametrize(
    "head",
    [b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xd8\xff\xc4\x00", b"RIFF....WEBP", b"<svg/>"],
)
def test_what_is_no_image_or_is_cut_off_has_no_size(head):
    assert size_of(head) is None


def test_an_image_in_a_page_is_lazy_and_has_its_size_also_when_it_changes(app, client):
    def store(name, data, contenttype):
        with instance.inside(app) as storage:
            pages.store(name, data, contenttype=contenttype, itemtype="default", storage=storage)

    store("Photo", png(30, 20), "image/png")
    store("Shows", b"{{Photo|A square}} {{Photo|Small|width=10}} {{Nowhere.png}}", "text/x.moin.wiki;charset=utf-8")

    def shown():
        return [
            dict(re.findall(r'([a-z]+)="([^"]*)"', one)) for one in re.findall("<img[^>]*>", client.get("/Shows").text)
        ]

    first, narrow = shown()[:2]
    assert (first["loading"], first["alt"], first["width"], first["height"]) == ("lazy", "A square", "30", "20")
    assert narrow["width"] == "10" and "height" not in narrow
    store("Photo", png(60, 50), "image/png")
    assert (shown()[0]["width"], shown()[0]["height"]) == ("60", "50")
