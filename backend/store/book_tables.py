"""The tables of the rule book: rulings, the switch, examinations, samples."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.store.tables import Base


class RulingTable(Base):
    """A ruling that was adopted; never changed."""

    __tablename__ = "rulings"
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(40), unique=True)
    begins_at: Mapped[datetime]
    adopted_at: Mapped[datetime]
    adopted_by: Mapped[str] = mapped_column(String(100))
    claims: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)


class RulingProposalTable(Base):
    """A ruling that somebody proposed; decided once, by another person."""

    __tablename__ = "ruling_proposals"
    __table_args__ = (
        CheckConstraint("verdict IN ('adopted', 'declined')", name="verdict"),
        CheckConstraint(
            "verdict <> 'adopted' OR (decider IS NOT NULL AND decider <> proposer)",
            name="four_eyes",
        ),
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(40))
    claims: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposer: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime]
    verdict: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decider: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]


class SwitchTable(Base):
    """Deciding alone was stopped, or goes on; never changed."""

    __tablename__ = "switches"
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_stopped: Mapped[bool] = mapped_column(Boolean)
    actor: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ExaminationTable(Base):
    """An examination by the rule book, with all that it takes to run it again; never changed."""

    __tablename__ = "examinations"
    __table_args__ = (Index(None, "at"),)
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    round: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    book: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(24))
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    result_sha256: Mapped[str] = mapped_column(String(64))
    sealed_inputs: Mapped[bytes]
    sealed_result: Mapped[bytes]


class SampleTable(Base):
    """A case that a person looks at afterwards; its verdict is written once."""

    __tablename__ = "samples"
    __table_args__ = (
        Index(None, "verdict", "drawn_at"),
        CheckConstraint("verdict IN ('', 'agree', 'disagree')", name="verdict"),
    )
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), primary_key=True)
    drawn_at: Mapped[datetime]
    seed: Mapped[str] = mapped_column(String(64))
    draw: Mapped[int] = mapped_column(Integer)
    verdict: Mapped[str] = mapped_column(String(8))
    reviewer: Mapped[str] = mapped_column(String(64))
    sealed_reason: Mapped[bytes]
    decided_at: Mapped[datetime | None]
