"""Every SQL statement of the program is looked at: what it walks through in the index is named here, with the reason.

The statements are found in the source, so one that is added is among them. ``plugin/index`` puts most of its own
together from a query, and has tests of its own for that.
"""

from __future__ import annotations

import ast
import importlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import cupboard
from cupboard import instance

PLUGIN = Path(cupboard.__file__).parent
CALLS = {"execute", "executemany", "read"}
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE)\b")

#: Tables of one row, lists given with the question, and full text asked for words or a number, are no walk.
HARMLESS = re.compile(
    r"SCAN (\w+_state\b|json_each|CONSTANT ROW|sqlite_master|\(subquery|\w+ VIRTUAL TABLE INDEX \d+:.*[=M])"
)

#: Beginning of a statement -> why it may walk through a table, or sort what it found.
WALKS = {
    "SELECT c.itemid, coalesce(json_extract(d.card, '$.fields.contact_name')": "the job that asks all contact points",
    "SELECT itemid FROM catalogue_statement WHERE kind = 'endorsement' AND": "the job that looks which end soon",
    "SELECT itemid, name, access, fields FROM catalogue_body": "`cupboard check` compares all",
    "SELECT itemid, about, organisation, kind": "`cupboard check` compares all",
    "SELECT c.itemid, k.access, c.published": "`cupboard check` compares all",
    "SELECT itemid, name, fields, access FROM catalogue_body ORDER BY": "the directory is of all organisations",
    "SELECT b.itemid, b.name, b.fields FROM catalogue_body_name": "sorts the organisations of one name",
    "SELECT rowid FROM catalogue_text WHERE catalogue_text MATCH": "ranks at most a thousand, chosen before",
    "SELECT itemid, page, access, published, fields, words FROM people_face":
        "all people who let themselves be found, kept",
    "SELECT m.name FROM sqlite_master": "somebody leaves, and each of the tables is asked",
    "SELECT source, number, field, name, place, places, target FROM reference_link WHERE target":
        "sorts what refers to a page",
    "SELECT source, number, field, name, place, places, target FROM reference_link ORDER BY":
        "`cupboard check` looks at all",
}

#: Modules that put a statement together where they run it: from names of columns, of tables, or of another module.
PUT_TOGETHER = {
    "cupboard.catalogue.bodies", "cupboard.catalogue.carrying", "cupboard.catalogue.fulltext",
    "cupboard.catalogue.tables",
    "cupboard.following.drafts", "cupboard.following.private", "cupboard.people.erasing", "cupboard.references.table",
    "cupboard.small_database",
}  # fmt: skip


def modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    for path in sorted(PLUGIN.rglob("*.py")):
        parts = path.relative_to(PLUGIN).with_suffix("").parts
        if parts[0] not in ("index", "engine"):
            name = ".".join(("cupboard", *parts)).removesuffix(".__init__")
            yield importlib.import_module(name), ast.parse(path.read_text(encoding="utf-8"))


def statements() -> Iterator[tuple[str, str | None]]:
    """(where, statement) of each call that runs one; None for one that is put together there."""
    for module, tree in modules():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in CALLS
                and node.args
            ):
                where, given = f"{module.__name__}:{node.lineno}", node.args[0]
                try:
                    found = (
                        eval(compile(ast.Expression(given), where, "eval"), vars(module))
                        if is_constant(given)
                        else None
                    )
                except (NameError, AttributeError):
                    found = None
                if isinstance(found, str) and SQL.match(found) or found is None and node.func.attr != "read":
                    yield where, found


def is_constant(given: ast.expr) -> bool:
    """Whether it may be a statement that stands in the module, with other constants put into it."""
    return all(
        isinstance(
            part,
            (ast.Constant, ast.Name, ast.Attribute, ast.JoinedStr, ast.FormattedValue, ast.BinOp, ast.Add, ast.Load),
        )
        for part in ast.walk(given)
    )


def test_each_is_served_by_an_index_or_says_why_not(app: Any) -> None:
    # The wiki's small files hold what is there for days; jobs, administrators, and who leaves ask all of it.
    small = sqlite3.connect(":memory:", isolation_level=None)
    for module, _ in modules():
        for value in vars(module).values():
            if isinstance(value, str) and "CREATE TABLE IF NOT EXISTS" in value:
                small.executescript(value)
    looked_at, unmet, walks, put_together = [], set(WALKS), [], set()
    with instance.inside(app) as storage:
        for where, statement in statements():
            if statement is None:
                put_together.add(where.partition(":")[0])
                continue
            if "FROM editdraft" in statement:  # Moin's table
                continue
            looked_at.append(statement)
            steps = plan(storage.reading(), statement)
            if steps is None:
                assert plan(small, statement) is not None, (where, statement)
                continue
            slow = [
                step for step in steps if step.startswith("SCAN") and not HARMLESS.match(step) or "TEMP B-TREE" in step
            ]
            reasons = [start for start in WALKS if " ".join(statement.split()).startswith(start)]
            unmet.difference_update(reasons)
            if slow and not reasons:
                walks.append((where, " ".join(statement.split())[:120], slow))
    assert walks == [], "\n".join(map(str, walks))
    assert unmet == set(), "nothing begins like this any more"
    assert len(looked_at) > 100
    assert put_together <= PUT_TOGETHER


def plan(connection: sqlite3.Connection, statement: str) -> list[str] | None:
    """The steps of a statement; None when its tables are not in this database."""
    named, numbered = re.findall(r":(\w+)", statement), [int(number) for number in re.findall(r"\?(\d+)", statement)]
    values: Any = dict.fromkeys(named, "1") if named else ["1"] * (max(numbered) if numbered else statement.count("?"))
    try:
        return [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + statement, values)] or ["nothing"]
    except sqlite3.OperationalError as error:
        assert "no such table" in str(error), (statement, error)
        return None
