"""情况通报: the month as a paper for the superior authority, in the form of an office's circular."""

from datetime import date, timedelta
from typing import Final

from backend.office import figures
from backend.office.complaint_ports import ComplaintFigures
from backend.office.figures import Figures
from backend.office.leaders import Overview
from backend.web.rule_names import name_rule
from backend.web.statistics_page import say_days, say_share, say_time
from registration.mortgage import RegistrationKind
from registration.papers.dates import format_day
from registration.papers.faces import spell_out
from registration.papers.flow import (
    WIDTH,
    Block,
    Cell,
    Ends,
    Gap,
    Group,
    Paragraph,
    Row,
    Seal,
    Title,
    lay_out,
)
from registration.papers.sheet import Imprint

_MOST: Final = 10
_NOTE: Final = (
    "说明：时限按办公时间计算，等候补正的时间不计；规则自动办理的按实际时间。"
    "补正率为至少退回补正一次的件占收件的比例。超期按《不动产登记暂行条例》第二十条计。"
)


def draw_report(overview: Overview, *, office: str, day: date) -> bytes:
    """Return the circular of a month, PDF; `day` is when it is written."""
    now = overview.now
    month = f"{now.span.first.year}年{now.span.first.month}月"
    blocks: list[Block] = [
        Title("情况通报"),
        Ends(f"编制：{office}", f"编制日期：{format_day(day)}"),
        Gap(2),
        Paragraph(f"关于{month}不动产抵押登记“不见面”办理情况的通报", size=14.0, after=4.0),
        Paragraph(f"现将{month}（{say_days(now)}）网点端“不见面”办理不动产抵押登记的情况通报如下："),
        *_section("一、总体情况", (_overall(now, overview.before),)),
        *_section("二、办理时限", (_times(now),)),
        *_section("三、各类登记", (), _kinds(now)),
        *_section("四、一次办成与补正", (_returns(now),), _branches(now)),
        *_section("五、审核工作", (_work(overview),)),
        *_section("六、投诉处理", (_complaints(overview.complaints),)),
        Gap(3),
        Group((Paragraph(_NOTE, size=9.5), Seal(office, format_day(day)))),
    ]  # fmt: skip
    return lay_out(Imprint(title=f"{month}情况通报", day=day), blocks, foot=office)


def _section(heading: str, texts: tuple[str, ...], table: tuple[Block, ...] = ()) -> list[Block]:
    paragraphs = [Paragraph(text) for text in texts]
    first = Paragraph(heading, is_indented=False, size=12.0)
    following = [*paragraphs, *table] or [Paragraph("本月没有。")]
    return [Gap(2), Group((first, following[0])), *following[1:]]


def _overall(now: Figures, before: Figures) -> str:
    more = now.received - before.received
    change = f"比上月{'增加' if more >= 0 else '减少'} {abs(more):,} 件"
    return (
        f"本月收件 {now.received:,} 件，{change}；登簿 {now.registered:,} 件，"
        f"不予受理 {now.not_accepted:,} 件，不予登记 {now.refused:,} 件，撤回 {now.withdrawn:,} 件。"
        f"登簿件中由规则自动审核通过 {now.automatic:,} 件，占 {say_share(now.automatic, now.registered)}%。"
    )


def _times(now: Figures) -> str:
    if now.times.p50 is None:
        return "本月没有登簿的件。"
    p50, p90, longest = (_said(t) for t in (now.times.p50, now.times.p90, now.times.longest))
    overdue = (
        f"超过法定办结期限 {now.overdue:,} 件，须逐件说明原因。"
        if now.overdue
        else "没有超过法定办结期限的件。"
    )
    return (
        f"从受理到登簿，一半的件在{p50}内办完，九成的件在{p90}内办完，最长{longest}；"
        f"在一小时承诺时限内办完的占 {say_share(now.times.in_time, now.registered)}%。{overdue}"
    )


def _said(time: timedelta | None) -> str:
    """Return a span of time with a blank on both sides, as numbers stand in running text."""
    return f" {' '.join(say_time(time))} "


def _returns(now: Figures) -> str:
    if not now.received:
        return "本月没有收件。"
    top = "、".join(f"{name_rule(rule)}（{number} 件次）" for rule, number in now.reasons[:5])
    reasons = f"要求补正的主要原因：{top}。" if top else "没有要求过补正。"
    return (
        f"一次提交即符合要求的占 {say_share(now.first_right, now.received)}%，"
        f"平均每件提交 {now.rounds:.2f} 轮。{reasons}"
    )


def _work(overview: Overview) -> str:
    loads = overview.now.workload
    if not loads:
        return "本月没有由人员作出的审核决定。"
    total = sum(w.first + w.second for w in loads)
    most = max(w.first + w.second for w in loads)
    return (
        f"{len(loads)} 名审核人员共作出 {total:,} 项决定（初审 {sum(w.first for w in loads):,} 项，"
        f"复审及以上 {sum(w.second for w in loads):,} 项），人均 {total / len(loads):.1f} 项，最多 {most:,} 项。"
    )


def _complaints(found: ComplaintFigures) -> str:
    if not (found.received or found.closed or found.late):
        return "本月没有收到投诉，也没有尚未答复的投诉。"
    late = (
        f"超期未答复 {found.late} 件，须逐件说明原因。" if found.late else "没有超期未答复的投诉。"
    )
    return (
        f"本月收到投诉 {found.received} 件，答复 {found.closed} 件，其中按期答复 {found.in_time} 件，"
        f"属实或部分属实 {found.justified} 件。{late}"
    )


def _kinds(now: Figures) -> tuple[Block, ...]:
    named = [(RegistrationKind(g.name).title_zh, g) for g in now.kinds]
    return _table("登记类型", sorted(named, key=lambda pair: -pair[1].received))


def _branches(now: Figures) -> tuple[Block, ...]:
    return _table("网点", [(spell_out(g.name), g) for g in now.branches[:_MOST]])


def _table(what: str, groups: list[tuple[str, figures.Group]]) -> tuple[Block, ...]:
    if not groups:
        return ()
    rows = [
        _row(name, f"{g.received:,}", f"{g.returned:,}", f"{say_share(g.returned, g.received)}%")
        for name, g in groups
    ]
    title = _row(what, "收件", "补正", "补正率", is_label=True)
    return (Group((title, rows[0])), *rows[1:])


def _row(name: str, *numbers: str, is_label: bool = False) -> Row:
    width = 26.0
    rest = WIDTH - width * len(numbers)
    cells = [Cell(name, rest, is_label=is_label)]
    return Row((*cells, *(Cell(number, width, is_label=is_label) for number in numbers)))
