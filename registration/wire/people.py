"""Version 1 of people and organisations on the wire."""

from typing import Annotated

from pydantic import Field

from registration.people import (
    Agent,
    Authority,
    Guardian,
    IdDocument,
    IdentityRecord,
    IdKind,
    IdSource,
    ManualEntry,
    ManualReason,
    Mortgagee,
    Party,
    PartyKind,
    ReadEvidence,
)
from registration.wire.document import WireModel, added
from registration.wire.fields import (
    Credit,
    Day,
    Digest,
    File,
    Key,
    Label,
    Many,
    Moment,
    Name,
    Pair,
    Photo,
    Token,
)

# application/1: members may be added with a default; none is ever removed or given another
# meaning. A new meaning is application/2.


class IdDocumentWire(WireModel):
    """A document's kind and number."""

    domain = IdDocument
    kind: Annotated[IdKind, Field(strict=False)]
    number: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[!-~]+$")]
    """As printed, upper case, ASCII."""


class ReadEvidenceWire(WireModel):
    """How a chip was read."""

    domain = ReadEvidence
    driver: Label
    reader: Label
    raw_sha256: Digest
    """SHA-256 of the raw bytes read, lower-case hexadecimal."""
    read_at: Moment
    checks: Many[Pair] = ()
    """Named verdicts of the chip's own checks: [name, verdict]."""
    is_simulated: bool = False
    """True when a virtual device stood in for the hardware."""
    device: Label = ""
    """Maker and model as the device itself says."""
    device_serial: Label = ""
    port: Label = ""
    """Where it is plugged in."""
    started_at: Moment | None = None
    """When the document was found on the reader."""


class ManualEntryWire(WireModel):
    """How a document was typed that could not be read (手工录入)."""

    domain = ManualEntry
    reason: Annotated[ManualReason, Field(strict=False)]
    note: Label = ""
    entered_by: Key
    """Staff number."""
    entered_at: Moment
    checked_by: Token = ""
    """Staff number of the second person who compared it with the document; empty for nobody."""
    checked_at: Moment | None = None


class IdentityRecordWire(WireModel):
    """What one identity document says of its holder."""

    domain = IdentityRecord
    document: IdDocumentWire
    name: Name
    latin_name: Label = ""
    sex: Token = ""
    """GB/T 2261.1."""
    nation: Label = ""
    """GB/T 3304, two digits."""
    nationality: Label = ""
    """GB/T 2659, three letters."""
    birth_date: Day | None = None
    address: Label = ""
    issuer: Label = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    """Last good day; null means no end (长期)."""
    photo: Photo = b""
    """As stored in the chip."""
    photo_codec: Token = ""
    source: Annotated[IdSource, Field(strict=False)] = IdSource.CHIP
    evidence: ReadEvidenceWire | None = None
    portrait: Photo = b""
    """The photo decoded at the counter; the chip's own bytes stay in `photo`."""
    portrait_codec: Token = ""
    chip_fields: Many[Pair] = ()
    """What else the chip says: [name, value]."""
    chip_files: Many[File] = ()
    """The raw bytes read: [name, base64]; `evidence.raw_sha256` is over them in this order."""
    manual: ManualEntryWire | None = None
    """How it was typed; null for a document that was read."""


class GuardianWire(WireModel):
    """Who acts for a minor or a person without capacity (监护人)."""

    domain = Guardian
    name: Name
    document: IdDocumentWire
    relation: Label
    identity: IdentityRecordWire | None = None


class AuthorityWire(WireModel):
    """A power of attorney (授权委托书)."""

    domain = Authority
    number: Label
    valid_from: Day
    valid_to: Day
    """Last good day."""
    matters: Many[Label]
    """The registration kinds' Chinese titles that it names."""


class AgentWire(WireModel):
    """Who acts for the bank or another party at the counter (代理人)."""

    domain = Agent
    name: Name
    document: IdDocumentWire
    authority: AuthorityWire | None = None


class PartyWire(WireModel):
    """A mortgagor (抵押人), debtor (债务人), seller or buyer."""

    domain = Party
    name: Name
    document: IdDocumentWire
    kind: Annotated[PartyKind, Field(strict=False)] = PartyKind.PERSON
    """权利人类型 QLRLX."""
    identity: IdentityRecordWire | None = None
    phone: Label = ""
    address: Label = ""
    relation: Label = ""
    """To the first mortgagor, e.g. 配偶."""
    guardian: GuardianWire | None = None
    agent: AgentWire | None = added()
    """Who acts by a power of attorney."""
    legal_representative: Label = ""


class MortgageeWire(WireModel):
    """The bank that the mortgage is for (抵押权人)."""

    domain = Mortgagee
    name: Name
    credit_code: Credit
    financial_licence: Label
    agent: AgentWire
    address: Label = ""
    legal_representative: Label = ""
