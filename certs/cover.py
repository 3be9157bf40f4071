"""The outside of a sealed package: who sent it to whom, readable without any private key."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509

from certs.canonical import encode
from certs.errors import (
    IdentityError,
    KeyUnsuitableError,
    PackageDamagedError,
    PackageForgedError,
    PackageTooLargeError,
    StatementError,
)
from certs.identity import Identity, Role, read_identity
from certs.jws import decode_claims, read_certificates, read_jws, verify_jws
from certs.keys import thumbprint
from certs.ports import Suite
from certs.suites import find_suite, load_suite

# The sealed package, version 1 (docs/formats.md):
#   magic "MRK1" | u16 suite | u32 length of the cover | cover | body     (integers big-endian)
# A change that old readers cannot follow gets another magic. Members of the cover and of the
# manifest are never removed, added or re-meant within version 1.
MAGIC: Final = b"MRK1"
VERSION: Final = 1
COVER_TYPE: Final = "mrk-cover+jws"
PREFIX_SIZE: Final = 10

LARGEST_COVER: Final = 64 * 1024
MOST_PARTS: Final = 64
LARGEST_PART: Final = 20 * 1024 * 1024
LARGEST_PACKAGE: Final = 64 * 1024 * 1024

_MEMBERS: Final = {  # and `body_` with the name of the suite's digest
    "body_size",
    "enc",
    "office",
    "parts",
    "recipient",
    "sealed_at",
    "sequence",
    "suite",
    "terminal",
    "version",
    "wrapped_key",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the outside of a package says. Its signature is checked by `check_cover` alone."""

    suite: int
    office: str
    recipient: str
    """Thumbprint of the certificate that the package is encrypted to."""
    terminal: str
    sequence: int
    """Counts the packages of one terminal, from 1."""
    sealed_at: datetime
    """By the terminal's own clock; UTC, whole seconds."""
    enc: bytes
    wrapped_key: bytes
    body_size: int
    body_digest: str
    """By the suite's digest, hexadecimal."""
    parts: int
    signer: str
    """Thumbprint of the certificate that claims to have signed the cover."""
    certificates: tuple[x509.Certificate, ...]
    """The claimed signer's, then its issuers; untrusted until checked."""
    digest: str
    """SHA-256 of the whole package, hexadecimal: its name for ever, and its idempotency key."""
    text: str
    """The signed cover as it stands."""


def read_cover(data: bytes) -> Cover:
    """Read the cover of a whole package and check that the body is the one it speaks of.

    It proves that nothing was lost on the way, not who sent it: see `check_cover`.

    Raises:
        PackageTooLargeError: over a limit; nothing was unpacked.
        PackageDamagedError: not a package, or cut, changed or lengthened on the way.
        SuiteUnknownError: sealed with algorithms that are not known here.
    """
    cover = _read(data, hashlib.sha256(data).hexdigest())
    body = memoryview(data)[PREFIX_SIZE + len(cover.text) :]
    digest = load_suite(cover.suite).digest(bytes(body)).hex()
    if len(body) != cover.body_size or digest != cover.body_digest:
        raise PackageDamagedError("body")
    return cover


def read_beginning(data: bytes, digest: str) -> Cover | None:
    """Read the cover of a package whose end has not come yet; None while the cover is not whole.

    `digest` is what the sender says the whole package has. Nothing is known of the body.

    Raises:
        PackageTooLargeError, PackageDamagedError, SuiteUnknownError: as `read_cover`; more bytes
            would not help.
    """
    if len(data) < PREFIX_SIZE and MAGIC.startswith(data[: len(MAGIC)]):
        return None
    size = int.from_bytes(data[6:PREFIX_SIZE], "big")
    if data.startswith(MAGIC) and size <= LARGEST_COVER and len(data) < PREFIX_SIZE + size:
        return None
    return _read(data, digest)


def _read(data: bytes, digest: str) -> Cover:
    number, text = split_cover(data)
    suite = load_suite(number)
    try:
        unverified = read_jws(text, largest=LARGEST_COVER)
        certificates = read_certificates(unverified.header)
        claims = decode_claims(unverified.payload, largest=LARGEST_COVER)
    except StatementError as exc:
        raise PackageDamagedError("cover") from exc
    fields = Fields(claims, {*_MEMBERS, f"body_{suite.digest_name}"})
    return _cover(fields, suite, certificates, text, digest)


def split_cover(data: bytes) -> tuple[int, str]:
    """Cut off the fixed beginning: the suite's number and the cover's text.

    Raises:
        PackageTooLargeError: over a limit.
        PackageDamagedError: not a package.
    """
    if len(data) > LARGEST_PACKAGE:
        raise PackageTooLargeError("package")
    if len(data) < PREFIX_SIZE or data[:4] != MAGIC:
        raise PackageDamagedError("no package")
    suite = int.from_bytes(data[4:6], "big")
    size = int.from_bytes(data[6:10], "big")
    if size > LARGEST_COVER:
        raise PackageTooLargeError("cover")
    if len(data) < PREFIX_SIZE + size:
        raise PackageDamagedError("cut short")
    try:
        return suite, data[PREFIX_SIZE : PREFIX_SIZE + size].decode("ascii")
    except UnicodeDecodeError as exc:
        raise PackageDamagedError("cover") from exc


def check_cover(cover: Cover, certificate: x509.Certificate) -> Identity:
    """Check that this certificate's key signed the cover, and that the cover names its holder.

    Whether the certificate is to be trusted now is a question for `TrustStore.check`.

    Raises:
        PackageForgedError: another key signed it, one of another suite, or it speaks for another
            terminal.
    """
    if thumbprint(certificate) != cover.signer:
        raise PackageForgedError("another certificate")
    try:
        identity = read_identity(certificate)
        verify_jws(cover.text, certificate, cover_header(cover))
        suite = find_suite(certificate)
    except (StatementError, KeyUnsuitableError, IdentityError) as exc:
        raise PackageForgedError("cover signature") from exc
    if suite.suite_id != cover.suite:
        raise PackageForgedError("signed with another suite")
    if identity.role is not Role.PACKAGE or identity.name != cover.terminal:
        raise PackageForgedError("cover speaks for another terminal")
    return identity


def cover_header(cover: Cover) -> dict[str, Any]:
    """Give the header that a genuine cover has, without `alg`."""
    header = dict(read_jws(cover.text, largest=LARGEST_COVER).header)
    return {"typ": COVER_TYPE, "x5c": header.get("x5c"), "x5t#S256": cover.signer}


def binding(cover: Mapping[str, Any]) -> bytes:
    """Give what the content key is bound to: protocol, route and moment, as canonical JSON.

    Used as `info` of HPKE (RFC 9180 section 5.1), so that a wrapped key opens only for the
    office, terminal and sequence number that it was made for.
    """
    names = ("office", "recipient", "sealed_at", "sequence", "suite", "terminal", "version")
    return b"MRK1 content key\x00" + encode({name: cover[name] for name in names})


def claims_of(cover: Cover) -> dict[str, Any]:
    """Give the cover's members that the binding is made of."""
    return {
        "office": cover.office,
        "recipient": cover.recipient,
        "sealed_at": format_time(cover.sealed_at),
        "sequence": cover.sequence,
        "suite": cover.suite,
        "terminal": cover.terminal,
        "version": VERSION,
    }


def format_time(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with whole seconds, e.g. 2026-09-01T08:30:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Read what `format_time` wrote and nothing else.

    Raises:
        ValueError: any other spelling.
    """
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if format_time(moment) != text:
        raise ValueError("time")
    return moment


def _cover(
    fields: "Fields",
    suite: Suite,
    certificates: tuple[x509.Certificate, ...],
    text: str,
    digest: str,
) -> Cover:
    for name, expected in (("suite", suite.suite_id), ("version", VERSION)):
        if fields.integer(name, 1, 2**16 - 1) != expected:
            raise PackageDamagedError(name)
    parts = fields.integer("parts", 0, 2**31)
    if parts > MOST_PARTS:
        raise PackageTooLargeError("parts")
    return Cover(
        suite=suite.suite_id,
        office=fields.text("office"),
        recipient=fields.text("recipient"),
        terminal=fields.text("terminal"),
        sequence=fields.integer("sequence", 1, 2**53 - 1),
        sealed_at=fields.moment("sealed_at"),
        enc=fields.binary("enc"),
        wrapped_key=fields.binary("wrapped_key"),
        body_size=fields.integer("body_size", 1, LARGEST_PACKAGE),
        body_digest=fields.text(f"body_{suite.digest_name}"),
        parts=parts,
        signer=thumbprint(certificates[0]),
        certificates=certificates,
        digest=digest,
        text=text,
    )


class Fields:
    """Reads the members of a decoded object one by one; every fault is a damaged package."""

    def __init__(self, value: object, names: set[str]) -> None:
        if not isinstance(value, dict) or set(value) != names:
            raise PackageDamagedError("members")
        self._value = value

    def text(self, name: str, longest: int = 128) -> str:
        """Read a string of 1 to `longest` characters."""
        value = self._value[name]
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            raise PackageDamagedError(name)
        return value

    def integer(self, name: str, least: int, most: int) -> int:
        """Read a whole number within bounds; true and false are none."""
        value = self._value[name]
        if type(value) is not int or not least <= value <= most:
            raise PackageDamagedError(name)
        return value

    def moment(self, name: str) -> datetime:
        """Read a time."""
        try:
            return parse_time(self.text(name))
        except ValueError as exc:
            raise PackageDamagedError(name) from exc

    def binary(self, name: str) -> bytes:
        """Read up to 64 bytes or so in hexadecimal small digits."""
        text = self.text(name, 512)
        try:
            data = bytes.fromhex(text)
        except ValueError as exc:
            raise PackageDamagedError(name) from exc
        if data.hex() != text:
            raise PackageDamagedError(name)
        return data

    def items(self, name: str) -> list[object]:
        """Read a list."""
        value = self._value[name]
        if not isinstance(value, list):
            raise PackageDamagedError(name)
        return value
