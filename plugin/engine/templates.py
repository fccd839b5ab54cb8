"""Templates: one module of macros a page instead of one an import; no second search for a template that isn't there.

Moin's templates say ``{% import "utils.html" as utils with context %}`` in each file that uses it, and the imported
files import each other the same way: a page view builds 16 such modules, 4 of them different. Building them is a
quarter of the time of a view once look-ups are cheap. Here a module that was built once is used again within the same
request where it is sure to come out the same:

- its file holds nothing on its top level but macros, imports, comments, blanks and constants, so building it has no
  effect of its own, and
- every name that its macros, and the files they import or include, take from the context stands for the same object.

The name of a theme's template is tried before Moin's own. That a theme does not have a file is asked of the disk at
every view, twice; here it is asked once per process. A theme that gets a new file is seen after a restart, as is a
theme's changed file.
"""

from weakref import WeakKeyDictionary

import flask_theme
import moin.themes
from flask import g, has_app_context
from flask_theme import Theme
from jinja2 import Template, TemplateNotFound, meta, nodes
from jinja2.runtime import missing as unset

from .replacement import Replacement


class _Names:
    """Which names of the context a template depends on, worked out from its source once per template."""

    def __init__(self):
        self._known = {}

    def of(self, template):
        """:return: sorted tuple of names, or None when its modules must not be shared"""
        key = (id(template.environment), template.name)
        known = self._known.get(key)
        if known is None or known[0] is not template:
            try:
                names = tuple(sorted(self._collect(template.environment, template.name, set())))
            except (_Unsure, TemplateNotFound):
                names = None
            known = self._known[key] = (template, names)
        return known[1]

    def _collect(self, environment, name, seen):
        if name in seen:
            return set()
        seen.add(name)
        source = environment.loader.get_source(environment, name)[0]
        tree = environment.parse(source, name)
        if len(seen) == 1 and not all(map(_is_inert, tree.body)):
            raise _Unsure
        # globals are not among the undeclared names, but a variable of a page may hide one
        names = set(meta.find_undeclared_variables(tree)) | set(environment.globals)
        for other in _referenced(environment, tree):
            names |= self._collect(environment, other, seen)
        return names


class _Unsure(Exception):
    """What a template depends on can't be told from its source."""


def _is_inert(node):
    """Whether building this top level node has no effect and reads nothing but what find_undeclared_variables sees."""
    if isinstance(node, nodes.Output):
        return all(isinstance(child, nodes.TemplateData) for child in node.nodes)
    if isinstance(node, nodes.Assign):
        return isinstance(node.node, nodes.Const)
    return isinstance(node, (nodes.Macro, nodes.Import, nodes.FromImport))


def _referenced(environment, tree):
    """Names of all templates that may be imported or included; ``theme("x")`` may be x of any theme or Moin's own."""
    for node in tree.find_all((nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)):
        target = node.template
        if isinstance(target, nodes.Const) and isinstance(target.value, str):
            yield target.value
        elif (isinstance(target, nodes.Call) and isinstance(target.node, nodes.Name) and target.node.name == "theme"
              and len(target.args) == 1 and isinstance(target.args[0], nodes.Const)):
            name = target.args[0].value
            yield name
            for theme in moin.themes.current_app.theme_manager.themes:
                if _exists(environment, themed := f"_themes/{theme}/{name}"):
                    yield themed
        else:
            raise _Unsure


def _exists(environment, name):
    try:
        environment.loader.get_source(environment, name)
    except TemplateNotFound:
        return False
    return True


_names = _Names()


def _make_module(original):
    def make_module(self, vars=None, shared=False, locals=None):
        if not shared or vars is None or not has_app_context() or self.environment.is_async:
            return original(self, vars, shared, locals)
        names = _names.of(self)
        if names is None:
            return original(self, vars, shared, locals)
        values = []
        for name in names:
            value = locals.get(name, unset) if locals else unset  # a local that isn't set yet hides nothing
            values.append(vars.get(name, unset) if value is unset else value)
        modules = g.get("_cupboard_modules")
        if modules is None:
            modules = g._cupboard_modules = {}
        key = (id(self), *map(id, values))
        found = modules.get(key)
        if found is None:
            # the values are kept with the module: as long as they live no other object can have their ids
            found = modules[key] = (original(self, vars, shared, locals), self, values)
        return found[0]

    return make_module


def _render_theme_template(original):
    absent = WeakKeyDictionary()  # environment of an application -> names of templates that it doesn't have

    def render_theme_template(theme, template_name, _fallback=True, **context):
        identifier = theme.identifier if isinstance(theme, Theme) else theme
        name = f"_themes/{identifier}/{template_name}"
        app = moin.themes.current_app
        if _fallback and isinstance(template_name, str) and not app.debug:
            missing = absent.setdefault(app.jinja_env, set())
            if name not in missing and not flask_theme.template_exists(name):
                missing.add(name)
            if name in missing:
                context["_theme"] = identifier
                return flask_theme.render_template(template_name, **context)
        return original(theme, template_name, _fallback, **context)

    return render_theme_template


REPLACEMENTS = [
    Replacement(Template, "make_module", _make_module),
    Replacement(moin.themes, "render_theme_template", _render_theme_template),
]
