"""The tables of the review desk: decisions, acts, drafts, the people and their sessions."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from backend.store.tables import Base


class DecisionTable(Base):
    """One decision; the two unique constraints are the four eyes."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("case_no", "round", "person"),
        CheckConstraint("stage IN ('first', 'second', 'chief', 'automatic')", name="stage"),
        CheckConstraint("verdict IN ('approve', 'refuse', 'correct')", name="verdict"),
    )
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True)
    stage: Mapped[str] = mapped_column(String(16), primary_key=True)
    reviewer: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(16))
    sealed_opinion: Mapped[bytes]
    evidence_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    statement: Mapped[str] = mapped_column(Text, server_default="")


class CertificateActTable(Base):
    """A proposal about a certificate and what became of it; the check constraint is the four eyes."""

    __tablename__ = "certificate_acts"
    __table_args__ = (
        CheckConstraint("kind IN ('suspend', 'lift', 'revoke')", name="kind"),
        CheckConstraint("verdict IN ('confirmed', 'declined')", name="verdict"),
        CheckConstraint(
            "verdict <> 'confirmed' OR (decider IS NOT NULL AND decider <> proposer)",
            name="four_eyes",
        ),
        Index(
            "uq_certificate_acts_certificate_no",
            "certificate_no",
            unique=True,
            sqlite_where=text("verdict IS NULL"),
            postgresql_where=text("verdict IS NULL"),
        ),
    )
    certificate_no: Mapped[str] = mapped_column(
        ForeignKey("certificates.certificate_no"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    basis: Mapped[str] = mapped_column(String(200))
    sealed_reason: Mapped[bytes]
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposer: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime]
    verdict: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decider: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]


class DraftTable(Base):
    """What a reviewer has half written about a case."""

    __tablename__ = "drafts"
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    review_round: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes]
    at: Mapped[datetime]


class RemarkTable(Base):
    """The thread of a case; never changed."""

    __tablename__ = "remarks"
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    staff_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    sealed_text: Mapped[bytes]
    at: Mapped[datetime]


class StaffTable(Base):
    """A staff account."""

    __tablename__ = "staff"
    staff_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    roles: Mapped[str] = mapped_column(Text)
    """Joined by commas."""
    password_hash: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class SessionTable(Base):
    """A reviewer's session, by the digest of its token."""

    __tablename__ = "sessions"
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), index=True)
    csrf: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(8), server_default="")


class ComplaintTable(Base):
    """A complaint; who complains, what he says and what he was answered are sealed."""

    __tablename__ = "complaints"
    __table_args__ = (Index(None, "closed_at", "due_at"),)
    complaint_no: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    received_at: Mapped[datetime] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(16))
    case_no: Mapped[str] = mapped_column(String(24))
    branch: Mapped[str] = mapped_column(Text)
    taken_by: Mapped[str] = mapped_column(String(64))
    handler: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime]
    is_provisional: Mapped[bool]
    outcome: Mapped[str] = mapped_column(String(16))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes]


class WaitTable(Base):
    """Failures at a door of an account."""

    __tablename__ = "staff_waits"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    door: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None]


class KeyTable(Base):
    """A security key of an account; its credential is a public key."""

    __tablename__ = "staff_keys"
    credential_id: Mapped[str] = mapped_column(Text, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), index=True)
    label: Mapped[str] = mapped_column(Text)
    credential: Mapped[bytes]
    counter: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ChallengeTable(Base):
    """What a session's key has to sign; it goes with its session."""

    __tablename__ = "key_challenges"
    token_sha256: Mapped[str] = mapped_column(
        ForeignKey("sessions.token_sha256", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[str] = mapped_column(String(8))
    challenge: Mapped[bytes]
    at: Mapped[datetime]


class FactorTable(Base):
    """An account's second factor; the secret is sealed."""

    __tablename__ = "factors"
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.staff_id"), primary_key=True)
    sealed_secret: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(BigInteger)
    is_confirmed: Mapped[bool]
