"""The command that checks registration certificates without a network."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from certs.bundle import load_bundle
from certs.commands.judged import Judged, judge
from certs.commands.told import fail
from certs.documents import DocumentVerdict
from certs.errors import CertsError
from certs.statuslist import StatusList, open_status_list
from certs.trust import TrustStore


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--trust",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="The office's trust bundle, trust.json.",
)
@click.option(
    "--status",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A status list that was kept, to see whether the certificate still stands.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: one object a file, in a list.")
def verify(files: tuple[Path, ...], trust: Path, status: Path | None, *, as_json: bool) -> None:
    """Check registration certificates without any network; the verdict stands on the first line.

    A file is the certificate's PDF or OFD, or the text of its QR code. VALID, REVOKED, INVALID or
    INDETERMINATE, then the reasons, how far the seal's time stamps reach, and when they were set.
    Whether the right still exists a status list tells (`STATUS_LIST/YEAR/BLOCK`, see the bundle's
    links), as of its age, or the check page, as of now.
    """
    try:
        store, now = TrustStore(load_bundle(trust)), datetime.now(UTC)
        listed = _open_list(status, store, now) if status else None
    except CertsError as error:
        fail(error)
    found = [(file, judge(file.read_bytes(), store, now, listed)) for file in files]
    if as_json:
        told = [{"file": str(file), **one.as_json()} for file, one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for file, one in found:
            _tell(f"{file}: " if len(files) > 1 else "", one)
    sys.exit(0 if all(one.verdict is DocumentVerdict.VALID for _, one in found) else 1)


def _tell(prefix: str, one: Judged) -> None:
    click.echo(f"{prefix}{one.verdict.value}")
    for line in one.lines():
        click.echo(f"  {line}")


def _open_list(path: Path, store: TrustStore, at: datetime) -> StatusList:
    text = path.read_bytes().decode("ascii", "replace").strip()
    return open_status_list(text, store, at)
