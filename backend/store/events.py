"""The rows of the register's events, and of what stands by them."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from backend.errors import ConflictError
from backend.office.events import Act, Event, Facts
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    MortgageEntry,
    PurchaseEntry,
    Title,
)
from backend.store import codec
from backend.store.counters import raise_number
from backend.store.faults import guarded
from backend.store.sealed import REGISTER, DataKeys
from backend.store.tables import EntryTable, EventTable, TitleTable

_TITLE: Final = "title"
_FORMS: Final[dict[str, tuple[type[Any], codec.Kind[Any]]]] = {
    _TITLE: (Title, codec.TITLE),
    "encumbrance": (Encumbrance, codec.ENCUMBRANCE),
    "mortgage": (MortgageEntry, codec.MORTGAGE),
    "purchase": (PurchaseEntry, codec.PURCHASE),
}
_PRINTED: Final = re.compile(r"（([0-9]{4})）.*不动产(权|证明)第([0-9]{7})号", re.ASCII)
_COUNTERS: Final = {"权": "title", "证明": "certificate"}


def title_context(unit_no: str, seq: int) -> str:
    """Return under what a unit's ownership is sealed; the first is sealed as before there were events."""
    return f"titles/{unit_no}" if seq == 1 else f"titles/{unit_no}/{seq}"


def entry_context(entry_no: str, facts_seq: int) -> str:
    """Return under what an entry's facts are sealed: by the event that changed them, 0 at birth."""
    return f"entries/{entry_no}/{facts_seq}" if facts_seq else f"entries/{entry_no}"


@dataclass(frozen=True, slots=True)
class EventLog:
    """Appends events, and keeps what stands equal to them; a trigger compares the two."""

    connection: Connection
    keys: DataKeys

    def write(self, event: Event, *, at: datetime | None) -> Event:
        """Append one event to its unit's page.

        Raises:
            ConflictError: a number or rank is taken, the entry is over or unknown, or the case may
                not write it.
        """
        seq = self._next_seq(event.unit_no)
        placed = replace(event, seq=seq)
        with guarded(self.connection):
            sealed = self._insert(placed, at or event.at)
            if event.subject is None:
                self._stand_title(placed, sealed)
            elif event.act.is_birth:
                self._begin(placed, sealed)
            else:
                self._go_on(placed, sealed)
        self._use_up(event.facts)
        return placed

    def read(self, unit_no: str) -> tuple[Event, ...]:
        """Return a unit's events, oldest first."""
        rows = self.connection.execute(
            select(EventTable.__table__)
            .where(EventTable.unit_no == unit_no)
            .order_by(EventTable.seq)
        )
        return tuple(self._event(row) for row in rows)

    def find_deed(self, case_no: str) -> Event | None:
        """Return the event by which a case wrote the facts of an entry."""
        row = self.connection.execute(
            select(EventTable.__table__)
            .where(EventTable.case_no == case_no, EventTable.form.in_(("mortgage", "purchase")))
            .order_by(EventTable.seq.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else self._event(row)

    def open(self, form: str, context: str, sealed: bytes) -> Facts:
        """Return facts that are sealed in a form."""
        facts: Facts = codec.load(_FORMS[form][1], self.keys.open(REGISTER, context, sealed))
        return facts

    def open_entry(self, row: Row[Any]) -> Facts:
        """Return the facts of a standing entry."""
        context = entry_context(row.entry_no, row.facts_seq)
        return self.open(row.form, context, row.sealed_payload)

    def _next_seq(self, unit_no: str) -> int:
        last = self.connection.scalar(
            select(func.max(EventTable.seq)).where(EventTable.unit_no == unit_no)
        )
        return (last or 0) + 1

    def _insert(self, event: Event, written_at: datetime) -> bytes | None:
        sealed = self._seal_facts(event)
        note = self.keys.seal(REGISTER, _note_context(event), event.note.encode())
        self.connection.execute(
            insert(EventTable).values(
                unit_no=event.unit_no,
                seq=event.seq,
                entry_no=event.entry_no,
                subject=event.subject.value if event.subject else _TITLE,
                act=event.act.value,
                state=event.state.value,
                rank=event.rank,
                rank_part=_rank_part(event.facts),
                at=event.at,
                written_at=written_at,
                case_no=event.case_no or None,
                source=event.source,
                registrar=event.registrar,
                form=_form(event.facts) if event.facts else None,
                sealed_facts=sealed,
                sealed_note=note if event.note else None,
            )
        )
        return sealed

    def _seal_facts(self, event: Event) -> bytes | None:
        if event.facts is None:
            return None
        payload = codec.dump(_FORMS[_form(event.facts)][1], event.facts)
        return self.keys.seal(REGISTER, _facts_context(event), payload)

    def _stand_title(self, event: Event, sealed: bytes | None) -> None:
        title = event.facts
        if not isinstance(title, Title):
            raise ConflictError("an event of the ownership tells the whole title")
        columns = {
            "title_no": title.title_no,
            "location": title.location,
            "sealed_payload": sealed,
            "last_seq": event.seq,
        }
        if event.act.is_birth:
            self.connection.execute(insert(TitleTable).values(unit_no=event.unit_no, **columns))
            return
        changed = self.connection.execute(
            update(TitleTable).where(TitleTable.unit_no == event.unit_no).values(columns)
        )
        if changed.rowcount != 1:
            raise ConflictError(f"unit {event.unit_no} has no title")

    def _begin(self, event: Event, sealed: bytes | None) -> None:
        facts = event.facts
        assert isinstance(facts, Encumbrance | MortgageEntry | PurchaseEntry)
        is_current = event.state.value == "1"
        self.connection.execute(
            insert(EntryTable).values(
                entry_no=event.entry_no,
                unit_no=event.unit_no,
                kind=event.subject.value if event.subject else _TITLE,
                state=event.state.value,
                rank=event.rank,
                rank_part=_rank_part(facts),
                case_no=event.case_no or None,
                certificate_no=_own_number(facts),
                recorded_at=event.at,
                sealed_payload=sealed,
                form=_form(facts),
                cancelled_at=None if is_current else event.at,
                last_seq=event.seq,
            )
        )

    def _go_on(self, event: Event, sealed: bytes | None) -> None:
        columns: dict[str, Any] = {"last_seq": event.seq, "state": event.state.value}
        if event.facts is not None:
            columns |= {
                "sealed_payload": sealed,
                "form": _form(event.facts),
                "facts_seq": event.seq,
                "rank": event.rank,
                "rank_part": _rank_part(event.facts),
            }
        if event.act.is_end:
            columns |= {
                "cancelled_at": event.at,
                "cancelled_by": event.case_no or None,
                "cancelled_reason": event.act.value,
                "cancelled_registrar": event.registrar or event.source,
            }
        changed = self.connection.execute(
            update(EntryTable)
            .where(
                EntryTable.entry_no == event.entry_no,
                EntryTable.unit_no == event.unit_no,
                EntryTable.state == "1",
            )
            .values(columns)
        )
        if changed.rowcount != 1:
            raise ConflictError(f"entry {event.entry_no} is not current")

    def _event(self, row: Row[Any]) -> Event:
        subject = None if row.subject == _TITLE else EncumbranceKind(row.subject)
        event = Event(
            unit_no=row.unit_no,
            entry_no=row.entry_no,
            subject=subject,
            act=Act(row.act),
            at=row.at,
            case_no=row.case_no or "",
            source=row.source,
            registrar=row.registrar,
            seq=row.seq,
        )
        facts, note = self._open_facts(event, row), self._open_note(event, row)
        return replace(event, facts=facts, note=note)

    def _open_facts(self, event: Event, row: Row[Any]) -> Facts | None:
        if row.sealed_facts is None:
            return None
        return self.open(row.form, _facts_context(event), row.sealed_facts)

    def _open_note(self, event: Event, row: Row[Any]) -> str:
        if row.sealed_note is None:
            return ""
        return self.keys.open(REGISTER, _note_context(event), row.sealed_note).decode()

    def _use_up(self, facts: Facts | None) -> None:
        """Never give a number again that came along."""
        number = facts.title_no if isinstance(facts, Title) else _own_number(facts) or ""
        printed = _PRINTED.search(number)
        if printed:
            year, what, serial = printed.groups()
            raise_number(self.connection, f"{_COUNTERS[what]}:{year}", int(serial))


def _form(facts: Facts) -> str:
    return next(name for name, (kind, _) in _FORMS.items() if isinstance(facts, kind))


def _rank_part(facts: Facts | None) -> int:
    return facts.rank_part if isinstance(facts, Encumbrance | MortgageEntry) else 0


def _own_number(facts: Facts | None) -> str | None:
    """Return the certificate number that an entry brought along."""
    if not isinstance(facts, Encumbrance | MortgageEntry):
        return None
    return facts.certificate_no or None


def _facts_context(event: Event) -> str:
    if event.subject is None:
        return title_context(event.unit_no, event.seq)
    return entry_context(event.entry_no, 0 if event.act.is_birth else event.seq)


def _note_context(event: Event) -> str:
    return f"events/{event.unit_no}/{event.seq}/note"
