"""The addresses of profiles, of the list of people, of messages and contact points, and of leaving."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import current_app, flaskg, user
from moin.constants.keys import NAME_EXACT
from moin.constants.keys import NAMESPACE as IN_NAMESPACE
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard import definitions, pages
from cupboard.days import today
from cupboard.document import Document
from cupboard.editing.editor import Edit
from cupboard.kinds.person import MEMBERS_PART, NAMESPACE, PERSON, RECORD, record_name
from cupboard.lists import answering, listing
from cupboard.people import contacts, finding, leaving, letters, record
from cupboard.tongue import L_, N_, _


class ProfileEdit(Edit):
    """The form of a profile. What is saved is the record; what others see is made from it."""

    has_preview = False

    def __init__(self, account: str):
        super().__init__(record_name(account), PERSON)
        self.account = account

    def store(self, document: Document) -> str | None:
        record.save(self.account, document)
        return "saved"

    def _choose_name(self) -> bool:
        return True

    def context(self) -> dict[str, Any]:
        address = url_for("frontend.cupboard.profile", account=self.account)
        return {**super().context(), "action": address, "is_new": not self.base}

    @property
    def heading(self) -> str:
        return _("Profile") if self.base else _("Your profile")


def profile(account: str | None = None) -> ResponseReturnValue:
    """The profile of the person who asks; an administrator may change anybody's."""
    if not flaskg.user.valid:
        return redirect(url_for("frontend.login"))
    account = account or flaskg.user.name0
    if account != flaskg.user.name0 and not flaskg.user.may.superuser():
        abort(403)
    if not user.search_users(name_exact=account):
        abort(404)
    edit = ProfileEdit(account)
    page = pages.read(edit.name)
    try:
        if request.method == "POST":
            return edit.post()
        if page:
            edit.start_from(page)
        else:
            edit.document = edit.started_from.edit(fields={"name": account, "shown_to": "nobody"})
        return edit.get()
    except ValueError as refused:
        edit.errors.append(("", f"{refused}"))
        return edit.answer(422)


def remove_profile() -> ResponseReturnValue:
    """Take away the profile of the person who asks."""
    if not flaskg.user.valid:
        return redirect(url_for("frontend.login"))
    if request.method != "POST":
        return render_template("cupboard/remove_profile.html", title=_("Take your profile away"))
    record.remove(flaskg.user.name0)
    flash(_("Your profile is gone, from every list and from history."), "info")
    return redirect(url_for("frontend.cupboard.people"), 303)


class PeopleListing(listing.Listing):
    """A list of people, ready for its template."""

    words_label = L_("Search these people")

    def _make_shelves(self) -> finding.Shelves:
        return finding.shelves()

    @property
    def heading(self) -> str:
        total = self.results.total
        return N_("{count:,} person", "{count:,} people", total).format(count=total) if total else _("Nobody")

    @property
    def has_years(self) -> bool:
        return False

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        return []


def people() -> ResponseReturnValue:
    """Everybody who may be found, narrowed by whatever the address says."""
    return answering.answer(
        "cupboard/people.html", _("People"), finding.FACETS, finding.find, PeopleListing, in_force=definitions.current()
    )


def people_like_me() -> ResponseReturnValue:
    if not flaskg.user.valid:
        return redirect(url_for("frontend.login"))
    return render_template("cupboard/people_like_me.html", title=_("People like me"), alike=finding.like_me())


def _lead_on() -> ResponseReturnValue | None:
    """``users/<name>`` of somebody whom signed-in people may find, and not everybody, is no page: lead on to what there
    is for the person who asks; and who has no profile yet, to its form."""
    name = (request.view_args or {}).get("item_name", "") if request.endpoint == "frontend.show_item" else ""
    namespace, _, account = name.partition("/")
    if namespace != NAMESPACE or not account or "/" in account or request.method != "GET" or not flaskg.user.valid:
        return None
    if current_app.storage.get_item(short=True, **{IN_NAMESPACE: NAMESPACE, NAME_EXACT: account}):
        return None
    for part in (MEMBERS_PART, RECORD):
        page = f"{NAMESPACE}/{account}/{part}"
        if flaskg.user.may.read(page) and pages.exists(page):
            return redirect(url_for_item(page))
    return redirect(url_for("frontend.cupboard.profile")) if account == flaskg.user.name0 else None


_OWN = (
    ("/profile", "profile", profile, ["GET", "POST"]),
    ("/profile/of/<account>", "profile", profile, ["GET", "POST"]),
    ("/profile/remove", "remove_profile", remove_profile, ["GET", "POST"]),
    ("/people", "people", people, ["GET"]),
    ("/people/like-me", "people_like_me", people_like_me, ["GET"]),
    ("/write/<account>", "letter", letters.write, ["GET", "POST"]),
    ("/letter/<token>", "about_letter", letters.about, ["GET", "POST"]),
    ("/contact/<token>", "contact", contacts.answer, ["GET", "POST"]),
    ("/account.zip", "account", leaving.export, ["POST"]),
    ("/leave", "leave", leaving.leave, ["GET", "POST"]),
)


def install(blueprint: Blueprint) -> None:
    for address, endpoint, view, methods in _OWN:
        blueprint.add_url_rule(address, endpoint, view, methods=methods)
    blueprint.add_app_template_global(finding.who_can_help, "who_can_help")
    blueprint.before_app_request(_lead_on)
    blueprint.add_app_template_global(contacts.own_points, "own_contact_points")
    blueprint.add_app_template_filter(lambda fields: contacts.is_shown(fields, today()), "contact_shown")
