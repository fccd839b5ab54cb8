"""What every answer tells the browser: what a page may load and run, what others learn of it, how long it holds good.

- **Content-Security-Policy.** A page loads from this wiki only, runs nothing that stands in the page itself, has no
  plug-ins, is framed by nobody else and sends its forms nowhere else. No nonce is needed: style and script are files.
  What people uploaded comes with a policy of its own that gives it nothing at all: not even this wiki's origin.
- **Referrer-Policy, Permissions-Policy, X-Content-Type-Options, Cross-Origin-Opener-Policy.** Other sites don't learn
  which page a reader came from; no page asks for camera, microphone or place; files are what we say they are.
- **ETag, Cache-Control.** A browser that has a page already is told so instead of being sent it again. What a signed-in
  person saw is kept by that person's browser only.

Moin sets its own policy on part of its pages (``content_security_policy`` in wikiconfig); here the same setting holds
for every answer of the application, errors and files included.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from moin import current_app, flaskg

POLICY = "; ".join((
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
))  # fmt: skip

#: For what people uploaded. A browser shows a picture or a video by a page of its own making, with style in it.
SANDBOX = (
    "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
#: Browsers don't show a PDF in a sandbox; they run its scripts, if any, apart from every site.
PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"

#: Moin's endpoints that send what people uploaded.
UPLOADS = frozenset({"frontend.get_item", "frontend.download_item"})

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def complete(response: Response) -> Response:
    """Give an answer the headers it lacks; make it a 304 when the browser has it already."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.endpoint in UPLOADS:
        response.headers["Content-Security-Policy"] = PDF if response.mimetype == "application/pdf" else SANDBOX
    else:
        response.headers["Content-Security-Policy"] = current_app.cfg.content_security_policy or POLICY
    if _is_page(response):
        _make_conditional(response)
    return response


def install(blueprint: Blueprint) -> None:
    """Have every answer of the application that ``blueprint`` is registered on completed, last of all.

    Flask calls these functions in the reverse order of their registration.
    """
    blueprint.record_once(lambda state: state.app.after_request_funcs.setdefault(None, []).insert(0, complete))


def _is_page(response: Response) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and response.mimetype in ("text/html", "application/atom+xml")
        and not response.is_streamed
        and not response.direct_passthrough
    )


def _make_conditional(response: Response) -> None:
    user = getattr(flaskg, "user", None)
    if "Cache-Control" not in response.headers:
        # "no-cache" lets a browser keep a page, and has it ask each time whether it still holds good
        response.headers["Cache-Control"] = "private, no-cache" if user is None or user.valid else "no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    response.add_etag(weak=True)
    response.make_conditional(request)
