"""Whether a sealed certificate still stands, by a status list that was kept: no network."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from certs.attachments import FACTS_FILE
from certs.documents import DocumentVerdict, read_attachments
from certs.errors import StatementDamagedError
from certs.statuslist import Mark, StatusList, place_of

# Verdict, and what is said of it, in Chinese and English.
_WORDS: Final[Mapping[int | None, tuple[DocumentVerdict, str]]] = {
    Mark.VALID: (DocumentVerdict.VALID, "现势 / it stands"),
    Mark.INVALID: (DocumentVerdict.REVOKED, "已作废 / issued in error and taken back"),
    Mark.SUSPENDED: (DocumentVerdict.INDETERMINATE, "暂停 / suspended for the time being"),
    Mark.CANCELLED: (DocumentVerdict.REVOKED, "已注销，权利已消灭 / cancelled, the right ended"),
    Mark.REPLACED: (DocumentVerdict.REVOKED, "已换发 / replaced by another certificate"),
}
_UNKNOWN: Final = (DocumentVerdict.INDETERMINATE, "状态名录里没有这一号 / not in this list")
_OTHER: Final = (
    DocumentVerdict.INDETERMINATE,
    "状态名录是别的号段的 / the list is of other numbers",
)
_OLD: Final = (DocumentVerdict.INDETERMINATE, "状态名录已过期 / the list is past its end")


def number_in(data: bytes) -> str:
    """Return the number of a certificate, out of the facts in its PDF or OFD; empty without them."""
    try:
        return str(json.loads(read_attachments(data)[FACTS_FILE])["certificate_no"])
    except (KeyError, TypeError, ValueError):
        return ""


def check_standing(
    certificate_no: str, listed: StatusList, at: datetime
) -> tuple[DocumentVerdict, str]:
    """Judge a certificate that was found VALID by a list; return the verdict and a line about it.

    A list that is past its end still says what ended, and no more what stands.
    """
    verdict, words = _judge(certificate_no, listed)
    if verdict is DocumentVerdict.VALID and at >= listed.ends_at:
        verdict, words = _OLD
    minutes = max(0, int((at - listed.at).total_seconds() // 60))
    age = f"{minutes // 60} h {minutes % 60:02} min"
    return verdict, f"status: {words}; {listed.at.isoformat()}, {age}"


def _judge(certificate_no: str, listed: StatusList) -> tuple[DocumentVerdict, str]:
    try:
        year, block, index = place_of(certificate_no)
    except StatementDamagedError:
        return _UNKNOWN
    if not listed.uri.endswith(f"/{year}/{block}"):
        return _OTHER
    return _WORDS.get(listed.find(index), _UNKNOWN)
