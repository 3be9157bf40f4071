"""What the office needs from the outer wall: the work (store), keys, other authorities, a clock.

A `Work` is one transaction. Everything written through it, the journal record included,
becomes durable together at `commit()` or not at all. Leaving the `with` block without
`commit()` rolls back. `work()` of a use case opens a writing transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from backend.office.book_ports import Books, Examinations, RulingProposals, Samples
from backend.office.case import Case, Stage
from backend.office.complaint_ports import Complaints
from backend.office.courses import Courses
from backend.office.desk_ports import CertificateActs, Decisions, Drafts, Remarks, Staff
from backend.office.enquiry_ports import Enquiries
from backend.office.events import Event
from backend.office.file_ports import CertificateFiles
from backend.office.inviting_ports import Invitations
from backend.office.journal_ports import Journal
from backend.office.log_ports import Log
from backend.office.past import Past
from backend.office.register import Deed, Extract
from backend.office.relay_ports import Parcels
from backend.office.report_ports import Messages
from backend.office.rows import (
    AnswerRow,
    CertificateRow,
    PackageRow,
    Spot,
    StuckTask,
    Tally,
    Task,
    TerminalRow,
    Waiting,
)
from certs.attachments import Attachment
from registration.outcomes import Answer


class Clock(Protocol):
    """Tells the office's time, which is the legal time."""

    def now(self) -> datetime:
        """Return the time now, aware, UTC."""


class Packages(Protocol):
    """The sealed packages, found by digest."""

    def find(self, sha256: str) -> PackageRow | None: ...

    def find_by_sequence(self, terminal: str, sequence: int) -> PackageRow | None: ...

    def find_by_receipt(self, receipt_no: str) -> PackageRow | None: ...

    def add(self, row: PackageRow) -> None:
        """Raises: ConflictError (the digest is there), SequenceConflictError (the number is)."""

    def set_case(self, sha256: str, case_no: str) -> None: ...

    def of_case(self, case_no: str) -> tuple[PackageRow, ...]:
        """Return what went to a case, a bundle's to its first, in the order in which it came."""

    def is_any_unopened(self, terminal: str, *, until: datetime) -> bool:
        """Say whether a package of a terminal that came by then still waits to be opened."""


class Cases(Protocol):
    """The cases, by number."""

    def next_case_no(self, at: datetime) -> str:
        """Return the next free number of that day (Asia/Shanghai): yyyymmdd-nnnnnnn."""

    def next_acceptance(self, unit_no: str, at: datetime) -> datetime:
        """Return an acceptance time that is later than any other on the unit, at `at` or just after."""

    def add(self, case: Case, application: bytes) -> None:
        """Keep a new case with its application (canonical application/1 JSON); encrypted at rest."""

    def get(self, case_no: str) -> Case:
        """Raises: NotFoundError."""

    def find_by_application(self, application_id: str, terminal: str) -> Case | None: ...

    def of_bundle(self, bundle_id: str, terminal: str) -> tuple[Case, ...]:
        """Return the cases that a counter's applications made as one became, by their places."""

    def application(self, case_no: str) -> bytes:
        """Return the application of the round at work. Raises: NotFoundError."""

    def earlier_application(self, case_no: str) -> bytes | None:
        """Return the application of the round before; None in the first."""

    def save(self, case: Case, *, was: Case, application: bytes | None = None) -> Case:
        """Write a changed case if it still is as `was` (stage and version); return it as stored.

        The stored version is one more than `was` had, whether the caller counted or not.
        One call makes at most one legal move. A move to APPROVED needs its decisions of the
        same round of review first: the automatic one, or first and second, all "approve"; or the head's.

        Raises:
            ConflictError: it changed meanwhile. IllegalMoveError: the database refuses the step.
        """

    def search(
        self,
        *,
        stages: Sequence[Stage] = (),
        holder: str | None = None,
        waiting: Waiting | None = None,
        text: str = "",
        limit: int = 50,
        after: Spot | None = None,
        before: Spot | None = None,
        most: int | None = None,
    ) -> tuple[tuple[Case, ...], int]:
        """Return one page, after or before a spot, soonest due first; and how many, up to `most`."""

    def tally(self, at: datetime) -> Tally:
        """Return how many open cases there are, and where they stand at a moment."""

    def materials(self, case_no: str) -> tuple[tuple[str, str, bytes], ...]:
        """Return (code, media type, bytes) of the round at work, decrypted."""

    def set_materials(self, case_no: str, materials: Sequence[tuple[str, str, bytes]]) -> None:
        """Keep the materials of the round at work, encrypted; replaces those of earlier rounds."""


class Register(Protocol):
    """The register of the embedded office: events, and what stands by them."""

    def write(self, event: Event, *, at: datetime | None = None) -> Event:
        """Append what happened on a unit, and let what stands follow; return it with its place.

        `at` is when it is written, where that is later than it took effect.

        Raises:
            ConflictError: an entry number, certificate number or rank is taken; the entry is over
                or unknown; the unit has a title already or is unknown; the case has begun another
                entry, ended another, is of another unit, or is neither APPROVED nor REGISTERED.
        """

    def history(self, unit_no: str) -> tuple[Event, ...]:
        """Return everything that happened on a unit, oldest first."""

    def extract(
        self,
        unit_no: str,
        at: datetime,
        *,
        without: Sequence[str] = (),
        as_of: datetime | None = None,
    ) -> Extract:
        """Return a unit's page as it stands, or as it stood at a moment.

        `at` is when it is read. `without` names cases that do not count as open; a page of another
        moment has no open cases.
        """

    def find_unit_of_certificate(self, certificate_no: str) -> str | None: ...

    def find_entry_of_certificate(self, certificate_no: str) -> str | None:
        """Return the entry number behind a registration certificate, replaced ones included."""

    def next_rank(self, unit_no: str) -> int:
        """Return the rank after the last mortgage in force on the unit; 1 on a free one.

        After an earlier mortgage was discharged this is more than their number plus one: a
        rank in force is never given twice.
        """

    def next_entry_no(self, at: datetime) -> str: ...

    def next_title_serial(self, year: int) -> int:
        """Return the serial of a new title (不动产权) within the year."""

    def get_deed(self, case_no: str) -> Deed:
        """Return the entry as a case wrote it, in its state of now. Raises: NotFoundError."""


class Certificates(Protocol):
    """Issued certificates."""

    def next_serial(self, year: int) -> int: ...

    def prepare(self, row: CertificateRow, *, replaces: str = "") -> None:
        """Keep the facts of a new certificate.

        It becomes the successor of those of its entry that were replaced, and of `replaces`, which
        proved the notice that it was converted from.

        Raises:
            ConflictError: the entry has a live certificate.
        """

    def find(self, certificate_no: str) -> CertificateRow | None: ...

    def get(self, certificate_no: str) -> CertificateRow:
        """Raises: NotFoundError."""

    def find_by_case(self, case_no: str) -> CertificateRow | None: ...

    def find_by_file(self, sha256: str) -> CertificateRow | None:
        """Return the certificate of a sealed file, its PDF or its OFD, in any version."""

    def set_sealed(self, certificate_no: str, *, pdf_sha256: str, ofd_sha256: str = "") -> None: ...

    def publish(self, certificate_no: str, *, at: datetime) -> None: ...

    def end(self, certificate_no: str, *, status: str, at: datetime) -> None:
        """End a certificate: CANCELLED, REPLACED or REVOKED.

        One that was replaced names its successor from the moment that this is prepared.
        """

    def count_by_status(self, year: int) -> Mapping[str, int]:
        """Return how many certificates with numbers of a year stand at each status."""

    def ended(self, year: int) -> Sequence[tuple[str, str, str]]:
        """Return number, status, successor ("") of each certificate of a year that ended."""

    def newest_number(self, year: int) -> str:
        """Return the highest number of a year; empty when there is none."""


class Answers(Protocol):
    """Answers by terminal, in order."""

    def add(self, terminal: str, case_no: str, answer: Answer, statement: str, at: datetime) -> int:
        """Keep an answer; return its cursor."""

    def after(self, terminal: str, cursor: int, limit: int = 100) -> tuple[AnswerRow, ...]: ...

    def of(self, case_no: str) -> tuple[AnswerRow, ...]: ...

    def newest(self, cursor: int) -> Mapping[str, int]:
        """Return the newest cursor of every terminal that has an answer after `cursor`."""


class Tasks(Protocol):
    """The outbox of the office: what a transaction leaves for the worker."""

    def add(self, kind: str, ref: str, *, at: datetime) -> None:
        """Leave a task; one of that kind and ref exists at most once."""

    def take(self, *, kinds: Sequence[str], at: datetime, lease: timedelta) -> Task | None:
        """Take the oldest due task under a lease (its own short transaction is fine)."""

    def done(self, task_id: int) -> None: ...

    def put_off(
        self, task_id: int, *, until: datetime, reason: str, failed_at: datetime | None = None
    ) -> None:
        """Count a try that did not come to its end; a task is never dropped.

        `failed_at` is None where it only waits for something else that is under way.
        """

    def stuck(self, *, least_tries: int) -> tuple[StuckTask, ...]:
        """Return the tasks that fail since so many tries or more, longest first."""

    def take_back(self) -> int:
        """End every lease, so that what was taken is due again; return how many there were."""


class Terminals(Protocol):
    """The counters."""

    def get(self, terminal: str) -> TerminalRow: ...

    def find_by_fingerprint(self, fingerprint: str) -> TerminalRow | None:
        """Return the counter whose TLS certificate this is, in force or the one before."""

    def find_by_token(self, token_sha256: str) -> TerminalRow | None: ...

    def save(self, row: TerminalRow) -> None:
        """Add or replace."""

    def use_token(self, token_sha256: str, at: datetime) -> TerminalRow:
        """Consume a one-time code. Raises: TokenUsedError."""

    def list(self) -> tuple[TerminalRow, ...]: ...


class Blobs(Protocol):
    """Bytes by SHA-256, durable before `put` returns; not part of a transaction."""

    def put(self, data: bytes) -> str:
        """Write, fsync file and folder, return the digest; writing twice is harmless."""

    def get(self, sha256: str) -> bytes:
        """Raises: NotFoundError, IntegrityError (the bytes do not match)."""


class Work(Protocol):
    """One transaction over everything the office keeps."""

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

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def commit(self) -> None: ...


class Works(Protocol):
    """Opens transactions."""

    def __call__(self) -> Work:
        """Open a writing transaction; the office has one writer at a time."""

    def reading(self) -> Work:
        """Open a transaction that sees one moment and cannot write; it waits for nobody."""


class PasswordHasher(Protocol):
    """Turns passwords into something that may be stored."""

    def hash(self, password: str) -> str:
        """Return a salted, slow hash."""

    def is_same(self, password_hash: str, password: str) -> bool:
        """Say whether the hash is of the password; takes equally long for a wrong one."""


class OfficeSigner(Protocol):
    """Signs what the office says: receipts and answers."""

    def sign(self, kind: str, claims: dict[str, object], at: datetime) -> str: ...


class Seal(Protocol):
    """Puts the office's electronic seal and a time stamp on a paper."""

    def seal(
        self,
        pdf: bytes,
        *,
        box: tuple[float, float, float, float],
        at: datetime,
        attachments: Sequence[Attachment] = (),
    ) -> bytes:
        """Return the sealed file; `box` is left, bottom, right, top on page 1, in points."""

    @property
    def producer(self) -> str:
        """What the sealing library writes as the file's Producer; papers must carry it already."""

    @property
    def is_specimen(self) -> bool:
        """True when the seal is a test seal; papers then carry SPECIMEN."""


class FailPoints(Protocol):
    """Named places where a test may kill the process; does nothing otherwise."""

    def __call__(self, name: str) -> None: ...
