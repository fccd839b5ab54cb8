"""Term pages and proposals: anybody may ask for a change and support one, editors decide, and what is accepted is
done.
"""

import pytest

from cupboard import instance, pages
from tests.conftest import set_acl
from tests.terms.test_guard import current, text_of
from tests.terms.test_term_form import CONTENTS, change, words

PROPOSE, ACT, LIST = "/+cupboard/terms/propose", "/+cupboard/terms/proposal", "Cupboard/Proposals"
MEALS = "contracts/food/school-meals"


@pytest.fixture
def alice(seeded_client):
    return seeded_client.sign_in("alice")


def propose(client, term=MEALS, action="merge", why="Two names for ''one'' thing.", **given):
    return client.post(PROPOSE, data={"term": term, "action": action, "why": why, **given})


def act(client, name, do, **given):
    return client.post(ACT, data={"name": name, "do": do, **given})


def made(client, **given):
    answer = propose(client, into="contracts/food", **given)
    assert answer.status_code == 303, words(answer)[:800]
    return answer.location.lstrip("/")


def test_a_term_has_a_page_before_anybody_wrote_one(seeded_client, seeded_app):
    shown = seeded_client.get(f"/Contents/{MEALS}")
    assert shown.status_code == 200
    said = words(shown)
    assert "School meals" in said and MEALS in said and "case stud" in said and "Propose a change" in said
    assert "Part of Contracts › Food and catering" in said
    with instance.inside(seeded_app) as storage:
        assert not pages.exists(f"Contents/{MEALS}", storage)
    assert seeded_client.get("/Contents/contracts/no-such-thing").status_code == 404
    assert "About this term" in seeded_client.get("/Contents/contracts/food").text


def test_the_page_of_an_id_that_was_given_up_leads_to_the_term(seeded_client, seeded_app):
    seeded_client.sign_in("editor1")
    assert change(seeded_client, MEALS, "merge", into="contracts/food").status_code == 303
    answer = seeded_client.get(f"/Contents/{MEALS}")
    assert answer.status_code == 302 and answer.location.endswith("/Contents/contracts/food")


def test_who_may_not_read_below_contents_sees_no_term_page(seeded_client, seeded_app):
    set_acl(seeded_app, "Contents/contracts/food", "All:")
    answer = seeded_client.get(f"/Contents/{MEALS}")
    assert answer.status_code in (403, 404) and "School meals" not in answer.text


def test_a_discussion_makes_the_page_and_is_linked_from_it(alice, seeded_app):
    answer = alice.post("/+cupboard/terms/discuss", data={"term": MEALS})
    assert answer.status_code == 303 and "Discussion" in answer.location
    with instance.inside(seeded_app) as storage:
        assert pages.exists(f"Contents/{MEALS}", storage)
        pages.store(f"Contents/{MEALS}/Discussion", b"Is it wide enough?", contenttype="text/x.moin.wiki;charset=utf-8",
                    itemtype="default", storage=storage)
    shown = alice.get(f"/Contents/{MEALS}")
    assert shown.status_code == 200 and f"/Contents/{MEALS}/Discussion" in shown.text
    alice.sign_out()
    assert alice.post("/+cupboard/terms/discuss", data={"term": "contracts/energy"}).status_code == 403


@pytest.mark.parametrize("action, given", [
    ("revise", {"new_label": "Meals in schools"}), ("split", {"parts": "Hot\nCold"}),
    ("merge", {"into": "contracts/energy"}),
    ("move", {"above": "external-engagement"}), ("add", {"add_label": "Breakfasts"}), ("retire", {}),
])  # fmt: skip
def test_each_kind_is_proposed_and_listed_and_accepting_carries_it_out(alice, seeded_app, action, given):
    text = text_of(seeded_app)
    answer = propose(alice, action=action, **given)
    assert answer.status_code == 303
    name = answer.location.lstrip("/")
    shown = words(alice.get(f"/{name}"))
    assert "Open" in shown and "Two names for one thing." in shown and "Proposed by alice" in shown
    assert "What follows if it is accepted" in shown and text_of(seeded_app) == text
    assert name in alice.get(f"/{LIST}").text
    alice.sign_in("editor1")
    assert act(alice, name, "accept", reason="All agreed").status_code == 303
    contents = current(seeded_app).contents
    assert {
        "revise": lambda: contents.get(MEALS).label == "Meals in schools",
        "split": lambda: len(contents.get(MEALS).children) == 2,
        "merge": lambda: contents.get(MEALS).id == "contracts/energy",
        "move": lambda: contents.get(MEALS).id == "external-engagement/school-meals",
        "add": lambda: contents.get(f"{MEALS}/breakfasts").label == "Breakfasts",
        "retire": lambda: contents.get(MEALS).retired,
    }[action]()
    shown = words(alice.get(f"/{name}"))
    assert "Accepted by editor1" in shown and "All agreed" in shown and "Accept, and carry it out" not in shown
    act(alice, name, "decline", reason="Changed my mind")
    assert "Accepted by editor1" in words(alice.get(f"/{name}"))


def test_public_bodies_support_by_name_and_only_who_said_it_takes_it_back(alice, seeded_app):
    name = made(alice)
    assert act(alice, name, "support", organisation="Anytown Council").status_code == 303
    assert "Anytown Council ( says alice" in words(alice.get(f"/{name}")) or "Anytown Council (says alice" in words(
        alice.get(f"/{name}")
    )
    act(alice, name, "support", organisation="anytown council")
    alice.sign_in("buyer1")
    act(alice, name, "withdraw", organisation="Anytown Council")
    assert "Anytown Council" in words(alice.get(f"/{name}"))
    assert words(alice.get(f"/{name}")).count("Anytown Council") == 1
    alice.sign_in("alice")
    act(alice, name, "withdraw", organisation="Anytown Council")
    assert "No public body yet" in words(alice.get(f"/{name}"))


def test_a_member_of_the_body_is_told_apart(alice, seeded_app):
    with instance.inside(seeded_app) as storage:
        pages.store("Organisations/anytown-councilGroup", b"", contenttype="text/x.moin.wiki;charset=utf-8",
                    itemtype="default", storage=storage, meta={"usergroup": ["alice"]})
    name = made(alice)
    act(alice, name, "support", organisation="Anytown Council")
    assert "said by its member alice" in words(alice.get(f"/{name}"))


def test_only_editors_decide_and_a_reason_is_needed(alice, seeded_app):
    name, text = made(alice), text_of(seeded_app)
    for do in ("accept", "decline"):
        assert act(alice, name, do, reason="Me").status_code == 403
    assert "Accept, and carry it out" not in alice.get(f"/{name}").text
    assert alice.post(f"/+modify/{name}?itemtype=term-proposal&contenttype=text/x-term-proposal;charset%3Dutf-8",
                      data={"edit.text": "---\nstatus: accepted\n---\n", "edit.do": "save"}).status_code == 403
    alice.sign_in("editor1")
    act(alice, name, "accept", reason=" ")
    assert "Open" in words(alice.get(f"/{name}")) and text_of(seeded_app) == text
    act(alice, name, "decline", reason="They differ")
    assert "Declined by editor1" in words(alice.get(f"/{name}")) and text_of(seeded_app) == text


def test_without_an_account_one_reads_and_no_more(seeded_client, seeded_app):
    name = made(seeded_client.sign_in("alice"))
    seeded_client.sign_out()
    assert "Two names for one thing." in words(seeded_client.get(f"/{name}"))
    assert seeded_client.get(PROPOSE).status_code == 403
    assert propose(seeded_client).status_code == 403
    assert act(seeded_client, name, "support", organisation="X").status_code == 403


def test_what_cannot_be_carried_out_is_said_at_once_and_when_it_has_become_so(alice, seeded_app):
    answer = propose(alice, action="add", add_label="School meals", term="contracts/food")
    assert answer.status_code == 422 and "is there already" in answer.text and "School meals" in answer.text
    assert propose(alice, into="contracts/food", why=" ").status_code == 422
    name = made(alice)
    alice.sign_in("editor1")
    change(alice, MEALS, "merge", into="contracts/energy")
    shown = words(alice.get(f"/{name}"))
    assert "It can't be carried out as it is" in shown and "Accept, and carry it out" not in shown
    act(alice, name, "accept", reason="Yes")
    assert "Open" in words(alice.get(f"/{name}"))
    assert current(seeded_app).contents.get(MEALS).id == "contracts/energy"


def test_a_hidden_proposal_is_not_listed(alice, seeded_app):
    name = made(alice)
    set_acl(seeded_app, name, "editor1:read,write All:")
    assert name not in alice.get(f"/{LIST}").text
    assert act(alice, name, "support", organisation="X").status_code == 404
    assert CONTENTS not in alice.get(f"/{name}").text
