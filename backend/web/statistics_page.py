"""The figures of a month as a page and as a table to take along."""

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

from backend.office.book_ports import SampleTally
from backend.office.complaint_ports import ComplaintFigures
from backend.office.figures import Figures, Group, month_of
from backend.office.leaders import Overview
from backend.web.charts import Bars, Columns, bars, columns
from backend.web.language import is_english, pick, say
from backend.web.rule_names import show_rule
from registration.mortgage import RegistrationKind

TARGET: Final = 0.95
"""The part of cases that the channel wants entered within the hour."""
_STEPS: Final = ("0", "10", "20", "30", "40", "50", "60", "70", "80", "90+")
_REASONS = 6
_HOURS_A_DAY = 6.5


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: what it is, the number with its unit, and what it means."""

    name: str
    number: str
    unit: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One row of the table of branches."""

    name: str
    received: int
    returned: int
    percent: str
    width: float
    """Of its bar."""
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one member of staff decided."""

    name: str
    first: int
    second: int
    sent_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsView:
    """Everything on the page."""

    month: str
    """yyyy-mm."""
    earlier: str
    later: str
    """Empty where it would be the future."""
    days: str
    is_empty: bool
    tiles: tuple[Tile, ...]
    minutes: Columns
    minutes_said: str
    hours: Columns
    hours_said: str
    reasons: Bars
    reasons_total: int
    branches: tuple[Share, ...]
    tellers: tuple[Share, ...]
    loads: tuple[Load, ...]


def show_statistics(overview: Overview, *, today: date) -> StatisticsView:
    """Return a month in words and shapes."""
    figures = overview.now
    first = figures.span.first
    later = month_of(first + timedelta(days=31)).first
    return StatisticsView(
        month=f"{first:%Y-%m}",
        earlier=f"{first - timedelta(days=1):%Y-%m}",
        later=f"{later:%Y-%m}" if later <= today else "",
        days=_show_days(figures),
        is_empty=figures.is_empty,
        tiles=(*_tiles(figures, overview.before), _complaints(overview.complaints)),
        minutes=columns(_STEPS, [figures.times.histogram], late_from=6),
        minutes_said=_say_minutes(figures),
        hours=_hours(figures),
        hours_said=_say_hours(figures),
        reasons=bars(_reasons(figures)),
        reasons_total=sum(number for _, number in figures.reasons),
        branches=_shares(figures.branches),
        tellers=_shares(figures.tellers)[:20],
        loads=_loads(overview),
    )


def _show_days(figures: Figures) -> str:
    if not is_english():
        return say_days(figures)
    first, last = figures.span.first, figures.span.last
    return f"{first} to {last}, {figures.working_days} working days"


def say_days(figures: Figures) -> str:
    """Return the span and its working days, in Chinese."""
    first, last = figures.span.first, figures.span.last
    until = f"{last.day} 日" if first.month == last.month else f"{last.month} 月 {last.day} 日"
    return f"{first.year} 年 {first.month} 月 {first.day} 日至 {until}，{figures.working_days} 个工作日"


def say_time(time: timedelta | None) -> tuple[str, str]:
    """Return a span of open time as number and unit, in Chinese."""
    if time is None:
        return "–", ""
    seconds = -(-time // timedelta(seconds=1))
    if seconds < 120:
        return str(seconds), "秒"
    if seconds < 2 * 3600:
        return str(-(-seconds // 60)), "分钟"
    hours = seconds / 3600
    if hours < 2 * _HOURS_A_DAY:
        return f"{hours:.1f}", "小时"
    return f"{hours / _HOURS_A_DAY:.1f}", "个工作日"


def _show_time(time: timedelta | None) -> tuple[str, str]:
    number, unit = say_time(time)
    return number, say(unit) if unit else ""


def say_share(part: int, whole: int) -> str:
    """Return a share in per cent with one decimal; a dash of nothing."""
    return f"{100 * part / whole:.1f}" if whole else "–"


def to_csv(overview: Overview) -> str:
    """Return the figures as a table: section, item, and its numbers; opens in any spreadsheet."""
    figures = overview.now
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([say(t) for t in ("项目", "名称", "件数", "其中", "比例%")])
    for tile in (*_tiles(figures, overview.before), _complaints(overview.complaints)):
        table.writerow([say("总体"), tile.name, tile.number, tile.unit, tile.note])
    for label, number in zip(_STEPS, figures.times.histogram, strict=True):
        table.writerow([say("受理到登簿分钟"), label, number, "", ""])
    for rule, number in figures.reasons:
        table.writerow([say("补正原因"), show_rule(rule), number, "", ""])
    groups = (("网点", figures.branches), ("柜员", figures.tellers), ("类型", figures.kinds))
    for name, found in groups:
        for group in found:
            said = say_share(group.returned, group.received)
            shown = _kind(group.name) if name == "类型" else _plain(group.name)
            table.writerow([say(name), shown, group.received, group.returned, said])
    for load in figures.workload:
        who = _plain(overview.staff.get(load.staff_id, load.staff_id))
        table.writerow([say("审核工作量"), who, load.first + load.second, load.sent_back, ""])
    return "\ufeff" + out.getvalue()


def _tiles(now: Figures, before: Figures) -> tuple[Tile, ...]:
    first_right = say_share(now.first_right, now.received)
    earlier = say_share(before.first_right, before.received)
    automatic = say_share(now.automatic, now.registered)
    entered = say("登簿 {all:,} 件中 {some:,} 件", all=now.registered, some=now.automatic)
    rounds = say("上月 {share} %，平均 {rounds:.2f} 轮", share=earlier, rounds=now.rounds)
    return (
        Tile(say("收件"), f"{now.received:,}", say("件"), _difference(now, before)),
        Tile(say("一半的件办完用"), *_show_time(now.times.p50), _said(say("九成"), now.times.p90)),
        Tile(say("一小时内办完"), say_share(now.times.in_time, now.registered), "%", _target(now)),
        Tile(say("一次就对，没有补正"), first_right, "%", rounds),
        Tile(say("规则自动通过"), automatic, "%", entered),
        Tile(
            say("超过法定时限"), str(now.overdue), say("件"), _said(say("最长"), now.times.longest)
        ),
    )


def _complaints(found: ComplaintFigures) -> Tile:
    closed = say(
        "答复 {closed} 件，按时 {in_time} 件，属实或部分属实 {justified} 件",
        closed=found.closed,
        in_time=found.in_time,
        justified=found.justified,
    )
    late = say("；{n} 件超期未答复", n=found.late) if found.late else ""
    return Tile(say("投诉"), str(found.received), say("件@投诉"), closed + late)


def _said(what: str, time: timedelta | None) -> str:
    return " ".join((what, *_show_time(time))).strip()


def _target(now: Figures) -> str:
    missing = ceil(now.registered * TARGET) - now.times.in_time
    if missing <= 0:
        return say("目标 {share:.0%}", share=TARGET)
    return say("目标 {share:.0%}，差 {n} 件", share=TARGET, n=missing)


def _difference(now: Figures, before: Figures) -> str:
    more = now.received - before.received
    if more == 0:
        return say("与上月相同")
    return say("比上月多 {n:,}", n=more) if more > 0 else say("比上月少 {n:,}", n=-more)


def _hours(figures: Figures) -> Columns:
    came, done = ([hour[place] for hour in figures.hours] for place in (1, 2))
    return columns([say("{hour} 时", hour=hour) for hour, _, _ in figures.hours], [came, done])


def _loads(overview: Overview) -> tuple[Load, ...]:
    return tuple(
        Load(
            name=overview.staff.get(w.staff_id, w.staff_id),
            first=w.first,
            second=w.second,
            sent_back=w.sent_back,
        )
        for w in overview.now.workload
    )


def _say_minutes(figures: Figures) -> str:
    last = len(_STEPS) - 1
    counted = enumerate(zip(_STEPS, figures.times.histogram, strict=True))
    said = [
        say("{start} 至 {end} 分钟 {n} 件", start=label, end=int(label) + 9, n=number)
        if at < last
        else say("90 分钟以上 {n} 件", n=number)
        for at, (label, number) in counted
        if number
    ]
    return say("；").join(said)


def _say_hours(figures: Figures) -> str:
    told = "{hour} 时收 {came} 结 {done}"
    return say("；").join(say(told, hour=h, came=c, done=d) for h, c, d in figures.hours)


def _reasons(figures: Figures) -> list[tuple[str, int]]:
    named = [(show_rule(rule), number) for rule, number in figures.reasons[:_REASONS]]
    others = sum(number for _, number in figures.reasons[_REASONS:])
    return [*named, (say("其他"), others)] if others else named


def _shares(groups: tuple[Group, ...]) -> tuple[Share, ...]:
    most = max((group.share for group in groups), default=0.0) or 1.0
    average = sum(g.returned for g in groups) / max(1, sum(g.received for g in groups))
    return tuple(
        Share(
            name=g.name,
            received=g.received,
            returned=g.returned,
            percent=say_share(g.returned, g.received),
            width=round(160 * g.share / most, 1),
            look="c3" if g.share > 2 * average else "c1",
        )
        for g in groups
    )


def _kind(code: str) -> str:
    kind = RegistrationKind(code)
    return pick(kind.title_zh, kind.title_en)


def _plain(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def samples_tile(samples: SampleTally) -> Tile:
    """Return what people think of the decisions that were drawn in a month for a second look."""
    return Tile(
        name=say("抽查自动办理"),
        number=str(samples.seen),
        unit=say("／{n} 件已看", n=samples.drawn),
        note=say("不同意 {n} 件", n=samples.disagreed) if samples.seen else say("还没有看过"),
    )
