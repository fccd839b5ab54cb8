"""No sentence that people read is left out of the catalogues: those of Python. Those of templates have their own test.

A text counts as a sentence when it has a word and a space, or when it is a word where only what is shown can stand,
such as ``title="Jobs"``. It must be an argument of ``_``, ``L_`` or ``N_``; what is not shown to readers is named
below, each with its reason, and a reason that nothing needs any more fails too.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("plugin", "macros", "parsers")
#: Name -> how many of its arguments are texts.
_TEXTS = {"_": 1, "L_": 1, "N_": 2}
MARKS = tuple(_TEXTS)

#: Modules and folders whose words are for whoever runs or programs the wiki, who get them in English.
NOT_FOR_READERS = {
    "plugin/cli.py": "the command line",
    "plugin/instance.py": "the command line",
    "plugin/importing": "the command line",
    "plugin/seeding.py": "the command line",
    "plugin/serving.py": "the command line",
    "plugin/administration/command.py": "the command line",
    "plugin/nomenclature/command.py": "the command line",
    "plugin/people/erasing.py": "the command line",
    "plugin/notices/sending.py": "the command line",
    "plugin/mail/smtp.py": "the log, and the outbox that an administrator reads",
    "plugin/index": "knows nothing of readers: errors are for programmers",
    "plugin/engine": "adjusts Moin: errors are for programmers",
    "plugin/web/left_out.py": "reasons for programmers",
    "plugin/tongue.py": "what translates",
}

#: File -> (text, why it is not translated).
LEFT_IN_ENGLISH: dict[str, list[tuple[str, str]]] = {
    "plugin/accounts/newcomers.py": [
        (r":read,write,create", "access rules"),
        (r"^<a rel=", "HTML"),
        (r"^Not accepted$", "a comment in a page's history, which readers of all languages share"),
    ],
    "plugin/accounts/throttle.py": [(r"^\d+ per ", "what the library of limits reads")],
    "plugin/administration/links.py": [
        (r"^the site |^it is |^it leads ", "kept by the command that checks links, for readers of all languages"),
        (r"^Cupboard link check", "HTTP header"),
    ],
    "plugin/appraisals/charts.py": [(r"^Arial", "names of fonts"), (r"-title ", "ids")],
    "plugin/appraisals/spreadsheet.py": [(r"^Organisation in cash$", "a sheet's name, which formulas refer to")],
    "plugin/brief/views.py": [(r"^not fetched", "log")],
    "plugin/case_studies/confirming.py": [(r"^Still true$", "a comment in a page's history")],
    "plugin/case_studies/describing.py": [(r"^<", "HTML")],
    "plugin/catalogue/bodies.py": [(r"^itemid, about", "SQL")],
    "plugin/catalogue/extract.py": [(r"^ERROR \[", "what Moin writes"), (r"^a document type$", "for programmers")],
    "plugin/catalogue/fulltext.py": [(r"^(result organisation|in papers|like words|marked papers)$", "names in SQL")],
    "plugin/catalogue/similar.py": [(r"^about after also", "words that a search passes over")],
    "plugin/catalogue/tables.py": [(r"^ordinal, itemid", "SQL")],
    "plugin/groups.py": [(r":read,write,create", "access rules")],
    "plugin/bodies/statements.py": [(r"^in force$", "a key")],
    "plugin/following/private.py": [
        (r"^as for all$", "a value in a file for programs"), (r"^\{\} is none of \{\}$", "for programmers"),
    ],
    "plugin/following/views.py": [(r"^as for all$", "a value in a file for programs")],
    "plugin/kinds/__init__.py": [(r"has the same id", "for programmers")],
    "plugin/document/__init__.py": [(r"^<Document", "for programmers"), (r"^a Document can't", "for programmers")],
    "plugin/editing/controls.py": [(r"^no control for", "for programmers")],
    "plugin/editing/merge.py": [(r"^no such choice", "for programmers")],
    "plugin/frontmatter.py": [
        (r"^(mapping values|found|could not find|did not find|expected) ", "what the YAML library says"),
    ],
    "plugin/languages/catalogues.py": [(r"^awaits review$", "a mark in catalogues")],
    "plugin/languages/moments.py": [(r"^d MMMM y|^\{\} UTC$", "a format, which other languages have their own of")],
    "plugin/lists/saved_searches.py": [(r"^= \{\} =", "wiki markup")],
    "plugin/nomenclature/job_views.py": [(r"^\{\} is split$", "kept with the job, for readers of all languages")],
    "plugin/nomenclature/jobs.py": [
        (r"becomes|become others|\(job |^you may not", "kept with the job and in histories"),
    ],
    "plugin/nomenclature/proposals.py": [
        (r"^(Supported by|Support of|Proposed on) ", "a comment in a page's history"),
    ],
    "plugin/nomenclature/term_page.py": [
        (r"^= \{\} =", "wiki markup"),
        (r"^Made for its discussion$", "a comment in a page's history"),
    ],
    "plugin/administration/law_worklist.py": [(r"^A change of law dismissed$", "a comment in a page's history")],
    "plugin/organisations/membership.py": [
        (r"^(Took an|Accepted an|Joined by)", "a comment in a page's history"),
        (r"^Those who |^\{\} \{\}\. Change them|An invitation waits", "the text of a wiki page"),
        (r":read,write", "access rules"),
    ],
    "plugin/organisation_pages/views.py": [(r"^(Put in|Taken out|By) ", "a comment in a page's history")],
    "plugin/case_studies/contact.py": [(r"^admin assets", "words of shared mailboxes")],
    "plugin/people/contacts.py": [
        (r"^The contact point (agreed|was)", "a comment in a page's history"),
    ],
    "plugin/people/letters.py": [(r"^\{\} to \{\}$", "a key")],
    "plugin/people/record.py": [
        (r"All:$", "access rules"), (r"^\{\} can't have a profile", "for programmers"),
    ],
    "plugin/references/table.py": [(r"^source, number", "SQL")],
    "plugin/small_database.py": [(r"^no such table$", "what SQLite says")],
    "plugin/kinds/change_story.py": [(r"^why it began$", "the title of a section")],
    "plugin/web/crosssite.py": [(r"^<", "HTML"), (r"^Sec-Fetch-Site|^\{\} is \{\}, not", "for programmers")],
    "plugin/web/downloads.py": [(r"^there is no end|^all but ", "for programmers")],
    "plugin/web/headers.py": [(r"'(self|none)'|^camera=", "HTTP header")],
    "plugin/web/kept_pages.py": [(r"^\d+ [A-Z]", "HTTP status")],
    "plugin/web/static_files.py": [(r"^There is no such file", "read by no person: the address of a script")],
    "parsers/endorsement.py": [(r"^c-case ", "CSS classes")],
    "plugin/converters/structured.py": [(r"^c-case ", "CSS classes")],
}

_SQL = re.compile(
    r"\s*(SELECT|INSERT|CREATE|UPDATE|DELETE|PRAGMA|DROP|WITH|BEGIN|ALTER|FROM|WHERE|AND|OR|ORDER|JOIN|REPLACE|UNION|"
    r"ROLLBACK|LEFT|EXISTS|IN|NOT|ATTACH|VALUES|ON|SET|GROUP|LIMIT|COMMIT|INNER|SAVEPOINT|RELEASE)\b"
)
_HEADER = re.compile(r"(text/\w+; charset=|private, |public, |(inline|attachment); filename=)")
#: Errors that only a programmer sees.
_PROGRAMMERS = {"TypeError", "RuntimeError", "AssertionError", "NotImplementedError", "LookupError", "KeyError"}
#: Where even one word is shown.
_SHOWN = {"title", "heading", "label", "description", "noun", "plural", "display_name"}
_MACRO_NAME = re.compile(r"[A-Za-z]+: \{\}")


@cache
def left_out(source: str) -> tuple[tuple[int, str], ...]:
    """(line, text) of the sentences in a module that are not marked; ``{}`` stands for what is put in."""
    return tuple(_left_out(source))


def _left_out(source: str) -> Iterator[tuple[int, str]]:
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or isinstance(parents[node], ast.JoinedStr | ast.Expr):
            continue  # a piece of what is looked at as a whole; a docstring
        if (_is_sentence(text) or (text[:1].isupper() and _is_shown(node, parents))) and not _is_marked(node, parents):
            yield node.lineno, text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _is_sentence(text: str) -> bool:
    return (
        " " in text.strip() and re.search("[A-Za-z]{2}", text) is not None
        and not (_SQL.match(text) or _HEADER.match(text) or _MACRO_NAME.fullmatch(text))
    )


def _is_shown(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    parent = parents[node]
    if isinstance(parent, ast.keyword):
        return parent.arg in _SHOWN
    if isinstance(parent, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in _SHOWN for target in parent.targets)
    return isinstance(parent, ast.Call) and ast.unparse(parent.func) == "flash" and node is parent.args[0]


def _is_marked(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether it is translated, or for nobody to read: an argument of a log, of click, of an error for programmers."""
    while node in parents and not isinstance(node, ast.stmt):
        node = parents[node]
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in MARKS or called in _PROGRAMMERS or called.startswith(("click.", "log", "_log", "re.")):
                return True
    return False


@cache
def _modules() -> list[tuple[str, str]]:
    found = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    named = [(path.relative_to(ROOT).as_posix(), path) for path in found]
    return [(name, path.read_text("utf-8")) for name, path in named if not _is_not_for_readers(name)]


def _is_not_for_readers(name: str) -> bool:
    return any(name == other or name.startswith(f"{other}/") for other in NOT_FOR_READERS)


def test_every_sentence_that_people_read_is_translated():
    missed = [
        f"{name}:{line}: {text!r}"
        for name, source in _modules()
        for line, text in left_out(source)
        if not any(re.search(pattern, text) for pattern, _ in LEFT_IN_ENGLISH.get(name, ()))
    ]
    assert not missed, "\n".join(["write these as _(...), L_(...) or N_(...):", *missed])


def test_every_exception_is_still_needed():
    sources = dict(_modules())
    texts = {name: [text for _, text in left_out(source)] for name, source in sources.items()}
    for name in NOT_FOR_READERS:
        assert (ROOT / name).exists(), name
    unused = [
        (name, pattern)
        for name, patterns in LEFT_IN_ENGLISH.items()
        for pattern, _ in patterns
        if not any(re.search(pattern, text) for text in texts.get(name, ()))
    ]
    assert not unused


@pytest.mark.parametrize("source", [
    'def f():\n    return "Write the name of the page"',
    'def f(n):\n    return f"{n} changed"',
    'LABELS = {"a": "In two words"}',
    'def f():\n    raise Refused("Give it a name" if x else f"There is no {y} here")',
    'render(title="Jobs")',
    'def f():\n    flash("Saved.", "info")',
    'class Item:\n    display_name = "Proposal"',
    'def f(x):\n    return _("{x} and").format(x="two words")',
])
def test_a_sentence_that_is_not_marked_is_found(source):
    assert list(left_out(source))


@pytest.mark.parametrize("source", [
    '"""A docstring of words."""',
    'def f(n):\n    return _("{n} changed").format(n=n)',
    'LABELS = {"a": L_("In two words")}',
    'def f():\n    return N_("{n} page here", "{n} pages here", 2)',
    'rows = read("SELECT a FROM b")',
    'def f():\n    logging.warning("not sent to anybody")',
    'def f(a, b):\n    return f"{a}: {b}"',
    'render(title=_("Jobs"))',
])
def test_what_is_marked_or_not_shown_is_let_be(source):
    assert not list(left_out(source))


def test_what_is_marked_can_be_translated():
    """A catalogue has the texts as they stand, whole and with named placeholders; what is made once is lazy."""
    wrong = []
    for name, source in _modules():
        tree = ast.parse(source)
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS):
                continue
            place = f"{name}:{node.lineno}"
            texts = [_text(one) if isinstance(one, ast.Constant) else None for one in node.args[: _TEXTS[node.func.id]]]
            if None in texts:
                wrong.append(f"{place}: not a text")
                continue
            given = _given(node, parents)
            if given is not None and given != (asked := {field for text in texts for field in _placeholders(text)}):
                wrong.append(f"{place}: {asked} are to be put in, {given} are given")
            if node.func.id != "L_" and not _is_in_function(node, parents):
                wrong.append(f"{place}: read once, in one language: use L_")
    assert not wrong, "\n".join(wrong)


def _placeholders(text: str) -> Iterator[str]:
    for _, field, _, _ in Formatter().parse(text):
        if field is not None:
            yield field


def _given(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> set[str] | None:
    """The names given in ``_("...").format(name=...)``; None where it is not so simple."""
    attribute = parents.get(node)
    call = parents.get(attribute) if isinstance(attribute, ast.Attribute) and attribute.attr == "format" else None
    if not isinstance(call, ast.Call) or any(keyword.arg is None for keyword in call.keywords):
        return None
    return {keyword.arg for keyword in call.keywords}


def _is_in_function(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    while node in parents:
        child, node = node, parents[node]
        if isinstance(node, ast.Lambda) and child is node.body:
            return True
        if isinstance(node, ast.FunctionDef) and child in node.body:
            return True
    return False


def test_what_translates_is_not_used_as_a_name_for_nothing():
    """``for _ in`` in a function that translates would take ``_`` away from all of it."""
    wrong = []
    for name, source in _modules():
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef):
                inner = [node for node in _own(function) if isinstance(node, ast.Name) and node.id == "_"]
                if any(isinstance(node.ctx, ast.Store) for node in inner) and any(
                    isinstance(node.ctx, ast.Load) for node in inner
                ):
                    wrong.append(f"{name}:{function.lineno}: {function.name}")
    assert not wrong


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those of comprehensions, whose names are their own."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            stored = {one for part in child.generators for one in ast.walk(part.target)}
            if any(isinstance(one, ast.Name) and one.id == "_" for one in stored):
                if any(isinstance(one, ast.Call) and ast.unparse(one.func) == "_" for one in ast.walk(child)):
                    yield from ast.walk(child)
                continue
        yield child
        yield from _own(child)
