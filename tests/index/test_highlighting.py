"""The passages of a hit are those that Whoosh's own highlighting makes of the same words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import highlight
from whoosh.analysis import StandardAnalyzer

from cupboard.index.highlighting import Found, passages

WORDS = ["school", "schools", "meal", "a", "the", "x", "v1.2.3", "organic", "procurement", "Ärger", "&amp;", "<b>", "-"]


ALL = 1000  # passages: which of equally good ones Whoosh takes differs from time to time


def by_whoosh(text, words):
    return highlight.highlight(
        text, words, StandardAnalyzer(), highlight.ContextFragmenter(), highlight.HtmlFormatter(tagname="b"),
        top=ALL, mode="index",
    )  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=400), st.sampled_from(["meal", "v1.2.3", "organic", "ärger"]))
def test_passages_are_those_of_whoosh(words, sought):
    text = " ".join(words)
    assert passages(text, Found({sought}), ALL) == by_whoosh(text, {sought})


def test_the_best_passages_are_shown_and_of_equal_ones_the_first():
    between = " and in between" * 10
    text = f"meal one{between} meal two{between} meal three and a meal{between} meal four{between}"
    shown = passages(text, Found({"meal"}), top=3)
    assert ["one" in shown, "two" in shown, "three" in shown, "four" in shown] == [True, True, True, False]
    assert "three" in passages(text, Found({"meal"}), top=1)


@pytest.mark.parametrize("far", [0, 1, 5, 30, 3000])
def test_passages_far_apart_are_those_of_whoosh(far):
    text = ("Organic meals. " + "in between, " * far) * 4
    assert passages(text, Found({"organic"}), ALL) == by_whoosh(text, {"organic"})


def test_a_word_of_the_same_stem_is_shown_and_the_text_is_escaped():
    assert passages("<i>Two schools</i> & more", Found({"school"})) == (
        'i&gt;Two <b class="match term0">schools</b>&lt;/i&gt; &amp; more'
    )


def test_stop_words_are_shown_only_if_they_are_sought():
    assert "match" not in passages("of the", Found({"th"}))
    assert "match" in passages("of the", Found({"the"}))
