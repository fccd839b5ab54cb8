"""Editing case studies over HTTP, as a browser without JavaScript does it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html as lxml_html
from werkzeug.datastructures import MultiDict

from cupboard import definitions, instance, pages
from cupboard.document import dump, parse
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.change_story import STORY
from tests.conftest import set_acl

CASE = "CaseStudies/phw-office-furniture"


#: Names of the form that are not the template's: they are sent as ``edit.<name>``.
OURS = {"do", "add", "remove", "text", "base", "staged", "comment", "wanted_name"}


class Sent:
    """A page that came back, and the form on it as a browser would send it."""

    def __init__(self, response: Any):
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self.location = response.headers.get("Location", "")
        self.page = lxml_html.fromstring(self.text) if self.text.strip() else None

    @property
    def title(self) -> str:
        return self.page.findtext(".//title")

    @property
    def errors(self) -> list[str]:
        return [link.text_content().strip() for link in self.page.cssselect(".c-error-summary li")]

    @property
    def action(self) -> str:
        """Where the form sends itself."""
        return self.page.cssselect("main form.c-form")[0].get("action")

    def data(self) -> MultiDict[str, Any]:
        """What the main form would send if its first button were not pressed."""
        form = self.page.cssselect("main form.c-form")[0]
        sent: MultiDict[str, Any] = MultiDict()
        for control in form.cssselect("input, select, textarea"):
            name, kind = control.get("name"), control.get("type", "text")
            if not name or kind == "file" or (kind in ("checkbox", "radio") and control.get("checked") is None):
                continue
            if control.tag == "textarea":
                sent.add(name, (control.text or "").removeprefix("\n").replace("\n", "\r\n"))
            elif control.tag == "select":
                chosen = control.cssselect("option[selected]") or control.cssselect("option")[:1]
                sent.add(name, chosen[0].get("value"))
            else:
                sent.add(name, control.get("value", "on"))
        return sent


class Writer:
    """Somebody who edits: opens a page's form, changes values, presses buttons."""

    def __init__(self, app: Any, name: str):
        self.client = app.test_client().sign_in(name)

    def get(self, path: str) -> Sent:
        return Sent(self.client.get(path))

    def post(self, path: str, data: MultiDict[str, Any], **changes: Any) -> Sent:
        data = data.copy()
        for key, value in changes.items():
            data.setlist(
                f"edit.{key}" if key in OURS or key.startswith("choice-") else key,
                value if isinstance(value, list) else [value],
            )
        return Sent(self.client.post(path, data=data, content_type="multipart/form-data"))

    def edit(self, name: str = CASE, **changes: Any) -> Sent:
        path = f"/+modify/{name}"
        return self.post(path, self.get(path).data(), **changes)


@pytest.fixture
def alice(seeded_app: Any) -> Writer:
    return Writer(seeded_app, "alice")


@pytest.fixture
def buyer1(seeded_app: Any) -> Writer:
    return Writer(seeded_app, "buyer1")


@pytest.fixture
def stored(seeded_app: Any) -> Iterator[Any]:
    def document(name: str = CASE) -> Any:
        with instance.inside(seeded_app) as storage:
            page = pages.read(name, storage=storage)
            return page and page.document

    yield document


def revisions(app: Any, name: str = CASE) -> int:
    with instance.inside(app) as storage:
        return len(list(storage[name].iter_revs()))


def minimal(sent: Sent) -> MultiDict[str, Any]:
    data = sent.data()
    for key, value in {
        "title": "Buying less paper",
        "kind": "case",
        "result": "40% less paper bought in a year",
        "organisation": "Anytown Council",
        "organisation_type": "council",
        "region": "wales",
        "context": "We bought too much.",
        "action": "We bought less.",
        "impact": "Less was bought.",
        "provenance": "organisation",
    }.items():
        data[key] = value
    data.setlist("categories", ["contracts/paper-print/paper"])
    return data


# -- round trips -------------------------------------------------------------------------------------------------------


def test_every_seeded_page_is_opened_and_saved_without_a_new_revision(alice: Writer, seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        names = sorted(
            name
            for kind in (CASE_STUDY, STORY)
            for document in storage.documents(itemtype=kind.item_type)
            for name in document.meta["name"]
        )
    assert len(names) == 38
    for name in names:
        for path in (f"/+modify/{name}", f"/+modify/{name}?editor=text"):
            answer = alice.post(path, alice.get(path).data(), do="save")
            assert answer.status == 303, (path, answer.errors)
        assert revisions(seeded_app, name) == 1, name


def test_a_changed_field_changes_its_lines_and_no_others(alice: Writer, stored: Any) -> None:
    before = dump(stored()).splitlines()
    assert alice.edit(year="2017").status == 303
    after = dump(stored()).splitlines()
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        (b"year: '2016'", b"year: '2017'")
    ]


def test_what_the_form_does_not_know_survives_it(alice: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}?editor=text"
    data = alice.get(path).data()
    text = data["edit.text"].replace("year:", "# checked twice\r\nhouse_style: 'yes'\r\nyear:")
    assert alice.post(path, data, text=text + "\r\n= Further reading =\r\nMuch.\r\n").status == 303
    assert alice.edit(year="2018").status == 303
    written = dump(stored())
    assert b"# checked twice\nhouse_style: 'yes'\nyear: '2018'" in written
    assert written.endswith(b"= Further reading =\nMuch.\n")


def test_a_choice_that_left_the_list_stays_until_somebody_changes_it(alice: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}?editor=text"
    data = alice.get(path).data()
    text = (
        data["edit.text"]
        .replace("region: wales", "region: atlantis")
        .replace("- contracts/furniture/office", "- gone/away")
    )
    assert alice.post(path, data, text=text).status == 303
    form = alice.get(f"/+modify/{CASE}")
    assert "atlantis (no longer in the list)" in form.text
    assert alice.edit(year="2019").status == 303
    assert stored().fields["region"] == "atlantis"
    assert "gone/away" in stored().fields["categories"]


def test_rows_keep_keys_that_the_template_does_not_know(alice: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}?editor=text"
    data = alice.get(path).data()
    text = data["edit.text"].replace(
        "- measure: Waste kept out of landfill", "- checked_by: buyer1\r\n  measure: Waste kept out of landfill"
    )
    assert alice.post(path, data, text=text).status == 303
    rows = stored().fields["figures"]
    number = next(place for place, row in enumerate(rows) if "checked_by" in row)
    assert alice.edit(**{f"figures-{number}-result": "About 42 tonnes"}).status == 303
    row = stored().fields["figures"][number]
    assert (row["checked_by"], row["result"]) == ("buyer1", "About 42 tonnes")


# -- adding ------------------------------------------------------------------------------------------------------------


def test_a_new_case_is_listed_at_once_under_each_section_that_was_ticked(alice: Writer, buyer1: Writer) -> None:
    data = minimal(alice.get("/+cupboard/new?category=contracts/food"))
    answer = alice.post(
        "/+cupboard/new", data, categories=["contracts/paper-print/paper", "internal-engagement/members"]
    )
    assert answer.status == 303 and answer.location.endswith("/CaseStudies/buying-less-paper")
    for path in ("/Contents/contracts/paper-print", "/Contents/contracts", "/Contents/internal-engagement"):
        assert "Buying less paper" in buyer1.get(path).text, path
    assert "Buying less paper" not in buyer1.get("/Contents/contracts/food").text


def test_nothing_is_ticked_on_a_new_case_but_what_was_asked_for(alice: Writer) -> None:
    assert alice.get("/+cupboard/new").data().getlist("categories") == []
    assert alice.get("/+cupboard/new?category=contracts/food").data().getlist("categories") == ["contracts/food"]


def test_a_mistake_is_named_on_top_and_at_its_field_and_nothing_typed_is_lost(alice: Writer) -> None:
    data = minimal(alice.get("/+cupboard/new"))
    answer = alice.post("/+cupboard/new", data, title="", year="06", context="Kept <b>as typed</b>")
    assert answer.status == 422 and answer.title.startswith("Error: ")
    assert "Enter a title" in answer.errors[0]
    for link in answer.page.cssselect(".c-error-summary a"):
        target = answer.page.get_element_by_id(link.get("href")[1:])
        described = target.get("aria-describedby", "")
        shown = " ".join(answer.page.get_element_by_id(one).text_content() for one in described.split())
        assert link.text_content().strip() in " ".join(shown.split())
    again = answer.data()
    assert again["context"] == "Kept <b>as typed</b>" and again["result"] == data["result"] and again["year"] == "06"


def test_the_page_name_can_be_chosen_and_must_be_free(alice: Writer) -> None:
    data = minimal(alice.get("/+cupboard/new"))
    refused = alice.post("/+cupboard/new", data, wanted_name="phw office furniture")
    assert refused.status == 422 and "already" in refused.errors[0]
    answer = alice.post("/+cupboard/new", refused.data(), wanted_name="Less Paper!")
    assert answer.location.endswith("/CaseStudies/less-paper")


def test_two_cases_of_one_title_get_two_names(alice: Writer) -> None:
    first = alice.post("/+cupboard/new", minimal(alice.get("/+cupboard/new")))
    second = alice.post("/+cupboard/new", minimal(alice.get("/+cupboard/new")))
    assert (first.location[-17:], second.location[-19:]) == ("buying-less-paper"[-17:], "buying-less-paper-2")


def test_without_an_account_the_form_says_to_sign_in(seeded_client: Any) -> None:
    answer = Sent(seeded_client.get("/+cupboard/new"))
    assert answer.status == 403 and "Sign in" in answer.text
    assert seeded_client.post("/+cupboard/new", data={"title": "x"}).status_code == 403
    assert seeded_client.post(f"/+modify/{CASE}", data={"title": "x"}).status_code == 403


def test_rows_are_added_and_taken_out_without_losing_what_was_typed(alice: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}"
    added = alice.post(path, alice.get(path).data(), title="Changed on the way", add="figures")
    rows = sum(key.endswith("-measure") for key in added.data())
    assert rows == len(stored().fields["figures"]) + 1
    data = added.data()
    last = f"figures-{rows - 1}"
    removed = alice.post(
        path, data, remove="figures-0",
        **{f"{last}-measure": "Chairs", f"{last}-result": "12", f"{last}-basis": "measured_self"},
    )  # fmt: skip
    assert alice.post(path, removed.data(), do="save").status == 303
    figures = stored().fields["figures"]
    assert stored().fields["title"] == "Changed on the way"
    assert figures[-1] == {"measure": "Chairs", "result": "12", "basis": "measured_self"}
    assert figures[0]["measure"] == "Items of furniture by origin"


@pytest.mark.parametrize("change", [{"add": "title"}, {"remove": "figures-99"}, {"remove": "x"}, {"base": "no-such"}])
def test_a_request_that_no_form_sends_gets_400(alice: Writer, change: dict[str, str]) -> None:
    assert alice.edit(**change).status == 400


# -- the two editors ---------------------------------------------------------------------------------------------------


def test_switching_between_form_and_text_loses_nothing(alice: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}"
    as_text = alice.post(path, alice.get(path).data(), title="Typed in the form", do="to-text")
    data = as_text.data()
    assert "title: Typed in the form" in data["edit.text"]
    text = data["edit.text"] + "\r\n= Typed in the text =\r\nYes.\r\n"
    as_form = alice.post(path, data, text=text, do="to-form")
    assert as_form.data()["title"] == "Typed in the form"
    assert revisions(alice.client.application) == 1
    assert alice.post(path, as_form.data(), year="2020", do="save").status == 303
    assert (stored().fields["title"], stored().fields["year"]) == ("Typed in the form", "2020")
    assert [section.title for section in stored().sections][-1] == "Typed in the text"


def test_text_that_can_not_be_read_is_shown_with_its_line_and_kept(alice: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}?editor=text"
    data = alice.get(path).data()
    broken = data["edit.text"].replace("kind: case", "kind: &anchor case")
    for action in ("save", "to-form", "preview"):
        answer = alice.post(path, alice.get(path).data(), text=broken, action=action)
        assert answer.status == 422 and "Line 3" in answer.errors[0], action
        assert answer.data()["edit.text"] == broken
    assert stored().fields["kind"] == "case"


def test_a_page_that_can_not_be_read_is_shown_and_opens_in_the_text_editor(alice: Writer, seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        pages.store(
            "CaseStudies/broken", b"---\ntitle: [\n---\n<script>x</script>\n",
            contenttype=CASE_STUDY.stored_type, itemtype=CASE_STUDY.item_type, storage=storage,
        )  # fmt: skip
    shown = alice.get("/CaseStudies/broken")
    assert shown.status == 200 and "Line 2" in shown.text or "Line 3" in shown.text
    assert "<script>x" not in shown.text and "&lt;script&gt;" in shown.text
    assert alice.get("/+modify/CaseStudies/broken").data()["edit.text"].startswith("---\r\ntitle: [")


def test_a_preview_shows_the_page_and_stores_nothing(alice: Writer) -> None:
    answer = alice.edit(context="It was ''dear''.", do="preview")
    assert answer.status == 200 and "<em>dear</em>" in answer.text
    assert revisions(alice.client.application) == 1
    assert answer.data()["context"] == "It was ''dear''."


def test_a_heading_that_would_cut_a_section_in_two_is_refused(alice: Writer) -> None:
    answer = alice.edit(context="One\n\n= Two =\nThree")
    assert answer.status == 422 and answer.errors
    assert answer.data()["context"] == "One\r\n\r\n= Two =\r\nThree"


def test_what_is_typed_is_shown_as_text(alice: Writer) -> None:
    attack = "<script>alert(1)</script>\"'&"
    assert alice.edit(organisation=attack, contact_role=attack).status == 303
    for path in (f"/{CASE}", f"/+modify/{CASE}", "/CaseStudies", f"/+modify/{CASE}?editor=text"):
        assert "<script>alert" not in alice.get(path).text, path


# -- two people at once ------------------------------------------------------------------------------------------------


def test_two_people_who_change_different_fields_both_get_their_way(alice: Writer, buyer1: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}"
    hers, his = alice.get(path).data(), buyer1.get(f"{path}?editor=text").data()
    assert alice.post(path, hers, year="2020", context="Hers.").status == 303
    assert buyer1.post(path, his, text=his["edit.text"].replace("= Impact =", "= Impact =\r\nHis.")).status == 303
    sections = dict(stored().sections)
    assert (stored().fields["year"], sections["Context"]) == ("2020", "Hers.")
    assert sections["Impact"].startswith("His.")


def test_tick_boxes_of_two_people_are_joined(alice: Writer, buyer1: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}"
    hers, his = alice.get(path).data(), buyer1.get(path).data()
    alice.post(path, hers, themes=[*hers.getlist("themes"), "air"])
    assert buyer1.post(path, his, themes=[*his.getlist("themes")[1:], "nature"]).status == 303
    assert set(stored().fields["themes"]) == {*his.getlist("themes")[1:], "air", "nature"}


def test_the_same_field_changed_twice_shows_both_and_asks(alice: Writer, buyer1: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}"
    hers, his = alice.get(path).data(), buyer1.get(path).data()
    alice.post(path, hers, context="Hers.", year="2020")
    asked = buyer1.post(path, his, context="His.", title="His title", comment="why")
    assert asked.status == 409 and "Hers." in asked.text and "His." in asked.text
    assert dict(stored().sections)["Context"] == "Hers."
    unanswered = buyer1.post(path, asked.data())
    assert unanswered.status == 422 and "His." in unanswered.text
    settled = buyer1.post(path, unanswered.data(), **{"choice-0": "mine"})
    assert settled.status == 303
    assert dict(stored().sections)["Context"] == "His."
    assert (stored().fields["title"], stored().fields["year"]) == ("His title", "2020")
    assert b"<<<<" not in dump(stored())


def test_a_third_person_during_a_conflict_is_not_overwritten(alice: Writer, buyer1: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}"
    hers, his = alice.get(path).data(), buyer1.get(path).data()
    alice.post(path, hers, context="Hers.")
    asked = buyer1.post(path, his, context="His.")
    alice.edit(organisation="Third Body")
    assert buyer1.post(path, asked.data(), **{"choice-0": "theirs"}).status == 303
    assert dict(stored().sections)["Context"] == "Hers." and stored().fields["organisation"] == "Third Body"


def test_a_page_that_went_away_meanwhile_can_be_saved_anew(alice: Writer, buyer1: Writer, stored: Any) -> None:
    path = f"/+modify/{CASE}"
    opened = buyer1.get(path)
    editor = Writer(alice.client.application, "admin")
    assert editor.client.post(f"/+delete/{CASE}", data={"submit": "OK"}).status_code == 302
    answer = buyer1.post(opened.action, opened.data(), year="2021")
    assert answer.status == 422 and "was deleted" in answer.errors[0]
    anew = buyer1.post(answer.action, answer.data())
    assert anew.status == 303 and stored().fields["year"] == "2021"


def test_a_page_that_was_renamed_meanwhile_is_saved_under_its_new_name(
    alice: Writer, buyer1: Writer, stored: Any
) -> None:
    opened = buyer1.get(f"/+modify/{CASE}")
    admin = Writer(alice.client.application, "admin")
    admin.client.post(f"/+rename/{CASE}", data={"target": "CaseStudies/chairs", "comment": "", "submit": "OK"})
    answer = buyer1.post(opened.action, opened.data(), year="2021")
    assert answer.status == 303 and answer.location.endswith("/CaseStudies/chairs")
    assert stored() is None and stored("CaseStudies/chairs").fields["year"] == "2021"


# -- files -------------------------------------------------------------------------------------------------------------


def with_paper(sent: Sent, row: int = 0, title: str = "The contract") -> MultiDict[str, Any]:
    data = minimal(sent)
    data[f"resources-{row}-kind"], data[f"resources-{row}-title"] = "contract", title
    return data


def pdf(name: str = "Contract v2.pdf", content: bytes = b"%PDF-1.4 a contract") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_a_file_survives_a_mistake_in_the_form_and_is_attached_when_saved(alice: Writer, stored: Any) -> None:
    data = with_paper(alice.get("/+cupboard/new"))
    refused = alice.post("/+cupboard/new", data, title="", **{"resources-0-attachment_upload": pdf()})
    assert refused.status == 422 and "Contract v2.pdf" in refused.text
    answer = alice.post("/+cupboard/new", refused.data(), title="With a contract")
    assert answer.status == 303
    name = "CaseStudies/with-a-contract"
    assert stored(name).fields["resources"][0]["attachment"] == "Contract v2.pdf"
    shown = alice.get(f"/{name}")
    assert "PDF, 19 bytes" in shown.text
    link = next(a.get("href") for a in shown.page.cssselect(".c-resources a"))
    sent = alice.client.get(link)
    assert sent.data == b"%PDF-1.4 a contract" and "attachment" in sent.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "run.js", "x.xhtml", "mail.eml", "noextension"])
def test_active_content_is_only_ever_a_download(alice: Writer, name: str) -> None:
    data = with_paper(alice.get("/+cupboard/new"))
    attack = b"<html><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg></html>"
    assert alice.post("/+cupboard/new", data, **{"resources-0-attachment_upload": pdf(name, attack)}).status == 303
    for path in (f"/+get/CaseStudies/buying-less-paper/{name}", f"/+download/CaseStudies/buying-less-paper/{name}"):
        sent = alice.client.get(path)
        assert sent.status_code == 200, path
        assert sent.headers["Content-Type"].startswith("application/octet-stream"), path
        assert sent.headers["Content-Disposition"].startswith("attachment"), path
    shown = alice.client.get(f"/CaseStudies/buying-less-paper/{name}")
    assert b"<script>alert" not in shown.data


def test_a_file_over_the_limit_or_empty_is_refused_and_the_rest_kept(alice: Writer, seeded_app: Any) -> None:
    seeded_app.cfg.cupboard_upload_limit = 1000
    for content, words in ((b"x" * 1001, "larger than 1 kB"), (b"", "is empty")):
        data = minimal(alice.get("/+cupboard/new"))
        answer = alice.post("/+cupboard/new", data, **{"resources-0-attachment_upload": pdf("a.pdf", content)})
        assert answer.status == 422 and words in answer.errors[0]
        assert answer.data()["title"] == "Buying less paper"


def test_a_request_that_is_too_large_is_told_so(alice: Writer, seeded_app: Any) -> None:
    seeded_app.config["MAX_CONTENT_LENGTH"] = 2_000_000
    data = with_paper(alice.get("/+cupboard/new"))
    answer = alice.post("/+cupboard/new", data, **{"resources-0-attachment_upload": pdf("a.pdf", b"x" * 3_000_000)})
    assert answer.status == 413 and "2 MB" in answer.text and "Back button" in answer.text


def test_two_files_of_one_name_are_both_kept(alice: Writer, stored: Any) -> None:
    added = alice.post("/+cupboard/new", with_paper(alice.get("/+cupboard/new")), add="resources")
    data = with_paper(added, 1, "Part 2")
    uploads = {f"resources-{row}-attachment_upload": pdf("a.pdf", b"part %d" % row) for row in (0, 1)}
    assert alice.post("/+cupboard/new", data, do="save", **uploads).status == 303
    assert [row["attachment"] for row in stored("CaseStudies/buying-less-paper").fields["resources"]] == [
        "a.pdf",
        "a-2.pdf",
    ]


def test_a_staged_file_is_its_uploader_s_own(alice: Writer, buyer1: Writer) -> None:
    data = minimal(alice.get("/+cupboard/new"))
    staged = alice.post("/+cupboard/new", data, title="", **{"resources-0-attachment_upload": pdf()})
    token = staged.data()["edit.staged"]
    his = with_paper(buyer1.get("/+cupboard/new"))
    his["resources-0-attachment"] = "Contract v2.pdf"
    buyer1.post("/+cupboard/new", his, staged=token)
    assert "file missing" in buyer1.get("/CaseStudies/buying-less-paper").text


def test_files_of_a_page_that_few_may_read_are_read_by_those_few(alice: Writer, seeded_app: Any) -> None:
    data = with_paper(alice.get("/+cupboard/new"))
    alice.post("/+cupboard/new", data, **{"resources-0-attachment_upload": pdf("a.pdf")})
    name = "CaseStudies/buying-less-paper"
    set_acl(seeded_app, name, "alice:read,write")
    anybody = seeded_app.test_client()
    assert alice.client.get(f"/+get/{name}/a.pdf").status_code == 200
    assert anybody.get(f"/+get/{name}/a.pdf").status_code == 403
    assert "Buying less paper" not in anybody.get("/CaseStudies").get_data(as_text=True)


# -- the wiki's own ways -----------------------------------------------------------------------------------------------


def test_history_diff_revert_rename_and_delete_work_as_on_any_page(alice: Writer, seeded_app: Any, stored: Any) -> None:
    admin = Writer(seeded_app, "admin")
    alice.edit(year="2020", comment="a better year")
    assert "a better year" in alice.get(f"/+history/{CASE}").text
    assert "2020" in alice.get(f"/+diff/{CASE}").text
    with instance.inside(seeded_app) as storage:
        first = sorted(storage[CASE].iter_revs(), key=lambda revision: revision.meta["rev_number"])[0].revid
    assert admin.client.post(f"/+revert/+{first}/{CASE}", data={"comment": "", "submit": "OK"}).status_code == 302
    assert stored().fields["year"] == "2016"
    renamed = "CaseStudies/chairs"
    moved = admin.client.post(f"/+rename/{CASE}", data={"target": renamed, "comment": "", "submit": "OK"})
    assert moved.status_code == 302 and stored(renamed).fields["year"] == "2016"
    assert "/CaseStudies/chairs" in alice.get("/Contents/contracts/furniture").text
    assert admin.client.post(f"/+delete/{renamed}", data={"comment": "", "submit": "OK"}).status_code == 302
    assert "/CaseStudies/chairs" not in alice.get("/Contents/contracts/furniture").text


# -- definitions -------------------------------------------------------------------------------------------------------


def test_a_definition_is_edited_as_text_checked_and_followed_at_once(seeded_app: Any, alice: Writer) -> None:
    editor = Writer(seeded_app, "editor1")
    path = "/+modify/Cupboard/Template"
    data = editor.get(path).data()
    refused = editor.post(path, data, text=data["edit.text"].replace("type: text", "type: txt", 1))
    assert refused.status == 422 and "Line" in refused.errors[0] and "txt" in refused.errors[0]
    assert editor.post(path, data, text=data["edit.text"].replace("label: Title", "label: Headline", 1)).status == 303
    assert "Headline" in alice.get("/+cupboard/new").text
    assert Sent(alice.client.get(path)).status == 403


def test_a_broken_definition_from_outside_is_never_used(seeded_app: Any, alice: Writer) -> None:
    with instance.inside(seeded_app) as storage:
        pages.store(
            definitions.TEMPLATE, b"kind: template\nfields: {", contenttype=definitions.CONTENT_TYPE,
            itemtype=definitions.ITEM_TYPE, storage=storage,
        )  # fmt: skip
    assert alice.get("/+cupboard/new").status == 200
    shown = alice.get("/Cupboard/Template").text
    assert "is not in force" in shown and "Line 3, column" in shown


def test_parse_of_what_the_form_wrote_is_what_was_typed(alice: Writer, stored: Any) -> None:
    typed = "Colons: and 'quotes', #hash, - dash, {brace}, £, \N{SNOWMAN}, yes, 1.0"
    assert alice.edit(organisation=typed, contact_role="0123", next_date="2010-06").status == 303
    again = parse(dump(stored()))
    assert again.fields["organisation"] == typed and again.fields["contact_role"] == "0123"
