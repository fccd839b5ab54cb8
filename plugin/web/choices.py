"""What a reader chose for this browser: a cookie that one of our buttons sets or deletes, and nothing else does.

No account is needed, and without a choice there is no cookie. It holds one of a few known words; pages that are kept
for anonymous readers are kept once for each of them (:func:`cupboard.web.kept_pages.tell_apart`).
"""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, request
from flask.typing import ResponseReturnValue

from cupboard.web_addresses import own_address

_A_YEAR = 365 * 24 * 3600


def here() -> str:
    """The address of the page being shown, for a button that comes back to it."""
    return request.url.removeprefix(request.host_url.rstrip("/"))


def remember(cookie: str, value: str | None, home: str) -> ResponseReturnValue:
    """Have the browser remember a choice for a year, and go back to the page on which it was made.

    :param value: None: what was chosen is forgotten
    :param home: where to go when the form names no page of this wiki
    """
    answer = make_response(redirect(own_address(request.form.get("back", "")) or home, 303))
    where: dict[str, Any] = {"path": f"{request.script_root}/", "secure": request.is_secure, "httponly": True,
                             "samesite": "Lax"}  # fmt: skip
    if value is None:
        answer.delete_cookie(cookie, **where)
    else:
        answer.set_cookie(cookie, value, max_age=_A_YEAR, **where)
    return answer
