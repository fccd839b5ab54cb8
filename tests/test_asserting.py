"""Who may say what about legality: each kind of person, in the form, as text, and by the wiki's own ways."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from lxml import html as lxml_html

from cupboard import instance, pages
from cupboard.document import dump
from cupboard.groups import SUPPLIERS
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal.assertions import was_altered
from cupboard.organisations.membership import default_group as group_of
from tests.people.test_profiles import fill_in
from tests.test_editing import CASE, Writer, minimal

ORGANISATION = "Public Health Wales NHS Trust"

#: All that a status could need, so that a refusal is about who says it.
FULL = {
    "date": "2019-05-03",
    "adviser": "Head of legal services",
    "scope": "the lots",
    "regime": "pcr-2015",
    "evidence": "https://www.example.org/paper",
    "note": "What was decided.",
}

#: status -> kinds of people who may say it, when everything is filled in. An editor is not a member.
TABLE = {
    "not_stated": {"other", "member", "editor"},
    "officer_view": {"member"},
    "legal_team": {"member"},
    "governance": {"member"},
    "external_advice": {"other", "member", "editor"},
    "central_body": {"other", "member", "editor"},
    "let_unchallenged": {"other", "member", "editor"},
    "tested_upheld": {"editor"},
    "under_challenge": {"other", "member", "editor"},
    "not_lawful": {"editor"},
}
ACCOUNTS = {"other": "alice", "member": "buyer1", "editor": "editor1", "supplier": "alice"}


@pytest.fixture
def join(seeded_app: Any) -> Callable[..., None]:
    """Put people into a group, as editors do."""

    def put(group: str, *names: str) -> None:
        with instance.inside(seeded_app) as storage:
            pages.store(
                group, f"Members: {', '.join(names)}.\n".encode(), contenttype="text/x.moin.wiki;charset=utf-8",
                itemtype="default", storage=storage, meta={"usergroup": list(names)},
            )  # fmt: skip

    put(group_of(ORGANISATION), "buyer1")
    return put


@pytest.fixture
def rows(seeded_app: Any) -> Callable[..., list[dict[str, str]]]:
    def stored(name: str = CASE) -> list[dict[str, str]]:
        with instance.inside(seeded_app) as storage:
            return list(pages.read(name, storage=storage).document.fields.get("legal_status", ()))

    return stored


def by_form(writer: Writer, row: dict[str, str], **changes: Any) -> Any:
    return writer.edit(**{f"legal_status-0-{column}": value for column, value in row.items()}, **changes)


def by_text(writer: Writer, row: dict[str, str], replace: tuple[str, str] | None = None) -> Any:
    """Add a row below those that are there, in the text editor."""
    path = f"/+modify/{CASE}?editor=text"
    data = writer.get(path).data()
    text = data["edit.text"].replace("\r\n", "\n")
    if replace:
        assert replace[0] in text
        text = text.replace(*replace)
    added = "".join(
        f"{'- ' if not place else '  '}{key}: '{value}'\n" for place, (key, value) in enumerate(row.items())
    )
    if added and "\nlegal_status:\n" in text:
        head, _, rest = text.partition("\nlegal_status:\n")
        lines = rest.split("\n")
        end = next(place for place, line in enumerate(lines) if not line.startswith(("-", " ")))
        text = head + "\nlegal_status:\n" + "\n".join(lines[:end]) + "\n" + added + "\n".join(lines[end:])
    elif added:
        text = text.replace("\nkind: case\n", f"\nkind: case\nlegal_status:\n{added}", 1)
    return writer.post(path, data, text=text.replace("\n", "\r\n"))


WAYS = {"form": by_form, "text": by_text}
both_ways = pytest.mark.parametrize("way", WAYS)


@both_ways
@pytest.mark.parametrize("kind", ACCOUNTS)
def test_each_status_is_said_by_those_who_may_say_it(
    seeded_app: Any, join: Callable[..., None], rows: Any, way: str, kind: str
) -> None:
    if kind == "supplier":
        join(SUPPLIERS, "alice")
    writer = Writer(seeded_app, ACCOUNTS[kind])
    for status, allowed in TABLE.items():
        before = rows()
        answer = WAYS[way](writer, {"status": status, **FULL})
        if kind in allowed:
            assert answer.status == 303, (status, answer.errors)
            assert rows()[:-1] == before
            new = rows()[-1]
            capacity = "editor" if kind == "editor" else "member" if kind == "member" else "other"
            assert (new["status"], new["by"], new["capacity"]) == (status, ACCOUNTS[kind], capacity)
            assert new["on"] == date.today().isoformat() and new["id"] and not was_altered(new)
            assert new.get("organisation") == (ORGANISATION if kind == "member" else None)
        else:
            assert answer.status == 422 and rows() == before, status
            said = "Suppliers cannot say" if kind == "supplier" else "can only be said by"
            assert said in answer.errors[0] and answer.errors[0].startswith("Row "), answer.errors
    assert {row["status"] for row in rows()} == {status for status, allowed in TABLE.items() if kind in allowed}


@both_ways
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"status": "legal_team", "date": "2019"}, "enter a link to the evidence or a file"),
        ({"status": "legal_team", "date": "2019", "evidence": "https://x.org/", "evidence_kind": "legal-advice"},
         "summary only"),
        ({"status": "officer_view", "date": "2019"}, "the law that applied"),
        ({"status": "under_challenge"}, "enter a link to the evidence"),
        ({"status": "central_body", "note": "They said so."},
        "can only be said by anyone who links to a public source"),
        ({"status": "governance", "evidence": "https://x.org/", "date": "2999-01-01"}, "must not be in the future"),
        ({"status": "governance", "evidence": "https://x.org/", "review_by": "2001-01-01"}, "today or later"),
        ({"status": "let_unchallenged", "evidence": "https://x.org/", "regime": "procurement-act-2023",
          "date": date.today().isoformat()}, "does not pass before"),
    ],
)  # fmt: skip
def test_a_status_needs_its_evidence(
    seeded_app: Any, join: Any, rows: Any, way: str, row: dict[str, str], words: str
) -> None:
    answer = WAYS[way](Writer(seeded_app, "buyer1"), row)
    assert answer.status == 422 and any(words in error for error in answer.errors), answer.errors
    assert rows() == []


def test_a_refusal_stands_at_its_control_and_nothing_typed_is_lost(seeded_app: Any, join: Any) -> None:
    answer = by_form(Writer(seeded_app, "alice"), {"status": "legal_team", **FULL}, year="2015")
    assert answer.page.cssselect(".c-error-summary a")[0].get("href") == "#legal_status-0-status"
    assert answer.data()["legal_status-0-note"] == FULL["note"] and answer.data()["year"] == "2015"


@pytest.mark.parametrize(
    "forged",
    [
        {"by": "editor1"},
        {"on": "2001-01-01"},
        {"organisation": ORGANISATION},
        {"capacity": "editor"},
        {"id": "a-000000000000"},
        {"struck": "no", "struck_by": "editor1"},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_who_said_it_and_when_is_not_forged(seeded_app: Any, join: Any, rows: Any, forged: dict[str, str]) -> None:
    row = {"status": "under_challenge", "note": "A claim was made.", **forged}
    answer = by_text(Writer(seeded_app, "alice"), row)
    assert answer.status == 422 and "filled in when you save" in " ".join(answer.errors), answer.errors
    assert rows() == []
    sent_anyway = by_form(Writer(seeded_app, "alice"), row)  # the form has no such controls
    assert sent_anyway.status == 303 and rows()[0]["by"] == "alice" and rows()[0]["on"] == date.today().isoformat()


@pytest.mark.parametrize("name", ["alice", "buyer1", "editor1", "admin"])
def test_nobody_removes_changes_or_back_dates_a_stored_row(seeded_app: Any, join: Any, rows: Any, name: str) -> None:
    by_form(Writer(seeded_app, "buyer1"), {"status": "legal_team", **FULL})
    before = rows()
    writer = Writer(seeded_app, name)
    whole = "\nlegal_status:\n" + "".join(
        f"{'- ' if not place else '  '}{line}\n" for place, line in enumerate(_lines_of(writer))
    )
    for change, words in (
        ((date.today().isoformat(), "2001-01-01"), "not changed afterwards"),
        (("by: buyer1", "by: alice"), "not changed afterwards"),
        (("note: What was decided.", "note: Something else."), "not changed afterwards"),
        ((whole, "\n"), "is missing"),
    ):
        answer = by_text(writer, {}, replace=change)
        assert answer.status == 422 and words in answer.errors[0], (change, answer.errors)
        assert rows() == before


def _lines_of(writer: Writer) -> list[str]:
    text = writer.get(f"/+modify/{CASE}?editor=text").data()["edit.text"].replace("\r\n", "\n")
    lines = text.partition("\nlegal_status:\n")[2].split("\n")
    end = next(place for place, line in enumerate(lines) if not line.startswith(("-", " ")))
    return [line[2:] for line in lines[:end]]


def test_a_row_is_replaced_by_its_organisation_and_stays(seeded_app: Any, join: Any, rows: Any) -> None:
    buyer1, alice = Writer(seeded_app, "buyer1"), Writer(seeded_app, "alice")
    by_form(buyer1, {"status": "legal_team", **FULL})
    first = rows()[0]["id"]
    new = {"status": "external_advice", **FULL, "supersedes": first}
    assert "Only its author" in by_form(alice, new).errors[0]
    options = buyer1.get(f"/+modify/{CASE}").page.cssselect("#legal_status-0-supersedes option")
    assert [option.get("value") for option in options] == ["", first]
    assert by_form(buyer1, new).status == 303
    assert [row["status"] for row in rows()] == ["legal_team", "external_advice"]
    page = alice.get(f"/{CASE}").page
    assert "Earlier rows (1)" in page.cssselect(".c-legal__earlier summary")[0].text_content()
    assert len(page.cssselect("ul.c-legal")[0].cssselect("li")) == 1


def test_an_editor_strikes_a_row_with_a_reason_that_stays(seeded_app: Any, join: Any, rows: Any) -> None:
    alice, editor = Writer(seeded_app, "alice"), Writer(seeded_app, "editor1")
    by_form(alice, {"status": "under_challenge", "note": "A claim was made."})
    assert not alice.get(f"/+modify/{CASE}").page.cssselect("#legal_status-strike-0")
    strike = {"legal_status-strike-0": "No such claim was found"}
    assert alice.edit(**strike).status == 303 and "struck" not in rows()[0]
    answer = by_text(alice, {}, replace=("status: under_challenge", "status: under_challenge\n  struck: 'Gone'"))
    assert answer.status == 422 and "Only an editor can strike" in answer.errors[0]
    assert editor.edit(**strike).status == 303
    row = rows()[0]
    assert (row["struck"], row["struck_by"], row["struck_on"]) == (
        "No such claim was found", "editor1", date.today().isoformat())  # fmt: skip
    shown = alice.get(f"/{CASE}")
    assert "Struck by an editor" in shown.text and "No such claim was found" in shown.text
    assert "Not stated" in shown.page.cssselect(".c-facts .c-tag")[0].text_content()
    undone = by_text(editor, {}, replace=("struck: No such claim was found", "struck: ''"))
    assert undone.status == 422 and rows()[0] == row


# -- the wiki's own ways -----------------------------------------------------------------------------------------------


def in_moin_s_editor(client: Any, path: str, **typed: str) -> Any:
    """Open a page in Moin's own editor, type something and save."""
    page = lxml_html.fromstring(client.get(path).get_data(as_text=True))
    form = next(form for form in page.forms if form.xpath(".//textarea"))
    sent = {key: value for key, value in form.form_values() if key != "cancel"}
    assert set(typed) <= set(form.fields.keys())
    return client.post(path, data={**sent, **typed, "submit": "OK"})


def first_revision(app: Any, name: str = CASE) -> str:
    with instance.inside(app) as storage:
        return sorted(storage[name].iter_revs(), key=lambda one: one.meta["rev_number"])[0].revid


@pytest.mark.parametrize("name", ["alice", "editor1", "admin"])
def test_a_revert_to_before_an_assertion_keeps_the_assertion(seeded_app: Any, join: Any, rows: Any, name: str) -> None:
    by_form(Writer(seeded_app, "buyer1"), {"status": "legal_team", **FULL}, year="2013")
    before = rows()
    reverter = Writer(seeded_app, name).client
    sent = reverter.post(f"/+revert/+{first_revision(seeded_app)}/{CASE}", data={"comment": "", "submit": "OK"})
    assert sent.status_code == 302 and rows() == before
    with instance.inside(seeded_app) as storage:
        assert pages.read(CASE, storage=storage).document.fields["year"] == "2016"


def test_a_revert_brings_back_no_row_that_the_page_has_no_more(seeded_app: Any, join: Any, rows: Any) -> None:
    by_form(Writer(seeded_app, "alice"), {"status": "under_challenge", "note": "A claim was made."})
    with instance.inside(seeded_app) as storage:
        page = pages.read(CASE, storage=storage)
        told = page.document.edit(fields={"legal_status": None})  # the command line may
        pages.save(CASE_STUDY, CASE, told, storage=storage)
    reverted = Writer(seeded_app, "alice").client.post(
        f"/+revert/+{page.revid}/{CASE}", data={"comment": "", "submit": "OK"}
    )
    assert reverted.status_code == 302 and rows() == []


def test_moin_s_own_editor_is_held_to_the_same_rules(seeded_app: Any, join: Any, rows: Any) -> None:
    """A case study that was stored as an ordinary page is opened in Moin's editor."""
    by_form(Writer(seeded_app, "buyer1"), {"status": "legal_team", **FULL})
    with instance.inside(seeded_app) as storage:
        text = dump(pages.read(CASE, storage=storage).document)
        pages.store(CASE, text, contenttype=CASE_STUDY.stored_type, itemtype="default", storage=storage)
    alice = Writer(seeded_app, "alice").client
    before = rows()

    def save(changed: str) -> Any:
        return in_moin_s_editor(alice, f"/+modify/{CASE}", content_form_data_text=changed)

    for change in (
        ("by: buyer1", "by: alice"),
        ("status: legal_team", "status: not_lawful"),
        ("---\ntitle", "--\ntitle"),
    ):
        assert change[0] in text.decode()
        refused = save(text.decode().replace(*change, 1))
        assert refused.status_code == 403 and rows() == before, change
        assert "This can&#39;t be saved" in refused.get_data(as_text=True)
    assert save(text.decode().replace("year: '2016'", "year: '2011'")).status_code == 302
    with instance.inside(seeded_app) as storage:
        assert pages.read(CASE, storage=storage).document.fields["year"] == "2011"
    assert rows() == before


def test_a_case_study_with_what_others_said_is_deleted_by_editors_only(seeded_app: Any, join: Any) -> None:
    by_form(Writer(seeded_app, "buyer1"), {"status": "legal_team", **FULL})
    delete = {"comment": "", "submit": "OK"}
    refused = Writer(seeded_app, "alice").client.post(f"/+delete/{CASE}", data=delete)
    assert refused.status_code == 403 and "Only editors can delete" in refused.get_data(as_text=True)
    assert Writer(seeded_app, "editor1").client.post(f"/+delete/{CASE}", data=delete).status_code == 302


def test_a_renamed_case_study_keeps_what_was_said(seeded_app: Any, join: Any, rows: Any) -> None:
    by_form(Writer(seeded_app, "buyer1"), {"status": "legal_team", **FULL})
    before = rows()
    Writer(seeded_app, "alice").client.post(
        f"/+rename/{CASE}", data={"target": "CaseStudies/chairs", "comment": "", "submit": "OK"}
    )
    assert rows("CaseStudies/chairs") == before


def test_two_people_who_add_rows_at_once_are_both_heard(seeded_app: Any, join: Any, rows: Any) -> None:
    buyer1, alice = Writer(seeded_app, "buyer1"), Writer(seeded_app, "alice")
    path = f"/+modify/{CASE}"
    his, hers = buyer1.get(path).data(), alice.get(path).data()
    for writer, data, row in (
        (buyer1, his, {"status": "legal_team", **FULL}),
        (alice, hers, {"status": "under_challenge", "note": "A claim was made."}),
    ):
        answer = writer.post(path, data, **{f"legal_status-0-{column}": value for column, value in row.items()})
        assert answer.status == 303, answer.errors
    assert [(row["status"], row["by"]) for row in rows()] == [("legal_team", "buyer1"), ("under_challenge", "alice")]


# -- membership --------------------------------------------------------------------------------------------------------


def test_taking_over_the_name_of_an_organisation_makes_nobody_a_member(seeded_app: Any, join: Any, rows: Any) -> None:
    join(group_of("Anytown Council"), "alice")
    alice = Writer(seeded_app, "alice")
    answer = by_form(alice, {"status": "legal_team", **FULL}, organisation="Anytown Council")
    assert answer.status == 422 and "members of the organisation" in answer.errors[0]
    data = minimal(alice.get("/+cupboard/new"))
    row = {f"legal_status-0-{column}": value for column, value in {"status": "legal_team", **FULL}.items()}
    assert alice.post("/+cupboard/new", data, **row).status == 303
    assert rows("CaseStudies/buying-less-paper")[0]["organisation"] == "Anytown Council"


@pytest.mark.parametrize("name", [group_of(ORGANISATION), group_of("New Council"), SUPPLIERS])
def test_only_editors_decide_who_is_a_member_or_a_supplier(seeded_app: Any, join: Any, name: str) -> None:
    new = "?itemtype=default&contenttype=text/x.moin.wiki;charset=utf-8&template="
    alice, editor = Writer(seeded_app, "alice").client, Writer(seeded_app, "editor1").client
    mine = {"content_form_data_text": "Me.", "usergroup": "alice"}
    path = f"/+modify/{name}" + ("" if name == group_of(ORGANISATION) else new)
    refused = in_moin_s_editor(alice, path, **mine)
    assert refused.status_code == 403 and "Only editors" in refused.get_data(as_text=True)
    other = f"Mine{name.rpartition('/')[2]}"
    assert in_moin_s_editor(alice, f"/+modify/{other}{new}", **mine).status_code == 302
    renamed = alice.post(f"/+rename/{other}", data={"target": name, "comment": "", "submit": "OK"})
    assert renamed.status_code != 302
    assert in_moin_s_editor(editor, path, **mine).status_code == 302


# -- changes of law ----------------------------------------------------------------------------------------------------


def test_an_editor_dismisses_a_change_of_law_with_a_reason(seeded_app: Any, join: Any, rows: Any) -> None:
    buyer1, editor = Writer(seeded_app, "buyer1"), Writer(seeded_app, "editor1")
    by_form(buyer1, {"status": "legal_team", **FULL})
    assert "Law changed" in buyer1.get(f"/{CASE}").text
    dismissal = {"law_change_dismissals-0-event": "procurement-act-2025", "law_change_dismissals-0-reason": "Ended."}
    text = "law_change_dismissals:\n- event: procurement-act-2025\n  reason: Ended.\nyear: '2016'"
    answer = by_text(buyer1, {}, replace=("year: '2016'", text))
    assert answer.status == 422 and "Only editors can dismiss" in answer.errors[0]
    assert not buyer1.get(f"/+modify/{CASE}").page.cssselect("#law_change_dismissals")
    assert "enter the reason" in " ".join(editor.edit(**{**dismissal, "law_change_dismissals-0-reason": ""}).errors)
    assert editor.edit(**dismissal).status == 303
    with instance.inside(seeded_app) as storage:
        stored = pages.read(CASE, storage=storage).document.fields["law_change_dismissals"]
    assert stored == [{"event": "procurement-act-2025", "reason": "Ended.", "by": "editor1",
                       "on": date.today().isoformat()}]  # fmt: skip
    tag = buyer1.get(f"/{CASE}").page.cssselect(".c-facts .c-tag")[0].text_content()
    assert "Law changed" not in tag and "Legal team advised, 2019" in tag


def test_a_change_is_dismissed_for_one_row_only_in_the_form(seeded_app: Any, join: Any, rows: Any) -> None:
    buyer1, editor = Writer(seeded_app, "buyer1"), Writer(seeded_app, "editor1")
    by_form(buyer1, {"status": "legal_team", **FULL})
    by_form(buyer1, {"status": "governance", **FULL})
    first, second = (row["id"] for row in rows())
    options = editor.get(f"/+modify/{CASE}").page.cssselect("#law_change_dismissals-0-assertion option")
    assert {option.get("value") for option in options} == {"", first, second}
    name = "law_change_dismissals-0-"
    reason = "The lots are below the threshold."
    sent = {f"{name}event": "procurement-act-2025", f"{name}assertion": first, f"{name}reason": reason}
    assert editor.edit(**sent).status == 303
    with instance.inside(seeded_app) as storage:
        stored = pages.read(CASE, storage=storage).document.fields["law_change_dismissals"]
    assert stored == [{"event": "procurement-act-2025", "assertion": first, "reason": reason, "by": "editor1",
                       "on": date.today().isoformat()}]  # fmt: skip
    page = buyer1.get(f"/{CASE}").page
    said = {id: page.cssselect(f"#legal-{id}")[0].text_content() for id in (first, second)}
    assert "Procurement Act 2023" not in said[first] and "Procurement Act 2023" in said[second]
    assert reason.rstrip(".") in page.cssselect("details.c-legal__earlier")[0].text_content()
    unknown = {**sent, f"{name}assertion": "a-000000000000"}
    assert "Choose a row of this case study" in editor.edit(**unknown).errors[0]


# -- roles, files and privilege ----------------------------------------------------------------------------------------


@both_ways
def test_a_role_is_what_the_person_says_and_the_organisation_only_what_is_so(
    seeded_app: Any, join: Any, rows: Any, way: str
) -> None:
    said = {"status": "under_challenge", "note": "A claim was made.", "role": "Category manager"}
    assert WAYS[way](Writer(seeded_app, "alice"), said).status == 303
    assert WAYS[way](Writer(seeded_app, "buyer1"), {**said, "note": "Another one."}).status == 303
    assert [(row["by"], row["role"], row.get("organisation", "")) for row in rows()] == [
        ("alice", "Category manager", ""), ("buyer1", "Category manager", ORGANISATION)]  # fmt: skip
    shown = Writer(seeded_app, "alice").get(f"/{CASE}").text
    assert f"Recorded by buyer1, Category manager of {ORGANISATION}" in shown
    assert "Recorded by alice, Category manager," in shown
    join(group_of(ORGANISATION))  # nobody any more
    WAYS[way](Writer(seeded_app, "buyer1"), {**said, "note": "A third one."})
    assert "organisation" not in rows()[2] and rows()[1]["organisation"] == ORGANISATION


@pytest.mark.parametrize(("shown_to", "sees", "role"), [
    ("public", "public_sees", "Head of buying"), ("public", "members_see", None), ("members", "public_sees", None),
])  # fmt: skip
def test_a_role_that_is_not_said_is_the_one_that_the_profile_shows_to_everybody(
    seeded_app: Any, join: Any, rows: Any, shown_to: str, sees: str, role: str | None
) -> None:
    alice = Writer(seeded_app, "alice")
    fill_in(alice.client, shown_to, **{sees: ["role"]}, role="Head of buying")
    assert by_form(alice, {"status": "under_challenge", "note": "A claim was made."}).status == 303
    assert rows()[0].get("role") == role and not was_altered(rows()[0])


def test_evidence_is_a_file_with_its_kind_and_version(seeded_app: Any, join: Any, rows: Any) -> None:
    row = {"status": "governance", "date": "2019-05-03", "evidence_kind": "committee-report", "version": "2.1"}
    file = {"legal_status-0-attachment_upload": (io.BytesIO(b"%PDF-1.4 the report"), "Report.pdf")}
    buyer1 = Writer(seeded_app, "buyer1")
    lacking = by_form(buyer1, row)
    assert lacking.status == 422 and "a link to the evidence or a file" in " ".join(lacking.errors)
    assert by_form(buyer1, row, **file).status == 303
    assert (rows()[0]["attachment"], rows()[0]["version"]) == ("Report.pdf", "2.1")
    page = Writer(seeded_app, "alice").get(f"/{CASE}").page
    said = page.cssselect(f"#legal-{rows()[0]['id']}")[0]
    link = next(one for one in said.cssselect("a") if one.text_content() == "Report.pdf")
    assert buyer1.client.get(link.get("href")).get_data() == b"%PDF-1.4 the report"


@both_ways
@pytest.mark.parametrize("kind", ["legal-advice", ""])
def test_legal_advice_is_uploaded_as_a_summary_only(seeded_app: Any, join: Any, rows: Any, way: str, kind: str) -> None:
    row = {"status": "external_advice", **FULL, "attachment": "advice.pdf", "evidence_kind": kind}
    row = {column: value for column, value in row.items() if value}
    buyer1 = Writer(seeded_app, "buyer1")
    refused = WAYS[way](buyer1, row)
    assert refused.status == 422 and "privilege is not waived" in " ".join(refused.errors) and rows() == []
    assert WAYS[way](buyer1, {**row, "privilege": "summary-only"}).status == 303
    assert "A summary only; privilege is not waived." in Writer(seeded_app, "alice").get(f"/{CASE}").text


# -- two people at once, and Moin's conversion -------------------------------------------------------------------------


def test_what_an_editor_strikes_and_dismisses_meets_what_others_add_and_change(
    seeded_app: Any, join: Any, rows: Any
) -> None:
    alice, buyer1, editor = (Writer(seeded_app, name) for name in ("alice", "buyer1", "editor1"))
    by_form(alice, {"status": "under_challenge", "note": "A claim was made."})
    by_form(buyer1, {"status": "legal_team", **FULL})
    path = f"/+modify/{CASE}"
    theirs, mine = buyer1.get(path).data(), editor.get(path).data()
    new = {f"legal_status-0-{column}": value for column, value in {"status": "governance", **FULL}.items()}
    assert buyer1.post(path, theirs, **new, year="2014").status == 303
    done = editor.post(path, mine, **{
        "legal_status-strike-0": "No such claim",
        "law_change_dismissals-0-event": "procurement-act-2025",
        "law_change_dismissals-0-reason": "It ended.",
    })  # fmt: skip
    assert done.status == 303, done.errors
    assert [(row["status"], row.get("struck", "")) for row in rows()] == [
        ("under_challenge", "No such claim"), ("legal_team", ""), ("governance", "")]  # fmt: skip
    with instance.inside(seeded_app) as storage:
        fields = pages.read(CASE, storage=storage).document.fields
    assert fields["year"] == "2014" and fields["law_change_dismissals"][0]["by"] == "editor1"


def test_a_conflict_elsewhere_keeps_what_was_struck(seeded_app: Any, join: Any, rows: Any) -> None:
    alice, editor = Writer(seeded_app, "alice"), Writer(seeded_app, "editor1")
    by_form(alice, {"status": "under_challenge", "note": "A claim was made."})
    path = f"/+modify/{CASE}"
    mine = editor.get(path).data()
    assert alice.edit(year="2012").status == 303
    asked = editor.post(path, mine, year="2013", **{"legal_status-strike-0": "No such claim"})
    assert asked.status == 409
    assert editor.post(path, asked.data(), **{"choice-0": "mine"}).status == 303
    assert rows()[0]["struck"] == "No such claim" and rows()[0]["struck_by"] == "editor1"
    with instance.inside(seeded_app) as storage:
        assert pages.read(CASE, storage=storage).document.fields["year"] == "2013"


@pytest.mark.parametrize("kind", ["text/x.moin.wiki;charset=utf-8", "text/x-markdown;charset=utf-8"])
def test_moin_s_conversion_loses_nothing_that_was_said(seeded_app: Any, join: Any, rows: Any, kind: str) -> None:
    by_form(Writer(seeded_app, "buyer1"), {"status": "legal_team", **FULL})
    before = rows()
    alice = Writer(seeded_app, "alice").client
    sent = {"new_type": kind, "comment": "", "submit": "OK"}
    refused = alice.post(f"/+convert/{CASE}", data=sent)
    assert refused.status_code == 403 and "would be lost" in refused.get_data(as_text=True)
    with instance.inside(seeded_app) as storage:
        assert storage[CASE]["current"].meta["contenttype"] == CASE_STUDY.stored_type
    assert rows() == before
