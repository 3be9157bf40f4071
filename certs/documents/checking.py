"""Judging a sealed PDF: whole, by the office's seal, in time; never an exception, never a guess."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO

from asn1crypto import x509 as asn1
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    read_certification_data,
)
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certs.bundle import TrustBundle
from certs.documents import status as why
from certs.documents.layers import check_layers
from certs.documents.seals import certificate_of, judge_seal
from certs.documents.status import DocumentReason, DocumentStatus, DocumentVerdict, weigh
from certs.documents.times import level_of, prove_time
from certs.documents.vouching import Vouched
from certs.documents.wrapping import Wrapping, WrappingError, unwrap
from certs.identity import Role
from certs.keys import international
from certs.timestamps import to_asn1
from certs.trust import TrustStore


def check_pdf(pdf: bytes, *, trust: TrustStore, at: datetime) -> DocumentStatus:
    """Say what a file is worth at a moment, by the trust bundle alone, without any network.

    VALID says that the office sealed exactly these bytes. Whether the right it certifies still
    stands, only the register can say. A revoked seal makes all its documents REVOKED, also those
    sealed before: the register decides about each.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    try:
        return _check(pdf, sha256, trust, at)
    except WrappingError as exc:
        reasons = (exc.reason,)
    except Exception:  # noqa: BLE001  # hostile files make parsers raise anything at all
        reasons = (why.DAMAGED,)
    return DocumentStatus(verdict=weigh(reasons), reasons=reasons, sha256=sha256)


def seal_fingerprint(pdf: bytes) -> str:
    """Return the fingerprint of the certificate that sealed a file, in hex; empty when there is none.

    Nothing is checked here: `check_pdf` does.
    """
    try:
        wrapping = unwrap(pdf)
        found = certificate_of(wrapping.signed_data, wrapping.signer_info)
    except WrappingError:
        return ""
    return hashlib.sha256(found.dump()).hexdigest()


def _check(pdf: bytes, sha256: str, trust: TrustStore, at: datetime) -> DocumentStatus:
    wrapping = unwrap(pdf)
    sealed_with = certificate_of(wrapping.signed_data, wrapping.signer_info)
    fault = _integrity(wrapping, sealed_with)
    if fault is not None:
        return DocumentStatus(verdict=fault.verdict, reasons=(fault,), sha256=sha256)
    time = prove_time(wrapping, trust, at)
    stamped_at = time.signed_at
    seal = judge_seal(sealed_with, trust, stamped_at or at, at)
    faults = [found for found in (seal.fault, time.fault) if found is not None]
    # Only what a trusted seal has signed is given to the PDF parser, and layers after it.
    if not any(found.verdict is DocumentVerdict.INVALID for found in faults):
        sealed = pdf[: wrapping.size]
        faults += _document(sealed, wrapping, trust.bundle, stamped_at or at)
        faults += [] if faults else check_layers(pdf, wrapping, trust.bundle)
    reasons = tuple(faults) or (why.GENUINE,)
    return DocumentStatus(
        verdict=weigh(reasons),
        reasons=reasons,
        sha256=sha256,
        signer=seal.signer,
        signed_at=stamped_at,
        is_timestamped=stamped_at is not None and time.fault is None,
        revoked_at=seal.revoked_at,
        level=level_of(wrapping),
        stamps=time.stamps,
        proven_until=time.until,
    )


def _integrity(wrapping: Wrapping, certificate: asn1.Certificate) -> DocumentReason | None:
    if wrapping.signer_info["digest_algorithm"]["algorithm"].native != "sha256":
        return why.FORGED
    intact, valid = validate_sig_integrity(
        wrapping.signer_info, certificate, "data", wrapping.digest
    )
    if not valid:
        return why.FORGED
    return None if intact else why.CHANGED


def _document(
    pdf: bytes, wrapping: Wrapping, bundle: TrustBundle, moment: datetime
) -> list[DocumentReason]:
    """Let pyHanko read the file as a PDF and judge it once more, in its own way."""
    if not _all_known(wrapping, bundle):
        return [why.DAMAGED]
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    signatures = reader.embedded_signatures
    if reader.encrypted or len(signatures) != 1:
        return [why.SEVERAL_SEALS]
    signature = signatures[0]
    stampers = bundle.certificates(Role.TIMESTAMP)
    found = asyncio.run(
        async_validate_pdf_signature(
            signature,
            _context(bundle, bundle.roots, moment),
            # A pinned authority is believed as it stands, whoever its root may be.
            _context(bundle, (*bundle.roots, *stampers), moment),
        )
    )
    faults = []
    if not _is_certified(reader, signature):
        faults.append(why.MAY_BE_CHANGED)
    if not _is_whole(found) or not found.bottom_line:
        faults.append(why.FORGED)
    return faults


def _is_certified(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> bool:
    certification = read_certification_data(reader)
    return (
        certification is not None
        and certification.permission is MDPPerm.NO_CHANGES
        and signature.docmdp_level is MDPPerm.NO_CHANGES
    )


def _is_whole(found: PdfSignatureStatus) -> bool:
    return (
        found.coverage is SignatureCoverageLevel.ENTIRE_FILE
        and found.modification_level is ModificationLevel.NONE
        and bool(found.docmdp_ok)
    )


def _all_known(wrapping: Wrapping, bundle: TrustBundle) -> bool:
    """Refuse certificates that were slipped in: they are not signed, and nobody needs them."""
    parts = [part for part in (wrapping.signed_data, wrapping.token) if part is not None]
    return Vouched(bundle).has_all(
        choice.dump() for part in parts for choice in part["certificates"]
    )


def _context(
    bundle: TrustBundle, anchors: Iterable[x509.Certificate], moment: datetime
) -> ValidationContext:
    # Revocation is judged by TrustStore; nothing is ever fetched. PDFs know no SM2.
    return ValidationContext(
        trust_roots=[to_asn1(one) for one in international(anchors)],
        other_certs=[to_asn1(one) for one in international(bundle.intermediates)],
        moment=moment,
        allow_fetching=False,
    )
