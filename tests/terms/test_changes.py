"""Changes of a hierarchy in the text of its page: each does what it says, and touches no other line."""

from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupboard.terms import changes
from cupboard.terms.changes import Refused
from cupboard.vocabulary import Vocabulary

PAGE = """\
# The contents hierarchy.
kind: vocabulary
title: Contents
terms:
- id: contracts
  label: Contracts
  note: >-
    By what is bought,
    and how.
  terms:
  # what is eaten
  - id: food
    label: Food and catering   # reviewed in May
    aliases: [Catering, "Food, drink"]
    cpv: ['15', '03']
    terms:
    - {id: school-meals, label: School meals}   # seen
    - {id: hospital-meals, label: Hospital meals, note: "In wards, mostly."}
  - {id: energy, label: Energy}

- id: people
  label: People
"""


def shipped():
    return (resources.files("cupboard.seed_pages") / "Cupboard/Contents.yaml").read_text("utf-8")


def lines_changed(before, after):
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_new_name_changes_its_line_and_keeps_the_comment():
    after = changes.revise(PAGE, "contracts/food", label="Food, drink and catering")
    assert lines_changed(PAGE, after) == (
        ["    label: Food and catering   # reviewed in May"],
        ["    label: Food, drink and catering   # reviewed in May"],
    )


def test_a_term_in_braces_stays_in_braces():
    after = changes.revise(PAGE, "contracts/food/school-meals", aliases=["Dinners", "Lunch, warm"])
    assert lines_changed(PAGE, after)[1] == [
        '    - {id: school-meals, label: School meals, aliases: [Dinners, "Lunch, warm"]}   # seen'
    ]
    assert Vocabulary.load(after).get("contracts/food/school-meals").aliases == ("Dinners", "Lunch, warm")


def test_a_term_with_much_to_say_gets_lines_of_its_own():
    after = changes.revise(PAGE, "contracts/energy", note="word " * 40, cpv=["09", "65"])
    term = Vocabulary.load(after).get("contracts/energy")
    assert term.note == ("word " * 40).strip() and term.codes == {"cpv": ("09", "65")}
    assert lines_changed(PAGE, after)[0] == ["  - {id: energy, label: Energy}"]


def test_what_is_emptied_goes_away():
    after = changes.revise(PAGE, "contracts/food", aliases=[])
    assert lines_changed(PAGE, after) == (['    aliases: [Catering, "Food, drink"]'], [])
    after = changes.revise(PAGE, "contracts", note="")
    assert Vocabulary.load(after).get("contracts").note == ""
    with pytest.raises(Refused, match="name"):
        changes.revise(PAGE, "contracts", label=" ")


@pytest.mark.parametrize(
    "above", ["", "contracts", "contracts/food", "contracts/energy", "people", "contracts/food/school-meals"]
)
def test_a_term_is_added_below_any_other(above):
    after = changes.add(PAGE, above, "new-one", "New: one", note="Says what.")
    term = Vocabulary.load(after).get(f"{above}/new-one".lstrip("/"))
    assert (term.label, term.note) == ("New: one", "Says what.")
    siblings = term.parent.children if term.parent else Vocabulary.load(after).terms
    assert siblings[-1].id == term.id
    assert "# reviewed in May" in after and "# what is eaten" in after


def test_an_id_is_never_given_a_second_time():
    with pytest.raises(Refused, match="is there already"):
        changes.add(PAGE, "contracts", "food", "Food")
    moved = changes.move(PAGE, "contracts/food", "people")
    with pytest.raises(Refused, match="was an id of people/food"):
        changes.add(moved, "contracts", "food", "Food")
    with pytest.raises(Refused, match="small letters"):
        changes.add(PAGE, "contracts", "Food Two", "Food")


def test_a_term_that_moves_takes_along_what_is_below_it_and_its_old_ids():
    after = changes.move(PAGE, "contracts/food", "people")
    contents = Vocabulary.load(after)
    assert contents.get("contracts/food") is contents.get("people/food")
    assert contents.get("contracts/food/school-meals") is contents.get("people/food/school-meals")
    assert [term.id for term in contents.get("contracts").children] == ["contracts/energy"]
    assert "# reviewed in May" in after and "# seen" in after and "# what is eaten" in after
    twice = changes.move(changes.move(after, "people/food/school-meals", "contracts"), "people/food", "")
    contents = Vocabulary.load(twice)
    assert contents.get("contracts/food/school-meals").id == "contracts/school-meals"
    assert contents.get("people/food/school-meals").id == "contracts/school-meals"
    assert contents.get("contracts/food/hospital-meals").id == "food/hospital-meals"
    back = Vocabulary.load(changes.move(twice, "food", "contracts"))
    assert back.get("people/food").id == back.get("food").id == "contracts/food"
    assert back.get("contracts/food").formerly == ("people/food", "food")


def test_the_last_term_below_another_can_move_away():
    text = changes.move(changes.move(PAGE, "contracts/food/school-meals", ""), "contracts/food/hospital-meals", "")
    contents = Vocabulary.load(text)
    assert contents.get("contracts/food").children == ()
    assert [term.id for term in contents.terms] == ["contracts", "people", "school-meals", "hospital-meals"]


def test_a_term_cannot_move_below_itself():
    for above in ("contracts", "contracts/food"):
        with pytest.raises(Refused, match="below itself"):
            changes.move(PAGE, "contracts", above)
    with pytest.raises(Refused, match="there already"):
        changes.move(PAGE, "contracts/food", "contracts")


def test_a_term_merged_into_one_that_moves_still_leads_there():
    text = changes.merge(PAGE, "contracts/energy", "contracts/food/school-meals")
    text = changes.move(text, "contracts/food", "people")
    assert Vocabulary.load(text).get("contracts/energy").id == "people/food/school-meals"


def test_a_term_that_is_retired_takes_along_what_is_below_it_and_can_come_back():
    text = changes.retire(PAGE, "contracts/food")
    contents = Vocabulary.load(text)
    assert all(term.retired for term in contents.get("contracts/food").walk())
    with pytest.raises(Refused, match="bring that back first"):
        changes.restore(text, "contracts/food/school-meals")
    text = changes.restore(text, "contracts/food")
    text = changes.restore(text, "contracts/food/school-meals")
    text = changes.restore(text, "contracts/food/hospital-meals")
    assert text == PAGE


def test_a_term_is_merged_into_another_only_without_live_terms_below_it():
    with pytest.raises(Refused, match="contracts/food/school-meals"):
        changes.merge(PAGE, "contracts/food", "contracts/energy")
    text = changes.merge(PAGE, "contracts/food/school-meals", "contracts/food/hospital-meals")
    assert Vocabulary.load(text).get("contracts/food/school-meals").id == "contracts/food/hospital-meals"
    with pytest.raises(Refused, match="retired"):
        changes.merge(text, "contracts/energy", "contracts/food/school-meals")


def test_a_term_is_split_below_itself_or_beside():
    text = changes.split(PAGE, "contracts/energy", [("power", "Power"), ("heat", "Heat")])
    assert [term.label for term in Vocabulary.load(text).get("contracts/energy").children] == ["Power", "Heat"]
    text = changes.split(PAGE, "contracts/energy", [("power", "Power"), ("heat", "Heat")], beside=True)
    contents = Vocabulary.load(text)
    assert contents.get("contracts/energy").retired and contents.get("contracts/power").label == "Power"
    with pytest.raises(Refused, match="at least two"):
        changes.split(PAGE, "contracts/energy", [("power", "Power")])


def test_line_ends_and_a_missing_last_one_are_no_trouble():
    windows = PAGE.replace("\n", "\r\n")
    after = changes.add(windows, "contracts/food", "new-one", "New")
    assert after.replace("\r\n", "\n") == changes.add(PAGE, "contracts/food", "new-one", "New")
    assert "\n" not in after.replace("\r\n", "")
    assert Vocabulary.load(changes.add(PAGE.rstrip("\n"), "people", "new-one", "New")).get("people/new-one")


_WORDS = st.text(alphabet=st.sampled_from("ab:,#'\"[]{}&-!%@ é\t"), min_size=1, max_size=12)
_STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "revise", "move", "move", "move", "retire", "restore", "merge", "split"]),
              st.integers(0, 10**6), st.integers(0, 10**6), _WORDS),
    max_size=10,
)


def attempt(text, step, number):
    """One step of any kind, with terms chosen by number; what is refused changes nothing."""
    kind, one, other, word = step
    ids = [term.id for term in Vocabulary.load(text).walk()]
    id, second = ids[one % len(ids)], ["", *ids][other % (len(ids) + 1)]
    try:
        if kind == "add":
            return changes.add(text, second, f"t{number}", word, aliases=[word], note=word)
        if kind == "revise":
            return changes.revise(text, id, label=word, note=word[::-1], aliases=[word, word + "x"])
        if kind == "split":
            return changes.split(text, id, [(f"s{number}", word), (f"r{number}", word)], beside=bool(other % 2))
        if kind in ("move", "merge"):
            return getattr(changes, kind)(text, id, second)
        return getattr(changes, kind)(text, id)
    except Refused:
        return text


@settings(max_examples=40, deadline=None)
@given(steps=_STEPS, start=st.sampled_from([PAGE, PAGE.replace("\n", "\r\n")]))
def test_after_any_changes_every_id_that_ever_was_leads_to_a_term(steps, start):
    text, seen = start, set()
    for number, step in enumerate(steps):
        seen |= {term.id for term in Vocabulary.load(text).walk()}
        before, text = text, attempt(text, step, number)
        now = Vocabulary.load(text)
        lost = [id for id in seen if now.get(id) is None]
        assert not lost, (step, lost)
        comments = [line for line in before.splitlines() if line.strip().startswith("#")]
        assert all(any(comment.strip() in line for line in text.splitlines()) for comment in comments)


def test_the_hierarchy_that_ships_takes_every_change_term_by_term():
    text = shipped()
    for term in list(Vocabulary.load(text).walk())[::5]:
        after = changes.revise(text, term.id, label="Other, name", aliases=["One: two", "three"], note="Why #1")
        now = Vocabulary.load(after)
        assert (now.get(term.id).label, now.get(term.id).note) == ("Other, name", "Why #1")
        assert [one.id for one in now.walk()] == [one.id for one in Vocabulary.load(text).walk()]
        assert len(lines_changed(text, after)[0]) <= 7
