"""Who may say what about legality: every cell of the table, and that a stamp can't be forged."""

from datetime import date
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupboard.legal.assertions import (
    AUTHORED,
    AWARD_NOTICE,
    LEGAL_ADVICE,
    STRIKING,
    SUMMARY_ONLY,
    row_id,
    standing,
    was_altered,
)
from cupboard.legal.audit import audit
from cupboard.legal.overlays import Case
from cupboard.legal.policy import (
    MAX_LENGTH,
    MAX_ROWS,
    Author,
    dismissal_violations,
    stamp,
    stamp_dismissals,
    violations,
)
from cupboard.legal.regimes import Regimes
from tests.legal_statuses import STATUSES

#: How fast this machine is decides no test.
PATIENT = settings(deadline=None)

SEEDS = resources.files("cupboard.seed_pages") / "Cupboard"
REGIMES = Regimes.load((SEEDS / "Regimes.yaml").read_text(encoding="utf-8"))
CASE = Case("Anytown Council", "england")
TODAY = date(2026, 11, 22)

MEMBER = Author("alice", "Anytown Council", "Procurement manager", frozenset({"Anytown  council"}))
COLLEAGUE = Author("carol", "Anytown Council", "", frozenset({"Anytown Council"}))
OUTSIDER = Author("buyer1", "Elsewhere Council", "Buyer", frozenset({"Elsewhere Council"}))
EDITOR = Author("editor1", editor=True)
SUPPLIER = Author("firm1", "Anytown Council", "", frozenset({"Anytown Council"}), editor=True, supplier=True)
NOBODY = Author("", "Anytown Council", "", frozenset({"Anytown Council"}))
CLAIMANT = Author("mallory", "Anytown Council", "", frozenset())  # says so, nobody verified it
PEOPLE = {"member": MEMBER, "outsider": OUTSIDER, "editor": EDITOR, "supplier": SUPPLIER, "nobody": NOBODY,
          "claimant": CLAIMANT}

FULL = {"scope": "the lotting", "regime": "pcr-2015", "date": "2024-05-03", "adviser": "Head of legal services",
        "attachment": "summary.pdf", "privilege": SUMMARY_ONLY, "note": "Claim number 1"}
LINK = {"evidence": "https://www.example.org/paper"}
EVERYONE = {"member", "outsider", "editor", "claimant"}
# Who may say it without a link, and who with one.
TABLE = {
    "not_stated": (EVERYONE, EVERYONE),
    "officer_view": ({"member"}, {"member"}),
    "legal_team": ({"member"}, {"member"}),
    "governance": ({"member"}, {"member"}),
    "external_advice": ({"member"}, EVERYONE),
    "central_body": (set(), EVERYONE),
    "let_unchallenged": (set(), EVERYONE),
    "tested_upheld": ({"editor"}, {"editor"}),
    "under_challenge": (EVERYONE, EVERYONE),
    "not_lawful": ({"editor"}, {"editor"}),
}


def broken(before, after, author=MEMBER, today=TODAY):
    return violations(before, after, author, CASE, STATUSES, REGIMES, today)


def rules(before, after, author=MEMBER, today=TODAY):
    return [violation.rule for violation in broken(before, after, author, today)]


def stored(author=MEMBER, today=date(2024, 6, 1), before=(), **columns):
    """The rows after an author added one."""
    return stamp(before, [*before, {"status": "legal_team", **FULL, **columns}], author, CASE, today)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("status", TABLE)
@pytest.mark.parametrize("linked", [False, True])
def test_who_may_assert_which_status(status, who, linked):
    row = {"status": status, **FULL, **(LINK if linked else {})}
    assert (rules([], [row], PEOPLE[who]) == []) == (who in TABLE[status][linked])


def test_the_table_has_every_status():
    assert set(TABLE) == {status.id for status in STATUSES}


@pytest.mark.parametrize(
    "status, without, message",
    [
        ("officer_view", "regime", 'For "Officer\'s view, not legally reviewed", enter the law that applied'),
        ("officer_view", "date", 'For "Officer\'s view, not legally reviewed", enter the date'),
        (
            "legal_team",
            "date attachment",
            'For "Cleared by the body\'s legal team", enter a link to the evidence or a file, or the date',
        ),
        (
            "governance",
            "attachment",
            'For "Decided with statutory officers consulted", enter a link to the evidence or a file',
        ),
    ],
)
def test_evidence_that_a_status_requires_is_asked_for(status, without, message):
    row = {"status": status, **{column: value for column, value in FULL.items() if column not in without.split()}}
    assert [violation.message for violation in broken([], [row])] == [message]


def test_the_message_about_who_may_say_it_names_them():
    assert broken([], [{"status": "external_advice", **FULL}], OUTSIDER)[0].message == (
        '"External solicitor\'s or counsel\'s advice" can only be said by anyone who links to a public '
        'source or members '
        "of the organisation"
    )


def test_legal_advice_needs_the_confirmation_that_it_is_a_summary():
    for row in ({"status": "legal_team", **FULL, "privilege": ""},
                {"status": "governance", **FULL, "privilege": "", "evidence_kind": LEGAL_ADVICE}):
        assert [(found.rule, found.column) for found in broken([], [row])] == [("privilege", "privilege")]
    assert rules([], [{"status": "legal_team", **FULL, **LINK, "privilege": "", "attachment": ""}]) == []
    assert rules([], [{"status": "legal_team", **FULL, "privilege": "waived"}]) == ["privilege", "unknown"]


@pytest.mark.parametrize("columns, rule, column", [
    ({"status": ""}, "unknown", "status"),
    ({"status": "approved"}, "unknown", "status"),
    ({"regime": "roman-law"}, "unknown", "regime"),
    ({"evidence_kind": "hearsay"}, "unknown", "evidence_kind"),
    ({"evidence": "javascript:alert(1)"}, "evidence", "evidence"),
    ({"date": "soon"}, "date", "date"),
    ({"date": "2026-11-23"}, "date", "date"),
    ({"date": "2027"}, "date", "date"),
    ({"review_by": "never"}, "date", "review_by"),
    ({"review_by": "2026-11-21"}, "date", "review_by"),
    ({"review_by": "2028-11-23"}, "date", "review_by"),
    ({"supersedes": "a-000000000000"}, "supersede", "supersedes"),
    ({"note": "x" * (MAX_LENGTH + 1)}, "size", "note"),
    ({"verdict": "fine"}, "unknown", "verdict"),
])
def test_a_row_that_makes_no_sense_is_refused_at_its_column(columns, rule, column):
    found = broken([], [{"status": "legal_team", **FULL, **columns}])
    assert [(violation.rule, violation.row, violation.column) for violation in found] == [(rule, 0, column)]


def test_a_date_may_be_today_or_only_a_year_that_has_begun():
    assert rules([], [{"status": "legal_team", **FULL, "date": "2026-11-22", "review_by": "2028-11-22"}]) == []
    assert rules([], [{"status": "legal_team", **FULL, "date": "2026"}]) == []


def test_the_challenge_period_is_not_said_to_have_passed_before_it_has():
    row = {"status": "let_unchallenged", "date": "2026-06-01", "regime": "procurement-act-2023", **LINK,
           "evidence_kind": AWARD_NOTICE}
    assert [found.message for found in broken([], [row])] == [
        "The time to challenge this award does not pass before 1 January 2027. Say so after that"]
    assert rules([], [row], today=date(2027, 1, 2)) == []


@pytest.mark.parametrize("columns", [{"by": "editor1"}, {"on": "2020-01-01"}, {"organisation": "Elsewhere Council"},
                                     {"capacity": "editor"}, {"id": "a-000000000000"},
                                     {"struck": "x"}, {"struck_by": "editor1"}])
def test_who_and_when_cannot_be_typed(columns):
    row = {"status": "legal_team", **FULL, **columns}
    assert rules([], [row]) == ["forged"]
    [made] = stamp([], [row], MEMBER, CASE, TODAY)
    assert (made["by"], made["on"], made["organisation"], made["role"], made["capacity"]) == (
        "alice", "2026-11-22", "Anytown Council", "Procurement manager", "member")
    assert made["id"] == row_id(made) and not any(column in made for column in STRIKING)


def test_what_the_stamp_would_write_may_come_along():
    made = stored(today=TODAY)
    assert rules([], made) == []


def test_nobody_signs_for_an_organisation_without_being_verified():
    [made] = stored(CLAIMANT)
    assert "organisation" not in made and made["capacity"] == "other"


def test_a_stored_row_can_be_saved_again_by_anyone_with_or_without_its_id():
    rows = stored() + [{"status": "central_body", "date": "", "evidence": "", "note": "as it was imported"}]
    for author in PEOPLE.values():
        assert rules(rows, rows, author) == []
        assert stamp(rows, rows, author, CASE, TODAY) == rows
    assert rules(rows, [{**row, "id": "", "struck": ""} for row in reversed(rows)], OUTSIDER) == []


@pytest.mark.parametrize("author", [MEMBER, OUTSIDER, EDITOR], ids=["author", "outsider", "editor"])
def test_nobody_rewrites_or_removes_a_row(author):
    rows = stored()
    for column in AUTHORED:
        changed = [{**rows[0], column: "changed"}]
        assert rules(rows, changed, author) == ["changed"]
        assert stamp(rows, changed, author, CASE, TODAY) == rows
    assert rules(rows, [], author) == ["removed"]
    assert stamp(rows, [], author, CASE, TODAY) == rows
    assert broken(rows, [], author)[0].message == (
        '"Cleared by the body\'s legal team", 3 May 2024, is missing. Rows about legality stay: add a new row that '
        "replaces it, or ask an editor to strike it")


def test_replacing_anothers_row_with_a_like_one_is_a_removal_and_a_forgery():
    rows = stored()
    forged = [{**rows[0], "note": "nothing to see", "id": ""}]
    assert rules(rows, forged, OUTSIDER) == ["removed", "forged", "forged", "forged", "forged", "who"]
    kept, added = stamp(rows, forged, OUTSIDER, CASE, TODAY)
    assert kept == rows[0] and added["by"] == "buyer1"


def test_the_same_row_twice_is_stored_once():
    row = {"status": "legal_team", **FULL}
    assert rules([], [row, row]) == ["repeated"]
    assert len(stamp([], [row, row], MEMBER, CASE, TODAY)) == 1
    once = stored(today=TODAY)
    assert rules(once, [*once, row]) == ["repeated"]
    assert stamp(once, [*once, row], MEMBER, CASE, TODAY) == once


def test_empty_rows_of_a_form_are_passed_over():
    rows = stored()
    assert rules(rows, [*rows, {}, {"status": "", "note": " "}]) == []
    assert stamp(rows, [*rows, {}, {"status": "", "note": " "}], MEMBER, CASE, TODAY) == rows


def test_too_many_rows_are_refused_at_once():
    many = [{"status": "not_stated", "note": str(number)} for number in range(MAX_ROWS + 1)]
    assert rules([], many) == ["size"]
    assert rules(many, many) == []


# ---- superseding ----------------------------------------------------------------------------------------------------


def succeeding(rows, author, today=TODAY, **columns):
    return rules(
        rows, [*rows, {"status": "legal_team", **FULL, "supersedes": row_id(rows[-1]), **columns}], author, today
    )


def test_an_author_a_colleague_and_an_editor_can_supersede_a_row():
    rows = stored()
    assert succeeding(rows, MEMBER) == succeeding(rows, COLLEAGUE) == []
    assert succeeding(rows, EDITOR, status="tested_upheld") == []
    assert succeeding(rows, OUTSIDER, status="not_stated") == ["supersede"]
    assert succeeding(rows, CLAIMANT, status="not_stated") == ["supersede"]


def test_an_unsigned_row_is_superseded_by_the_organisation_of_the_case():
    rows = [{"status": "central_body", "date": "2008", "note": "imported"}]
    assert succeeding(rows, MEMBER) == []
    assert succeeding(rows, OUTSIDER, status="not_stated") == ["supersede"]


def test_only_an_editor_ends_a_challenge_or_replaces_what_an_editor_said():
    claim = stored(OUTSIDER, status="under_challenge")
    assert succeeding(claim, MEMBER) == ["supersede"]
    assert succeeding(claim, OUTSIDER, status="not_stated") == ["supersede"]
    assert succeeding(claim, OUTSIDER, status="under_challenge") == []
    assert succeeding(claim, EDITOR, status="tested_upheld") == []
    own = stored(MEMBER, status="under_challenge")
    assert succeeding(own, MEMBER) == ["supersede"]
    ruling = stored(EDITOR, status="not_lawful")
    assert succeeding(ruling, MEMBER) == ["supersede"]
    local_editor = Author("carol", "Anytown Council", "", frozenset({"Anytown Council"}), editor=True)
    assert succeeding(stored(local_editor, status="tested_upheld"), MEMBER) == ["supersede"]


def test_only_the_newest_row_is_superseded():
    rows = stored()
    newer = stored(before=rows, supersedes=rows[0]["id"], note="2", today=date(2025, 1, 1))
    again = {"status": "legal_team", **FULL, "supersedes": rows[0]["id"], "note": "3"}
    assert rules(newer, [*newer, again]) == ["supersede"]
    assert rules(newer, [*newer, {**again, "supersedes": newer[1]["id"]}]) == []


def test_the_whole_life_of_an_assertion():
    rows = stored()
    rows = stored(OUTSIDER, date(2024, 9, 1), rows, status="under_challenge", date="2024-08-30")
    assert standing(rows, TODAY, STATUSES).status.id == "under_challenge"
    rows = stored(EDITOR, date(2025, 3, 1), rows, status="tested_upheld", date="2025-02-01", supersedes=rows[1]["id"])
    found = standing(rows, TODAY, STATUSES)
    assert [one.status for one in found.live] == ["tested_upheld", "legal_team"]
    rows = stored(MEMBER, TODAY, rows, date="2026-11-01", supersedes=rows[0]["id"])
    assert len(rows) == 4 and not any(map(was_altered, rows))
    assert standing(rows, date(2024, 10, 1), STATUSES).status.id == "under_challenge"


# ---- striking -------------------------------------------------------------------------------------------------------


def test_an_editor_strikes_a_row_with_a_reason_that_stays():
    rows = stored()
    wanted = [{**rows[0], "struck": "It was another contract"}]
    assert rules(rows, wanted, EDITOR) == []
    struck = stamp(rows, wanted, EDITOR, CASE, TODAY)
    assert struck == [
        {**rows[0], "struck": "It was another contract", "struck_by": "editor1", "struck_on": "2026-11-22"}
    ]
    for change in ({"struck": ""}, {"struck": "no"}, {"struck_by": "alice"}, {"struck_on": ""}):
        assert rules(struck, [{**struck[0], **change}], EDITOR) == ["strike"]
        assert stamp(struck, [{**struck[0], **change}], EDITOR, CASE, TODAY) == struck
    assert not was_altered(struck[0])


@pytest.mark.parametrize("author", [MEMBER, OUTSIDER, SUPPLIER], ids=["author", "outsider", "supplier"])
def test_others_do_not_strike(author):
    rows = stored()
    wanted = [{**rows[0], "struck": "no"}]
    assert rules(rows, wanted, author) == ["strike"]
    assert stamp(rows, wanted, author, CASE, TODAY) == rows


def test_striking_needs_a_reason_and_is_signed_by_the_system():
    rows = stored()
    assert rules(rows, [{**rows[0], "struck_by": "editor1"}], EDITOR) == ["strike"]
    assert rules(rows, [{**rows[0], "struck": "x", "struck_by": "alice"}], EDITOR) == ["forged"]
    assert rules(rows, [{**rows[0], "struck": "x", "struck_on": "2020-01-01"}], EDITOR) == ["forged"]
    assert rules(rows, [{**rows[0], "struck": "x" * (MAX_LENGTH + 1)}], EDITOR) == ["size"]


# ---- dismissing a change of law -------------------------------------------------------------------------------------


def test_only_editors_dismiss_a_change_of_law_and_with_a_reason():
    rows = stored()
    wanted = [{"event": "procurement-act-2025", "assertion": rows[0]["id"], "reason": "The rule is the same"}]
    assert dismissal_violations([], wanted, EDITOR, REGIMES, rows) == []
    made = stamp_dismissals([], wanted, EDITOR, TODAY)
    assert made == [{**wanted[0], "by": "editor1", "on": "2026-11-22"}]
    assert dismissal_violations(made, made, MEMBER, REGIMES, rows) == []
    assert stamp_dismissals(made, [], MEMBER, TODAY) == made == stamp_dismissals(made, made, EDITOR, TODAY)

    def found(after, author=EDITOR, before=()):
        return [violation.rule for violation in dismissal_violations(before, after, author, REGIMES, rows)]

    assert found(wanted, MEMBER) == ["who"] and stamp_dismissals([], wanted, MEMBER, TODAY) == []
    assert found([{**wanted[0], "reason": ""}]) == ["evidence"]
    assert found([{**wanted[0], "event": "x"}]) == found([{**wanted[0], "assertion": "x"}]) == ["unknown"]
    assert found([{**wanted[0], "by": "alice"}]) == ["forged"]
    assert found([], before=made) == found([{**made[0], "reason": "other"}], before=made) == ["removed"]


# ---- whatever is sent -----------------------------------------------------------------------------------------------

cells = st.one_of(
    st.sampled_from(["", " ", "x", "alice", "editor1", "2020-01-01", "2026-11-22", "a-000000000000", *TABLE]),
    st.text(max_size=4))
columns = st.sampled_from([*AUTHORED, "id", "by", "on", "organisation", "role", "capacity", *STRIKING, "other"])
anything = st.lists(st.dictionaries(columns, cells, max_size=8), max_size=4)
authors = st.sampled_from([*PEOPLE.values(), COLLEAGUE])


@st.composite
def saves(draw):
    """Stored rows, and what somebody sends who knows them: rows kept, changed, left out, moved and added."""
    rows = []
    for author in draw(st.lists(authors, max_size=3)):
        rows = stamp(rows, [*rows, *draw(anything)], author, CASE, date(2024, 6, 1))
    sent = [{**row, **draw(st.dictionaries(columns, cells, max_size=2))} for row in rows if draw(st.booleans())]
    return rows, draw(st.permutations([*sent, *draw(anything)])), draw(authors)


@PATIENT
@given(saves())
def test_whatever_is_sent_stored_rows_stay_and_new_ones_are_signed(save):
    rows, sent, author = save
    result = stamp(rows, sent, author, CASE, TODAY)
    for old, new in zip(rows, result):
        assert {**new, **dict.fromkeys(STRIKING)} == {**old, **dict.fromkeys(STRIKING)}
        if new != old:
            assert author.editor and not author.supplier and "struck" not in old
            assert (new["struck_by"], new["struck_on"]) == (author.name, "2026-11-22")
    assert len(result) >= len(rows)
    for row in result[len(rows):]:
        assert row["by"] == author.name != "" and row["on"] == "2026-11-22" and not author.supplier
        assert author.speaks_for(row.get("organisation", "")) or "organisation" not in row
        assert row["capacity"] == author.capacity(CASE) and row["id"] == row_id(row)
        assert not any(column in row for column in (*STRIKING, "other"))


@PATIENT
@given(saves())
def test_stamping_twice_changes_nothing_more(save):
    rows, sent, author = save
    result = stamp(rows, sent, author, CASE, TODAY)
    assert stamp(result, result, author, CASE, TODAY) == result
    assert violations(result, result, author, CASE, STATUSES, REGIMES, TODAY) == []


@PATIENT
@given(saves())
def test_what_breaks_no_rule_is_stored_as_it_was_sent(save):
    rows, sent, author = save
    if not violations(rows, sent, author, CASE, STATUSES, REGIMES, TODAY):
        result = stamp(rows, sent, author, CASE, TODAY)
        said = {row_id({column: row.get(column, "") for column in AUTHORED}) for row in result}
        assert {row_id({column: row.get(column, "") for column in AUTHORED}) for row in sent
                if any(row.get(column, "").strip() for column in AUTHORED)} == said


@PATIENT
@given(saves())
def test_every_violation_points_at_a_row_that_was_sent(save):
    rows, sent, author = save
    for violation in violations(rows, sent, author, CASE, STATUSES, REGIMES, TODAY):
        assert violation.row is None or 0 <= violation.row < len(sent)
        assert violation.message and not violation.message.endswith(".")


# ---- rows that are already stored -----------------------------------------------------------------------------------


def audited(*rows):
    return [(found.row, found.rule) for found in audit(rows, STATUSES, REGIMES)]


def test_what_was_saved_through_the_rules_passes_the_audit():
    rows = stored()
    rows = stored(OUTSIDER, date(2024, 9, 1), rows, status="under_challenge", date="2024-08-30")
    rows = stored(EDITOR, date(2025, 3, 1), rows, status="tested_upheld", supersedes=rows[1]["id"])
    assert audited(*rows, {"status": "central_body", "date": "2008"}) == []


def test_the_audit_finds_what_was_written_past_the_rules():
    [row] = stored()
    assert audited({**row, "note": "changed"}) == [(0, "changed")]
    assert audited(row, row) == [(1, "repeated")]
    assert audited({"status": "fine"}, {"status": "not_stated", "regime": "roman", "date": "soon"}) == [
        (0, "unknown"), (1, "unknown"), (1, "date")]
    assert audited({"status": "not_lawful", "by": "alice", "capacity": "member"}) == [(0, "who")]
    assert audited({"status": "legal_team", "supersedes": row["id"]}, row) == [(0, "supersede")]
    assert audited({**row, "struck_by": "editor1"}) == [(0, "strike")]
    assert audited({"status": "legal_team", "verdict": "fine"}) == [(0, "unknown")]
