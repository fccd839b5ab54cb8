"""The documentation says what the code does: it is compared with the code, and what it tells to do is tried."""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import moin.config
import pytest
from moin.items import item_registry

from cupboard import instance
from cupboard.macros._arguments import read_arguments
from docs import reference, screenshots

ROOT = reference.ROOT
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", ROOT / "benchmarks" / "README.md", *sorted((ROOT / "docs").rglob("*.rst")))
}
PROSE = "\n".join(SOURCES.values())
MACROS = reference.macros()


# ---- macros, commands, settings -------------------------------------------------------------------------------------


class Asked(Exception):
    """What a macro asked for: the name of its argument without a name, and those with one."""


def _signature(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str | None, tuple[str, ...]]:
    module = importlib.import_module(f"cupboard.macros.{name}")

    def ask(arguments: Any, positional: str | None, named: Any = ()) -> None:
        raise Asked(positional, tuple(named))

    monkeypatch.setattr(module, "read_arguments", ask)
    with pytest.raises(Asked) as asked:
        module.Macro().macro(None, None, None, "")
    return asked.value.args


@pytest.mark.parametrize("manual", MACROS, ids=lambda manual: manual.name)
def test_the_manual_of_a_macro_names_what_it_reads(manual: reference.Manual, monkeypatch: pytest.MonkeyPatch) -> None:
    positional, named = _signature(manual.name, monkeypatch)
    read = {*named, positional} - {None}
    told = [name for parameter in manual.parameters for name in parameter.names]
    assert not [name for name in read if not any(fnmatchcase(name, one) for one in told)], "not in the manual"
    assert not [one for one in told if not any(fnmatchcase(name, one) for name in read)], (
        "the macro reads no such thing"
    )
    calls = re.findall(rf"<<{manual.name}(?:\((.*?)\))?>>", manual.examples)
    assert calls
    for arguments in calls:
        read_arguments([arguments], positional, named)


@pytest.mark.parametrize(
    "docstring",
    [
        "Shows things.\n\nExamples:\n    <<Thing>>\n",
        "Thing - shows.\n\nNotes:\n\n    It has no example.\n",
        "Thing - shows.\n\nParameters:\n\n    rows: without a type.\n\nExamples:\n    <<Thing>>\n",
    ],
)
def test_a_manual_of_another_form_is_refused(docstring: str) -> None:
    with pytest.raises(ValueError, match="macros/Thing.py"):
        reference.manual("Thing", docstring)


def test_every_macro_is_in_the_reference() -> None:
    made = reference.macro_reference()
    for path in (ROOT / "macros").glob("[!_]*.py"):
        assert f"\n{path.stem}\n~" in made and f"<<{path.stem}" in made


def test_every_command_is_told_of_and_every_one_told_of_is_there() -> None:
    commands = {path.removeprefix("cupboard ") for path, _ in reference.commands() if " " in path}
    assert not [
        name for name in commands if not re.search(rf"\bcupboard {name}\b|^\| [^|]*`{name}\b", PROSE, re.MULTILINE)
    ]
    told = {found for found in re.findall(r"(?:bin/|``|`)cupboard ([a-z]+)", PROSE)}
    assert told <= {name.split()[0] for name in commands}


def test_every_setting_of_the_environment_is_explained_and_every_one_told_of_is_there() -> None:
    settings = reference.settings()
    assert len(settings) >= 9
    assert not [setting.variable for setting in settings if not setting.text], "write a comment with #: above it"
    elsewhere = "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    told = set(re.findall(r"\bCUPBOARD_[A-Z_]+\b", PROSE)) - {setting.variable for setting in settings}
    assert not [name for name in told if f'"{name}"' not in elsewhere]


# ---- what documents name --------------------------------------------------------------------------------------------


def _named() -> Iterator[tuple[str, str]]:
    """(document, what it names in code type)."""
    for document, text in SOURCES.items():
        if document.endswith(".rst"):
            text = re.sub(r"\n\.\. code-block::.*?(?=\n\S)", "", text, flags=re.DOTALL)
        for found in re.findall(r"`([\w./-]+)`", text):
            yield document, found


def test_files_that_documents_name_are_there() -> None:
    rooms = ("plugin", "macros", "parsers", "themes", "seed_pages", "tests", "benchmarks", "docs", ".ci")
    shortened = [ROOT / "plugin", ROOT]
    missing = []
    for document, name in _named():
        top = name.split("/")[0]
        if top in rooms and "/" in name:
            missing += [] if (ROOT / name).exists() else [(document, name)]
        elif name.endswith(".py") and "/" in name:
            missing += (
                []
                if any((folder / name.removeprefix("cupboard/")).exists() for folder in shortened)
                else [(document, name)]
            )
    # What somebody is told to make.
    assert [one for one in missing if "recipe" not in one[1].lower()] == []


def test_modules_and_functions_that_documents_name_are_there() -> None:
    for document, name in _named():
        if re.fullmatch(r"cupboard(\.\w+)+", name) and not name.endswith((".example", ".moin", ".sqlite3")):
            assert _resolves(name), (document, name)


def _resolves(name: str) -> bool:
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def test_links_of_the_readme_lead_to_documents() -> None:
    for target in re.findall(r"\]\(([^)#]+)", SOURCES["README.md"]):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_pictures_are_those_that_the_script_makes_and_are_small() -> None:
    made = {f"{picture.name}.png" for picture in screenshots.PICTURES}
    there = {path.name: path.stat().st_size for path in screenshots.IMAGES.iterdir()}
    assert there.keys() == made
    assert max(there.values()) <= screenshots.MOST_BYTES
    shown = {Path(path).name for path in re.findall(r"(?:image:: |\]\()(\S+?\.png)", PROSE)}
    assert shown == made


# ---- what an administrator is told to do ----------------------------------------------------------------------------


def _block(document: str, name: str) -> str:
    """A block of code with ``:name:``, without its indent."""
    found = re.search(
        rf"^\.\. code-block:: python\n   :name: {name}\n\n(.*?)(?=\n\S|\Z)", SOURCES[document], re.M | re.S
    )
    assert found, name
    return "\n".join(line[3:] for line in found[1].rstrip().split("\n")) + "\n"


EXISTING = "docs/administrators/existing-wiki.rst"


def test_a_wiki_of_stock_moin_becomes_a_cupboard_as_its_administrator_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "wikiconfig.py"
    shutil.copy(Path(moin.config.__file__).parent / "wikiconfig.py", config)
    text = config.read_text()
    before, after = text.split("class Config(DefaultConfig):")
    body, flask_settings = after.split("\n# flask settings")
    added = [_block(EXISTING, name) for name in ("before-the-class", "in-the-class", "after-the-class")]
    config.write_text(
        f"{before}{added[0]}\n\nclass Config(DefaultConfig):{body}\n{added[1]}\n# flask "
        f"settings{flask_settings}\n{added[2]}"
    )
    app = instance.open_app(config, index_needed=False, create=True)
    with instance.inside(app):
        from moin import user

        user.create_user("alice", "correct-horse-7", "alice@example.org")
    app.deinit_backends()
    instance.seed(config, cases=False)
    app = instance.open_app(config)
    try:
        client = app.test_client()
        answer = client.get("/+cupboard/browse")
        assert answer.status_code == 200 and "/static/cupboard/" in answer.get_data(as_text=True)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "Content-Security-Policy-Report-Only" not in answer.headers and "Set-Cookie" not in answer.headers
        tries = [
            client.post("/+login", data={"login_username": "alice", "login_password": "wrong", "login_submit": "1"})
            for _ in range(12)
        ]
        assert tries[0].status_code != 429 and tries[-1].status_code == 429
        assert app.config["MAX_FORM_MEMORY_SIZE"] > 500_000
    finally:
        app.deinit_backends()


def test_types_that_stock_moin_must_be_told_of_are_all_named() -> None:
    names = set(re.findall(r'"([a-z-]+)"', _block(EXISTING, "without-the-cupboard"))) - {"itemtype"}
    entries = vars(item_registry)["_entries"]
    assert names == {entry.itemtype for entry in entries if entry.factory.__self__.__module__.startswith("cupboard.")}
