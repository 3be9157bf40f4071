"""The table of invitations to sign elsewhere."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.store.tables import Base


class InvitationTable(Base):
    """One invitation; its sealed papers and answer lie beside the parcels."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "terminal"), Index(None, "state", "expires_at"))
    invitation: Mapped[str] = mapped_column(String(32), primary_key=True)
    terminal: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    proof_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    left_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    misses: Mapped[int]
    opened_at: Mapped[datetime | None]
    answer_sha256: Mapped[str] = mapped_column(String(64))
    answer_size: Mapped[int] = mapped_column(BigInteger)
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    hint: Mapped[str] = mapped_column(String(2048), default="")
    attended_by: Mapped[str] = mapped_column(String(64), default="")
