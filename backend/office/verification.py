"""Is this certificate good? For anybody, with nothing personal beyond the paper, masked."""

import enum
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from backend.errors import NotFoundError
from backend.office.ports import Clock, Works
from backend.office.rows import CertificateRow, CertificateStatus
from certs.documents import DocumentVerdict
from certs.scanned import TextStatus
from registration import schema
from registration.errors import BadValueError
from registration.identifiers import parse_certificate_no
from registration.outcomes import RegistrationCertificate
from registration.people import PersonName


class Answer(enum.Enum):
    """What the check says; only VALID is good."""

    VALID = "VALID"
    CANCELLED = "CANCELLED"
    REPLACED = "REPLACED"
    REVOKED = "REVOKED"
    SUSPENDED = "SUSPENDED"
    INVALID = "INVALID"
    UNKNOWN = "UNKNOWN"
    UNPROVEN = "UNPROVEN"
    """Nothing is wrong with its signature, but that is not proven: a key has aged, say."""
    KEY_REVOKED = "KEY_REVOKED"
    """The key that signed it was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The result of one check."""

    answer: Answer
    reasons: tuple[str, ...]
    """Stable codes: "code", "token", "seal", "status", "suspended", "register", with "-ok" or "-bad";
    "token" and "seal" with "-unknown" or "-revoked", too."""
    at: datetime
    is_specimen: bool
    certificate_no: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """Field and text, masked: right, holder, obligors, location, unit_no, amount, registered_on."""
    ended_at: datetime | None = None
    successor: str = ""
    """The certificate in its place, where that has its number already."""

    @property
    def verdict(self) -> str:
        """One of the four words of the contract: VALID, REVOKED, INVALID, INDETERMINATE."""
        return _VERDICTS.get(self.answer, self.answer.value)

    def as_json(self) -> dict[str, object]:
        """Return the result for programs."""
        return {
            "verdict": self.verdict,
            "status": self.answer.value,
            "reasons": list(self.reasons),
            "checked_at": self.at.isoformat(timespec="seconds"),
            "is_specimen": self.is_specimen,
            "certificate_no": self.certificate_no,
            "facts": dict(self.facts),
            "ended_at": self.ended_at.isoformat(timespec="seconds") if self.ended_at else None,
            "successor": self.successor,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Answers by number and check code, or by the file itself."""

    works: Works
    clock: Clock
    judge_seal: Callable[[bytes, datetime], DocumentVerdict]
    """Says whether a PDF or OFD bears this office's seal, whole and unchanged."""
    read_text: Callable[[str, datetime], TextStatus]
    """Says what the text of a QR code is worth, by its signature alone."""
    is_specimen: bool

    def check_number(self, number: str, check_code: str) -> Verified:
        """Check a number with the code that stands under its QR code.

        An unknown number and a wrong code get the same answer, so that nobody can try out
        which numbers exist.
        """
        row = self._find(number)
        given = "".join(check_code.split()).upper().encode("utf-8", "surrogateescape")
        known = (row.check_code if row else "-").upper().encode()
        is_same = hmac.compare_digest(
            hashlib.sha256(given).digest(), hashlib.sha256(known).digest()
        )
        if row is None or not is_same or row.status not in _SHOWN:
            return self._plain(Answer.UNKNOWN, ())
        return self._of(row, ("code-ok",))

    def check_text(self, text: str) -> Verified:
        """Check the text of a QR code: its signature first, then what the register says of it.

        The signature stands for the check code: only who saw the paper has it.
        """
        found = self.read_text(text, self.clock.now())
        if found.verdict in _UNSIGNED:
            return self._unsigned("token", found.verdict)
        row = self._find(str(found.claims.get("certificate_no", "")))
        if row is None or row.status not in _SHOWN:
            return self._plain(Answer.UNKNOWN, ("token-ok",))
        return self._of(row, ("token-ok",))

    def check_file(self, data: bytes) -> Verified:
        """Check a file: the seal first, then whether it is the very file that was issued."""
        now = self.clock.now()
        verdict = self.judge_seal(data, now)
        if verdict in _UNSIGNED:
            return self._unsigned("seal", verdict)
        with self.works.reading() as work:
            row = work.certificates.find_by_file(hashlib.sha256(data).hexdigest())
        if row is None or row.status not in _SHOWN:
            return self._plain(Answer.UNKNOWN, ("seal-ok",))
        return self._of(row, ("seal-ok",))

    def _find(self, number: str) -> CertificateRow | None:
        try:
            printed = parse_certificate_no(number)
            with self.works.reading() as work:
                return work.certificates.get(printed.text)
        except (BadValueError, NotFoundError):
            return None

    def _plain(self, answer: Answer, reasons: tuple[str, ...]) -> Verified:
        return Verified(
            answer=answer, reasons=reasons, at=self.clock.now(), is_specimen=self.is_specimen
        )

    def _unsigned(self, what: str, verdict: DocumentVerdict) -> Verified:
        answer, how = _UNSIGNED[verdict]
        return self._plain(answer, (f"{what}-{how}",))

    def _of(self, row: CertificateRow, reasons: tuple[str, ...]) -> Verified:
        answer, status = _SHOWN[row.status], "status-bad"
        if answer is Answer.VALID:
            with self.works.reading() as work:
                is_suspended = work.acts.is_suspended(row.certificate_no)
            answer = Answer.SUSPENDED if is_suspended else answer
            status = "suspended-bad" if is_suspended else "status-ok"
        certificate = schema.parse_certificate(row.facts)
        return Verified(
            answer=answer,
            reasons=(*reasons, status, "register-ok"),
            at=self.clock.now(),
            is_specimen=self.is_specimen,
            certificate_no=row.certificate_no,
            facts=_public(certificate),
            ended_at=row.ended_at,
            successor=row.successor,
        )


_VERDICTS = {
    Answer.CANCELLED: "REVOKED",
    Answer.REPLACED: "REVOKED",
    Answer.SUSPENDED: "INDETERMINATE",
    Answer.UNKNOWN: "INDETERMINATE",
    Answer.UNPROVEN: "INDETERMINATE",
    Answer.KEY_REVOKED: "REVOKED",
}
_UNSIGNED = {
    DocumentVerdict.INVALID: (Answer.INVALID, "bad"),
    DocumentVerdict.INDETERMINATE: (Answer.UNPROVEN, "unknown"),
    DocumentVerdict.REVOKED: (Answer.KEY_REVOKED, "revoked"),
}
"""What a code or file is that is not proven to be the office's, and why."""
_SHOWN = {
    CertificateStatus.PUBLISHED: Answer.VALID,
    CertificateStatus.CANCELLED: Answer.CANCELLED,
    CertificateStatus.REPLACED: Answer.REPLACED,
    CertificateStatus.REVOKED: Answer.REVOKED,
}


def _public(certificate: RegistrationCertificate) -> tuple[tuple[str, str], ...]:
    """Return what a stranger with the paper in hand may compare."""
    amount = next((text for label, text in certificate.other_items if "额" in label), "")
    return (
        ("right", certificate.right),
        ("holder", certificate.holder),
        ("obligors", "、".join(PersonName(name).masked for name in certificate.obligors)),
        ("location", _district(certificate.location)),
        ("unit_no", certificate.unit_no.grouped),
        ("amount", amount),
        ("registered_on", certificate.registered_on.isoformat()),
    )


def _district(location: str) -> str:
    """Return an address down to its district or county."""
    for mark in ("区", "县"):
        head, found, _ = location.partition(mark)
        if found and len(head) < 12:
            return head + found
    return location[:6]
