"""Bring estates into the embedded register: an office's old records, or the samples."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from backend.errors import ConflictError
from backend.office.events import Act, Event, bring_in, bring_in_title, end, end_of
from backend.office.ports import Work, Works
from backend.office.register import Encumbrance, EntryState, MortgageEntry, Title
from backend.store.estate_file import Estate, Terms, parse_estates

SAMPLES: Final = Path(__file__).with_name("samples") / "estates.json"
"""Made-up estates: free, mortgaged, seized and whatever else an examiner meets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedEstates:
    """What a load changed; all zeros when everything was there."""

    titles: int = 0
    """Units that are new on the register."""
    entries: int = 0
    """Entries that are new on their unit."""
    ended: int = 0
    """Entries that stood in force and came in as historical or terminated."""
    changed: int = 0
    """Units whose ownership was entered anew outside since."""
    kept: int = 0
    """Units whose title was there already; the register's own stays as it is."""


def load_estates(works: Works, data: bytes, at: datetime, *, by: str = "system") -> LoadedEstates:
    """Put a file of estates on the register, all of it or nothing; doing it twice is harmless.

    Titles and entries that are there already stay untouched, with two exceptions. An entry in
    force that the file calls historical is ended: so a lifted seizure is brought in. A title that
    the file dates later than the register's own stands in its place: so a building's first
    registration, or a sale at the window, is. `by` names the actor for the journal.

    Raises:
        BadDocumentError: the file is wrong; every problem is named by its JSON Pointer.
        ConflictError: an entry number, certificate number or rank is another's; the message
            names the unit.
    """
    return put_estates(works, parse_estates(data), data, at, by=by)


def put_estates(
    works: Works, estates: Sequence[Estate], data: bytes, at: datetime, *, by: str = "system"
) -> LoadedEstates:
    """Put estates on the register, as `load_estates`; `data` is what the journal names them by.

    Raises:
        ConflictError: as `load_estates`.
    """
    with works() as work:
        loaded = _sum([_load(work, estate, at, by) for estate in estates])
        if loaded.titles or loaded.entries or loaded.ended or loaded.changed:
            work.journal.append(actor=by, act="register imported", ref="register", body=data, at=at)
            work.commit()
    return loaded


def _load(work: Work, estate: Estate, at: datetime, by: str) -> LoadedEstates:
    unit_no = estate.title.unit_no
    extract = work.register.extract(unit_no, at)
    known = {entry.entry_no: entry for entry in extract.encumbrances}
    entries = ended = 0
    if extract.title is None:
        work.register.write(bring_in_title(estate.title, source=by), at=at)
    is_later = extract.title is not None and _is_later(estate.title, extract.title)
    if is_later:
        _write(work, replace(bring_in_title(estate.title, source=by), act=Act.PASSED), at)
    for entry in estate.encumbrances:
        found = known.get(entry.entry_no)
        if found is None:
            _write(work, _brought(estate, entry, by), at)
            entries += 1
        elif _is_over(found, entry):
            event = end(found, unit_no, act=end_of(found.kind), at=at, note="imported")
            _write(work, replace(event, source=by), at)
            ended += 1
    is_new = extract.title is None
    return LoadedEstates(
        titles=int(is_new),
        entries=entries,
        ended=ended,
        changed=int(is_later),
        kept=int(not is_new and not is_later),
    )


def _is_later(told: Title, known: Title) -> bool:
    """Say whether a file tells of an ownership that was entered after the register's own."""
    since = known.registered_at
    return told.registered_at is not None and (since is None or told.registered_at > since)


def _brought(estate: Estate, entry: Encumbrance, by: str) -> Event:
    """Return the event that brings an entry in, with its terms where the file tells them."""
    event = bring_in(estate.title.unit_no, entry, source=by)
    terms, deed = estate.terms.get(entry.entry_no), estate.deeds.get(entry.entry_no)
    if deed is not None:
        return replace(event, facts=deed)
    return event if terms is None else replace(event, facts=_deed(estate.title, entry, terms))


def _deed(title: Title, entry: Encumbrance, terms: Terms) -> MortgageEntry:
    return MortgageEntry(
        entry_no=entry.entry_no,
        case_no="",
        unit_no=title.unit_no,
        title_no=title.title_no,
        location=title.location,
        rank=entry.rank,
        mortgagee=entry.holder,
        mortgagee_number=entry.holder_number,
        co_mortgagees=entry.co_holders,
        mortgagors=tuple(owner.name for owner in title.owners),
        mortgagor_numbers=tuple(owner.id_number for owner in title.owners),
        debtors=terms.debtors,
        form=terms.form.value,
        amount_fen=entry.amount_fen or 0,
        start=terms.start,
        end=terms.end,
        is_period_open=terms.is_period_open,
        security_scope=terms.security_scope,
        is_transfer_restricted=entry.is_transfer_restricted,
        principal_contract_no=terms.principal_contract_no,
        mortgage_contract_no=entry.contract_no,
        accepted_at=entry.recorded_at,
        registered_at=entry.recorded_at,
        registrar="",
        state=entry.state,
        kind=entry.kind,
        certificate_no=entry.certificate_no,
    )


def _write(work: Work, event: Event, at: datetime) -> None:
    try:
        work.register.write(event, at=at)
    except ConflictError as error:
        raise ConflictError(f"unit {event.unit_no}, entry {event.entry_no}: {error}") from error


def _is_over(found: Encumbrance, entry: Encumbrance) -> bool:
    return (
        found.state is EntryState.CURRENT
        and not found.case_no
        and entry.state in {EntryState.HISTORICAL, EntryState.TERMINATED}
    )


def _sum(parts: list[LoadedEstates]) -> LoadedEstates:
    return LoadedEstates(
        titles=sum(part.titles for part in parts),
        entries=sum(part.entries for part in parts),
        ended=sum(part.ended for part in parts),
        changed=sum(part.changed for part in parts),
        kept=sum(part.kept for part in parts),
    )
