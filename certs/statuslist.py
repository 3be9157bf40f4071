"""Which certificates still stand: the compressed, signed list that anybody may keep and ask.

Source: IETF Token Status List (draft-ietf-oauth-status-list), sections 4.1, 4.2, 5.1 and 7.1.
"""

import base64
import binascii
import enum
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from certs.canonical import encode
from certs.errors import (
    SignerNotTrustedError,
    StatementDamagedError,
    StatementForgedError,
    StatementKindError,
)
from certs.identity import Role
from certs.jws import (
    certificate_header,
    decode_claims,
    encode_claims,
    read_certificates,
    read_jws,
    sign_jws,
    verify_jws,
)
from certs.keys import thumbprint
from certs.ports import Signer
from certs.trust import TrustStore

MEDIA_TYPE: Final = "application/statuslist+jwt"
TOKEN_TYPE: Final = "statuslist+jwt"  # noqa: S105  # a media type, no secret
BLOCK: Final = 1 << 20
"""Certificates of one list."""
BITS: Final = 4
TTL: Final = timedelta(hours=1)
"""After which whoever keeps a list should fetch it again."""
LIFETIME: Final = timedelta(hours=24)
"""After which a list says nothing any more."""
LARGEST: Final = 1024 * 1024
"""Characters of a signed list; a block in which nothing can be compressed has 700,000."""
MOST_NAMED: Final = 1 << 14
"""Successors that a list names, the highest numbers first: some 10 bytes each."""
_LARGEST_NAMES: Final = 2 * 1024 * 1024
_STEP: Final = 1 << 12
_NUMBER: Final = re.compile(r".*（(\d{4})）.*第(\d{7})号")


class Mark(enum.IntEnum):
    """What a list says of a certificate; numbers of the draft's registry, and two of our own."""

    VALID = 0x00
    INVALID = 0x01
    """Issued in error (作废)."""
    SUSPENDED = 0x02
    """For the time being (暂停)."""
    CANCELLED = 0x0C
    """The right ended (注销)."""
    REPLACED = 0x0D
    """Another certificate stands in its place (换发)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """A list whose signature and signer were found good."""

    uri: str
    bits: int
    statuses: bytes
    at: datetime
    """When it was signed, UTC."""
    ends_at: datetime
    successors: Mapping[int, str] = field(default_factory=dict)
    """By index: the number of the certificate that stands in the place of one that was replaced."""

    def find(self, index: int) -> int | None:
        """Return the status of a certificate, usually a `Mark`; None beyond the list's end."""
        return find_status(self.statuses, self.bits, index)


def place_of(certificate_no: str) -> tuple[int, int, int]:
    """Return where a registration certificate stands: year, block in it, index in that.

    Raises:
        StatementDamagedError: the number has no year and serial.
    """
    found = _NUMBER.fullmatch(certificate_no)
    if found is None:
        raise StatementDamagedError("certificate number")
    year, serial = (int(digits) for digits in found.groups())
    return year, serial // BLOCK, serial % BLOCK


def sign_status_list(
    uri: str,
    marks: Mapping[int, int],
    *,
    size: int,
    signer: Signer,
    at: datetime,
    successors: Mapping[int, str] | None = None,
) -> str:
    """Sign a list of `size` certificates at least, all of them VALID but for `marks`.

    `successors` are the numbers of those in the place of some that were replaced, by index.

    Raises:
        KeyUnsuitableError: the signer's key is neither on P-256 nor on the SM2 curve.
    """
    issued = int(at.timestamp())
    claims = {
        "exp": issued + int(LIFETIME.total_seconds()),
        "iat": issued,
        "status_list": {"bits": BITS, "lst": compress(pack(marks, size))},
        "sub": uri,
        "ttl": int(TTL.total_seconds()),
        **({"successors": _pack_names(successors)} if successors else {}),
    }
    header = {
        "kid": thumbprint(signer.certificate),
        "typ": TOKEN_TYPE,
        **certificate_header(signer),
    }
    return sign_jws(encode_claims(claims), header, signer)


def open_status_list(text: str, trust: TrustStore, at: datetime) -> StatusList:
    """Give a genuine list, signed by the office of the trust bundle; it may be past its end.

    Raises:
        StatementDamagedError: no list at all.
        StatementKindError: a signed text of another kind.
        StatementForgedError: the signature does not hold.
        SignerNotTrustedError: signed by somebody else, or by a certificate that was revoked.
    """
    header = read_jws(text, largest=LARGEST).header
    if header.get("typ") != TOKEN_TYPE:
        raise StatementKindError("another kind")
    certificate, *chain = read_certificates(header)
    verdict = trust.check(certificate, tuple(chain), Role.OFFICE, at)
    if not verdict.ok:
        raise SignerNotTrustedError(verdict.reason.value)
    payload = verify_jws(text, certificate, {k: v for k, v in header.items() if k != "alg"})
    if header.get("kid") != thumbprint(certificate):
        raise StatementForgedError("kid")
    return _read(decode_claims(payload, largest=LARGEST))


def _read(claims: Mapping[str, Any]) -> StatusList:
    try:
        listed = claims["status_list"]
        uri, bits = str(claims["sub"]), int(listed["bits"])
        if bits not in {1, 2, 4, 8}:
            raise StatementDamagedError("bits")
        return StatusList(
            uri=uri,
            bits=bits,
            statuses=decompress(str(listed["lst"])),
            at=datetime.fromtimestamp(claims["iat"], UTC),
            ends_at=datetime.fromtimestamp(claims["exp"], UTC),
            successors=_read_names(claims),
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError) as exc:
        raise StatementDamagedError("status list") from exc


def _pack_names(successors: Mapping[int, str]) -> str:
    newest = sorted(successors.items(), key=lambda pair: pair[1], reverse=True)[:MOST_NAMED]
    return compress(encode({str(index): number for index, number in newest}))


def _read_names(claims: Mapping[str, Any]) -> dict[int, str]:
    packed = claims.get("successors")
    if packed is None:
        return {}
    told = json.loads(decompress(str(packed), most=_LARGEST_NAMES))
    return {int(index): str(number) for index, number in told.items()}


# --- the array


def pack(marks: Mapping[int, int], size: int, bits: int = BITS) -> bytes:
    """Write statuses side by side, the first in the lowest bits of the first byte."""
    each = 8 // bits
    # Grown in steps, so that it does not tell how many were issued since breakfast.
    packed = bytearray(-(-size // _STEP) * _STEP // each)
    for index, mark in marks.items():
        packed[index // each] |= mark << index % each * bits
    return bytes(packed)


def find_status(statuses: bytes, bits: int, index: int) -> int | None:
    """Return one status out of the array; None beyond its end."""
    each = 8 // bits
    if not 0 <= index < len(statuses) * each:
        return None
    return statuses[index // each] >> index % each * bits & (1 << bits) - 1


def compress(statuses: bytes, level: int = 6) -> str:
    """Compress the array (zlib, RFC 1950) and write it in base64url.

    Level 9 saves a tenth of a large list and takes seventeen times as long (520 ms for 30).
    """
    return base64.urlsafe_b64encode(zlib.compress(statuses, level)).rstrip(b"=").decode()


def decompress(text: str, *, most: int = BLOCK) -> bytes:
    """Read the array. Raises: StatementDamagedError: damaged, or far larger than any list."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        inflater = zlib.decompressobj()
        statuses = inflater.decompress(data, most)
    except (binascii.Error, ValueError, zlib.error) as exc:
        raise StatementDamagedError("status list") from exc
    if not inflater.eof or inflater.unused_data:
        raise StatementDamagedError("status list")
    return statuses
