"""Sentences in the reader's language."""

import json
from datetime import date
from gettext import NullTranslations

import pytest
from babel import Locale
from flask_babel import force_locale
from markupsafe import escape

from cupboard import days, tongue
from cupboard.tongue import L_, N_, _, and_, or_


class Backwards(NullTranslations):
    """A language in which every word is written from its end."""

    def gettext(self, message):
        return message[::-1]

    def ngettext(self, one, many, count):
        return (one if count == 1 else many)[::-1]


@pytest.fixture
def spoken(monkeypatch):
    """Called with translations and a locale: they count until the test ends."""

    def speak(translations, locale=None):
        monkeypatch.setattr(tongue, "_translations", lambda: translations)
        monkeypatch.setattr(tongue, "_locale", lambda: locale)

    return speak


def test_without_a_wiki_every_sentence_is_english(spoken):
    spoken(NullTranslations())
    assert _("Give the term a name") == "Give the term a name"
    assert N_("{count} day", "{count} days", 1).format(count=1) == "1 day"
    assert N_("{count} day", "{count} days", 2).format(count=2) == "2 days"


def test_a_sentence_of_a_module_is_translated_when_it_is_read_not_when_it_is_made(spoken):
    spoken(NullTranslations())
    label = L_("Waiting")
    assert f"{label}" == "Waiting" and label == "Waiting"
    spoken(Backwards())
    assert f"{label}" == "gnitiaW" == str(label)
    assert label.upper() == "GNITIAW" and label + "!" == "gnitiaW!" and "gni" in label


def test_a_sentence_finds_its_place_in_a_dict_in_every_language(spoken):
    spoken(NullTranslations())
    kept = {("case-study", L_("Waiting")): 1}
    spoken(Backwards())
    assert kept["case-study", L_("Waiting")] == 1 and L_("Waiting") == "gnitiaW" != L_("Open")


def test_an_empty_text_stays_empty(spoken):
    spoken(NullTranslations())
    assert _("") == "" == str(L_("")) and not L_("")


def test_a_lazy_sentence_is_escaped_as_others_are():
    assert escape(L_("Costs & <gains>")) == "Costs &amp; &lt;gains&gt;"


def test_words_are_listed_as_people_list_them():
    assert [and_(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert or_(["a", "b", "c"]) == "a, b or c"


@pytest.mark.parametrize(("code", "shown"), [
    ("en", ("3 May 2024", "May 2024", "2024")),
    ("en_US", ("3 May 2024", "May 2024", "2024")),
    ("cy", ("3 Mai 2024", "Mai 2024", "2024")),
    ("de", ("3. Mai 2024", "Mai 2024", "2024")),
])
def test_days_are_written_in_the_readers_language_and_in_english_as_the_british_do(spoken, code, shown):
    spoken(NullTranslations(), Locale.parse(code))
    assert tuple(str(days.Span.read(text)) for text in ("2024-05-03", "2024-05", "2024")) == shown
    assert days.shown(date(2024, 5, 3)) == shown[0]


def test_in_a_wiki_the_language_is_that_of_the_request(app):
    with app.test_request_context():
        assert _("Search") == "Search"
        word = L_("Search")
        with force_locale("de"):
            assert _("Search") == "Suche" == str(word)
            assert json.dumps(str(word)) == '"Suche"'
        assert str(word) == "Search"
    assert _("Search") == "Search"
