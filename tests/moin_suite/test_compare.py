"""The comparison of two runs of Moin's tests."""

from .compare import compare, summary


def test_a_test_that_fails_on_ours_only_is_a_difference():
    result = compare({"a": "passed", "b": "failed"}, {"a": "failed", "b": "failed"}, {})
    assert result.broken == {"a": "failed"} and not result.ok


def test_a_test_that_did_not_run_on_ours_is_a_difference():
    assert compare({"a": "passed"}, {}, {}).broken == {"a": "not run"}


def test_a_listed_exception_is_no_difference():
    result = compare({"a": "passed"}, {"a": "error"}, {"a": "reads Whoosh's file"})
    assert result.ok and result.excused == ["a"]


def test_an_exception_that_is_not_needed_is_reported():
    result = compare({"a": "passed"}, {"a": "passed"}, {"a": "reads Whoosh's file"})
    assert not result.ok and result.stale == ["a"]


def test_what_fails_on_stock_is_not_asked_of_ours():
    assert compare({"a": "error", "b": "skipped"}, {"a": "failed"}, {}).ok


def test_the_summary_counts_outcomes():
    assert summary("x", {"a": "passed", "b": "skipped"}, 1.4) == "=== x: 1 passed, 1 skipped in 1 s ==="
