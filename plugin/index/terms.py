"""From a revision's document to what is looked up: tokens, and the words of its texts.

The tokens are those that Moin's Whoosh schemas make: their analyzers are run, or, where a field's analyzer is Whoosh's
standard one, a quicker way to the same words (a test holds the two together).
"""

import re

from moin.constants.keys import COMMENT, NAME, NAMES, SUMMARY
from whoosh.analysis import STOP_WORDS, IDTokenizer
from whoosh.util.times import datetime_to_long

from . import fields

# Whoosh's RegexTokenizer; STOP_WORDS and the minimal length are those of its StandardAnalyzer.
WORD = re.compile(r"\w+(?:\.?\w+)*")
_MINIMUM = 2


def words_of(text):
    """Words of a text in lower case, in order, as Whoosh's tokenizer cuts them."""
    return [word.lower() for word in WORD.findall(text)]


def significant(words):
    """The words that Whoosh's StandardAnalyzer keeps."""
    return [word for word in words if word not in STOP_WORDS and len(word) >= _MINIMUM]


def distinct(words):
    """Each word once; Whoosh's NGRAMWORDS cuts all of them into n-grams, stop words included."""
    return list(dict.fromkeys(words))


def clean(text):
    """The text as SQLite can keep it: without lone surrogates and NUL characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
    return text.replace("\0", " ")


def field_tokens(name, value, layout):
    """Distinct index tokens of one field's value.

    :param layout: a fields.Layout
    :returns: list of str, or of numbers for NUMERIC and DATETIME fields
    """
    field = layout.schema[name]
    values = value if isinstance(value, (list, tuple)) else (value,)
    if fields.boolean(field):
        return [token.decode() for token, *_ in field.index(value)]
    if fields.date(field):
        return _each(lambda one: datetime_to_long(one) if hasattr(one, "year") else field.prepare_datetime(one), values)
    if fields.numeric(field):
        return _each(field.prepare_number, values)
    if isinstance(value, (list, tuple)):
        # Whoosh takes the elements of a list as they are, whatever the analyzer
        return list(dict.fromkeys(clean(str(one)) for one in value))
    if isinstance(field.analyzer, IDTokenizer):
        return [clean(str(value))]
    return list(layout.analyzed(name, clean(str(value))))


def _each(convert, values):
    tokens = []
    for value in values:
        try:
            token = convert(value)
        except (ValueError, TypeError, OverflowError):
            # A user's own metadata key may end in _numeric and hold a word: it is kept, it just can't be found.
            continue
        except Exception as error:  # noqa: BLE001  Whoosh raises bare Exception for what is no date
            if type(error) is not Exception:
                raise
            continue
        if token is not None and not isinstance(token, bytes):
            tokens.append(token)
    return tokens


def tokens(doc, layout):
    """All tokens of a document that are kept in the token table.

    :param doc: what ``backend_to_index`` makes of a revision for the latest-revisions schema
    :returns: two lists of (field name, token): those of both indexes, those of the latest revisions' index only
    """
    common, latest_only = [], []
    for name, value in doc.items():
        if value is None or name in fields.COLUMNS or name in fields.TEXT or name in fields.NGRAMS:
            continue
        into = latest_only if name in layout.latest_only else common
        into.extend((name, token) for token in field_tokens(name, value, layout))
    return common, latest_only


def greatest(doc, name, layout):
    """The token that Whoosh sorts the document by: the greatest, in the order of UTF-8 bytes. None: has none."""
    value = doc.get(name)
    if value is None:
        return None
    found = field_tokens(name, value, layout)
    return max(found, key=lambda token: token.encode() if isinstance(token, str) else token) if found else None


def text_columns(doc, content, layout):
    """What goes into the full text of a revision.

    :param content: its text, clean
    :returns: words of names, summary, comment, content for the stemmed tables, one str each; and distinct words of
              names, summary, comment, content, name for the words tables, one list each
    """
    names = layout.analyzed(NAMES, clean(doc.get(NAMES) or ""))
    name = words_of(clean(" ".join(str(name) for name in doc.get(NAME) or ())))
    columns = [words_of(_text(doc, SUMMARY)), words_of(_text(doc, COMMENT)), words_of(content)]
    text = (" ".join(names), *(" ".join(significant(words)) for words in columns))
    return text, (list(names), *map(distinct, columns), distinct(name))


def _text(doc, name):
    value = doc.get(name) or ""
    return clean(value if isinstance(value, str) else " ".join(map(str, value)))
