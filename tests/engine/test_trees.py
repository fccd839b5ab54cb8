"""The tree that is kept of a page comes back as it was, whatever was done to the one that a request got."""

from io import BytesIO

from cachelib.simple import SimpleCache
from emeraldtree.tree import Element
from enginewiki import client, request, store
from moin.utils.iri import Iri
from moin.utils.tree import Namespace, html, moin_page

from cupboard.engine import trees


def written(tree):
    out = BytesIO()
    tree.write(lambda text: out.write(text.encode()), method="xml")
    return out.getvalue()


def test_a_copy_is_another_tree_that_says_the_same(adjusted):
    cache = SimpleCache()
    tree = html.div(attrib={html.class_: "a"}, children=("x", html.p(children=("y", html.br()))))
    before = written(tree)
    cache.set("tree", tree)
    for _ in range(2):
        found = cache.get("tree")
        assert written(found) == before
        assert isinstance(found, Element) and found[1].tag == html.p and found[1].tag.name == "p"
        found.set(html.class_, "changed")
        found[1].append("changed")
        found[1][1].set(html.id, "changed")
        tree[1].append("changed")


def test_what_is_no_plain_tree_is_kept_as_before(adjusted):
    cache = SimpleCache()
    odd = moin_page.a(attrib={html.href: ["x"]}, children=("x",))
    for value in (odd, {"a": [1]}, "text", 5, html.p(children=(html.b(children=(7,)),))):
        assert not trees._is_plain(value)
        cache.set("value", value)
        found = cache.get("value")
        assert found is not value or isinstance(value, (str, int))
        assert type(found) is type(value)


def test_addresses_are_copied_too(adjusted):
    cache = SimpleCache()
    cache.set("tree", moin_page.a(attrib={html.href: Iri("wiki.local:A/b?do=get#c")}))
    for _ in range(2):
        found = cache.get("tree").get(html.href)
        assert type(found) is Iri and str(found) == "wiki.local:A/b?do=get#c"
        found.path = "changed"


def test_a_page_is_shown_the_same_twice(make_app, adjusted):
    app = make_app()
    with request(app):
        store(app, "Home", "= Heading =\n\n * [[Home|a link]] and ''words'' <<BR>>\n\n||a||b||\n\n{{{\ncode\n}}}\n")
    visitor = client(app)
    # below that stands how long it took
    first, again = (visitor.get("/Home").text.partition("moin-footer")[0] for _ in range(2))
    assert first == again and "a link" in first


def test_names_are_those_that_moin_makes(adjusted):
    fresh = Namespace("http://example.org/")
    for _ in range(2):
        assert fresh.class_ == "{http://example.org/}class" and fresh.outline_level.name == "outline-level"
        assert fresh.class_ is fresh.class_ and fresh.namespace == fresh
        assert not hasattr(fresh, "_hidden")
