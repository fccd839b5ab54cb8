"""Long pages of people who are signed in are sent compressed: a form is 23 kB then instead of 119.

It takes half a millisecond of the 20 in which a form is made (gzip, level 1; level 6 saves 4 kB more and takes eight
times as long). Pages of anonymous readers are compressed where they are kept.

The size of what is compressed tells something of what is in it to whoever can watch the line and have the same browser
ask again and again for pages into which they put words of their own (BREACH: https://breachattack.com). Our forms carry
no token and our pages no password or session, but a page can hold what only its reader may read. So only that is
compressed which a person asked for here: a whole page (``Sec-Fetch-Dest: document``) that no other site had the browser
fetch (``Sec-Fetch-Site``), or one that our own script fetches (``empty``), such as a list narrowed in place: pages that
people write hold no script. Browsers say both over TLS and on localhost, and no page can forge them; another site's
requests carry no session besides (SameSite), but for links that lead here. A request that does not say it, such as a
program's or an old browser's, is answered as before.
"""

from __future__ import annotations

import gzip

from flask import Blueprint, Response, request
from moin import flaskg

#: Bytes of a page from which on it is compressed.
LEAST = 20_000
_LEVEL = 1


def compress(response: Response) -> Response:
    """Compress a page that is long enough, of whom is signed in, where that gives nothing away."""
    user = getattr(flaskg, "user", None)
    if (
        user is None
        or not user.valid
        or response.mimetype != "text/html"
        or response.is_streamed
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or (response.content_length or 0) < LEAST
    ):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") and _asked_for_here():
        response.data = gzip.compress(response.data, _LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response


def install(blueprint: Blueprint) -> None:
    """Have pages compressed after everything else was done with them.

    Flask calls these functions in the reverse order of their registration.
    """
    blueprint.record_once(lambda state: state.app.after_request_funcs.setdefault(None, []).insert(0, compress))


def _asked_for_here() -> bool:
    asked = request.headers.get("Sec-Fetch-Dest"), request.headers.get("Sec-Fetch-Site")
    return asked in (("document", "same-origin"), ("document", "none"), ("empty", "same-origin"))
