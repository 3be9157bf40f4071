"""What can be said of a sealed PDF: a verdict, and each reason in both languages."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.identity import Identity


class DocumentVerdict(enum.StrEnum):
    """The answer about one document; anything but VALID is never shown as good."""

    VALID = "VALID"
    REVOKED = "REVOKED"
    """Sealed by the office, but the seal's certificate was taken back."""
    INVALID = "INVALID"
    """Not what the office sealed, or not sealed by the office at all."""
    INDETERMINATE = "INDETERMINATE"
    """Nothing is wrong with it, but something cannot be proven with what is at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReason:
    """One ground of a verdict."""

    code: str
    """Stable, for programs."""
    zh: str
    en: str
    verdict: DocumentVerdict
    """The best verdict that a document with this fault can still get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStatus:
    """Everything that a check found out."""

    verdict: DocumentVerdict
    reasons: tuple[DocumentReason, ...]
    """At least one; `genuine` alone when the verdict is VALID."""
    sha256: str
    """Of the whole file, hexadecimal: what the register knows it by."""
    signer: Identity | None = None
    """Who sealed it; set only when the seal is the office's."""
    signed_at: datetime | None = None
    """The moment that the time stamp proves; None when nothing proves one."""
    is_timestamped: bool = False
    """Whether a time stamp that we trust is on it."""
    revoked_at: datetime | None = None
    level: str = ""
    """For a PDF "B-B" (no time stamp), "B-T" or "B-LTA" (ETSI EN 319 142-1); empty if not told."""
    stamps: tuple[datetime, ...] = ()
    """The times of the stamps that still prove something, the oldest first."""
    proven_until: datetime | None = None
    """Until when its time stamps prove the time: then it needs a new one; None if nothing does."""


def _reason(code: str, verdict: DocumentVerdict, zh: str, en: str) -> DocumentReason:
    return DocumentReason(code=code, zh=zh, en=en, verdict=verdict)


GENUINE: Final = _reason(
    "genuine",
    DocumentVerdict.VALID,
    "电子印章真实有效，文件自加盖以来未被改动。",
    "The seal is genuine, and the file has not been changed since it was sealed.",
)
NOT_PDF: Final = _reason(
    "not-pdf",
    DocumentVerdict.INVALID,
    "文件不是PDF，请选择原始证照文件。",
    "The file is not a PDF.",
)
TOO_LARGE: Final = _reason(
    "too-large",
    DocumentVerdict.INVALID,
    "文件超过5 MB，不是本机构签发的证照。",
    "The file exceeds 5 MB.",
)
NOT_SEALED: Final = _reason(
    "not-sealed",
    DocumentVerdict.INVALID,
    "文件上没有电子印章。",
    "There is no electronic seal on the file.",
)
SEVERAL_SEALS: Final = _reason(
    "several-seals",
    DocumentVerdict.INVALID,
    "文件上有多个电子签名，本机构的证照只有一个。",
    "There are several signatures on the file; ours has exactly one.",
)
BYTES_AFTER_SEAL: Final = _reason(
    "bytes-after-seal",
    DocumentVerdict.INVALID,
    "加盖印章之后又添加了内容。",
    "Something was added to the file after it was sealed.",
)
NOT_WHOLE: Final = _reason(
    "not-whole",
    DocumentVerdict.INVALID,
    "印章没有覆盖整个文件，或文件不完整，请重新下载。",
    "The seal does not cover the whole file, or a part of the file is missing.",
)
DAMAGED: Final = _reason(
    "damaged", DocumentVerdict.INVALID, "文件已损坏，无法核验，请重新下载。", "The file is damaged."
)
CHANGED: Final = _reason(
    "changed",
    DocumentVerdict.INVALID,
    "文件内容在加盖印章后被改动。",
    "The file was changed after sealing.",
)
FORGED: Final = _reason(
    "forged", DocumentVerdict.INVALID, "电子签名不成立。", "The electronic signature does not hold."
)
MAY_BE_CHANGED: Final = _reason(
    "may-be-changed",
    DocumentVerdict.INVALID,
    "文件没有禁止修改的认证签名。",
    "The file is not certified against changes.",
)
FOREIGN_SEAL: Final = _reason(
    "foreign-seal",
    DocumentVerdict.INVALID,
    "印章不属于本信任列表中的登记机构。",
    "The seal is not one of the offices in the trust list.",
)
NOT_A_SEAL: Final = _reason(
    "not-a-seal",
    DocumentVerdict.INVALID,
    "签名证书不是电子印章证书。",
    "The signer's certificate is not the certificate of a seal.",
)
SEAL_NOT_IN_FORCE: Final = _reason(
    "seal-not-in-force",
    DocumentVerdict.INVALID,
    "加盖时印章证书尚未生效或已过期。",
    "The seal's certificate was not in force when the file was sealed.",
)
SEAL_REVOKED: Final = _reason(
    "seal-revoked",
    DocumentVerdict.REVOKED,
    "印章证书已被吊销。",
    "The seal's certificate was revoked.",
)
STATUS_UNKNOWN: Final = _reason(
    "status-unknown",
    DocumentVerdict.INDETERMINATE,
    "没有最新的吊销列表，请更新信任列表后再核验。",
    "The revocation list is missing or out of date; update the trust list and check again.",
)
TIMESTAMP_MISSING: Final = _reason(
    "timestamp-missing",
    DocumentVerdict.INDETERMINATE,
    "没有时间戳，无法证明加盖时间。",
    "There is no time stamp to prove when the file was sealed.",
)
TIMESTAMP_FORGED: Final = _reason(
    "timestamp-forged", DocumentVerdict.INVALID, "时间戳不成立。", "The time stamp does not hold."
)
TIMESTAMP_FOREIGN: Final = _reason(
    "timestamp-foreign",
    DocumentVerdict.INVALID,
    "时间戳不是由信任列表中的时间戳机构签发。",
    "The time stamp is not by an authority in the trust list.",
)
TIMESTAMP_AGED: Final = _reason(
    "timestamp-aged",
    DocumentVerdict.INDETERMINATE,
    "时间戳证书已过期或被吊销，请以登记簿为准。",
    "The time stamp's certificate has expired or was revoked; ask the register.",
)
TIMESTAMP_AHEAD: Final = _reason(
    "timestamp-ahead",
    DocumentVerdict.INDETERMINATE,
    "时间戳晚于本机时间，请检查本机时钟。",
    "The time stamp lies ahead of this machine's clock; set the clock right.",
)

_ORDER: Final = (
    DocumentVerdict.INVALID,
    DocumentVerdict.REVOKED,
    DocumentVerdict.INDETERMINATE,
    DocumentVerdict.VALID,
)


def weigh(reasons: tuple[DocumentReason, ...]) -> DocumentVerdict:
    """Give the verdict that a document with these faults gets: the worst one decides."""
    found = {reason.verdict for reason in reasons}
    return next(verdict for verdict in _ORDER if verdict in found)
