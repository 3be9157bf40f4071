"""The register of the embedded office: what stands on each unit, read from its events' rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from backend.errors import NotFoundError
from backend.office.case import Stage
from backend.office.events import Event, as_entry, replay
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
from backend.store.counters import next_number, office_day
from backend.store.events import EventLog, title_context
from backend.store.sealed import DataKeys
from backend.store.tables import CaseTable, CertificateTable, EntryTable, TitleTable

_OPEN: Final = tuple(
    s.value
    for s in (
        Stage.RECEIVED,
        Stage.CORRECTION_REQUIRED,
        Stage.ACCEPTED,
        Stage.IN_REVIEW,
        Stage.APPROVED,
    )
)


@dataclass(frozen=True, slots=True)
class StoreRegister:
    """What stands on each unit, and everything that happened there."""

    connection: Connection
    keys: DataKeys

    @property
    def _log(self) -> EventLog:
        return EventLog(self.connection, self.keys)

    def write(self, event: Event, *, at: datetime | None = None) -> Event:
        """Write what happened, and let what stands follow; return it with its place.

        A certificate or title number that comes along is used up: the office never gives it again.
        """
        return self._log.write(event, at=at)

    def history(self, unit_no: str) -> tuple[Event, ...]:
        return self._log.read(unit_no)

    def extract(
        self,
        unit_no: str,
        at: datetime,
        *,
        without: Sequence[str] = (),
        as_of: datetime | None = None,
    ) -> Extract:
        """Return everything on the unit; a unit that is not on the register has no title."""
        numbers = self._numbers(unit_no, as_of)
        if as_of is not None:
            events = (e for e in self.history(unit_no) if e.at <= as_of)
            page = replay(unit_no, events, read_at=at)
            return replace(page, encumbrances=_numbered(page.encumbrances, numbers))
        return Extract(
            unit_no=unit_no,
            title=self._find_title(unit_no),
            encumbrances=_numbered(self._standing(unit_no), numbers),
            open_cases=self._open_cases(unit_no, without),
            read_at=at,
        )

    def find_unit_of_certificate(self, certificate_no: str) -> str | None:
        entry_no = self.find_entry_of_certificate(certificate_no)
        if entry_no is not None:
            where = EntryTable.entry_no == entry_no
            return self.connection.scalar(select(EntryTable.unit_no).where(where))
        where = TitleTable.title_no == certificate_no
        return self.connection.scalar(select(TitleTable.unit_no).where(where).limit(1))

    def find_entry_of_certificate(self, certificate_no: str) -> str | None:
        issued = self.connection.scalar(
            select(CertificateTable.entry_no).where(
                CertificateTable.certificate_no == certificate_no
            )
        )
        return issued or self.connection.scalar(
            select(EntryTable.entry_no).where(EntryTable.certificate_no == certificate_no)
        )

    def next_rank(self, unit_no: str) -> int:
        last = self.connection.scalar(
            select(func.max(EntryTable.rank)).where(
                EntryTable.unit_no == unit_no,
                EntryTable.kind == EncumbranceKind.MORTGAGE.value,
                EntryTable.state == EntryState.CURRENT.value,
            )
        )
        return (last or 0) + 1

    def next_entry_no(self, at: datetime) -> str:
        day = office_day(at)
        return f"DJ{day}-{next_number(self.connection, f'entry:{day}'):07d}"

    def next_title_serial(self, year: int) -> int:
        return next_number(self.connection, f"title:{year}")

    def get_deed(self, case_no: str) -> Deed:
        event = self._log.find_deed(case_no)
        if event is None or not isinstance(event.facts, MortgageEntry | PurchaseEntry):
            raise NotFoundError(f"entry of case {case_no}")
        state = self.connection.scalar(
            select(EntryTable.state).where(EntryTable.entry_no == event.entry_no)
        )
        return replace(event.facts, state=EntryState(state))

    def _find_title(self, unit_no: str) -> Title | None:
        row = self.connection.execute(
            select(TitleTable.sealed_payload, TitleTable.last_seq).where(
                TitleTable.unit_no == unit_no
            )
        ).one_or_none()
        if row is None:
            return None
        context = title_context(unit_no, row.last_seq)
        title = self._log.open("title", context, row.sealed_payload)
        assert isinstance(title, Title)
        return title

    def _standing(self, unit_no: str) -> tuple[Encumbrance, ...]:
        rows = self.connection.execute(
            select(EntryTable.__table__)
            .where(EntryTable.unit_no == unit_no)
            .order_by(EntryTable.recorded_at, EntryTable.entry_no)
        )
        return tuple(self._entry(row) for row in rows)

    def _entry(self, row: Row[Any]) -> Encumbrance:
        facts = self._log.open_entry(row)
        assert not isinstance(facts, Title)
        entry = as_entry(facts)
        return replace(
            entry,
            state=EntryState(row.state),
            recorded_at=row.recorded_at,
            certificate_no=entry.certificate_no or row.certificate_no or "",
        )

    def _numbers(self, unit_no: str, as_of: datetime | None) -> dict[str, list[str]]:
        """Return the certificate numbers of a unit's entries, oldest first; the last one stands.

        An empty last number says that the one before was replaced and the next is not made yet.
        """
        rows = self.connection.execute(
            select(
                CertificateTable.entry_no,
                CertificateTable.certificate_no,
                CertificateTable.status,
                CertificateTable.ended_at,
            )
            .join(EntryTable, EntryTable.entry_no == CertificateTable.entry_no)
            .where(EntryTable.unit_no == unit_no, CertificateTable.status != "revoked")
            .where(*(() if as_of is None else (CertificateTable.prepared_at <= as_of,)))
            .order_by(CertificateTable.prepared_at, CertificateTable.certificate_no)
        ).all()
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row.entry_no, []).append(row.certificate_no)
        for row in rows:
            is_over = row.status == "replaced" and (as_of is None or row.ended_at <= as_of)
            if is_over and found[row.entry_no][-1] == row.certificate_no:
                found[row.entry_no].append("")
        return found

    def _open_cases(self, unit_no: str, without: Sequence[str]) -> tuple[OpenCase, ...]:
        rows = self.connection.execute(
            select(CaseTable.case_no, CaseTable.accepted_at)
            .where(
                CaseTable.unit_no == unit_no,
                CaseTable.stage.in_(_OPEN),
                CaseTable.case_no.not_in(without),
            )
            .order_by(CaseTable.case_no)
        )
        return tuple(OpenCase(case_no=case_no, accepted_at=at) for case_no, at in rows)


def _numbered(
    entries: Iterable[Encumbrance], numbers: dict[str, list[str]]
) -> tuple[Encumbrance, ...]:
    """Give entries the certificates that this office made for them, newest last."""
    return tuple(
        replace(
            entry,
            certificate_no=numbers[entry.entry_no][-1],
            former_numbers=tuple(
                number for number in (entry.certificate_no, *numbers[entry.entry_no][:-1]) if number
            ),
        )
        if entry.entry_no in numbers
        else entry
        for entry in entries
    )
