"""The table of the versions of certificates' files."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.store.tables import Base


class CertificateFileTable(Base):
    """One version of a certificate's sealed files; rows are only added."""

    __tablename__ = "certificate_files"
    __table_args__ = (Index(None, "pdf_sha256"), Index(None, "ofd_sha256"))
    certificate_no: Mapped[str] = mapped_column(
        ForeignKey("certificates.certificate_no"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str] = mapped_column(String(16))
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    ofd_sha256: Mapped[str] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(8))
    proven_until: Mapped[datetime | None]
    seal: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
