"""Transactions over dictionaries: one writer at a time, a copy that counts at commit."""

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from backend.errors import NotFoundError, StoreBusyError
from backend.office.book_ports import Books, Examinations, RulingProposals, Samples
from backend.office.complaint_ports import Complaints
from backend.office.courses import Courses
from backend.office.desk_ports import CertificateActs, Decisions, Drafts, Remarks, Staff
from backend.office.enquiry_ports import Enquiries
from backend.office.file_ports import CertificateFiles
from backend.office.inviting_ports import Invitations
from backend.office.journal_ports import Journal
from backend.office.log_ports import Log
from backend.office.past import Past
from backend.office.ports import (
    Answers,
    Cases,
    Certificates,
    Packages,
    Register,
    Tasks,
    Terminals,
)
from backend.office.relay_ports import Parcels
from backend.office.report_ports import Messages
from backend.store.chain import JournalVerdict, check_chain
from tests.memory.acts import MemoryCertificateActs
from tests.memory.books import (
    MemoryBooks,
    MemoryExaminations,
    MemoryRulingProposals,
    MemorySamples,
)
from tests.memory.cases import (
    MemoryCases,
    MemoryDecisions,
    MemoryDrafts,
    MemoryPackages,
    MemoryRemarks,
)
from tests.memory.certificates import (
    MemoryAnswers,
    MemoryCertificates,
    MemoryJournal,
    MemoryTasks,
)
from tests.memory.complaints import MemoryComplaints
from tests.memory.courses import MemoryCourses
from tests.memory.enquiries import MemoryEnquiries
from tests.memory.files import MemoryFiles
from tests.memory.invitations import MemoryInvitations
from tests.memory.log import MemoryLog
from tests.memory.messages import MemoryMessages
from tests.memory.parcels import MemoryParcels
from tests.memory.past import MemoryPast
from tests.memory.people import MemoryStaff, MemoryTerminals
from tests.memory.register import MemoryRegister
from tests.memory.tables import Tables

_WAIT_S: Final = 5.0


class MemoryWork:
    """One transaction."""

    packages: Packages
    cases: Cases
    decisions: Decisions
    drafts: Drafts
    remarks: Remarks
    register: Register
    certificates: Certificates
    acts: CertificateActs
    files: CertificateFiles
    answers: Answers
    enquiries: Enquiries
    journal: Journal
    tasks: Tasks
    terminals: Terminals
    staff: Staff
    log: Log
    complaints: Complaints
    courses: Courses
    past: Past
    books: Books
    proposals: RulingProposals
    examinations: Examinations
    samples: Samples
    parcels: Parcels
    invitations: Invitations
    messages: Messages

    def __init__(self, works: "MemoryWorks", *, is_reading: bool) -> None:
        self._works = works
        self._is_reading = is_reading

    def __enter__(self) -> Self:
        if not self._is_reading and not self._works.turn.acquire(timeout=_WAIT_S):
            raise StoreBusyError("another transaction is open")
        self._tables = self._works.tables.copy(is_closed=self._is_reading)
        self.packages = MemoryPackages(self._tables)
        self.cases = MemoryCases(self._tables)
        self.decisions = MemoryDecisions(self._tables)
        self.drafts = MemoryDrafts(self._tables)
        self.remarks = MemoryRemarks(self._tables)
        self.register = MemoryRegister(self._tables)
        self.certificates = MemoryCertificates(self._tables)
        self.acts = MemoryCertificateActs(self._tables)
        self.files = MemoryFiles(self._tables)
        self.answers = MemoryAnswers(self._tables)
        self.enquiries = MemoryEnquiries(self._tables)
        self.journal = MemoryJournal(self._tables)
        self.tasks = MemoryTasks(self._tables)
        self.terminals = MemoryTerminals(self._tables)
        self.staff = MemoryStaff(self._tables)
        self.past = MemoryPast(self._tables)
        self.log = MemoryLog(self._tables)
        self.messages = MemoryMessages(self._tables)
        self.complaints = MemoryComplaints(self._tables)
        self.courses = MemoryCourses(self._tables)
        self.books = MemoryBooks(self._tables)
        self.proposals = MemoryRulingProposals(self._tables)
        self.examinations = MemoryExaminations(self._tables)
        self.samples = MemorySamples(self._tables)
        self.parcels = MemoryParcels(self._tables)
        self.invitations = MemoryInvitations(self._tables)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._is_reading:
            self._works.turn.release()

    def commit(self) -> None:
        """Make the copy the truth."""
        if not self._is_reading:
            self._works.tables = self._tables.copy(is_closed=False)


class MemoryWorks:
    """Opens transactions over one set of dictionaries."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.turn = threading.Lock()
        self.blobs = MemoryBlobs()

    def __call__(self) -> MemoryWork:
        return MemoryWork(self, is_reading=False)

    def reading(self) -> MemoryWork:
        return MemoryWork(self, is_reading=True)

    def verify_journal(self) -> JournalVerdict:
        return check_chain(self.tables.journal.values())

    def close(self) -> None:
        """Nothing to give back."""


class MemoryBlobs:
    """Bytes by SHA-256."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self.held[sha256] = data
        return sha256

    def get(self, sha256: str) -> bytes:
        if sha256 not in self.held:
            raise NotFoundError(f"blob {sha256}")
        return self.held[sha256]

    def sweep(self, before: datetime, is_kept: Callable[[str], bool]) -> int:
        """All of it is old."""
        unkept = [sha256 for sha256 in self.held if not is_kept(sha256)]
        for sha256 in unkept:
            del self.held[sha256]
        return len(unkept)
