"""The tables of the public log; its leaves are the journal's own records."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.store.tables import Base


class LogTable(Base):
    """A log that the office began; the one with the highest number is the present one."""

    __tablename__ = "logs"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(String(200), unique=True)
    began_at: Mapped[datetime]


class LogBlockTable(Base):
    """The hash over a full block of 256, 65,536 … records: what tiles above the leaves hold."""

    __tablename__ = "log_blocks"
    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LogHeadTable(Base):
    """A signed head, as it was published."""

    __tablename__ = "log_heads"
    origin: Mapped[str] = mapped_column(ForeignKey("logs.origin"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)


class LogProofTable(Base):
    """The proof of one record that was handed on, such as the one that a certificate carries."""

    __tablename__ = "log_proofs"
    seq: Mapped[int] = mapped_column(ForeignKey("journal.seq"), primary_key=True)
    proof: Mapped[str] = mapped_column(Text)


class LogWitnessTable(Base):
    """A counter that watches the log, and the key it signs heads with."""

    __tablename__ = "log_witnesses"
    terminal: Mapped[str] = mapped_column(ForeignKey("terminals.terminal"), primary_key=True)
    key: Mapped[str] = mapped_column(String(300))
    statement: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class LogCosignatureTable(Base):
    """A witness's signature on a head; of each witness the newest few are kept."""

    __tablename__ = "log_cosignatures"
    terminal: Mapped[str] = mapped_column(ForeignKey("log_witnesses.terminal"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(String(200))
    line: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class LogFaultTable(Base):
    """Evidence that the log is not what it was; nothing is signed while one stands."""

    __tablename__ = "log_faults"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24))
    found_by: Mapped[str] = mapped_column(String(100))
    ours: Mapped[str] = mapped_column(Text)
    theirs: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    cleared_by: Mapped[str | None] = mapped_column(String(100))
