"""How the office's pages say things: stages, levels, clocks, amounts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from backend.office.case import Case, Stage
from backend.web.language import is_english, join, pick, say
from registration.days import local_time
from registration.errors import BadAmountError
from registration.findings import Finding, Level, gravest
from registration.mortgage import Money, MortgageForm, RegistrationKind
from registration.outcomes import Due

_SOON_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Word:
    """How a level looks and what it is called."""

    look: str
    """The `data-level` of the style sheet."""
    icon: str
    word: str


LEVELS: dict[Level | None, Word] = {
    Level.NOT_ACCEPTED: Word("block", "block", "不受理"),
    Level.BLOCK: Word("block", "block", "阻断"),
    Level.UNKNOWN: Word("manual", "unknown", "未知"),
    Level.CORRECT: Word("correct", "correct", "补正"),
    Level.MANUAL: Word("manual", "manual", "人工"),
    Level.INFO: Word("info", "info", "告知"),
    None: Word("pass", "check", "无问题"),
}

STAGES: dict[Stage, str] = {
    Stage.RECEIVED: "已收件",
    Stage.CORRECTION_REQUIRED: "等补正",
    Stage.NOT_ACCEPTED: "不予受理",
    Stage.ACCEPTED: "已受理",
    Stage.IN_REVIEW: "审核中",
    Stage.APPROVED: "准予登记",
    Stage.REFUSED: "不予登记",
    Stage.WITHDRAWN: "已撤回",
    Stage.REGISTERED: "已登簿",
    Stage.CERTIFIED: "证明已发",
    Stage.DELIVERED: "办结",
    Stage.ARCHIVED: "已归档",
}

ROLES = {
    "first_reviewer": "初审@岗位",
    "second_reviewer": "复审@岗位",
    "chief": "负责人",
    "registrar": "登簿@岗位",
    "auditor": "审计",
    "administrator": "管理员",
}


LEVELS_OPEN = {
    "off": "不查",
    "info": "提示",
    "manual": "转人工",
    "correct": "补正",
    "block": "不予登记",
    "unknown": "待核实",
    "not_accepted": "不予受理",
}
"""What an office may have a rule do."""

ACTS = {
    "received": "收到封装的件",
    "turned away": "件打不开，已退回",
    "filed": "立案",
    "authorities asked": "询问其他部门",
    "findings renewed": "再问后更新检查结果",
    "examined": "规则检查",
    "accepted": "受理",
    "opened": "打开案卷",
    "taken": "领取@经过",
    "taken over": "接手没有动静的件",
    "released": "放回",
    "numbers shown": "看完整证件号@经过",
    "journal read": "查阅日志",
    "evidence asked for": "要求制作证据包",
    "evidence ready": "证据包备好",
    "evidence withdrawn": "撤回证据包",
    "evidence handed out": "提供证据包",
    "sample judged": "抽查规则手册的决定",
    "put on hold": "挂起",
    "taken off hold": "取消挂起@经过",
    "handed up": "上报负责人@经过",
    "first approve": "初审同意",
    "first refuse": "初审认为不予登记",
    "first correct": "初审要求补正",
    "second approve": "复审同意",
    "second refuse": "复审认为不予登记",
    "second correct": "复审要求补正",
    "chief approve": "负责人核定准予登记",
    "chief refuse": "负责人决定不予登记",
    "chief correct": "负责人要求补正",
    "approved": "规则手册核定准予登记",
    "given back": "登簿前情况有变，退回审核",
    "lapsed": "补正期限届满，不予受理",
    "correction asked for": "要求补正@经过",
    "correction overdue": "补正期限届满未补正，转审核",
    "withdrawn": "申请人撤回",
    "registered": "登簿@经过",
    "discharged": "注销登簿",
    "certificate prepared": "编证明号",
    "certificate published": "证明签发",
}
"""What the journal's acts are called."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock chip shows."""

    state: str
    """"ok", "soon", "over", "paused" or "done"."""
    text: str


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with its level in words."""

    level: Word
    rule: str
    basis: str
    text: str
    is_correctable: bool
    """Whether the branch can put it right."""


def show_findings(findings: tuple[Finding, ...]) -> tuple[ShownFinding, ...]:
    """Return the findings gravest first."""
    return tuple(
        ShownFinding(
            show_word(f.level), f.rule, f.basis, pick(f.zh, f.en), f.level is Level.CORRECT
        )
        for f in sort_findings(findings)
    )


def show_word(level: Level | None) -> Word:
    """Return how a level looks, in the reader's language."""
    word = LEVELS[level]
    return replace(word, word=say(word.word))


def sort_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings gravest first, otherwise in their order."""
    order = list(Level)
    return tuple(sorted(findings, key=lambda f: order.index(f.level)))


def show_level(findings: tuple[Finding, ...]) -> Word:
    """Return the chip of a queue row: the gravest level with how many of it."""
    worst = gravest(findings)
    if worst in {None, Level.INFO}:
        return show_word(None)
    word = show_word(worst)
    count = sum(f.level is worst for f in findings)
    return replace(word, word=f"{word.word} {count}")


def show_clock(case: Case, now: datetime) -> Clock:
    """Return the chip of the case's nearest clock, in the office's zone."""
    if case.stage is Stage.CORRECTION_REQUIRED:
        until = local(case.correction_due, "%m-%d")
        return Clock("paused", say("补正至 {day}", day=until) if until else say("暂停"))
    if case.stage not in {Stage.RECEIVED, Stage.ACCEPTED, Stage.IN_REVIEW, Stage.APPROVED}:
        return Clock("done", show_stage(case.stage))
    due = min(case.due, key=lambda d: d.at, default=None)
    return _running(due, now) if due else Clock("ok", "–")


def _running(due: Due, now: datetime) -> Clock:
    minutes = int((due.at - now).total_seconds() // 60)
    if minutes < 0:
        return Clock("over", say("超 {span}", span=show_span(-minutes)))
    # Until the holidays of its year are announced nobody can promise the day.
    left = say("剩 {span}", span=show_span(minutes))
    left += say("（暂定）") if due.is_provisional else ""
    return Clock("soon" if minutes < _SOON_MINUTES else "ok", left)


_CLOCKS = {"statutory": "法定", "provincial": "省定", "channel": "一小时承诺"}


def show_clocks(case: Case) -> str:
    """Return all clocks of a case that wait for the office, soonest first; empty without any."""
    dues = sorted(case.due, key=lambda due: due.at)
    if case.stage not in {Stage.ACCEPTED, Stage.IN_REVIEW, Stage.APPROVED}:
        return ""
    return say("，").join(
        f"{say(_CLOCKS.get(due.name, due.name))} {local(due.at, '%m-%d %H:%M')}"
        + (say("（暂定）") if due.is_provisional else "")
        for due in dues
    )


def show_stage(stage: Stage) -> str:
    """Return what a stage is called."""
    return say(STAGES[stage])


def show_roles(roles: Iterable[str]) -> str:
    """Return the posts of a member of staff."""
    return join(*(say(ROLES.get(role, role)) for role in roles))


def show_span(minutes: int) -> str:
    """Return minutes, hours or days, as exactly as anybody needs it."""
    if minutes < 120:
        return say("{n} 分", n=minutes)
    hours = say("{n} 小时", n=minutes // 60)
    return hours if minutes < 48 * 60 else say("{n} 天", n=minutes // 1440)


def show_kind(kind: RegistrationKind, form: MortgageForm | None = None) -> str:
    """Return the kind in the short words of queue and case head."""
    if kind is RegistrationKind.FIRST and form is not None:
        zh = f"{form.title_zh} 首次登记"
        return pick(zh, f"{form.title_en} mortgage: {kind.title_en.lower()}")
    return pick(kind.title_zh.removeprefix("抵押权"), kind.title_en)


def show_wan(amount_fen: int | None) -> str:
    """Return an amount in ten-thousands; in yuan where four decimals cannot hold it."""
    if amount_fen is None:
        return "–"
    try:
        return _grouped(Money(amount_fen).wan)
    except BadAmountError:
        return say("{yuan} 元", yuan=Money(amount_fen).yuan)


def _grouped(number: str) -> str:
    """Set commas in a plain decimal: 1500.0000 becomes 1,500.0000."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"


def show_place(location: str) -> str:
    """Return a location without its city, where a district or county follows."""
    city, found, rest = location.partition("市")
    is_inside = found and len(city) < 6 and any(mark in rest[:8] for mark in "区县")
    return rest if is_inside else location


def local(at: datetime | None, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Return a time in the office's zone; empty for None."""
    return local_time(at).strftime(pattern) if at else ""


def public_words() -> dict[str, Any]:
    """Return what the public templates need to speak the reader's language."""
    lang, other = ("en", "zh-CN") if is_english() else ("zh-CN", "en")
    return {"t": messages(lang), "lang": lang, "other_lang": other}


@cache
def messages(lang: str) -> dict[str, str]:
    """Return the public pages' texts in "zh-CN" or "en"."""
    text = resources.files("backend.web").joinpath(f"messages/{lang}.json").read_text("utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded
