"""Addresses of Moin's where nothing of use is: each gives "not found" instead of an error or half a page.

Moin 2.0.0b5 has no link to any of them in its own menus ("broken, incomplete", says a comment of its own).
"""

from __future__ import annotations

from flask import Blueprint, abort, request

#: Endpoint -> what is wrong with it.
LEFT_OUT = {
    "frontend.lookup": "an error: its form has no field `history`",
    "frontend.new": "an error: not written yet",
    "frontend.tickets": "needs jQuery, which the theme does without, and has unlabelled fields",
    "frontend.ticket_search": "as tickets",
    "frontend.comment": "as tickets",
}


def refuse() -> None:
    """Flask calls it before each request."""
    if request.endpoint in LEFT_OUT:
        abort(404, description="")


def install(blueprint: Blueprint) -> None:
    """Have the application that ``blueprint`` is registered on ask :func:`refuse`."""
    blueprint.before_app_request(refuse)
