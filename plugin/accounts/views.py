"""The addresses of accounts: Moin's own, answered by us, and some below ``/+cupboard``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from cupboard.accounts import joining, newcomers, passwords, settings, signing_in, throttle

_OWN = (
    ("registered", joining.registered, ["GET"]),
    ("joined", joining.joined, ["GET"]),
    ("password-asked", passwords.asked, ["GET"]),
)


def install(blueprint: Blueprint) -> None:
    """Add our addresses to the blueprint, and answer Moin's in the application that it is registered on."""
    for address, view, methods in _OWN:
        blueprint.add_url_rule(f"/{address}", address.replace("-", "_"), view, methods=methods)
    blueprint.add_app_template_filter(newcomers.waiting_links, "waiting_links")
    throttle.install(blueprint)
    blueprint.record_once(lambda state: _answer_moins(state.app))


def _answer_moins(app: Any) -> None:
    app.view_functions["frontend.register"] = joining.register
    app.view_functions["frontend.login"] = signing_in.sign_in
    app.view_functions["frontend.lostpass"] = passwords.lost
    app.view_functions["frontend.recoverpass"] = passwords.recover
    app.view_functions["frontend.verifyemail"] = joining.verify
    app.view_functions["frontend.usersettings"] = settings.guarded(app.view_functions["frontend.usersettings"])
    # Moin's address for it takes no posts, and a GET must not change anything.
    app.add_url_rule("/+verifyemail", "frontend.verifyemail_posted", joining.verify, methods=["POST"])
