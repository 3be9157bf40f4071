"""What the data groups of a passport's chip say: the zone, the photo, the name in its own script.

Source: ICAO Doc 9303-10 (8th edition), 4.7; face images ISO/IEC 19794-5:2005, 5.
"""

from dataclasses import dataclass, field
from datetime import date

from terminal.drivers.tlv import decode_tlvs, find_tlv, require_tlv
from terminal.reader_errors import CardUnreadableError

_FACE_HEADER, _FACE_INFORMATION, _IMAGE_INFORMATION, _FEATURE_POINT = 14, 20, 12, 8
_CODECS = ((b"\xff\xd8\xff", "jpeg"), (b"\x00\x00\x00\x0cjP", "jp2"), (b"\xff\x4f\xff\x51", "jp2"))
_FIRST_IDEOGRAPH = "\u2e80"
_LISTED = {0x61: "DG1", 0x75: "DG2", 0x6B: "DG11"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalDetails:
    """What data group 11 says of the holder; each may be missing."""

    name: str = field(default="", repr=False)
    """In the script of the holder's own country."""
    birth_date: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)


def listed_groups(com: bytes) -> frozenset[str]:
    """Return those of the data groups we read that EF.COM lists; its list is not signed."""
    tags = find_tlv(com, 0x60, 0x5C) or b""
    return frozenset(_LISTED[tag] for tag in tags if tag in _LISTED)


def decode_zone(dg1: bytes) -> str:
    """Return the machine-readable zone.

    Raises:
        CardUnreadableError: there is none, or it is not ASCII.
    """
    try:
        return require_tlv(dg1, 0x61, 0x5F1F).decode("ascii")
    except UnicodeDecodeError as exc:
        raise CardUnreadableError("MRZ") from exc


def decode_photo(dg2: bytes) -> tuple[bytes, str]:
    """Return the first face image and its codec; both empty when the form is not known to us.

    Raises:
        CardUnreadableError: the data group is no data group.
    """
    group = require_tlv(dg2, 0x75, 0x7F61)
    template = next((value for tag, value in decode_tlvs(group) if tag == 0x7F60), b"")
    block = find_tlv(template, 0x5F2E) or b""
    if not block.startswith(b"FAC\x00"):
        return b"", ""
    size = int.from_bytes(block[14:18], "big")
    points = int.from_bytes(block[18:20], "big")
    start = _FACE_HEADER + _FACE_INFORMATION + points * _FEATURE_POINT + _IMAGE_INFORMATION
    image = block[start : _FACE_HEADER + size]
    codec = next((name for magic, name in _CODECS if image.startswith(magic)), "")
    return (image, codec) if codec else (b"", "")


def decode_details(dg11: bytes) -> AdditionalDetails:
    """Return the details; what is not there stays empty.

    Raises:
        CardUnreadableError: text that is not UTF-8, or an impossible date.
    """
    found = dict(decode_tlvs(require_tlv(dg11, 0x6B)))
    return AdditionalDetails(
        name=_joined(_text(found.get(0x5F0E, b""), "name")),
        birth_date=_birth_date(found.get(0x5F2B, b"")),
        address=_joined(_text(found.get(0x5F42, b""), "address")),
    )


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8").strip("< ")
    except UnicodeDecodeError as exc:
        raise CardUnreadableError(name) from exc


def _joined(text: str) -> str:
    # Fillers part the words of alphabets; Chinese is written without blanks.
    parts = [part for part in text.split("<") if part]
    is_chinese = any(char >= _FIRST_IDEOGRAPH for char in text)
    return ("" if is_chinese else " ").join(parts)


def _birth_date(raw: bytes) -> date | None:
    # Eight digits as text, or packed two to a byte in chips of the first years.
    text = raw.hex() if len(raw) == 4 else raw.decode("ascii", "replace")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise CardUnreadableError("birth") from exc
