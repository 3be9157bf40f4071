"""The register in dictionaries: a list of events a unit, laid one upon another when it is read."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from backend.errors import NotFoundError
from backend.office.case import Stage
from backend.office.events import Event, replay
from backend.office.register import (
    Deed,
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Extract,
    MortgageEntry,
    OpenCase,
    PurchaseEntry,
    Title,
)
from backend.office.rows import CertificateRow, CertificateStatus
from tests.memory.tables import Room, office_day, require

OPEN: Final = frozenset(
    {Stage.RECEIVED, Stage.CORRECTION_REQUIRED, Stage.ACCEPTED, Stage.IN_REVIEW, Stage.APPROVED}
)


class MemoryRegister(Room):
    def write(self, event: Event, *, at: datetime | None = None) -> Event:
        events = self.tables.events.get(event.unit_no, ())
        page = replay(event.unit_no, events, read_at=event.at)
        self._require_case(event)
        if event.subject is None:
            is_title = isinstance(event.facts, Title)
            require(is_title and (page.title is None) == event.act.is_birth, "pk_titles")
        elif event.act.is_birth:
            self._require_birth(event, page)
        else:
            known = page.find_entry(event.entry_no)
            require(known is not None and known.state is EntryState.CURRENT, "not current")
        if event.act.is_end and event.case_no:
            ended = [e for e in self._all() if e.act.is_end and e.case_no == event.case_no]
            require(not ended, "uq_register_entries_cancelled_by")
        if event.rank is not None and event.state is EntryState.CURRENT:
            self._require_rank(event, page)
        placed = replace(event, seq=len(events) + 1)
        self.tables.events[event.unit_no] = (*events, placed)
        self._use_up(event)
        return placed

    def history(self, unit_no: str) -> tuple[Event, ...]:
        return self.tables.events.get(unit_no, ())

    def extract(
        self,
        unit_no: str,
        at: datetime,
        *,
        without: Sequence[str] = (),
        as_of: datetime | None = None,
    ) -> Extract:
        events = [e for e in self.history(unit_no) if as_of is None or e.at <= as_of]
        page = replay(unit_no, events, read_at=at)
        entries = tuple(self._numbered(e, as_of) for e in page.encumbrances)
        page = replace(page, encumbrances=entries)
        if as_of is not None:
            return page
        open_cases = tuple(
            OpenCase(case_no=c.case_no, accepted_at=c.accepted_at)
            for c in sorted(self.tables.cases.values(), key=lambda c: c.case_no)
            if c.unit_no == unit_no and c.stage in OPEN and c.case_no not in without
        )
        return replace(page, open_cases=open_cases)

    def find_unit_of_certificate(self, certificate_no: str) -> str | None:
        entry_no = self.find_entry_of_certificate(certificate_no)
        if entry_no is not None:
            return next(e.unit_no for e in self._all() if e.entry_no == entry_no)
        for unit_no, events in self.tables.events.items():
            title = replay(unit_no, events, read_at=events[0].at).title
            if title is not None and title.title_no == certificate_no:
                return unit_no
        return None

    def find_entry_of_certificate(self, certificate_no: str) -> str | None:
        if certificate_no in self.tables.certificates:
            return self.tables.certificates[certificate_no].entry_no
        return next((e.entry_no for e in self._all() if _brought(e) == certificate_no), None)

    def next_rank(self, unit_no: str) -> int:
        events = self.history(unit_no)
        if not events:
            return 1
        page = replay(unit_no, events, read_at=events[0].at)
        ranks = [e.rank or 0 for e in page.find_current(EncumbranceKind.MORTGAGE)]
        return max(ranks, default=0) + 1

    def next_entry_no(self, at: datetime) -> str:
        return f"DJ{office_day(at)}-{self.tables.next_number('entry:' + office_day(at)):07d}"

    def next_title_serial(self, year: int) -> int:
        return self.tables.next_number(f"title:{year}")

    def get_deed(self, case_no: str) -> Deed:
        for event in reversed(list(self._all())):
            is_deed = isinstance(event.facts, MortgageEntry | PurchaseEntry)
            if is_deed and event.case_no == case_no:
                assert isinstance(event.facts, MortgageEntry | PurchaseEntry)
                page = replay(event.unit_no, self.history(event.unit_no), read_at=event.at)
                entry = page.find_entry(event.entry_no)
                assert entry is not None
                return replace(event.facts, state=entry.state)
        raise NotFoundError(case_no)

    def _all(self) -> Iterable[Event]:
        return (event for events in self.tables.events.values() for event in events)

    def _require_case(self, event: Event) -> None:
        case = self.tables.cases.get(event.case_no)
        is_approved = case is not None and case.stage in {Stage.APPROVED, Stage.REGISTERED}
        require(
            not event.case_no
            or (case is not None and is_approved and case.unit_no == event.unit_no),
            "law_register_events_case",
        )

    def _require_birth(self, event: Event, page: Extract) -> None:
        require(page.title is not None, "foreign_key")
        others = [e for e in self._all() if e.subject is not None]
        taken = {e.entry_no for e in others}
        require(event.entry_no not in taken, "pk_register_entries")
        number = _brought(event)
        require(
            not number or number not in map(_brought, others), "uq_register_entries_certificate_no"
        )
        begun = {e.case_no for e in others if e.act.is_birth} - {""}
        require(event.case_no not in begun, "uq_register_entries_case_no")
        is_mortgage = event.subject is EncumbranceKind.MORTGAGE
        require(not is_mortgage or event.rank is not None, "ck_register_entries_rank")

    def _require_rank(self, event: Event, page: Extract) -> None:
        part = event.facts.rank_part if isinstance(event.facts, Encumbrance | MortgageEntry) else 0
        taken = {
            (e.rank, e.rank_part)
            for e in page.find_current(EncumbranceKind.MORTGAGE)
            if e.entry_no != event.entry_no
        }
        is_mortgage = event.subject is EncumbranceKind.MORTGAGE
        require(not is_mortgage or (event.rank, part) not in taken, "uq_register_entries_rank")

    def _use_up(self, event: Event) -> None:
        facts = event.facts
        number = facts.title_no if isinstance(facts, Title) else _brought(event)
        what = {"不动产权第": "title", "不动产证明第": "certificate"}
        for mark, name in what.items():
            year, used = number[2:6], number.partition(mark)[2][:7]
            if used and number[1] == "（":
                key = f"{name}:{year}"
                self.tables.counters[key] = max(self.tables.counters.get(key, 0), int(used))

    def _numbered(self, entry: Encumbrance, as_of: datetime | None) -> Encumbrance:
        rows = [
            c
            for c in self.tables.certificates.values()
            if c.entry_no == entry.entry_no
            and c.status != CertificateStatus.REVOKED
            and (as_of is None or c.prepared_at <= as_of)
        ]
        if not rows:
            return entry
        rows.sort(key=lambda c: (c.prepared_at, c.certificate_no))
        *former, last = rows
        numbers = [entry.certificate_no, *(c.certificate_no for c in former)]
        if _is_over(last, as_of):
            numbers.append(last.certificate_no)
        return replace(
            entry,
            certificate_no="" if _is_over(last, as_of) else last.certificate_no,
            former_numbers=tuple(n for n in numbers if n),
        )


def _is_over(row: CertificateRow, as_of: datetime | None) -> bool:
    is_replaced = row.status == CertificateStatus.REPLACED
    return is_replaced and (as_of is None or (row.ended_at is not None and row.ended_at <= as_of))


def _brought(event: Event) -> str:
    if not event.act.is_birth or not isinstance(event.facts, Encumbrance | MortgageEntry):
        return ""
    return event.facts.certificate_no
