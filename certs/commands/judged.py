"""Everything that `mortgage-certs verify` found out about one file, in words and for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from certs.canonical import encode
from certs.documents import DocumentReason, DocumentStatus, DocumentVerdict, check_document
from certs.errors import CertsError
from certs.logged import LoggedFacts, check_logged
from certs.scanned import LARGEST_TEXT, check_text
from certs.standing import Standing, check_standing, number_in
from certs.statuslist import StatusList
from certs.trust import TrustStore

_LEVELS: Final[Mapping[str, str]] = {
    "B-B": "没有时间戳，盖章时间未得证明 / no time stamp: when it was sealed is not proven",
    "B-T": "有时间戳，证明盖章时间 / a time stamp proves when it was sealed",
    "B-LTA": (
        "有时间戳，并带有验证材料和归档时间戳，可长期验证 / a time stamp, with the material to "
        "prove it and an archive time stamp over all: made to last"
    ),
}
"""PAdES levels (ETSI EN 319 142-1, section 6) in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The findings about one PDF, OFD or text of a QR code."""

    verdict: DocumentVerdict
    reasons: tuple[DocumentReason, ...]
    number: str = ""
    """The certificate's, where the file is genuine and says it."""
    seal: DocumentStatus | None = None
    """Of a PDF or OFD."""
    logged: LoggedFacts | CertsError | None = None
    """What the paper proves of the public log; the error, where its proof does not hold."""
    claims: Mapping[str, Any] = field(default_factory=dict)
    """Of a QR code."""
    standing: Standing | None = None
    """What the status list says; None where none was asked."""

    def lines(self) -> Iterator[str]:
        """Say all of it in both languages."""
        for reason in self.reasons:
            yield f"{reason.code}: {reason.zh} / {reason.en}"
        if self.seal is not None:
            yield from _seal_lines(self.seal)
        if isinstance(self.logged, CertsError):
            yield f"log: 所附日志证明不成立 / the log proof within does not hold: {self.logged.code}"
        elif self.logged is not None:
            place = f"{self.logged.origin} {self.logged.number}/{self.logged.size} {self.logged.at}"
            yield f"log: 盖章前已记入公开日志 / recorded in the public log before sealing: {place}"
        if self.claims:
            yield encode(self.claims).decode("utf-8")
        if self.standing is not None:
            yield self.standing.line

    def as_json(self) -> dict[str, Any]:
        """Return all of it for programs; times are RFC 3339, UTC, or null."""
        return {
            "verdict": self.verdict.value,
            "reasons": [{"code": r.code, "zh": r.zh, "en": r.en} for r in self.reasons],
            "certificate_no": self.number,
            "seal": _seal_json(self.seal) if self.seal is not None else None,
            "log": _log_json(self.logged) if self.logged is not None else None,
            "claims": dict(self.claims) or None,
            "status": _status_json(self.standing) if self.standing is not None else None,
        }


def judge(data: bytes, store: TrustStore, at: datetime, listed: StatusList | None) -> Judged:
    """Judge a PDF or OFD, or the text of a QR code; anything else is judged as a PDF."""
    text = _as_text(data)
    found = _judge_file(data, store, at) if text is None else _judge_text(text, store, at)
    if listed is None or found.verdict is not DocumentVerdict.VALID:
        return found
    standing = check_standing(found.number, listed, at)
    return Judged(
        verdict=standing.verdict,
        reasons=found.reasons,
        number=found.number,
        seal=found.seal,
        logged=found.logged,
        claims=found.claims,
        standing=standing,
    )


def _judge_file(data: bytes, store: TrustStore, at: datetime) -> Judged:
    status = check_document(data, trust=store, at=at)
    is_valid = status.verdict is DocumentVerdict.VALID
    return Judged(
        verdict=status.verdict,
        reasons=status.reasons,
        seal=status,
        number=number_in(data) if is_valid else "",
        logged=_logged(data, store) if is_valid else None,
    )


def _judge_text(text: str, store: TrustStore, at: datetime) -> Judged:
    scanned = check_text(text, trust=store, at=at)
    return Judged(
        verdict=scanned.verdict,
        reasons=(scanned.reason,),
        number=str(scanned.claims.get("certificate_no", "")),
        claims=scanned.claims,
    )


def _logged(data: bytes, store: TrustStore) -> LoggedFacts | CertsError | None:
    """Read what the paper proves of the public log; its seal holds without."""
    try:
        return check_logged(data, store)
    except CertsError as error:
        return error


def _as_text(data: bytes) -> str | None:
    is_short = len(data) <= LARGEST_TEXT and not data.startswith(b"%PDF")
    return data.decode("ascii") if is_short and data.isascii() else None


def _seal_lines(seal: DocumentStatus) -> Iterator[str]:
    if seal.level:
        yield f"seal: PAdES {seal.level}: {_LEVELS[seal.level]}"
    for number, at in enumerate(seal.stamps, start=1):
        place = f"{number}/{len(seal.stamps)}"
        yield f"stamp {place}: {_time(at)} 时间戳的时间 / set at this time"
    if seal.proven_until is not None:
        yield f"until: {_time(seal.proven_until)} 前要加盖新的时间戳 / a new time stamp before then"
    if seal.revoked_at is not None:
        yield f"revoked: {_time(seal.revoked_at)} 印章证书吊销 / the seal's certificate taken back"


def _seal_json(seal: DocumentStatus) -> dict[str, Any]:
    return {
        "sha256": seal.sha256,
        "signer": seal.signer.uri if seal.signer is not None else "",
        "level": seal.level,
        "signed_at": _stamp(seal.signed_at),
        "stamps": [_stamp(at) for at in seal.stamps],
        "proven_until": _stamp(seal.proven_until),
        "revoked_at": _stamp(seal.revoked_at),
    }


def _log_json(logged: LoggedFacts | CertsError) -> dict[str, Any]:
    if isinstance(logged, CertsError):
        return {"error": logged.code}
    return {"origin": logged.origin, "number": logged.number, "size": logged.size, "at": logged.at}


def _status_json(standing: Standing) -> dict[str, Any]:
    return {
        "code": standing.reason.code,
        "zh": standing.reason.zh,
        "en": standing.reason.en,
        "successor": standing.successor,
        "listed_at": _stamp(standing.listed_at),
        "age_s": int(standing.age.total_seconds()),
    }


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
