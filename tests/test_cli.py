"""The ``cupboard`` command: what it says, and the status it ends with."""

import pytest
from click.testing import CliRunner

from cupboard import instance
from cupboard.cli import cli
from tests.conftest import CONFIG

CASE = """\
- id: anytown-school-meals
  title: Fresh school meals by smaller lots
  result: Five farms won lots
  organisation: Anytown Council
  organisation_type: council
  region: Scotland
  contract_area: food
  context: One large contract.
  action: Eight small lots.
  impact: Five farms won.
"""


@pytest.fixture
def run():
    def run(*arguments, status=0):
        result = CliRunner().invoke(cli, ["--config", str(CONFIG), *arguments])
        assert result.exit_code == status, result.output
        return result.output

    return run


@pytest.mark.parametrize("command", [None, *sorted(cli.commands)])
def test_help_says_what_each_command_does(run, command):
    output = run(*([command] if command else []), "--help")
    assert "Usage: " in output
    assert len(output.splitlines()) > 6
    for option in cli.commands[command].params if command else ():
        if option.opts[0].startswith("--"):
            assert option.help


def test_init_prints_the_password_once(run, tmp_path, monkeypatch):
    monkeypatch.setenv("CUPBOARD_WIKI", str(tmp_path / "wiki"))
    output = run("init", "--no-seeds", "--admin", "alice")
    assert "Sign in as alice with the password " in output
    assert run("init") == "The wiki is there already: nothing was changed.\n"
    assert run("init", "--if-absent") == ""


def test_init_does_not_go_on_with_half_a_wiki_unasked(run, wiki):
    (wiki / instance.MARKER).touch()
    output = run("init", "--if-absent", status=1)
    assert output.startswith("Error: ") and "--resume" in output and output.count("\n") == 1
    assert "password" in run("init", "--no-seeds", "--resume")


@pytest.mark.parametrize("command", ["serve", "seed", "check", "reindex"])
def test_commands_say_that_there_is_no_wiki(run, tmp_path, monkeypatch, command):
    monkeypatch.setenv("CUPBOARD_WIKI", str(tmp_path / "none"))
    output = run(command, status=1)
    assert output.startswith("Error: There is no wiki in ") and output.count("\n") == 1


def test_seed_adds_the_pages_that_are_not_there_and_changes_no_other(run, wiki):
    assert run("seed", "--no-cases").splitlines()[-1].endswith(" pages were added.")
    before = {path: path.read_bytes() for path in (wiki / "data").rglob("*") if path.is_file()}
    assert run("seed", "--no-cases") == "0 pages were added.\n"
    assert {path: path.read_bytes() for path in (wiki / "data").rglob("*") if path.is_file()} == before


def test_erase_asks_for_a_reason_tries_first_and_logs_no_name(run, wiki, tmp_path):
    file = tmp_path / "cases.yaml"
    file.write_text(CASE.replace("Five farms won.", "Ask Jane Quagga."))
    run("import", str(file))
    assert "Say why" in run("erase", "Jane Quagga", status=1)
    assert "no account" in run("erase", "--account", "nobody", "--reason", "x", status=1)
    assert "Say what to erase" in run("erase", status=2)
    told = "1 revisions of 1 pages would be written over."
    assert run("erase", "Jane Quagga", "--reason", "request of 3 May", "--dry-run").splitlines() == [told]
    assert run("erase", "Jane Quagga", "--reason", "request of 3 May").splitlines() == [
        told.replace("would be", "were")
    ]
    log = run("erase", "--log")
    assert log.endswith("text, 1 revisions: request of 3 May\n") and "Jane" not in log
    assert "Nobody was asked: set CUPBOARD_MAIL_SERVER" in run("contacts")


def test_import_says_what_became_of_each_record_and_check_agrees(run, wiki, tmp_path):
    file = tmp_path / "cases.yaml"
    file.write_text(CASE)
    assert run("import", "--dry-run", str(file)).splitlines()[0] == "anytown-school-meals: created"
    assert run("import", str(file)).splitlines() == [
        "anytown-school-meals: created",
        "1 records: 1 created, 0 updated, 0 unchanged, 0 kept.",
    ]
    assert run("import", str(file)).splitlines()[0] == "anytown-school-meals: unchanged"
    assert run("check").endswith("all right.\n")


def test_import_ends_with_status_1_when_something_is_refused(run, wiki, tmp_path):
    file = tmp_path / "cases.yaml"
    file.write_text(CASE.replace("Scotland", "Atlantis"))
    output = run("import", str(file), status=1)
    assert "anytown-school-meals: line 6: region: " in output
    assert output.endswith("nothing was written.\n")


def test_check_ends_with_status_1_until_reindex_has_put_things_right(run, wiki):
    from cupboard import checking

    app = instance.open_app(CONFIG)
    with instance.inside(app) as storage:
        revid = storage["Cupboard/Contents"]["current"].revid
        storage.remove_revision(revid, async_=False)
        assert checking.differences(storage)[0]
    app.deinit_backends()

    assert f"Cupboard/Contents: revision {revid} is not in the index" in run("check", status=1)
    assert "revisions are in the index" in run("reindex")
    assert run("check").endswith("all right.\n")


def test_another_configuration_can_be_named_in_the_environment(wiki, monkeypatch):
    monkeypatch.setenv("MOINCFG", str(CONFIG))
    result = CliRunner().invoke(cli, ["check"])
    assert result.exit_code == 0, result.output


def test_a_configuration_that_is_not_there_is_said(monkeypatch):
    result = CliRunner().invoke(cli, ["--config", "none.py", "check"])
    assert (result.exit_code, result.output) == (1, "Error: There is no configuration file none.py.\n")
