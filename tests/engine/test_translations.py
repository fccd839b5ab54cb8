"""Words come out in the language that is in force, also when it changes within a request."""

from enginewiki import request
from flask_babel import force_locale, gettext, refresh
from moin import current_app, flaskg
from moin.app import before_wiki

from cupboard.engine import translations


def test_each_locale_has_its_own_words(make_app, adjusted):
    with request(make_app()):
        assert gettext("Search") == "Search"
        with force_locale("de"):
            assert gettext("Search") == "Suche"
            assert gettext("Search") == "Suche"
            with force_locale("en"):
                assert gettext("Search") == "Search"
            assert gettext("Search") == "Suche"
        assert gettext("Search") == "Search"


def test_a_reader_who_changes_the_language_sees_it_after_refresh(make_app, adjusted):
    with request(make_app()):
        assert gettext("Search") == "Search"
        flaskg.user.profile["locale"] = "de"
        refresh()
        assert gettext("Search") == "Suche"


def test_a_template_has_the_words_of_each_locale_made_safe_and_filled_in(make_app, adjusted):
    app = make_app()
    page = app.jinja_env.from_string("{{ _('Search') }} {{ _('50%% <b>') }} {{ _('%(x)s!', x='<') }}")
    with request(app):
        for _ in range(2):
            assert page.render() == "Search 50% <b> &lt;!"
            with force_locale("de"):
                assert page.render() == "Suche 50% <b> &lt;!"


def test_texts_that_differ_each_time_do_not_pile_up(make_app, adjusted, monkeypatch):
    monkeypatch.setattr(translations, "MOST_TEXTS", 3)
    app = make_app()
    page = app.jinja_env.from_string("{{ _(text) }}")
    with request(app):
        assert [page.render(text=text) for text in "abcabcdea"] == list("abcabcdea")


def test_a_reader_without_a_language_gets_the_best_of_those_that_there_are(make_app, adjusted):
    app = make_app()
    for wanted, word in (("de", "Suche"), ("xx, de;q=0.5", "Suche"), ("xx", "Search")):
        with app.test_request_context("/", headers={"Accept-Language": wanted}):
            before_wiki()
            assert gettext("Search") == word
            assert len(current_app.extensions["babel"].instance.list_translations()) > 3


def test_outside_of_a_request_words_stay_as_they_are(adjusted):
    assert gettext("Search") == "Search"
