"""The register in dictionaries."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from backend.errors import NotFoundError
from backend.office.case import Stage
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Extract,
    MortgageEntry,
    OpenCase,
    Title,
)
from backend.office.rows import CertificateStatus
from tests.memory.tables import Room, office_day, require

OPEN: Final = frozenset(
    {Stage.RECEIVED, Stage.CORRECTION_REQUIRED, Stage.ACCEPTED, Stage.IN_REVIEW, Stage.APPROVED}
)


class MemoryRegister(Room):
    def add_title(self, title: Title) -> None:
        require(title.unit_no not in self.tables.titles, "pk_titles")
        self.tables.titles[title.unit_no] = title

    def add_encumbrance(self, unit_no: str, encumbrance: Encumbrance) -> None:
        require(unit_no in self.tables.titles, "foreign_key")
        require(encumbrance.entry_no not in self.tables.entries, "pk_register_entries")
        number = encumbrance.certificate_no
        taken = {e.certificate_no for _, e in self.tables.entries.values()} - {""}
        require(number not in taken, "uq_register_entries_certificate_no")
        if _is_in_force(encumbrance):
            require(encumbrance.rank is not None, "ck_register_entries_rank")
            require(encumbrance.rank not in self._ranks(unit_no), "uq_register_entries_rank")
        self.tables.entries[encumbrance.entry_no] = (unit_no, encumbrance)
        if number:
            name = f"certificate:{number[2:6]}"
            used = int(number.partition("第")[2][:7])
            self.tables.counters[name] = max(self.tables.counters.get(name, 0), used)

    def add_mortgage(self, entry: MortgageEntry) -> None:
        case = self.tables.cases.get(entry.case_no)
        is_approved = case is not None and case.stage in {Stage.APPROVED, Stage.REGISTERED}
        require(
            case is not None and is_approved and case.unit_no == entry.unit_no,
            "law_register_entries_case",
        )
        require(entry.case_no not in self.tables.mortgages, "uq_register_entries_case_no")
        self.add_encumbrance(
            entry.unit_no,
            Encumbrance(
                entry_no=entry.entry_no,
                kind=EncumbranceKind.MORTGAGE,
                state=entry.state,
                recorded_at=entry.registered_at,
                holder=entry.mortgagee,
                holder_number=entry.mortgagee_number,
                rank=entry.rank,
                amount_fen=entry.amount_fen,
                contract_no=entry.mortgage_contract_no,
                is_transfer_restricted=entry.is_transfer_restricted,
                case_no=entry.case_no,
            ),
        )
        self.tables.mortgages[entry.case_no] = entry

    def extract(self, unit_no: str, at: datetime, *, without_case: str = "") -> Extract:
        found = [self._with_number(e) for u, e in self.tables.entries.values() if u == unit_no]
        return Extract(
            unit_no=unit_no,
            title=self.tables.titles.get(unit_no),
            encumbrances=tuple(sorted(found, key=lambda e: (e.recorded_at, e.entry_no))),
            open_cases=tuple(
                OpenCase(case_no=c.case_no, accepted_at=c.accepted_at)
                for c in sorted(self.tables.cases.values(), key=lambda c: c.case_no)
                if c.unit_no == unit_no and c.stage in OPEN and c.case_no != without_case
            ),
            read_at=at,
        )

    def find_unit_of_certificate(self, certificate_no: str) -> str | None:
        entry_no = self.find_entry_of_certificate(certificate_no)
        if entry_no is not None:
            return self.tables.entries[entry_no][0]
        titles = self.tables.titles.values()
        return next((t.unit_no for t in titles if t.title_no == certificate_no), None)

    def find_entry_of_certificate(self, certificate_no: str) -> str | None:
        if certificate_no in self.tables.certificates:
            return self.tables.certificates[certificate_no].entry_no
        entries = [e for _, e in self.tables.entries.values()]
        return next((e.entry_no for e in entries if e.certificate_no == certificate_no), None)

    def next_rank(self, unit_no: str) -> int:
        return max(self._ranks(unit_no), default=0) + 1

    def next_entry_no(self, at: datetime) -> str:
        return f"DJ{office_day(at)}-{self.tables.next_number('entry:' + office_day(at)):07d}"

    def get_mortgage(self, case_no: str) -> MortgageEntry:
        if case_no not in self.tables.mortgages:
            raise NotFoundError(case_no)
        entry = self.tables.mortgages[case_no]
        return replace(entry, state=self.tables.entries[entry.entry_no][1].state)

    def cancel_mortgage(
        self, entry_no: str, *, case_no: str, reason: str, at: datetime, registrar: str
    ) -> None:
        unit_no, entry = self.tables.entries.get(entry_no, ("", None))
        require(entry is not None and entry.state is EntryState.CURRENT, "not current")
        case = self.tables.cases.get(case_no)
        is_approved = case is not None and case.stage in {Stage.APPROVED, Stage.REGISTERED}
        require(
            not case_no or (case is not None and is_approved and case.unit_no == unit_no),
            "law_register_entries_discharge",
        )
        if case_no:
            require(case_no not in self.tables.discharges, "uq_register_entries_cancelled_by")
            self.tables.discharges[case_no] = entry_no
        assert entry is not None
        self.tables.entries[entry_no] = (unit_no, replace(entry, state=EntryState.HISTORICAL))

    def _ranks(self, unit_no: str) -> set[int]:
        entries = [e for u, e in self.tables.entries.values() if u == unit_no]
        return {e.rank for e in entries if _is_in_force(e) and e.rank is not None}

    def _with_number(self, entry: Encumbrance) -> Encumbrance:
        numbers = [
            c.certificate_no
            for c in self.tables.certificates.values()
            if c.entry_no == entry.entry_no and c.status != CertificateStatus.REVOKED
        ]
        return replace(entry, certificate_no=max(numbers)) if numbers else entry


def _is_in_force(entry: Encumbrance) -> bool:
    return entry.kind is EncumbranceKind.MORTGAGE and entry.state is EntryState.CURRENT
