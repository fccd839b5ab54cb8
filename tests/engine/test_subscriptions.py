"""Subscribed patterns match as before, however many there are."""

import re

from moin.utils import subscriptions

from cupboard import engine

META = {"name": ["CaseStudies/school-meals"], "namespace": ""}
PATTERNS = ["namere::^CaseStudies/", "namere::^Stories/", "nameprefix::CaseStudies", "namere:users:.*", "namere::(",
            "namere::(?i)SCHOOL", "broken"]


def matched(monkeypatch):
    errors = []
    monkeypatch.setattr(subscriptions.logging, "exception", errors.append)
    monkeypatch.setattr(subscriptions.logging, "error", errors.append)
    monkeypatch.setattr(subscriptions, "flaskg", type("G", (), {"user": type("U", (), {"name": ["buyer1"]})}))
    return subscriptions.get_matched_subscription_patterns(PATTERNS, **META), errors


def test_the_same_patterns_match_and_the_same_errors_are_logged(monkeypatch):
    stock = matched(monkeypatch)
    engine.install()
    assert matched(monkeypatch) == stock == matched(monkeypatch)
    assert stock[0] == ["namere::^CaseStudies/", "nameprefix::CaseStudies", "namere::(?i)SCHOOL"]
    assert len(stock[1]) == 2


def test_many_patterns_are_compiled_once(adjusted):
    patterns = [f"namere::^CaseStudies/{n}" for n in range(1000)]
    subscriptions.get_matched_subscription_patterns(patterns, **META)
    compiled = subscriptions.re.compile.cache_info().misses
    subscriptions.get_matched_subscription_patterns(patterns, **META)
    assert subscriptions.re.compile.cache_info().misses == compiled
    assert subscriptions.re.error is re.error
