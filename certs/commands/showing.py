"""The command that says in words what a file is."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from cryptography import x509

from certs.bundle import load_bundle
from certs.cover import read_cover
from certs.errors import CertsError, IdentityError, KeyUnsuitableError
from certs.identity import MALFORMED, read_identity
from certs.keys import fingerprint, suite_of_certificate
from certs.trust import crl_number

T = TypeVar("T")

_MOST_LISTED = 20
_LARGEST = 64 * 1024 * 1024


@click.command()
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
    try:
        suite = f"{suite_of_certificate(certificate)} suite"
    except KeyUnsuitableError:
        suite = "a key of no suite"
    return [
        f"  {certificate.subject.rfc4514_string()} ({name}), {suite}",
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
