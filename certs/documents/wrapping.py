"""The bytes of a sealed file before anybody reads it as a PDF: what is signed, and by what.

Everything outside the signature's own hexadecimal digits must be signed, and within them every
byte must be one that the office wrote or that a key of ours has signed. So a file that passes
here and whose signature holds was written by the office, and only then a PDF parser sees it.

Behind what was sealed there may be layers, one after another: each an update that ends with a
document time stamp over everything before it. What may stand in one, `layers` says.
"""

import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from asn1crypto import cms, core, parser

from certs.documents.status import (
    BYTES_AFTER_SEAL,
    DAMAGED,
    NOT_PDF,
    NOT_SEALED,
    NOT_WHOLE,
    SEVERAL_SEALS,
    TOO_LARGE,
    DocumentReason,
)

LARGEST: Final = 5 * 1024 * 1024
_LARGEST_SIGNATURE: Final = 64 * 1024
_MOST_LAYERS: Final = 40

_RANGE: Final = re.compile(
    rb"/ByteRange\s*\[\s*0\s+([0-9]{1,8})\s+([0-9]{1,8})\s+([0-9]{1,8})\s*\]"
)
_DIGITS: Final = re.compile(rb"\A<([0-9A-Fa-f]{2,})>\Z")


class WrappingError(Exception):
    """The file is not wrapped up the way the office does it."""

    def __init__(self, reason: DocumentReason) -> None:
        super().__init__(reason.code)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Layer:
    """An update behind the sealed file, up to and with its document time stamp."""

    start: int
    end: int
    """Its bytes, counted in the whole file."""
    digest: bytes
    """SHA-256 of everything from the file's first byte to the layer's last, but for the token."""
    token: cms.SignedData


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A file taken apart."""

    size: int
    """Bytes of the file as it was sealed; layers come after it."""
    digest: bytes
    """SHA-256 of all that is signed."""
    signed_data: cms.SignedData
    signer_info: cms.SignerInfo
    token: cms.SignedData | None
    """The time stamp; None when there is none."""
    layers: tuple[Layer, ...] = ()
    """In the order in which they were added."""


def unwrap(pdf: bytes) -> Wrapping:
    """Take a sealed file apart.

    Raises:
        WrappingError: it is no PDF with exactly one signature over all of it, and nothing but
            time-stamped layers behind.
    """
    if len(pdf) > LARGEST:
        raise WrappingError(TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        raise WrappingError(NOT_PDF)
    ends = _ends(pdf)
    sealed = pdf[: ends[0]]
    start, end = _gap(sealed)
    signed_data = _of_type(_content_info(sealed[start:end]), "data")
    info = _only(signed_data["signer_infos"])
    return Wrapping(
        size=len(sealed),
        digest=hashlib.sha256(sealed[:start] + sealed[end:]).digest(),
        signed_data=signed_data,
        signer_info=info,
        token=_token(info),
        layers=tuple(_layer(pdf, *place) for place in pairwise(ends)),
    )


def _ends(pdf: bytes) -> list[int]:
    """Return where the sealed file ends and each layer after it; the last one is the file's end."""
    named = pdf.count(b"/ByteRange")
    if named < 2:
        return [len(pdf)]
    found = [(match.start(), match) for match in _RANGE.finditer(pdf)]
    ends = [int(match[2]) + int(match[3]) for _, match in found]
    places = [0, *ends]
    is_in_turn = all(
        low < at < high
        for at, (low, high) in zip([f[0] for f in found], pairwise(places), strict=True)
    )
    if len(found) != named or not is_in_turn or named > _MOST_LAYERS + 1:
        raise WrappingError(SEVERAL_SEALS)
    if ends[-1] != len(pdf):
        raise WrappingError(BYTES_AFTER_SEAL if ends[-1] < len(pdf) else NOT_WHOLE)
    return ends


def _layer(pdf: bytes, low: int, high: int) -> Layer:
    """Take a layer apart; what it holds beside its token is not looked at here."""
    match = _RANGE.search(pdf, low)
    if match is None:
        raise WrappingError(SEVERAL_SEALS)
    start, end = int(match[1]), int(match[2])
    if not low < start < end < high:
        raise WrappingError(NOT_WHOLE)
    token = _of_type(_content_info(pdf[start:end]), "tst_info")
    return Layer(low, high, hashlib.sha256(pdf[:start] + pdf[end:high]).digest(), token)


def _gap(pdf: bytes) -> tuple[int, int]:
    """Find the one place that is not signed."""
    named = pdf.count(b"/ByteRange")
    found = _RANGE.findall(pdf)
    if named == 0:
        raise WrappingError(NOT_SEALED)
    if named > 1:
        raise WrappingError(SEVERAL_SEALS)
    if not found:
        raise WrappingError(NOT_WHOLE)
    start, end, rest = (int(number) for number in found[0])
    if end + rest < len(pdf):
        raise WrappingError(BYTES_AFTER_SEAL)
    if not start < end or end + rest != len(pdf):
        raise WrappingError(NOT_WHOLE)
    return start, end


def _content_info(written: bytes) -> cms.ContentInfo:
    """Read what a signature's or a time stamp's room holds."""
    match = _DIGITS.match(written)
    if match is None or len(match[1]) % 2:
        raise WrappingError(NOT_WHOLE)
    # pyHanko writes capitals and fills up with zeros: anything else was written by another.
    digits = match[1]
    contents = bytes.fromhex(digits.decode("ascii"))
    if contents.hex().upper().encode("ascii") != digits:
        raise WrappingError(DAMAGED)
    try:
        size = parser.peek(contents)
        if contents[size:].strip(b"\0"):
            raise WrappingError(BYTES_AFTER_SEAL)
        info = cms.ContentInfo.load(contents[:size], strict=True)
        if size > _LARGEST_SIGNATURE or not _is_der(contents[:size]):
            raise WrappingError(DAMAGED)
    except (ValueError, TypeError, KeyError) as exc:
        raise WrappingError(DAMAGED) from exc
    return info


def _token(info: cms.SignerInfo) -> cms.SignedData | None:
    """Take out the time stamp, the one thing that may stand beside the signature unsigned."""
    attributes = info["unsigned_attrs"]
    if len(attributes) == 0:
        return None
    attribute = _only(attributes)
    if attribute["type"].native != "signature_time_stamp_token":
        raise WrappingError(DAMAGED)
    return _of_type(_only(attribute["values"]), "tst_info")


def _of_type(info: cms.ContentInfo, kind: str) -> cms.SignedData:
    """Take signed data with one signer and nothing beside. Source: RFC 5652, section 5."""
    try:
        return _signed_data(info, kind)
    except (ValueError, TypeError, KeyError) as exc:
        raise WrappingError(DAMAGED) from exc


def _signed_data(info: cms.ContentInfo, kind: str) -> cms.SignedData:
    if info["content_type"].native != "signed_data":
        raise WrappingError(DAMAGED)
    signed_data = info["content"]
    signer = _only(signed_data["signer_infos"])
    if not all(map(_is_tight, (info, signed_data, signed_data["encap_content_info"], signer))):
        raise WrappingError(DAMAGED)
    expected = "v1" if kind == "data" else "v3"
    is_plain = (
        signed_data["version"].native == expected
        and signed_data["encap_content_info"]["content_type"].native == kind
        and _only(signed_data["digest_algorithms"]).dump() == signer["digest_algorithm"].dump()
        and len(signed_data["crls"]) == 0
        and signer["version"].native == "v1"
        # A document's signature stands apart from it; a time stamp carries what it signs.
        and (signed_data["encap_content_info"]["content"].native is None) == (kind == "data")
        and (kind == "data" or len(signer["unsigned_attrs"]) == 0)
    )
    if not is_plain:
        raise WrappingError(DAMAGED)
    return signed_data


def _is_der(data: bytes) -> bool:
    """Say whether every length is written in the one way that DER allows. Source: X.690, 10.1."""
    while data:
        class_, method, tag, header, contents, trailer = parser.parse(data)
        size = len(header) + len(contents)
        if trailer or (class_, tag) == (0, 0):
            return False
        if parser.emit(class_, method, tag, contents) != data[:size]:
            return False
        if method == 1 and not _is_der(contents):
            return False
        data = data[size:]
    return True


def _is_tight(sequence: core.Sequence) -> bool:
    """Say whether nothing stands in a sequence but its known fields, which a lax reader allows."""
    return bool(sequence.contents == b"".join(sequence[field].dump() for field in sequence))


def _only(values: list[cms.SignerInfo]) -> cms.SignerInfo:
    if len(values) != 1:
        raise WrappingError(DAMAGED)
    return values[0]
