"""The tables of the store in dictionaries, one transaction's copy at a time."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TypeVar

from backend.errors import ConflictError, NotReadyError
from backend.office.book_ports import Examination, RulingProposal, RulingRow, Sample, Switch
from backend.office.case import Case
from backend.office.complaint_ports import Complaint
from backend.office.enquiries import EnquiryRow
from backend.office.events import Event
from backend.office.factor_rows import ChallengeRow, KeyRow, WaitRow
from backend.office.inviting_ports import InvitationRow
from backend.office.log_rows import Cosignature, LogFault, LogHead, Witness
from backend.office.relay_ports import ParcelRow
from backend.office.report_ports import MessageRow
from backend.office.rows import (
    AnswerRow,
    CertificateAct,
    CertificateRow,
    Decision,
    Draft,
    FactorRow,
    FileRow,
    JournalRecord,
    PackageRow,
    Remark,
    SessionRow,
    StaffRow,
    Task,
    TerminalRow,
)
from registration.days import local_day

_K = TypeVar("_K")
_V = TypeVar("_V")


class Table(dict[_K, _V]):
    """A table of one transaction; a reading transaction's is closed."""

    is_closed = False

    def __setitem__(self, key: _K, value: _V) -> None:
        self._require_open()
        super().__setitem__(key, value)

    def drop(self, key: _K) -> None:
        """Take a row away; one that is gone already is gone."""
        self._require_open()
        super().pop(key, None)

    def _require_open(self) -> None:
        if self.is_closed:
            raise NotReadyError("reading only")


@dataclass(frozen=True)
class Reported:
    """A message of an event."""

    row: MessageRow
    is_reported: bool = False
    fault: str = ""


@dataclass
class Tables:
    counters: Table[str, int] = field(default_factory=Table)
    packages: Table[str, PackageRow] = field(default_factory=Table)
    cases: Table[str, Case] = field(default_factory=Table)
    parcels: Table[str, ParcelRow] = field(default_factory=Table)
    invitations: Table[str, InvitationRow] = field(default_factory=Table)
    relay_keys: Table[str, str] = field(default_factory=Table)
    applications: Table[str, bytes] = field(default_factory=Table)
    earlier: Table[str, bytes] = field(default_factory=Table)
    materials: Table[str, tuple[tuple[str, str, bytes], ...]] = field(default_factory=Table)
    decisions: Table[tuple[str, int, str], Decision] = field(default_factory=Table)
    acts: Table[str, tuple[CertificateAct, ...]] = field(default_factory=Table)
    drafts: Table[tuple[str, str], Draft] = field(default_factory=Table)
    remarks: Table[str, tuple[Remark, ...]] = field(default_factory=Table)
    events: Table[str, tuple[Event, ...]] = field(default_factory=Table)
    certificates: Table[str, CertificateRow] = field(default_factory=Table)
    files: Table[tuple[str, int], FileRow] = field(default_factory=Table)
    answers: Table[int, AnswerRow] = field(default_factory=Table)
    told: Table[int, tuple[str, str, datetime, tuple[str, ...]]] = field(default_factory=Table)
    """Case, kind, time and rules of each answer."""
    enquiries: Table[str, EnquiryRow] = field(default_factory=Table)
    journal: Table[int, JournalRecord] = field(default_factory=Table)
    journal_words: Table[int, bytes] = field(default_factory=Table)
    tasks: Table[int, tuple[Task, datetime, datetime | None]] = field(default_factory=Table)
    failures: Table[int, tuple[str, datetime | None]] = field(default_factory=Table)
    terminals: Table[str, TerminalRow] = field(default_factory=Table)
    staff: Table[str, StaffRow] = field(default_factory=Table)
    factors: Table[str, FactorRow] = field(default_factory=Table)
    sessions: Table[str, SessionRow] = field(default_factory=Table)
    keys: Table[str, KeyRow] = field(default_factory=Table)
    waits: Table[tuple[str, str], WaitRow] = field(default_factory=Table)
    complaints: Table[str, Complaint] = field(default_factory=Table)
    challenges: Table[str, ChallengeRow] = field(default_factory=Table)
    messages: Table[tuple[str, int], Reported] = field(default_factory=Table)
    logs: Table[int, str] = field(default_factory=Table)
    log_blocks: Table[tuple[int, int], bytes] = field(default_factory=Table)
    log_heads: Table[tuple[str, int], LogHead] = field(default_factory=Table)
    log_proofs: Table[int, str] = field(default_factory=Table)
    log_witnesses: Table[str, Witness] = field(default_factory=Table)
    log_cosignatures: Table[tuple[str, int], Cosignature] = field(default_factory=Table)
    log_faults: Table[int, LogFault] = field(default_factory=Table)

    rulings: Table[int, RulingRow] = field(default_factory=Table)
    ruling_proposals: Table[int, RulingProposal] = field(default_factory=Table)
    switches: Table[int, Switch] = field(default_factory=Table)
    examinations: Table[tuple[str, int], Examination] = field(default_factory=Table)
    samples: Table[str, Sample] = field(default_factory=Table)

    def copy(self, *, is_closed: bool) -> "Tables":
        made = Tables(**{f.name: Table(getattr(self, f.name)) for f in fields(self)})
        for f in fields(self):
            getattr(made, f.name).is_closed = is_closed
        return made

    def next_number(self, name: str) -> int:
        self.counters[name] = self.counters.get(name, 0) + 1
        return self.counters[name]


@dataclass
class Room:
    tables: Tables


def require(is_lawful: bool, law: str) -> None:
    if not is_lawful:
        raise ConflictError(law)


def office_day(at: datetime) -> str:
    return f"{local_day(at):%Y%m%d}"
