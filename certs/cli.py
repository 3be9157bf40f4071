"""`mortgage-certs`: founds an authority, shows certificates in words, checks documents."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from cryptography import x509

from certs.bundle import load_bundle
from certs.canonical import encode
from certs.cover import read_cover
from certs.documents import DocumentReason, DocumentVerdict, check_pdf
from certs.errors import CertsError, IdentityError
from certs.founding import init_authority
from certs.identity import MALFORMED, read_identity
from certs.keys import fingerprint
from certs.scanned import LARGEST_TEXT, check_text
from certs.trust import TrustStore, crl_number

T = TypeVar("T")

_MOST_LISTED = 20
_LARGEST = 64 * 1024 * 1024


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Keys and certificates of the registration: who someone is."""


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--organisation",
    default="不动产登记中心",
    show_default=True,
    help="Name in every certificate of the office.",
)
@click.option(
    "--office", default="office", show_default=True, help="Short ASCII name of the office."
)
@click.option("--host", "hosts", multiple=True, help="Name or address of the server, repeatable.")
def init(folder: Path, organisation: str, office: str, hosts: tuple[str, ...]) -> None:
    """Found a new authority in FOLDER: root, issuing, server, seal, envelope, log and other keys."""
    try:
        authority = init_authority(
            folder, organisation, datetime.now(UTC), office=office, dns_names=hosts
        )
    except CertsError as error:
        _fail(error)
    click.echo(f"root: SHA-256 {fingerprint(authority.bundle.roots[0])}")
    click.echo(f"trust bundle: {folder / 'trust.json'}")
    click.echo(f"Now take {folder / 'root' / 'key.pem'} off this machine and keep it locked away.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def show(file: Path) -> None:
    """Say in words what FILE is: certificates, a revocation list, a trust bundle or a package."""
    data = file.read_bytes()
    for reader in (_package_lines, _bundle_lines, _list_lines, _certificate_lines):
        lines = reader(data, file)
        if lines:
            click.echo("\n".join(lines))
            return
    click.echo(f"{file}: no certificate, revocation list, trust bundle or sealed package", err=True)
    sys.exit(1)


@main.command()
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
def verify(files: tuple[Path, ...], trust: Path) -> None:
    """Check registration certificates without any network; the verdict stands on the first line.

    A file is the certificate's PDF, or the text of its QR code. VALID, REVOKED, INVALID or
    INDETERMINATE, then the reasons. Whether the right still exists only the office's check page
    can tell.
    """
    try:
        store = TrustStore(load_bundle(trust))
    except CertsError as error:
        _fail(error)
    is_good = True
    for file in files:
        verdict, lines = _judge(file.read_bytes(), store, datetime.now(UTC))
        is_good = is_good and verdict is DocumentVerdict.VALID
        prefix = f"{file}: " if len(files) > 1 else ""
        click.echo(f"{prefix}{verdict.value}")
        for line in lines:
            click.echo(f"  {line}")
    sys.exit(0 if is_good else 1)


def _judge(data: bytes, store: TrustStore, at: datetime) -> tuple[DocumentVerdict, tuple[str, ...]]:
    """Judge a PDF, or the text of a QR code; anything else is judged as a PDF."""
    text = _as_text(data)
    if text is None:
        status = check_pdf(data, trust=store, at=at)
        return status.verdict, tuple(_sentence(reason) for reason in status.reasons)
    scanned = check_text(text, trust=store, at=at)
    claims = (encode(scanned.claims).decode("utf-8"),) if scanned.claims else ()
    return scanned.verdict, (_sentence(scanned.reason), *claims)


def _as_text(data: bytes) -> str | None:
    is_short = len(data) <= LARGEST_TEXT and not data.startswith(b"%PDF")
    return data.decode("ascii") if is_short and data.isascii() else None


def _sentence(reason: DocumentReason) -> str:
    return f"{reason.code}: {reason.zh} / {reason.en}"


def _fail(error: CertsError) -> NoReturn:
    click.echo(f"{error.code}: {error}", err=True)
    sys.exit(1)


def _package_lines(data: bytes, _file: Path) -> list[str]:
    if not data.startswith(b"MRK"):
        return []
    try:
        cover = read_cover(data)
    except CertsError as error:
        return [f"sealed package, damaged: {error}"]
    return [
        f"sealed package, suite {cover.suite}, {len(data)} bytes, {cover.parts} parts",
        f"SHA-256: {cover.digest}",
        f"from terminal {cover.terminal}, number {cover.sequence}, sealed {cover.sealed_at}",
        f"to office {cover.office}, key {cover.recipient}",
        "The signature is not checked here.",
    ]


def _bundle_lines(_data: bytes, file: Path) -> list[str]:
    try:
        bundle = load_bundle(file)
    except CertsError:
        return []
    lines = [f"trust bundle of {bundle.organisation}"]
    for root in bundle.roots:
        lines += ["root:", *_describe(root)]
    for role, certificates in bundle.pinned.items():
        for certificate in certificates:
            lines += [f"{role.value}:", *_describe(certificate)]
    lines += [f"revocation list {crl_number(crl)} of {crl.last_update_utc}" for crl in bundle.crls]
    return lines


def _list_lines(data: bytes, _file: Path) -> list[str]:
    crl = _parse(data, x509.load_pem_x509_crl, x509.load_der_x509_crl)
    if crl is None:
        return []
    lines = [
        f"revocation list {crl_number(crl)} by {crl.issuer.rfc4514_string()}",
        f"from {crl.last_update_utc} to {crl.next_update_utc}, {len(crl)} certificates",
    ]
    revoked = [f"  {one.serial_number:x} on {one.revocation_date_utc}" for one in crl]
    return lines + revoked[:_MOST_LISTED]


def _certificate_lines(data: bytes, _file: Path) -> list[str]:
    found = _parse(
        data,
        x509.load_pem_x509_certificates,
        lambda der: [x509.load_der_x509_certificate(der)],
    )
    return [line for certificate in found or [] for line in _describe(certificate)]


def _describe(certificate: x509.Certificate) -> list[str]:
    try:
        name = read_identity(certificate).uri
    except IdentityError:
        name = "no identity of this project"
    return [
        f"  {certificate.subject.rfc4514_string()} ({name})",
        f"  issued by {certificate.issuer.rfc4514_string()}, number {certificate.serial_number:x}",
        f"  good from {certificate.not_valid_before_utc} to {certificate.not_valid_after_utc}",
        f"  SHA-256 {fingerprint(certificate)}",
    ]


def _parse(data: bytes, *readers: Callable[[bytes], T]) -> T | None:
    for reader in readers:
        try:
            return reader(data[:_LARGEST])
        except MALFORMED:
            continue
    return None
