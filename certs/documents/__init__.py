"""Documents under the office's seal: sealing them, and saying what a sealed file is worth."""

from certs.documents.attachments import read_attachments
from certs.documents.checking import check_pdf
from certs.documents.sealing import VENDOR, Box, Sealer, seal_pdf
from certs.documents.status import DocumentReason, DocumentStatus, DocumentVerdict

__all__ = [
    "VENDOR",
    "Box",
    "DocumentReason",
    "DocumentStatus",
    "DocumentVerdict",
    "Sealer",
    "check_pdf",
    "read_attachments",
    "seal_pdf",
]
