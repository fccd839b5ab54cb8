"""Which language a reader gets, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask_babel import force_locale, gettext, ngettext
from lxml import html
from moin import flaskg

from cupboard import instance, languages, pages
from cupboard.languages import catalogues
from tests.conftest import Client

SKIP = {"en": "Skip to main content", "cy": "Neidio i’r prif gynnwys"}


def language_of(page: str) -> str:
    """The language of a page's own words."""
    return next(language for language, words in SKIP.items() if words in page)


@pytest.mark.parametrize(("wanted", "got"), [
    ("cy", "cy"), ("cy-GB,cy;q=0.9,en;q=0.8", "cy"), ("en-GB,cy;q=0.5", "en"), ("de", "en"), ("fr,cy;q=0.4", "cy"),
    ("", "en"), ("*", "en"),
])  # fmt: skip
def test_a_browser_gets_the_first_language_it_wants_that_there_is_else_english(
    client: Client, wanted: str, got: str
) -> None:
    answer = client.get("/+tags", headers={"Accept-Language": wanted})
    assert language_of(answer.text) == got
    assert f'<html lang="{got}"' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_what_was_kept_in_one_language_is_not_given_to_readers_of_another(client: Client) -> None:
    for _ in range(2):  # made, then kept
        for language in ("cy", "en"):
            page = client.get("/+tags", headers={"Accept-Language": language}).text
            assert language_of(page) == language
    assert language_of(client.get("/+tags", headers={"Accept-Language": "cy-GB;q=0.7"}).text) == "cy"


def choose(client: Client, language: str, **more: Any) -> Any:
    return client.post("/+cupboard/language", data={"language": language, **more})


def buttons(page: str) -> tuple[list[str], list[str]]:
    """The language that the top of a page says it is in, and those that it offers."""
    (form,) = html.document_fromstring(page).cssselect(".c-languages form")
    return [one.text for one in form.cssselect("[aria-current]")], [one.get("lang") for one in form.cssselect("button")]


def test_a_button_has_a_language_remembered_over_what_the_browser_wants(client: Client) -> None:
    wants_english = {"Accept-Language": "en-GB"}
    first = client.get("/+tags?a=b", headers=wants_english)
    assert buttons(first.text) == (["English"], ["cy"]) and "Set-Cookie" not in first.headers
    (back,) = html.document_fromstring(first.text).cssselect(".c-languages [name=back]")
    answer = choose(client, "cy", back=back.get("value"))
    assert (answer.status_code, answer.location) == (303, "/+tags?a=b")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("reads_in=cy;")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    page = client.get("/+tags?a=b", headers=wants_english).text
    assert language_of(page) == "cy" and buttons(page) == (["Cymraeg"], ["en"])
    choose(client, "en")
    assert language_of(client.get("/+tags", headers={"Accept-Language": "cy"}).text) == "en"


def test_reading_other_sites_and_unknown_languages_choose_nothing(client: Client) -> None:
    assert "Set-Cookie" not in client.get("/+cupboard/language?language=cy").headers
    refused = client.post("/+cupboard/language", data={"language": "cy"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403 and "Set-Cookie" not in refused.headers
    for language in ("de", "", "../cy"):
        answer = choose(client, language, back="//elsewhere.example")
        assert answer.location == "/" and "reads_in=;" in answer.headers["Set-Cookie"]
    client.set_cookie("reads_in", "de")
    assert language_of(client.get("/+tags", headers={"Accept-Language": "cy"}).text) == "cy"


def test_what_was_kept_for_a_chosen_language_is_given_to_who_chose_it_only(client: Client, app: Any) -> None:
    readers = {(wanted, chosen): app.test_client() for wanted in ("en", "cy") for chosen in ("", "en", "cy")}
    for (_, chosen), reader in readers.items():
        if chosen:
            choose(reader, chosen)
    for _ in range(2):  # made, then kept
        for (wanted, chosen), reader in [*readers.items(), *reversed(readers.items())]:
            page = reader.get("/+tags", headers={"Accept-Language": wanted}).text
            assert language_of(page) == (chosen or wanted)


def test_an_account_that_names_a_language_is_offered_none_and_no_form_loses_what_was_typed(
    app: Any, client: Client
) -> None:
    client.sign_in("alice")
    choose(client, "cy")
    page = client.get("/+usersettings").text
    assert language_of(page) == "cy" and buttons(page) == (["Cymraeg"], ["en"])
    assert "c-languages" not in client.post("/+cupboard/new", data={"do": "save"}).text
    with instance.inside(app):
        from moin import user

        account = user.User(auth_username="alice")
        account.profile["locale"] = "en"
        account.save()
    page = client.get("/+usersettings").text
    assert language_of(page) == "en" and "c-languages" not in page


def test_a_wiki_in_another_language_is_so_to_browsers_that_want_none_of_ours(
    app: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.cfg, "language_default", "cy")
    assert language_of(client.get("/+tags", headers={"Accept-Language": "de"}).text) == "cy"


def test_an_account_has_the_language_of_its_settings_whatever_the_browser_wants(app: Any, client: Client) -> None:
    with instance.inside(app):
        from moin import user

        account = user.User(auth_username="alice")
        account.profile["locale"] = "cy"
        account.save()
    client.sign_in("alice")
    page = client.get("/+usersettings", headers={"Accept-Language": "en"}).text
    assert language_of(page) == "cy" and '<html lang="cy"' in page
    assert '<option value="cy" selected' in page and '<option value="de"' not in page


def test_a_page_says_that_its_welsh_awaits_review_and_no_english_page_does(client: Client) -> None:
    note = 'class="c-phase c-width"'
    welsh = client.get("/+tags", headers={"Accept-Language": "cy"}).text
    assert note in welsh and 'lang="en"' in welsh.split(note)[1].split("</aside>")[0]
    assert note not in client.get("/+tags").text
    assert languages.awaits_review("cy") and not languages.awaits_review("en")


def test_what_is_written_in_another_language_than_the_page_says_so(seeded_client: Client) -> None:
    welsh, english = (seeded_client.get("/Home", headers={"Accept-Language": wanted}).text for wanted in ("cy", "en"))
    body = 'id="moin-content-data"'
    assert f'{body} lang="en"' in welsh and f"{body}>" in english


def test_a_page_stays_in_its_language_when_somebody_mends_it_who_reads_another(app: Any, client: Client) -> None:
    with instance.inside(app) as storage:
        flaskg.user.profile["locale"] = "cy"
        for words in (b"First.", b"Second."):
            kind = {"contenttype": "text/x.moin.wiki;charset=utf-8", "itemtype": "default"}
            pages.store("Notes", words, storage=storage, **kind)
            assert storage["Notes"]["current"].meta["language"] == "en"


@pytest.fixture
def in_welsh(app: Any) -> Iterator[Any]:
    with app.test_request_context("/", headers={"Accept-Language": "cy"}):
        app.preprocess_request()
        yield app


def test_moins_words_and_ours_are_in_one_catalogue(in_welsh: Any) -> None:
    assert gettext("Skip to main content") == SKIP["cy"]
    with force_locale("de"):
        assert gettext("Search") == "Suche"
        assert gettext("Skip to main content") == SKIP["en"]
    assert gettext("Skip to main content") == SKIP["cy"]
    assert flaskg.user is not None


def test_templates_say_what_python_says_and_follow_the_language(in_welsh: Any) -> None:
    template = in_welsh.jinja_env.from_string('{{ _("Skip to main content") }}')
    assert template.render() == SKIP["cy"]
    with force_locale("en"):
        assert template.render() == SKIP["en"]
    assert template.render() == SKIP["cy"]


def test_variables_are_escaped_texts_are_markup_and_percent_signs_are_doubled(in_welsh: Any) -> None:
    def rendered(text: str, **variables: Any) -> str:
        return in_welsh.jinja_env.from_string(text).render(**variables)

    assert rendered('{{ _("<b>%(x)s</b> 5%%", x=x) }}', x="<i>") == "<b>&lt;i&gt;</b> 5%"
    assert rendered('{{ _("<b>5%%</b>") }}') == "<b>5%</b>"
    assert rendered("{% trans x=x %}\n  <b>{{ x }}</b>\n  5%\n{% endtrans %}", x="<i>") == "<b>&lt;i&gt;</b> 5%"
    several = "{% trans n=n %}{{ n }} page{% pluralize %}{{ n }} pages{% endtrans %}"
    assert [rendered(several, n=n) for n in (1, 2)] == ["1 page", "2 pages"]
    assert rendered("{% autoescape false %}{{ _('%(x)s', x=x) }}{% endautoescape %}", x="<i>") == "<i>"


def test_welsh_has_its_six_plurals(in_welsh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    words = catalogues.read("cy")[0]
    assert words.num_plurals == 6
    assert ngettext("%(num)d case of none", "%(num)d cases of none", 1) == "1 case of none"


def test_each_catalogue_can_be_read_and_no_translation_breaks_its_text(app: Any) -> None:
    for language in languages.LANGUAGES[1:]:
        for words in catalogues.read(language):
            broken = [(message.id, error) for message, errors in words.check() for error in errors]
            assert not broken
