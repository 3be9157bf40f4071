"""A signer's visit to another counter of the bank: his card read and his ink taken there, in person."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from registration.identifiers import CreditCode
from registration.ink import InkRecord
from registration.people import IdentityRecord, IdSource


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTaken:
    """How what was given elsewhere came to the counter that files."""

    answer_sha256: str
    """Of the sealed answer as the office received it."""
    opened_at: datetime
    """When the other counter first opened the papers; the office's clock."""
    answered_at: datetime
    """When its answer came in; the office's clock."""
    checked_by: str
    """Staff number of the first counter's teller who looked at it."""
    checked_at: datetime
    """When, by that counter's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a teller of another counter vouches for: who came, and which card was on which reader.

    All but `taken` is bound by the signing event of each ink (`InkRecord.visit_sha256`), which the
    other counter's own key signs: the counter that files can change none of it.
    """

    invitation: str
    """32 hexadecimal digits: what the office calls the invitation."""
    terminal: str
    """The other counter's name in its certificates."""
    branch: str
    bank: CreditCode
    teller: str
    """Staff number there."""
    teller_name: str
    identity: IdentityRecord
    """What the chip said on that counter's reader."""
    taken: VisitTaken | None = None
    """None while it is on its way."""

    @property
    def is_of_chip(self) -> bool:
        """Whether a chip was read, and nothing typed."""
        identity = self.identity
        is_read = identity.source is IdSource.CHIP and identity.evidence is not None
        return is_read and identity.manual is None

    @property
    def sha256(self) -> str:
        """Digest of `facts` as canonical JSON (RFC 8785)."""
        text = json.dumps(self.facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def facts(self) -> dict[str, str]:
        """What the other counter vouches for, every value a text."""
        return {
            "bank": self.bank.text,
            "branch": self.branch,
            "invitation": self.invitation,
            "teller": self.teller,
            "teller_name": self.teller_name,
            "terminal": self.terminal,
            **_document(self.identity),
            **_reading(self.identity),
        }

    def __repr__(self) -> str:
        return f"Visit({self.invitation!r}, {self.terminal!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAnswer:
    """What goes back from the other counter: who came, and what he signed."""

    visit: Visit
    inks: tuple[InkRecord, ...]


def _document(identity: IdentityRecord) -> dict[str, str]:
    return {
        "address": identity.address,
        "birth_date": _day(identity.birth_date),
        "document_kind": identity.document.kind.value,
        "issuer": identity.issuer,
        "name": identity.name.text,
        "nation": identity.nation,
        "number": identity.document.number,
        "portrait_sha256": hashlib.sha256(identity.portrait).hexdigest(),
        "sex": identity.sex,
        "source": identity.source.value,
        "valid_from": _day(identity.valid_from),
        "valid_to": _day(identity.valid_to),
    }


def _reading(identity: IdentityRecord) -> dict[str, str]:
    evidence = identity.evidence
    if evidence is None:
        return {}
    return {
        "checks": "\n".join(f"{name}={verdict}" for name, verdict in evidence.checks),
        "device": evidence.device,
        "device_serial": evidence.device_serial,
        "driver": evidence.driver,
        "is_simulated": str(evidence.is_simulated).lower(),
        "port": evidence.port,
        "raw_sha256": evidence.raw_sha256,
        "read_at": evidence.read_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "reader": evidence.reader,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
