"""What reviewers have half written, sealed; one draft a writer and case."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from backend.office.rows import Draft
from backend.store import codec
from backend.store.desk_tables import DraftTable
from backend.store.faults import guarded
from backend.store.sealed import DataKeys, case_key


@dataclass(frozen=True, slots=True)
class StoreDrafts:
    """Replaced as often as somebody writes on, and gone when he has decided."""

    connection: Connection
    keys: DataKeys

    def save(self, draft: Draft) -> None:
        """Keep a draft in the place of the one before. Raises: ConflictError: no such case."""
        items = codec.dump(codec.FINDINGS, draft.items).decode()
        told = json.dumps(
            {"opinion": draft.opinion, "marks": list(draft.marks), "items": items}
        ).encode()
        key, context = case_key(draft.case_no), _context(draft.case_no, draft.staff_id)
        self.drop(draft.case_no, draft.staff_id)
        with guarded(self.connection):
            self.connection.execute(
                insert(DraftTable).values(
                    case_no=draft.case_no,
                    staff_id=draft.staff_id,
                    review_round=draft.review_round,
                    sealed=self.keys.seal(key, context, told),
                    at=draft.at,
                )
            )

    def find(self, case_no: str, staff_id: str) -> Draft | None:
        row = self.connection.execute(
            select(DraftTable.__table__).where(
                DraftTable.case_no == case_no, DraftTable.staff_id == staff_id
            )
        ).one_or_none()
        if row is None:
            return None
        told = json.loads(
            self.keys.open(case_key(case_no), _context(case_no, staff_id), row.sealed)
        )
        return Draft(
            case_no=case_no,
            staff_id=staff_id,
            review_round=row.review_round,
            opinion=told["opinion"],
            marks=tuple(told["marks"]),
            items=codec.load(codec.FINDINGS, told.get("items", "[]").encode()),
            at=row.at,
        )

    def drop(self, case_no: str, staff_id: str) -> None:
        self.connection.execute(
            delete(DraftTable).where(DraftTable.case_no == case_no, DraftTable.staff_id == staff_id)
        )


def _context(case_no: str, staff_id: str) -> str:
    return f"drafts/{case_no}/{staff_id}"
