"""Pages of a new account: seen by their author and editors, whatever way they were written, until an editor decides."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from cupboard import instance
from cupboard.accounts import newcomers
from tests.conftest import PASSWORD
from tests.mailserver import text_of

CASE = "CaseStudies/zebra-lots"
SECRET = "quagga"
WIKI = "contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default&template="


def fill_in(client: Any, title: str = "Zebra lots", **more: str) -> Any:
    form = {"title": title, "kind": "case", "result": f"One {SECRET}", "organisation": "Anytown Council",
            "organisation_type": "council", "region": "wales", "context": "Some", "action": "Some",
            "impact": "See [[https://spam.example/|here]]", "provenance": "organisation",
            "categories": "contracts/paper-print/paper", **more}
    return client.post("/+cupboard/new", data=form)


def by_form(client: Any) -> str:
    answer = fill_in(client)
    assert answer.status_code == 303, re.findall(r'error-message"[^>]*>(.*?)</p>', answer.text)
    return CASE


def by_text_editor(client: Any) -> str:
    text = (f"---\ntitle: Zebra lots\nkind: case\nresult: One {SECRET}\norganisation: Anytown Council\n"
            "organisation_type: council\nregion: wales\ncategories:\n- contracts/paper-print/paper\n"
            "provenance: organisation\n---\n= Context =\nSome\n= Action =\nSome\n= Impact =\nSome\n")
    form = {"edit.editor": "text", "edit.text": text, "edit.do": "save"}
    answer = client.post("/+cupboard/new", data=form)
    assert answer.status_code == 303, answer.text
    return CASE


def by_moins_editor(client: Any, **more: str) -> str:
    form = {"content_form_data_text": f"= Zebra =\n{SECRET} [[https://spam.example/|here]]", "comment": "",
            "meta_form_name": "Zebra", "meta_form_acl": "None", **more}
    assert client.post(f"/+modify/Zebra?{WIKI}", data=form).status_code == 302
    return "Zebra"


def by_upload(client: Any) -> str:
    sent = {"file_storage": (io.BytesIO(SECRET.encode()), "zebra.txt")}
    assert client.post("/+jfu-server", data=sent).status_code == 200
    return "zebra.txt"


def by_rename(client: Any) -> str:
    by_moins_editor(client)
    assert client.post("/+rename/Zebra", data={"target": "Striped", "comment": ""}).status_code == 302
    return "Striped"


def by_revert(client: Any) -> str:
    by_moins_editor(client)
    first = revid(client.application, "Zebra")
    form = {
        "content_form_data_text": "= Zebra =\nother",
        "comment": "",
        "meta_form_name": "Zebra",
        "meta_form_acl": "None",
    }
    assert client.post(f"/+modify/Zebra?{WIKI}", data=form).status_code == 302
    assert client.post(f"/+revert/+{first}/Zebra", data={"comment": ""}).status_code == 302
    return "Zebra"


def by_conversion(client: Any) -> str:
    by_moins_editor(client)
    form = {"new_type": "text/x-markdown;charset=utf-8", "comment": ""}
    assert client.post("/+convert/Zebra", data=form).status_code == 302
    return "Zebra"


WAYS = [by_form, by_text_editor, by_moins_editor, by_upload, by_rename, by_revert, by_conversion]
ADDRESSES = ["/{}", "/+get/{}", "/+download/{}", "/+history/{}", "/+meta/{}", "/+highlight/{}", "/+content/{}",
             "/+indexable/{}", "/+feed/atom/{}", "/+backrefs/{}", "/+diff/{}", "/+modify/{}", "/+show/+current/{}"]
LISTS = [
    "/+search?q=" + SECRET,
    "/+cupboard/browse?q=" + SECRET,
    "/+cupboard/browse",
    "/+cupboard/browse.atom",
    "/+index/",
    "/+history",
    "/+feed/atom",
    "/+tags",
    "/+search?q=zebra",
    "/all",
    "/Home",
]


def revid(app: Any, name: str) -> str:
    with instance.inside(app) as storage:
        return storage[name]["current"].revid


def meta(app: Any, name: str) -> dict[str, Any]:
    with instance.inside(app) as storage:
        return dict(storage[name]["current"].meta)


def is_seen(client: Any, name: str) -> bool:
    """Whether anything of the page is in what somebody gets, by any address."""
    for address in [one.format(name) for one in ADDRESSES]:
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.status_code == 200 and (SECRET in answer.text or "/+modify" in address):
            return True
    for address in LISTS:
        answer = client.get(address)
        assert answer.status_code < 500, address
        # what was searched for is repeated on the page
        if f'/{name}"' in answer.text or f"One {SECRET}" in answer.text:
            return True
    return False


@pytest.mark.parametrize("way", WAYS)
def test_a_newcomers_page_is_seen_by_its_author_and_editors_only(app, join, way):
    carol = join()
    name = way(carol)
    assert newcomers.waits(meta(app, name)), "however it was written"
    assert "seen by you and editors" in carol.get(f"/{name}").text
    for visitor in (app.test_client(), app.test_client().sign_in("alice")):
        assert not is_seen(visitor, name)
        assert visitor.get(f"/{name}").status_code in (403, 404)
    for visitor in (app.test_client().sign_in("editor1"), app.test_client().sign_in("admin")):
        assert visitor.get(f"/{name}").status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_an_approved_page_is_seen_by_all_at_the_same_address(app, join, way):
    name = way(join())
    editor = app.test_client().sign_in("editor1")
    page = editor.get("/+cupboard/waiting").text
    assert f"/{name}\"" in page and "carol" in page
    itemid = meta(app, name)["itemid"]
    assert editor.post("/+cupboard/waiting", data={"do": f"approve-page {itemid}"}).status_code == 303
    found = meta(app, name)
    assert not newcomers.waits(found) and "acl" not in found
    assert app.test_client().get(f"/{name}").status_code == 200
    assert "seen by you" not in app.test_client().get(f"/{name}").text
    assert f"/{name}\"" not in editor.get("/+cupboard/waiting").text


def test_approving_the_account_publishes_what_waits_and_what_comes(app, join, mailbox):
    carol = join()
    by_form(carol)
    by_moins_editor(carol)
    with instance.inside(app):
        from moin import user

        itemid = user.User(auth_username="carol").itemid
    mailbox.taken.clear()
    editor = app.test_client().sign_in("editor1")
    editor.post("/+cupboard/waiting", data={"do": f"approve-account {itemid}"})
    assert "approved" in text_of(mailbox.wait_for(to="carol@example.org")[0])
    anybody = app.test_client()
    assert anybody.get(f"/{CASE}").status_code == anybody.get("/Zebra").status_code == 200
    assert SECRET in anybody.get("/+cupboard/browse").text
    fill_in(carol, "Another one")
    assert anybody.get("/CaseStudies/another-one").status_code == 200
    assert "Nothing waits" in editor.get("/+cupboard/waiting").text


def test_rules_that_a_newcomer_types_are_not_what_a_page_gets(app, join):
    by_moins_editor(join(), meta_form_acl="All:read")
    assert app.test_client().get("/Zebra").status_code == 403


def test_an_upload_that_is_refused_does_not_stop_the_next(app, join):
    carol = join()
    by_upload(app.test_client().sign_in("alice"))
    answer = carol.post("/+jfu-server", data={"file_storage": (io.BytesIO(b"x"), "zebra.txt")})
    assert "denied" in answer.text
    answer = carol.post("/+jfu-server", data={"file_storage": (io.BytesIO(b"x"), "other.txt")})
    assert "Successfully" in answer.text


def test_links_of_a_waiting_page_count_for_nothing(app, join):
    carol = join()
    by_moins_editor(carol)
    link = re.search(r'<a [^>]*spam\.example[^>]*>', carol.get("/Zebra").text)[0]
    assert 'rel="nofollow ugc"' in link
    with instance.inside(app) as storage:
        itemid = storage["Zebra"]["current"].meta["itemid"]
    app.test_client().sign_in("editor1").post("/+cupboard/waiting", data={"do": f"approve-page {itemid}"})
    assert "nofollow ugc" not in app.test_client().get("/Zebra").text


def test_a_declined_page_tells_its_author_why_and_waits_again_after_a_change(app, join):
    carol = join()
    by_moins_editor(carol)
    editor = app.test_client().sign_in("editor1")
    itemid = meta(app, "Zebra")["itemid"]
    refused = editor.post("/+cupboard/waiting", data={"do": f"decline-page {itemid}", "reason": " "})
    assert refused.status_code == 422 and "Say why" in refused.text
    editor.post("/+cupboard/waiting", data={"do": f"decline-page {itemid}", "reason": "Not a <b>case</b>"})
    assert "Not a &lt;b&gt;case&lt;/b&gt;" in carol.get("/Zebra").text
    assert '/Zebra"' not in editor.get("/+cupboard/waiting").text
    assert not is_seen(app.test_client(), "Zebra")
    form = {
        "content_form_data_text": "= Zebra =\nbetter",
        "comment": "",
        "meta_form_name": "Zebra",
        "meta_form_acl": "None",
    }
    carol.post(f"/+modify/Zebra?{WIKI}", data=form)
    assert '/Zebra"' in editor.get("/+cupboard/waiting").text and "Not a" not in carol.get("/Zebra").text


def test_a_declined_account_is_closed_and_its_pages_stay_hidden(app, join, mailbox):
    carol = join()
    by_moins_editor(carol)
    with instance.inside(app):
        from moin import user

        itemid = user.User(auth_username="carol").itemid
    mailbox.taken.clear()
    app.test_client().sign_in("editor1").post(
        "/+cupboard/waiting", data={"do": f"decline-account {itemid}", "reason": "Advertising"}
    )
    assert "Advertising" in text_of(mailbox.wait_for(to="carol@example.org")[0])
    assert "Sign out" not in carol.get("/Help").text
    form = {"login_submit": "1", "login_username": "carol", "login_password": PASSWORD}
    assert app.test_client().post("/+login", data=form).status_code == 422
    assert not is_seen(app.test_client(), "Zebra")
    app.test_client().post("/+lostpass", data={"lostpass_username": "carol"})
    assert len(mailbox.taken) == 1, "and no new password"


def test_a_newcomer_cannot_change_what_others_wrote(app, join):
    carol = join()
    alice = app.test_client().sign_in("alice")
    by_moins_editor(alice)
    before = revid(app, "Zebra")
    form = {"content_form_data_text": "buy", "comment": "", "meta_form_name": "Zebra", "meta_form_acl": "None"}
    answer = carol.post(f"/+modify/Zebra?{WIKI}", data=form)
    assert answer.status_code == 403 and "Your account is new here" in answer.text
    assert carol.post("/+rename/Zebra", data={"target": "Buy", "comment": ""}).status_code == 403
    assert carol.post("/+delete/Zebra", data={"comment": ""}).status_code == 403
    assert carol.post(f"/+revert/+{before}/Zebra", data={"comment": ""}).status_code == 403
    assert revid(app, "Zebra") == before


def test_an_editors_save_neither_publishes_nor_loses_a_waiting_page(app, join):
    carol = join()
    by_moins_editor(carol)
    editor = app.test_client().sign_in("editor1")
    form = {
        "content_form_data_text": f"= Zebra =\n{SECRET} mended",
        "comment": "",
        "meta_form_name": "Zebra",
        "meta_form_acl": "All:read",
    }
    editor.post(f"/+modify/Zebra?{WIKI}", data=form)
    assert not is_seen(app.test_client(), "Zebra")
    assert "mended" in carol.get("/Zebra").text and '/Zebra"' in editor.get("/+cupboard/waiting").text


def test_a_revision_from_before_the_approval_comes_back_in_public(app, join):
    carol = join()
    by_moins_editor(carol)
    first = revid(app, "Zebra")
    with instance.inside(app):
        from moin import user

        itemid = user.User(auth_username="carol").itemid
    app.test_client().sign_in("editor1").post("/+cupboard/waiting", data={"do": f"approve-account {itemid}"})
    form = {
        "content_form_data_text": "= Zebra =\nother",
        "comment": "",
        "meta_form_name": "Zebra",
        "meta_form_acl": "None",
    }
    assert carol.post(f"/+modify/Zebra?{WIKI}", data=form).status_code == 302
    assert carol.post(f"/+revert/+{first}/Zebra", data={"comment": ""}).status_code == 302
    found = meta(app, "Zebra")
    assert not newcomers.waits(found) and "acl" not in found
    assert SECRET in app.test_client().get("/Zebra").text


def test_what_is_below_a_waiting_page_waits_with_it(app, join):
    carol = join()
    by_form(carol)
    carol.post(f"/+jfu-server/{CASE}", data={"file_storage": (io.BytesIO(SECRET.encode()), "a.txt")})
    assert carol.get(f"/+get/{CASE}/a.txt").status_code == 200
    assert app.test_client().get(f"/+get/{CASE}/a.txt").status_code == 403
    with instance.inside(app):
        from moin import user

        itemid = user.User(auth_username="carol").itemid
    app.test_client().sign_in("editor1").post("/+cupboard/waiting", data={"do": f"approve-account {itemid}"})
    assert app.test_client().get(f"/+get/{CASE}/a.txt").status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [(None, 403), ("alice", 403), ("carol", 403), ("editor1", 200), ("admin", 200)]
)
def test_only_editors_see_and_decide_what_waits(app, join, who, status):
    by_moins_editor(join())
    client = app.test_client()
    if who:
        client.sign_in(who)
    answer = client.get("/+cupboard/waiting")
    assert answer.status_code == status and ("carol@example.org" in answer.text) == (status == 200)
    itemid = meta(app, "Zebra")["itemid"]
    client.post("/+cupboard/waiting", data={"do": f"approve-page {itemid}"})
    assert newcomers.waits(meta(app, "Zebra")) == (status == 403)


def test_accounts_that_administrators_made_publish_at_once(app):
    by_moins_editor(app.test_client().sign_in("alice"))
    assert app.test_client().get("/Zebra").status_code == 200


def test_what_waits_is_no_mark_that_anybody_can_type(app):
    """A page of somebody else's can't be hidden by writing our marks into its metadata."""
    alice = app.test_client().sign_in("alice")
    by_moins_editor(alice)
    with instance.inside(app):
        from moin import flaskg, user
        from moin.storage.middleware.protecting import ProtectingMiddleware

        flaskg.user = user.User(auth_username="alice")
        flaskg.storage = ProtectingMiddleware(app.storage, flaskg.user, app.cfg.acl_mapping)
        item = flaskg.storage["Zebra"]
        sent = {**item["current"].meta, newcomers.STATE: newcomers.WAITING, newcomers.AUTHOR: "x"}
        sent.pop("revid"), sent.pop("dataid")
        item.store_revision(sent, io.BytesIO(b"= Zebra =\n"), return_rev=True)
    assert not newcomers.waits(meta(app, "Zebra"))
