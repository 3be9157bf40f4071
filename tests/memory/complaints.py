"""Complaints in a dictionary."""

from dataclasses import replace
from datetime import datetime

from backend.errors import ConflictError, NotFoundError
from backend.office.complaint_ports import Complaint
from tests.memory.tables import Room, office_day, require


class MemoryComplaints(Room):
    def next_no(self, at: datetime) -> str:
        year = office_day(at)[:4]
        return f"T{year}-{self.tables.next_number(f'complaint:{year}'):05d}"

    def add(self, complaint: Complaint) -> None:
        require(complaint.complaint_no not in self.tables.complaints, "pk_complaints")
        self.tables.complaints[complaint.complaint_no] = complaint

    def get(self, complaint_no: str) -> Complaint:
        if complaint_no not in self.tables.complaints:
            raise NotFoundError(complaint_no)
        return self.tables.complaints[complaint_no]

    def save(self, complaint: Complaint) -> Complaint:
        known = self.tables.complaints.get(complaint.complaint_no)
        if known is None or known.version != complaint.version or known.closed_at is not None:
            raise ConflictError(complaint.complaint_no)
        stored = replace(complaint, version=complaint.version + 1)
        self.tables.complaints[complaint.complaint_no] = stored
        return stored

    def list(self, *, is_open: bool, limit: int = 200) -> tuple[Complaint, ...]:
        known = [_closed(c) for c in self.tables.complaints.values()]
        if is_open:
            found = [c for c in known if c.closed_at is None]
            return tuple(sorted(found, key=lambda c: (c.due_at, c.complaint_no))[:limit])
        done = [(c.closed_at, c.complaint_no, c) for c in known if c.closed_at is not None]
        return tuple(c for _, _, c in sorted(done, key=lambda t: t[:2], reverse=True)[:limit])

    def between(self, begin: datetime, end: datetime) -> tuple[Complaint, ...]:
        known = sorted(self.tables.complaints.values(), key=lambda c: c.complaint_no)
        return tuple(
            _closed(c)
            for c in known
            if c.closed_at is None or begin <= c.closed_at < end or begin <= c.received_at < end
        )


def _closed(complaint: Complaint) -> Complaint:
    return replace(complaint, who="", text="", answer="")
