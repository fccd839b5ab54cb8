"""``/+cupboard/for``: where a reader says what they do, and has it forgotten; and what templates ask about it."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard.audiences import AUDIENCES, choosing
from cupboard.audiences.choosing import COOKIE
from cupboard.entrances import first
from cupboard.tongue import _
from cupboard.views import blueprint
from cupboard.web import choices
from cupboard.web_addresses import own_address


@blueprint.route("/for", methods=["GET", "POST"])
def who_reads() -> ResponseReturnValue:
    """Choose an audience, or have the choice forgotten."""
    if request.method == "GET":
        return render_template("cupboard/who_reads.html", title=_("What do you do?"), audiences=AUDIENCES.values(),
                               chosen=choosing.remembered(), back=own_address(request.args.get("back", "")))
    chosen = AUDIENCES.get(request.form.get("audience", ""))
    home = url_for_item(chosen.page) if chosen else url_for("frontend.show_root")
    return choices.remember(COOKIE, chosen.id if chosen else None, home)


blueprint.add_app_template_global(choosing.current, "reader_is")
blueprint.add_app_template_global(choosing.remembered, "reader_remembered")
blueprint.add_app_template_global(choosing.asked_for, "reader_asked_for")
blueprint.add_app_template_global(first.parts, "first_for_reader")
blueprint.add_app_template_global(first.in_order, "facts_in_order")
