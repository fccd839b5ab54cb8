"""``/+cupboard/pages``: what the form suggests while somebody types words of a page to refer to."""

from __future__ import annotations

from flask import Response, jsonify, request

from cupboard.references.finding import find
from cupboard.views import blueprint

MOST = 8


@blueprint.route("/pages")
def pages_to_refer_to() -> Response:
    """Pages with the words of ``q``, of those that the person who asks may read: name and what people call each."""
    found = find(request.args.get("q", ""), MOST, growing=True)
    answer = jsonify({"pages": [{"name": name, "label": label} for name, label in found]})
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
