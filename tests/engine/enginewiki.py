"""What the tests of the engine do with a wiki: requests, pages, visitors."""

from contextlib import contextmanager
from io import BytesIO

from moin import current_app, flaskg, user
from moin.app import before_wiki
from moin.storage.middleware.protecting import ProtectingMiddleware

PASSWORD = "a-password-for-tests"
USERS = ["alice", "buyer1", "buyer2"]


@contextmanager
def request(app, path="/"):
    """A request context as Moin sets it up; nobody is signed in."""
    with app.test_request_context(path):
        before_wiki()
        yield


def store(app, name, text="= Heading =\n\nText.\n", **meta):
    """Store a revision of a page without asking for rights."""
    item = app.storage.get_item(name_exact=name, namespace="")
    meta = {"name": [name], "namespace": "", "contenttype": "text/x.moin.wiki;charset=utf-8", "itemtype": "default",
            "rev_number": 1, "tags": [], "comment": ""} | meta
    item.store_revision(meta, BytesIO(text.encode()))


def client(app, name=None):
    """A test client, signed in if a name is given."""
    visitor = app.test_client()
    if name:
        answer = visitor.post("/+login", data={"login_username": name, "login_password": PASSWORD,
                                               "login_submit": "1", "login_nexturl": "/"})
        assert answer.status_code == 302
        visitor.get("/+blank")  # shows "You are logged in"
    return visitor


def as_user(name):
    """Make the current request one of that account; of nobody's when there is no name."""
    flaskg.user = user.User(auth_username=name) if name else user.User(name="anonymous", auth_method="invalid")
    flaskg.storage = ProtectingMiddleware(flaskg.unprotected_storage, flaskg.user, current_app.cfg.acl_mapping)
