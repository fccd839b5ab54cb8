"""Files that people attach in the form are found by their words: real ones of each kind, by those who may read."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import set_acl
from tests.test_editing import Writer, minimal

NAME = "CaseStudies/buying-less-paper"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relation(kind: str, target: str) -> str:
    where = f'Id="r1" Type="{_OFFICE}/{kind}" Target="{target}"'
    return f'<Relationships xmlns="{_RELATIONS}"><Relationship {where}/></Relationships>'


def package(main: str, content_type: str, parts: dict[str, str]) -> bytes:
    """An office file with the least that ECMA-376 asks of one.

    :param main: name of its main part
    :param content_type: of that
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'''{_XML}
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Override PartName="/{main}" ContentType="{content_type}"/>
</Types>''',
        )
        archive.writestr(
            "_rels/.rels",
            f"""{_XML}
{relation("officeDocument", main)}""",
        )
        for name, text in parts.items():
            archive.writestr(name, _XML + text)
    return made.getvalue()


def letter(word: str) -> bytes:
    """A Word document, the word parted between two runs as Word does where spelling was checked."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f"<w:p><w:r><w:t>Tenderers shall {word[:3]}</w:t></w:r><w:r><w:t>{word[3:]} the pallets.</w:t></w:r></w:p>"
    return package(
        "word/document.xml",
        f"{_KIND}.wordprocessingml.document.main+xml",
        {"word/document.xml": f'<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>'},
    )


def slides(word: str) -> bytes:
    p, a = (f"http://schemas.openxmlformats.org/{kind}/2006/main" for kind in ("presentationml", "drawingml"))
    shape = f"<p:sp><p:txBody><a:p><a:r><a:t>Why we {word} first</a:t></a:r></a:p></p:txBody></p:sp>"
    listed = '<p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst>'
    return package("ppt/presentation.xml", f"{_KIND}.presentationml.presentation.main+xml", {
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{p}" xmlns:r="{_OFFICE}">{listed}</p:presentation>',
        "ppt/_rels/presentation.xml.rels": relation("slide", "slides/slide1.xml"),
        "ppt/slides/slide1.xml":
            f'<p:sld xmlns:p="{p}" xmlns:a="{a}"><p:cSld><p:spTree>{shape}</p:spTree></p:cSld></p:sld>',
    })  # fmt: skip


def workbook(word: str) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = f"Lots that we {word}"
    book.active["B2"] = 42
    book.save(made)
    return made.getvalue()


def small_pdf(word: str) -> bytes:
    """A PDF of one line, by the rules of ISO 32000-1 and no more."""
    line = f"BT /F1 12 Tf 20 100 Td (All bidders {word} twice) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(made)
    return made + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


def attached(app: Any, files: dict[str, bytes]) -> None:
    """Make a case study in the form, with these files."""
    alice = Writer(app, "alice")
    data = minimal(alice.get("/+cupboard/new"))
    for number in range(len(files)):
        data = alice.post("/+cupboard/new", data, add="resources").data() if number else data
    for number, name in enumerate(files):
        data.setlist(f"resources-{number}-kind", ["contract"])
        data.setlist(f"resources-{number}-title", [name])
    uploads = {
        f"resources-{number}-attachment_upload": (io.BytesIO(content), name)
        for number, (name, content) in enumerate(files.items())
    }
    answer = alice.post("/+cupboard/new", data, do="save", **uploads)
    assert answer.status == 303, answer.errors


def passage(client: Any, word: str) -> str:
    """Where a list says that it found a word; empty when it did not."""
    page = client.get(f"/+cupboard/browse?q={word}").text
    found = re.search(r'c-card__passage">(.*?)</p>', page, re.DOTALL)
    return found[1] if found else ""


def test_files_of_each_kind_are_found_by_their_words(seeded_app: Any) -> None:
    attached(seeded_app, {
        "notice.pdf": small_pdf("quandled"),
        "lots.xlsx": workbook("frimble"),
        "letter.docx": letter("zorbate"),
        "why.pptx": slides("blivet"),
        "page.html": b"<title>x</title><p>Please snarkle this.<script>vexing()</script>",
        "notes.txt": b"plainly gribble",
    })  # fmt: skip
    client = seeded_app.test_client()
    for word in ("quandled", "frimbling", "zorbate", "blivet", "snarkle", "gribble"):
        assert "<mark>" in passage(client, word), word
    assert passage(client, "vexing") == ""


@pytest.mark.slow
def test_what_libreoffice_writes_is_found_by_its_words(seeded_app: Any, tmp_path: Path) -> None:
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed, so nothing writes real documents")
    words = {"pdf": "quandle", "ods": "zorbate", "html": "snarkle", "xlsx": "frimble"}
    for kind, word in words.items():
        (tmp_path / f"made-{kind}.xlsx").write_bytes(workbook(word))
        subprocess.run(
            [soffice, "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
             "--convert-to", kind, "--outdir", tmp_path / "out", tmp_path / f"made-{kind}.xlsx"],
            check=True, timeout=300, capture_output=True,
        )  # fmt: skip
    attached(seeded_app, {f"made.{kind}": (tmp_path / "out" / f"made-{kind}.{kind}").read_bytes() for kind in words})
    client = seeded_app.test_client()
    for word in words.values():
        assert "Lots" in passage(client, word) and "<mark>" in passage(client, word), word


def test_a_file_that_few_may_read_is_found_by_those_few(seeded_app: Any) -> None:
    attached(seeded_app, {"advice.txt": b"The counsel quandled.", "open.txt": b"Anybody may gribble."})
    set_acl(seeded_app, f"{NAME}/advice.txt", "buyer1:read")
    everybody, buyer1 = seeded_app.test_client(), seeded_app.test_client().sign_in("buyer1")
    assert passage(buyer1, "quandled") == "advice.txt: The counsel <mark>quandled</mark>."
    assert passage(everybody, "quandled") == ""
    # together with words of the case study and of its other files
    assert passage(buyer1, "quandled+gribble+paper") and not passage(everybody, "quandled+gribble+paper")
    assert "1 case study" in everybody.get("/+cupboard/browse?q=gribble+paper").text
    assert "No case studies" in everybody.get("/+cupboard/browse?q=quandled").text
    assert "1 case study" in everybody.get("/+cupboard/browse?q=gribble+-quandled").text
    assert "No case studies" in buyer1.get("/+cupboard/browse?q=gribble+-quandled").text
    for client, suggested in ((buyer1, True), (everybody, False)):
        assert ("data-suggestion" in client.get("/+cupboard/browse?q=quandeld").text) == suggested
