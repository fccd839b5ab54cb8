"""``/+cupboard/language``: what the buttons "English" and "Cymraeg" at the top of a page send."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cupboard.languages import LANGUAGES, choosing
from cupboard.web import choices, kept_pages

kept_pages.tell_apart(choosing.COOKIE, LANGUAGES)


def choose() -> ResponseReturnValue:
    """Have the browser remember a language; one that there is not is the same as none."""
    asked = request.form.get("language", "")
    return choices.remember(choosing.COOKIE, asked if asked in LANGUAGES else None, url_for("frontend.show_root"))


def install(blueprint: Blueprint) -> None:
    """Add the address to ``blueprint``, and what the templates of all pages ask for it."""
    blueprint.add_url_rule("/language", "language", choose, methods=["POST"])
    blueprint.add_app_template_global(choices.here, "this_address")
    blueprint.add_app_template_global(choosing.offered, "languages_offered")
