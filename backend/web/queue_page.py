"""The queue as rows and views."""

from dataclasses import dataclass
from datetime import datetime

from backend.office.case import Case
from backend.office.review import PAGE, QueuePage
from backend.web.words import (
    Clock,
    Word,
    show_clock,
    show_kind,
    show_level,
    show_place,
    show_wan,
)
from registration.days import local_day, local_time

VIEWS = {
    "free": "可领取",
    "mine": "我在办",
    "second": "待复审",
    "chief": "待核定",
    "hold": "挂起",
    "correction": "等补正",
    "done": "办结",
    "all": "全部",
}
EMPTY = {
    "free": "没有等着领取的件。新件一受理就排到这里。",
    "mine": "您手上没有件。按 F2 领下一件。",
    "second": "没有等复审的件。初审同意后排到这里，须由另一人办。",
    "chief": "没有等负责人核定的件。两人意见不一、数额高、须看的结果、上报的，排到这里。",
    "hold": "没有挂起的件。",
    "correction": "没有等网点补正的件。",
    "done": "还没有办结的件。",
    "all": "还没有收到过件。",
}
"""What an empty view means, and what next."""


@dataclass(frozen=True, slots=True)
class View:
    """One tab of the queue."""

    name: str
    text: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case of the queue."""

    case_no: str
    due: Clock
    kind: str
    location: str
    mortgagee: str
    amount_wan: str
    level: Word
    round: int
    holder: str
    state: str
    """"over", "held" by somebody else, or empty."""
    accepted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """One page of one view."""

    name: str
    title: str
    text: str
    """What was looked for."""
    empty: str
    views: tuple[View, ...]
    rows: tuple[Row, ...]
    first: int
    last: int
    total: int
    previous_page: int
    """0 where there is none."""
    next_page: int


def show_queue(
    found: QueuePage, view: str, text: str, *, staff_id: str, now: datetime
) -> QueueView:
    """Return one page of a view in words."""
    start = (found.page - 1) * PAGE
    end = start + len(found.cases)
    return QueueView(
        name=view,
        title=VIEWS[view],
        text=text,
        empty=EMPTY[view],
        views=tuple(View(n, t, found.counts.get(n, 0), n == view) for n, t in VIEWS.items()),
        rows=tuple(show_row(case, staff_id=staff_id, now=now) for case in found.cases),
        first=start + 1,
        last=end,
        total=found.total if found.cases else 0,
        previous_page=found.page - 1,
        next_page=found.page + 1 if found.cases and end < found.total else 0,
    )


def show_row(case: Case, *, staff_id: str, now: datetime) -> Row:
    """Return one case as a row."""
    due = show_clock(case, now)
    is_mine = case.holder == staff_id
    return Row(
        case_no=case.case_no,
        due=due,
        kind=show_kind(case.kind),
        location=show_place(case.location),
        mortgagee=case.mortgagee,
        amount_wan=show_wan(case.amount_fen),
        level=show_level(case.findings),
        round=case.round,
        holder="您" if is_mine else _who(case, now),
        state=_state(due, is_held=case.is_held(now) and not is_mine),
        accepted=_when(case.accepted_at or case.received_at, now),
    )


def _state(due: Clock, *, is_held: bool) -> str:
    if due.state == "over":
        return "over"
    return "held" if is_held else ""


def _who(case: Case, now: datetime) -> str:
    return case.holder if case.is_held(now) or not case.holder else f"{case.holder}（没有动静）"


def _when(at: datetime, now: datetime) -> str:
    """Return the time of a case of today, the day of an older one."""
    is_today = local_day(at) == local_day(now)
    return local_time(at).strftime("%H:%M" if is_today else "%m-%d %H:%M")
