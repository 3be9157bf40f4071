"""Bring estates into the embedded register: an office's old records, or the samples."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from backend.errors import ConflictError
from backend.office.events import Event, bring_in, bring_in_title, end, end_of
from backend.office.ports import Work, Works
from backend.office.register import Encumbrance, EntryState
from backend.store.estate_file import Estate, parse_estates

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
    kept: int = 0
    """Units whose title was there already; the register's own stays as it is."""


def load_estates(works: Works, data: bytes, at: datetime, *, by: str = "system") -> LoadedEstates:
    """Put a file of estates on the register, all of it or nothing; doing it twice is harmless.

    Titles and entries that are there already stay untouched, but an entry in force that the
    file calls historical is ended: so a lifted seizure is brought in. `by` names the actor for
    the journal.

    Raises:
        BadDocumentError: the file is wrong; every problem is named by its JSON Pointer.
        ConflictError: an entry number, certificate number or rank is another's; the message
            names the unit.
    """
    estates = parse_estates(data)
    with works() as work:
        loaded = _sum([_load(work, estate, at, by) for estate in estates])
        if loaded.titles or loaded.entries or loaded.ended:
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
    for entry in estate.encumbrances:
        found = known.get(entry.entry_no)
        if found is None:
            _write(work, bring_in(unit_no, entry, source=by), at)
            entries += 1
        elif _is_over(found, entry):
            event = end(found, unit_no, act=end_of(found.kind), at=at, note="imported")
            _write(work, replace(event, source=by), at)
            ended += 1
    is_new = extract.title is None
    return LoadedEstates(titles=int(is_new), entries=entries, ended=ended, kept=int(not is_new))


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
        kept=sum(part.kept for part in parts),
    )
