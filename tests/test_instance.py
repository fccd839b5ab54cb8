"""A wiki instance is made once, whole or not at all; half of one is recognised."""

import os
import stat
import subprocess
import sys
import threading

import pytest

from cupboard import checking, instance
from cupboard.instance import InstanceError, State
from tests.conftest import CONFIG, PASSWORD


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where a wiki is going to be."""
    folder = tmp_path / "wiki"
    monkeypatch.setenv("CUPBOARD_WIKI", str(folder))
    return folder


def make(**options):
    return instance.make(CONFIG, seeds=False, **options)


def files(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_wiki_has_its_definitions_and_an_administrator_who_can_sign_in(folder):
    made = make(administrator="buyer1")

    assert instance.state(folder) is State.MADE
    client = instance.open_app(CONFIG).test_client()
    answer = client.post(
        "/+login", data={"login_submit": "1", "login_username": "buyer1", "login_password": made.password}
    )
    assert answer.status_code == 302
    assert client.get("/+admin/superuser").status_code == 200
    assert client.get("/+admin/userbrowser").status_code == 200
    for page in ("Template", "Contents", "LegalStatuses"):
        assert client.get(f"/Cupboard/{page}").status_code == 200


def test_each_wiki_gets_a_password_and_a_secret_of_its_own(folder, tmp_path, monkeypatch):
    first = make()
    monkeypatch.setenv("CUPBOARD_WIKI", str(tmp_path / "second"))
    second = make()
    assert first.password != second.password
    assert instance.secret_key(folder) != instance.secret_key(tmp_path / "second")
    assert len(first.password) >= 16


def test_others_on_the_machine_can_read_neither_the_secret_nor_the_wiki(folder):
    make()
    assert mode(folder) == 0o700
    assert mode(folder / "secret") == 0o600


def test_the_password_is_not_in_any_file(folder):
    made = make()
    assert not [path for path, data in files(folder).items() if made.password.encode() in data]


def test_making_a_wiki_that_is_there_changes_nothing(wiki):
    before = files(wiki)
    assert make() is None
    assert files(wiki) == before


def test_an_interrupted_making_is_recognised_and_can_be_finished(folder, monkeypatch):
    from cupboard import seeding

    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(seeding, "_editors_group", interrupt)
        with pytest.raises(KeyboardInterrupt):
            make()
    assert instance.state(folder) is State.HALF_MADE
    for refused in (make, lambda: instance.require(CONFIG)):
        with pytest.raises(InstanceError, match="half made.*--resume"):
            refused()

    made = make(resume=True)
    assert made.pages == len(seeding.shipped_pages(everything=False)) + 1
    assert instance.state(folder) is State.MADE


def test_finishing_keeps_what_was_written_and_gives_a_new_password(folder):
    first = make()
    (folder / instance.MARKER).write_text("")
    second = make(resume=True)
    assert second.pages == 0
    assert second.password != first.password

    app = instance.open_app(CONFIG)
    with instance.inside(app) as storage:
        from moin import user

        assert user.User(name="admin", password=second.password).valid
        assert not user.User(name="admin", password=first.password).valid
        assert checking.differences(storage)[0] == []


def test_two_processes_do_not_make_one_wiki(folder):
    started, stop = threading.Event(), threading.Event()

    def hold(what, done, total):
        started.set()
        stop.wait(10)

    maker = threading.Thread(target=make, kwargs={"progress": hold})
    maker.start()
    started.wait(10)
    try:
        with pytest.raises(InstanceError, match="Another process is making"):
            make(resume=True)
    finally:
        stop.set()
        maker.join()
    assert instance.state(folder) is State.MADE


@pytest.mark.parametrize("name", ["", "EditorsGroup", "a:b", "a,b", " a", "a  b", "a/b", "a\nb"])
def test_a_name_that_can_not_be_an_account_is_refused_before_anything_is_made(folder, name):
    with pytest.raises(InstanceError, match="can't be the name"):
        make(administrator=name)
    assert instance.state(folder) is State.ABSENT


def test_a_wiki_that_is_not_there_is_said_to_be_missing(folder):
    with pytest.raises(InstanceError, match="There is no wiki in .* init"):
        instance.require(CONFIG)


def test_a_missing_index_is_said_and_can_be_made_again(wiki):
    for file in (wiki / "index").iterdir():
        file.unlink()
    with pytest.raises(InstanceError, match="index is missing.*reindex"):
        instance.open_app(CONFIG)

    steps = []
    revisions = instance.reindex(CONFIG, progress=lambda *step: steps.append(step))

    assert revisions > 5
    assert steps[-1] == ("Index", revisions, revisions)
    assert all(done <= total for _, done, total in steps)
    app = instance.open_app(CONFIG)
    with instance.inside(app) as storage:
        assert checking.differences(storage) == ([], revisions)
    assert app.test_client().get("/Cupboard/Template").status_code == 200


def test_a_secret_is_made_once_and_read_ever_after(tmp_path):
    key = instance.secret_key(tmp_path / "wiki")
    assert len(key) >= 32
    assert instance.secret_key(tmp_path / "wiki") == key


def test_processes_that_start_together_agree_on_the_secret(tmp_path):
    keys = []
    threads = [threading.Thread(target=lambda: keys.append(instance.secret_key(tmp_path / "wiki"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8 and len(set(keys)) == 1
    assert os.listdir(tmp_path / "wiki") == ["secret"]


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64])
def test_a_secret_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(InstanceError, match="secret"):
        instance.secret_key(tmp_path)


def test_administrators_are_the_names_in_the_file(tmp_path):
    assert instance.administrators(tmp_path) == []
    (tmp_path / "administrators").write_text("# who\n\nalice\n buyer1 \n")
    assert instance.administrators(tmp_path) == ["alice", "buyer1"]


def test_no_page_of_the_wiki_makes_an_administrator(client):
    client.sign_in("alice")
    assert client.get("/+admin/superuser").status_code == 403
    from moin import current_app, flaskg

    with instance.inside(client.application) as storage:
        import io

        page = storage["CupboardAdministratorsGroup"]
        page.store_revision(
            {"name": ["CupboardAdministratorsGroup"], "contenttype": "text/x.moin.wiki;charset=utf-8",
             "usergroup": ["alice"]}, io.BytesIO(b""))  # fmt: skip
        assert "alice" not in flaskg.groups["CupboardAdministratorsGroup"]
        assert current_app.storage.has_item("CupboardAdministratorsGroup")
    assert client.get("/+admin/superuser").status_code == 403


def test_the_configuration_is_looked_for_in_this_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InstanceError, match="no wikiconfig.py in this folder"):
        instance.find_config()
    with pytest.raises(InstanceError, match="no configuration file other.py"):
        instance.find_config("other.py")
    (tmp_path / "wikiconfig.py").touch()
    assert instance.find_config() == tmp_path / "wikiconfig.py"
    (tmp_path / "wikiconfig_local.py").touch()
    assert instance.find_config() == tmp_path / "wikiconfig_local.py"


# -- what the configuration promises ----------------------------------------------------------------------------------


def test_a_configuration_can_stand_on_the_one_beside_it(wiki, tmp_path):
    (tmp_path / "wikiconfig.py").write_text(CONFIG.read_text())
    local = tmp_path / "wikiconfig_local.py"
    local.write_text("from wikiconfig import *\n\nclass Local(Config):\n    sitename = 'Anytown'\n\nMOINCFG = Local\n")
    # In a process of its own: the name `wikiconfig` is given once in each.
    said = subprocess.run(
        [sys.executable, "-P", "-m", "cupboard.cli", "--config", str(local), "check"],
        cwd="/", capture_output=True, text=True,
    )  # fmt: skip
    assert "all right" in said.stdout, said.stderr


def test_an_anonymous_reader_gets_no_cookie(client):
    for address in ("/Cupboard/Template", "/Cupboard/Contents", "/+history/Cupboard/Template", "/+index", "/Nothing"):
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers, address


def test_a_session_cookie_is_closed_to_scripts_and_other_sites(client):
    answer = client.post("/+login", data={"login_submit": "1", "login_username": "alice", "login_password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("cupboard=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_behind_a_proxy_the_cookie_needs_tls(wiki, monkeypatch):
    monkeypatch.setenv("CUPBOARD_TRUSTED_PROXIES", "1")
    client = instance.open_app(CONFIG).test_client()
    answer = client.post("/+login", data={"login_submit": "1", "login_username": "alice", "login_password": PASSWORD})
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("who", "page", "status"),
    [
        (None, "New", 403),
        ("alice", "New", 200),
        ("alice", "Cupboard/Template", 403),
        ("editor1", "Cupboard/Template", 200),
        ("alice", "CupboardEditorsGroup", 403),
        ("editor1", "CupboardEditorsGroup", 200),
        ("admin", "Cupboard/Template", 200),
    ],
)
def test_who_may_edit_what(client, who, page, status):
    if who:
        client.sign_in(who)
    query = {"itemtype": "default", "contenttype": "text/x.moin.wiki;charset=utf-8", "template": ""}
    assert client.get(f"/+modify/{page}", query_string=query).status_code == status


def test_accounts_are_not_pages_that_anybody_can_read(client):
    client.sign_in("alice")
    assert client.get("/userprofiles/alice").status_code in (403, 404)


def test_only_administrators_make_accounts_at_once(wiki, monkeypatch):
    form = {
        "register_username": "buyer2", "register_password1": PASSWORD, "register_password2": PASSWORD,
        "register_email": "buyer2@example.org", "register_submit": "1",
    }  # fmt: skip

    def registered():
        app = instance.open_app(CONFIG)
        app.test_client().post("/+register", data=form)
        with instance.inside(app):
            from moin import user

            return bool(user.search_users(name_exact="buyer2"))

    assert not registered()
    monkeypatch.setenv("CUPBOARD_SELF_REGISTRATION", "1")
    assert not registered(), "without mail no address can be verified"
