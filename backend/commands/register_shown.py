"""A unit's page and story as a command prints them: one record for programs, lines for people."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from backend.commands.told import write_time
from backend.office.chronicle import PERSONAL, Told, name_subject, tell
from backend.office.events import BEFORE, Event
from backend.office.register import Encumbrance, EncumbranceKind, Extract, Title
from registration.days import local_time
from registration.mortgage import Money
from registration.people import PersonName

_OF_OFFICES: Final = frozenset(
    {
        EncumbranceKind.MORTGAGE,
        EncumbranceKind.MORTGAGE_NOTICE,
        EncumbranceKind.SEIZURE,
        EncumbranceKind.RESTRICTION,
    }
)
"""Kinds whose holders are banks, courts and authorities: nobody to be masked."""
_HIDDEN: Final = "…"


def as_record(
    page: Extract, history: Iterable[Event], *, as_of: datetime | None, is_open: bool
) -> dict[str, Any]:
    """Return everything about a unit; people are masked unless it is open."""
    assert page.title is not None
    return {
        "unit_no": page.unit_no,
        "as_of": write_time(as_of) if as_of else "",
        "title": _title(page.title, is_open=is_open),
        "entries": [_entry(entry, is_open=is_open) for entry in page.encumbrances],
        "history": [_event(told, is_open=is_open) for told in tell(history)],
        "open_cases": [case.case_no for case in page.open_cases],
    }


def _title(title: Title, *, is_open: bool) -> dict[str, Any]:
    return {
        "title_no": title.title_no,
        "location": title.location,
        "area_m2": title.area_m2,
        "use": title.use,
        "state": title.state.value,
        "owners": [_name(owner.name, is_open=is_open) for owner in title.owners],
        "restrictions": list(title.restrictions),
    }


def _entry(entry: Encumbrance, *, is_open: bool) -> dict[str, Any]:
    is_office = entry.kind in _OF_OFFICES
    return {
        "entry_no": entry.entry_no,
        "kind": entry.kind.value,
        "kind_zh": name_subject(entry.kind)[0],
        "state": entry.state.value,
        "recorded_at": write_time(entry.recorded_at),
        "rank": entry.rank,
        "holders": [_name(h.name, is_open=is_open or is_office) for h in entry.holders],
        "amount_fen": entry.amount_fen,
        "certificate_no": entry.certificate_no,
        "former_certificates": list(entry.former_numbers),
        "document_no": entry.document_no,
        "seizure_type": entry.seizure_type,
        "until": entry.until.isoformat() if entry.until else "",
        "case_no": entry.case_no,
    }


def _event(told: Told, *, is_open: bool) -> dict[str, Any]:
    event = told.event
    return {
        "seq": event.seq,
        "at": "" if event.at == BEFORE else write_time(event.at),
        "act": event.act.value,
        "zh": told.zh,
        "en": told.en,
        "entry_no": event.entry_no,
        "case_no": event.case_no,
        "source": event.source,
        "registrar": event.registrar,
        "note": event.note,
        "changes": [
            {"field": name, "before": was, "after": is_now}
            if is_open or name not in PERSONAL
            else {"field": name, "before": _HIDDEN if was else "", "after": _HIDDEN}
            for name, was, is_now in told.changes
        ],
    }


def _name(name: str, *, is_open: bool) -> str:
    return name if is_open else PersonName(name).masked


def as_lines(record: dict[str, Any]) -> list[str]:
    """Return the record as lines for people."""
    return list(_lines(record))


def _lines(record: dict[str, Any]) -> Iterator[str]:
    title = record["title"]
    yield f"{record['unit_no']}  {title['location']}" + _as_of(record["as_of"])
    yield f"{title['title_no']}  {'、'.join(title['owners'])}  {title['area_m2']} m²  {title['use']}"
    for entry in record["entries"]:
        yield "  " + "  ".join(_entry_parts(entry))
    yield ""
    for event in record["history"]:
        came = event["case_no"] or event["source"] or "-"
        yield f"{event['seq']:>4}  {_local(event['at'])}  {event['zh']}  {event['entry_no']}  {came}"
        yield from _change_lines(event)


def _as_of(moment: str) -> str:
    return f"  (as of {moment})" if moment else ""


def _local(moment: str) -> str:
    if not moment:
        # As wide as a time: the old register did not tell the day.
        return "登记时间未载  "
    return f"{local_time(datetime.fromisoformat(moment)):%Y-%m-%d %H:%M:%S}"


def _entry_parts(entry: dict[str, Any]) -> Sequence[str]:
    rank = f"第{entry['rank']}顺位" if entry["rank"] else ""
    state = "" if entry["state"] == "1" else "（已失效）"
    amount = f"{Money(entry['amount_fen']).yuan} 元" if entry["amount_fen"] else ""
    parts = (
        entry["kind_zh"] + state,
        rank,
        "、".join(entry["holders"]),
        amount,
        entry["certificate_no"] or entry["document_no"],
        entry["entry_no"],
    )
    return [part for part in parts if part]


def _change_lines(event: dict[str, Any]) -> Iterator[str]:
    if event["note"]:
        yield f"      {event['note']}"
    for change in event["changes"]:
        if change["before"]:
            yield f"      {change['field']}: {change['before']} → {change['after']}"
