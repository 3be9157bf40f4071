"""Judging a sealed document of either kind: PDF or OFD."""

from datetime import datetime

from certs.documents.checking import check_pdf
from certs.documents.ofd.checking import check_ofd
from certs.documents.ofd.container import MAGIC
from certs.documents.status import DocumentStatus
from certs.trust import TrustStore


def check_document(data: bytes, *, trust: TrustStore, at: datetime) -> DocumentStatus:
    """Say what a file is worth, by its first bytes: an OFD, or else a PDF."""
    check = check_ofd if data.startswith(MAGIC) else check_pdf
    return check(data, trust=trust, at=at)
