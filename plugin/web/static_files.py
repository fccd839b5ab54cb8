"""The theme's style and script, each as one file at an address that changes with what is in it.

The sources stay apart, one idea a file (``themes/cupboard/static/css``, ``js``); what is sent is all of them in one,
without comments, compressed once. The address holds a fingerprint of the content, so a browser keeps it for a year and
never asks again, and a new version has a new address. An address of an older version gets what there is now, and isn't
kept. Everything is read once, when first asked for: a change is seen after a restart.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request, url_for

from cupboard import themes

FOLDER = Path(themes.__file__).parent / "cupboard" / "static"

#: File sent -> (content type, patterns of the sources). cupboard.css, which defines the colours, comes first.
FILES = {
    "site.css": ("text/css; charset=utf-8", ("css/cupboard.css", "css/*.css")),
    "site.js": ("text/javascript; charset=utf-8", ("js/*.js",)),
    "icon.svg": ("image/svg+xml", ("icon.svg",)),
}

# Moin does nothing for addresses below /static: no look-up of the user, no session.
blueprint = Blueprint("cupboard_static", __name__, url_prefix="/static/cupboard")


@dataclass(frozen=True)
class StaticFile:
    """What is sent.

    :ivar fingerprint: 12 hex digits
    """

    contenttype: str
    content: bytes
    compressed: bytes
    fingerprint: str


@lru_cache
def load(name: str) -> StaticFile:
    """
    :raises KeyError: when there is no such file
    """
    contenttype, patterns = FILES[name]
    paths = dict.fromkeys(path for pattern in patterns for path in sorted(FOLDER.glob(pattern)))
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    if name.endswith(".css"):
        text = _without_comments(text)
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return StaticFile(contenttype, content, gzip.compress(content, 9, mtime=0), digest)


@blueprint.app_template_global()
def static_file(name: str) -> str:
    """The address of a file, for templates.

    :raises KeyError: when there is no such file
    """
    return url_for("frontend.cupboard_static.send", fingerprint=load(name).fingerprint, name=name)


@blueprint.route("/<fingerprint>/<name>")
def send(fingerprint: str, name: str) -> Response:
    """Send one of :data:`FILES`."""
    if name not in FILES:
        # not by abort(): the wiki's page for it needs what Moin doesn't prepare for addresses below /static
        return Response("There is no such file.\n", 404, content_type="text/plain")
    file = load(name)
    is_compressed = "gzip" in request.accept_encodings
    response = Response(file.compressed if is_compressed else file.content, content_type=file.contenttype)
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    is_current = fingerprint == file.fingerprint
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_current else "no-cache"
    return response


def _without_comments(css: str) -> str:
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip() + "\n"
