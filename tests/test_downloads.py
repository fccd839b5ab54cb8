"""Content that a browser could run is only ever a download."""

import io

import pytest

from cupboard import instance


def fetch(app, contenttype, address="/+get/Upload"):
    with instance.inside(app) as storage:
        storage["Upload"].store_revision({"name": ["Upload"], "contenttype": contenttype}, io.BytesIO(b"<svg/>"))
    return app.test_client().get(address)


@pytest.mark.parametrize(
    "contenttype",
    [
        "text/html;charset=utf-8",
        "TEXT/HTML;charset=utf-8",
        "image/svg+xml",
        "image/svg+xml-compressed",
        "text/xml;charset=utf-8",
        "application/xml",
        "application/xhtml+xml",
        "application/atom+xml",
        "application/mathml+xml",
        "application/xslt+xml",
        "text/javascript;charset=utf-8",
        "application/javascript",
        "application/x-shockwave-flash",
        "text/x.moin.wiki;charset=utf-8",
        "application/x-something-new",
    ],
)
def test_what_a_browser_could_run_is_a_download(app, contenttype):
    answer = fetch(app, contenttype)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "contenttype", ["application/pdf", "image/png", "text/plain;charset=utf-8", "text/csv;charset=utf-8"]
)
def test_what_it_only_shows_is_shown(app, contenttype):
    answer = fetch(app, contenttype)
    assert answer.status_code == 200
    assert "Content-Disposition" not in answer.headers


def test_a_reader_can_not_choose_another_type_for_what_is_shown(app):
    answer = fetch(app, "text/plain;charset=utf-8", "/+get/Upload?mimetype=text/html")
    assert answer.content_type.startswith("text/plain")
    answer = fetch(app, "text/plain;charset=utf-8", "/+download/Upload?mimetype=text/html")
    assert answer.headers["Content-Disposition"].startswith("attachment")
