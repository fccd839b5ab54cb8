"""Addresses of briefs: ``/CaseStudies/x?view=brief``, a list's, their PDFs, and the short link that is printed on
them.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.constants.keys import ITEMID, LATEST_REVS
from moin.themes import render_template
from moin.utils.interwiki import url_for_item
from whoosh.query import Prefix

from cupboard import catalogue, definitions, pages
from cupboard.brief.page import Brief, qr_code
from cupboard.case_studies.view import CaseView
from cupboard.catalogue import FACETS
from cupboard.days import shown, today
from cupboard.lists import asking
from cupboard.tongue import _
from cupboard.views import blueprint
from cupboard.web import static_files

#: Case studies in one brief of a list.
MOST = 20
#: Digits of an item's id in a short link: two pages of a wiki of 100,000 share eight once in a hundred thousand.
DIGITS = 10


@blueprint.route("/s/<code>")
def short(code: str) -> ResponseReturnValue:
    """Lead to the page whose id begins so, whatever it is called now."""
    if not 8 <= len(code) <= 32 or set(code) - set("0123456789abcdef"):
        abort(404, description="")
    found = list(flaskg.storage.search(Prefix(ITEMID, code), idx_name=LATEST_REVS, limit=2))
    names = [revision.fqname for revision in found if revision.meta.get("name")]
    if len(names) != 1:  # those who may not read it are told the same
        abort(404, description="")
    return redirect(url_for_item(str(names[0].fullname)))


def of_case(name: str, revid: str) -> ResponseReturnValue | None:
    """The brief of a case study; None when its page can't be read as one."""
    page = pages.read(name, revid)
    if page is None or page.document.error:
        return None
    brief = _brief(page)
    return _answer(
        "cupboard/brief.html",
        pdf=request.args.get("format") == "pdf",
        file=name.rpartition("/")[2],
        title=_("{title}: one-page brief").format(title=brief.title),
        briefs=[brief],
        cover=None,
        back=url_for_item(name),
        pdf_address=url_for("frontend.show_item", item_name=name, view="brief", format="pdf"),
    )


@blueprint.route("/brief")
def brief() -> ResponseReturnValue:
    """A title page and one page for each case study of a list; the address is the list's."""
    return _of_list(pdf=False)


@blueprint.route("/brief.pdf")
def brief_pdf() -> ResponseReturnValue:
    """The same as a PDF."""
    return _of_list(pdf=True)


def _of_list(pdf: bool) -> ResponseReturnValue:
    query, notices = asking.read_request()
    results = catalogue.find(replace(query, page=1, per_page=MOST))
    each = pages.read_each([entry.itemid for entry in results.entries])
    read = [each[entry.itemid] for entry in results.entries if entry.itemid in each]
    shelves = catalogue.shelves()
    chosen = [shelves.label(FACETS[facet], value) for facet, values in query.include.items() for value in values]
    if query.text:
        chosen.append(f"“{query.text}”")
    heading = _("Case studies: {chosen}").format(chosen=", ".join(chosen)) if chosen else _("Case studies")
    address = asking.address("browse", query, _external=True)
    return _answer(
        "cupboard/brief.html",
        pdf=pdf,
        file="brief",
        title=_("{heading}: brief").format(heading=heading),
        briefs=[_brief(page) for page in read if not page.document.error],
        cover={"heading": heading, "total": results.total, "day": shown(today()), "address": address,
               "picture": qr_code(address) if len(address) < 400 else None, "notices": notices},
        back=asking.address("browse", query),
        pdf_address=asking.address("brief_pdf", query),
    )  # fmt: skip


def _brief(page: pages.Page) -> Brief:
    link = url_for("frontend.cupboard.short", code=page.meta[ITEMID][:DIGITS], _external=True)
    return Brief(CaseView(page.name, page.document, definitions.current()), link)


def _answer(template: str, *, pdf: bool, file: str, pdf_address: str, **context: object) -> ResponseReturnValue:
    can_pdf = find_spec("weasyprint") is not None
    html = render_template(template, can_pdf=can_pdf, pdf_address=pdf_address, **context)
    if not pdf:
        return html
    if not can_pdf:
        abort(404, description="")
    response = Response(_as_pdf(html), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{_plain(file)}.pdf"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _as_pdf(html: str) -> bytes:
    """A page as a PDF. Nothing is fetched but the theme's style."""
    import weasyprint

    class Nobody(weasyprint.urls.URLFetcher):
        def fetch(self, url: str, headers: object = None) -> object:
            raise ValueError(f"not fetched: {url}")

    nobody = Nobody()
    style = weasyprint.CSS(string=static_files.load("site.css").content.decode(), url_fetcher=nobody)
    return weasyprint.HTML(string=html, base_url=request.url_root, url_fetcher=nobody).write_pdf(stylesheets=[style])


def _plain(name: str) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "-" for one in name)[:80] or "brief"
