"""The story of a unit in words: what happened, and what was different afterwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from backend.office.events import Act, Event, Facts
from backend.office.register import EncumbranceKind, Holder, Owner

_ACTS: Final[dict[Act, tuple[str, str]]] = {
    Act.BROUGHT_IN: ("接入", "brought in"),
    Act.ENTERED: ("登记", "entered"),
    Act.CONVERTED: ("由预告登记转本登记", "converted from its notice"),
    Act.SPLIT_OFF: ("由最高额抵押权分出", "split off from a maximum-amount mortgage"),
    Act.PASSED: ("转移登记", "passed on"),
    Act.CHANGED: ("变更登记", "changed"),
    Act.TRANSFERRED: ("转移登记", "transferred"),
    Act.CRYSTALLISED: ("最高额确定登记", "crystallised"),
    Act.TOOK_EFFECT: ("轮候转正式", "took effect"),
    Act.SUIT_FILED: ("已提起诉讼", "suit filed"),
    Act.DISCHARGED: ("注销登记", "discharged"),
    Act.FULFILLED: ("已转本登记", "fulfilled"),
    Act.LIFTED: ("解除", "lifted"),
    Act.ENDED: ("注销", "ended"),
    Act.LAPSED: ("失效", "lapsed"),
}
_SUBJECTS: Final[dict[EncumbranceKind | None, tuple[str, str]]] = {
    None: ("所有权", "ownership"),
    EncumbranceKind.MORTGAGE: ("抵押权", "mortgage"),
    EncumbranceKind.SEIZURE: ("查封", "seizure"),
    EncumbranceKind.DISSENT: ("异议", "dissent"),
    EncumbranceKind.PURCHASE_NOTICE: ("预购商品房预告登记", "notice of a purchase"),
    EncumbranceKind.MORTGAGE_NOTICE: ("抵押权预告登记", "notice of a mortgage"),
    EncumbranceKind.HABITATION: ("居住权", "right of habitation"),
    EncumbranceKind.RESTRICTION: ("限制", "restriction"),
}
_UNTOLD: Final = frozenset({"entry_no", "unit_no", "case_no", "registered_at", "registrar", "deed"})
"""What the event itself tells, or what changes with every one."""
PERSONAL: Final = frozenset(
    {
        *("owners", "mortgagors", "mortgagor_numbers", "debtors", "buyers", "sellers"),
        *("holder", "holder_number", "co_holders"),
    }
)
"""Fields that name people; shown only to whoever has told a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event with what it changed."""

    event: Event
    zh: str
    en: str
    changes: tuple[tuple[str, str, str], ...]
    """Field, text before (empty at a birth) and text after; names and numbers as they are."""


def tell(events: Iterable[Event]) -> tuple[Told, ...]:
    """Return the story of a unit from all of its events, oldest first."""
    known: dict[str, Facts] = {}
    told = []
    for event in events:
        # Ownership is one thing, whatever number its entry has.
        key = event.entry_no if event.subject else "title"
        before, after = known.get(key), event.facts
        told.append(
            Told(
                event=event,
                zh=f"{_SUBJECTS[event.subject][0]}{_ACTS[event.act][0]}",
                en=f"{_SUBJECTS[event.subject][1]} {_ACTS[event.act][1]}",
                changes=tuple(_changes(before, after)) if after is not None else (),
            )
        )
        if after is not None:
            known[key] = after
    return tuple(told)


def name_subject(kind: EncumbranceKind | None) -> tuple[str, str]:
    """Return what an entry is called, in Chinese and English."""
    return _SUBJECTS[kind]


def _changes(before: Facts | None, after: Facts) -> Iterator[tuple[str, str, str]]:
    for field in fields(after):
        if field.name in _UNTOLD:
            continue
        was, is_now = _text(getattr(before, field.name, None)), _text(getattr(after, field.name))
        if was != is_now:
            yield field.name, was, is_now


def _text(value: Any) -> str:
    if isinstance(value, Holder | Owner):
        parts = (getattr(value, field.name) for field in fields(value))
        return " ".join(part for part in map(_text, parts) if part)
    if isinstance(value, tuple):
        return "、".join(map(_text, value))
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None or value is False else str(value)
