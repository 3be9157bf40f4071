"""What the register learns from outside: seizures, dissents and the like, and how they end.

A court's notice is entered when it arrives, whatever is at work on the unit: recording looks at the
register once more and gives back what it can no longer take.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from backend.errors import ConflictError, NotFoundError
from backend.office.events import Act, Event, bring_in, end, end_of
from backend.office.ports import Clock, Work, Works
from backend.office.register import Encumbrance, EncumbranceKind, EntryState, Extract
from registration import schema

_FIRST_TYPE = {"2": "1", "4": "3"}
"""What a queued seizure becomes: CFLX 2 (轮候查封) to 1, 4 (轮候预查封) to 3."""
_OUTSIDE = frozenset(
    {
        EncumbranceKind.SEIZURE,
        EncumbranceKind.DISSENT,
        EncumbranceKind.HABITATION,
        EncumbranceKind.RESTRICTION,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is to be entered on a unit, and by which document."""

    kind: EncumbranceKind
    holder: str
    """The court, the dissenter, who may live there, or who restricts."""
    holder_number: str = ""
    document_no: str = ""
    """The court's order (CFWH), or whatever it rests on."""
    until: date | None = None
    note: str = ""
    is_before_registration: bool = False
    """A seizure before the owner is registered (预查封)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideEntries:
    """Enters what other authorities and people bring, and ends it; each act is in the journal."""

    works: Works
    clock: Clock

    def add(self, unit_no: str, notice: Notice, *, by: str) -> Encumbrance:
        """Put an entry on a unit; a seizure queues behind one that stands.

        Raises:
            NotFoundError: the unit is not on the register.
            ConflictError: such an entry comes from a case, not from outside.
        """
        if notice.kind not in _OUTSIDE:
            raise ConflictError(f"{notice.kind.value} is entered by a case")
        now = self.clock.now()
        with self.works() as work:
            page = _page(work, unit_no, now)
            entry = _entry(work, page, notice, now)
            _write(work, bring_in(unit_no, entry, act=Act.ENTERED), by, now)
            work.commit()
        return entry

    def lift(self, unit_no: str, entry_no: str, *, by: str, note: str) -> tuple[Event, ...]:
        """End an entry from outside; behind a seizure the oldest that waits takes effect.

        Raises:
            NotFoundError: the unit has no such entry.
            ConflictError: it is over, or a case wrote it.
        """
        now = self.clock.now()
        with self.works() as work:
            page = _page(work, unit_no, now)
            entry = _standing(page, entry_no)
            over = end(entry, unit_no, act=end_of(entry.kind), at=now, note=note)
            events = [_write(work, over, by, now)]
            events += [_write(work, e, by, now) for e in _take_effect(page, entry, now)]
            work.commit()
        return tuple(events)

    def file_suit(self, unit_no: str, entry_no: str, *, by: str) -> Event:
        """Note that whoever dissents has sued: the dissent stays in force after its 15 days.

        Raises:
            NotFoundError, ConflictError: as `lift`, or it is no dissent.

        Source: 民法典 art. 220.
        """
        now = self.clock.now()
        with self.works() as work:
            entry = _standing(_page(work, unit_no, now), entry_no)
            if entry.kind is not EncumbranceKind.DISSENT:
                raise ConflictError(f"entry {entry_no} is no dissent")
            changed = replace(entry, is_suit_filed=True)
            event = replace(bring_in(unit_no, changed, act=Act.SUIT_FILED), at=now)
            written = _write(work, event, by, now)
            work.commit()
        return written


def _page(work: Work, unit_no: str, now: datetime) -> Extract:
    page = work.register.extract(unit_no, now)
    if page.title is None:
        raise NotFoundError(f"unit {unit_no}")
    return page


def _standing(page: Extract, entry_no: str) -> Encumbrance:
    entry = page.find_entry(entry_no)
    if entry is None:
        raise NotFoundError(f"entry {entry_no} on unit {page.unit_no}")
    if entry.state is not EntryState.CURRENT or entry.kind not in _OUTSIDE:
        raise ConflictError(f"entry {entry_no} is over, or ends by a case")
    return entry


def _entry(work: Work, page: Extract, notice: Notice, now: datetime) -> Encumbrance:
    is_seizure = notice.kind is EncumbranceKind.SEIZURE
    return Encumbrance(
        entry_no=work.register.next_entry_no(now),
        kind=notice.kind,
        state=EntryState.CURRENT,
        recorded_at=now,
        holder=notice.holder,
        holder_number=notice.holder_number,
        document_no=notice.document_no,
        seizure_type=_seizure_type(page, notice) if is_seizure else "",
        until=notice.until,
        note=notice.note,
    )


def _seizure_type(page: Extract, notice: Notice) -> str:
    """Return CFLX: the first seizure of a unit, or one that waits behind it."""
    is_queued = bool(page.find_current(EncumbranceKind.SEIZURE))
    if notice.is_before_registration:
        return "4" if is_queued else "3"
    return "2" if is_queued else "1"


def _take_effect(page: Extract, lifted: Encumbrance, now: datetime) -> Iterator[Event]:
    """Yield what follows when the seizure that was in effect is lifted.

    Source: 最高人民法院关于人民法院民事执行中查封、扣押、冻结财产的规定 (轮候查封自动生效).
    """
    if lifted.kind is not EncumbranceKind.SEIZURE or lifted.seizure_type in _FIRST_TYPE:
        return
    waiting = [
        e
        for e in page.find_current(EncumbranceKind.SEIZURE)
        if e.seizure_type in _FIRST_TYPE and e.entry_no != lifted.entry_no
    ]
    if waiting:
        first = waiting[0]
        changed = replace(first, seizure_type=_FIRST_TYPE[first.seizure_type])
        yield replace(bring_in(page.unit_no, changed, act=Act.TOOK_EFFECT), at=now)


def _write(work: Work, event: Event, by: str, now: datetime) -> Event:
    written = work.register.write(replace(event, source=by))
    facts = event.facts
    told = {
        "entry_no": event.entry_no,
        "document_no": facts.document_no if isinstance(facts, Encumbrance) else "",
        "note": event.note,
    }
    kind = event.subject.value if event.subject else "title"
    work.journal.append(
        actor=by,
        act=f"{kind} {event.act.value}",
        ref=event.unit_no,
        body=schema.canonical(told),
        at=now,
    )
    return written
