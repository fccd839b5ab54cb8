"""The home page, the entrances of the four audiences and the tools, as people of each kind see them."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from lxml import html

from cupboard import instance, seeding
from cupboard.audiences import AUDIENCES
from tests.catalogue.making import text
from tests.catalogue.test_exactness import store
from tests.conftest import Client, set_acl
from tests.test_editing import Writer, minimal

WIKI = "text/x.moin.wiki;charset=utf-8"


def page_of(client: Client, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    page = html.document_fromstring(answer.text)
    assert not page.cssselect("main .moin-error"), page.cssselect("main .moin-error")[0].text_content()
    return page


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def below(page: Any, heading: str) -> list[Any]:
    """What stands below a heading, up to the next one of its level."""
    (found,) = [one for one in page.cssselect("main h2") if heading in one.text_content()]
    after = []
    for one in found.itersiblings():
        if one.tag == "h2":
            break
        after.append(one)
    return after


def put_pages(app: Any, *names: str) -> None:
    """The pages of these names that a new wiki starts with."""
    with instance.inside(app) as storage:
        for page in seeding.shipped_pages():
            if page.name in names:
                item = storage.get_item(namespace="", name_exact=page.name)
                meta = {"name": [page.name], "namespace": "", "contenttype": WIKI, "itemtype": "default"}
                item.store_revision({**meta, "rev_number": 1}, io.BytesIO(page.data))


@pytest.mark.parametrize("who", [None, "alice", "editor1", "admin"])
def test_home_says_what_this_is_and_how_to_find_add_and_know_who_is_behind_it(
    seeded_client: Client, who: str | None
) -> None:
    client = seeded_client.sign_in(who) if who else seeded_client
    page = page_of(client, "/Home")
    headings = [one.text_content().strip("¶ ") for one in page.cssselect("main h1")]
    assert headings == ["The Sustainable Procurement Cupboard"]
    find = page.cssselect("main form.c-find")[0]
    assert find.get("action") == "/+cupboard/browse" and find.cssselect("input[name=q]")
    assert find.xpath(".//a[@href='/+cupboard/new']")
    assert re.search(r"\d+ case studies and stories from \d+ organisations", words(find))
    sections = [one for part in below(page, "What is here") for one in part.iter("li")]
    assert len(sections) == 6
    for one in sections:
        assert one.cssselect("h3 a")[0].get("href").startswith("/Contents/")
        assert one.cssselect("p")[0].text_content().endswith(".") and re.search(r"\d+ case stud|none yet", words(one))
    assert [one.get("href") for part in below(page, "What do you do?") for one in part.iter("a")] == [
        f"/{one.page}" for one in AUDIENCES.values()
    ]
    assert sum(len(part.cssselect(".c-card")) for part in below(page, "Newest case studies")) == 3
    assert sum(len(part.cssselect(".c-card")) for part in below(page, "Change stories")) == 3
    assert sum(len(part.cssselect("li")) for part in below(page, "What changed in the law")) == 3
    behind = " ".join(words(part) for part in below(page, "Who is behind it"))
    assert "Public bodies write these pages" in behind and "About the Cupboard" in words(page_of(client, "/About"))


def test_the_counts_of_home_are_those_of_the_lists_that_they_lead_to(seeded_app: Any) -> None:
    closed = "CaseStudies/leicestershire-led"
    set_acl(seeded_app, closed, "alice:read")
    for who in (None, "alice"):
        client = seeded_app.test_client()
        client = client.sign_in(who) if who else client
        for one in (one for part in below(page_of(client, "/Home"), "What is here") for one in part.iter("li")):
            section = one.cssselect("h3 a")[0].get("href").removeprefix("/Contents/")
            listed = page_of(client, f"/+cupboard/browse?term={section}").cssselect("#list")[0].text_content()
            total = sum(map(int, re.findall(r"\d+", listed)))  # of all kinds of page
            said = words(one.cssselect(".c-counts__count")[0]).split()[0]
            assert said == (str(total) if total else "No"), (who, section)


@pytest.mark.parametrize("who", [None, "alice"])
def test_each_audience_has_an_entrance_with_what_it_needs(seeded_client: Client, who: str | None) -> None:
    client = seeded_client.sign_in(who) if who else seeded_client
    strategy = page_of(client, "/For/Strategy")
    assert below(strategy, "Results")[0].cssselect("tbody tr")
    assert below(strategy, "What it cost")[0].cssselect(".c-costs table")
    themes = below(strategy, "What is covered")[-1].cssselect("li")
    assert len(themes) == 13 and all(one.cssselect("svg rect") for one in themes)
    buyers = page_of(client, "/For/Buyers")
    assert len(below(buyers, "By what you buy")[0].cssselect("li")) == 22
    assert [words(one) for one in below(buyers, "By stage")[0].cssselect("li .c-counts__label")][:2] == [
        "Identify the need", "Engage the market"]
    assert buyers.cssselect(".c-paper")
    leaders = page_of(client, "/For/Leaders")
    assert len(leaders.cssselect(".c-numbers__cases > li")) == 6
    assert leaders.cssselect(".c-numbers__cases > li")[0][0].tag == "dl", "numbers first"
    services = page_of(client, "/For/ServiceManagers")
    found = [one.get("href") for one in below(services, "Quick wins by service area")[0].iter("a")]
    assert found and all("effort=quick-win" in one and "area=" in one for one in found)
    assert page_of(client, found[0]).cssselect(".c-card")
    for audience in AUDIENCES.values():
        page = page_of(client, f"/{audience.page}")
        assert page.cssselect("form.c-remember button")[0].get("value") == audience.id
    client.post("/+cupboard/for", data={"audience": "leader"})
    button = page_of(client, "/For/Leaders").cssselect("form.c-remember button")[0]
    assert button.get("value") == "", "it can be forgotten"


def test_numbers_are_of_what_has_happened_and_of_what_may_be_read(app: Any) -> None:
    put_pages(app, "For/Leaders")
    figure = lambda result, basis: {"measure": "Saved", "result": result, "basis": basis}  # noqa: E731
    with instance.inside(app) as storage:
        for name, rows in {
            "happened": [figure("£10", "target"), figure("£20", "measured_self")],
            "promised": [figure("£30", "forecast")], "closed": [figure("£40", "independent")],
        }.items():  # fmt: skip
            store(storage, f"CaseStudies/{name}", text(title=name, audiences=["leader"], figures=rows))
    set_acl(app, "CaseStudies/closed", "alice:read")
    client = app.test_client()
    shown = words(page_of(client, "/For/Leaders").cssselect(".c-numbers")[0])
    assert shown.startswith("2 case studies") and "£20" in shown
    assert not any(one in shown for one in ("£10", "£30", "£40", "closed"))
    assert "£40" in words(page_of(client.sign_in("alice"), "/For/Leaders"))


@pytest.mark.parametrize(("markup", "complaint"), [
    ("<<Counts>>", "say what is counted"), ("<<Counts(colour)>>", "say what is counted"),
    ("<<Counts(theme, under=contracts)>>", "with term only"), ("<<Counts(theme, view=pie)>>", "view must be one of"),
    ("<<Audiences(admiral)>>", "audience must be one of"), ("<<Numbers(rows=99)>>", "rows must be"),
    ("<<LawChanges(rows=x)>>", "rows must be"), ("<<Tools(x)>>", "no argument"), ("<<Search(x)>>", "no argument"),
])  # fmt: skip
def test_a_macro_that_is_called_wrongly_says_what_it_takes(app: Any, markup: str, complaint: str) -> None:
    with instance.inside(app) as storage:
        store(storage, "Page", markup.encode(), WIKI)
    assert complaint in app.test_client().get("/Page").text


def test_every_empty_list_says_what_to_do(app: Any) -> None:
    put_pages(app, "Home", "Stories", "Tools", "CaseStudies", *(one.page for one in AUDIENCES.values()))
    client = app.test_client()
    offers = {
        "/+cupboard/browse?q=unheard": "/+cupboard/new", "/CaseStudies": "/+cupboard/new",
        "/Stories": "/+cupboard/new/change-story", "/Tools": "/+cupboard/new/tool",
        "/+cupboard/documents": "/+cupboard/new", "/+cupboard/people": "/+cupboard/profile",
    }  # fmt: skip
    for address, way_on in offers.items():
        page = page_of(client, address)
        assert page.xpath(f"//main//a[@href='{way_on}']"), address
    assert "Check the spelling" in words(page_of(client, "/+cupboard/browse?q=unheard"))
    for address in ("/Home", *(f"/{one.page}" for one in AUDIENCES.values())):
        page_of(client, address)
    mine = words(page_of(client.sign_in("alice"), "/+cupboard/mine").cssselect("main")[0])
    assert "“Add to favourites” is above every page" in mine and "Choose a section" in mine


# ---- Tools ----------------------------------------------------------------------------------------------------------


def test_a_tool_says_what_it_is_for_what_it_takes_and_which_case_studies_used_it(seeded_app: Any) -> None:
    client = seeded_app.test_client()
    listed = page_of(client, "/Tools")
    portal = next(one for one in listed.cssselect(".c-card") if "Warp It" in words(one))
    assert "£6,000 in 2.5 years" in words(portal) and "2 case studies used it" in words(portal)
    assert "Sunderland City Council" in words(portal)
    page = page_of(client, portal.cssselect("a")[0].get("href"))
    cases = [one.get("href") for part in below(page, "Case studies that used it") for one in part.iter("a")]
    assert sorted(cases) == ["/CaseStudies/royal-free-warpit", "/CaseStudies/sunderland-warpit"]
    case = page_of(client, cases[0])
    assert [one.get("href") for part in below(case, "Tools used") for one in part.iter("a")] == ["/Tools/warp-it"]
    set_acl(seeded_app, "CaseStudies/royal-free-warpit", "alice:read")
    assert "1 case study used it" in words(page_of(client, "/Tools"))
    assert "2 case studies used it" in words(page_of(client.sign_in("alice"), "/Tools"))


def test_somebody_adds_a_tool_and_names_it_in_a_case_study(app: Any) -> None:
    put_pages(app, "Tools")
    alice = Writer(app, "alice")
    form = alice.get("/+cupboard/new/tool")
    said = {"title": "Mileage counter", "purpose": "Counts miles.", "cost": "Free"}
    saved = alice.post("/+cupboard/new/tool", form.data(), **said)
    assert saved.status in (302, 303), words(saved.page)
    found = alice.client.get("/+cupboard/pages?q=mile").get_json()["pages"]
    assert found == [{"name": "Tools/mileage-counter", "label": "Mileage counter"}]
    sent = alice.get("/+cupboard/new")
    data = minimal(sent)
    data.setlist("tools", ["Tools/mileage-counter"])
    saved = alice.post("/+cupboard/new", data)
    assert saved.status in (302, 303), words(saved.page)
    reader = app.test_client()
    page = page_of(reader, "/Tools/mileage-counter")
    assert "Anytown Council" in words(page.cssselect(".c-facts")[0])
    assert "40% less paper" in " ".join(words(part) for part in below(page, "Case studies that used it"))
    refused = Writer(app, "alice").post("/+cupboard/new/tool", form.data(), title="")
    assert refused.status == 422 and "Enter the name of the tool" in words(refused.page)


# ---- The form and the case page --------------------------------------------------------------------------------------


def test_the_form_shows_a_good_and_a_bad_answer_and_editors_can_change_them(app: Any) -> None:
    from cupboard import definitions, pages

    alice = Writer(app, "alice")
    hint = alice.get("/+cupboard/new").page.cssselect("#result-hint")[0]
    assert [one.text_content().split(":")[0] for one in hint.cssselect(".c-example")] == ["Good", "Not so good"]
    with instance.inside(app) as storage:
        said = definitions.text_in_force(definitions.TEMPLATE)
        changed = said.replace("avoid: Anytown Council's sustainable food journey", "avoid: Our big adventure")
        assert changed != said
        pages.store(definitions.TEMPLATE, changed.encode(), contenttype=definitions.CONTENT_TYPE,
                    itemtype=definitions.ITEM_TYPE, comment="", storage=storage)
    assert "Our big adventure" in words(alice.get("/+cupboard/new").page.cssselect("#title-hint")[0])


def test_a_case_study_goes_from_its_result_to_what_happened_next_and_what_is_related(app: Any) -> None:
    with instance.inside(app) as storage:
        store(storage, "CaseStudies/first", text(title="First"))
        store(storage, "CaseStudies/lamps", text(
            title="Lamps", figures=[{"measure": "Energy", "result": "9 kWh", "basis": "measured_self"}],
            resources=[{"kind": "contract", "title": "Contract", "link": "https://example.org/c.pdf"}],
            contact_role="Lighting team", next_state="re-let", next_date="2021", builds_on=["CaseStudies/first"],
            legal_status=[{"status": "legal_team", "date": "2026"}],
        ))  # fmt: skip
    client = app.test_client()
    page = page_of(client, "/CaseStudies/lamps")
    order = [one.text_content().strip("¶ ") for one in page.cssselect("main h1, main .c-facts dt:first-child, main h2")]
    wanted = ["Lamps", "Organisation", "Legal status", "Context", "Action", "Impact", "Figures", "Primary resources",
              "Contact point", "What happened next", "Builds on"]  # fmt: skip
    places = [order.index(one) if one != "Legal status" else len(order) - 1 - order[::-1].index(one) for one in wanted]
    assert places == sorted(places), order
    assert "Let again (2021)" in " ".join(words(part) for part in below(page, "What happened next"))
    assert "What happened next" not in words(page_of(client, "/CaseStudies/first"))
    asked = below(page_of(client.sign_in("alice"), "/CaseStudies/first"), "What happened next")
    assert "#next_state" in asked[0].xpath(".//a/@href")[0], "who may write is asked"
