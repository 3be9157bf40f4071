"""The tables, one class each; the law that no column can say stands in the migrations' triggers.

Columns called `sealed…` hold bytes encrypted under a data key (see `backend.store.sealed`):
whatever names a person is in one of them. The others are what the office searches by.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.store.columns import Instant, wide_text

_Counter = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in an INTEGER key."""

_LIVE = "status IN ('prepared', 'sealed', 'published')"
_BUNDLED = "bundle_id <> ''"
_QUEUE = (
    "stage", "awaiting", "is_on_hold", "due_at", "case_no", "holder", "held_until"
)  # fmt: skip
_SEARCH = (
    "due_at", "case_no", "stage", "awaiting", "is_on_hold", "holder", "held_until",
    "unit_no", "location", "mortgagee",
)  # fmt: skip
"""Both hold all that a page of the queue is chosen by: no row is read that is not shown."""
_MORTGAGE = "state = '1' AND kind = 'mortgage'"


class Base(DeclarativeBase):
    """Names every constraint, so that a broken one can be told by name on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant(), bytes: LargeBinary()}


class MoveTable(Base):
    """The legal steps of a case; a trigger refuses every other one."""

    __tablename__ = "moves"
    from_stage: Mapped[str] = mapped_column(String(24), primary_key=True)
    to_stage: Mapped[str] = mapped_column(String(24), primary_key=True)


class CounterTable(Base):
    """Numbers that only go up: case numbers of a day, serials of a year."""

    __tablename__ = "counters"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class DataKeyTable(Base):
    """The wrapped data key of a case; deleting the row makes the case unreadable for ever."""

    __tablename__ = "data_keys"
    ref: Mapped[str] = mapped_column(String(64), primary_key=True)
    wrapped: Mapped[bytes]


class JournalTable(Base):
    """The hash chain."""

    __tablename__ = "journal"
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    act: Mapped[str] = mapped_column(String(64))
    ref: Mapped[str] = mapped_column(String(128), index=True)
    body_sha256: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    salt: Mapped[str] = mapped_column(String(32), server_default="")
    """Hexadecimal; empty in records of version 1."""


class CaseTable(Base):
    """A case; everything here but the findings may be searched."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("package_sha256", "bundle_place"),
        UniqueConstraint("application_id", "terminal"),
        UniqueConstraint("unit_no", "accepted_at"),
        Index(None, "stage", "due_at", "case_no"),
        Index("ix_cases_queue", *_QUEUE),
        Index("ix_cases_search", *_SEARCH),
        Index(None, "holder", "stage", "due_at", "case_no"),
        Index(
            "uq_cases_terminal_bundle_id_bundle_place",
            "terminal",
            "bundle_id",
            "bundle_place",
            unique=True,
            sqlite_where=text(_BUNDLED),
            postgresql_where=text(_BUNDLED),
        ),
    )
    case_no: Mapped[str] = mapped_column(String(24), primary_key=True)
    stage: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(Integer)
    application_id: Mapped[str] = mapped_column(wide_text(100))
    terminal: Mapped[str] = mapped_column(String(64))
    bank: Mapped[str] = mapped_column(String(18))
    branch: Mapped[str] = mapped_column(wide_text(200))
    teller: Mapped[str] = mapped_column(String(200), server_default="")
    kind: Mapped[str] = mapped_column(String(48))
    unit_no: Mapped[str] = mapped_column(String(28))
    location: Mapped[str] = mapped_column(Text)
    mortgagee: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    round: Mapped[int] = mapped_column(Integer)
    review_round: Mapped[int] = mapped_column(Integer)
    package_sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    due: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    correction_due: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    sealed_findings: Mapped[bytes]
    is_automatic: Mapped[bool]
    holder: Mapped[str] = mapped_column(String(64))
    held_until: Mapped[datetime | None]
    awaiting: Mapped[str] = mapped_column(String(8), server_default="first")
    chief_reason: Mapped[str] = mapped_column(String(16), server_default="")
    is_on_hold: Mapped[bool] = mapped_column(server_default=false())
    bundle_id: Mapped[str] = mapped_column(String(64), server_default="")
    bundle_place: Mapped[int] = mapped_column(Integer, server_default="1")


class ApplicationTable(Base):
    """The application of each round, sealed."""

    __tablename__ = "applications"
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    sealed: Mapped[bytes]


class MaterialTable(Base):
    """The materials of the round at work, sealed, in the application's order."""

    __tablename__ = "materials"
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    media_type: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes]


class PackageTable(Base):
    """A sealed package that came in; its bytes lie in the blobs."""

    __tablename__ = "packages"
    __table_args__ = (UniqueConstraint("terminal", "sequence"),)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    terminal: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    case_no: Mapped[str | None] = mapped_column(String(24), index=True)


class ReceiptTable(Base):
    """The receipt of a package, byte for byte as it was given; never changed."""

    __tablename__ = "receipts"
    receipt_no: Mapped[str] = mapped_column(String(64), primary_key=True)
    package_sha256: Mapped[str] = mapped_column(ForeignKey("packages.sha256"), unique=True)
    terminal: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    journal_seq: Mapped[int] = mapped_column(ForeignKey("journal.seq"))
    journal_hash: Mapped[str] = mapped_column(String(64))
    log_origin: Mapped[str] = mapped_column(String(200), server_default="")
    log_within_s: Mapped[int] = mapped_column(Integer, server_default="0")
    statement: Mapped[str] = mapped_column(Text)


class EventTable(Base):
    """What happened on a unit, one event after another; never changed. The register is this."""

    __tablename__ = "register_events"
    __table_args__ = (Index(None, "entry_no", "seq"), Index(None, "case_no"))
    unit_no: Mapped[str] = mapped_column(String(28), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entry_no: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(24))
    """"title", or the kind of entry."""
    act: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(1))
    """QSZT after it."""
    rank: Mapped[int | None] = mapped_column(Integer)
    rank_part: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    """When it took effect on the register."""
    written_at: Mapped[datetime]
    """When it was written here: later than `at` for what was brought along."""
    case_no: Mapped[str | None] = mapped_column(ForeignKey("cases.case_no"))
    source: Mapped[str] = mapped_column(String(128))
    registrar: Mapped[str] = mapped_column(String(64))
    form: Mapped[str | None] = mapped_column(String(16))
    """How the facts are written: "title", "encumbrance", "mortgage", "purchase"."""
    sealed_facts: Mapped[bytes | None]
    """The entry after it; null where it left the facts as they were."""
    sealed_note: Mapped[bytes | None]


class TitleTable(Base):
    """The ownership of a unit as it stands; owners are inside the sealed payload."""

    __tablename__ = "titles"
    unit_no: Mapped[str] = mapped_column(String(28), primary_key=True)
    title_no: Mapped[str] = mapped_column(String(64), index=True)
    location: Mapped[str] = mapped_column(Text)
    sealed_payload: Mapped[bytes]
    last_seq: Mapped[int] = mapped_column(Integer, server_default="1")
    """The event that it stands by."""


class EntryTable(Base):
    """An entry on a unit as it stands; it changes and ends only by an event."""

    __tablename__ = "register_entries"
    __table_args__ = (
        Index(
            "uq_register_entries_unit_no_rank",
            "unit_no",
            "rank",
            "rank_part",
            unique=True,
            sqlite_where=text(_MORTGAGE),
            postgresql_where=text(_MORTGAGE),
        ),
        CheckConstraint("(state = '1') = (cancelled_at IS NULL)", name="cancelled"),
        CheckConstraint("kind <> 'mortgage' OR rank IS NOT NULL", name="rank"),
    )
    entry_no: Mapped[str] = mapped_column(String(64), primary_key=True)
    unit_no: Mapped[str] = mapped_column(ForeignKey("titles.unit_no"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(1))
    """QSZT: "1" current, "2" historical, "3" terminated."""
    rank: Mapped[int | None] = mapped_column(Integer)
    rank_part: Mapped[int] = mapped_column(Integer, server_default="0")
    case_no: Mapped[str | None] = mapped_column(ForeignKey("cases.case_no"), unique=True)
    """The case that began it."""
    certificate_no: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Only of entries that were there before this system; later ones are in `certificates`."""
    recorded_at: Mapped[datetime]
    sealed_payload: Mapped[bytes]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(24), unique=True)
    """The case that ended it; null where none did."""
    cancelled_reason: Mapped[str | None] = mapped_column(Text)
    cancelled_registrar: Mapped[str | None] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(16), server_default="encumbrance")
    """How the payload is written, as in `register_events`."""
    facts_seq: Mapped[int] = mapped_column(Integer, server_default="0")
    """The event that changed the facts last; 0 while they are those of its beginning."""
    last_seq: Mapped[int] = mapped_column(Integer, server_default="0")
    """The event that it stands by."""


class CertificateTable(Base):
    """A registration certificate; it cannot exist without its entry."""

    __tablename__ = "certificates"
    __table_args__ = (
        Index("uq_certificates_ofd_sha256", "ofd_sha256", unique=True),
        Index(
            "uq_certificates_entry_no",
            "entry_no",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        CheckConstraint(
            "status IN ('prepared', 'sealed', 'published', 'cancelled', 'replaced', 'revoked')",
            name="status",
        ),
    )
    certificate_no: Mapped[str] = mapped_column(String(64), primary_key=True)
    entry_no: Mapped[str] = mapped_column(ForeignKey("register_entries.entry_no"))
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), index=True)
    licence_id: Mapped[str] = mapped_column(String(80), unique=True)
    print_no: Mapped[str] = mapped_column(String(16), unique=True)
    check_code: Mapped[str] = mapped_column(String(64))
    sealed_facts: Mapped[bytes]
    facts_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    prepared_at: Mapped[datetime]
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    ofd_sha256: Mapped[str | None] = mapped_column(String(64))
    issued_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    successor: Mapped[str | None] = mapped_column(String(64))
    """The certificate that stands in its place; null until that has its number."""


class AnswerTable(Base):
    """An answer to a terminal; never changed, a new one follows it."""

    __tablename__ = "answers"
    __table_args__ = (Index(None, "terminal", "cursor"), Index(None, "kind", "at"))
    cursor: Mapped[int] = mapped_column(_Counter, primary_key=True, autoincrement=True)
    terminal: Mapped[str] = mapped_column(String(64))
    case_no: Mapped[str] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    sealed_statement: Mapped[bytes]
    at: Mapped[datetime]
    rules: Mapped[str] = mapped_column(Text, server_default="")
    """Of a correction request, the rules that it names, by spaces; numbers, no texts."""


class TaskTable(Base):
    """Work that a transaction left for the worker; the row goes when the work is done."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("kind", "ref"),)
    task_id: Mapped[int] = mapped_column(_Counter, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(32))
    ref: Mapped[str] = mapped_column(String(128))
    tries: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text)
    failing_since: Mapped[datetime | None]


class TerminalTable(Base):
    """A counter; nulls where nothing is set, so that uniqueness binds only what is."""

    __tablename__ = "terminals"
    terminal: Mapped[str] = mapped_column(String(64), primary_key=True)
    branch: Mapped[str] = mapped_column(String(64))
    bank: Mapped[str] = mapped_column(String(18))
    bank_name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None]
    tls_fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)
    package_fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)
    previous_tls: Mapped[str | None] = mapped_column(String(64), index=True)
    previous_package: Mapped[str | None] = mapped_column(String(64))
    package_certificate: Mapped[bytes]
    last_seen_at: Mapped[datetime | None]


class ParcelTable(Base):
    """A parcel between two counters; its bytes lie in a folder of their own."""

    __tablename__ = "relay_parcels"
    parcel: Mapped[str] = mapped_column(String(32), primary_key=True)
    sender: Mapped[str] = mapped_column(String(64), index=True)
    recipient: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    left_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class RelayKeyTable(Base):
    """What parcels to a counter are sealed to, as it vouched for it."""

    __tablename__ = "relay_keys"
    terminal: Mapped[str] = mapped_column(String(64), primary_key=True)
    statement: Mapped[str] = mapped_column(Text)
