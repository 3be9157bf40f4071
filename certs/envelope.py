"""The sealed package: signed by a terminal, encrypted to one office, opened only there."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509

from certs.chunks import decrypt_chunks, encrypt_chunks
from certs.cover import (
    COVER_TYPE,
    LARGEST_COVER,
    LARGEST_PACKAGE,
    LARGEST_PART,
    MAGIC,
    MOST_PARTS,
    PREFIX_SIZE,
    VERSION,
    Cover,
    Fields,
    binding,
    check_cover,
    claims_of,
    format_time,
    read_cover,
)
from certs.errors import (
    KeyUnsuitableError,
    PackageDamagedError,
    PackageForgedError,
    PackageMisaddressedError,
    PackageTooLargeError,
    RecipientUnknownError,
    StatementError,
)
from certs.identity import Identity, Role
from certs.jws import (
    certificate_header,
    decode_claims,
    encode_claims,
    read_jws,
    sign_jws,
    verify_jws,
)
from certs.keys import thumbprint
from certs.ports import KeyOpener, Signer, Suite
from certs.suites import find_suite, load_suite
from certs.trust import TrustStore

MANIFEST_TYPE: Final = "mrk-manifest+jws"
_MANIFEST_MEMBERS: Final = {
    "office",
    "parts",
    "recipient",
    "sealed_at",
    "sequence",
    "suite",
    "terminal",
    "version",
}
_PART_MEMBERS: Final = {"media_type", "name", "size"}  # and the name of the suite's digest
_LENGTH_SIZE: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One file in a package."""

    name: str
    """1 to 128 characters, once in a package; a label, never a path."""
    media_type: str
    data: bytes

    def __repr__(self) -> str:
        # Parts hold personal data, and tracebacks print reprs.
        return f"Part({len(self.data)} bytes)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the manifest says of one part."""

    name: str
    media_type: str
    size: int
    digest: str
    """By the package's suite, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the sender signed inside."""

    office: str
    recipient: str
    terminal: str
    sequence: int
    sealed_at: datetime
    parts: tuple[Listed, ...]
    text: str
    """The signed manifest as it stands: evidence that needs nothing but a trust bundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An opened package, every part as its sender signed it."""

    cover: Cover
    manifest: Manifest
    parts: tuple[Part, ...]
    signer: Identity
    certificate: x509.Certificate
    """The signer's."""


def seal(
    parts: Sequence[Part],
    *,
    signer: Signer,
    recipient: x509.Certificate,
    office: str,
    terminal: str,
    sequence: int,
    at: datetime,
) -> bytes:
    """Sign parts as a terminal and encrypt them to one office, in the suite of the signer's key.

    Each call gives other bytes, under a fresh content key. `at` is cut to whole seconds.

    Raises:
        PackageTooLargeError: too many parts, a part or the package over the limit.
        PackageDamagedError: a part's name stands twice or cannot be written.
        KeyUnsuitableError: the signer's or recipient's key is not one of the suite.
    """
    _require_packable(parts)
    suite = find_suite(signer.certificate)
    route = {
        "office": office,
        "recipient": thumbprint(recipient),
        "sealed_at": format_time(at),
        "sequence": sequence,
        "suite": suite.suite_id,
        "terminal": terminal,
        "version": VERSION,
    }
    key = os.urandom(suite.key_size)
    enc, wrapped_key = suite.wrap(key, recipient, binding(route))
    aad = suite.digest(binding(route) + enc + wrapped_key)
    body = encrypt_chunks(suite, key, _plain(parts, route, suite, signer), aad)
    wrapping = {"enc": enc.hex(), "parts": len(parts), "wrapped_key": wrapped_key.hex()}
    return _assemble(suite, {**route, **wrapping}, signer, body)


def is_of_one_suite(signer: Signer, recipient: x509.Certificate) -> bool:
    """Say whether a signer's packages can be encrypted to a recipient.

    Raises:
        KeyUnsuitableError: one of the keys belongs to no suite.
    """
    return find_suite(signer.certificate) is find_suite(recipient)


def open_sealed(
    data: bytes, *, opener: KeyOpener, trust: TrustStore, at: datetime, office: str
) -> Opened:
    """Open a package that was sealed to this office, and check everything it says.

    `at` is the moment of arrival: the signer's certificate must have been good then. The sender is
    known and trusted before anything is decrypted.

    Raises:
        PackageTooLargeError, PackageDamagedError: ask for it to be sent again.
        PackageMisaddressedError, RecipientUnknownError: it is not for us.
        SuiteUnknownError: sealed with algorithms that are not known here.
        SignerNotTrustedError: not a terminal of ours, or no longer, or by algorithms that are
            not taken any more.
        PackageForgedError: somebody tampered with it; raise an alarm.
    """
    cover = read_cover(data)
    suite = load_suite(cover.suite)
    if cover.office != office:
        raise PackageMisaddressedError("another office")
    if cover.recipient not in opener.key_ids:
        raise RecipientUnknownError("no such key")
    certificate = cover.certificates[0]
    trust.require(certificate, cover.certificates[1:], Role.PACKAGE, at)
    identity = check_cover(cover, certificate)
    bound = binding(claims_of(cover))
    key = opener.open(cover.recipient, cover.enc, cover.wrapped_key, bound)
    if len(key) != suite.key_size:
        raise PackageDamagedError("content key")
    body = data[PREFIX_SIZE + len(cover.text) :]
    aad = suite.digest(bound + cover.enc + cover.wrapped_key)
    plain = decrypt_chunks(suite, key, body, aad)
    manifest, parts = _unpack(plain, cover, suite, certificate)
    return Opened(
        cover=cover, manifest=manifest, parts=parts, signer=identity, certificate=certificate
    )


def _require_packable(parts: Sequence[Part]) -> None:
    if not 1 <= len(parts) <= MOST_PARTS:
        raise PackageTooLargeError("parts")
    if any(len(part.data) > LARGEST_PART for part in parts):
        raise PackageTooLargeError("part")
    # The rest of the megabyte is for tags, manifest and cover.
    if sum(len(part.data) for part in parts) > LARGEST_PACKAGE - 1024 * 1024:
        raise PackageTooLargeError("package")
    if len({part.name for part in parts}) != len(parts):
        raise PackageDamagedError("a name twice")
    if any(not _is_label(part.name) or not _is_label(part.media_type) for part in parts):
        raise PackageDamagedError("name or media type")


def _is_label(text: str) -> bool:
    return 1 <= len(text) <= 128 and text.isprintable()


def _plain(parts: Sequence[Part], route: dict[str, Any], suite: Suite, signer: Signer) -> bytes:
    listed = [
        {
            "media_type": part.media_type,
            "name": part.name,
            suite.digest_name: suite.digest(part.data).hex(),
            "size": len(part.data),
        }
        for part in parts
    ]
    header = {"typ": MANIFEST_TYPE, **certificate_header(signer)}
    try:
        text = sign_jws(encode_claims({**route, "parts": listed}), header, signer).encode("ascii")
    except StatementError as exc:
        raise PackageDamagedError("manifest") from exc
    return b"".join([len(text).to_bytes(_LENGTH_SIZE, "big"), text, *(part.data for part in parts)])


def _assemble(suite: Suite, claims: dict[str, Any], signer: Signer, body: bytes) -> bytes:
    header = {"typ": COVER_TYPE, **certificate_header(signer)}
    digest = f"body_{suite.digest_name}"
    about_body = {digest: suite.digest(body).hex(), "body_size": len(body)}
    cover = sign_jws(encode_claims({**claims, **about_body}), header, signer).encode("ascii")
    if len(cover) > LARGEST_COVER:
        raise PackageTooLargeError("cover")
    size = PREFIX_SIZE + len(cover) + len(body)
    if size > LARGEST_PACKAGE:
        raise PackageTooLargeError("package")
    prefix = MAGIC + suite.suite_id.to_bytes(2, "big") + len(cover).to_bytes(4, "big")
    return prefix + cover + body


def _unpack(
    plain: bytes, cover: Cover, suite: Suite, certificate: x509.Certificate
) -> tuple[Manifest, tuple[Part, ...]]:
    size = int.from_bytes(plain[:_LENGTH_SIZE], "big")
    if len(plain) < _LENGTH_SIZE or size > len(plain) - _LENGTH_SIZE:
        raise PackageDamagedError("manifest length")
    try:
        text = plain[_LENGTH_SIZE : _LENGTH_SIZE + size].decode("ascii")
        claims = _manifest_claims(text, cover, certificate)
    except (UnicodeDecodeError, StatementError, KeyUnsuitableError) as exc:
        raise PackageForgedError("manifest") from exc
    manifest = _manifest(claims, suite, text)
    if (manifest.office, manifest.recipient, manifest.terminal) != (
        cover.office,
        cover.recipient,
        cover.terminal,
    ) or (manifest.sequence, manifest.sealed_at) != (cover.sequence, cover.sealed_at):
        raise PackageForgedError("inside and outside differ")
    if len(manifest.parts) != cover.parts:
        raise PackageForgedError("number of parts")
    return manifest, _cut(memoryview(plain)[_LENGTH_SIZE + size :], manifest.parts, suite)


def _manifest_claims(text: str, cover: Cover, certificate: x509.Certificate) -> dict[str, Any]:
    header = {
        "typ": MANIFEST_TYPE,
        # The same certificates as outside: whoever signed the cover signed the manifest.
        "x5c": read_jws(cover.text, largest=LARGEST_COVER).header["x5c"],
        "x5t#S256": cover.signer,
    }
    return decode_claims(verify_jws(text, certificate, header), largest=LARGEST_COVER)


def _manifest(claims: dict[str, Any], suite: Suite, text: str) -> Manifest:
    fields = Fields(claims, _MANIFEST_MEMBERS)
    fields.integer("version", VERSION, VERSION)
    if fields.integer("suite", 1, 2**16 - 1) != suite.suite_id:
        raise PackageForgedError("suite")
    members = {*_PART_MEMBERS, suite.digest_name}
    listed = [Fields(item, members) for item in fields.items("parts")]
    if len(listed) > MOST_PARTS:
        raise PackageTooLargeError("parts")
    return Manifest(
        office=fields.text("office"),
        recipient=fields.text("recipient"),
        terminal=fields.text("terminal"),
        sequence=fields.integer("sequence", 1, 2**53 - 1),
        sealed_at=fields.moment("sealed_at"),
        parts=tuple(
            Listed(
                name=one.text("name"),
                media_type=one.text("media_type"),
                size=one.integer("size", 0, LARGEST_PART),
                digest=one.text(suite.digest_name),
            )
            for one in listed
        ),
        text=text,
    )


def _cut(rest: memoryview, listed: Sequence[Listed], suite: Suite) -> tuple[Part, ...]:
    """Cut the parts apart; every byte belongs to exactly one of them."""
    if sum(one.size for one in listed) != len(rest):
        raise PackageForgedError("sizes")
    if len({one.name for one in listed}) != len(listed):
        raise PackageForgedError("a name twice")
    parts = []
    start = 0
    for one in listed:
        data = bytes(rest[start : start + one.size])
        if suite.digest(data).hex() != one.digest:
            raise PackageForgedError("digest of a part")
        parts.append(Part(one.name, one.media_type, data))
        start += one.size
    return tuple(parts)
