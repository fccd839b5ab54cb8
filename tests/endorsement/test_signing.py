"""Confirming and endorsing over HTTP, by people of every kind; what can't be forged, moved or taken away."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from lxml import html as lxml_html

from cupboard import pages
from cupboard.document import dump
from cupboard.endorsement import signing
from tests.catalogue import making
from tests.organisations.conftest import ENDORSER, KINDS, OTHER, OWN, WIKI_TEXT
from tests.test_editing import Sent, Writer

MAY = {"endorse": {"endorser"}, "confirm": {"member", "administrator"}}


@pytest.mark.parametrize("what", MAY)
def test_who_may_sign(town: Any, what: str) -> None:
    for kind in KINDS:
        answer = town.sign(kind, what)
        if kind in MAY[what]:
            assert answer.status == 303, (kind, answer.errors)
            (kept,) = town.statements()
            said = kept.statement
            assert (said.by, said.role, said.on) == (KINDS[kind], "Head of procurement", date.today())
            assert said.organisation == town.itemid(
                f"Organisations/{'the-national-body' if what == 'endorse' else 'anytown-council'}"
            )
            assert said.revision == 1 and said.revid == town.read(town.case).revid and said.content
        else:
            assert answer.status == 403, kind
            assert town.as_(kind).client.post(f"/+cupboard/{what}/{town.case}", data={"role": "x"}).status_code == 403
    assert len(town.statements()) == 1


def test_a_confirmation_takes_the_notice_away(town: Any) -> None:
    before = town.as_("nobody").get(f"/{town.case}").text
    assert "Summarised from public sources, not confirmed" in before and "Confirm it" not in before
    assert "Confirm it for the organisation" in town.as_("plain").get(f"/{town.case}").text
    town.sign("member", "confirm")
    shown = town.as_("nobody").get(f"/{town.case}")
    assert "Summarised from public sources" not in shown.text
    notice = shown.page.cssselect(".c-notice--success")[0].text_content()
    assert "Confirmed by the organisation" in notice and OWN in notice and "edit" not in notice
    assert town.as_("editor").edit(town.case, organisation=OTHER).status == 303
    assert "Summarised from public sources" in town.as_("nobody").get(f"/{town.case}").text


def test_an_edit_after_an_endorsement_is_told_and_linked(town: Any) -> None:
    assert town.sign("endorser").status == 303
    writer = town.as_("plain")
    page = writer.get(f"/{town.case}").page
    said = page.xpath("//h2[@id='endorsements']/following-sibling::ul[1]")[0]
    assert f"Endorsed by {ENDORSER} on revision 1" in said.text_content() and "since" not in said.text_content()
    assert "It can be checked" in said.text_content() and "We would do it again." in said.text_content()
    for edits, result in ((1, "It cost less"), (2, "It cost much less")):
        assert writer.edit(town.case, result=result).status == 303
        page = writer.get(f"/{town.case}").page
        said = page.xpath("//h2[@id='endorsements']/following-sibling::ul[1]")[0]
        assert f"{edits} edit{'s' if edits > 1 else ''} since" in said.text_content()
    diff = writer.get(said.xpath(".//a[contains(., 'since')]/@href")[0])
    assert diff.status == 200 and "Meals" in diff.page.text_content() and "much" in diff.page.text_content()
    # a new name is no edit
    renamed = writer.client.post(
        f"/+rename/{town.case}", data={"target": "CaseStudies/dinners", "comment": "", "submit": "OK"}
    )
    assert renamed.status_code == 302
    assert "2 edits since" in writer.get("/CaseStudies/dinners").text
    card = writer.get("/+cupboard/browse?endorsed=endorsed").page.cssselect(".c-card")[0].text_content()
    assert f"Endorsed by {ENDORSER}, {date.today().year}; edited since" in card


def test_an_endorsement_needs_a_role_and_every_criterion(town: Any) -> None:
    for changes, words in (
        ({"role": "  "}, "Enter your role"),
        ({"met-impact": "no"}, "It did good"),
        ({"met-evidence": "partly", "met-impact": "not-assessed"}, "at least one criterion"),
        ({"says": "x" * 5000}, "4,000 characters"),
        ({"organisation": "somebody else"}, "can't sign this for that organisation"),
    ):
        answer = town.sign("endorser", **changes)
        assert answer.status == 422 and words in answer.errors[0] and not town.statements(), changes
        assert answer.title.startswith("Error: ")
        if "role" not in changes:
            assert answer.data()["role"] == "Head of procurement"
        assert answer.page.cssselect(".c-error-summary a")[0].get("href").removeprefix("#") in answer.text


def test_all_that_is_wrong_with_a_statement_is_said_at_once_in_the_order_of_the_form(town: Any) -> None:
    wrong = {"role": " ", "met-evidence": "", "note-impact": "x" * 501, "says": "x" * 5000, "organisation": ""}
    answer = town.sign("endorser", **wrong)
    links = [one.get("href") for one in answer.page.cssselect(".c-error-summary a")]
    assert links == ["#organisation", "#met-evidence", "#note-impact", "#says", "#role"]
    assert len(answer.errors) == 5 and answer.errors[0] == "Choose the organisation"
    assert answer.page.cssselect("#met-evidence .c-error-message, #role-error, #says-error, #note-impact-error")
    assert answer.data()["says"] == "x" * 5000 and not town.statements()
    assert answer.page.cssselect("h1")[0].text.startswith("Endorse: ")


def test_what_was_changed_while_it_was_read_is_shown_first(town: Any) -> None:
    endorser = town.as_("endorser")
    path = f"/+cupboard/endorse/{town.case}"
    form = endorser.get(path).data()
    town.as_("plain").edit(town.case, result="Something else entirely")
    answer = endorser.post(path, form, **{"role": "Head", "met-evidence": "yes", "met-impact": "yes"})
    assert answer.status == 409 and "changed while you read" in answer.errors[0] and not town.statements()
    diff = answer.page.xpath("//main//a[contains(., 'changed while')]/@href")[0]
    assert "Something else entirely" in endorser.get(diff).text
    assert endorser.post(path, answer.data()).status == 303 and town.statements()[0].statement.revision == 2


def test_nobody_endorses_a_case_study_of_his_own_organisation(town: Any) -> None:
    town.save("CaseStudies/own", making.text("Own", organisation=f" the {ENDORSER.removeprefix('The ').upper()}"))
    assert town.sign("endorser", name="CaseStudies/own").status == 403
    assert town.sign("endorser", "confirm", name="CaseStudies/own").status == 303


def test_an_endorsement_is_renewed_and_withdrawn(town: Any) -> None:
    town.sign("endorser")
    town.as_("plain").edit(town.case, result="It cost less")
    form = town.as_("endorser").get(f"/+cupboard/endorse/{town.case}")
    assert form.data()["says"] == "We would do it again." and form.data()["met-impact"] == "partly"
    assert town.sign("endorser").status == 303
    (kept,) = town.statements()
    assert kept.statement.revision == 2
    path = f"/+cupboard/withdraw/{kept.itemid}"
    for kind in set(KINDS) - {"endorser", "editor"}:
        assert town.as_(kind).get(path).status == 403, kind
        assert town.as_(kind).client.post(path, data={"reason": "No"}).status_code == 403, kind
    endorser = town.as_("endorser")
    empty = endorser.post(path, endorser.get(path).data())
    assert empty.status == 422 and "Enter the reason" in empty.errors[0]
    assert endorser.post(path, empty.data(), reason="The figures were corrected").status == 303
    shown = town.as_("nobody").get(f"/{town.case}")
    assert "No endorsement is in force" in shown.text and "The figures were corrected" in shown.text
    assert "No case studies" in town.as_("nobody").get("/+cupboard/browse?endorsed=endorsed").text
    assert endorser.client.post(path, data={"reason": "again"}).status_code == 403
    assert town.sign("endorser").status == 303 and town.statements()[0].statement.withdrawn_on is None


def test_an_editor_can_withdraw(town: Any) -> None:
    town.sign("endorser")
    editor, (kept,) = town.as_("editor"), town.statements()
    assert editor.client.post(f"/+cupboard/withdraw/{kept.itemid}", data={"reason": "By mistake"}).status_code == 303
    assert town.statements()[0].statement.withdrawn_by == "editor1"


def test_an_endorsement_ends_by_itself(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    town.sign("endorser")
    until = town.statements()[0].statement.until
    assert until and until > date.today() + timedelta(700)
    reader = town.as_("plain")  # pages of anonymous readers are kept for the day
    for day, is_in_force in ((until, True), (until + timedelta(1), False)):
        for module in ("cupboard.catalogue.reader", "cupboard.endorsement.view", "cupboard.lists.cards"):
            monkeypatch.setattr(f"{module}.today", lambda: day)
        assert ("1 case study" in reader.get("/+cupboard/browse?endorsed=endorsed").text) is is_in_force
        assert ("No endorsement is in force" in reader.get(f"/{town.case}").text) is not is_in_force
        assert ("Endorsed by" in reader.get("/+cupboard/browse").text) is is_in_force


# -- what can't be forged, moved or taken away -------------------------------------------------------------------------

#: Everybody who has an account; the administrator of the wiki too, since a signature is not his either.
ACCOUNTS = ["plain1", "member1", "endorser1", "editor1", "admin"]


def forged(town: Any) -> str:
    """The text of a statement that looks like a real one."""
    town.sign("endorser")
    (kept,) = town.statements()
    return dump(town.read(kept.page).document).decode().replace("School", "Real").replace("endorser1", "plain1")


def in_moin_s_editor(client: Any, path: str, text: str) -> Any:
    page = lxml_html.fromstring(client.get(path).get_data(as_text=True))
    form = next(form for form in page.forms if form.xpath(".//textarea"))
    sent = {key: value for key, value in form.form_values() if key != "cancel"}
    return client.post(path, data={**sent, "content_form_data_text": text, "submit": "OK"})


@pytest.mark.parametrize("name", ACCOUNTS)
def test_nobody_writes_a_statement_by_hand(town: Any, name: str) -> None:
    text, writer = forged(town), Writer(town.app, name)
    (kept,) = town.statements()
    before = town.read(kept.page).revid
    new = f"{town.case}/endorsed-by-me"
    for path in (kept.page, new, "Anywhere"):
        for item_type in ("default", "endorsement"):
            writer.client.post(
                f"/+modify/{path}?contenttype=text/x-endorsement;charset=utf-8&itemtype={item_type}",
                data={"content_form_data_text": text, "comment": "", "submit": "OK",
                      "meta_form_contenttype": "text/x-endorsement;charset=utf-8", "meta_form_name": path,
                      "meta_form_itemtype": item_type, "extra_meta_text": "{}"},
            )  # fmt: skip
    # as an ordinary page first, made into a statement then
    plain = writer.client.post(
        f"/+modify/{new}?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default",
        data={"content_form_data_text": text, "comment": "", "submit": "OK", "extra_meta_text": "{}",
              "meta_form_contenttype": "text/x.moin.wiki;charset=utf-8", "meta_form_name": new,
              "meta_form_itemtype": "default"},
    )  # fmt: skip
    converted = writer.client.post(
        f"/+convert/{new}", data={"new_type": "text/x-endorsement;charset=utf-8", "submit": "OK"}
    )
    assert len(town.statements()) == 1, (plain.status_code, converted.status_code)
    assert town.read(kept.page).revid == before
    assert writer.client.get(f"/+modify/{kept.page}").status_code == 403


@pytest.mark.parametrize("name", ACCOUNTS)
def test_nobody_renames_deletes_or_brings_back_a_statement(town: Any, name: str) -> None:
    town.sign("endorser")
    town.sign("endorser", says="Now even better.")
    (kept,) = town.statements()
    revids = town.inside(lambda storage: [one.revid for one in storage[kept.page].iter_revs()])
    assert len(revids) == 2
    client = Writer(town.app, name).client
    ok = {"comment": "", "submit": "OK"}
    answers = [
        client.post(f"/+rename/{kept.page}", data={"target": "Elsewhere", **ok}),
        client.post(f"/+delete/{kept.page}", data=ok),
        *(client.post(f"/+revert/+{revid}/{kept.page}", data=ok) for revid in revids),
        client.post(f"/+convert/{kept.page}", data={"new_type": "text/x.moin.wiki;charset=utf-8", **ok}),
        client.post("/+ajaxdelete/", data={"comment": "", "itemnames": f'["{kept.page}"]'}),
    ]
    assert town.statements()[0].statement.says == "Now even better.", [one.status_code for one in answers]
    assert town.statements()[0].page == kept.page and answers[0].status_code == answers[1].status_code == 403
    if name != "admin":  # destroying is what administrators are for
        client.post(f"/+destroy/{kept.page}", data=ok)
        client.post(f"/+destroy/+{revids[0]}/{kept.page}", data=ok)
        assert len(town.statements()) == 1


def test_a_statement_follows_its_case_study(town: Any) -> None:
    town.sign("endorser")
    town.sign("member", "confirm")
    pages_before = sorted(one.page for one in town.statements())
    assert pages_before == [f"{town.case}/confirmed-by-anytown-council", f"{town.case}/endorsed-by-the-national-body"]
    plain, editor = town.as_("plain").client, town.as_("editor").client
    ok = {"comment": "", "submit": "OK"}
    assert plain.post(f"/+rename/{town.case}", data={"target": "CaseStudies/dinners", **ok}).status_code == 302
    statements = town.statements("CaseStudies/dinners")
    assert sorted(one.page for one in statements) == [one.replace("school-meals", "dinners") for one in pages_before]
    shown = Sent(plain.get("/CaseStudies/dinners"))
    assert "Confirmed by the organisation" in shown.text and "Endorsed by" in shown.text
    # somebody makes another page of the old name: nothing of what was signed is about it
    town.save(town.case, making.text("Other meals", organisation=OWN))
    assert "Endorsed by" not in Sent(plain.get(f"/{town.case}")).text
    # deleting is for editors, and takes the statements along
    assert plain.post("/+delete/CaseStudies/dinners", data=ok).status_code == 403
    itemid = town.itemid("CaseStudies/dinners")
    assert editor.post("/+delete/CaseStudies/dinners", data=ok).status_code == 302
    assert town.inside(lambda storage: [*signing.about(itemid)]) == []
    for one in statements:
        assert Sent(plain.get(f"/{one.page}")).status == 404
    assert "No case studies" in Sent(plain.get("/+cupboard/browse?endorsed=endorsed")).text
    # and they come back with it
    revid = town.inside(lambda storage: storage.get_item(itemid=itemid)["current"].revid)
    back = editor.post(f"/+revert/+{revid}/@itemid/{itemid}", data=ok)
    assert back.status_code == 302
    assert len(town.statements("CaseStudies/dinners")) == 2
    assert "Endorsed by" in Sent(plain.get("/CaseStudies/dinners")).text


def test_a_case_study_that_was_signed_is_not_made_into_something_else(town: Any) -> None:
    town.sign("endorser")
    text = dump(town.read(town.case).document).decode()
    for name, allowed in (("plain1", False), ("endorser1", False), ("editor1", True)):
        client = Writer(town.app, name).client
        answer = client.post(
            f"/+convert/{town.case}", data={"new_type": "text/x.moin.wiki;charset=utf-8", "comment": "", "submit": "OK"}
        )
        assert (answer.status_code == 403) is not allowed or town.read(town.case).meta["contenttype"].startswith(
            "text/x-case"
        )
        if not allowed:
            assert dump(town.read(town.case).document).decode() == text


def test_typing_does_not_confirm(town: Any) -> None:
    plain, member = town.as_("plain"), town.as_("member")
    path = f"/+modify/{town.case}"
    refused = plain.edit(town.case, provenance="organisation")
    assert refused.status == 422 and "Only members of the organisation" in refused.errors[0]
    text = plain.get(f"{path}?editor=text").data()
    for changed in (
        ("provenance: public-sources", "provenance: organisation"),
        (f"organisation: {OWN}", f"organisation: {OTHER}"),
        ("provenance: public-sources", "provenance: organisation\nconfirmed: 'yes'\nconfirmed_by: Anytown Council"),
    ):
        answer = plain.post(f"{path}?editor=text", text, text=text["edit.text"].replace(*changed))
        if changed[0].startswith("provenance"):
            assert answer.status == 422, changed
    assert "Summarised from public sources" in plain.get(f"/{town.case}").text
    assert member.edit(town.case, organisation=OWN).status == 303
    assert member.edit(town.case, provenance="organisation").status == 303
    shown = plain.get(f"/{town.case}").text
    assert "Not confirmed by the organisation" in shown and "Confirmed by the organisation" not in shown


def test_a_name_that_is_taken_does_not_stop_a_signature(town: Any) -> None:
    squatted = f"{town.case}/endorsed-by-the-national-body"
    town.inside(lambda storage: pages.store(squatted, b"Mine\n", contenttype="text/x.moin.wiki;charset=utf-8",
                                            itemtype="default", storage=storage))  # fmt: skip
    assert town.sign("endorser").status == 303
    assert town.statements()[0].page == f"{squatted}-2"


# -- who may read it ---------------------------------------------------------------------------------------------------


def test_what_was_signed_is_read_by_those_who_read_the_case_study(town: Any) -> None:
    town.save("CaseStudies/secret", making.text("Secret meals", organisation=OWN))
    town.acl("CaseStudies/secret", "endorser1:read,write other1:read All:")
    assert town.sign("endorser", name="CaseStudies/secret").status == 303
    (kept,) = town.statements("CaseStudies/secret")
    for kind, may in (("other", True), ("plain", False), ("nobody", False), ("member", False)):
        reader = town.as_(kind)
        assert (reader.get(f"/{kept.page}").status == 200) is may, kind
        for path in ("/+cupboard/browse?endorsed=endorsed", "/+cupboard/browse", "/Organisations/the-national-body"):
            shown = reader.get(path).text
            assert ("Secret meals" in shown) is may, (kind, path)
        assert ("1 case study" in reader.get("/+cupboard/browse?endorsed=endorsed").text) is may
        assert ("Endorsements given" in reader.get("/Organisations/the-national-body").text) is may
        assert town.as_(kind).get(f"/+cupboard/withdraw/{kept.itemid}").status == (403 if may else 404)
        assert reader.get("/+cupboard/endorse/CaseStudies/secret").status == 403


def test_a_statement_with_rights_of_its_own_is_not_hinted_at(town: Any) -> None:
    town.sign("endorser")
    (kept,) = town.statements()
    assert "Endorsed by" in town.as_("nobody").get("/+cupboard/browse").text
    town.acl(kept.page, "editor1:read endorser1:read All:")
    for kind, may in (("nobody", False), ("plain", False), ("editor", True)):
        reader = town.as_(kind)
        assert ("Endorsed by" in reader.get(f"/{town.case}").text) is may, kind
        for path in ("/+cupboard/browse", "/+cupboard/browse?endorsed=endorsed", "/Organisations/the-national-body"):
            shown = reader.get(path).text
            in_facet = re.search(r'value="endorsed"[^>]*>\s*<label[^>]*>Endorsed', shown) is not None
            assert ("Endorsed by" in shown or "School meals" in shown and "Organisations/" in path) >= may, path
            assert may or "Endorsed by" not in shown and not in_facet, path


def test_the_macro_shows_endorsements_in_force_to_those_who_may_read_them(town: Any) -> None:
    town.sign("endorser")
    asked = ("", "rows=1, view=cards", town.case, "Organisations/the-national-body", "CaseStudies/none", "rows=0")

    def write(storage: Any) -> None:
        for number, arguments in enumerate(asked):
            pages.store(f"Macro{number}", f"<<Endorsements({arguments})>>\n".encode(), storage=storage,
                        contenttype=WIKI_TEXT, itemtype="default")  # fmt: skip

    town.inside(write)
    for kind in ("nobody", "plain"):
        for number, arguments in enumerate(asked):
            shown = main(town.as_(kind).get(f"/Macro{number}").text)
            assert ("The National Body" in shown) == (number < 4), arguments
    assert "rows" in main(town.as_("nobody").get("/Macro5").text)
    town.acl(town.case, "member1:read All:")
    for number in range(4):
        assert "The National Body" not in main(town.as_("plain").get(f"/Macro{number}").text)
        assert "The National Body" in main(town.as_("member").get(f"/Macro{number}").text)
    town.acl(town.case, "All:read,write")
    (kept,) = town.statements()
    withdrawn = town.as_("editor").client.post(f"/+cupboard/withdraw/{kept.itemid}", data={"reason": "Wrong"})
    assert withdrawn.status_code == 303
    assert "The National Body" not in main(town.as_("member").get("/Macro0").text)


def main(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]
