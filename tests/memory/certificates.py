"""Certificates, answers, journal and tasks in dictionaries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from backend.errors import NotFoundError
from backend.office.rows import (
    AnswerRow,
    CertificateRow,
    CertificateStatus,
    JournalRecord,
    StuckTask,
    Task,
    case_of,
)
from backend.store.answers import rules_of
from backend.store.chain import FIRST_PREVIOUS, link
from registration.outcomes import Answer
from tests.memory.tables import Room, require

_ENDS: Final = frozenset(
    {CertificateStatus.CANCELLED, CertificateStatus.REPLACED, CertificateStatus.REVOKED}
)
_MOVES: Final = {
    CertificateStatus.PREPARED: _ENDS | {CertificateStatus.SEALED},
    CertificateStatus.SEALED: _ENDS | {CertificateStatus.PUBLISHED},
    CertificateStatus.PUBLISHED: _ENDS,
}


class MemoryCertificates(Room):
    def next_serial(self, year: int) -> int:
        return self.tables.next_number(f"certificate:{year}")

    def prepare(self, row: CertificateRow, *, replaces: str = "") -> None:
        rows = self.tables.certificates.values()
        require(row.certificate_no not in self.tables.certificates, "pk_certificates")
        require(
            not any(r.entry_no == row.entry_no and r.status not in _ENDS for r in rows),
            "uq_certificates_entry_no",
        )
        written = {(e.entry_no, e.case_no) for page in self.tables.events.values() for e in page}
        require(
            (row.entry_no, row.case_no) in written and row.status == CertificateStatus.PREPARED,
            "law_certificates_entry",
        )
        for name in ("licence_id", "print_no"):
            taken = {getattr(r, name) for r in rows}
            require(getattr(row, name) not in taken, f"uq_certificates_{name}")
        for old in tuple(rows):
            is_replaced = old.status == CertificateStatus.REPLACED and not old.successor
            is_before = row.entry_no == old.entry_no or old.certificate_no == replaces
            if is_before and is_replaced:
                named = replace(old, successor=row.certificate_no)
                self.tables.certificates[old.certificate_no] = named
        self.tables.certificates[row.certificate_no] = row

    def find(self, certificate_no: str) -> CertificateRow | None:
        return self.tables.certificates.get(certificate_no)

    def get(self, certificate_no: str) -> CertificateRow:
        if certificate_no not in self.tables.certificates:
            raise NotFoundError("certificate")
        return self.tables.certificates[certificate_no]

    def find_by_case(self, case_no: str) -> CertificateRow | None:
        rows = [r for r in self.tables.certificates.values() if r.case_no == case_no]
        return max(rows, key=lambda r: (r.prepared_at, r.certificate_no), default=None)

    def count_by_status(self, year: int) -> dict[str, int]:
        return dict(Counter(r.status for r in self._of_year(year)))

    def ended(self, year: int) -> tuple[tuple[str, str, str], ...]:
        rows = [row for row in self._of_year(year) if row.status in _ENDS]
        return tuple((row.certificate_no, row.status, row.successor) for row in rows)

    def newest_number(self, year: int) -> str:
        return max((r.certificate_no for r in self._of_year(year)), default="")

    def _of_year(self, year: int) -> list[CertificateRow]:
        rows = self.tables.certificates.values()
        return [row for row in rows if f"（{year:04}）" in row.certificate_no]

    def find_by_file(self, sha256: str) -> CertificateRow | None:
        rows, files = self.tables.certificates.values(), self.tables.files.values()
        later = {f.certificate_no for f in files if sha256 in {f.pdf_sha256, f.ofd_sha256}}
        found = (
            r for r in rows if sha256 in {r.pdf_sha256, r.ofd_sha256} or r.certificate_no in later
        )
        return next(found, None) if sha256 else None

    def set_sealed(self, certificate_no: str, *, pdf_sha256: str, ofd_sha256: str = "") -> None:
        for name, digest in (("pdf_sha256", pdf_sha256), ("ofd_sha256", ofd_sha256)):
            other = self.find_by_file(digest)
            require(
                other is None or other.certificate_no == certificate_no, f"uq_certificates_{name}"
            )
        self._move(
            certificate_no,
            CertificateStatus.SEALED,
            pdf_sha256=pdf_sha256,
            ofd_sha256=ofd_sha256,
        )

    def publish(self, certificate_no: str, *, at: datetime) -> None:
        self._move(certificate_no, CertificateStatus.PUBLISHED, issued_at=at)

    def end(self, certificate_no: str, *, status: str, at: datetime) -> None:
        require(status in _ENDS, "not an end")
        self._move(certificate_no, status, ended_at=at)

    def _move(self, certificate_no: str, status: str, **changes: Any) -> None:
        row = self.get(certificate_no)
        require(status in _MOVES.get(row.status, frozenset()), "law_certificates_move")
        self.tables.certificates[certificate_no] = replace(row, status=status, **changes)


class MemoryAnswers(Room):
    def add(self, terminal: str, case_no: str, answer: Answer, statement: str, at: datetime) -> int:
        cursor = len(self.tables.answers) + 1
        if "answers" in self.tables.counters:
            cursor = self.tables.next_number("answers")
        row = AnswerRow(cursor=cursor, terminal=terminal, statement=statement)
        self.tables.answers[cursor] = row
        self.tables.told[cursor] = (case_no, type(answer).__name__, at, rules_of(answer))
        return cursor

    def after(self, terminal: str, cursor: int, limit: int = 100) -> tuple[AnswerRow, ...]:
        rows = self.tables.answers.values()
        return tuple(r for r in rows if r.terminal == terminal and r.cursor > cursor)[:limit]

    def of(self, case_no: str) -> tuple[AnswerRow, ...]:
        return tuple(
            row
            for c, row in sorted(self.tables.answers.items())
            if self.tables.told[c][0] == case_no
        )

    def newest(self, cursor: int) -> dict[str, int]:
        return {r.terminal: c for c, r in sorted(self.tables.answers.items()) if c > cursor}


class MemoryJournal(Room):
    def append(
        self, *, actor: str, act: str, ref: str, body: bytes, at: datetime, is_kept: bool = False
    ) -> JournalRecord:
        seq = len(self.tables.journal) + 1
        previous = self.tables.journal[seq - 1].hash if seq > 1 else FIRST_PREVIOUS
        record = link(
            seq=seq,
            at=at,
            actor=actor,
            act=act,
            ref=ref,
            body=body,
            previous_hash=previous,
            salt=f"{seq:032x}",
        )
        self.tables.journal[seq] = record
        if is_kept:
            self.tables.journal_words[seq] = body
        return record

    def words(self, ref: str) -> Mapping[int, bytes]:
        kept = self.tables.journal_words
        return {r.seq: kept[r.seq] for r in self.of(ref) if r.seq in kept}

    def of(self, ref: str) -> tuple[JournalRecord, ...]:
        return tuple(r for r in self.tables.journal.values() if r.ref == ref)


class MemoryTasks(Room):
    def add(self, kind: str, ref: str, *, at: datetime) -> None:
        if any((t.kind, t.ref) == (kind, ref) for t, _, _ in self.tables.tasks.values()):
            return
        number = self.tables.next_number("task")
        self.tables.tasks[number] = (
            Task(task_id=number, kind=kind, ref=ref, tries=0),
            at,
            None,
        )

    def take(self, *, kinds: Sequence[str], at: datetime, lease: timedelta) -> Task | None:
        due = [
            (not_before, task)
            for task, not_before, lease_until in self.tables.tasks.values()
            if task.kind in kinds
            and not_before <= at
            and (lease_until is None or lease_until <= at)
        ]
        if not due:
            return None
        not_before, task = min(due, key=lambda row: (row[0], row[1].task_id))
        self.tables.tasks[task.task_id] = (task, not_before, at + lease)
        return task

    def done(self, task_id: int) -> None:
        self.tables.tasks.drop(task_id)
        self.tables.failures.drop(task_id)

    def put_off(
        self, task_id: int, *, until: datetime, reason: str, failed_at: datetime | None = None
    ) -> None:
        if task_id not in self.tables.tasks:
            raise NotFoundError(f"task {task_id}")
        task = self.tables.tasks[task_id][0]
        self.tables.tasks[task_id] = (replace(task, tries=task.tries + 1), until, None)
        _, since = self.tables.failures.get(task_id, ("", None))
        self.tables.failures[task_id] = (reason, (since or failed_at) if failed_at else None)

    def stuck(self, *, least_tries: int) -> tuple[StuckTask, ...]:
        found = []
        for task, until, _ in self.tables.tasks.values():
            reason, since = self.tables.failures.get(task.task_id, ("", None))
            if since is None or task.tries < least_tries:
                continue
            package = self.tables.packages.get(task.ref)
            of_package = package.case_no if package else ""
            found.append(
                StuckTask(
                    kind=task.kind,
                    ref=task.ref,
                    case_no=case_of(task.kind, task.ref, of_package),
                    tries=task.tries,
                    reason=reason,
                    since=since,
                    next_try_at=until,
                )
            )
        return tuple(sorted(found, key=lambda t: t.since))

    def take_back(self) -> int:
        leased = [row for row in self.tables.tasks.values() if row[2] is not None]
        for task, not_before, _ in leased:
            self.tables.tasks[task.task_id] = (task, not_before, None)
        return len(leased)
