"""One transaction over everything the office keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from backend.errors import StoreBusyError
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
from backend.store.answers import StoreAnswers
from backend.store.blobs import FolderBlobs, pass_by
from backend.store.books import StoreBooks, StoreExaminations, StoreSamples
from backend.store.cases import StoreCases
from backend.store.certificate_acts import StoreCertificateActs
from backend.store.certificates import StoreCertificates
from backend.store.chain import JournalVerdict
from backend.store.complaints import StoreComplaints
from backend.store.courses import StoreCourses
from backend.store.decisions import StoreDecisions
from backend.store.drafts import StoreDrafts
from backend.store.engine import open_engine
from backend.store.enquiries import StoreEnquiries
from backend.store.files import StoreFiles
from backend.store.invitations import StoreInvitations
from backend.store.journal import StoreJournal, verify_journal
from backend.store.log import StoreLog
from backend.store.log_check import Keys, LogVerdict, Progress, check_log
from backend.store.messages import StoreMessages
from backend.store.packages import StorePackages
from backend.store.parcels import StoreParcels
from backend.store.past import StorePast
from backend.store.register import StoreRegister
from backend.store.remarks import StoreRemarks
from backend.store.ruling_proposals import StoreRulingProposals
from backend.store.sealed import DataKeys, forget_keys
from backend.store.staff import StoreStaff
from backend.store.tasks import StoreTasks
from backend.store.terminals import StoreTerminals
from certs.atrest import Vault

_TRIES: Final = 2
"""Each waits up to the busy time-out, so that a caller hears "busy" after five seconds."""


class StoreWork:
    """A transaction; begins with the `with` block, and counts only after `commit()`."""

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

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        self._connection = connection = _begin(self._engine)
        keys = DataKeys(connection, self._vault)
        self.packages = StorePackages(connection)
        self.cases = StoreCases(connection, keys)
        self.decisions = StoreDecisions(connection, keys)
        self.drafts = StoreDrafts(connection, keys)
        self.remarks = StoreRemarks(connection, keys)
        self.register = StoreRegister(connection, keys)
        self.certificates = StoreCertificates(connection, keys)
        self.acts = StoreCertificateActs(connection, keys)
        self.files = StoreFiles(connection)
        self.answers = StoreAnswers(connection, keys)
        self.enquiries = StoreEnquiries(connection, keys)
        self.journal = StoreJournal(connection, keys)
        self.tasks = StoreTasks(connection)
        self.terminals = StoreTerminals(connection)
        self.staff = StoreStaff(connection, keys)
        self.past = StorePast(connection)
        self.log = StoreLog(connection)
        self.messages = StoreMessages(connection)
        self.complaints = StoreComplaints(connection, keys)
        self.courses = StoreCourses(connection)
        self.books = StoreBooks(connection)
        self.proposals = StoreRulingProposals(connection)
        self.examinations = StoreExaminations(connection, keys)
        self.samples = StoreSamples(connection, keys)
        self.parcels = StoreParcels(connection)
        self.invitations = StoreInvitations(connection)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            forget_keys(connection)
            connection.close()

    def commit(self) -> None:
        """Make everything written so far durable, together.

        Raises:
            NotReadyError: the database could not; nothing of it counts.
        """
        if self._connection is None:
            raise StoreBusyError("the transaction is over")
        self._connection.commit()


def _begin(engine: Engine) -> Connection:
    for left in range(_TRIES - 1, -1, -1):
        try:
            connection = engine.connect()
        except PoolTimeoutError as exc:
            raise StoreBusyError("no free connection") from exc
        except StoreBusyError:
            if left == 0:
                raise
            continue
        try:
            connection.begin()
        except StoreBusyError:
            connection.close()
            if left == 0:
                raise
        except BaseException:
            connection.close()
            raise
        else:
            # A connection of the pool may still hold the keys of an earlier transaction.
            forget_keys(connection)
            return connection
    raise StoreBusyError("no try left")


@dataclass(frozen=True, slots=True)
class StoreWorks:
    """Opens transactions on one database; give one to each process."""

    writer: Engine
    reader: Engine
    vault: Vault
    blobs: FolderBlobs = field(repr=False)

    def __call__(self) -> StoreWork:
        """Open a writing transaction; the office has one writer at a time."""
        return StoreWork(self.writer, self.vault)

    def reading(self) -> StoreWork:
        """Open a transaction that sees one moment and cannot write."""
        return StoreWork(self.reader, self.vault)

    def verify_journal(self) -> JournalVerdict:
        """Check the whole journal; reads only."""
        connection = _begin(self.reader)
        try:
            return verify_journal(connection)
        finally:
            connection.close()

    def check_log(self, keys: Keys, progress: Progress) -> LogVerdict:
        """Check journal, tree, heads and certificates; reads only."""
        connection = _begin(self.reader)
        try:
            return check_log(connection, keys, progress)
        finally:
            connection.close()

    def close(self) -> None:
        """Give all connections back; for tests and orderly ends."""
        self.writer.dispose()
        self.reader.dispose()


def open_works(
    url: str,
    blob_dir: Path,
    vault: Vault,
    *,
    pool_size: int = 16,
    failpoint: Callable[[str], None] = pass_by,
) -> StoreWorks:
    """Open the store; `upgrade` or `check_current` (see `backend.store.upgrades`) comes first.

    Raises:
        MisconfiguredError: the URL names no database that the office runs on.
    """
    writer = open_engine(url, is_writing=True, pool_size=pool_size)
    event.listen(writer, "rollback_savepoint", forget_keys)
    return StoreWorks(
        writer=writer,
        reader=open_engine(url, is_writing=False, pool_size=pool_size),
        vault=vault,
        blobs=FolderBlobs(blob_dir, vault, failpoint),
    )
