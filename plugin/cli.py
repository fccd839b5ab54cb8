"""The ``cupboard`` command. Each of its commands calls one function and says what came of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from cupboard import instance
from cupboard.commands import CommandError, Progress

_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_HELP)
@click.option(
    "--config",
    "config",
    envvar="MOINCFG",
    metavar="FILE",
    help="The wiki's configuration. [default: wikiconfig_local.py, else wikiconfig.py, in this folder]",
)
@click.version_option(package_name="sustainable-procurement-cupboard", prog_name="cupboard")
@click.pass_context
def cli(context: click.Context, config: str | None) -> None:
    """Run the Sustainable Procurement Cupboard, a wiki of case studies.

    \b
    To begin:         cupboard init
                      cupboard serve
    After a restore:  cupboard reindex
                      cupboard check

    The Cupboard is a Moin 2 wiki: the `moin` command works on it as well (moin --help).
    """
    context.obj = config


@cli.command()
@click.option("--admin", "administrator", default="admin", show_default=True, metavar="NAME",
              help="Name of the administrator's account.")  # fmt: skip
@click.option("--no-seeds", is_flag=True, help="Leave out the wiki pages and case studies that come with the Cupboard.")
@click.option("--resume", is_flag=True, help="Go on with a wiki whose making was interrupted.")
@click.option("--if-absent", is_flag=True, help="Say nothing when there is a wiki already.")
@click.pass_obj
def init(config: str | None, administrator: str, no_seeds: bool, resume: bool, if_absent: bool) -> None:
    """Make the wiki: its folder, storage, index, secret key, pages and an administrator.

    The administrator's password is printed once and kept nowhere. Where there is a wiki already, nothing is changed.
    """
    with _one_line_errors(), _Bar() as progress:
        made = instance.make(
            instance.find_config(config),
            administrator=administrator,
            seeds=not no_seeds,
            resume=resume,
            progress=progress,
            announce=_announce,
        )
    if made is None and not if_absent:
        click.echo("The wiki is there already: nothing was changed.")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes. [default: one more than cores, at most 8]")
@click.option("--access-log", is_flag=True, help="Write a line for each request to standard output.")
@click.pass_obj
def serve(config: str | None, host: str, port: int, workers: int | None, access_log: bool) -> None:
    """Serve the wiki until Ctrl-C or SIGTERM, which let requests under way finish.

    For the internet, put a reverse proxy with TLS before it: see docs/administrators/behind-nginx.rst.
    """
    with _one_line_errors():
        from cupboard import serving

        serving.serve(
            instance.find_config(config), host=host, port=port, workers=workers, access_log=access_log, ready=_ready
        )


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace pages that somebody has edited since their last import.")
@click.option("--dry-run", is_flag=True, help="Check the file and say what would be done; write nothing.")
@click.option("--kind", "kind_id", default="case-study", show_default=True, metavar="KIND", help="Kind of page.")
@click.pass_obj
def import_(config: str | None, file: Path, overwrite: bool, dry_run: bool, kind_id: str) -> None:
    """Make or update case studies, or another kind of page, from a YAML file.

    FILE holds a list of records, each with an `id` that becomes the page CaseStudies/<id>. All are checked before any
    is written: one mistake, named with its line and field, and nothing is changed. A file imported again changes
    nothing.
    """
    with _one_line_errors(), _open_wiki(config) as storage, _Bar() as progress:
        from cupboard import importing
        from cupboard.engine import garbage

        garbage.spare_what_is_loaded()
        report = importing.load(
            file.read_bytes(),
            storage=storage,
            overwrite=overwrite,
            dry_run=dry_run,
            progress=progress,
            kind=_kind(kind_id),
        )
    for line in report.lines():
        click.echo(line)
    sys.exit(1 if report.refused else 0)


@cli.command()
@click.option("--no-cases", is_flag=True, help="Leave out the case studies.")
@click.pass_obj
def seed(config: str | None, no_cases: bool) -> None:
    """Add the pages that come with the Cupboard, where the wiki has none of that name.

    For a Moin 2 wiki that the Cupboard was added to, and for new help pages after an upgrade. A new wiki has them
    already. Pages that are there are left as they are; where the template of a kind of page lacks questions that the
    Cupboard now comes with, they are named, for editors to copy into it. Change stories that came
    as case studies, before they had a form of their own, move below Stories, unless somebody has edited them.
    """
    with _one_line_errors(), _Bar() as progress:
        seeded = instance.seed(instance.find_config(config), cases=not no_cases, progress=progress)
    click.echo(f"{seeded.written} pages were added.")
    for line in seeded.lacking:
        click.echo(line)


@cli.command()
@click.pass_obj
def check(config: str | None) -> None:
    """Compare what lists and search are made from with the stored pages.

    Each difference is a line; `cupboard reindex` removes them. Rows about legality that break a rule, which only the
    command line can write, and references to pages that are gone are listed too: those are for editors to look at.
    Ends with status 1 when there is any.
    """
    with _one_line_errors(), _open_wiki(config) as storage, _Bar() as progress:
        from cupboard import checking
        from cupboard.legal_status import checking as legal_checking
        from cupboard.references import dead

        differences, checked = checking.differences(storage, progress=progress)
        broken = legal_checking.broken_rules(storage)
        nowhere = list(dead.dead(storage))
    for line in (*differences, *broken, *nowhere):
        click.echo(line)
    click.echo(f"{len(differences)} differences in {checked} pages." if differences else f"{checked} pages: all right.")
    if broken:
        click.echo(f"{len(broken)} rules about legal status are broken.")
    if nowhere:
        click.echo(f"{len(nowhere)} references lead to no page.")
    sys.exit(1 if differences or broken or nowhere else 0)


@cli.command()
@click.pass_obj
def reindex(config: str | None) -> None:
    """Make the index again from the stored pages.

    To be run after a restore, an upgrade of Moin or a crash, with the server stopped.
    """
    with _one_line_errors(), _Bar() as progress:
        revisions = instance.reindex(instance.find_config(config), progress=progress)
    click.echo(f"{revisions} revisions are in the index.")


def _kind(id: str) -> Any:
    from cupboard import kinds

    named = {kind.id: kind for kind in kinds.registered() if kind.prefix is not None}
    if id not in named:
        raise CommandError(f"There is no kind of page {id!r}: use one of {', '.join(sorted(named))}")
    return named[id]


@cli.command("links")
@click.option(
    "--most", default=200, show_default=True, type=click.IntRange(1, 10_000), help="Links to ask for in this run."
)
@click.option("--private", is_flag=True, help="Also ask for addresses in private networks.")
@click.pass_obj
def check_links(config: str | None, most: int, private: bool) -> None:
    """Look up which links to primary resources are broken.

    This is the only thing that makes the Cupboard call other sites, and it does so only when you run it: one request at
    a time, with a pause between two to the same host. What was in order is asked again after a month. The broken ones
    are listed under Administration, Upkeep.
    """
    with _one_line_errors(), _open_wiki(config), _Bar() as progress:
        from cupboard.administration import command

        for line in command.check_links(most=most, private=private, progress=progress):
            click.echo(line)


@cli.group()
def terms() -> None:
    """Look after the contents hierarchy: merge terms, and write new ids into case studies.

    \b
    A merge as a trial:   cupboard terms merge contracts/catering contracts/food --dry-run
    Go on with a job:     cupboard terms resume 20260503-1a2b3c4d
    All jobs:             cupboard terms jobs
    """


@terms.command("merge")
@click.argument("old")
@click.argument("new")
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@click.option("--no-pages", is_flag=True, help="Change the hierarchy only: the old id leads to the new one for ever.")
@click.pass_context
def merge_terms(context: click.Context, old: str, new: str, dry_run: bool, no_pages: bool) -> None:
    """Merge the term OLD into the term NEW, and write NEW into the case studies that carry OLD.

    Each page gets one version that says so. Ctrl-C stops after the present page; nothing is lost, and `cupboard terms
    resume` goes on. Where OLD was merged into NEW already, only the pages are written.
    """
    with _one_line_errors(), _open_wiki(context.find_root().obj) as storage, _Bar() as progress:
        from cupboard.nomenclature import command

        for line in command.merge(old, new, storage, dry_run=dry_run, write_pages=not no_pages, progress=progress):
            click.echo(line)


@terms.command("resume")
@click.argument("job")
@click.pass_context
def resume_job(context: click.Context, job: str) -> None:
    """Go on with a job that was stopped, here or on the web. Ctrl-C stops it again."""
    with _one_line_errors(), _open_wiki(context.find_root().obj) as storage, _Bar() as progress:
        from cupboard.nomenclature import command

        for line in command.resume(job, storage, progress=progress):
            click.echo(line)


@terms.command("jobs")
@click.pass_context
def list_jobs(context: click.Context) -> None:
    """List the jobs, the newest first."""
    with _one_line_errors(), _open_wiki(context.find_root().obj):
        from cupboard.nomenclature import command

        for line in command.listed():
            click.echo(line)


@cli.command()
@click.option("--daily", is_flag=True, help="Write to those who want to hear once a day.")
@click.option("--weekly", is_flag=True, help="Write to those who want to hear once a week.")
@click.option("--rate", default=120, show_default=True, type=click.IntRange(1, 6000), help="Messages a minute.")
@click.pass_obj
def digest(config: str | None, daily: bool, weekly: bool, rate: int) -> None:
    """Send people mail about what they follow.

    Without an option: at-once mail, and what an earlier run could not send. To be run by a timer, every few minutes,
    daily and weekly: see docs/administrators/mail.rst. It may be run twice, and stopped at any moment.
    """
    with _one_line_errors(), _open_wiki(config):
        from moin import current_app

        from cupboard.following.private import DAILY, NOW, WEEKLY, private
        from cupboard.notices import sending

        planned = (NOW, *([DAILY] if daily else []), *([WEEKLY] if weekly else []))
        app = current_app._get_current_object()
        try:
            report = sending.run(app, private(), planned, rate=rate)
        except sending.CannotSend as error:
            raise click.ClickException(str(error)) from error
    click.echo(report.line())


@cli.command()
@click.argument("what", required=False)
@click.option("--account", help="Delete this account, with its profile and what waits for an editor.")
@click.option("--reason", default="", help="Why: kept in the log, without what was erased.")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--log", "show_log", is_flag=True, help="Show what was erased so far: when, how much and why.")
@click.pass_obj
def erase(
    config: str | None, what: str | None, account: str | None, reason: str, dry_run: bool, show_log: bool
) -> None:
    """Take a text (a name, an address) out of all pages and their whole history, or delete an account.

    The text is found in any capitals, as whole words. Revisions are written over in place and can't be brought back;
    make a backup if you need one, and delete it in time. People's notes and drafts are looked through, and the index is
    made anew. Names of pages and attached files are listed and left for you.
    """
    with _one_line_errors(), _open_wiki(config) as storage, _Bar() as progress:
        from cupboard.people import erasing

        try:
            if show_log:
                for at, kind, revisions, why in erasing.log():
                    click.echo(f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M}  {kind}, {revisions} revisions: {why}")
            elif account:
                click.echo(f"{erasing.erase_account(account, reason)} revisions were destroyed with the account.")
            elif what:
                report = erasing.erase(storage, what, reason, dry_run=dry_run, progress=progress)
                for page in report.left:
                    click.echo(f"{page}: has it in its name or in a file, left as it is")
                would = "would be" if dry_run else "were"
                click.echo(f"{report.revisions} revisions of {len(report.pages)} pages {would} written over.")
                if report.elsewhere:
                    verb = "would be" if dry_run else "was"
                    click.echo(f"It {verb} taken out of {report.elsewhere} notes, drafts and the like.")
            else:
                raise click.UsageError("Say what to erase, or --account NAME, or --log.")
        except erasing.NotErased as error:
            raise click.ClickException(str(error)) from error


@cli.command()
@click.pass_obj
def contacts(config: str | None) -> None:
    """Ask people who are named as contact points: those who were not asked yet, and those who agreed a year ago.

    Who did not agree, or not again within 60 days after that year, is taken off the page before: their name waits,
    where nobody reads it, for their answer. For a timer, once a day or a week: nobody is asked more often than once a
    month.
    """
    with _one_line_errors(), _open_wiki(config):
        from moin import current_app

        from cupboard.days import today
        from cupboard.mail import mailing
        from cupboard.notices.as_person import site_url
        from cupboard.people import contacts as points

        with current_app.test_request_context(base_url=site_url(current_app)):
            for page in points.put_aside(today()):
                click.echo(f"{page}: named a person who did not agree, taken off")
            if mailing.is_possible():
                click.echo(f"{points.ask(today(), wait=True)} people were asked.")
            else:
                click.echo("Nobody was asked: set CUPBOARD_MAIL_SERVER and CUPBOARD_MAIL_FROM.")


def main() -> None:
    """Entry point of the ``cupboard`` command."""
    instance.quiet_logs()
    cli(prog_name="cupboard")


class _Bar:
    """A progress bar: ``with _Bar() as progress: progress("Pages", 3, 10)``. Shown on a terminal only."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""

    def __enter__(self) -> Progress:
        return self._show

    def __exit__(self, *exception: object) -> None:
        self._end()

    def _show(self, what: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        if what != self._what:
            self._end()
            self._what = what
            self._bar = click.progressbar(length=total, label=f"{what:<14}", file=sys.stderr, show_eta=False)
            self._bar.__enter__()
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)
            if done >= total:
                self._end()

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Show what went wrong as one line, with status 1."""
    try:
        yield
    except CommandError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _open_wiki(config: str | None) -> Iterator[Any]:
    """Open the wiki and give its storage, which checks no rights."""
    path = instance.find_config(config)
    instance.require(path)
    app = instance.open_app(path)
    with instance.inside(app) as storage:
        yield storage
    app.deinit_backends()


def _announce(made: instance.Made) -> None:
    click.echo(f"The wiki is made, with {made.pages} pages.")
    click.echo(f"Sign in as {made.administrator} with the password {made.password}")
    click.echo("It is shown this once: write it down, or change it after signing in, under Settings.")


def _ready(address: str, workers: int) -> None:
    click.echo(f"The Cupboard is at {address} ({workers} processes). Press Ctrl-C to stop it.")


if __name__ == "__main__":
    main()
