"""Whether a sealed certificate still stands, by a status list that was kept: no network."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from certs.attachments import FACTS_FILE
from certs.documents import DocumentReason, DocumentVerdict, read_attachments
from certs.errors import StatementDamagedError
from certs.statuslist import Mark, StatusList, place_of


def _reason(code: str, verdict: DocumentVerdict, zh: str, en: str) -> DocumentReason:
    return DocumentReason(code=code, zh=zh, en=en, verdict=verdict)


_REASONS: Final[Mapping[int | None, DocumentReason]] = {
    Mark.VALID: _reason("stands", DocumentVerdict.VALID, "现势", "it stands"),
    Mark.INVALID: _reason(
        "issued-in-error", DocumentVerdict.REVOKED, "已作废", "issued in error and taken back"
    ),
    Mark.SUSPENDED: _reason(
        "suspended", DocumentVerdict.INDETERMINATE, "暂停", "suspended for the time being"
    ),
    Mark.CANCELLED: _reason(
        "cancelled", DocumentVerdict.REVOKED, "已注销，权利已消灭", "cancelled, the right ended"
    ),
    Mark.REPLACED: _reason(
        "replaced", DocumentVerdict.REVOKED, "已换发", "replaced by another certificate"
    ),
}
_UNLISTED: Final = _reason(
    "unlisted", DocumentVerdict.INDETERMINATE, "状态名录里没有这一号", "not in this list"
)
_OTHER: Final = _reason(
    "other-list",
    DocumentVerdict.INDETERMINATE,
    "状态名录是别的号段的",
    "the list is of other numbers",
)
_STALE: Final = _reason(
    "list-stale", DocumentVerdict.INDETERMINATE, "状态名录已过期", "the list is past its end"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a list says of a certificate."""

    reason: DocumentReason
    successor: str
    """The number of the certificate in its place; empty where there is none or it is not named."""
    listed_at: datetime
    age: timedelta
    """Of the list, when it was asked."""

    @property
    def verdict(self) -> DocumentVerdict:
        """The verdict that the one reason gives."""
        return self.reason.verdict

    @property
    def line(self) -> str:
        """All of it in one line, in both languages."""
        minutes = int(self.age.total_seconds() // 60)
        named = f": {self.successor}" if self.successor else ""
        age = f"{minutes // 60} h {minutes % 60:02} min"
        return (
            f"status: {self.reason.zh} / {self.reason.en}{named}; "
            f"{self.listed_at.isoformat()}, {age}"
        )


def number_in(data: bytes) -> str:
    """Return the number of a certificate, out of the facts in its PDF or OFD; empty without them."""
    try:
        return str(json.loads(read_attachments(data)[FACTS_FILE])["certificate_no"])
    except (KeyError, TypeError, ValueError):
        return ""


def check_standing(certificate_no: str, listed: StatusList, at: datetime) -> Standing:
    """Judge a certificate that was found VALID by a list.

    A list that is past its end still says what ended, and no more what stands.
    """
    reason, successor = _judge(certificate_no, listed)
    if reason.verdict is DocumentVerdict.VALID and at >= listed.ends_at:
        reason = _STALE
    return Standing(
        reason=reason,
        successor=successor,
        listed_at=listed.at,
        age=max(timedelta(), at - listed.at),
    )


def _judge(certificate_no: str, listed: StatusList) -> tuple[DocumentReason, str]:
    """Return what the list says, and the successor's number."""
    try:
        year, block, index = place_of(certificate_no)
    except StatementDamagedError:
        return _UNLISTED, ""
    if not listed.uri.endswith(f"/{year}/{block}"):
        return _OTHER, ""
    mark = listed.find(index)
    successor = listed.successors.get(index, "") if mark == Mark.REPLACED else ""
    return _REASONS.get(mark, _UNLISTED), successor
