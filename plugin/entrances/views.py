"""``/+cupboard/for``: where a reader says what they do, and has it forgotten; and what templates ask about it."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard.entrances import choosing, first
from cupboard.entrances.audiences import AUDIENCES
from cupboard.entrances.choosing import COOKIE
from cupboard.tongue import _
from cupboard.views import blueprint

_A_YEAR = 365 * 24 * 3600


@blueprint.route("/for", methods=["GET", "POST"])
def who_reads() -> ResponseReturnValue:
    """Choose an audience, or have the choice forgotten."""
    if request.method == "GET":
        return render_template("cupboard/who_reads.html", title=_("What do you do?"), audiences=AUDIENCES.values(),
                               chosen=choosing.remembered(), back=_back(request.args.get("back", "")))
    chosen = AUDIENCES.get(request.form.get("audience", ""))
    back = _back(request.form.get("back", ""))
    home = url_for_item(chosen.page) if chosen else url_for("frontend.show_root")
    answer = make_response(redirect(back or home, 303))
    where: dict[str, Any] = {"path": f"{request.script_root}/", "secure": request.is_secure, "httponly": True,
                             "samesite": "Lax"}  # fmt: skip
    if chosen:
        answer.set_cookie(COOKIE, chosen.id, max_age=_A_YEAR, **where)
    else:
        answer.delete_cookie(COOKIE, **where)
    return answer


def _back(asked: str) -> str:
    """An address of this wiki, whatever was sent; empty: none."""
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable()
    return asked if is_ours and len(asked) < 2000 else ""


blueprint.add_app_template_global(choosing.current, "reader_is")
blueprint.add_app_template_global(choosing.remembered, "reader_remembered")
blueprint.add_app_template_global(choosing.asked_for, "reader_asked_for")
blueprint.add_app_template_global(first.parts, "first_for_reader")
blueprint.add_app_template_global(first.in_order, "facts_in_order")
