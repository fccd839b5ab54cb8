"""The engine adjustments are put in place once and can be taken out again, all or some of them."""

import pytest
from moin.security import AccessControlList
from moin.storage.middleware import indexing

from cupboard import engine


def everything():
    """All attributes that adjustments replace, as they are now."""
    return [getattr(r.owner, r.name) for module in engine.ADJUSTMENTS.values() for r in module.REPLACEMENTS]


def test_what_was_installed_twice_is_gone_after_one_uninstall():
    before = everything()
    engine.install()
    once = everything()
    engine.install()
    assert all(a is b for a, b in zip(once, everything()))
    assert not any(a is b for a, b in zip(before, once))
    engine.uninstall()
    assert all(a is b for a, b in zip(before, everything()))


def test_what_is_installed_can_be_asked():
    assert engine.installed() == []
    engine.install(without=["editlock"])
    assert set(engine.installed()) == set(engine.ADJUSTMENTS) - {"editlock"}
    engine.uninstall(["templates"])
    assert "templates" not in engine.installed() and "rights" in engine.installed()


def test_an_adjustment_can_be_left_out():
    stock_gc, stock_known = indexing.gc, AccessControlList._special_Known
    engine.install(without=["garbage"])
    assert indexing.gc is stock_gc
    assert AccessControlList._special_Known is not stock_known


def test_an_unknown_adjustment_is_refused():
    with pytest.raises(ValueError, match="gargabe"):
        engine.install(without=["gargabe"])


def test_every_adjustment_is_named_in_the_documentation():
    for name, module in engine.ADJUSTMENTS.items():
        assert f"\n    {name} " in engine.__doc__
        assert len(module.__doc__.splitlines()) > 3
