"""The register as events: what happened on a unit, one after another, and what follows from it.

A unit's page is nothing but its events laid one upon another; `apply` is the only way from one
state to the next. An event is never changed.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from backend.office.register import (
    Deed,
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Extract,
    Holder,
    MortgageEntry,
    PurchaseEntry,
    Title,
)

BEFORE: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When a title stands from, of which the old register told no day."""


class Act(enum.Enum):
    """What happened to an entry or to the ownership; the value is stored."""

    BROUGHT_IN = "brought_in"
    """It stood already when the office's system began, or was entered outside it."""
    ENTERED = "entered"
    CONVERTED = "converted"
    """A mortgage came out of its notice."""
    SPLIT_OFF = "split_off"
    """An ordinary mortgage came out of a maximum-amount one."""
    PASSED = "passed"
    """The ownership passed to somebody else."""
    CHANGED = "changed"
    TRANSFERRED = "transferred"
    CRYSTALLISED = "crystallised"
    TOOK_EFFECT = "took_effect"
    """A queued seizure became the first one."""
    SUIT_FILED = "suit_filed"
    DISCHARGED = "discharged"
    FULFILLED = "fulfilled"
    """A notice ended because what it secured was entered."""
    LIFTED = "lifted"
    ENDED = "ended"
    LAPSED = "lapsed"

    @property
    def is_birth(self) -> bool:
        """Whether an entry begins with it."""
        return self in _BIRTHS

    @property
    def is_end(self) -> bool:
        """Whether an entry is over with it."""
        return self in _ENDS


_BIRTHS: Final = frozenset({Act.BROUGHT_IN, Act.ENTERED, Act.CONVERTED, Act.SPLIT_OFF})
_ENDS: Final = frozenset({Act.DISCHARGED, Act.FULFILLED, Act.LIFTED, Act.ENDED, Act.LAPSED})

Facts = Title | Encumbrance | Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened on a unit."""

    unit_no: str
    entry_no: str
    subject: EncumbranceKind | None
    """What kind of entry; None for the ownership."""
    act: Act
    at: datetime
    """When it took effect on the register."""
    facts: Facts | None = None
    """The entry as it stands after it; None for an end, which leaves the facts as they were."""
    case_no: str = ""
    """The case that wrote it; empty for what came from outside."""
    source: str = ""
    """Where it came from, if no case wrote it: an operator, an import, a court's document."""
    registrar: str = ""
    note: str = ""
    """Why, in words or by a code."""
    seq: int = 0
    """Its place on the unit's page, from 1; given by the store."""

    @property
    def state(self) -> EntryState:
        """The entry's state after it (QSZT)."""
        if self.act.is_end:
            is_over = self.act is Act.LAPSED
            return EntryState.TERMINATED if is_over else EntryState.HISTORICAL
        return EntryState.CURRENT if self.facts is None else self.facts.state

    @property
    def rank(self) -> int | None:
        """The rank that the facts give."""
        return self.facts.rank if isinstance(self.facts, Encumbrance | MortgageEntry) else None


def bring_in_title(title: Title, *, source: str = "") -> Event:
    """Return the event that puts the ownership of a unit on the register."""
    return Event(
        unit_no=title.unit_no,
        entry_no=title.entry_no or f"CQ-{title.unit_no}",
        subject=None,
        act=Act.BROUGHT_IN,
        at=title.registered_at or BEFORE,
        facts=title,
        source=source,
    )


def bring_in(
    unit_no: str, entry: Encumbrance, *, act: Act = Act.BROUGHT_IN, source: str = ""
) -> Event:
    """Return the event that puts an entry from outside this system on a unit."""
    return Event(
        unit_no=unit_no,
        entry_no=entry.entry_no,
        subject=entry.kind,
        act=act,
        at=entry.recorded_at,
        facts=entry,
        source=source,
    )


def enter(deed: Deed, *, act: Act = Act.ENTERED, at: datetime | None = None) -> Event:
    """Return the event by which a case writes an entry, or changes it with another act."""
    kind = deed.kind if isinstance(deed, MortgageEntry) else EncumbranceKind.PURCHASE_NOTICE
    return Event(
        unit_no=deed.unit_no,
        entry_no=deed.entry_no,
        subject=kind,
        act=act,
        at=at or deed.registered_at,
        facts=deed,
        case_no=deed.case_no,
        registrar=deed.registrar,
    )


def end(entry: Encumbrance, unit_no: str, *, act: Act, at: datetime, note: str = "") -> Event:
    """Return the event that ends an entry; the caller says by which case or from where."""
    return Event(
        unit_no=unit_no, entry_no=entry.entry_no, subject=entry.kind, act=act, at=at, note=note
    )


def end_of(kind: EncumbranceKind) -> Act:
    """Return the act that ends an entry of a kind when nothing more is told."""
    return {
        EncumbranceKind.MORTGAGE: Act.DISCHARGED,
        EncumbranceKind.SEIZURE: Act.LIFTED,
        EncumbranceKind.RESTRICTION: Act.LIFTED,
    }.get(kind, Act.ENDED)


def apply(extract: Extract, event: Event) -> Extract:
    """Return a unit's page after an event."""
    if event.subject is None:
        return replace(extract, title=_title(extract.title, event))
    known = extract.find_entry(event.entry_no)
    after = _entry(known, event)
    others = [e for e in extract.encumbrances if e.entry_no != event.entry_no]
    ordered = sorted((*others, after), key=lambda e: (e.recorded_at, e.entry_no))
    return replace(extract, encumbrances=tuple(ordered))


def replay(unit_no: str, events: Iterable[Event], *, read_at: datetime) -> Extract:
    """Return a unit's page after all of its events, in order."""
    page = Extract(unit_no=unit_no, title=None, encumbrances=(), read_at=read_at)
    for event in events:
        page = apply(page, event)
    return page


def _title(known: Title | None, event: Event) -> Title | None:
    if isinstance(event.facts, Title):
        return event.facts
    return None if known is None else replace(known, state=event.state)


def _entry(known: Encumbrance | None, event: Event) -> Encumbrance:
    if event.facts is None:
        assert known is not None
        return replace(known, state=event.state)
    assert not isinstance(event.facts, Title)
    found = as_entry(event.facts)
    if known is None:
        return found
    # An entry keeps its day and its certificates; the store knows of newer ones.
    return replace(
        found,
        recorded_at=known.recorded_at,
        certificate_no=found.certificate_no or known.certificate_no,
        former_numbers=known.former_numbers,
    )


def as_entry(facts: Encumbrance | Deed) -> Encumbrance:
    """Return an entry as a unit's page shows it."""
    if isinstance(facts, Encumbrance):
        return facts
    if isinstance(facts, PurchaseEntry):
        return _of_purchase(facts)
    return Encumbrance(
        entry_no=facts.entry_no,
        kind=facts.kind,
        state=facts.state,
        recorded_at=facts.registered_at,
        holder=facts.mortgagee,
        holder_number=facts.mortgagee_number,
        certificate_no=facts.certificate_no,
        co_holders=facts.co_mortgagees,
        rank=facts.rank,
        rank_part=facts.rank_part,
        amount_fen=facts.amount_fen,
        contract_no=facts.mortgage_contract_no,
        is_transfer_restricted=facts.is_transfer_restricted,
        case_no=facts.case_no,
        deed=facts,
    )


def _of_purchase(facts: PurchaseEntry) -> Encumbrance:
    first, *others = facts.buyers or (Holder(""),)
    return Encumbrance(
        entry_no=facts.entry_no,
        kind=EncumbranceKind.PURCHASE_NOTICE,
        state=facts.state,
        recorded_at=facts.registered_at,
        holder=first.name,
        holder_number=first.number,
        co_holders=tuple(others),
        amount_fen=facts.price_fen,
        contract_no=facts.contract_no,
        case_no=facts.case_no,
        deed=facts,
    )
