"""Addresses are those that Werkzeug builds, whatever was built before."""

from itertools import product

import pytest
from flask import url_for
from moin.utils.names import CompositeName
from werkzeug.routing import BuildError

from cupboard import engine
from cupboard.engine import addresses

ARGUMENTS = [
    {"item_name": "Home"}, {"item_name": "A b/ä%"}, {"item_name": CompositeName("users", "name_exact", "Home")},
    {"item_name": CompositeName("", "itemid", "Home")}, {"item_name": "Home", "rev": "1"},
    {"item_name": "Home", "rev": 1},
    {"item_name": "Home", "rev": True}, {"item_name": "Home", "q": ["a", "b"]},
    {"item_name": "Home", "q": "a&b", "r": None},
    {"item_name": "Home", "r": None, "q": "a&b"}, {"item_name": "Home", "_external": True},
    {"item_name": "Home", "_anchor": "x"},
    {"item_name": "Home", "_method": "GET"},
]  # fmt: skip
WHERE = [{}, {"base_url": "https://example.org/wiki"}, {"base_url": "http://example.org:8080/"}]


def built(app):
    found = []
    for where, _ in product(WHERE, range(2)):
        with app.test_request_context("/", **where):
            for endpoint, arguments in product(
                ("frontend.show_item", "frontend.history", "frontend.modify_item"), ARGUMENTS
            ):
                found.append(url_for(endpoint, **arguments))
            with pytest.raises(BuildError):
                url_for("frontend.show_item")
    return found


def test_they_are_the_same(make_app, monkeypatch):
    app = make_app()
    stock = built(app)
    engine.install(without=set(engine.ADJUSTMENTS) - {"addresses"})
    assert built(app) == stock
    monkeypatch.setattr(addresses, "MOST", 4)
    assert built(app) == stock
    assert len(set(stock)) > 40
