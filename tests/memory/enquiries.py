"""Questions to other authorities in dictionaries."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from backend.office.enquiries import EnquiryRow, Reply, ServiceCount
from tests.memory.tables import Room, office_day, require


class MemoryEnquiries(Room):
    def next_request_no(self, area: str, at: datetime) -> str:
        day = office_day(at)
        return f"{day}{area}{self.tables.next_number(f'enquiry:{day}'):06d}"

    def note(self, row: EnquiryRow) -> None:
        require(row.request_no not in self.tables.enquiries, "pk_enquiries")
        require(row.case_no in self.tables.cases, "foreign_key")
        self.tables.enquiries[row.request_no] = row

    def keep(self, reply: Reply) -> None:
        row = self.tables.enquiries.get(reply.request_no)
        if row is not None and row.reply is None:
            self.tables.enquiries[reply.request_no] = replace(row, reply=reply)

    def of(self, case_no: str) -> tuple[EnquiryRow, ...]:
        return tuple(r for r in self.tables.enquiries.values() if r.case_no == case_no)

    def count_since(self, at: datetime) -> Mapping[str, ServiceCount]:
        counts: dict[str, ServiceCount] = {}
        for row in self.tables.enquiries.values():
            if row.at >= at:
                service = row.enquiry.service.value
                known = counts.get(service, ServiceCount(0, 0))
                is_open = row.reply is None or not row.reply.is_answered
                counts[service] = ServiceCount(known.asked + 1, known.unanswered + is_open)
        return counts
