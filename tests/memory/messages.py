"""Messages of events in dictionaries."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from backend.office.events import Act
from backend.office.report_ports import MessageRow
from tests.memory.tables import Reported, Room, office_day


class MemoryMessages(Room):
    def give(self, unit_no: str, seq: int, *, area: str, at: datetime) -> MessageRow:
        known = self.tables.messages.get((unit_no, seq))
        if known is None:
            day = office_day(at)
            number = self.tables.next_number(f"message:{day}")
            known = Reported(MessageRow(f"{area}{day[2:]}{number:06d}", at))
            self.tables.messages[unit_no, seq] = known
        return known.row

    def unreported(self, limit: int) -> tuple[tuple[str, int], ...]:
        found = [
            (event.unit_no, event.seq)
            for events in self.tables.events.values()
            for event in events
            if (event.act is not Act.BROUGHT_IN or event.case_no)
            and not self.tables.messages.get(
                (event.unit_no, event.seq), Reported(MessageRow("", event.at))
            ).is_reported
        ]
        return tuple(found[:limit])

    def set_reported(self, unit_no: str, seq: int, *, at: datetime, fault: str = "") -> None:
        known = self.tables.messages[unit_no, seq]
        self.tables.messages[unit_no, seq] = replace(known, is_reported=True, fault=fault)

    def faults(self) -> Mapping[str, str]:
        rows = self.tables.messages.values()
        return {known.row.message_id: known.fault for known in rows if known.fault}

    def units(self) -> tuple[str, ...]:
        return tuple(sorted(self.tables.events))
