"""The people and organisations of an application, and how we know who they are."""

import enum
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime

from registration.errors import BadIdNumberError, BadNameError, BadValueError
from registration.identifiers import CreditCode, parse_credit_code, parse_id_number

_MIDDLE_DOTS = str.maketrans("•‧∙⋅・･．", "·······")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A legal name, code point for code point as the document has it."""

    text: str

    @property
    def masked(self) -> str:
        """First character and one star; two characters of a compound surname are not told apart."""
        return self.text[:1] + "*"

    @property
    def folded(self) -> str:
        """For comparison only: the usual middle dots and outer spaces are made equal.

        Characters that differ only by Unicode compatibility stay different on purpose:
        they are a mismatch for a person to see.
        """
        return self.text.strip().translate(_MIDDLE_DOTS)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"PersonName('{self.masked}')"


def parse_name(text: str) -> PersonName:
    """Read a person's or organisation's name; the characters are kept as they are.

    Raises:
        BadNameError: empty, over 100 characters, or with control, bidirectional or
            zero-width characters. Private-use characters pass: old cards have them.
    """
    text = text.strip()
    if not text:
        raise BadNameError("empty")
    if len(text) > 100:
        raise BadNameError("length")
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in text):
        raise BadNameError("character")
    return PersonName(text)


def is_private_use(character: str) -> bool:
    """Say whether a character has no shape in any standard: its maker alone knows how it looks."""
    return unicodedata.category(character) == "Co"


class IdKind(enum.Enum):
    """What kind of document a number is from. The value is our own stable code."""

    RESIDENT_CARD = "resident_card"
    HMT_PERMIT = "hmt_residence_permit"
    PERMANENT_RESIDENT = "permanent_resident_card"
    PASSPORT = "passport"
    TRAVEL_PERMIT = "travel_permit"
    CREDIT_CODE = "credit_code"
    OTHER = "other"

    @property
    def zjzl(self) -> str:
        """The document-type code (证件种类 ZJZL) of the database standard."""
        return _ZJZL[self]


_ZJZL = {
    IdKind.RESIDENT_CARD: "1",
    IdKind.HMT_PERMIT: "2",
    IdKind.PERMANENT_RESIDENT: "99",
    IdKind.PASSPORT: "3",
    IdKind.TRAVEL_PERMIT: "2",
    IdKind.CREDIT_CODE: "8",
    IdKind.OTHER: "99",
}
_CHECKED = frozenset({IdKind.RESIDENT_CARD, IdKind.HMT_PERMIT})
_SHAPES = {
    IdKind.PERMANENT_RESIDENT: re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII),
    IdKind.PASSPORT: re.compile(r"[A-Z0-9]{5,15}", re.ASCII),
    IdKind.TRAVEL_PERMIT: re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?|[0-9]{8}", re.ASCII),
}
"""Cards of before 2023-12 for permanent residents; foreign passports follow no common form."""
_OF_AGE = 18


@dataclass(frozen=True, slots=True)
class IdDocument:
    """A document's kind and number, as claimed or as read."""

    kind: IdKind
    number: str
    """As printed, upper case, ASCII."""

    @property
    def masked(self) -> str:
        if len(self.number) < 11:
            return self.number[:2] + "****" + self.number[-2:]
        return f"{self.number[:6]}********{self.number[-4:]}"

    @property
    def birth_date(self) -> date | None:
        """The date inside a resident's number; None where the number holds none."""
        return parse_id_number(self.number).birth_date if self.kind in _CHECKED else None

    def check(self) -> None:
        """Check the number by its kind.

        Raises:
            BadIdNumberError, BadCreditCodeError: it fails its check character or shape.
        """
        shape = _SHAPES.get(self.kind)
        if self.kind in _CHECKED or self._is_new_permanent_resident:
            parse_id_number(self.number)
        elif self.kind is IdKind.CREDIT_CODE:
            parse_credit_code(self.number)
        elif shape and not shape.fullmatch(self.number):
            raise BadIdNumberError("shape")

    @property
    def _is_new_permanent_resident(self) -> bool:
        return self.kind is IdKind.PERMANENT_RESIDENT and len(self.number) == 18

    def __repr__(self) -> str:
        return f"IdDocument({self.kind.value}, '{self.masked}')"


class IdSource(enum.Enum):
    """How an identity came into the system."""

    CHIP = "chip"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvidence:
    """Proof of how a chip was read."""

    driver: str
    """The driver's name: "sam", "emrtd"."""
    reader: str
    """What the reader says of itself: the SAM's number, or the PC/SC reader's name."""
    raw_sha256: str
    """SHA-256 of the raw bytes read, lower-case hex."""
    read_at: datetime
    """UTC."""
    checks: tuple[tuple[str, str], ...] = ()
    """Named verdicts of the chip's own checks, e.g. ("DG1 hash", "ok")."""
    is_simulated: bool = False
    """True when a virtual device stood in for the hardware."""
    device: str = ""
    """Maker and model as the device itself says; empty where it says nothing (serial ports)."""
    device_serial: str = ""
    """The device's own serial number, apart from its security module's."""
    port: str = ""
    """Where it is plugged in: "/dev/ttyUSB0", "usb 0400:C35A", "hid 2B8B:2721"."""
    started_at: datetime | None = None
    """When the document was found on the reader, UTC; `read_at` is when all of it was read."""


class ManualReason(enum.Enum):
    """Why a document was typed instead of read. The value is our own stable code."""

    CHIP_BROKEN = "chip_broken"
    NO_CHIP = "no_chip"
    READER_BROKEN = "reader_broken"
    NOT_READABLE_HERE = "not_readable_here"
    OTHER = "other"

    @property
    def title_zh(self) -> str:
        return _REASONS[self][0]

    @property
    def title_en(self) -> str:
        return _REASONS[self][1]


_REASONS = {
    ManualReason.CHIP_BROKEN: ("证件芯片损坏，读不出", "The chip is broken"),
    ManualReason.NO_CHIP: ("证件没有芯片（如临时身份证）", "The document has no chip"),
    ManualReason.READER_BROKEN: ("读卡器故障，当天修不好", "The reader is out of order"),
    ManualReason.NOT_READABLE_HERE: ("本机读不了这种证件", "This counter cannot read its kind"),
    ManualReason.OTHER: ("其他", "Other"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualEntry:
    """Who typed a document, why, and who compared it with the document a second time."""

    reason: ManualReason
    note: str
    """In words; never empty where the reason is OTHER."""
    entered_by: str
    """Staff number."""
    entered_at: datetime
    checked_by: str = ""
    """Staff number of the second person; empty while, or where, nobody looked again."""
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRecord:
    """What one identity document says of its holder."""

    document: IdDocument
    name: PersonName
    """The Chinese name where there is one, else the Latin one."""
    latin_name: str = ""
    sex: str = ""
    """GB/T 2261.1: "1" male, "2" female, "0" unknown, "9" not stated; empty when not on the document."""
    nation: str = ""
    """GB/T 3304 code of two digits; shown raw when unknown."""
    nationality: str = ""
    """Three letters, GB/T 2659."""
    birth_date: date | None = None
    address: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    """Last good day; None means 长期 (no end)."""
    photo: bytes = b""
    """The chip's photo as stored: 1,024 bytes WLT, or JPEG/JPEG 2000 from a passport."""
    photo_codec: str = ""
    """"wlt", "jpeg", "jp2", or empty."""
    source: IdSource = IdSource.CHIP
    evidence: ReadEvidence | None = None
    portrait: bytes = field(default=b"", repr=False)
    """The photo as a picture that a browser draws, where a decoder made one of it at the counter."""
    portrait_codec: str = ""
    """"png", "jpeg", "bmp", or empty."""
    chip_fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What else the chip says, by name: "permit_no", "issue_count", "renewals", "former_number"."""
    chip_files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """The raw bytes that were read, by the chip's own names and in the order of the digest."""
    manual: ManualEntry | None = None
    """How it was typed; None for a document that was read."""

    @property
    def raw_sha256(self) -> str:
        """SHA-256 of the raw bytes that are kept here, lower-case hex; empty where none are."""
        if not self.chip_files:
            return ""
        return hashlib.sha256(b"".join(data for _, data in self.chip_files)).hexdigest()

    def is_valid_on(self, day: date) -> bool:
        """Say whether the document is in force; it is good on its last day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def __repr__(self) -> str:
        return f"IdentityRecord({self.document!r}, {self.name!r})"


class PartyKind(enum.Enum):
    """What a party is (权利人类型 QLRLX)."""

    PERSON = "1"
    ENTERPRISE = "2"
    INSTITUTION = "3"
    STATE_ORGAN = "4"
    OTHER = "99"


class CoOwnership(enum.Enum):
    """How owners hold a unit together (共有方式 GYFS)."""

    SOLE = "0"
    JOINT = "1"
    SHARES = "2"
    OTHER = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A mortgagor, debtor or mortgagee as the application names it."""

    name: PersonName
    document: IdDocument
    kind: PartyKind = PartyKind.PERSON
    identity: IdentityRecord | None = None
    """What the document's chip said; None for organisations."""
    phone: str = ""
    address: str = ""
    relation: str = ""
    """To the first mortgagor, e.g. 配偶."""
    guardian: "Guardian | None" = None
    agent: "Agent | None" = None
    """Who acts by a power of attorney (M03), as somebody must for a developer."""
    legal_representative: str = ""

    @property
    def birth_date(self) -> date | None:
        """The birth date as the chip has it, else as the number has it; None where none tells."""
        if self.identity is not None and self.identity.birth_date is not None:
            return self.identity.birth_date
        try:
            return self.document.birth_date
        except BadValueError:
            return None

    def is_minor_on(self, day: date) -> bool:
        """Say whether a natural person is under age; nobody is from the 18th birthday on.

        A person whose birth date nothing tells is taken to be of age.

        Source: 民法典 arts 17-18.
        """
        born = self.birth_date
        if self.kind is not PartyKind.PERSON or born is None:
            return False
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        return age < _OF_AGE

    def is_same_as(self, other: "Party") -> bool:
        """Say whether both name the same person or organisation: equal document number."""
        return self.document.number == other.document.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardian:
    """Who acts for a minor or a person without capacity."""

    name: PersonName
    document: IdDocument
    relation: str
    """父亲, 母亲 …"""
    identity: IdentityRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A power of attorney (授权委托书)."""

    number: str
    valid_from: date
    valid_to: date
    """Last good day."""
    matters: tuple[str, ...]
    """The registration kinds' Chinese titles that it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who acts for the bank, or for another party, at the counter."""

    name: PersonName
    document: IdDocument
    authority: Authority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mortgagee:
    """The bank that the mortgage is for."""

    name: PersonName
    credit_code: CreditCode
    financial_licence: str
    agent: Agent
    address: str = ""
    legal_representative: str = ""
