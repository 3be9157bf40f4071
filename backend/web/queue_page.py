"""The queue as rows and views."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from backend.office.case import Case
from backend.office.queue import PAGE, QueuePage
from backend.office.rows import Spot
from backend.web.language import say
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

_SPOT = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}_[0-9]{8}-[0-9]{7}", re.ASCII)
VIEWS = {
    "free": "可领取",
    "mine": "我在办",
    "second": "待复审",
    "chief": "待核定",
    "late": "超期",
    "hold": "挂起@视图",
    "correction": "等补正",
    "done": "办结",
    "all": "全部",
}
EMPTY = {
    "free": "没有等着领取的件。新件一受理就排到这里。",
    "mine": "您手上没有件。按 F2 领下一件。",
    "second": "没有等复审的件。初审同意后排到这里，须由另一人办。",
    "chief": "没有等负责人核定的件。两人意见不一、数额高、须看的结果、上报的，排到这里。",
    "late": "没有超期的件。第一个时限过了还没有办完的排到这里。",
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
    count: str
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
    span: str
    """Which rows of how many these are."""
    before: str
    """The spot that the page before ends at; empty where there is none."""
    after: str
    page: int
    """Counted by who turned the pages."""


def show_queue(
    found: QueuePage, view: str, text: str, *, staff_id: str, now: datetime, page: int = 1
) -> QueueView:
    """Return one page of a view in words."""
    cases = found.cases
    return QueueView(
        name=view,
        title=say(VIEWS[view]),
        text=text,
        empty=say(EMPTY[view]),
        views=tuple(View(n, say(t), _many(found, n), n == view) for n, t in VIEWS.items()),
        rows=tuple(show_row(case, staff_id=staff_id, now=now) for case in cases),
        span=_span(found, page),
        before="" if found.is_first or not cases else format_spot(cases[0]),
        after="" if found.is_last or not cases else format_spot(cases[-1]),
        page=page,
    )


def format_spot(case: Case) -> str:
    """Return the place of a case in the queue for an address."""
    return f"{case.due_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}_{case.case_no}"


def parse_spot(text: str) -> Spot | None:
    """Read a place in the queue; None where the text is none."""
    moment, _, case_no = text.partition("_")
    if not _SPOT.fullmatch(text):
        return None
    try:
        at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Spot(due_at=at, case_no=case_no)


def _span(found: QueuePage, page: int) -> str:
    if not found.cases:
        return ""
    start = 1 if found.is_first else (page - 1) * PAGE + 1
    end, total = start + len(found.cases) - 1, found.total
    if found.is_counted_in_part:
        return say("第 {start} 至 {end} 件，共 {total} 件以上", start=start, end=end, total=total)
    return say("第 {start} 至 {end} 件，共 {total} 件", start=start, end=end, total=total)


def _many(found: QueuePage, view: str) -> str:
    return f"{found.counts[view]}+" if view in found.in_part else str(found.counts[view])


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
        holder=say("您") if is_mine else _who(case, now),
        state=_state(due, is_held=case.is_held(now) and not is_mine),
        accepted=_when(case.accepted_at or case.received_at, now),
    )


def _state(due: Clock, *, is_held: bool) -> str:
    if due.state == "over":
        return "over"
    return "held" if is_held else ""


def _who(case: Case, now: datetime) -> str:
    is_silent = case.holder and not case.is_held(now)
    return say("{holder}（没有动静）", holder=case.holder) if is_silent else case.holder


def _when(at: datetime, now: datetime) -> str:
    """Return the time of a case of today, the day of an older one."""
    is_today = local_day(at) == local_day(now)
    return local_time(at).strftime("%H:%M" if is_today else "%m-%d %H:%M")
