"""Organisations over HTTP: their pages, who edits what, who becomes a member and who does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html as lxml_html

from cupboard import instance
from cupboard.organisations import directory, membership
from tests.catalogue import making
from tests.organisations.conftest import ENDORSER, KINDS, OTHER, OWN, WIKI_TEXT
from tests.test_editing import Sent, Writer

PAGE = "Organisations/anytown-council"
GROUP, ADMINISTRATORS = f"{PAGE}Group", f"{PAGE}AdministratorsGroup"
OK = {"comment": "", "submit": "OK"}


# -- the page ----------------------------------------------------------------------------------------------------------


def test_a_case_study_leads_to_its_organisation_by_any_of_its_names(town: Any) -> None:
    reader = town.as_("nobody")
    for name in (OWN, "anytown  council", "The Anytown Council", "ANYTOWN BOROUGH"):
        answer = reader.client.get("/+cupboard/organisation", query_string={"name": name})
        assert answer.status_code == 302 and answer.headers["Location"].endswith(PAGE), name
    href = reader.get(f"/{town.case}").page.xpath("//dd/a[text()='Anytown Council']/@href")[0]
    assert reader.client.get(href).headers["Location"].endswith(PAGE)
    unknown = reader.client.get("/+cupboard/organisation?name=Nobody+Knows")
    assert unknown.status_code == 404 and b"has no page here yet" in unknown.data


def test_a_page_is_made_on_demand_from_a_case_study(town: Any) -> None:
    town.save("CaseStudies/bins", making.text("Bins", organisation="Newtown & Oldtown Council"))
    plain = town.as_("plain")
    offered = plain.get("/+cupboard/organisation?name=Newtown and Oldtown Council")
    assert "1 case study" in offered.text and offered.status == 200
    form = plain.get(offered.page.cssselect("main a.c-button")[0].get("href"))
    assert form.data()["name"] == "Newtown and Oldtown Council" and "mail_domains" not in form.data()
    made = plain.post("/+cupboard/new/organisation", form.data(), type="council", region="wales")
    assert made.status == 303 and made.location.endswith("/Organisations/newtown-and-oldtown-council"), made.errors
    shown = plain.get(made.location)
    assert "1 case study" in shown.text and "Bins" in shown.text and "Council (county" in shown.text
    again = plain.post("/+cupboard/new/organisation", form.data(), type="council", name="NEWTOWN & OLDTOWN COUNCIL")
    assert again.status == 422 and "is the name of" in again.errors[0]


def test_counts_are_those_of_the_reader(town: Any) -> None:
    town.save("CaseStudies/secret", making.text("Secret meals", organisation="anytown borough"))
    town.acl("CaseStudies/secret", "member1:read All:")
    for kind, count in (("nobody", "1 case study"), ("plain", "1 case study"), ("member", "2 case studies")):
        for path in (f"/{PAGE}", "/+cupboard/organisation?name=Anytown"):
            shown = town.as_(kind).get(path)
            if path == f"/{PAGE}":
                assert count in shown.text, kind
            assert ("Secret meals" in shown.text) is (kind == "member" and path == f"/{PAGE}")


def test_a_collection_keeps_its_order_and_shows_what_may_be_read(town: Any) -> None:
    for slug in ("a", "b", "c"):
        town.save(f"CaseStudies/{slug}", making.text(f"Case {slug.upper()}", organisation=OTHER))
    town.acl("CaseStudies/b", "member1:read All:")
    member, path = town.as_("member"), f"/+modify/{PAGE}"
    form = member.get(path).data()
    for slug, title in (("a", "Where to begin"), ("b", ""), ("c", "")):
        number = "abc".index(slug)
        if number:
            form = member.post(path, form, add="collections").data()
        form[f"collections-{number}-case"] = (
            f"http://localhost/CaseStudies/{slug}" if slug == "c" else f"CaseStudies/{slug}"
        )
        form[f"collections-{number}-title"] = title
        form[f"collections-{number}-note"] = f"Note {slug}"
    moved = member.post(path, form, **{"edit.up": "collections-2"})
    assert moved.status == 200 and moved.data()["collections-1-note"] == "Note c"
    assert moved.page.cssselect("[autofocus]")[0].get("id") == "up-collections-1"
    saved = member.post(path, moved.data())
    assert saved.status == 303, saved.errors
    titles = [one.text_content() for one in member.get(f"/{PAGE}").page.cssselect("ol.c-cards .c-card__title")]
    assert titles == ["Case A", "Case C", "Case B"]
    shown = town.as_("nobody").get(f"/{PAGE}")
    assert [one.text_content() for one in shown.page.cssselect("ol.c-cards .c-card__title")] == ["Case A", "Case C"]
    assert "Where to begin" in shown.text and "Note b" not in shown.text and "Case B" not in shown.text
    first = member.post(path, member.get(path).data(), **{"edit.up": "collections-0"})
    assert first.status == 400
    untitled = member.post(path, member.get(path).data(), **{"collections-0-title": ""})
    assert untitled.status == 422 and "title of the collection" in untitled.errors[0]


# -- who edits what ----------------------------------------------------------------------------------------------------


def test_the_page_is_edited_by_members_once_there_are_some(town: Any) -> None:
    path = f"/+modify/{PAGE}"
    for kind in set(KINDS) - {"nobody"}:
        writer = town.as_(kind)
        answer = writer.edit(PAGE, site=f"https://{kind}.example.org")
        if kind in ("member", "administrator", "editor"):
            assert answer.status == 303, (kind, answer.errors)
        else:
            assert answer.status == 422 and "Only those who belong" in answer.errors[0], kind
            text = writer.get(f"{path}?editor=text").data()
            assert writer.post(path, text, text=text["edit.text"] + "\n= About =\nMine.\n").status == 422, kind
    assert town.as_("nobody").get(path).status == 403
    free = town.organisation("Freetown Council")
    assert town.as_("plain").edit(free, site="https://www.example.org").status == 303


@pytest.mark.parametrize(
    ("field", "line"),
    [("name", f"name: {OTHER} too"), ("aliases", "aliases:\n- Otherton"), ("mail_domains", "mail_domains:\n- evil.org"),
     ("group", "group: Organisations/evilGroup")],
)  # fmt: skip
def test_what_decides_who_speaks_is_changed_by_editors_only(town: Any, field: str, line: str) -> None:
    path = f"/+modify/{PAGE}?editor=text"
    for kind in ("member", "administrator", "editor"):
        writer = town.as_(kind)
        sent = writer.get(path).data()
        lines = [one for one in sent["edit.text"].splitlines() if not one.startswith(f"{field}:")]
        if field == "aliases":
            lines = [one for one in lines if one != "- Anytown Borough"]
        text = "\r\n".join([lines[0], *line.split("\n"), *lines[1:]])
        answer = writer.post(path, sent, text=text)
        assert answer.status == (303 if kind == "editor" else 422), (kind, answer.errors)
        form = writer.get(f"/+modify/{PAGE}").data()
        assert ("mail_domains" in form) is (kind == "editor")
        smuggled = writer.post(f"/+modify/{PAGE}", form, mail_domains="evil.org", aliases="Evil")
        if kind != "editor":
            assert town.read(PAGE).document.fields.get("mail_domains") is None, smuggled.status
            assert "Evil" not in town.read(PAGE).document.fields["aliases"]


def test_nobody_takes_the_name_of_another_organisation(town: Any) -> None:
    for kind in ("plain", "editor"):
        for changes in ({"name": "The ANYTOWN council"}, {"name": "Anytown Borough"}):
            writer = town.as_(kind)
            answer = writer.post("/+cupboard/new/organisation", writer.get("/+cupboard/new/organisation").data(),
                                 type="council", **changes)  # fmt: skip
            assert answer.status == 422 and "is the name of" in answer.errors[0]
    text = f"---\r\nname: {OWN}\r\ntype: council\r\n---\r\n"
    for kind, item_type in (("plain", "organisation"), ("plain", "default"), ("editor", "default")):
        client = town.as_(kind).client
        path = f"/+modify/Organisations/copy?contenttype=text/x-organisation;charset=utf-8&itemtype={item_type}"
        client.post(path, data={"edit.editor": "text", "edit.text": text, "edit.do": "save", "edit.base": ""})
        page = lxml_html.fromstring(client.get(path).get_data(as_text=True))
        form = next((form for form in page.forms if form.xpath(".//textarea[@name='content_form_data_text']")), None)
        if form is not None:
            sent = {key: value for key, value in form.form_values() if key != "cancel"}
            client.post(path, data={**sent, "content_form_data_text": text, "submit": "OK"})
        assert town.read("Organisations/copy") is None, (kind, item_type)


def test_a_public_mail_domain_is_refused(town: Any) -> None:
    editor = town.as_("editor")
    for domain, words in (
        ("gmail.com", "Anybody can get"),
        ("nhs.net", "Many organisations share"),
        ("anytown", "not a mail"),
    ):
        answer = editor.edit(PAGE, mail_domains=domain)
        assert answer.status == 422 and words in answer.errors[0]
    assert editor.edit(PAGE, mail_domains="anytown.gov.uk").status == 303


def test_only_editors_rename_or_delete_the_page_and_the_members_stay(town: Any) -> None:
    for kind in ("plain", "member", "administrator"):
        client = town.as_(kind).client
        for answer in (client.post(f"/+rename/{PAGE}", data={"target": "Organisations/otherton", **OK}),
                       client.post(f"/+delete/{PAGE}", data=OK),
                       client.post(f"/+convert/{PAGE}", data={"new_type": WIKI_TEXT, **OK})):  # fmt: skip
            assert answer.status_code in (403, 200), kind
        assert town.read(PAGE).meta["contenttype"].startswith("text/x-organisation")
    editor = town.as_("editor").client
    assert editor.post(f"/+rename/{PAGE}", data={"target": "Organisations/anytown", **OK}).status_code == 302
    reader = town.as_("nobody").client
    for name in (OWN, "Anytown Borough"):
        found = reader.get("/+cupboard/organisation", query_string={"name": name})
        assert found.headers["Location"].endswith("/Organisations/anytown")
    assert town.sign("member", "confirm").status == 303
    assert town.sign("other", "confirm").status == 403


def test_people_are_shown_who_belong_to_it_and_agreed(town: Any) -> None:
    def profile(kind: str, shown_to: str, sees: list[str]) -> None:
        client = town.as_(kind).client
        _, _, rest = client.get("/+cupboard/profile").text.partition('name="edit.base" value="')
        answer = client.post("/+cupboard/profile", data={
            "edit.base": rest.partition('"')[0],
            "name": f"Name of {kind}", "organisation": "ANYTOWN council", "role": "Buyer", "shown_to": shown_to,
            "public_sees": sees if shown_to == "public" else [], "members_see": sees,
        })  # fmt: skip
        assert answer.status_code == 303, kind

    profile("member", "public", ["name", "organisation"])
    profile("administrator", "members", ["name", "organisation"])
    profile("plain", "public", ["name", "organisation"])  # says so, and does not belong to it
    for kind, names in (("nobody", {"member"}), ("other", {"member", "administrator"})):
        shown = town.as_(kind).get(f"/{PAGE}").text
        assert {one for one in ("member", "administrator", "plain") if f"Name of {one}" in shown} == names, kind
    profile("member", "public", ["name"])  # where that person works is no longer shown
    assert "Name of member" not in town.as_("nobody").get(f"/{PAGE}").text


# -- members -----------------------------------------------------------------------------------------------------------


def group_by_hand(writer: Writer, group: str, members: str, item_type: str = "default") -> Any:
    """Write the page of a group in Moin's own editor."""
    path = f"/+modify/{group}?contenttype={WIKI_TEXT}&itemtype={item_type}&template="
    page = lxml_html.fromstring(writer.client.get(path).get_data(as_text=True) or "<p>")
    form = next((form for form in page.forms if form.xpath(".//textarea[@name='content_form_data_text']")), None)
    sent = {key: value for key, value in form.form_values() if key != "cancel"} if form is not None else {}
    return writer.client.post(path, data={
        "meta_form_contenttype": WIKI_TEXT, "meta_form_itemtype": "default", "meta_form_name": group,
        "extra_meta_text": "{}", **sent, "content_form_data_text": "Members\r\n", "usergroup": members, "submit": "OK",
    })  # fmt: skip


@pytest.mark.parametrize("kind", ["plain", "other", "member", "supplier"])
def test_nobody_makes_himself_a_member(town: Any, kind: str) -> None:
    writer, me = town.as_(kind), KINDS[kind]
    before = {name: town.members(name) for name in (OWN, OTHER, ENDORSER)}
    # the group of an organisation that has none yet, made before its page
    fresh = "Organisations/freshtownGroup"
    for group in (GROUP, ADMINISTRATORS, "Organisations/otherton-councilGroup", fresh, "CupboardSuppliersGroup",
                  "CupboardEditorsGroup", "CupboardAdministratorsGroup",
                  "Organisations/the-national-bodyAdministratorsGroup"):  # fmt: skip
        group_by_hand(writer, group, f"{me}\r\neditor1")
    # an ordinary page renamed onto it, with several names, converted, in the metadata, by its item id
    assert group_by_hand(writer, "xGroup", me).status_code == 302
    itemid = town.itemid("xGroup")
    tried = [
        writer.client.post("/+rename/xGroup", data={"target": fresh, **OK}),
        writer.client.post("/+rename/xGroup", data={"target": f"xGroup, {fresh}", **OK}),
        writer.client.post(f"/+rename/@itemid/{itemid}", data={"target": fresh, **OK}),
    ]
    for name in (fresh, f"xGroup,{fresh}", f" {fresh}"):
        group_by_hand(writer, "xGroup", me)
        page = lxml_html.fromstring(writer.client.get("/+modify/xGroup").get_data(as_text=True))
        form = next(form for form in page.forms if form.xpath(".//textarea[@name='content_form_data_text']"))
        sent = {key: value for key, value in form.form_values() if key != "cancel"}
        for more in ({"meta_form_name": name}, {"extra_meta_text": json.dumps({"name": [fresh], "namespace": ""})},
                     {"extra_meta_text": json.dumps({"itemid": town.itemid(GROUP)})}):  # fmt: skip
            tried.append(writer.client.post("/+modify/xGroup", data={**sent, "usergroup": me, **more, "submit": "OK"}))
    writer.client.post(f"/+delete/{GROUP}", data=OK)
    writer.client.post(f"/+rename/{GROUP}", data={"target": "Organisations/goneGroup", **OK})
    writer.client.post("/+ajaxdelete/", data={"comment": "", "itemnames": json.dumps([GROUP])})
    with instance.inside(town.app) as storage:
        for name in (OWN, OTHER, ENDORSER):
            assert storage[f"{directory.page_name(name)}Group"]["current"].meta["usergroup"] == before[name]
        for group in (fresh, "CupboardAdministratorsGroup", "Organisations/the-national-bodyAdministratorsGroup"):
            assert not storage.has_item(group), [one.status_code for one in tried]
        assert storage["CupboardEditorsGroup"]["current"].meta["usergroup"] == ["editor1"]


def test_an_administrator_changes_members_and_nothing_else(town: Any) -> None:
    manager = town.as_("administrator")
    assert group_by_hand(manager, GROUP, "member1\r\nmanager1\r\nplain1").status_code == 302
    assert town.members() == ["member1", "manager1", "plain1"]
    refused = [
        group_by_hand(manager, GROUP, "member1\r\nxGroup"),  # a group that anybody may make
        group_by_hand(manager, GROUP, "member1\r\nnosuchaccount"),
        group_by_hand(manager, ADMINISTRATORS, "manager1\r\nplain1"),
        group_by_hand(manager, "Organisations/otherton-councilGroup", "manager1"),
        manager.client.post(f"/+rename/{GROUP}", data={"target": "Organisations/otherGroup", **OK}),
        manager.client.post(f"/+delete/{GROUP}", data=OK),
        manager.client.post(f"/+convert/{GROUP}", data={"new_type": "text/x-markdown;charset=utf-8", **OK}),
    ]
    assert [one.status_code for one in refused[:6]] == [403] * 6, [one.status_code for one in refused]
    assert town.members() == ["member1", "manager1", "plain1"]
    assert town.members(OTHER) == ["other1"]


def test_members_are_looked_after_on_one_page(town: Any) -> None:
    path = f"/+cupboard/members/{town.itemid(PAGE)}"
    for kind in set(KINDS) - {"administrator", "editor"}:
        assert town.as_(kind).get(path).status == 403
        assert town.as_(kind).client.post(path, data={"do": "add", "name": "plain1"}).status_code == 403
    manager, editor = town.as_("administrator"), town.as_("editor")

    def do(writer: Writer, what: str, name: str) -> int:
        return writer.client.post(path, data={"do": what, "name": name}).status_code

    assert do(manager, "add", "plain1") == 303 and "plain1" in town.members()
    assert do(manager, "remove", "plain1") == 303 and "plain1" not in town.members()
    assert do(manager, "appoint", "plain1") == 400 and do(manager, "burn", "plain1") == 400
    for name, words in (("nosuchaccount", "no account"), ("xGroup", "no account"), ("supplier1", "supplier")):
        refused = manager.client.post(path, data={"do": "add", "name": name})
        assert refused.status_code == 422 and words in refused.get_data(as_text=True)
    assert do(editor, "appoint", "plain1") == 303
    assert town.as_("plain").get(path).status == 200
    assert do(editor, "remove", "plain1") == 303 and town.as_("plain").get(path).status == 403
    # who they are is nobody else's business
    for kind in ("nobody", "plain", "other"):
        assert town.as_(kind).get(f"/{GROUP}").status == 403
        assert "member1" not in town.as_(kind).get(f"/{PAGE}").text
    assert town.as_("member").get(f"/{GROUP}").status == 200


def test_an_invitation_works_once(town: Any) -> None:
    itemid = town.itemid(PAGE)
    manager = town.as_("administrator")

    def invite() -> str:
        made = Sent(manager.client.post(f"/+cupboard/members/{itemid}", data={"do": "invite", "name": "for Jo"}))
        return made.page.cssselect("#link")[0].get("value").removeprefix("http://localhost")

    link = invite()
    assert "Sign in" in town.as_("nobody").get(link).text and town.as_("nobody").client.post(link).status_code == 200
    plain = town.as_("plain")
    assert plain.get(link).status == 200 and "plain1" not in town.members()
    assert town.as_("supplier").client.post(link).status_code == 410
    assert plain.client.post(link).status_code == 303 and "plain1" in town.members()
    assert town.as_("other").client.post(link).status_code == 410 and "other1" not in town.members()
    assert town.sign("plain", "confirm").status == 303
    # taken back, altered, of another organisation
    link = invite()
    id = town.inside(lambda storage: membership.invitations(directory.of_item(itemid)))[0].id
    altered = link[:-4] + ("AAAA" if link[-4:] != "AAAA" else "BBBB")
    assert town.as_("other").client.post(altered).status_code == 410
    assert manager.client.post(f"/+cupboard/members/{itemid}", data={"do": "take-back", "name": id}).status_code == 303
    assert town.as_("other").client.post(link).status_code == 410
    assert "other1" not in town.members()


def test_an_invitation_ends(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date, timedelta

    itemid = town.itemid(PAGE)
    made = Sent(town.as_("editor").client.post(f"/+cupboard/members/{itemid}", data={"do": "invite", "name": ""}))
    link = made.page.cssselect("#link")[0].get("value").removeprefix("http://localhost")
    for days, status in ((membership.INVITED_FOR + 1, 410), (membership.INVITED_FOR, 303)):
        monkeypatch.setattr(membership, "today", lambda: date.today() + timedelta(days))
        assert town.as_("plain").client.post(link).status_code == status


def test_a_verified_address_on_the_domain_joins(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from moin import user

    itemid, path = town.itemid(PAGE), f"/+cupboard/join/{town.itemid(PAGE)}"
    town.as_("editor").edit(PAGE, mail_domains="example.org\r\nanytown.gov.uk")
    plain = town.as_("plain")

    def address(name: str, email: str, waiting: str = "") -> None:
        with instance.inside(town.app):
            account = user.User(auth_username=name)
            account.profile["email"] = email
            account.profile["email_unvalidated"] = waiting or None
            account.save(force=True)

    assert plain.client.post(path).status_code == 403  # this wiki verifies no addresses
    monkeypatch.setattr(town.app.cfg, "user_email_verification", True)
    for email, waiting in (
        ("jo@gmail.com", ""),
        ("jo@x.anytown.gov.uk", ""),
        ("jo@other.org", "jo@anytown.gov.uk"),
        ("", ""),
    ):
        address("plain1", email, waiting)
        assert plain.client.post(path).status_code == 403, email
        assert "Join Anytown Council" not in plain.get(f"/{PAGE}").text
    assert town.as_("nobody").client.post(path).status_code == 403
    address("supplier1", "s@anytown.gov.uk")
    assert town.as_("supplier").client.post(path).status_code == 403
    address("plain1", "Jo@Anytown.gov.uk")
    assert "Join Anytown Council" in plain.get(f"/{PAGE}").text and plain.client.get(path).status_code == 404
    assert plain.client.post(path).status_code == 303 and "plain1" in town.members()
    assert itemid
