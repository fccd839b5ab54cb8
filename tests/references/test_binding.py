"""Pages are made, renamed, deleted and made again; a reference is followed, or is known to lead nowhere."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies
from moin.constants.keys import ACTION_TRASH, CURRENT, NAME, REVID, TRASH

from cupboard import instance, pages
from cupboard.document import Document, parse
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.change_story import STORY
from cupboard.references.binding import BINDINGS, resolve
from cupboard.references.dead import dead, differences
from cupboard.references.shown import look_up, origins, stories_of
from tests.conftest import set_acl

LETTERS = "abc"


def case(title: str, **fields: Any) -> Document:
    told = {"title": title, "kind": "case", "result": "More", "organisation": "Anytown Council",
            "organisation_type": "council", "region": "wales", "categories": ["contracts/food"],
            "provenance": "organisation", **fields}
    return Document.new(told, {one: "Told." for one in ("Context", "Action", "Impact")}, ())


def story(*actions: list[str], title: str = "How we changed") -> Document:
    told = {"title": title, "result": "More", "organisation": "Anytown Council", "organisation_type": "council",
            "region": "wales", "categories": ["change-process"], "provenance": "organisation",
            "actions": [{"what": f"Action {number}", "cases": "\n".join(names)}
                        for number, names in enumerate(actions, start=1)]}
    return Document.new(told, {"Why it began": "Told.", "Results": "Told."}, ())


def make(name: str, storage: Any, **fields: Any) -> str:
    pages.save(CASE_STUDY, name, case(name, **fields), storage=storage)
    return itemid(name, storage)


def itemid(name: str, storage: Any) -> str:
    return pages.read(name, storage=storage).meta["itemid"]


def delete(name: str, storage: Any) -> None:
    """As Moin does it."""
    item = storage[name]
    revision = item.get_revision(CURRENT)
    with revision.data as data:
        content = data.read()
    meta = {key: value for key, value in revision.meta.items() if key != REVID}
    item.store_revision({**meta, NAME: [], TRASH: True, "name_old": [name]}, io.BytesIO(content), action=ACTION_TRASH,
                        contenttype_current=revision.meta["contenttype"])


def bindings(name: str, storage: Any) -> Any:
    return pages.read(name, storage=storage).meta[BINDINGS]


def targets(name: str, names: list[str], storage: Any) -> list[str | None]:
    return [one.target.name if one.target else None for one in look_up(names, bindings(name, storage))]


def test_a_reference_follows_its_page_even_where_another_takes_the_old_name(storage: Any) -> None:
    make("CaseStudies/a", storage)
    pages.save(STORY, "Stories/s", story(["CaseStudies/a"]), storage=storage)
    pages.rename("CaseStudies/a", "CaseStudies/b", comment="", storage=storage)
    make("CaseStudies/a", storage)
    assert targets("Stories/s", ["CaseStudies/a"], storage) == ["CaseStudies/b"]
    assert [part.title for part in stories_of(itemid("CaseStudies/b", storage))] == ["How we changed"]
    assert stories_of(itemid("CaseStudies/a", storage)) == []


def test_a_reference_that_came_from_the_command_line_follows_by_the_names_that_the_page_had(storage: Any) -> None:
    pages.save(STORY, "Stories/s", story(["CaseStudies/later"]), storage=storage)
    assert bindings("Stories/s", storage) == {}
    assert targets("Stories/s", ["CaseStudies/later"], storage) == [None]
    make("CaseStudies/later", storage)
    assert targets("Stories/s", ["CaseStudies/later"], storage) == ["CaseStudies/later"]
    pages.rename("CaseStudies/later", "CaseStudies/now", comment="", storage=storage)
    assert targets("Stories/s", ["CaseStudies/later"], storage) == ["CaseStudies/now"]
    assert [part.words for part in stories_of(itemid("CaseStudies/now", storage))] == ["step 1 of 1"]


def test_a_page_that_was_deleted_is_missing_until_one_takes_its_name(storage: Any) -> None:
    make("CaseStudies/a", storage)
    pages.save(STORY, "Stories/s", story([], ["CaseStudies/a"]), storage=storage)
    assert list(dead(storage)) == []
    delete("CaseStudies/a", storage)
    assert list(dead(storage)) == ["Stories/s: cases, row 2: there is no page CaseStudies/a"]
    assert look_up(["CaseStudies/a"], bindings("Stories/s", storage))[0].is_missing
    make("CaseStudies/a", storage)
    assert list(dead(storage)) == [] and targets("Stories/s", ["CaseStudies/a"], storage) == ["CaseStudies/a"]


def test_the_steps_of_a_story_that_a_case_is_part_of_are_counted(storage: Any) -> None:
    for name in "ab":
        make(f"CaseStudies/{name}", storage)
    pages.save(STORY, "Stories/s", story(["CaseStudies/b"], [], ["CaseStudies/a", "CaseStudies/b"]), storage=storage)
    (of_a,), (of_b,) = (stories_of(itemid(f"CaseStudies/{name}", storage)) for name in "ab")
    assert (of_a.words, of_b.words) == ("step 3 of 3", "steps 1 and 3 of 3")


def test_who_copied_whom_is_known_at_both_ends_and_in_circles(storage: Any) -> None:
    first = make("CaseStudies/first", storage)
    second = make("CaseStudies/second", storage, copied_from=["CaseStudies/first"])
    third = make("CaseStudies/third", storage, builds_on=["CaseStudies/second"])
    for one in (first, second, third):
        (top,) = origins(one)
        assert (top.page.itemid, top.children[0].page.itemid, top.children[0].how) == (first, second, "copied_from")
        assert (top.children[0].children[0].page.itemid, top.children[0].children[0].how) == (third, "builds_on")
    pages.save(CASE_STUDY, "CaseStudies/first", case("First", copied_from=["CaseStudies/third"]), storage=storage)
    (top,) = origins(second)
    assert top.page.itemid == second and top.children[0].children[0].children[0].again


def test_nothing_that_a_reader_may_not_read_is_named_or_counted(app: Any) -> None:
    with instance.inside(app) as storage:
        for name in "ab":
            make(f"CaseStudies/{name}", storage)
        make("CaseStudies/c", storage, copied_from=["CaseStudies/b"])
        pages.save(CASE_STUDY, "CaseStudies/b", case("Hidden", copied_from=["CaseStudies/a"]), storage=storage)
        pages.save(STORY, "Stories/s", story(["CaseStudies/a", "CaseStudies/b"]), storage=storage)
        pages.save(STORY, "Stories/t", story(["CaseStudies/a"], title="Secret plans"), storage=storage)
    set_acl(app, "CaseStudies/b", "admin:read")
    set_acl(app, "Stories/t", "admin:read")
    client = app.test_client()
    shown = client.get("/CaseStudies/a").get_data(as_text=True)
    assert "How we changed" in shown and "Secret plans" not in shown and "Who copied whom" not in shown
    told = client.get("/Stories/s").get_data(as_text=True)
    assert "Hidden" not in told and "CaseStudies/b: there is no page of this name that you can read" in told
    assert client.get("/+cupboard/pages?q=hidden").get_json() == {"pages": []}
    below = client.get("/CaseStudies/c").get_data(as_text=True)
    assert "Hidden" not in below and "Who copied whom" not in below
    assert "Hidden" in client.sign_in("admin").get("/Stories/s").get_data(as_text=True)


def test_a_person_who_may_not_read_a_page_does_not_learn_of_it_by_referring_to_it(app: Any) -> None:
    with instance.inside(app) as storage:
        make("CaseStudies/secret", storage)
    set_acl(app, "CaseStudies/secret", "admin:read")
    client = app.test_client().sign_in("alice")
    sent = {"edit.editor": "text", "edit.do": "save", "edit.text": story(["CaseStudies/secret"]).text}
    assert client.post("/+cupboard/new/change-story", data=sent).status_code == 303
    with instance.inside(app) as storage:
        assert bindings("Stories/how-we-changed", storage) == {}


OPERATIONS = strategies.lists(
    strategies.tuples(strategies.sampled_from(["make", "rename", "delete", "save"]), strategies.sampled_from(LETTERS),
                      strategies.sampled_from(LETTERS)),
    min_size=2, max_size=10,
)
_runs = iter(range(10_000))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS)
def test_no_reference_is_ever_dead_unseen(storage: Any, operations: list[tuple[str, str, str]]) -> None:
    top = f"CaseStudies/run-{next(_runs)}"
    teller = top.replace("CaseStudies", "Stories")
    names = [f"{top}-{letter}" for letter in LETTERS]
    alive: dict[str, str] = {}  # name -> item
    held: dict[str, list[str]] = {name: [] for name in names}  # the items that had a name
    bound: dict[str, str] = {}

    def save() -> None:
        text = story(*([name] for name in names), title=f"Told {len(seen)} times")
        pages.save(STORY, teller, text, storage=storage)
        seen.append(teller)
        for name in names:
            if name in bound and (bound[name] in alive.values() or name not in alive):
                continue
            bound.pop(name, None)
            if name in alive:
                bound[name] = alive[name]

    seen: list[str] = []
    save()
    for what, one, other in operations:
        source, target = f"{top}-{one}", f"{top}-{other}"
        if what == "make" and source not in alive:
            alive[source] = make(source, storage)
            held[source].append(alive[source])
        elif what == "rename" and source in alive and target not in alive:
            pages.rename(source, target, comment="", storage=storage)
            alive[target] = alive.pop(source)
            held[target].append(alive[target])
        elif what == "delete" and source in alive:
            delete(source, storage)
            del alive[source]
        elif what == "save":
            save()

        expected: dict[str, set[str]] = {}
        for name in names:
            if bound.get(name) in alive.values():
                expected[name] = {bound[name]}
            elif name in alive:
                expected[name] = {alive[name]}
            else:
                expected[name] = set() if name in bound else set(held[name]) & set(alive.values())
        found = {one.written: one for one in look_up(names, bindings(teller, storage))}
        for name, items in expected.items():
            target = found[name].target
            assert (target.itemid in items and alive[target.name] == target.itemid) if items else target is None
            assert resolve(name, bound.get(name)) == target
        gone = {line.rsplit(" ", 1)[1] for line in dead(storage) if line.startswith(f"{teller}:")}
        assert gone == {name for name, items in expected.items() if not items}
        for name, item in alive.items():
            steps = [step for part in stories_of(item) for step in part.steps]
            assert steps == [number for number, one in enumerate(names, start=1)
                             if found[one].target and found[one].target.itemid == item]


def test_the_table_is_what_the_stored_pages_give_and_is_made_again_from_them(app: Any) -> None:
    with instance.inside(app) as storage:
        make("CaseStudies/a", storage)
        pages.save(STORY, "Stories/s", story(["CaseStudies/a"]), storage=storage)
        newest = [(key, pages.read(name, storage=storage).revid) for key in ("default",)
                  for name in ("CaseStudies/a", "Stories/s")]
        assert list(differences(storage, newest)) == []
        with storage.writing() as writer:
            writer.connection.execute("DELETE FROM reference_link")
    with instance.inside(app) as storage:
        assert list(differences(storage, newest)) == ["Stories/s: its references are not those in the table"]
        storage.rebuild()
        assert list(differences(storage, newest)) == []
        assert targets("Stories/s", ["CaseStudies/a"], storage) == ["CaseStudies/a"]


def test_names_that_nobody_would_write_do_no_harm(storage: Any) -> None:
    odd = ["", " ", "users", "users/", "@itemid/x", "a\x00b", "/" * 50, "x" * 5000, "\ud800", "’’"]
    assert all(one.is_missing for one in look_up(odd, {}))
    assert parse(b"---\nactions: nothing\n---\n").fields["actions"] == "nothing"
    assert list(STORY.references(parse(b"---\nactions: nothing\n---\n"))) == []
