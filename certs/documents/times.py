"""When a file was sealed, as its time stamps prove it.

The newest is judged now, each older one at the moment that the one after it proves.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms

from certs.documents import status as why
from certs.documents.seals import certificate_of
from certs.documents.stamps import read_stamp
from certs.documents.status import DocumentReason, DocumentVerdict
from certs.documents.wrapping import Wrapping
from certs.trust import TrustStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenTime:
    """What is known of the moment of sealing."""

    signed_at: datetime | None
    fault: DocumentReason | None
    """What speaks against it; None only where the moment is proven."""
    until: datetime | None = None
    """When the last certificate ends that proves it; None where nothing does."""
    stamps: tuple[datetime, ...] = ()
    """The times of all stamps that hold, the oldest first."""


@dataclass(frozen=True, slots=True)
class _Judged:
    at: datetime | None
    fault: DocumentReason | None
    until: datetime


def prove_time(wrapping: Wrapping, trust: TrustStore, at: datetime) -> ProvenTime:
    """Read the moment of sealing.

    A stamp that can no longer be proven, because its authority's certificate has ended, adds
    nothing and takes nothing away; one that is forged or foreign makes the file INVALID.
    """
    moment, good = at, list[_Judged]()
    for layer in reversed(wrapping.layers):
        judged = _judge(layer.token, layer.digest, trust, moment)
        if judged.fault is None and judged.at is not None:
            good.append(judged)
            moment = min(moment, judged.at)
        elif judged.fault is not None and judged.fault.verdict is DocumentVerdict.INVALID:
            return ProvenTime(signed_at=None, fault=judged.fault)
    first = _of_signature(wrapping, trust, moment)
    if first.fault is not None and first.fault.verdict is DocumentVerdict.INVALID:
        return ProvenTime(signed_at=None, fault=first.fault)
    if first.fault is None:
        good.append(first)
    if not good:
        return ProvenTime(signed_at=first.at, fault=first.fault)
    times = [one.at for one in reversed(good) if one.at is not None]
    until = max(one.until for one in good)
    return ProvenTime(signed_at=times[0], fault=None, until=until, stamps=tuple(times))


def level_of(wrapping: Wrapping) -> str:
    """Name the PAdES level that a file's stamps make. Source: ETSI EN 319 142-1, section 6."""
    if wrapping.layers:
        return "B-LTA"
    return "B-B" if wrapping.token is None else "B-T"


def _of_signature(wrapping: Wrapping, trust: TrustStore, moment: datetime) -> _Judged:
    if wrapping.token is None:
        return _Judged(None, why.TIMESTAMP_MISSING, moment)
    digest = hashlib.sha256(wrapping.signer_info["signature"].native).digest()
    return _judge(wrapping.token, digest, trust, moment)


def _judge(token: cms.SignedData, digest: bytes, trust: TrustStore, moment: datetime) -> _Judged:
    """Judge one stamp over a SHA-256 digest, at a moment."""
    until = certificate_of(token, token["signer_infos"][0]).not_valid_after
    return _Judged(*read_stamp(token, digest, trust, moment), until)
