"""Words come out in the language that is in force, also when it changes within a request."""

from enginewiki import request
from flask_babel import force_locale, gettext, refresh
from moin import flaskg


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


def test_outside_of_a_request_words_stay_as_they_are(adjusted):
    assert gettext("Search") == "Search"
