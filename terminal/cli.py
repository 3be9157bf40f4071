"""`mortgage-terminal`: one counter's command line."""

import functools
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import click

from certs.errors import CertsError
from registration.errors import BadDocumentError, RegistrationError
from terminal.assembly import (
    Membership,
    Station,
    SystemClock,
    build_counter,
    connect_unknown,
    open_link,
)
from terminal.case_folder import (
    as_json,
    file_case,
    hand_out,
    is_success,
    read_case,
    wait_for_outcome,
)
from terminal.desk.overview import Row
from terminal.enrolment import enrol, load_bundle_file
from terminal.errors import NoCertificateError, NotCompleteError, TerminalError
from terminal.folder import lock_folder, require_closed
from terminal.server import CounterServer
from terminal.settings import Settings, load
from terminal.web import create_app, launch_url

CONFIG: Final = "MRK_CONFIG"
P = ParamSpec("P")
R = TypeVar("R")
_JSON: Final = click.option("--json", "is_json", is_flag=True, help="For programs.")


def said(command: Callable[P, R]) -> Callable[P, R]:
    """Make a command say every fault of ours in one sentence on standard error."""

    @functools.wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return command(*arguments, **options)
        except NotCompleteError as error:
            for finding in error.findings:
                click.echo(f"{finding.pointer or '/'}: {finding.zh} / {finding.en}", err=True)
            sys.exit(1)
        except BadDocumentError as error:
            for problem in error.problems:
                click.echo(f"{problem.pointer or '/'}: {problem.detail}", err=True)
            sys.exit(1)
        except (TerminalError, CertsError, RegistrationError) as error:
            click.echo(f"{error.code}: {error}", err=True)
            sys.exit(1)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar=CONFIG,
    help="Settings, a TOML file; MRK_ environment variables come on top.",
)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Run one counter of a branch."""
    context.obj = functools.partial(_load, config)


def _load(config: Path | None) -> Settings:
    settings = load(config, os.environ)
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    return settings


@main.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
@said
def enroll(told: Callable[[], Settings], bundle: Path) -> None:
    """Join the office with the BUNDLE that its operator made."""
    settings = told()
    require_closed(settings.home)
    lock = lock_folder(settings.home)
    try:
        joined = enrol(
            load_bundle_file(bundle),
            settings.home,
            connect=connect_unknown,
            now=SystemClock().now,
        )
    finally:
        lock.release()
    click.echo(f"terminal: {joined.terminal}")
    click.echo(f"office: {joined.office_url}")


@main.command()
@click.pass_obj
@said
def renew(told: Callable[[], Settings]) -> None:
    """Get new certificates now; a counter that is serving does it by itself."""
    settings = told()
    require_closed(settings.home)
    lock = lock_folder(settings.home)
    try:
        membership, clock = Membership(settings.home), SystemClock()
        membership.renew(open_link(settings, membership, clock).post_json, clock.now)
    finally:
        lock.release()
    click.echo(f"terminal: {membership.joined.terminal}")


@main.command()
@click.pass_obj
@said
def serve(told: Callable[[], Settings]) -> None:
    """Serve the teller's pages on this machine, and carry packages and answers."""
    settings = told()
    require_closed(settings.home)
    lock = lock_folder(settings.home)
    try:
        with _station(settings) as station:
            _serve(station)
    finally:
        lock.release()


def _serve(station: Station) -> None:
    port = station.settings.port
    app = create_app(station.counter, port=port)
    server = CounterServer(app, port=port)
    rounds = station.rounds()

    ending = threading.Event()

    def stop_when_ending() -> None:
        # Not from the signal's handler: it would wait there for the very thread it stands in.
        ending.wait()
        server.stop()

    def end(*_: object) -> None:
        ending.set()

    threading.Thread(target=stop_when_ending, name="ending", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    # The code in an address is good once and for two minutes; a new one comes on this signal.
    signal.signal(signal.SIGUSR1, lambda *_: _say_address(launch_url(app, port)))
    _say_address(launch_url(app, port))
    rounds.start()
    try:
        server.serve()
    finally:
        ending.set()
        rounds.stop()


def _say_address(url: str) -> None:
    click.echo(f"open {url}")
    sys.stdout.flush()


@main.command()
@click.argument("case_dir", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--wait", is_flag=True, help="Wait for the outcome and fetch the certificate.")
@click.option("--timeout", "timeout_s", type=click.IntRange(1), default=300, show_default=True,
              help="Seconds to wait at most.")  # fmt: skip
@_JSON
@click.pass_obj
@said
def submit(
    told: Callable[[], Settings], case_dir: Path, *, wait: bool, timeout_s: int, is_json: bool
) -> None:
    """File the case in CASE_DIR: application.json, with its papers under materials/.

    Filing the same case again gives the same receipt. With --wait the certificate is written
    to CASE_DIR/certificate.pdf.
    """
    case = read_case(case_dir)
    with _station(told()) as station:
        item = file_case(station, case)
        if not is_json and item.receipt:
            click.echo(f"receipt: {item.receipt.receipt_no}")
            click.echo(f"package: {item.package_sha256}")
            click.echo(f"received: {item.receipt.received_at.isoformat()}")
        row = wait_for_outcome(station, item, timeout_s=timeout_s) if wait else None
        path = hand_out(station, row, case_dir) if row else None
        if is_json:
            _say_json(as_json(item, row, path))
        elif row:
            _say_outcome(row, path)
    if row and not is_success(row):
        raise NoCertificateError(f"{row.stage.zh} / {row.stage.en}")


def _say_outcome(row: Row, path: Path | None) -> None:
    click.echo(f"case: {row.case_no}")
    click.echo(f"outcome: {row.stage.value}")
    if row.certificate:
        click.echo(f"certificate: {row.certificate.certificate_no}")
        click.echo(f"verify: {row.certificate.verify_url}")
    if path:
        click.echo(f"file: {path}")


@main.command()
@_JSON
@click.pass_obj
@said
def queue(told: Callable[[], Settings], *, is_json: bool) -> None:
    """List what went out and how far it is; names are masked."""
    with _station(told()) as station:
        rows = [_row(row) for row in station.overview.rows()]
    if is_json:
        _say_json(rows)
        return
    for row in rows:
        click.echo("  ".join(str(text or "-") for text in row.values()))


def _row(row: Row) -> dict[str, Any]:
    return {
        "number": row.number,
        "label": row.label,
        "kind": row.kind.value,
        "stage": row.stage.value,
        "at": row.at.isoformat(timespec="seconds"),
        "case_no": row.case_no,
        "certificate_no": row.certificate.certificate_no if row.certificate else "",
        "trouble": row.trouble.code if row.trouble else "",
    }


@main.command()
@_JSON
@click.pass_obj
@said
def doctor(told: Callable[[], Settings], *, is_json: bool) -> None:
    """Find what is wrong with this counter, and say what to do; exit status 1 if something is."""
    with _station(told()) as station:
        lines = station.counter.health()
    if is_json:
        _say_json([{name: getattr(line, name) for name in _LINE} for line in lines])
    else:
        for line in lines:
            click.echo(f"{line.level:4}  {line.name}: {line.zh} / {line.en}")
            if line.remedy_zh:
                click.echo(f"      → {line.remedy_zh} / {line.remedy_en}")
    if any(line.level == "bad" for line in lines):
        sys.exit(1)


_LINE: Final = ("name", "level", "zh", "en", "remedy_zh", "remedy_en")


@contextmanager
def _station(settings: Settings) -> Iterator[Station]:
    station = build_counter(settings)
    try:
        yield station
    finally:
        station.close()


def _say_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
