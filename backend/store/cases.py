"""The cases with their applications and materials."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    func,
    insert,
    select,
    update,
)

from backend.errors import ConflictError, IllegalMoveError, NotFoundError
from backend.office.case import Case, Stage
from backend.office.rows import Spot, Tally, Waiting
from backend.store import codec, queue
from backend.store.counters import next_number, office_day
from backend.store.faults import guarded
from backend.store.sealed import DataKeys, case_key
from backend.store.tables import ApplicationTable, CaseTable, MaterialTable
from registration.mortgage import RegistrationKind

_STEP: Final = timedelta(milliseconds=1)
"""Between two acceptances on one unit; a paper or a message that shows milliseconds tells them apart."""
_PLAIN: Final = (
    "version", "application_id", "terminal", "bank", "branch", "teller", "unit_no", "location",
    "mortgagee", "amount_fen", "round", "review_round", "package_sha256", "received_at",
    "accepted_at", "correction_due", "paused_at", "is_automatic", "holder", "held_until",
    "awaiting", "chief_reason", "is_on_hold", "bundle_id", "bundle_place",
)  # fmt: skip
"""What a case and its row hold alike, under one name."""
_MOVE_LAWS: Final = ("law_cases_move", "law_cases_approval")


@dataclass(frozen=True, slots=True)
class StoreCases:
    """The cases, by number."""

    connection: Connection
    keys: DataKeys

    def next_case_no(self, at: datetime) -> str:
        day = office_day(at)
        return f"{day}-{next_number(self.connection, f'case:{day}'):07d}"

    def next_acceptance(self, unit_no: str, at: datetime) -> datetime:
        last = self.connection.scalar(
            select(func.max(CaseTable.accepted_at)).where(CaseTable.unit_no == unit_no)
        )
        return at if last is None or last < at else last + _STEP

    def add(self, case: Case, application: bytes) -> None:
        """Keep a new case.

        Raises:
            ConflictError: number, package or application is there already, or the case is
                not at RECEIVED.
        """
        with guarded(self.connection):
            self.connection.execute(
                insert(CaseTable).values(case_no=case.case_no, **self.columns(case))
            )
            self._keep_application(case, application)

    def get(self, case_no: str) -> Case:
        row = self.connection.execute(
            select(CaseTable.__table__).where(CaseTable.case_no == case_no)
        ).one_or_none()
        if row is None:
            raise NotFoundError(f"case {case_no}")
        return self._case(row)

    def find_by_application(self, application_id: str, terminal: str) -> Case | None:
        row = self.connection.execute(
            select(CaseTable.__table__).where(
                CaseTable.application_id == application_id, CaseTable.terminal == terminal
            )
        ).one_or_none()
        return None if row is None else self._case(row)

    def of_bundle(self, bundle_id: str, terminal: str) -> tuple[Case, ...]:
        rows = self.connection.execute(
            select(CaseTable.__table__)
            .where(
                CaseTable.bundle_id == bundle_id,
                CaseTable.bundle_id != "",
                CaseTable.terminal == terminal,
            )
            .order_by(CaseTable.bundle_place)
        ).all()
        self.keys.load(case_key(row.case_no) for row in rows)
        return tuple(self._case(row) for row in rows)

    def application(self, case_no: str) -> bytes:
        row = self.connection.execute(
            select(ApplicationTable.round, ApplicationTable.sealed)
            .where(ApplicationTable.case_no == case_no)
            .order_by(ApplicationTable.round.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            raise NotFoundError(f"case {case_no}")
        return self.keys.open(case_key(case_no), application_context(case_no, row[0]), row[1])

    def earlier_application(self, case_no: str) -> bytes | None:
        rows = self.connection.execute(
            select(ApplicationTable.round, ApplicationTable.sealed)
            .where(ApplicationTable.case_no == case_no)
            .order_by(ApplicationTable.round.desc())
            .limit(2)
        ).all()
        if len(rows) < 2:
            return None
        round_no, sealed = rows[1]
        return self.keys.open(case_key(case_no), application_context(case_no, round_no), sealed)

    def save(self, case: Case, *, was: Case, application: bytes | None = None) -> Case:
        """Write a changed case by compare-and-swap on stage and version."""
        stored = replace(case, version=was.version + 1)
        refused = {
            law: lambda: IllegalMoveError(case.case_no, was.stage.value, case.stage.value)
            for law in _MOVE_LAWS
        }
        with guarded(self.connection, refused):
            changed = self.connection.execute(
                update(CaseTable)
                .where(
                    CaseTable.case_no == was.case_no,
                    CaseTable.stage == was.stage.value,
                    CaseTable.version == was.version,
                )
                .values(self.columns(stored))
            )
            if changed.rowcount != 1:
                raise ConflictError(f"case {was.case_no} changed meanwhile")
            if application is not None:
                self._keep_application(stored, application)
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
        texts, is_searched = self._text(text.strip())
        where = queue.conditions(stages, waiting, is_searched=is_searched) + texts
        where += [] if holder is None else [CaseTable.holder == holder]
        numbers: list[str] = []
        if limit:
            numbers = queue.find_page(
                self.connection, where, after=after, before=before, limit=limit
            )
        is_all = len(numbers) < limit and after is None and before is None
        total = len(numbers) if is_all else queue.count(self.connection, where, most=most)
        return self._cases(numbers), total

    def tally(self, at: datetime) -> Tally:
        return queue.tally(self.connection, at)

    def _text(self, text: str) -> tuple[list[ColumnElement[bool]], bool]:
        """Look a whole number up in its index; only where there is none, search everywhere."""
        where = queue.beginning(text.upper())
        if where is not None and queue.count(self.connection, where, most=1):
            return where, False
        return queue.containing(text, self.connection.dialect.name), bool(text)

    def _cases(self, numbers: Sequence[str]) -> tuple[Case, ...]:
        if not numbers:
            return ()
        found = self.connection.execute(
            select(CaseTable.__table__).where(CaseTable.case_no.in_(numbers))
        ).all()
        rows = {row.case_no: row for row in found}
        self.keys.load(case_key(number) for number in numbers)
        return tuple(self._case(rows[number]) for number in numbers)

    def materials(self, case_no: str) -> tuple[tuple[str, str, bytes], ...]:
        rows = self.connection.execute(
            select(MaterialTable.__table__)
            .where(MaterialTable.case_no == case_no)
            .order_by(MaterialTable.position)
        )
        key = case_key(case_no)
        return tuple(
            (
                row.code,
                row.media_type,
                self.keys.open(key, _material_context(case_no, row.position, row.code), row.sealed),
            )
            for row in rows
        )

    def set_materials(self, case_no: str, materials: Sequence[tuple[str, str, bytes]]) -> None:
        rows = [
            {
                "case_no": case_no,
                "position": position,
                "code": code,
                "media_type": media_type,
                "sealed": self.keys.seal(
                    case_key(case_no), _material_context(case_no, position, code), data
                ),
            }
            for position, (code, media_type, data) in enumerate(materials)
        ]
        with guarded(self.connection):
            self.connection.execute(delete(MaterialTable).where(MaterialTable.case_no == case_no))
            if rows:
                self.connection.execute(insert(MaterialTable), rows)

    def _keep_application(self, case: Case, application: bytes) -> None:
        context = application_context(case.case_no, case.round)
        self.connection.execute(
            delete(ApplicationTable).where(
                ApplicationTable.case_no == case.case_no, ApplicationTable.round == case.round
            )
        )
        self.connection.execute(
            insert(ApplicationTable).values(
                case_no=case.case_no,
                round=case.round,
                sealed=self.keys.seal(case_key(case.case_no), context, application),
            )
        )

    def columns(self, case: Case) -> dict[str, Any]:
        """Return a case as its row holds it, its number apart."""
        return {name: getattr(case, name) for name in _PLAIN} | {
            "stage": case.stage.value,
            "kind": case.kind.value,
            "due": codec.dump(codec.DUE, case.due).decode(),
            "due_at": case.due_at,
            "sealed_findings": self._sealed_findings(case),
        }

    def _sealed_findings(self, case: Case) -> bytes:
        told = codec.dump(codec.FINDINGS, case.findings)
        return self.keys.seal(case_key(case.case_no), _findings_context(case.case_no), told)

    def _case(self, row: Row[Any]) -> Case:
        sealed, case_no = row.sealed_findings, row.case_no
        findings = self.keys.open(case_key(case_no), _findings_context(case_no), sealed)
        return Case(
            case_no=case_no,
            stage=Stage(row.stage),
            kind=RegistrationKind(row.kind),
            due=codec.load(codec.DUE, row.due.encode()),
            findings=codec.load(codec.FINDINGS, findings),
            **{name: getattr(row, name) for name in _PLAIN},
        )


def _findings_context(case_no: str) -> str:
    return f"cases/{case_no}/findings"


def application_context(case_no: str, round_no: int) -> str:
    """Return what an application is sealed for."""
    return f"applications/{case_no}/{round_no}"


def _material_context(case_no: str, position: int, code: str) -> str:
    return f"materials/{case_no}/{position}/{code}"
