"""The command that checks registration certificates without a network."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from certs.bundle import load_bundle
from certs.canonical import encode
from certs.commands.told import fail
from certs.documents import DocumentReason, DocumentVerdict, check_document
from certs.errors import CertsError
from certs.logged import check_logged
from certs.scanned import LARGEST_TEXT, check_text
from certs.standing import check_standing, number_in
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
def verify(files: tuple[Path, ...], trust: Path, status: Path | None) -> None:
    """Check registration certificates without any network; the verdict stands on the first line.

    A file is the certificate's PDF or OFD, or the text of its QR code. VALID, REVOKED, INVALID or
    INDETERMINATE, then the reasons. Whether the right still exists a status list tells
    (`STATUS_LIST/YEAR/BLOCK`, see the bundle's links), as of its age, or the check page, as of now.
    """
    try:
        store, now = TrustStore(load_bundle(trust)), datetime.now(UTC)
        listed = _open_list(status, store, now) if status else None
    except CertsError as error:
        fail(error)
    is_good = True
    for file in files:
        data = file.read_bytes()
        verdict, number, lines = _judge(data, store, now)
        if listed and verdict is DocumentVerdict.VALID:
            verdict, told = check_standing(number, listed, now)
            lines = (*lines, told)
        is_good = is_good and verdict is DocumentVerdict.VALID
        prefix = f"{file}: " if len(files) > 1 else ""
        click.echo(f"{prefix}{verdict.value}")
        for line in lines:
            click.echo(f"  {line}")
    sys.exit(0 if is_good else 1)


def _open_list(path: Path, store: TrustStore, at: datetime) -> StatusList:
    text = path.read_bytes().decode("ascii", "replace").strip()
    return open_status_list(text, store, at)


def _judge(
    data: bytes, store: TrustStore, at: datetime
) -> tuple[DocumentVerdict, str, tuple[str, ...]]:
    """Judge a PDF or OFD, or the text of a QR code; anything else is judged as a PDF.

    Returns the verdict, the certificate's number where the data is VALID, and lines to show.
    """
    text = _as_text(data)
    if text is None:
        status = check_document(data, trust=store, at=at)
        is_valid = status.verdict is DocumentVerdict.VALID
        logged = _logged(data, store) if is_valid else ()
        number = number_in(data) if is_valid else ""
        return status.verdict, number, (*map(_sentence, status.reasons), *logged)
    scanned = check_text(text, trust=store, at=at)
    claims = (encode(scanned.claims).decode("utf-8"),) if scanned.claims else ()
    number = str(scanned.claims.get("certificate_no", ""))
    return scanned.verdict, number, (_sentence(scanned.reason), *claims)


def _logged(pdf: bytes, store: TrustStore) -> tuple[str, ...]:
    """Say what the paper proves of the public log; its seal holds without."""
    try:
        found = check_logged(pdf, store)
    except CertsError as error:
        return (f"log: 所附日志证明不成立 / the log proof within does not hold: {error.code}",)
    if found is None:
        return ()
    place = f"{found.origin} {found.number}/{found.size} {found.at}"
    return (f"log: 盖章前已记入公开日志 / recorded in the public log before sealing: {place}",)


def _as_text(data: bytes) -> str | None:
    is_short = len(data) <= LARGEST_TEXT and not data.startswith(b"%PDF")
    return data.decode("ascii") if is_short and data.isascii() else None


def _sentence(reason: DocumentReason) -> str:
    return f"{reason.code}: {reason.zh} / {reason.en}"
