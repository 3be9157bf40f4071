"""The command that files a case without the browser."""

from pathlib import Path

import click

from certs.errors import CertsError
from terminal.assembly import Station, open_station
from terminal.case_folder import (
    as_json,
    file_case,
    hand_out,
    is_success,
    read_case,
    wait_for_outcome,
)
from terminal.commands.told import JSON, Told, said, say_json
from terminal.desk.overview import Row
from terminal.desk.watch import WORDS
from terminal.errors import NoCertificateError, TerminalError


@click.command()
@click.argument("case_dir", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--wait", is_flag=True, help="Wait for the outcome and fetch the certificate.")
@click.option("--timeout", "timeout_s", type=click.IntRange(1), default=300, show_default=True,
              help="Seconds to wait at most.")  # fmt: skip
@JSON
@click.pass_obj
@said
def submit(told: Told, case_dir: Path, *, wait: bool, timeout_s: int, is_json: bool) -> None:
    """File the case in CASE_DIR: application.json, with its papers under materials/.

    Applications that are made as one stand in application-1.json, application-2.json and so on.
    Filing the same case again gives the same receipt. With --wait the certificate is written
    to CASE_DIR/certificate.pdf.
    """
    case = read_case(case_dir)
    with open_station(told()) as station:
        item = file_case(station, case)
        if not is_json and item.receipt:
            click.echo(f"receipt: {item.receipt.receipt_no}")
            click.echo(f"package: {item.package_sha256}")
            click.echo(f"received: {item.receipt.received_at.isoformat()}")
        row = wait_for_outcome(station, item, timeout_s=timeout_s) if wait else None
        path = hand_out(station, row, case_dir) if row else None
        _look_at_log(station)
        if is_json:
            say_json(as_json(item, row, path))
        elif row:
            _say_outcome(row, path)
    if row and not is_success(row):
        raise NoCertificateError(f"{row.stage.zh} / {row.stage.en}")


def _look_at_log(station: Station) -> None:
    """Watch the log as with every contact; what was filed is filed, so this only warns."""
    try:
        watch = station.watcher.attend()
    except (TerminalError, CertsError) as exc:
        click.echo(f"log not looked at: {exc.code}", err=True)
        return
    if watch.alarm:
        click.echo(f"alarm: {' / '.join(WORDS[watch.alarm.kind])}", err=True)


def _say_outcome(row: Row, path: Path | None) -> None:
    click.echo(f"case: {row.case_no}")
    click.echo(f"outcome: {row.stage.value}")
    if row.certificate:
        click.echo(f"certificate: {row.certificate.certificate_no}")
        click.echo(f"verify: {row.certificate.verify_url}")
    if path:
        click.echo(f"file: {path}")
    answer = row.answer.answer if row.answer else None
    if due_at := getattr(answer, "due_at", None):
        click.echo(f"correct by: {due_at.isoformat()}")
    for finding in getattr(answer, "findings", ()):
        click.echo(f"{finding.rule} {finding.pointer or '/'}: {finding.zh} / {finding.en}")
    if note := getattr(answer, "note", "") or getattr(answer, "grounds", ""):
        click.echo(f"note: {note}")
