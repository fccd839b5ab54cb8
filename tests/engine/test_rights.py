"""Rights come out as Moin's own, for every reader, also right after accounts or access rules change."""

import time
from datetime import datetime, timezone
from io import BytesIO
from itertools import product

import pytest
from enginewiki import USERS, as_user, request, store
from moin import flaskg, user
from moin.constants.rights import ADMIN, CREATE, DESTROY, PUBREAD, READ, WRITE
from moin.datastructures import WikiGroups
from moin.storage.middleware.protecting import ProtectingMiddleware

from cupboard import engine

RIGHTS = [READ, PUBREAD, WRITE, CREATE, ADMIN, DESTROY]
RULES = [
    None, "", "All:", "All:read", "Known:read", "Known:read,write All:read", "-Known:write Known:read", "buyer1:read",
    "+buyer1:write -buyer2:read Default", "-All:read Default", "Trusted:read,write Known:read", "nobody:read",
    "BuyersGroup:read,write All:", "-BuyersGroup:read Known:read", "Default", "Known:admin buyer1:destroy",
]


def rights():
    """Every right of every reader on every page, and on one that isn't there."""
    found = {}
    for name in [*USERS, "nobody", None]:
        as_user(name)
        for number, right in product(range(len(RULES) + 1), RIGHTS):
            found[name, number, right] = flaskg.storage.may(f"Page{number}", right)
            for other in [*USERS, "nobody"]:  # as the mail about a change asks for its receivers
                found[name, number, right, other] = flaskg.storage.may(f"Page{number}", right, usernames=[other])
    return found


@pytest.fixture
def app(make_app):
    app = make_app()
    engine.install(without=set(engine.ADJUSTMENTS) - {"garbage"})  # else each save walks through all objects
    with request(app):
        store(app, "BuyersGroup", usergroup=["buyer1", "somebodyelse"])
        for number, rule in enumerate(RULES):
            store(app, f"Page{number}", **({} if rule is None else {"acl": rule}))
    engine.uninstall()
    return app


def test_every_reader_has_the_rights_that_moin_gives(app):
    with request(app):
        stock = rights()
    engine.install()
    with request(app):
        assert rights() == stock
        assert rights() == stock
    assert len(set(stock.values())) == 2


def test_an_account_counts_as_known_at_once(app, adjusted):
    with request(app):
        assert not flaskg.storage.may("Page4", READ, usernames=["newcomer"])
        user.create_user("newcomer", "a-password-for-tests", "newcomer@example.org")
        assert flaskg.storage.may("Page5", WRITE, usernames=["newcomer"])
    with request(app):
        assert flaskg.storage.may("Page4", READ, usernames=["newcomer"])


def test_a_changed_rule_counts_at_once(app, adjusted):
    with request(app):
        as_user("buyer1")
        assert flaskg.storage.may("Page5", WRITE)
        store(app, "Page5", acl="Known:read", rev_number=2)
        flaskg.storage._clear_acl_cache()  # as Moin does when a page is saved through the protected storage
        assert not flaskg.storage.may("Page5", WRITE)
    with request(app):
        as_user("buyer1")
        assert not flaskg.storage.may("Page5", WRITE)


def test_a_reader_is_looked_up_once_for_all_rights(app, adjusted, monkeypatch):
    asked = []
    search_users = user.search_users
    monkeypatch.setattr(user, "search_users", lambda **q: asked.append(q) or search_users(**q))
    with request(app):
        as_user("buyer1")
        asked.clear()
        for right in RIGHTS:
            flaskg.storage.may("Page5", right)
        assert len(asked) == 1
        flaskg.storage = ProtectingMiddleware(flaskg.unprotected_storage, flaskg.user, app.cfg.acl_mapping)
        flaskg.storage.may("Page5", READ)
        assert len(asked) == 2


def test_a_rule_changed_through_the_protected_storage_counts_at_once(app, adjusted):
    with request(app):
        as_user("alice")
        page = flaskg.storage["Page5"]
        assert flaskg.storage.may("Page5", WRITE, usernames=["buyer1"])
        meta = dict(page["current"].meta) | {"acl": "Known:read", "rev_number": 2}
        del meta["revid"]
        page.store_revision(meta, BytesIO(b"text"))
        assert not flaskg.storage.may("Page5", WRITE, usernames=["buyer1"])


def test_a_right_is_evaluated_once_for_a_page(app, adjusted, monkeypatch):
    with request(app):
        as_user("buyer1")
        evaluated = []
        get_acls = flaskg.storage.get_acls
        flaskg.storage.get_acls = lambda *a: evaluated.append(a) or get_acls(*a)
        flaskg.storage.get_acls.cache_clear = get_acls.cache_clear
        flaskg.storage.get_acls.cache_info = get_acls.cache_info
        flaskg.storage.get_acls.__name__ = "get_acls"
        revision = flaskg.storage["Page4"]["current"]
        for key in ("name", "tags", "acl", "mtime"):
            assert key in revision.meta or key == "acl"
        assert len(evaluated) == 1


def test_a_blog_entry_is_public_from_its_publication_time_on(make_app, adjusted, monkeypatch):
    app = make_app(default_acl="All:pubread")
    with request(app):
        store(app, "Entry", mtime=1_000_000)
        as_user(None)
        page = flaskg.storage["Entry"]
        page.item._current["ptime"] = datetime.fromtimestamp(time.time() + 60, timezone.utc)
        assert not page.allows(PUBREAD)
        now = time.time()
        monkeypatch.setattr("moin.storage.middleware.protecting.time.time", lambda: now + 120)
        assert page.allows(PUBREAD)


def test_a_group_is_read_once_a_request_and_anew_after_a_save(app, adjusted, monkeypatch):
    with request(app):
        as_user("alice")
        read = []
        retrieve = WikiGroups._retrieve_members
        monkeypatch.setattr(
            WikiGroups, "_retrieve_members", lambda self, name: read.append(name) or retrieve(self, name)
        )
        for right in RIGHTS:
            flaskg.storage.may("Page12", right, usernames=["buyer2"])
        assert read == ["BuyersGroup"]
        assert "NobodysGroup" not in flaskg.groups and "BuyersGroup" in flaskg.groups and "Page12" not in flaskg.groups
        page = flaskg.storage["BuyersGroup"]
        meta = dict(page["current"].meta) | {"usergroup": ["buyer2"], "rev_number": 2}
        del meta["revid"]
        page.store_revision(meta, BytesIO(b"text"))
        assert list(flaskg.groups["BuyersGroup"]) == ["buyer2"]
        assert read == ["BuyersGroup"] * 2
    with request(app):
        assert flaskg.storage.may("Page12", READ, usernames=["buyer2"])


def test_a_group_that_comes_into_being_counts_at_once(app, adjusted):
    with request(app):
        as_user("alice")
        assert "LateGroup" not in flaskg.groups and flaskg.groups.get("LateGroup") is None
        item = flaskg.storage.get_item(name_exact="LateGroup", namespace="")
        item.store_revision({"name": ["LateGroup"], "namespace": "", "contenttype": "text/x.moin.wiki;charset=utf-8",
                             "itemtype": "default", "rev_number": 1, "usergroup": ["buyer1"]}, BytesIO(b"x"))
        assert "LateGroup" in flaskg.groups and "buyer1" in flaskg.groups["LateGroup"]
