"""The theme: its templates parse and fit Moin's pages, its style sheet is small, documented and readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

ROOT = Path(__file__).resolve().parent.parent
THEME = ROOT / "themes" / "cupboard"
STYLE_SHEET = THEME / "static" / "css" / "cupboard.css"
STYLE_SHEETS = sorted((THEME / "static" / "css").glob("*.css"))
COMPONENTS = Path(__file__).parent / "theme_components.html"
TEMPLATES = sorted((THEME / "templates").rglob("*.html"))
MARKUP = [*TEMPLATES, COMPONENTS, *ROOT.glob("plugin/templates/**/*.html")]

#: What other templates rely on. A class may be added, none taken away without its users.
PROMISED = """
    c-button c-button--secondary c-button--warning c-button--link c-field c-field--error c-label c-hint c-error-message
    c-input c-input--short c-textarea c-select c-fieldset c-legend c-checkboxes c-checkbox c-radios c-radio c-tree
    c-rows c-row c-error-summary c-notice c-notice--success c-notice--warning c-notice--error c-tag c-tag--supported
    c-tag--unreviewed c-tag--contested c-tag--neutral c-cards c-card c-card__facts c-facts c-figures c-resources
    c-contact c-pagination c-conflict c-lead c-count c-actions c-file c-comment c-preview
""".split()

#: (text, what it stands on): 4.5:1. Names of the colours in the first block of the style sheet.
TEXT = [
    *[(ink, "paper") for ink in ("ink", "muted", "link", "visited", "accent-strong", "bad")],
    *[(ink, "wash") for ink in ("ink", "muted", "link", "visited", "accent-strong", "bad")],
    *[("ink", f"{kind}-wash") for kind in ("good", "open", "doubt", "plain", "bad")],
    *[("muted", f"{kind}-wash") for kind in ("good", "bad")],
    *[(kind, f"{kind}-wash") for kind in ("good", "open", "doubt", "plain", "bad")],
    *[(kind, "wash") for kind in ("good", "open", "doubt")],
    ("ink", "mark"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
]
#: Borders of controls, the ring of the focus, the bar of a notice: 3:1.
EDGES = [
    *[(edge, ground) for edge in ("control", "focus", "accent") for ground in ("paper", "wash")],
    *[(kind, "paper") for kind in ("good", "open", "doubt", "bad")],
]


def comments(*sheets: Path) -> str:
    """Return what the comments of the style sheets say; of all of them when none is named."""
    text = "\n".join(read(sheet) for sheet in sheets or STYLE_SHEETS)
    return "\n".join(re.findall(r"/\*.*?\*/", text, re.DOTALL))


def rules(*sheets: Path) -> str:
    """Return the style sheets without their comments; all of them when none is named."""
    return "\n".join(re.sub(r"/\*.*?\*/", "", read(sheet), flags=re.DOTALL) for sheet in sheets or STYLE_SHEETS)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def defined_classes(*sheets: Path) -> set[str]:
    return set(re.findall(r"\.(c-[a-z][a-z0-9_-]*)", rules(*sheets)))


def without_jinja_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def colours() -> dict[str, dict[str, str]]:
    """Return the custom properties that are colours, as #rrggbb, for "light" and for "dark"."""
    light, dark = re.findall(r":root \{(.*?)\}", rules(STYLE_SHEET), re.DOTALL)[:2]
    found = {}
    for scheme, block in (("light", light), ("dark", dark)):
        found[scheme] = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, 0 to 1 (WCAG 2.2, "relative luminance")."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_parses(path: Path) -> None:
    Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_at_its_top_what_it_is(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("{#")


def test_the_contrast_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(scheme: str, text: str, ground: str) -> None:
    palette = colours()[scheme]
    assert contrast(palette[text], palette[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_controls_and_focus_can_be_seen_on_their_ground(scheme: str, edge: str, ground: str) -> None:
    palette = colours()[scheme]
    assert contrast(palette[edge], palette[ground]) >= 3


def test_light_and_dark_define_the_same_colours() -> None:
    assert colours()["light"].keys() == colours()["dark"].keys()


def test_colours_stand_only_in_the_first_block_and_in_print() -> None:
    body = rules(STYLE_SHEET).split("@media print")[0]
    after_palette = body.split(":root {")[2].split("}", 2)[2]
    assert re.findall(r"#[0-9a-f]{3,8}\b", after_palette) == []


def test_style_sheets_ask_nobody_for_anything() -> None:
    assert re.findall(r"@import|@font-face|url\(|https?:", rules()) == []


def test_every_promised_class_is_in_the_style_sheet() -> None:
    only_named = {"c-rows", "c-radios"}  # groups whose children carry the look
    assert set(PROMISED) - only_named <= defined_classes()


def test_every_class_is_described_in_a_comment() -> None:
    words = set(re.findall(r"c-[a-z][a-z0-9_-]*", comments(STYLE_SHEET)))
    modifiers = set(re.findall(r"(?<=[\s,:(])--[a-z]+", comments(STYLE_SHEET)))
    undescribed = {
        name
        for name in defined_classes(STYLE_SHEET)
        if name not in words and not (name.split("--")[0] in words and "--" + name.partition("--")[2] in modifiers)
    }
    assert undescribed == set()


@pytest.mark.parametrize("path", MARKUP, ids=lambda path: path.name)
def test_markup_uses_no_class_that_the_style_sheet_does_not_know(path: Path) -> None:
    used = set()
    for value in re.findall(r'class="([^"]*)"', re.sub(r"\{%.*?%\}", " ", without_jinja_comments(path))):
        used |= set(re.findall(r"(?<!\S)c-[a-z][a-z0-9_-]*(?!\S)", re.sub(r"\S*\{\{.*?\}\}\S*", " ", value)))
    known = defined_classes() | set(re.findall(r"c-[a-z][a-z0-9_-]*", comments()))
    assert used - known == set()


def test_the_components_page_shows_every_promised_class() -> None:
    shown = set(re.findall(r"c-[a-z][a-z0-9_-]*", COMPONENTS.read_text(encoding="utf-8")))
    assert set(PROMISED) <= shown


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_inline_and_loads_nothing_from_elsewhere(path: Path) -> None:
    markup = without_jinja_comments(path)
    own_scripts = (
        r'<script src="\{\{ static_file\([^)]*\) \}\}" defer></script>'
        r'|<script type="application/ld\+json">\{\{ [a-z.]*\|tojson \}\}</script>'  # data, which no browser runs
    )
    assert re.findall(r"<script|<style|<iframe|\sstyle=|\son[a-z]+=|javascript:", re.sub(own_scripts, "", markup)) == []
    assert re.findall(r'(?:src|srcset|data|action)="(?:https?:)?//', markup) == []
    assert re.findall(r'<link\b[^>]*href="(?:https?:)?//', markup) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_lists_no_templates_on_disk_without_need(path: Path) -> None:
    # theme("x") lists every template of every theme at each call; only the editor, which is told a name, needs it
    assert path.name == "modify.html" or "theme(" not in without_jinja_comments(path).replace("cfg.theme(", "")


# ---- With Moin ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Moin's application with this theme and a wiki in memory; anybody may do anything; `alice` has an account."""
    from moin._tests import wikiconfig
    from moin.app import before_wiki, create_app_ext, destroy_app, teardown_wiki
    from moin.config import AclConfig, IndexStorageConfig
    from moin.storage import create_simple_mapping
    from moin.user import create_user

    folder = tmp_path_factory.mktemp("theme")

    class Config(wikiconfig.Config):
        index_storage = IndexStorageConfig(name="FileStorage", args=(str(folder / "index"),), kwargs={})
        theme_default = "cupboard"
        sitename = "Cupboard"
        default_root = "Home"
        trail_size = 0
        instance_dir = data_dir = str(folder)
        mail_smarthost, mail_from = "127.0.0.1:9", "wiki@example.org"  # without mail there is no page to register
        registration_only_by_superuser = False

    namespaces, backends, acls = create_simple_mapping(
        "stores:memory:",
        AclConfig(before="", default="All:read,write,create,destroy,admin", after="", hierarchic=False),
    )
    app = create_app_ext(
        flask_config_dict={"SECRET_KEY": "only for this test", "TESTING": True, "THEME_PATHS": [str(THEME.parent)]},
        moin_config_class=Config,
        namespace_mapping=namespaces,
        backend_mapping=backends,
        acl_mapping=acls,
        create_backend=True,
        destroy_backend=True,
    )
    with app.app_context():
        with app.test_request_context("/"):
            before_wiki()
            create_user("alice", "correct-horse-7", "alice@example.org")
            teardown_wiki("")
        reader = app.test_client()
        for name, text in PAGES.items():
            form = {"comment": "", "meta_form_acl": "None", "meta_form_name": name}
            query = {"contenttype": "text/x.moin.wiki;charset=utf-8", "itemtype": "default", "template": ""}
            for body in (text + "\nFirst version.\n", text):
                form["content_form_data_text"] = body
                saved = reader.post(f"/+modify/{name}", query_string=query, data=form)
                assert saved.status_code == 302, saved.text
        yield app
        destroy_app(app)


PAGES = {
    "Home": "= Cupboard =\nWhat it is.\n",
    "Contents": "= Contents =\n",
    "Contents/food-and-catering": "Text without a heading.\n",
    "Contents/several": "= Context =\n\n== Detail ==\n\n= Action =\n",
}


@pytest.fixture
def reader(app: Any) -> Any:
    return app.test_client()


@pytest.fixture
def alice(app: Any) -> Any:
    browser = app.test_client()
    login = {"username": "alice", "password": "correct-horse-7", "submit": "1", "nexturl": "/Home"}
    signed_in = browser.post("/+login", data={f"login_{key}": value for key, value in login.items()})
    assert signed_in.status_code == 302
    return browser


def headings(html: str) -> list[tuple[int, str]]:
    """Return the headings of a page: level and text."""
    found = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", html, re.DOTALL)
    return [(int(level), re.sub(r"<[^>]*>", "", text).strip()) for level, text in found]


def title(html: str) -> str:
    return re.search(r"<title>(.*?)</title>", html, re.DOTALL).group(1)


def test_a_page_with_one_heading_takes_its_title_from_it(reader: Any) -> None:
    html = reader.get("/Contents").text
    assert headings(html) == [(1, "Contents")]
    assert title(html) == "Contents – Cupboard"


def test_a_page_without_heading_gets_its_name_in_readable_words(reader: Any) -> None:
    html = reader.get("/Contents/food-and-catering").text
    assert headings(html) == [(1, "Food and catering")]
    assert title(html) == "Food and catering – Cupboard"


def test_a_page_with_several_top_headings_has_one_h1_and_the_others_below_it(reader: Any) -> None:
    html = reader.get("/Contents/several").text
    assert headings(html) == [(1, "Several"), (2, "Context"), (3, "Detail"), (2, "Action")]


def test_breadcrumbs_come_from_the_path_and_link_only_to_pages_that_exist(reader: Any) -> None:
    crumbs = re.search(r'<nav class="c-breadcrumbs".*?</nav>', reader.get("/Contents/several").text, re.DOTALL).group()
    assert re.findall(r'href="([^"]*)"', crumbs) == ["/Contents"]
    assert 'aria-current="page">Several' in crumbs
    assert "c-breadcrumbs" in (missing := reader.get("/CaseStudies/nowhere").text)
    assert '<li>Case studies</li>' in missing


def test_the_home_page_is_called_like_the_site_once(reader: Any) -> None:
    assert title(reader.get("/Home").text) == "Cupboard"


def test_a_name_with_markup_is_text(reader: Any) -> None:
    html = reader.get("/%3Cimg%20src=x%20onerror=alert(1)%3E").text
    assert "<img" not in html


def test_every_frame_has_skip_link_landmarks_and_language(reader: Any) -> None:
    html = reader.get("/Home").text
    assert '<html lang="en"' in html
    assert html.index('href="#main"') < html.index("<header")
    assert [html.count(f"<{tag} ") for tag in ("header", "main", "footer")] == [1, 1, 1]
    assert "Open Government Licence v3.0" in html


#: Moin's own pages. Each must be made without error, in the frame, with one <h1> and a title of its own.
OWN_PAGES = """
    /+history/Contents /+meta/Contents /+highlight/Contents /+modify/Contents /+delete/Contents /+rename/Contents
    /+destroy/Contents /+convert/Contents /+sitemap/Contents /+backrefs/Contents /+similar_names/Contents /+index/
    /+index/Contents /+history /+tags /+search /+search?q=heading /+search?q=zzz&boolajax=1&time_sorting=new&trash=false
    /+login /+register /+lostpass /+recoverpass /+orphans /+wanteds /+content/Contents /+slideshow/Contents/several
    /+modify/Unwritten /Contents/Unwritten /+admin/user /+usersettings /+mychanges
""".split()


@pytest.mark.parametrize("address", OWN_PAGES)
def test_a_page_of_moins_own_is_in_the_house(alice: Any, address: str) -> None:
    answer = alice.get(address)
    assert answer.status_code in (200, 404)
    assert [level for level, _text in headings(answer.text)].count(1) == 1
    assert 'id="main"' in answer.text
    assert answer.text.count("<script") == 1  # the one file of the layout
    assert re.findall(r"<style|\sonclick=|font_awesome|jquery", answer.text) == []


def test_moins_own_pages_have_different_titles(alice: Any) -> None:
    named = [address for address in OWN_PAGES if "content/" not in address and "slideshow" not in address]
    titles = [title(alice.get(address).text) for address in named if not address.endswith("Unwritten")]
    assert sorted(set(titles)) == sorted(titles)


def test_two_versions_are_compared_with_words_for_what_was_removed_and_added(alice: Any) -> None:
    html = alice.get("/+history/Contents").text
    newer, older = re.findall(r'name="rev1" value="([0-9a-f]+)"', html)[:2]
    html = alice.get(f"/+diff/Contents?rev1={older}&rev2={newer}").text
    assert "Removed, line" in html and "Added, line" in html
    assert [level for level, _text in headings(html)].count(1) == 1


def test_an_old_version_says_that_it_is_old(alice: Any) -> None:
    older = re.findall(r'name="rev1" value="([0-9a-f]+)"', alice.get("/+history/Contents").text)[1]
    html = alice.get(f"/+show/+{older}/Contents").text
    assert "You are looking at version 1" in re.sub(r"\s+", " ", html)
    assert title(html) == "Contents (version 1) – Cupboard"


def test_page_tools_offer_no_more_than_the_reader_may_do(app: Any, reader: Any) -> None:
    tools = re.search(r'<nav class="c-tools".*?</nav>', reader.get("/Contents").text, re.DOTALL).group()
    assert "/+modify/Contents" in tools and "/+subscribe" not in tools
    reader.post("/+modify/Locked?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default&template=", data={
        "content_form_data_text": "= Locked =", "comment": "", "meta_form_acl": "All:read", "meta_form_name": "Locked"})
    tools = re.search(r'<nav class="c-tools".*?</nav>', reader.get("/Locked").text, re.DOTALL).group()
    assert not re.findall(r"/\+(?:modify|rename|delete|destroy|convert)/", tools)
    assert "/+history/Locked" in tools


def test_search_counts_only_what_the_reader_may_read(reader: Any) -> None:
    reader.post("/+modify/Hidden?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default&template=", data={
        "content_form_data_text": "= Quokka =", "comment": "", "meta_form_acl": "All:", "meta_form_name": "Hidden"})
    html = reader.get("/+search?q=quokka").text
    assert "Nothing was found." in html
    assert "denied" not in html and "Hidden" not in html


def test_a_refused_form_says_so_in_title_summary_and_at_the_field(reader: Any) -> None:
    html = reader.post("/+register", data={"register_username": "x", "register_password1": "", "register_password2": "",
                                           "register_email": "nowhere"}).text
    assert title(html).startswith("Error: ")
    assert re.search(r'class="c-error-summary".*?href="#f_register_email"', html, re.DOTALL)
    assert 'id="f_register_email-error"' in html and 'aria-invalid="true"' in html


def test_settings_are_saved_part_by_part_without_script(alice: Any) -> None:
    form = {"part": "ui", "theme_name": "", "css_file": "", "edit_rows": "0", "results_per_page": "7"}
    assert "Your changes have been saved." in alice.post("/+usersettings", data=form).text
    assert re.search(r'name="results_per_page"[^>]*value="7"', alice.get("/+usersettings").text)
