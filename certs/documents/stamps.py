"""Reading a time stamp (RFC 3161) back: over what it stands, whose it is, and when it was given."""

import hashlib
from datetime import datetime
from typing import Final

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from certs.documents import status as why
from certs.documents.seals import certificate_of, judge_stamper
from certs.documents.status import DocumentReason, DocumentVerdict
from certs.documents.wrapping import WrappingError
from certs.errors import CertsError, TimestampError
from certs.trust import TrustStore

_MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


def check_stamp(token: bytes, data: bytes, *, trust: TrustStore, at: datetime) -> datetime:
    """Return when a token (CMS ContentInfo, DER) says that data existed, UTC.

    `at` is the moment of checking. An authority whose certificate has run out since is believed
    still, one that was never ours or was revoked is not.

    Raises:
        TimestampError: it is no token over this data by an authority of the trust bundle.
    """
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        stamped_at, fault = read_stamp(signed, hashlib.sha256(data).digest(), trust, at)
    except (WrappingError, CertsError, *_MALFORMED) as exc:
        raise TimestampError("unreadable") from exc
    if stamped_at is None or fault is why.TIMESTAMP_AHEAD:
        raise TimestampError("not over this, or by nobody we know")
    return stamped_at


def read_stamp(
    token: cms.SignedData, digest: bytes, trust: TrustStore, at: datetime
) -> tuple[datetime | None, DocumentReason | None]:
    """Return the time that a token proves for a SHA-256 digest, and what speaks against it.

    What the parser raises on a malformed token is the caller's to translate.
    """
    info = token["encap_content_info"]["content"]
    signer = token["signer_infos"][0]
    certificate = certificate_of(token, signer)
    imprint = info.parsed["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256" or (
        imprint["hashed_message"].native != digest
    ):
        return None, why.TIMESTAMP_FORGED
    own = hashlib.new(signer["digest_algorithm"]["algorithm"].native, bytes(info)).digest()
    if validate_sig_integrity(signer, certificate, "tst_info", own) != (True, True):
        return None, why.TIMESTAMP_FORGED
    stamped_at = info.parsed["gen_time"].native
    fault = judge_stamper(certificate, trust, stamped_at, at)
    is_worthless = fault is not None and fault.verdict is DocumentVerdict.INVALID
    return None if is_worthless else stamped_at, fault
