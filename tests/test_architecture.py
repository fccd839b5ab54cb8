"""Which way imports point. Read from the sources, so nothing is run and nothing can hide in a function.

Packages of ``cupboard`` and its modules that are in no package are called *parts*. A part may import those that stand
before it in :data:`docs.reference.LAYERS`, and no others.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from docs.reference import LAYERS, ROOT

ROOMS = {
    "plugin": "cupboard",
    "macros": "cupboard.macros",
    "parsers": "cupboard.parsers",
    "themes": "cupboard.themes",
    "seed_pages": "cupboard.seed_pages",
}

#: What stands on what; the documentation shows it. The first layer knows no wiki, the second serves any.
ORDER = [parts.split() for parts in LAYERS.values()]
PURE, FOR_ANY_WIKI, *_ = ORDER
#: What a part that knows no wiki imports neither itself nor through others.
OF_A_WIKI = {"moin", "flask", "werkzeug", "wtforms", "whoosh", "jinja2"}


def modules() -> dict[str, Path]:
    """Every module of ours with its file."""
    found = {}
    for room, package in ROOMS.items():
        for path in (ROOT / room).rglob("*.py"):
            parts = [package, *path.relative_to(ROOT / room).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(module: str, *, at_once: bool = False) -> Iterator[str]:
    """The modules that one imports, by full name.

    :param at_once: only what is imported when the module is, not what a function of it imports when it is called
    """
    path = MODULES[module]
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in _nodes(ast.parse(path.read_text(encoding="utf-8")), at_once):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{origin}.{alias.name}" if f"{origin}.{alias.name}" in MODULES else origin


def _nodes(node: ast.AST, at_once: bool) -> Iterator[ast.AST]:
    for below in ast.iter_child_nodes(node):
        if at_once and isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(below, ast.If) and "TYPE_CHECKING" in ast.unparse(below.test):
            continue  # types only
        yield below
        yield from _nodes(below, at_once)


def ours(name: str) -> str | None:
    """The module of ours that an imported name means; None when it is somebody else's."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name or None


def part_of(module: str) -> str:
    """``cupboard.legal.statuses`` is of the part ``legal``."""
    return module.split(".")[1] if "." in module else ""


IMPORTED = {module: set(imports(module)) for module in MODULES}
EDGES: dict[tuple[str, str], list[str]] = {}
for _module, _names in IMPORTED.items():
    for _name in _names:
        _other = ours(_name)
        if _other and part_of(_other) and part_of(_other) != part_of(_module):
            EDGES.setdefault((part_of(_module), part_of(_other)), []).append(f"{_module} imports {_other}")


def test_what_knows_no_wiki_imports_nothing_of_one() -> None:
    for part in PURE:
        seen: set[str] = set()
        waiting = [module for module in MODULES if part_of(module) == part]
        assert waiting, f"there is no {part}"
        while waiting:
            module = waiting.pop()
            seen.add(module)
            theirs = {name.split(".")[0] for name in IMPORTED[module]} & OF_A_WIKI
            assert not theirs, f"{module} imports {theirs}, and {part} is to know no wiki"
            waiting += {other for name in IMPORTED[module] if (other := ours(name))} - seen


def test_what_serves_any_wiki_imports_nothing_else_of_ours() -> None:
    for part in FOR_ANY_WIKI:
        assert not [said for (one, _), reasons in EDGES.items() if one == part for said in reasons]


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph = {module: {ours(name) for name in imports(module, at_once=True)} - {None, module} for module in MODULES}
    assert circle(graph) is None


def circle(graph: Mapping[str, Iterable[str]]) -> list[str] | None:
    """One circle of a graph; None when there is none."""
    done: set[str] = set()

    def search(node: str, way: list[str]) -> list[str] | None:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return None
        for other in graph.get(node, ()):
            if found := search(other, [*way, node]):
                return found
        done.add(node)
        return None

    return next((found for node in graph if (found := search(node, []))), None)


def test_a_circle_is_found() -> None:
    assert circle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b", "c", "b"]
    assert circle({"a": ["b", "c"], "b": ["c"]}) is None


def test_parts_import_what_stands_before_them() -> None:
    place = {part: n for n, part in enumerate(chain.from_iterable(ORDER))}
    parts = {part_of(module) for module in MODULES} - {""}
    assert not parts - place.keys(), "find a place in LAYERS for these"
    assert not place.keys() - parts, "these are gone: take them out of LAYERS"
    backwards = [said for (one, other), reasons in EDGES.items() if place[other] > place[one] for said in reasons]
    assert not backwards, "these imports point backwards: turn them round, or move what is imported"
