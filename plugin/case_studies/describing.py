"""What a case study's page says of itself: to search engines and other sites, and to people who want to cite or share
it.

The page is described while it is made: its view is noted by the parser and read by the layout, so nothing is looked up
twice. See https://ogp.me and https://schema.org/Article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import g, request, url_for
from markupsafe import Markup
from moin import current_app
from moin.constants.keys import CURRENT, ITEMID, MTIME, REV_NUMBER, SUMMARY

from cupboard.case_studies.view import CaseView
from cupboard.days import shown
from cupboard.tongue import _
from cupboard.views import blueprint

#: A page with as many headings gets a table of contents.
LONG = 5
#: Where it is put: what the templates of structured pages write there.
CONTENTS_PLACE = "<div data-contents></div>"
_SAYS = re.compile(r' lang="[^"]+"')
_HEADING = re.compile(r'<(?:div( lang="[^"]+")>\s*<)?h2[^>]*\bid="([^"]+)"[^>]*>(.*?)</h2>', re.DOTALL)


@dataclass(frozen=True)
class Description:
    """A case study in the words of other sites.

    :ivar address: of its page, for good
    :ivar link: the same, short
    :ivar cited: as a reference in a paper
    :ivar data: schema.org's, ready for JSON
    """

    title: str
    summary: str
    address: str
    link: str
    cited: str
    data: dict[str, Any]


def note(view: CaseView) -> None:
    """Remember the case study that is being shown."""
    g.cupboard_described = view


@blueprint.app_template_global()
def described(meta: Any) -> Description | None:
    """The description of the page that this request shows; None when it is no case study.

    :param meta: metadata of the revision shown
    """
    view: CaseView | None = g.get("cupboard_described")
    if (
        view is None
        or request.endpoint != "frontend.show_item"
        or (request.view_args or {}).get("item_name") != view.name
    ):
        return None
    address = url_for("frontend.show_item", item_name=view.name, _external=True)
    changed = datetime.fromtimestamp(meta[MTIME], UTC)
    site = current_app.cfg.sitename
    organisation = view.text("organisation")
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": view.title,
        "abstract": view.result,
        "url": address,
        "dateModified": changed.date().isoformat(),
        "version": str(meta[REV_NUMBER]),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "name": site},
        "about": [{"@type": "Organization", "name": organisation}] * bool(organisation),
        "keywords": [term.label for _, terms in view.sections for term in terms],
        "spatialCoverage": ", ".join(view.words("region")),
        "temporalCoverage": view.text("year"),
    }
    return Description(
        view.title,
        view.result,
        address,
        _short_link(meta),
        ", ".join(filter(None, [
            organisation, f"“{view.title}”", site, _("version {number}").format(number=meta[REV_NUMBER]),
            shown(changed.date()), address,
        ])),
        {name: value for name, value in data.items() if value},
    )


class Shared(NamedTuple):
    """What a page that is no case study can be told others by."""

    title: str
    summary: str
    link: str


@blueprint.app_template_global()
def shared_page(meta: Any, title: Any) -> Shared | None:
    """The page that this request shows, to be sent to somebody; None on other pages about it, and for older versions.

    :param meta: its metadata
    """
    is_now = (request.view_args or {}).get("rev", CURRENT) == CURRENT
    if request.endpoint != "frontend.show_item" or not is_now or not meta.get(ITEMID):
        return None
    return Shared(str(title), meta.get(SUMMARY) or "", _short_link(meta))


def _short_link(meta: Any) -> str:
    return url_for("frontend.cupboard.short", code=meta[ITEMID][:10], _external=True)


@blueprint.app_template_filter()
def with_contents(html: str) -> Markup:
    """A page with its table of contents where its template has a place for one, if it is long enough to need it."""
    html = str(html)  # Markup would escape what is put into it
    headings = _HEADING.findall(html) if CONTENTS_PLACE in html else []
    if len(headings) < LONG:
        return Markup(html)
    items = Markup("").join(
        Markup('<li><a href="#{}"{}>{}</a></li>').format(
            Markup(id), Markup(language or "".join(_SAYS.findall(text))), Markup(text.replace("¶", "")).striptags()
        )
        for language, id, text in headings
    )
    contents = Markup(
        '<nav class="c-contents" aria-labelledby="on-this-page"><h2 id="on-this-page">{}</h2><ol>{}</ol></nav>'
    ).format(_("On this page"), items)
    return Markup(html.replace(CONTENTS_PLACE, str(contents), 1))
