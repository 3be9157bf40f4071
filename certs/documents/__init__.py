"""Documents under the office's seal: sealing them, and saying what a sealed file is worth."""

from certs.documents.attachments import read_attachments
from certs.documents.checking import check_pdf, seal_fingerprint
from certs.documents.either import check_document
from certs.documents.ofd.checking import check_ofd
from certs.documents.preserving import Preserver
from certs.documents.sealing import VENDOR, Box, Sealer, seal_pdf
from certs.documents.seals import is_stamper_known
from certs.documents.status import DocumentReason, DocumentStatus, DocumentVerdict

__all__ = [
    "VENDOR",
    "Box",
    "DocumentReason",
    "DocumentStatus",
    "DocumentVerdict",
    "Preserver",
    "Sealer",
    "check_document",
    "check_ofd",
    "check_pdf",
    "is_stamper_known",
    "read_attachments",
    "seal_fingerprint",
    "seal_pdf",
]
