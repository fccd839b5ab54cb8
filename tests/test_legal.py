"""Legal status: what is live, worst and flagged on a day, and how it is said."""

from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupboard.days import Span, last_working_day, plus_days, plus_months
from cupboard.legal.assertions import AWARD_NOTICE, Assertion, row_id, standing, was_altered
from cupboard.legal.challenge import Award, period
from cupboard.legal.overlays import (
    LAW_CHANGED,
    PERIOD_PASSED,
    REVIEW_OVERDUE,
    Case,
    challenge_period,
    flags,
    law_changes,
    review_due,
)
from cupboard.legal.regimes import LawChange, Regime, Regimes
from cupboard.legal.statuses import Status, Statuses
from cupboard.legal.wording import evidence_label, list_word, provenance, sentence
from cupboard.shapes import DefinitionError
from cupboard.vocabulary import Vocabulary
from tests.legal_statuses import STATUSES

#: How fast this machine is decides no test.
PATIENT = settings(deadline=None)

SEEDS = resources.files("cupboard.seed_pages") / "Cupboard"
REGIMES = Regimes.load((SEEDS / "Regimes.yaml").read_text(encoding="utf-8"))
CASE = Case("East Ayrshire Council", "scotland", frozenset({"contracts/food/school-meals"}), Span.read("2006"))
ENGLISH = Case("Anytown Council", "england", frozenset({"external-engagement/smes"}), Span.read("2019"))
TODAY = date(2026, 11, 22)

days = st.dates(date(2000, 1, 1), date(2030, 12, 31))


def now(*rows, day=TODAY):
    return standing(rows, day, STATUSES)


def kinds(*rows, case=ENGLISH, day=TODAY, regimes=REGIMES, dismissals=()):
    return [flag.kind for flag in flags(now(*rows, day=day), case, regimes, dismissals)]


def row(status="legal_team", **columns):
    return {"status": status, **columns}


def replacing(old, status="legal_team", **columns):
    return {"status": status, "supersedes": row_id(old), **columns}


# ---- days -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text, shown", [("2024", "2024"), ("2024-05", "May 2024"), ("2024-05-03", "3 May 2024")])
def test_a_date_is_shown_as_far_as_it_is_known(text, shown):
    assert str(Span.read(text)) == shown


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024-02-30", "0000", "2024-5-3", "3 May 2024", "２０２４"])
def test_what_is_not_a_date_is_none(text):
    assert Span.read(text) is None


@PATIENT
@given(days, st.integers(0, 2000))
def test_months_later_is_in_that_month(day, months):
    later = plus_months(day, months)
    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(1)).day == 1)


def test_no_day_is_later_than_the_last_there_is():
    assert plus_months(date.max, 12) == date.max == plus_days(date(2020, 1, 1), 10**7)


@PATIENT
@given(days, st.integers(1, 40), st.frozensets(days, max_size=5))
def test_between_start_and_end_there_are_that_many_working_days(start, count, holidays):
    end = last_working_day(start, count, holidays)
    between = [start + timedelta(n) for n in range((end - start).days + 1)]
    assert sum(day.weekday() < 5 and day not in holidays for day in between) == count
    assert end.weekday() < 5 and end not in holidays


# ---- what is live ---------------------------------------------------------------------------------------------------


def test_without_rows_the_status_is_not_stated():
    assert (now().head, now().status.label, list_word(now())) == (None, "Not stated", "Not stated")


def test_the_worst_comes_first_and_then_the_strongest_support():
    found = now(row("officer_view"), row("legal_team"), row("not_stated"), row("tested_upheld"), row("not_lawful"),
                row("under_challenge"), row("let_unchallenged"))
    assert [one.status for one in found.live] == ["not_lawful", "under_challenge", "tested_upheld", "legal_team",
                                                  "let_unchallenged", "officer_view", "not_stated"]
    assert (found.worst.status, found.support.status) == ("not_lawful", "tested_upheld")


def test_a_superseded_row_stays_and_is_no_longer_live():
    first = row(date="2019", on="2019-05-03")
    second = replacing(first, on="2024-05-03")
    assert [one.on for one in now(first, second).live] == ["2024-05-03"]
    assert [one.on for one in now(first, second).superseded] == ["2019-05-03"]
    assert [one.on for one in now(first, second, day=date(2020, 1, 1)).live] == ["2019-05-03"]


def test_what_was_struck_no_longer_supersedes():
    first = row(on="2019-05-03")
    second = replacing(first, on="2024-05-03") | {"struck": "wrong council", "struck_on": "2025-01-01"}
    found = now(first, second)
    assert [one.on for one in found.live] == ["2019-05-03"] and [one.struck for one in found.struck] == [
        "wrong council"
    ]
    assert [one.on for one in now(first, second, day=date(2024, 12, 31)).live] == ["2024-05-03"]


def test_a_row_of_before_there_were_ids_can_be_superseded():
    old = {"status": "central_body", "date": "2008", "evidence": "https://www.example.org", "note": "a note"}
    assert [one.status for one in now(old, replacing(old, "legal_team")).live] == ["legal_team"]


def test_an_unknown_or_retired_status_is_shown_by_its_id():
    assert now(row("approved_by_ogc")).status.label == "approved_by_ogc"


@st.composite
def histories(draw):
    """Rows as they come to be stored: each may supersede one above it; some are struck later."""
    rows, day = [], draw(days)
    for number in range(draw(st.integers(0, 7))):
        day += timedelta(draw(st.integers(0, 900)))
        new = row(draw(st.sampled_from([status.id for status in STATUSES])), on=day.isoformat(), note=str(number),
                  date=draw(st.sampled_from(["", "2001", "2012-05", day.isoformat()])),
                  regime=draw(st.sampled_from(["", "pcr-2015", "procurement-act-2023"])),
                  evidence_kind=draw(st.sampled_from(["", AWARD_NOTICE])))
        if rows and draw(st.booleans()):
            new["supersedes"] = row_id(draw(st.sampled_from(rows)))
        new["id"] = row_id(new)
        if draw(st.integers(0, 4)) == 0:
            new |= {"struck": "reason", "struck_on": (day + timedelta(draw(st.integers(0, 900)))).isoformat()}
        rows.append(new)
    return rows


@PATIENT
@given(histories(), days)
def test_every_row_that_is_there_is_live_superseded_or_struck(rows, day):
    found = now(*rows, day=day)
    ids = [one.id for one in (*found.live, *found.superseded, *found.struck)]
    assert sorted(ids) == sorted(row_["id"] for row_ in rows if row_["on"] <= day.isoformat())


@PATIENT
@given(histories(), days)
def test_the_head_is_the_worst_or_the_strongest(rows, day):
    found = now(*rows, day=day)
    if found.head:
        weights = [STATUSES[one.status].weight for one in found.live if one.status != "not_stated"]
        assert found.status.id == "not_stated" or found.status.weight == min(weights)
    contested = [one for one in found.live if STATUSES[one.status].group == "contested"]
    assert bool(contested) == (found.worst is not None) == (found.status.group == "contested")


@PATIENT
@given(histories(), days, days)
def test_a_row_that_nothing_replaces_or_strikes_stays_live(rows, one_day, other_day):
    early, late = sorted((one_day, other_day))
    replaced = {row_.get("supersedes") for row_ in rows}
    untouched = {row_["id"] for row_ in rows if row_["id"] not in replaced and "struck" not in row_}
    live_then = {one.id for one in now(*rows, day=early).live}
    assert live_then & untouched <= {one.id for one in now(*rows, day=late).live}


@PATIENT
@given(histories(), st.sampled_from(["status", "note", "on", "by", "scope"]), st.text(max_size=5))
def test_a_changed_row_is_told_by_its_id(rows, column, value):
    for row_ in rows:
        assert not was_altered(row_)
        changed = row_ | {column: value}
        assert was_altered(changed) == (row_id(changed) != row_id(row_))


def test_white_space_and_empty_columns_do_not_change_an_id():
    assert row_id({"status": "legal_team", "note": "a\nb"}) == row_id({"note": " a \r\nb\n", "status": "legal_team",
                                                                       "scope": ""})


# ---- the law changed ------------------------------------------------------------------------------------------------


def test_an_assertion_under_a_replaced_regime_is_flagged_from_the_day_of_the_event():
    said = row(regime="pcr-2015", date="2019-05-03", on="2025-02-01")
    assert LAW_CHANGED not in kinds(said, day=date(2025, 2, 23))
    assert kinds(said, day=date(2025, 2, 24)).count(LAW_CHANGED) == 1


def test_one_under_the_new_regime_or_made_on_the_day_of_the_event_is_not_flagged():
    case = Case("Anytown Council", "england", frozenset(), None)
    assert LAW_CHANGED not in kinds(row(regime="procurement-act-2023", date="2025-02-24"), case=case)
    assert LAW_CHANGED not in kinds(row(regime="pcr-2015", date="2025-02-24"), case=case)


def test_what_became_lawful_is_flagged_too():
    found = flags(now(row("not_lawful", regime="procurement-act-2023", date="2025-06-01")), ENGLISH, REGIMES)
    assert [flag.text for flag in found] == [
        "The law this relied on changed on 4 February 2026: English councils, police and fire authorities may reserve "
        "small contracts for local or UK suppliers. What was not lawful may be lawful now."]
    assert found[0].since == date(2026, 2, 4)


def test_an_event_of_another_jurisdiction_touches_nothing():
    scottish = Case("Anyburgh Council", "scotland", ENGLISH.terms, Span.read("2019"))
    assert LAW_CHANGED not in kinds(row(date="2019"), case=scottish)
    assert LAW_CHANGED in kinds(row(date="2019"), case=Case("A", "uk-wide", ENGLISH.terms, Span.read("2019")))


def test_a_term_of_an_event_stands_for_those_below_it():
    event = event_of(terms=frozenset({"contracts/food"}))
    assert touched(event, Case("A", "england", frozenset({"contracts/food/school-meals"})))
    assert not touched(event, Case("A", "england", frozenset({"contracts/food-waste"})))


def test_a_year_in_which_the_law_changed_is_flagged():
    assert touched(event_of(), ENGLISH, row(date="2020"))
    assert not touched(event_of(), ENGLISH, row(date="2021"))
    assert not touched(event_of(when=Span.read("2019")), ENGLISH, row(date="2020-01-01"))


def event_of(**columns):
    return LawChange("e", **{"when": Span.read("2020-06-01"), "title": "t", "effect": "tightens", **columns})


def touched(event, case, said=row(date="2019")):
    return list(law_changes(Assertion.read(said), case, Regimes(events=(event,)), TODAY)) == [event]


def test_what_says_nothing_is_not_flagged():
    assert kinds(row("not_stated", date="2001")) == []


def test_asserting_it_again_after_the_event_takes_the_flag_away():
    old = row(regime="pcr-2015", date="2019-05-03")
    assert LAW_CHANGED in kinds(old)
    again = replacing(old, "officer_view", regime="procurement-act-2023", date="2026-06-01", on="2026-06-01")
    assert LAW_CHANGED not in kinds(old, again)


def test_a_dismissal_with_a_reason_takes_one_event_away_from_one_row():
    said = row(regime="pcr-2015", date="2019-05-03", on="2019-05-03")
    other = row("governance", regime="pcr-2015", date="2019-05-03", on="2019-05-03")
    before = flags(now(said, other), ENGLISH, REGIMES)
    dismissal = {
        "event": "procurement-act-2025",
        "assertion": row_id(said),
        "reason": "The same rule",
        "on": "2026-01-01",
    }
    after = flags(now(said, other), ENGLISH, REGIMES, [dismissal])
    gone = [flag for flag in before if flag not in after]
    assert [(flag.assertion.status, flag.event.id) for flag in gone] == [("legal_team", "procurement-act-2025")]
    assert flags(now(said, other), ENGLISH, REGIMES, [dismissal | {"reason": " "}]) == before
    assert flags(now(said, other, day=date(2025, 12, 31)), ENGLISH, REGIMES, [dismissal]) == \
        flags(now(said, other, day=date(2025, 12, 31)), ENGLISH, REGIMES)


@PATIENT
@given(histories(), days, days)
def test_while_the_rows_stay_live_a_change_of_law_stays_flagged(rows, one_day, other_day):
    early, late = sorted((one_day, other_day))

    def changed(day):
        return {(flag.assertion.id, flag.event.id) for flag in flags(now(*rows, day=day), ENGLISH, REGIMES)
                if flag.kind == LAW_CHANGED}

    live_late = {one.id for one in now(*rows, day=late).live}
    assert {pair for pair in changed(early) if pair[0] in live_late} <= changed(late)


@PATIENT
@given(histories(), days)
def test_more_events_never_mean_fewer_flags(rows, day):
    fewer = Regimes(regimes=REGIMES.regimes, events=REGIMES.events[1:])

    def changed(regimes):
        return {(flag.assertion.id, flag.event.id) for flag in flags(now(*rows, day=day), ENGLISH, regimes)
                if flag.kind == LAW_CHANGED}

    assert changed(fewer) <= changed(REGIMES)


@PATIENT
@given(histories(), days)
def test_only_live_rows_are_flagged(rows, day):
    found = now(*rows, day=day)
    assert {flag.assertion.id for flag in flags(found, ENGLISH, REGIMES)} <= {one.id for one in found.live}


# ---- review overdue -------------------------------------------------------------------------------------------------


def test_a_review_is_due_when_the_life_of_the_status_is_over():
    said = row(date="2006", on="2024-05-03")
    assert review_due(Assertion.read(said), STATUSES) == date(2026, 5, 3)
    assert REVIEW_OVERDUE not in kinds(said, day=date(2026, 5, 3))
    assert REVIEW_OVERDUE in kinds(said, day=date(2026, 5, 4))


def test_an_author_can_ask_for_an_earlier_review_but_not_for_a_later_one():
    assert review_due(Assertion.read(row(on="2024-05-03", review_by="2025-01-01")), STATUSES) == date(2025, 1, 1)
    assert review_due(Assertion.read(row(on="2024-05-03", review_by="2030-01-01")), STATUSES) == date(2026, 5, 3)


def test_a_status_without_a_life_is_never_overdue_and_one_without_a_date_is():
    assert REVIEW_OVERDUE not in kinds(row("tested_upheld", on="1999-01-01"))
    found = [flag for flag in flags(now(row()), ENGLISH, REGIMES) if flag.kind == REVIEW_OVERDUE]
    assert [flag.text for flag in found] == ["It is not known when this was last checked."]


@PATIENT
@given(histories(), days, days)
def test_while_a_row_stays_live_its_review_stays_overdue(rows, one_day, other_day):
    early, late = sorted((one_day, other_day))

    def overdue(day):
        return {flag.assertion.id for flag in flags(now(*rows, day=day), ENGLISH, REGIMES)
                if flag.kind == REVIEW_OVERDUE}

    assert overdue(early) & {one.id for one in now(*rows, day=late).live} <= overdue(late)


# ---- the challenge period -------------------------------------------------------------------------------------------

ACT = REGIMES.get("procurement-act-2023")


def day(text):
    return Span.read(text)


def test_the_standstill_is_eight_working_days_from_the_day_of_the_notice():
    assert period(Award(day("2026-06-01")), ACT).standstill_ends == date(2026, 6, 10)  # Monday to Wednesday week
    # Over Christmas: 24, 29, 30, 31 December, 4, 5, 6, 7 January.
    holidays = {date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}
    assert period(Award(day("2026-12-24")), ACT, holidays).standstill_ends == date(2027, 1, 7)


def test_with_standstill_kept_a_claim_has_thirty_days():
    found = period(Award(day("2026-06-01"), standstill=True), ACT)
    assert found.closes == date(2026, 7, 1)
    assert not found.passed(date(2026, 7, 1)) and found.passed(date(2026, 7, 2))
    assert "a supplier that learned of them later may still claim" in found.caveat
    assert found.caveat.endswith("That is not a test of whether the approach is lawful.")


def test_without_standstill_a_contract_can_be_set_aside_for_six_months():
    assert period(Award(day("2026-06-01"), day("2026-06-02"), standstill=False), ACT).closes == date(2026, 12, 2)


def test_what_is_not_known_of_the_standstill_makes_the_period_longer():
    found = period(Award(day("2026-06-01")), ACT)
    assert found.closes == date(2027, 1, 1) and "The day of the contract is not recorded" in found.caveat


def test_known_knowledge_ends_setting_aside_after_thirty_days_or_three_months():
    award = Award(day("2026-06-01"), day("2026-06-12"), standstill=False, known=day("2026-06-15"))
    assert period(award, ACT).closes == date(2026, 9, 15)
    with_notice = Award(award.notice, award.contract, False, details_notice=True, known=award.known)
    assert period(with_notice, ACT).closes == date(2026, 7, 15)
    late = Award(award.notice, award.contract, False, known=day("2026-11-20"))
    assert period(late, ACT).closes == date(2026, 12, 20)  # damages; setting aside stopped on 12 December


def test_no_period_is_made_up_for_a_regime_without_limits():
    found = period(Award(day("2019-06-01")), REGIMES.get("pcr-2015"))
    assert (found.closes, found.passed(TODAY)) == (None, False)
    assert found.sentence(TODAY) == ("The time limits for challenges under Public Contracts Regulations 2015 are not "
                                     "recorded here.")
    assert period(Award(day("2019")), None).closes is None


def test_an_award_notice_under_the_act_is_flagged_once_the_period_has_passed():
    said = row("let_unchallenged", date="2025-06-02", regime="procurement-act-2023", evidence_kind=AWARD_NOTICE)
    closes = challenge_period(Assertion.read(said), ENGLISH, REGIMES).closes
    assert PERIOD_PASSED not in kinds(said, day=closes) and PERIOD_PASSED in kinds(said, day=closes + timedelta(1))
    assert PERIOD_PASSED not in kinds(said, row("under_challenge", on="2025-07-01"), day=closes + timedelta(1))


def test_a_notice_without_a_regime_takes_the_only_one_that_it_can_be():
    case = Case("Anytown Council", "england", frozenset(), Span.read("2025"))
    said = Assertion.read(row("let_unchallenged", date="2025-06-02", evidence_kind=AWARD_NOTICE))
    assert challenge_period(said, case, REGIMES).closes is not None
    assert challenge_period(said, Case("A", "scotland"), REGIMES).closes is None
    assert challenge_period(Assertion.read(row("let_unchallenged", date="2025-06-02")), case, REGIMES) is None


@PATIENT
@given(days, days, st.sampled_from([None, True, False]), days)
def test_the_period_never_closes_before_the_standstill_and_passes_for_good(notice, contract, standstill, today):
    contract = max(notice, contract)
    found = period(Award(Span(notice, notice), Span(contract, contract), standstill), ACT)
    assert found.closes >= found.standstill_ends >= notice
    assert not found.passed(today) or found.passed(today + timedelta(1))


# ---- in words -------------------------------------------------------------------------------------------------------


def test_the_sentence_names_the_body_the_day_the_law_and_the_scope():
    one = Assertion.read(row(date="2024-05-03", regime="pcr-2015", scope="The lotting, not the award criteria."))
    assert sentence(one, CASE, STATUSES, REGIMES) == (
        "Cleared by the legal team of East Ayrshire Council, 3 May 2024, under PCR 2015; covers the lotting, not the "
        "award criteria")


def test_a_renamed_authority_keeps_its_name_and_points_to_who_came_after():
    one = Assertion.read(row("central_body", adviser="OGC", date="2006-02"))
    assert sentence(one, CASE, STATUSES, REGIMES) == "Backed by OGC (today Cabinet Office), February 2006"
    buying = Assertion.read(row("central_body", adviser="buying solutions"))
    assert "today Government Commercial Agency" in sentence(buying, CASE, STATUSES, REGIMES)


def test_a_sentence_without_an_adviser_or_a_date_says_so():
    assert sentence(Assertion.read(row("central_body")), CASE, STATUSES, REGIMES) == (
        "Backed by a central or devolved authority, date not given")
    assert sentence(Assertion.read(row("not_stated", date="2020")), CASE, STATUSES, REGIMES) == "Not stated"


def test_braces_in_a_row_or_a_definition_are_only_text():
    hostile = Statuses((Status("x", "X", "X", sentence="{organisation.__class__} {adviser}"),))
    one = Assertion.read(row("x", adviser="{organisation}"))
    assert sentence(one, CASE, hostile, REGIMES) == "{organisation.__class__} {organisation}, date not given"


def test_lists_say_one_word_and_a_year_and_name_flags_once():
    said = row(date="2019-05-03", regime="pcr-2015"), row("governance", date="2018", regime="pcr-2015")
    found = now(*said)
    assert list_word(found) == "Formal decision, 2018"
    assert list_word(now(row(date="2024-05-03"))) == "Legal team advised, 2024"
    assert list_word(found, flags(found, ENGLISH, REGIMES)) == "Formal decision, 2018. Law changed. Review overdue"
    assert list_word(now(row("external_advice"))) == "External advice, date not given"
    assert list_word(now(row(date="2024"), row("under_challenge", on="2025-07-01"))) == "Under challenge, 2025"


def test_who_recorded_it_and_the_evidence_are_said():
    one = Assertion.read(row(by="alice", role="Procurement manager", organisation="Anytown Council", on="2024-05-05",
                             evidence_kind="guidance", version="version 2.1"))
    assert provenance(one, ENGLISH) == "Recorded by alice, Procurement manager of Anytown Council, 5 May 2024"
    assert evidence_label(one) == "Published guidance, version 2.1"
    assert provenance(Assertion.read(row()), ENGLISH) == ""


# ---- the definition pages -------------------------------------------------------------------------------------------


def test_the_shipped_statuses_have_groups_and_lives():
    shipped = Statuses.of(Vocabulary.load((SEEDS / "LegalStatuses.yaml").read_text(encoding="utf-8")))
    assert [status.id for status in shipped] == [status.id for status in STATUSES]
    assert {status.id: (status.group, status.life) for status in shipped} == {
        status.id: (status.group, status.life) for status in STATUSES}
    assert all(status.meaning and status.who and status.evidence for status in shipped)


def test_a_status_whose_rules_cannot_be_read_is_for_editors():
    page = (
        "kind: vocabulary\ntitle: t\nterms:\n- {id: a, label: A, may_assert: everybody, life_months: many, group: x}\n"
        "- {id: b, label: B}\n- {id: c, label: C, merged_into: b}\n"
    )
    found = Statuses.of(Vocabulary.load(page))
    assert {status.may_assert for status in found} == {frozenset({"editor"})}
    assert (found["a"].life, found["a"].group, found["c"].id) == (None, "unreviewed", "b")


def test_the_shipped_regimes_say_where_each_is_taken_from():
    assert len(REGIMES.regimes) == 13 and len(REGIMES.events) == 4 and len(REGIMES.bodies) == 6
    for one in (*REGIMES.regimes, *REGIMES.events, *REGIMES.bodies):
        assert one.source or one.confidence == "unverified"
    assert [event.when for event in REGIMES.events] == sorted((event.when for event in REGIMES.events), reverse=True)
    assert ACT.limits.claim_days == 30 and ACT.starts == Span.read("2025-02-24")


def test_regimes_that_may_have_applied_are_narrowed_by_place_and_time():
    assert REGIMES.candidates("england", Span.read("2014")) == {"pcr-2006", "provider-selection-regime",
                                                               "social-value-act-2012"}
    assert "pcr-2015" not in REGIMES.candidates("england", Span.read("2026"))
    assert "pcr-2015" in REGIMES.candidates("england", Span.read("2025"))
    assert {"pcr-2015", "procurement-act-2023"} <= REGIMES.candidates("", None)


HEAD = "kind: regimes\ntitle: T\nregimes:\n- id: a\n  name: A\n  confidence: unverified\n"
BROKEN = {
    "no regimes": ("kind: regimes\ntitle: T\n", 1, "no regimes"),
    "bad date": (HEAD + "  from: soon\n", 7, '"soon" is not a date'),
    "ends before it starts": (HEAD + "  from: '2020'\n  to: '2019'\n", 8, 'before "from"'),
    "unknown successor": (HEAD + "  successor: [b]\n", 7, 'no regime "b"'),
    "unknown key": (HEAD + "  form: '2020'\n", 7, '"form"'),
    "the same id twice": (HEAD + "- {id: a, name: B, confidence: unverified}\n", 7, "second time"),
    "no source": (HEAD.replace("unverified", "read"), 4, "Name the source"),
    "how sure is missing": ("kind: regimes\ntitle: T\nregimes:\n- {id: a, name: A}\n", 4, "no confidence"),
    "a link that is none": (HEAD + "  link: javascript:alert(1)\n", 7, "https://"),
    "limits that are no number": (HEAD + "  limits:\n    claim_days: many\n", 8, "whole number"),
    "a limit beyond reason": (HEAD + "  limits:\n    claim_days: '99999'\n", 8, "3660"),
    "an event without effect": (HEAD + "events:\n- {id: e, date: '2020', title: E, confidence: unverified}\n", 8,
                                "no effect"),
    "an event of another effect": (HEAD + "events:\n- {id: e, date: '2020', effect: worsens, title: E}\n", 8,
                                   "not an effect"),
    "an event that touches everything": (
        HEAD + "events:\n- {id: e, date: '2020', effect: loosens, title: E, confidence: unverified}\n", 8, "touches"),
    "an event of an unknown regime": (
        HEAD + "events:\n- {id: e, date: '2020', effect: loosens, title: E, regimes: [b], confidence: unverified}\n", 8,
        'no regime "b"'),
    "a holiday that is no day": (HEAD + "holidays: ['2026-12']\n", 7, "not a day"),
}


@pytest.mark.parametrize("text, line, message", BROKEN.values(), ids=BROKEN)
def test_a_broken_page_of_regimes_is_refused_at_its_line(text, line, message):
    with pytest.raises(DefinitionError) as caught:
        Regimes.load(text)
    assert caught.value.line == line and message in caught.value.message


def test_successors_that_go_in_circles_end():
    page = HEAD + ("bodies:\n- {id: x, name: X, to: '2001', successor: [y], confidence: unverified}\n"
                   "- {id: y, name: Y, to: '2002', successor: [x], confidence: unverified}\n")
    found = Regimes.load(page)
    assert [body.id for body in found.successors(found.body("x"))] == ["y"]


def test_a_regime_of_the_whole_country_applies_in_its_parts():
    assert Regime("u", "U", "U", frozenset({"uk-wide"})).may_apply("wales", None)
    assert not Regime("u", "U", "U", frozenset({"uk-wide"})).may_apply("outside-uk", None)
