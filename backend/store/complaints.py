"""Complaints: what names a person is sealed under a key of each complaint's own."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from backend.errors import ConflictError, NotFoundError
from backend.office.complaint_ports import Complaint
from backend.store.counters import next_number, office_day
from backend.store.desk_tables import ComplaintTable
from backend.store.faults import guarded
from backend.store.sealed import DataKeys

_PLAIN = (
    "complaint_no", "version", "received_at", "channel", "case_no", "branch", "taken_by", "handler",
    "due_at", "is_provisional", "outcome", "closed_at", "closed_by",
)  # fmt: skip
_SEALED = ("who", "text", "answer")


@dataclass(frozen=True, slots=True)
class StoreComplaints:
    """The complaints, by number."""

    connection: Connection
    keys: DataKeys

    def next_no(self, at: datetime) -> str:
        year = office_day(at)[:4]
        return f"T{year}-{next_number(self.connection, f'complaint:{year}'):05d}"

    def add(self, complaint: Complaint) -> None:
        with guarded(self.connection):
            self.connection.execute(insert(ComplaintTable).values(self._columns(complaint)))

    def get(self, complaint_no: str) -> Complaint:
        row = self.connection.execute(
            select(ComplaintTable.__table__).where(ComplaintTable.complaint_no == complaint_no)
        ).one_or_none()
        if row is None:
            raise NotFoundError(f"complaint {complaint_no}")
        opened = self.keys.open(_key(complaint_no), _context(complaint_no), row.sealed)
        return Complaint(**_plain(row), **json.loads(opened))

    def save(self, complaint: Complaint) -> Complaint:
        stored = replace(complaint, version=complaint.version + 1)
        changed = self.connection.execute(
            update(ComplaintTable)
            .where(
                ComplaintTable.complaint_no == complaint.complaint_no,
                ComplaintTable.version == complaint.version,
                ComplaintTable.closed_at.is_(None),
            )
            .values(self._columns(stored))
        )
        if changed.rowcount != 1:
            raise ConflictError(f"complaint {complaint.complaint_no} changed meanwhile")
        return stored

    def list(self, *, is_open: bool, limit: int = 200) -> tuple[Complaint, ...]:
        wanted = select(ComplaintTable.__table__).limit(limit)
        if is_open:
            wanted = wanted.where(ComplaintTable.closed_at.is_(None))
            wanted = wanted.order_by(ComplaintTable.due_at, ComplaintTable.complaint_no)
        else:
            wanted = wanted.where(ComplaintTable.closed_at.is_not(None))
            wanted = wanted.order_by(
                ComplaintTable.closed_at.desc(), ComplaintTable.complaint_no.desc()
            )
        return tuple(_closed(row) for row in self.connection.execute(wanted))

    def between(self, begin: datetime, end: datetime) -> tuple[Complaint, ...]:
        closed, came = ComplaintTable.closed_at, ComplaintTable.received_at
        rows = self.connection.execute(
            select(ComplaintTable.__table__)
            .where(
                or_(
                    closed.is_(None),
                    (closed >= begin) & (closed < end),
                    (came >= begin) & (came < end),
                )
            )
            .order_by(ComplaintTable.complaint_no)
        )
        return tuple(_closed(row) for row in rows)

    def _columns(self, complaint: Complaint) -> dict[str, Any]:
        told = {name: getattr(complaint, name) for name in _SEALED}
        number = complaint.complaint_no
        sealed = self.keys.seal(_key(number), _context(number), json.dumps(told).encode())
        return {name: getattr(complaint, name) for name in _PLAIN} | {"sealed": sealed}


def _plain(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _PLAIN}


def _closed(row: Row[Any]) -> Complaint:
    return Complaint(**_plain(row), who="", text="")


def _key(complaint_no: str) -> str:
    return f"complaint:{complaint_no}"


def _context(complaint_no: str) -> str:
    return f"complaints/{complaint_no}"
