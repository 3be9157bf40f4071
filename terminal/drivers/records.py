"""The 256-byte text record of the four cards that a SAM reads.

Source: GA 490-2013 (resident card), 《港澳台居民居住证机读信息规范（试行版）》, and the
machine-readable rules of the foreigner's permanent residence cards of 2017 and 2023.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from registration.errors import BadNameError
from registration.people import IdKind, PersonName, parse_name
from terminal.reader_errors import CardUnreadableError

RECORD_SIZE = 256
_MARKER_AT = 248
_NO_END = "长期"


class CardKind(enum.Enum):
    """Which card it is; the value is the marker character at offset 248."""

    RESIDENT = " "
    HMT_PERMIT = "J"
    PERMANENT_2017 = "I"
    PERMANENT_2023 = "Y"


# Fixed widths in bytes, UTF-16LE, padded with spaces. The cards fix these tables:
# nothing may change, a new card gets a new table.
LAYOUTS: Mapping[CardKind, tuple[tuple[str, int], ...]] = MappingProxyType(
    {
        CardKind.RESIDENT: (
            ("name", 30),
            ("sex", 2),
            ("nation", 4),
            ("birth", 16),
            ("address", 70),
            ("number", 36),
            ("issuer", 30),
            ("valid_from", 16),
            ("valid_to", 16),
            ("", 36),
        ),
        CardKind.HMT_PERMIT: (
            ("name", 30),
            ("sex", 2),
            ("", 4),
            ("birth", 16),
            ("address", 70),
            ("number", 36),
            ("issuer", 30),
            ("valid_from", 16),
            ("valid_to", 16),
            ("permit_no", 18),
            ("issue_count", 4),
            ("", 6),
            ("marker", 2),
            ("", 6),
        ),
        CardKind.PERMANENT_2017: (
            ("latin_name", 120),
            ("sex", 2),
            ("number", 30),
            ("nationality", 6),
            ("name", 30),
            ("valid_from", 16),
            ("valid_to", 16),
            ("birth", 16),
            ("version", 4),
            ("issuer", 8),
            ("marker", 2),
            ("", 6),
        ),
        CardKind.PERMANENT_2023: (
            ("name", 30),
            ("sex", 2),
            ("renewals", 4),
            ("birth", 16),
            ("latin_name", 70),
            ("number", 36),
            ("", 30),
            ("valid_from", 16),
            ("valid_to", 16),
            ("latin_name_more", 22),
            ("nationality", 6),
            ("marker", 2),
            ("former_number", 6),
        ),
    }
)
_TOLD_APART = frozenset({"permit_no", "issue_count", "renewals", "former_number", "version"})
_ID_KINDS = {
    CardKind.RESIDENT: IdKind.RESIDENT_CARD,
    CardKind.HMT_PERMIT: IdKind.HMT_PERMIT,
    CardKind.PERMANENT_2017: IdKind.PERMANENT_RESIDENT,
    CardKind.PERMANENT_2023: IdKind.PERMANENT_RESIDENT,
}


@dataclass(frozen=True, slots=True)
class CardText:
    """The text of one card, field by field as the chip has it."""

    kind: CardKind
    values: Mapping[str, str] = field(repr=False)
    """By the names of `LAYOUTS`; padding removed, private-use and rare characters kept."""

    @property
    def id_kind(self) -> IdKind:
        return _ID_KINDS[self.kind]

    @property
    def told_apart(self) -> tuple[tuple[str, str], ...]:
        """What only some kinds of cards say, by name; what a card leaves empty is left out."""
        return tuple(
            (name, value) for name, value in self.values.items() if name in _TOLD_APART and value
        )

    @property
    def latin_name(self) -> str:
        return self.values.get("latin_name", "") + self.values.get("latin_name_more", "")

    @property
    def name(self) -> PersonName:
        """The Chinese name, or the Latin one where there is none.

        Raises:
            CardUnreadableError: neither makes a name.
        """
        try:
            return parse_name(self.values["name"] or self.latin_name)
        except BadNameError as exc:
            raise CardUnreadableError("name") from exc

    def day(self, name: str) -> date:
        """Return a date field.

        Raises:
            CardUnreadableError: it is not eight digits that make a date.
        """
        text = self.values[name]
        try:
            if len(text) != 8:
                raise ValueError("length")
            return date.fromisoformat(text)
        except ValueError as exc:
            raise CardUnreadableError(name) from exc

    @property
    def valid_to(self) -> date | None:
        """The last good day; None for 长期."""
        return None if self.values["valid_to"] == _NO_END else self.day("valid_to")


def decode_record(raw: bytes) -> CardText:
    """Read the text record; the marker at offset 248 says which layout holds.

    Raises:
        CardUnreadableError: wrong size, unknown kind of card, or text that is not UTF-16.
    """
    if len(raw) != RECORD_SIZE:
        raise CardUnreadableError("size")
    kind = _kind(raw[_MARKER_AT : _MARKER_AT + 2])
    values: dict[str, str] = {}
    offset = 0
    for name, width in LAYOUTS[kind]:
        if name:
            values[name] = _text(raw[offset : offset + width], name)
        offset += width
    return CardText(kind, MappingProxyType(values))


def decode_address(raw: bytes) -> str:
    """Read the newest address: 70 bytes that a police station added to the chip.

    Raises:
        CardUnreadableError: text that is not UTF-16.
    """
    return _text(raw, "address")


def _kind(marker: bytes) -> CardKind:
    # The resident layout reserves these bytes; cards hold spaces there, some hold zeros.
    if marker == b"\x00\x00":
        return CardKind.RESIDENT
    try:
        return CardKind(marker.decode("utf-16-le"))
    except ValueError as exc:
        raise CardUnreadableError("kind") from exc


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-16-le").rstrip(" \x00")
    except UnicodeDecodeError as exc:
        raise CardUnreadableError(name) from exc
