"""`cupboard check` lists rows about legality that break a rule."""

from cupboard.document import Document, dump
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal_status.checking import broken_rules
from cupboard.pages import store


def test_rows_about_legality_that_break_a_rule_are_listed(storage):
    rows = [{"status": "legal_team", "by": "alice", "capacity": "other", "on": "2024-05-03"}, {"status": "fine"}]
    fields = {"title": "Meals", "organisation": "Anytown Council", "legal_status": rows}
    store("CaseStudies/meals", dump(Document.new(fields, {}, ())), contenttype=CASE_STUDY.stored_type,
          itemtype=CASE_STUDY.item_type, storage=storage)
    found = broken_rules(storage)
    assert len(found) == 2 and all(line.startswith("CaseStudies/meals: row ") for line in found)
    assert "may not say it" in found[0] and 'no status "fine"' in found[1]


def test_the_case_studies_that_come_with_the_cupboard_break_none(seeded_app):
    from cupboard import instance

    with instance.inside(seeded_app) as storage:
        assert broken_rules(storage) == []
