"""Pages come out the same when their macros are built once, and nothing is shared that might differ."""

import re

import pytest
from enginewiki import client, request, store
from flask import render_template
from jinja2 import DictLoader

from cupboard import engine

PATHS = ["/Home", "/Missing", "/+history/Home", "/+modify/Home", "/+meta/Home", "/+index/", "/+tags", "/+tags/food",
         "/+search?q=text", "/+usersettings", "/+backrefs/Home", "/+login", "/all"]
CHANGING = re.compile(r"Page: [\d.]+ ms|\d\d:\d\d:\d\d|\d+ (second|minute)s?|id_[0-9a-f]+")


def pages(app, name):
    visitor = client(app, name)
    found = {}
    for path in PATHS:
        answer = visitor.get(path)
        found[path] = (answer.status_code, CHANGING.sub("", answer.text))
    return found


@pytest.mark.parametrize("name", [None, "buyer1", "alice"])
def test_pages_are_the_same_to_the_letter(make_app, name):
    app = make_app()
    with request(app):
        store(app, "Home", tags=["food"])
    stock = pages(app, name)
    engine.install(without=["garbage"])
    assert pages(app, name) == stock
    assert pages(app, name) == stock


@pytest.fixture
def environment(make_app, adjusted):
    """Call it with templates: text by name; renders the one called ``page``."""
    app = make_app()

    def render(templates, **context):
        with request(app):
            app.jinja_env.loader = DictLoader(templates)
            app.jinja_env.cache.clear()
            return render_template("page", **context)

    return render


def test_a_module_is_built_once_for_a_page(environment, monkeypatch):
    import jinja2.environment

    built = []
    stock_init = jinja2.environment.TemplateModule.__init__

    def init(self, template, *args, **kwargs):
        built.append(template.name)
        stock_init(self, template, *args, **kwargs)

    monkeypatch.setattr(jinja2.environment.TemplateModule, "__init__", init)
    text = environment({
        "page": '{% import "a" as a with context %}{% import "b" as b with context %}{{ a.hello() }}{{ b.twice() }}',
        "a": "{% macro hello() %}Hello {{ reader }}. {% endmacro %}",
        "b": '{% import "a" as a with context %}{% macro twice() %}{{ a.hello() }}{{ a.hello() }}{% endmacro %}',
    }, reader="buyer1")
    assert text == "Hello buyer1. " * 3
    assert sorted(built) == ["a", "b"]


def test_a_variable_that_the_importing_file_sets_is_seen(environment):
    assert environment({
        "page": '{% set who = "buyer1" %}{% import "a" as a with context %}'
                '{% set who = "buyer2" %}{% import "a" as b with context %}{{ a.hello() }} {{ b.hello() }}',
        "a": "{% macro hello() %}{{ who }}{% endmacro %}",
    }) == "buyer1 buyer2"


def test_a_variable_two_imports_away_is_seen(environment):
    assert environment({
        "page": '{% for who in ["buyer1", "buyer2"] %}{% import "b" as b with context %}{{ b.hello() }} {% endfor %}',
        "b": '{% import "a" as a with context %}{% macro hello() %}{{ a.hello() }}{% endmacro %}',
        "a": "{% macro hello() %}{{ who }}{% endmacro %}",
    }) == "buyer1 buyer2 "


def test_a_variable_with_the_name_of_a_global_is_seen(environment):
    assert environment({
        "page": '{% for range in ["x", "y"] %}{% import "a" as a with context %}{{ a.hello() }}{% endfor %}',
        "a": "{% macro hello() %}{{ range }}{% endmacro %}",
    }) == "xy"


def test_a_file_that_does_something_when_it_is_imported_does_it_each_time(environment):
    counted = []
    assert environment({
        "page": '{% import "a" as a with context %}{% import "a" as b with context %}{{ a.hello() }}{{ b.hello() }}',
        "a": "{% set n = count() %}{% macro hello() %}{{ n }}{% endmacro %}",
    }, count=lambda: counted.append(1) or len(counted)) == "12"


def test_a_file_whose_imports_are_not_known_beforehand_is_not_shared(environment):
    assert environment({
        "page": '{% set other = "x" %}{% import "a" as a with context %}{{ a.hello() }}'
                '{% set other = "y" %}{% import "a" as b with context %}{{ b.hello() }}',
        "a": "{% import other as o with context %}{% macro hello() %}{{ o.name() }}{% endmacro %}",
        "x": "{% macro name() %}x{% endmacro %}", "y": "{% macro name() %}y{% endmacro %}",
    }) == "xy"


def test_a_list_that_grows_between_two_imports_is_seen_grown(environment):
    assert environment({
        "page": '{% import "a" as a with context %}{{ a.n() }}{{ things.append(1) or "" }}'
                '{% import "a" as b with context %}{{ b.n() }}',
        "a": "{% macro n() %}{{ things|length }}{% endmacro %}",
    }, things=[]) == "01"
