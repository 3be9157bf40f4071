"""Packages, cases and decisions in dictionaries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.errors import (
    IllegalMoveError,
    NeedsOtherReviewerError,
    NotFoundError,
    SequenceConflictError,
)
from backend.office.case import CLOSED, MOVES, Case, Stage
from backend.office.rows import Decision, Draft, PackageRow, Remark, Spot, Tally, Waiting
from tests.memory.tables import Room, office_day, require


class MemoryPackages(Room):
    def find(self, sha256: str) -> PackageRow | None:
        return self.tables.packages.get(sha256)

    def find_by_sequence(self, terminal: str, sequence: int) -> PackageRow | None:
        rows = self.tables.packages.values()
        return next((r for r in rows if (r.terminal, r.sequence) == (terminal, sequence)), None)

    def find_by_receipt(self, receipt_no: str) -> PackageRow | None:
        rows = self.tables.packages.values()
        return next((r for r in rows if r.receipt.receipt_no == receipt_no), None)

    def add(self, row: PackageRow) -> None:
        require(row.sha256 not in self.tables.packages, "pk_packages")
        if self.find_by_sequence(row.terminal, row.sequence) is not None:
            raise SequenceConflictError
        require(row.receipt.journal_seq in self.tables.journal, "foreign_key")
        self.tables.packages[row.sha256] = row

    def set_case(self, sha256: str, case_no: str) -> None:
        row = self.find(sha256)
        if row is None:
            raise NotFoundError
        require(row.case_no in {"", case_no}, "law_packages_change")
        self.tables.packages[sha256] = replace(row, case_no=case_no)

    def of_case(self, case_no: str) -> tuple[PackageRow, ...]:
        rows = [row for row in self.tables.packages.values() if row.case_no == case_no]
        return tuple(sorted(rows, key=lambda row: row.receipt.journal_seq))

    def is_any_unopened(self, terminal: str, *, until: datetime) -> bool:
        waiting = {t.ref for t, _, _ in self.tables.tasks.values() if t.kind == "open"}
        return any(
            row.terminal == terminal and row.received_at <= until and row.sha256 in waiting
            for row in self.tables.packages.values()
        )


def _is_waiting(case: Case, waiting: Waiting) -> bool:
    return (
        case.stage is Stage.IN_REVIEW
        and (waiting.free_at is None or not case.is_held(waiting.free_at))
        and waiting.awaiting in {None, case.awaiting}
        and waiting.is_on_hold in {None, case.is_on_hold}
        and (waiting.due_until is None or case.due_at <= waiting.due_until)
    )


def _place(case: Case) -> tuple[datetime, str]:
    return case.due_at, case.case_no


class MemoryCases(Room):
    def next_case_no(self, at: datetime) -> str:
        return f"{office_day(at)}-{self.tables.next_number('case:' + office_day(at)):07d}"

    def next_acceptance(self, unit_no: str, at: datetime) -> datetime:
        times = [
            c.accepted_at
            for c in self.tables.cases.values()
            if c.unit_no == unit_no and c.accepted_at
        ]
        last = max(times, default=None)
        return at if last is None or last < at else last + timedelta(milliseconds=1)

    def add(self, case: Case, application: bytes) -> None:
        require(case.stage is Stage.RECEIVED, "law_cases_birth")
        require(case.case_no not in self.tables.cases, "pk_cases")
        self._require_unique(case)
        self.tables.cases[case.case_no] = case
        self.tables.applications[case.case_no] = application

    def get(self, case_no: str) -> Case:
        if case_no not in self.tables.cases:
            raise NotFoundError(case_no)
        return self.tables.cases[case_no]

    def find_by_application(self, application_id: str, terminal: str) -> Case | None:
        wanted = (application_id, terminal)
        rows = self.tables.cases.values()
        return next((c for c in rows if (c.application_id, c.terminal) == wanted), None)

    def of_bundle(self, bundle_id: str, terminal: str) -> tuple[Case, ...]:
        wanted = (bundle_id, terminal)
        rows = self.tables.cases.values()
        found = [c for c in rows if bundle_id and (c.bundle_id, c.terminal) == wanted]
        return tuple(sorted(found, key=lambda c: c.bundle_place))

    def application(self, case_no: str) -> bytes:
        self.get(case_no)
        return self.tables.applications[case_no]

    def earlier_application(self, case_no: str) -> bytes | None:
        return self.tables.earlier.get(case_no)

    def save(self, case: Case, *, was: Case, application: bytes | None = None) -> Case:
        now = self.tables.cases.get(was.case_no)
        require(now is not None and (now.stage, now.version) == (was.stage, was.version), "changed")
        self._require_move(case, was)
        self._require_unique(case)
        stored = replace(case, version=was.version + 1)
        self.tables.cases[case.case_no] = stored
        if application is not None:
            if case.round != was.round:
                self.tables.earlier[case.case_no] = self.tables.applications[case.case_no]
            self.tables.applications[case.case_no] = application
        return stored

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
        found = [
            c
            for c in self.tables.cases.values()
            if (not stages or c.stage in stages)
            and (waiting is None or _is_waiting(c, waiting))
            and holder in {None, c.holder}
            and any(text.strip() in t for t in (c.case_no, c.unit_no, c.location, c.mortgagee))
        ]
        found.sort(key=_place)
        total = len(found) if most is None else min(len(found), most)
        if after is not None:
            found = [c for c in found if _place(c) > (after.due_at, after.case_no)]
        if before is not None:
            found = [c for c in found if _place(c) < (before.due_at, before.case_no)]
            return tuple(found[-limit:] if limit else ()), total
        return tuple(found[:limit]), total

    def tally(self, at: datetime) -> Tally:
        cases = [c for c in self.tables.cases.values() if c.stage not in CLOSED]
        reviewed = [c for c in cases if c.stage is Stage.IN_REVIEW]
        free = [c.awaiting for c in reviewed if not (c.is_on_hold or c.is_held(at))]
        return Tally(
            free={stage: free.count(stage) for stage in ("first", "second", "chief")},
            on_hold=sum(c.is_on_hold for c in reviewed),
            correction=sum(c.stage is Stage.CORRECTION_REQUIRED for c in cases),
            open=len(cases),
        )

    def materials(self, case_no: str) -> tuple[tuple[str, str, bytes], ...]:
        return self.tables.materials.get(case_no, ())

    def set_materials(self, case_no: str, materials: Sequence[tuple[str, str, bytes]]) -> None:
        require(case_no in self.tables.cases, "foreign_key")
        self.tables.materials[case_no] = tuple(materials)

    def _require_move(self, case: Case, was: Case) -> None:
        if case.stage is was.stage:
            return
        is_legal = case.stage in MOVES.get(was.stage, frozenset())
        if case.stage is Stage.APPROVED:
            verdicts = {
                d.stage: d.verdict
                for d in self.tables.decisions.values()
                if (d.case_no, d.round) == (case.case_no, case.review_round)
            }
            by_two = verdicts.get("first") == verdicts.get("second") == "approve"
            by_two = by_two and not case.chief_reason
            by_head = {"first", "second"} <= set(verdicts) and verdicts.get("chief") == "approve"
            is_legal = is_legal and (by_two or by_head or verdicts.get("automatic") == "approve")
        if not is_legal:
            raise IllegalMoveError(case.case_no, was.stage.value, case.stage.value)

    def _require_unique(self, case: Case) -> None:
        for other in self.tables.cases.values():
            if other.case_no == case.case_no:
                continue
            require(
                (other.package_sha256, other.bundle_place)
                != (case.package_sha256, case.bundle_place),
                "uq_cases_package_sha256_bundle_place",
            )
            require(
                not case.bundle_id
                or (other.terminal, other.bundle_id, other.bundle_place)
                != (case.terminal, case.bundle_id, case.bundle_place),
                "uq_cases_terminal_bundle_id_bundle_place",
            )
            require(
                (other.application_id, other.terminal) != (case.application_id, case.terminal),
                "uq_cases_application_id_terminal",
            )
            require(
                case.accepted_at is None
                or (other.unit_no, other.accepted_at) != (case.unit_no, case.accepted_at),
                "uq_cases_unit_no_accepted_at",
            )


class MemoryDecisions(Room):
    def add(self, decision: Decision) -> None:
        key = (decision.case_no, decision.round, decision.stage)
        in_round = [d for d in self.of(decision.case_no) if d.round == decision.round]
        require(decision.case_no in self.tables.cases, "foreign_key")
        require(key not in self.tables.decisions, "pk_decisions")
        if any(d.person == decision.person for d in in_round):
            raise NeedsOtherReviewerError
        before = {"second": "first", "chief": "second"}.get(decision.stage)
        is_ordered = before is None or any(d.stage == before for d in in_round)
        require(is_ordered, "law_decisions_order")
        self.tables.decisions[key] = decision

    def of(self, case_no: str) -> tuple[Decision, ...]:
        found = [d for d in self.tables.decisions.values() if d.case_no == case_no]
        return tuple(sorted(found, key=lambda d: (d.round, d.at, d.stage)))


class MemoryDrafts(Room):
    def save(self, draft: Draft) -> None:
        require(draft.case_no in self.tables.cases, "foreign_key")
        self.tables.drafts[draft.case_no, draft.staff_id] = draft

    def find(self, case_no: str, staff_id: str) -> Draft | None:
        return self.tables.drafts.get((case_no, staff_id))

    def drop(self, case_no: str, staff_id: str) -> None:
        self.tables.drafts.drop((case_no, staff_id))


class MemoryRemarks(Room):
    def add(self, remark: Remark) -> None:
        require(remark.case_no in self.tables.cases, "foreign_key")
        self.tables.remarks[remark.case_no] = (*self.of(remark.case_no), remark)

    def of(self, case_no: str) -> tuple[Remark, ...]:
        return self.tables.remarks.get(case_no, ())
