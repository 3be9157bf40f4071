"""Commands about the journal and the public log over it."""

import json
import sys
from dataclasses import asdict

import click

from backend.commands.told import Told, as_json_option, operator, said
from backend.errors import LogStoppedError
from backend.logbook import build_log_keeper
from backend.store.log_check import LogVerdict
from backend.wall import open_wall
from certs.logkeys import log_keys


@click.command("verify-log")
@as_json_option
@click.pass_obj
@said
def verify_log(told: Told, *, as_json: bool) -> None:
    """Check the journal, the public log over it, and every certificate's record.

    Recomputes every record and the tree, compares every head that was ever signed, every receipt,
    every certificate and every proof that was handed on. Exit status 1 when anything is wrong.
    """
    wall = open_wall(told.settings())
    trust = wall.trust()
    verdict = wall.works.check_log(lambda origin: log_keys(trust, origin), _show_progress)
    if as_json:
        click.echo(json.dumps(asdict(verdict), ensure_ascii=False, indent=2))
    else:
        _say(verdict)
    if not verdict.is_good:
        sys.exit(1)


def _show_progress(done: int, count: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {count} records", nl=done == count, err=True)


def _say(verdict: LogVerdict) -> None:
    for fault in verdict.faults:
        click.echo(f"wrong: {fault}", err=True)
    if verdict.is_good:
        click.echo(f"{verdict.records} records, chain whole, head {verdict.head}")
        click.echo(f"{verdict.heads} signed heads, the newest over {verdict.size} records")
        click.echo(f"{verdict.certificates} certificates stand as they were recorded")


@click.command("restart-log")
@click.option("--reason", required=True, help="Why; the journal keeps it, sealed.")
@click.pass_obj
@said
def restart_log(told: Told, reason: str) -> None:
    """Begin a new public log where the old one cannot go on.

    Only after an older backup had to be restored, or the journal was found changed, and a person
    has found out why. Every counter sees it and waits until its own people accept the new log.
    """
    keeper = build_log_keeper(open_wall(told.settings()))
    try:
        keeper.look()
    except LogStoppedError as error:
        click.echo(f"found: {error}")
    click.echo(f"a new log begins: {keeper.restart(by=operator(), reason=reason)}")
    click.echo("start the office again, so that its trust bundle names it")
