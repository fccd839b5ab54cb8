"""What is typed into the search box, asked of a real full-text table."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cupboard.catalogue.words import read

CASES = {1: "School meals from local farms", 2: "A school bus", 3: "Street lighting that saves energy", 4: "Local bus"}


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE t USING fts5(title, result, tokenize='porter unicode61 remove_diacritics 2')"
    )
    connection.executemany("INSERT INTO t (rowid, title) VALUES (?, ?)", CASES.items())
    return connection


def ids(table: sqlite3.Connection, expression: str | None) -> set[int]:
    if expression is None:
        return set(CASES)
    return {rowid for (rowid,) in table.execute("SELECT rowid FROM t WHERE t MATCH ?", (expression,))}


def found(table: sqlite3.Connection, text: str) -> set[int]:
    words = read(text)
    return ids(table, words.expression) - {one for piece in words.unwanted for one in ids(table, piece.expression)}


@pytest.mark.parametrize(("text", "expected"), [
    ("school", {1, 2}),
    ("SCHOOLS", {1, 2}),
    ("farming", {1}),
    ("school meal", {1}),
    ("meal school", {1}),
    ('"school meals"', {1}),
    ('"meals school"', set()),
    ("“school meals”", {1}),
    ("ligh*", {3}),
    ("l*", set()),  # a letter is a word
    ("local-b*", set()),
    ("sch* lo* fa* fr* me* mea*", set()),  # the sixth beginning is a word, too
    ("sch* lo* fa* fr* me* meals*", {1}),
    ("school -bus", {1}),
    ("-bus", {1, 3}),
    ('-"local farms" local', {4}),
    ("school-meals", {1}),
    ("OR", set()),
    ("school NOT bus", set()),
    ("title:school", set()),
    ('"', {1, 2, 3, 4}),
    ("--", {1, 2, 3, 4}),
])  # fmt: skip
def test_words_phrases_beginnings_and_minus(table: sqlite3.Connection, text: str, expected: set[int]) -> None:
    assert found(table, text) == expected


@given(st.text(max_size=80) | st.text("\"*-+^:(){}[] ANDORTabc\\'", max_size=60))
@example('"unclosed')
@example("a* OR NEAR(b c, 2)")
@example('{title} : x" OR "y')
@example("\x00\ufffe")
def test_nothing_that_is_typed_breaks_the_search(table: sqlite3.Connection, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    words = read(text.replace("\x00", " "))
    for expression in (words.expression, words.within("title"), *(piece.expression for piece in words.unwanted)):
        if expression is not None:
            table.execute("SELECT rowid FROM t WHERE t MATCH ?", (expression,)).fetchall()


def test_a_word_is_replaced_where_it_stands() -> None:
    words = read('scool "local farms" -bus meal*')
    assert words.replacing(words.wanted[0], "school") == 'school "local farms" meal* -bus'
