"""Parts of the documentation that are made from the code, so that they can't say anything else.

``.. macro-reference::``     every macro, from the docstring of its file
``.. command-reference::``   every command, as its own ``--help`` has it
``.. package-reference::``   the packages and modules of ``cupboard``, layer by layer, with the first sentence of each
``.. settings-reference::``  every setting of ``wikiconfig.py`` that the environment can change, with the comment above
it

The functions give reStructuredText and need no Sphinx; tests use them.

The docstring of a macro begins with ``Name - what it shows.``; then come, each where there is something to say, more
paragraphs, and under the headings ``Parameters:``, ``Notes:`` and ``Examples:`` what they name. A parameter is
``name (type; default): what it does``. Several that are alike are named together, with commas between; ``without_*``
stands for all whose names begin so.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_PARAMETER = re.compile(
    r"(?P<names>\w+\*?(?:, \w+\*?)*) \((?P<type>[^;()]+)(?:; (?P<default>[^()]+))?\): (?P<text>.+)", re.DOTALL
)
_HEADINGS = ("Parameters", "Notes", "Examples")


# ---- macros ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parameter:
    """Parameters that are alike: their names, what each may be, what it is when left out, what it does."""

    names: tuple[str, ...]
    type: str
    default: str
    text: str


@dataclass(frozen=True)
class Manual:
    """What the docstring of a macro says."""

    name: str
    does: str
    more: str
    parameters: tuple[Parameter, ...]
    notes: str
    examples: str


def macros() -> list[Manual]:
    """The manuals of all macros, by name.

    :raises ValueError: for a docstring of another form; it names file and place
    """
    files = sorted(path for path in (ROOT / "macros").glob("*.py") if not path.name.startswith("_"))
    return [manual(path.stem, ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "") for path in files]


def manual(name: str, docstring: str) -> Manual:
    """Read the docstring of one macro.

    :raises ValueError: when it has another form
    """
    first, _, rest = docstring.partition("\n")
    if not first.startswith(f"{name} - "):
        raise ValueError(
            f"macros/{name}.py: the docstring must begin with {name!r}, a hyphen, and what the macro shows"
        )
    parts = re.split(rf"^({'|'.join(_HEADINGS)}):\n", rest, flags=re.MULTILINE)
    said = {heading: textwrap.dedent(text).strip() for heading, text in zip(parts[1::2], parts[2::2], strict=True)}
    if not said.get("Examples"):
        raise ValueError(f"macros/{name}.py: the docstring needs an example, under 'Examples:'")
    return Manual(
        name=name,
        does=first.removeprefix(f"{name} - "),
        more=textwrap.dedent(parts[0]).strip(),
        parameters=tuple(_parameter(name, text) for text in _paragraphs(said.get("Parameters", ""))),
        notes=said.get("Notes", ""),
        examples=said["Examples"],
    )


def _parameter(macro: str, text: str) -> Parameter:
    found = _PARAMETER.fullmatch(" ".join(text.split()))
    if found is None:
        raise ValueError(f"macros/{macro}.py: write a parameter as 'name (type; default): what it does', not {text!r}")
    return Parameter(tuple(found["names"].split(", ")), found["type"], found["default"] or "", found["text"])


def _paragraphs(text: str) -> list[str]:
    return [one for one in re.split(r"\n\s*\n", text) if one.strip()]


def macro_reference() -> str:
    """A section for each macro."""
    return "\n\n".join(_macro_section(one) for one in macros())


def _macro_section(one: Manual) -> str:
    lines = [
        f".. _macro-{one.name}:",
        "",
        one.name,
        "~" * len(one.name),
        "",
        _plain(one.does[0].upper() + one.does[1:]),
    ]
    lines += ["", _plain(one.more)] if one.more else []
    for parameter in one.parameters:
        names = ", ".join(f"``{name}``" for name in parameter.names)
        default = parameter.default if parameter.default in ("", "needed") else f"left out: {parameter.default}"
        kind = "; ".join(_plain(part) for part in (parameter.type, default) if part)
        lines += ["", f"{names} : {kind}", f"    {_plain(parameter.text[0].upper() + parameter.text[1:])}"]
    lines += ["", _plain(one.notes)] if one.notes else []
    lines += ["", "::", "", textwrap.indent(one.examples, "    ")]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text without a meaning in reStructuredText."""
    return re.sub(r"([\\*`|_])", r"\\\1", text)


# ---- commands -------------------------------------------------------------------------------------------------------


def commands() -> Iterator[tuple[str, str]]:
    """Every command with its help: ``("cupboard terms merge", "Usage: ...")``."""
    import click

    from cupboard.cli import cli

    def walk(command: click.Command, parent: click.Context | None, name: str) -> Iterator[tuple[str, str]]:
        with click.Context(command, parent=parent, info_name=name, terminal_width=78) as context:
            yield context.command_path, context.get_help()
            for below in sorted(getattr(command, "commands", {}).items()):
                yield from walk(below[1], context, below[0])

    yield from walk(cli, None, "cupboard")


def command_reference() -> str:
    """A section for each command: its own help."""
    return "\n\n".join(
        f"{path}\n{'~' * len(path)}\n\n::\n\n{textwrap.indent(help, '    ')}" for path, help in commands()
    )


# ---- settings -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """A setting that the environment can change: variable, name in ``wikiconfig.py``, what is said above it."""

    variable: str
    name: str
    text: str


def settings() -> list[Setting]:
    """The settings of ``wikiconfig.py`` whose value the environment gives, in the order in which they stand there."""
    source = (ROOT / "wikiconfig.py").read_text(encoding="utf-8")
    lines = source.split("\n")
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            for variable in re.findall(r"environ\.get\(\"(\w+)\"", ast.get_source_segment(source, node) or ""):
                found.append(
                    (node.lineno, Setting(variable, ast.unparse(node.targets[0]), _above(lines, node.lineno - 1)))
                )
    return [setting for _, setting in sorted(found, key=lambda one: one[0])]


def _above(lines: list[str], row: int) -> str:
    """The comment that ends above a line, of lines that begin with ``#:``."""
    said: list[str] = []
    while row and lines[row - 1].strip().startswith("#:"):
        row -= 1
        said.insert(0, lines[row].strip().removeprefix("#:").strip())
    return " ".join(said)


def settings_reference() -> str:
    """A definition list of settings."""
    return "\n\n".join(f"``{one.variable}``\n    {_code(one.text)}" for one in settings())


def _code(text: str) -> str:
    """Text of a comment, where backticks stand for code."""
    return "``".join(_plain(part) if n % 2 == 0 else part for n, part in enumerate(text.split("`")))


# ---- packages -------------------------------------------------------------------------------------------------------


#: What stands on what, the lowest first: what each layer is, and its parts, which are the packages of ``cupboard`` and
#: its modules that are in none. A part imports only those before it: ``tests/test_architecture.py`` sees to that.
LAYERS = {
    "The field and its rules. They know no wiki: begin to read here.": """
        tongue labels days fields web_addresses frontmatter sections shapes document vocabulary template outdated
        costbenefit legal bodies kinds terms changes
    """,
    "What serves any Moin 2 wiki.": "engine index",
    "What leans on Moin and knows nothing of case studies.": """
        names small_database seed_pages themes languages gate fragments rendering attachments groups commands
    """,
    "How pages are defined, read, listed and stored.": """
        in_force definitions converters catalogue views web audiences references checking pages
    """,
    "Case studies: shown, asserted, signed, listed, edited.": """
        tools appraisals organisations legal_status endorsement case_studies lists editing items
    """,
    "Other kinds of page, many pages at once, a new wiki.": """
        importing stories seeding instance nomenclature primary_documents
    """,
    "People and what they are told.": """
        following mail accounts people organisation_pages administration notices
    """,
    "The ways in.": "brief entrances parsers macros serving cli wiki",
}


def packages() -> list[tuple[str, list[tuple[str, str]]]]:
    """The parts of ``cupboard`` by layer, each with what the first sentence of it says."""
    return [(layer, [(name, _first_sentence(_file_of(name))) for name in parts.split()])
            for layer, parts in LAYERS.items()]  # fmt: skip


def _file_of(part: str) -> Path:
    places = (ROOT / "plugin" / part / "__init__.py", ROOT / "plugin" / f"{part}.py", ROOT / part / "__init__.py")
    return next(path for path in places if path.exists())


def _first_sentence(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    said = " ".join(docstring.partition("\n\n")[0].split())
    return re.split(r"(?<=\.) ", said)[0]


def package_reference() -> str:
    """A list of packages and modules for each layer."""
    made = []
    for layer, parts in packages():
        rows = [f"   * - ``cupboard.{name}``\n     - {_code(said.replace('``', '`'))}" for name, said in parts]
        made.append(f"**{layer}**\n\n.. list-table::\n   :widths: 30 70\n\n" + "\n".join(rows))
    return "\n\n".join(made)


# ---- Sphinx ---------------------------------------------------------------------------------------------------------


def setup(app):
    from sphinx.util.docutils import SphinxDirective

    def directive(make, sources):
        class Made(SphinxDirective):
            def run(self):
                for path in (Path(__file__), *sources):
                    self.env.note_dependency(str(path))
                return self.parse_text_to_nodes(make(), allow_section_headings=True)

        return Made

    plugin = ROOT / "plugin" / "cli.py"
    app.add_directive("macro-reference", directive(macro_reference, sorted((ROOT / "macros").glob("*.py"))))
    app.add_directive("command-reference", directive(command_reference, [plugin]))
    app.add_directive("package-reference", directive(package_reference, sorted((ROOT / "plugin").rglob("*.py"))))
    app.add_directive("settings-reference", directive(settings_reference, [ROOT / "wikiconfig.py"]))
    return {"parallel_read_safe": True}
