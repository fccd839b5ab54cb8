"""Files that belong to a case study: kept as sub-items of its page.

A file is first staged under a random token, so that a form with a mistake in it does not ask for the file again, and
becomes a sub-item ``CaseStudies/x/specification.pdf`` when the case study is saved. Types that a browser would run are
stored as plain bytes, so they can only ever be downloaded.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import url_for
from moin import current_app, flaskg
from moin.constants.itemtypes import ITEMTYPE_DEFAULT
from moin.constants.keys import (
    ACL,
    ACTION_SAVE,
    COMMENT,
    CONTENTTYPE,
    CURRENT,
    ITEMID,
    ITEMTYPE,
    NAME,
    NAME_EXACT,
    NAMESPACE,
    PARENTID,
    REV_NUMBER,
    SIZE,
)
from moin.storage.middleware.exceptions import AccessDenied

from cupboard.tongue import _

#: Largest file, in bytes; ``cupboard_upload_limit`` in the configuration changes it.
DEFAULT_LIMIT = 25_000_000

#: A staged file that nobody saved is thrown away after this many seconds.
_STAGED_FOR = 24 * 3600

#: Types that are stored as what they are. All others, and with them all that a browser would run, are plain bytes.
_PASSIVE_TYPES = {
    "csv": "text/csv;charset=utf-8",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain;charset=utf-8",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_BYTES = "application/octet-stream"

_TOKEN = re.compile(r"[0-9a-f]{32}")


class UploadRefused(ValueError):
    """A file that can't be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Staged:
    """A file that waits to be saved.

    :ivar token: how the form refers to it
    :ivar filename: the name it will have
    :ivar size: bytes
    """

    token: str
    filename: str
    size: int


@dataclass(frozen=True)
class Attachment:
    """A file of a case study.

    :ivar filename: last part of the sub-item's name
    :ivar url: where it is downloaded
    :ivar size: bytes
    """

    filename: str
    url: str
    size: int

    @property
    def format(self) -> str:
        """Type and size as readers want them: ``PDF, 34 kB``."""
        __, dot, extension = self.filename.rpartition(".")
        kind = extension.upper() if dot else _("File")
        return f"{kind}, {readable_size(self.size)}"


def readable_size(size: int) -> str:
    """Bytes in words: ``512 bytes``, ``34 kB``, ``1.2 MB``."""
    if size < 1000:
        return _("{size} bytes").format(size=size)
    if size < 1_000_000:
        return _("{size:.0f} kB").format(size=size / 1000)
    return _("{size:.1f} MB").format(size=size / 1_000_000).replace(".0 ", " ")


def limit() -> int:
    return getattr(current_app.cfg, "cupboard_upload_limit", DEFAULT_LIMIT)


def content_type(filename: str) -> str:
    """The content type a file of this name is stored with."""
    return _PASSIVE_TYPES.get(filename.rpartition(".")[2].lower(), _BYTES)


def safe_filename(name: str) -> str:
    """A file name that can be the last part of a page name: no folders, no odd characters, at most 100 characters.

    :raises UploadRefused: when nothing is left of it
    """
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    base = re.sub(r"[^\w.() -]+", "-", base).strip(" .-+")
    base = re.sub(r"\s+", " ", base)
    if not base:
        raise UploadRefused(_("Give the file a name made of letters or digits, then choose it again"))
    stem, dot, extension = base.rpartition(".")
    if not dot:
        return base[:100]
    return f"{stem[: 99 - len(extension)]}.{extension}"


def _not_among(taken: Collection[str], filename: str) -> str:
    stem, dot, extension = filename.rpartition(".")
    free, number = filename, 1
    while free in taken:
        number += 1
        free = f"{stem}-{number}.{extension}" if dot else f"{filename}-{number}"
    return free


def attachment_of(page: str, filename: str) -> Attachment | None:
    """A file of a case study, or None when it is missing or may not be read by the person who asks."""
    name = f"{page}/{filename}"
    try:
        item = flaskg.storage.get_item(**{NAMESPACE: "", NAME_EXACT: name})
        if not item or "/" in filename:
            return None
        size = item.get_revision(CURRENT).meta[SIZE]
    except (AccessDenied, KeyError):
        return None
    return Attachment(filename, url_for("frontend.download_item", item_name=name), size)


def stage(stream: IO[bytes], filename: str, taken: Collection[str] = ()) -> Staged:
    """Keep an uploaded file until its case study is saved.

    :param taken: file names that other rows of the same form use; the file gets a number when its name is one of them
    :raises UploadRefused: when it is empty, too large, or has no usable name
    """
    filename = _not_among(taken, safe_filename(filename))
    folder = _staging_folder()
    _throw_away_old(folder)
    token = secrets.token_hex(16)
    part = folder / f"{token}.part"
    size = 0
    try:
        with open(part, "xb") as out:
            while chunk := stream.read(1 << 16):
                size += len(chunk)
                if size > limit():
                    raise UploadRefused(
                        _(
                            "{filename} is larger than {most}: choose a smaller file, or publish it elsewhere "
                            "and give the link"
                        ).format(filename=filename, most=readable_size(limit()))
                    )
                out.write(chunk)
        if not size:
            raise UploadRefused(_("{filename} is empty: choose another file").format(filename=filename))
        (folder / f"{token}.json").write_text(json.dumps({"filename": filename, "owner": _owner()}))
        os.rename(part, folder / token)
    finally:
        part.unlink(missing_ok=True)
    return Staged(token, filename, size)


def staged(token: str) -> Staged | None:
    """Find a staged file by its token; only its uploader can."""
    if not _TOKEN.fullmatch(token):
        return None
    folder = _staging_folder()
    try:
        about = json.loads((folder / f"{token}.json").read_text())
        size = (folder / token).stat().st_size
    except (OSError, ValueError):
        return None
    return Staged(token, about["filename"], size) if about["owner"] == _owner() else None


def attach(page: str, file: Staged) -> str:
    """Make a staged file a sub-item of a page and return its file name.

    A file of the same name becomes a new revision of that sub-item. Whoever may write the page may attach to it; the
    file gets the page's own access rights, either because the namespace's rights are hierarchic or as a copy.

    :raises AccessDenied: when this person may not write the page
    """
    if not flaskg.user.may.write(page):
        raise AccessDenied(page)
    name = f"{page}/{file.filename}"
    item = current_app.storage.get_item(**{NAMESPACE: "", NAME_EXACT: name})
    meta = {
        NAME: [name],
        NAMESPACE: "",
        ITEMTYPE: ITEMTYPE_DEFAULT,
        CONTENTTYPE: content_type(file.filename),
        COMMENT: _("Attached to {page}").format(page=page),
        REV_NUMBER: 1,
    }
    if item:
        before = item.get_revision(CURRENT)
        meta = {**{key: before.meta[key] for key in (ITEMID, ACL) if key in before.meta}, **meta}
        meta[PARENTID] = before.revid
        meta[REV_NUMBER] = before.meta.get(REV_NUMBER, 0) + 1
    elif not dict(current_app.cfg.acl_mapping)[""]["hierarchic"]:
        acl = current_app.storage.get_item(**{NAMESPACE: "", NAME_EXACT: page}).acl
        if acl is not None:
            meta[ACL] = acl
    path = _staging_folder() / file.token
    with open(path, "rb") as data:
        item.store_revision(meta, data, action=ACTION_SAVE, contenttype_current=meta[CONTENTTYPE], return_rev=True)
    path.unlink(missing_ok=True)
    path.with_suffix(".json").unlink(missing_ok=True)
    return file.filename


def _owner() -> str:
    return str(flaskg.user.itemid or "")


def _staging_folder() -> Path:
    folder = Path(current_app.cfg.instance_dir) / "staged"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _throw_away_old(folder: Path) -> None:
    oldest = time.time() - _STAGED_FOR
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except FileNotFoundError:
            continue
