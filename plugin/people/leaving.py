"""A person's copy of what they wrote, and the end of their account."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from moin import current_app, flaskg, user
from moin.constants.keys import (
    ALL_REVS,
    CONTENTTYPE,
    EMAIL,
    ITEMID,
    MTIME,
    NAME,
    NAME_OLD,
    NAMESPACE,
    USERID,
)
from moin.constants.namespaces import NAMESPACE_USERPROFILES, NAMESPACE_USERS
from moin.storage.middleware.exceptions import AccessDenied
from moin.themes import render_template
from whoosh.query import And, Or, Prefix, Term

from cupboard.accounts import ledger, names, newcomers, throttle
from cupboard.following import drafts
from cupboard.following.private import private
from cupboard.mail.outbox import Outbox
from cupboard.people import contacts
from cupboard.tongue import _

#: What of an account is nobody's but the program's: with it somebody could sign in.
_SECRETS = {"enc_password", "session_key", "session_token", "recoverpass_key"}
_ABOUT = ("name", "contenttype", "comment", "mtime", "rev_number", "revid", "tags", "action", "size")


def export() -> ResponseReturnValue:
    """A zip of all that is kept of the person who asks: settings, profile, favourites, messages, drafts, what is waited
    for, and every version of a page that they saved and may read."""
    if not flaskg.user.valid:
        return redirect(url_for("frontend.login"))
    file = tempfile.TemporaryFile()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("account.json", _json(_settings(flaskg.user)))
        archive.writestr("letters.json", _json(_letters(flaskg.user.name0)))
        archive.writestr("following.json", _json(private().export(flaskg.user.itemid)))
        archive.writestr("mail.json", _json(Outbox(private()).export(flaskg.user.itemid)))
        archive.writestr("contact.json", _json(contacts.of_address(flaskg.user.email or "-")))
        for draft in drafts.of(flaskg.user.name0):
            archive.writestr("draft.txt", draft.path.read_bytes() if draft.path.exists() else b"")
        own = set(_own_items(flaskg.user.name0))
        index = []
        for number, (meta, data) in enumerate(_written(flaskg.user.itemid, own), start=1):
            name = f"pages/{number:05}{_ending(meta)}"
            archive.writestr(name, data)
            index.append(
                {"file": name, "namespace": meta.get(NAMESPACE, ""), **{k: meta[k] for k in _ABOUT if k in meta}}
            )
        archive.writestr("pages.json", _json(index))
    file.seek(0)
    return send_file(file, "application/zip", as_attachment=True, download_name="account.zip", max_age=0)


def leave() -> ResponseReturnValue:
    """Delete the account of the person who asks, after their password."""
    if not flaskg.user.valid:
        return redirect(url_for("frontend.login"))
    problem = None
    if request.method == "POST":
        try:
            throttle.hit("sign-in", flaskg.user.name0)
            account = user.User(uid=flaskg.user.itemid, password=request.form.get("password", "") or "-")
            if account.valid:
                delete(account)
                flaskg.user.logout_session(all_browsers=False)
                flash(_("Your account is deleted."), "info")
                return redirect(url_for("frontend.show_root"), 303)
            problem = _("The password is wrong")
        except throttle.TooMany as too_many:
            problem = too_many.message
    title = _("Error: Delete your account") if problem else _("Delete your account")
    page = render_template("cupboard/leave.html", title=title, problem=problem)
    return page, 422 if problem else 200


def delete(account: Any) -> int:
    """Delete an account, all that stands below its own name, and what waited for an editor.

    What the person wrote into pages of everybody stays: it was given under the wiki's licence. It is no longer linked
    to a name, because the account is gone; statements of legal status keep the name that signed them.

    :returns: how many revisions were destroyed
    """
    name, itemid = account.name0, account.itemid
    email = account.profile._meta.get(EMAIL, "")
    names.retire(name)
    destroyed = sum(_destroy(one) for one in [*_own_items(name), *(page.itemid for page in newcomers.pages(itemid))])
    destroyed += _destroy(itemid)
    private().forget(itemid)
    drafts.forget(name)
    if email:
        contacts.take_off(email)
    with ledger.writing() as connection:
        connection.execute("DELETE FROM letter WHERE sender = ? OR recipient = ?", (name, name))
        connection.execute("DELETE FROM refusal WHERE person = ? OR sender = ?", (name, name))
        connection.execute("UPDATE contact SET asked_by = '' WHERE asked_by = ?", (name,))
        if email:
            connection.execute("DELETE FROM registration WHERE email = ?", (email,))
    return destroyed


def _settings(account: Any) -> dict[str, Any]:
    return {key: value for key, value in account.profile._meta.items() if key not in _SECRETS}


def _letters(name: str) -> dict[str, Any]:
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT sender, recipient, at, reported, reason FROM letter WHERE sender = ?1 OR recipient = ?1 ORDER BY "
            "at",
            (name,),
        ).fetchall()
        refused = connection.execute("SELECT sender, at FROM refusal WHERE person = ?", (name,)).fetchall()
    return {
        # who was reported is not told by whom and why
        "messages": [{"from": sender, "to": recipient, "at": at, **(
            {"reported": reported, "reason": reason} if recipient == name and reported else {}
        )} for sender, recipient, at, reported, reason in found],
        "refused": [{"from": sender or "anybody", "at": at} for sender, at in refused],
    }


def _written(itemid: str, own: Collection[str]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Metadata and bytes of each revision that an account saved and its owner may still read, oldest first; and of
    their own pages, whoever wrote them.

    :param own: item ids of these
    """
    found = {
        revision.revid: revision.meta.get(MTIME) or 0
        for by in ({USERID: itemid}, *({ITEMID: one} for one in own))
        for revision in current_app.storage.documents(idx_name=ALL_REVS, **by)
        if revision.meta.get(NAMESPACE) != NAMESPACE_USERPROFILES
    }
    for _mtime, revid in sorted((mtime, revid) for revid, mtime in found.items()):
        revision = flaskg.storage.document(idx_name=ALL_REVS, revid=revid)
        if revision is None:
            continue
        try:
            with revision.data as data:
                yield dict(revision.meta), data.read()
        except (AccessDenied, KeyError):
            continue


def _ending(meta: dict[str, Any]) -> str:
    kind = str(meta.get(CONTENTTYPE, ""))
    names_ = meta.get(NAME) or meta.get(NAME_OLD) or [""]
    last = names_[0].rpartition("/")[2]
    if "." in last and last.rpartition(".")[2].isalnum():
        return f".{last.rpartition('.')[2]}"
    return ".txt" if kind.startswith("text/") else ""


def _own_items(name: str) -> list[str]:
    """The item ids of a person's own page and all below it."""
    query = And([
        Term(NAMESPACE, NAMESPACE_USERS),
        Or([Term("name_exact", name), Prefix("name_exact", f"{name}/")]),
    ])
    return [meta[ITEMID] for meta in current_app.storage.search_meta(query, limit=None)]


def _destroy(itemid: str) -> int:
    item = current_app.storage.get_item(itemid=itemid)
    if not item:
        return 0
    revisions = [revision.revid for revision in item.iter_revs()]
    for revid in revisions:
        item.destroy_revision(revid)
    return len(revisions)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
