"""Every kind of page that a person can come to: what it is called here, who comes to it, and how.

A page is reached by an address, or by a function that is given the browser's page and does what a person does. The wiki
is a seeded one that :mod:`tests.browser.furnished` has added to. What each page must be is in ``test_every_page``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page

CASE = "/CaseStudies/phw-office-furniture"
COSTS = "/CaseStudies/leicestershire-led"
STORY = "/Stories/manchester-social-value"
NEW = "?itemtype=default&contenttype={};charset=utf-8&template="


class Kind(NamedTuple):
    """One kind of page.

    :ivar name: what it is, in words
    :ivar reach: its address, or what is done to get there
    """

    name: str
    reach: str | Callable[[Page], object]


def press(page: Page, button: str) -> None:
    page.get_by_role("main").get_by_role("button", name=button).last.click()
    page.wait_for_load_state()


def posted(address: str, button: str, **filled: str) -> Callable[[Page], None]:
    """Open a page, fill in its fields (by id, ``__`` for a hyphen) and press a button."""

    def reach(page: Page) -> None:
        page.goto(address)
        for id, value in filled.items():
            field = page.locator(f'[id="{id.replace("__", "-")}"]')
            field.select_option(value) if field.evaluate("one => one.tagName") == "SELECT" else field.fill(value)
        press(page, button)

    return reach


def link(address: str, pattern: str) -> Callable[[Page], None]:
    """Open a page, then the first address that is linked from it and has this in it."""

    def reach(page: Page) -> None:
        page.goto(address)
        page.goto(page.locator(f'main a[href*="{pattern}"]').first.get_attribute("href"))

    return reach


def unfolded(address: str) -> Callable[[Page], None]:
    """Open a page and all that is folded on it."""

    def reach(page: Page) -> None:
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")

    return reach


def uploaded(page: Page) -> None:
    """A file is chosen in the form of a new case study, which is not whole yet."""
    page.goto("/+cupboard/new")
    upload = page.locator('[id="resources-0-attachment_upload"]')
    upload.set_input_files({"name": "contract.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%\n"})
    page.locator('[id="resources-0-title"]').fill("The contract")
    page.get_by_role("button", name="Add another row to Primary resources").click()
    page.wait_for_load_state()


def conflicting(page: Page) -> None:
    """Somebody else changes the same part while a form is open."""
    page.goto("/+modify/CaseStudies/city-ppa")
    other = page.context.new_page()
    other.goto("/+modify/CaseStudies/city-ppa")
    other.get_by_label("Context", exact=True).fill("Somebody else wrote this.")
    press(other, "Save")
    other.close()
    page.get_by_label("Context", exact=True).fill("I wrote this.")
    press(page, "Save")


def conflicting_text(page: Page) -> None:
    """The same, of a page of plain wiki markup."""
    page.goto("/+modify/Markup")
    other = page.context.new_page()
    for one, text in ((other, "Somebody else wrote this."), (page, "I wrote this.")):
        if one is other:
            one.goto("/+modify/Markup")
        one.locator("textarea:not([readonly])").first.fill(text)
        press(one, "Save")
    other.close()


def starred(page: Page) -> None:
    """My Cupboard with two favourites."""
    for address in (CASE, "/Contents/contracts/food"):
        page.goto(address)
        page.get_by_role("button", name=re.compile("to favourites")).click()
        page.get_by_role("button", name=re.compile("In your favourites")).wait_for()
    page.goto("/+cupboard/mine")


def kept_search(page: Page) -> None:
    """A search is kept, and stands in the list."""
    page.goto("/+cupboard/browse?region=scotland")
    page.get_by_text(re.compile("Keep this search")).first.click()
    field = page.locator("[name=name]").first
    if field.count():
        field.fill("Scotland")
    press(page, "Keep")
    page.goto("/+cupboard/searches")


def proposed(page: Page) -> None:
    """A proposal to merge a section, with its page."""
    page.goto("/+cupboard/terms/propose?term=contracts/food/school-meals")
    page.get_by_role("radio", name="Merge it into another").check()
    page.get_by_label("Merge into", exact=True).select_option("contracts/food")
    page.get_by_label("Why?").fill("Two names for one thing.")
    press(page, "Propose it")


def deleted(page: Page) -> None:
    """A page that was there."""
    page.goto("/+delete/PlainText")
    press(page, "Delete")
    page.goto("/PlainText")


def shared(page: Page) -> None:
    """A case study with everything open that page tools fold."""
    page.goto(CASE)
    page.get_by_text("More", exact=True).click()


ANYBODY = (
    Kind("home", "/Home"),
    Kind("the four ways in", "/For"),
    Kind("way in: strategy", "/For/Strategy"),
    Kind("way in: buyers", "/For/Buyers"),
    Kind("way in: leaders", "/For/Leaders"),
    Kind("way in: service managers", "/For/ServiceManagers"),
    Kind("what do you do?", "/+cupboard/for"),
    Kind("case study for leaders", f"{CASE}?for=leader"),
    Kind("list for buyers", "/+cupboard/browse?for=practitioner&region=scotland"),
    Kind("primary documents", unfolded("/+cupboard/documents")),
    Kind("primary documents, none found", "/+cupboard/documents?region=nowhere"),
    Kind("tools", "/Tools"),
    Kind("tool", "/Tools/warp-it"),
    Kind("about", "/About"),
    Kind("about", "/About"),
    Kind("for whom", "/For"),
    *(Kind(f"entrance: {name}", f"/For/{name}") for name in ("Buyers", "Leaders", "ServiceManagers", "Strategy")),
    Kind("who reads", "/+cupboard/for"),
    Kind("primary documents", "/+cupboard/documents"),
    Kind("primary documents, none", "/+cupboard/documents?q=zzzz"),
    Kind("tools", "/Tools"),
    Kind("tool", "/Tools/lm3"),
    Kind("contents", "/Contents"),
    Kind("section", "/Contents/contracts/food"),
    Kind("section of the last level", "/Contents/contracts/food/school-meals"),
    Kind("section with a table of costs", "/Contents/impact-tools"),
    Kind("wiki page with an empty list", "/NoFood"),
    Kind("all case studies", "/CaseStudies"),
    Kind("all, with filters", "/+cupboard/browse"),
    Kind("filtered", unfolded("/+cupboard/browse?region=scotland&q=food&term=contracts/food")),
    Kind("no results, another word suggested", "/+cupboard/browse?q=scool"),
    Kind("filtered, as a table", "/+cupboard/browse?region=scotland&view=table"),
    Kind("no results", "/+cupboard/browse?q=zzzz"),
    Kind("bad query", f"/+cupboard/browse?region={'x' * 300}"),
    Kind("cards with every legal status", "/+cupboard/browse?q=Statusword"),
    Kind("legal status across a section", "/+cupboard/legal?term=contracts"),
    Kind("case study", unfolded(CASE)),
    Kind("case study with every legal status", unfolded("/CaseStudies/every-status")),
    Kind("case study, page tools open", shared),
    Kind("cost-benefit", unfolded(COSTS)),
    Kind("one-page brief", f"{CASE}?view=brief"),
    Kind("briefs of a section", "/+cupboard/brief?region=scotland"),
    Kind("stories", "/Stories"),
    Kind("story", unfolded(STORY)),
    Kind("organisations", "/Organisations"),
    Kind("organisation", "/Organisations/anytown-council"),
    Kind("organisation without a page", link(COSTS, "/+cupboard/organisation")),
    Kind("people", "/+cupboard/people"),
    Kind("people, nobody found", "/+cupboard/people?q=zzzz"),
    Kind("person", "/users/buyer1"),
    Kind("help", "/Help"),
    *(Kind(f"help: {name}", f"/Help/{name}") for name in (
        "Accessibility", "AddACaseStudy", "Endorsement", "Favourites", "FindACase", "ForEditors", "LegalStatus",
        "Organisations", "People", "Rights", "TellAChangeStory", "WritingAGoodCase",
    )),  # fmt: skip
    Kind("definition: contents hierarchy", "/Cupboard/Contents"),
    Kind("definition: template", "/Cupboard/Template"),
    Kind("definition: legal statuses", "/Cupboard/LegalStatuses"),
    Kind("definition: regimes", "/Cupboard/Regimes"),
    Kind("definition: discount rates", "/Cupboard/DiscountRates"),
    Kind("definition: endorsement", "/Cupboard/Endorsement"),
    Kind("every kind of markup", "/Markup"),
    Kind("Markdown", "/Markdown"),
    Kind("plain text", "/PlainText"),
    Kind("image", "/Square"),
    Kind("sign in", "/+login"),
    Kind("sign in, refused", posted("/+login", "Sign in", f_login_username="alice", f_login_password="wrong")),
    Kind("register", "/+register"),
    Kind("register, refused", posted("/+register", "Create an account", f_register_username="alice")),
    Kind("forgotten password", "/+lostpass"),
    Kind("forgotten password, refused", lambda page: (page.goto("/+lostpass"), press(page, ""))),
    Kind("new password", "/+recoverpass"),
    Kind("new password, refused", lambda page: (page.goto("/+recoverpass"), press(page, ""))),
    Kind("account verified, bad link", "/+verifyemail?username=alice&token=bad"),
    Kind("stop emails, bad link", "/+cupboard/unsubscribe/bad"),
    Kind("contact asked, bad link", "/+cupboard/contact/bad"),
    Kind("invitation, bad link", "/+cupboard/invitation/bad"),
    Kind("add a case study, not signed in", "/+cupboard/new"),
    Kind("favourites, not signed in", "/+cupboard/mine"),
    Kind("history", "/+history/Markup"),
    Kind("old version", link("/+history/Markup", "/+show/")),
    Kind("diff", lambda page: (page.goto("/+history/Markup"), press(page, "Compare the two versions"))),
    Kind("diff of a case study", lambda page: (page.goto("/+diff/Cupboard/Endorsement"))),
    Kind("details and rights", f"/+meta{CASE}"),
    Kind("source text", f"/+highlight{CASE}"),
    Kind("links of a page", "/+sitemap/Home"),
    Kind("links to a page", "/+backrefs/Help"),
    Kind("links from a page", "/+forwardrefs/Help"),
    Kind("pages with similar names", "/+similar_names/Home"),
    Kind("pages without links", "/+orphans"),
    Kind("missing pages", "/+wanteds"),
    Kind("recent changes", "/+history"),
    Kind("nothing", "/+blank"),
    Kind("pages of all namespaces", "/all"),
    Kind("all pages", "/+index/"),
    Kind("pages below one", "/+index/Help"),
    Kind("tags", "/+tags"),
    Kind("pages with a tag", "/+tags/contracts"),
    Kind("search of the wiki", "/+search"),
    Kind("search of the wiki, found", "/+search?q=food"),
    Kind("search of the wiki, nothing found", "/+search?q=zzzz"),
    Kind("search of the wiki, bad query", "/+search?q=namere:["),
    Kind("only the content", "/+content/Help"),
    Kind("slides", "/+slideshow/Help"),
    Kind("reports", "/+admin/user"),
    Kind("404, missing page", "/Unwritten"),
    Kind("404, missing address", "/+nothing/here"),
    Kind("404, missing version", f"/+show/+{'0' * 32}/Home"),
    Kind("403, may not read", "/ForAliceOnly"),
    Kind("403, may not change", "/+modify/Home"),
    Kind("400, refused by its address", f"/+cupboard/brief?region={'x' * 300}"),
)

CONTRIBUTOR = (
    Kind("case study, signed in", CASE),
    Kind("form, new", "/+cupboard/new"),
    Kind("form, all unfolded", unfolded("/+cupboard/new")),
    Kind("form, in error", lambda page: (page.goto("/+cupboard/new"), press(page, "Save"))),
    Kind("form, a file uploaded", uploaded),
    Kind("form, filled", f"/+modify{CASE}"),
    Kind("form, preview", lambda page: (page.goto(f"/+modify{CASE}"), press(page, "Preview"))),
    Kind("form, conflict", conflicting),
    Kind("form, as text", f"/+modify{CASE}?editor=text"),
    Kind("form, text in error", lambda page: (
        page.goto(f"/+modify{CASE}?editor=text"), page.locator("textarea").first.fill("---\ntitle: [\n---\n"),
        press(page, "Save"))),
    Kind("story, new", "/+cupboard/new/change-story"),
    Kind("story, in error", lambda page: (page.goto("/+cupboard/new/change-story"), press(page, "Save"))),
    Kind("story, form filled", f"/+modify{STORY}"),
    Kind("tool, new", "/+cupboard/new/tool"),
    Kind("tool, in error", lambda page: (page.goto("/+cupboard/new/tool"), press(page, "Save"))),
    Kind("organisation, may not be added", "/+cupboard/new/organisation"),
    Kind("confirm for the organisation", "/+cupboard/confirm/CaseStudies/status-legal-team"),
    Kind("endorse", f"/+cupboard/endorse{CASE}"),
    Kind("endorse, in error", lambda page: (page.goto(f"/+cupboard/endorse{CASE}"), press(page, "Sign"))),
    Kind("still true?", f"/+cupboard/still-true{CASE}"),
    Kind("favourites, none", "/+cupboard/mine"),
    Kind("favourites", starred),
    Kind("a favourite", "/+cupboard/mine/favourite?favourite=tags::contracts/food"),
    Kind("emails", "/+cupboard/emails"),
    Kind("kept searches, none", "/+cupboard/searches"),
    Kind("kept searches", kept_search),
    Kind("profile, new", "/+cupboard/profile"),
    Kind("profile, in error", lambda page: (page.goto("/+cupboard/profile"), press(page, "Save"))),
    Kind("people like me", "/+cupboard/people/like-me"),
    Kind("people, signed in", "/+cupboard/people"),
    Kind("write to somebody", link("/users/buyer1", "/+cupboard/write/")),
    Kind("write to somebody, in error", lambda page: (
        link("/users/buyer1", "/+cupboard/write/")(page), press(page, "Send"))),
    Kind("settings", "/+usersettings"),
    Kind("settings, in error", posted("/+usersettings", "Save Password", f_password1="x")),
    Kind("leave", "/+cupboard/leave"),
    Kind("leave, in error", lambda page: (page.goto("/+cupboard/leave"), press(page, ""))),
    Kind("propose a change", "/+cupboard/terms/propose?term=contracts/food"),
    Kind("propose a change, in error", lambda page: (
        page.goto("/+cupboard/terms/propose?term=contracts/food"), press(page, "Propose it"))),
    Kind("proposal", proposed),
    Kind("proposals", "/Cupboard/Proposals"),
    Kind("own changes", "/+mychanges"),
    Kind("history, signed in", "/+history/Markup"),
    Kind("missing page, signed in", "/Unwritten"),
    Kind("new page, its template", "/+modify/Unwritten?itemtype=default&contenttype=text/x.moin.wiki;charset=utf-8"),
    Kind("new page, wiki markup", f"/+modify/Unwritten{NEW.format('text/x.moin.wiki')}"),
    Kind("new page, Markdown", f"/+modify/Unwritten{NEW.format('text/x-markdown')}"),
    Kind("new page, HTML", f"/+modify/Unwritten{NEW.format('text/html')}"),
    Kind("new page, image", "/+modify/Unwritten?itemtype=default&contenttype=image/png&template="),
    Kind("edit a wiki page", "/+modify/Help"),
    Kind("edit a wiki page, preview", lambda page: (page.goto("/+modify/Markup"), press(page, "Preview"))),
    Kind("edit a wiki page, conflict", conflicting_text),
    Kind("rename", "/+rename/Markup"),
    Kind("rename, in error", posted("/+rename/Markup", "Rename", f_target="Home")),
    Kind("convert", "/+convert/Markup"),
    Kind("delete", "/+delete/Markup"),
    Kind("bring back", link("/+history/Markup", "/+revert/")),
    Kind("add to your links", "/+quicklink/Help"),
    Kind("deleted page", deleted),
    Kind("history of a deleted page", "/+history/PlainText"),
)

EDITOR = (
    Kind("section, for an editor", "/Contents/contracts/food"),
    Kind("waiting", "/+cupboard/waiting"),
    Kind("changes of law", unfolded("/+cupboard/law-changes")),
    Kind("changes of law, in error", lambda page: (
        page.goto("/+cupboard/law-changes"), press(page, "Dismiss for what is ticked"))),
    Kind("jobs", "/+cupboard/jobs"),
    Kind("a new job", "/+cupboard/jobs/new"),
    Kind("change a term", unfolded("/+cupboard/terms/change?page=Cupboard/Contents&term=contracts/energy")),
    Kind("change a term, what would follow", lambda page: (
        page.goto("/+cupboard/terms/change?page=Cupboard/Contents&term=contracts/energy"),
        page.get_by_label("Name", exact=True).first.fill("Energy and water"),
        page.get_by_role("button", name="Show what would follow").first.click(), page.wait_for_load_state())),
    Kind("new term", "/+cupboard/terms/change?page=Cupboard/Contents"),
    Kind("edit the template", "/+modify/Cupboard/Template"),
    Kind("edit the template, refused", lambda page: (
        page.goto("/+modify/Cupboard/Template"), page.locator("textarea").first.fill("kind: template\ntitle: ["),
        press(page, "Save"))),
    Kind("new organisation", "/+cupboard/new/organisation"),
    Kind("new organisation, in error", lambda page: (page.goto("/+cupboard/new/organisation"), press(page, "Save"))),
    Kind("members", link("/Organisations/anytown-council", "/+cupboard/members/")),
    Kind("members, in error", lambda page: (
        link("/Organisations/anytown-council", "/+cupboard/members/")(page), press(page, "Appoint"))),
    Kind("group page", "/Organisations/anytown-councilGroup"),
    Kind("edit a group page", "/+modify/CupboardEditorsGroup"),
)

ADMINISTRATOR = (
    Kind("administration", "/+admin/superuser"),
    Kind("health", "/+cupboard/admin/health"),
    Kind("coverage", "/+cupboard/admin/coverage"),
    Kind("upkeep", "/+cupboard/admin/upkeep"),
    Kind("work", "/+cupboard/admin/work"),
    Kind("users", "/+admin/userbrowser"),
    Kind("what a user may do", link("/+admin/userbrowser", "user_acl_report")),
    Kind("new user", "/+admin/register_new_user"),
    Kind("new user, in error", lambda page: (page.goto("/+admin/register_new_user"), press(page, ""))),
    Kind("trash", "/+admin/trash"),
    Kind("groups", "/+admin/groupbrowser"),
    Kind("what a group may do", "/+admin/group_acl_report/CupboardEditorsGroup"),
    Kind("access rights", "/+admin/item_acl_report"),
    Kind("sizes", "/+admin/itemsize"),
    Kind("configuration", "/+admin/wikiconfig"),
    Kind("configuration, explained", "/+admin/wikiconfighelp"),
    Kind("highlighting, explained", "/+admin/highlighterhelp"),
    Kind("other wikis", "/+admin/interwikihelp"),
    Kind("destroy", "/+destroy/Markup"),
    Kind("profile of somebody else", "/+cupboard/profile/of/buyer1"),
)

#: Who comes to which of them; None: nobody is signed in.
KINDS: dict[str | None, tuple[Kind, ...]] = {
    None: ANYBODY,
    "alice": CONTRIBUTOR,
    "editor1": EDITOR,
    "admin": ADMINISTRATOR,
}
