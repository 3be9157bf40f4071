"""Judging a sealed OFD document: whole, by the office's seal; never an exception, never a guess."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

from asn1crypto import x509 as asn1
from cryptography import x509

from certs.documents import status as why
from certs.documents.ofd.container import LARGEST, unpack
from certs.documents.ofd.files import (
    SEAL,
    SIGNATURE,
    SIGNATURES,
    VALUE,
    Place,
    format_list,
    format_signature,
)
from certs.documents.ofd.stamping import read_stamp
from certs.documents.ofd.structures import ESeal, ESignature
from certs.documents.seals import find_pinned, judge_seal
from certs.documents.status import DocumentReason, DocumentStatus, weigh
from certs.errors import CertsError, ContainerError, SM2SignatureError
from certs.identity import Role
from certs.keys import public_key_of
from certs.sm2.keys import SM2PublicKey, sm3
from certs.sm2.structures import SM2_WITH_SM3
from certs.trust import TrustStore

_PLACE: Final = re.compile(
    rb'<ofd:StampAnnot ID="1" PageRef="([0-9]{1,9})" Boundary="([0-9.]+) ([0-9.]+) ([0-9.]+) ([0-9.]+)"/>'
)
# What asn1crypto raises on what somebody made up.
_MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


class _Fault(Exception):  # noqa: N818  # it is a finding, and never leaves this module
    def __init__(self, reason: DocumentReason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def check_ofd(data: bytes, *, trust: TrustStore, at: datetime) -> DocumentStatus:
    """Say what an OFD file is worth at a moment, by the trust bundle alone, without any network.

    VALID says that the office sealed exactly this document. Nothing within it is parsed as XML or
    shown before the seal over it holds.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        return _check(data, sha256, trust, at)
    except _Fault as fault:
        reasons = (fault.reason,)
    except (ContainerError, *_MALFORMED):
        reasons = (why.TOO_LARGE if len(data) > LARGEST else why.DAMAGED,)
    except CertsError:
        reasons = (why.FORGED,)
    return DocumentStatus(verdict=weigh(reasons), reasons=reasons, sha256=sha256)


def _check(data: bytes, sha256: str, trust: TrustStore, at: datetime) -> DocumentStatus:
    files = unpack(data)
    if not {SIGNATURES, SIGNATURE, SEAL, VALUE} <= files.keys():
        raise _Fault(why.NOT_SEALED)
    value = ESignature.load(files[VALUE], strict=True)
    if value.dump(force=True) != files[VALUE]:
        raise _Fault(why.DAMAGED)
    certificate = asn1.Certificate.load(value["cert"].native, strict=True)
    _require_signed(value["to_sign"].dump(), value["sign_alg"].dotted, value["signature"].native,
                    certificate)  # fmt: skip
    sealed_at = value["to_sign"]["time"].native.astimezone(UTC)
    _require_whole(files, value, sealed_at)
    _require_eseal(value["to_sign"]["eseal"], certificate, trust, sealed_at)
    stamped_at, time_fault = _time(value, trust, at)
    seal = judge_seal(certificate, trust, stamped_at or at, at)
    reasons = tuple(one for one in (seal.fault, time_fault) if one) or (why.GENUINE,)
    stamps = (stamped_at,) if stamped_at is not None and time_fault is None else ()
    return DocumentStatus(
        verdict=weigh(reasons),
        reasons=reasons,
        sha256=sha256,
        signer=seal.signer,
        signed_at=stamped_at,
        is_timestamped=bool(stamps),
        stamps=stamps,
        revoked_at=seal.revoked_at,
    )


def _time(
    value: ESignature, trust: TrustStore, at: datetime
) -> tuple[datetime | None, DocumentReason | None]:
    token = value["time_stamp"].native
    if token is None:
        return None, why.TIMESTAMP_MISSING
    return read_stamp(token, value["signature"].native, trust, at)


def _require_signed(
    signed: bytes, algorithm: str, signature: bytes, certificate: asn1.Certificate
) -> None:
    key = public_key_of(x509.load_der_x509_certificate(certificate.dump()))
    if not isinstance(key, SM2PublicKey) or algorithm != SM2_WITH_SM3.dotted_string:
        raise _Fault(why.FORGED)
    try:
        key.verify(signature, signed)
    except SM2SignatureError as exc:
        raise _Fault(why.FORGED) from exc


def _require_whole(files: dict[str, bytes], value: ESignature, sealed_at: datetime) -> None:
    """Compare every file with what is sealed, by writing down anew what a seal over them says."""
    to_sign = value["to_sign"]
    described = files[SIGNATURE]
    found = _PLACE.search(described)
    if found is None:
        raise _Fault(why.NOT_WHOLE)
    left, top, width, height = (float(side) for side in found.groups()[1:])
    place = Place(int(found[1]), (left, top, width, height))
    covered = {name: data for name, data in files.items() if name not in {SIGNATURE, VALUE}}
    is_whole = (
        sm3(described) == to_sign["data_hash"].native
        and to_sign["property_info"].native == f"/{SIGNATURE}"
        and described == format_signature(covered, place, sealed_at)
        and files[SIGNATURES] == format_list()
        and files[SEAL] == to_sign["eseal"].dump()
    )
    if not is_whole:
        raise _Fault(why.CHANGED)


def _require_eseal(
    eseal: ESeal, user: asn1.Certificate, trust: TrustStore, sealed_at: datetime
) -> None:
    """Check the seal itself: made by the office, for this certificate, and in force."""
    maker = asn1.Certificate.load(eseal["cert"].native, strict=True)
    _require_signed(
        eseal["info"].dump(), eseal["sign_alg"].dotted, eseal["signed_value"].native, maker
    )
    if find_pinned(maker, trust.bundle.certificates(Role.OFFICE)) is None:
        raise _Fault(why.FOREIGN_SEAL)
    about = eseal["info"]["property"]
    if user.dump() not in {one.native for one in about["cert_list"]}:
        raise _Fault(why.FOREIGN_SEAL)
    if not about["valid_start"].native <= sealed_at <= about["valid_end"].native:
        raise _Fault(why.SEAL_NOT_IN_FORCE)
