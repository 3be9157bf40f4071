"""Complaints: taken down, listed by what is due first, given to somebody, answered."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import ConflictError, NeedsOtherReviewerError, NotAllowedError, NotFoundError
from backend.office.complaint_ports import Complaint
from backend.office.complaints import CHANNELS, OUTCOMES
from backend.web.bodies import read_field
from backend.web.callers import READERS, Caller, office, require_form, require_role
from backend.web.decision_form import is_plain
from backend.web.language import say
from backend.web.pages import Notice, find_notice, render
from backend.web.words import Clock, local

bp = Blueprint("complaint_desk", __name__, url_prefix="/desk/complaints")

_LONGEST: Final = 4000
_CASE_NO: Final = re.compile(r"[0-9]{8}-[0-9]{7}", re.ASCII)
_CHANNELS: Final = dict(
    zip(CHANNELS, ("电话", "来访", "信函", "12345 热线", "网上", "银行转来"), strict=True)
)
_OUTCOMES: Final = dict(zip(OUTCOMES, ("属实", "部分属实", "不属实"), strict=True))
_REFUSED: Final = {
    NotFoundError: "没有这个业务号，或没有这个人。",
    NeedsOtherReviewerError: "办理人对这件作过决定，请换一个人答复。",
    NotAllowedError: "这件投诉由别人办理；只有办理人和负责人能改派、答复，审计人员不答复。",
    ConflictError: "这件投诉已经办结，或刚被别人改过；请看现在的内容。",
}
_ERRORS = tuple(_REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One complaint of the list."""

    number: str
    due: Clock
    due_day: str
    channel: str
    case_no: str
    branch: str
    handler: str
    received: str
    outcome: str


@bp.get("")
def complaints() -> ResponseReturnValue:
    """List the open complaints, soonest due first, or the closed ones."""
    known = require_role(*READERS)
    is_open = request.args.get("view") != "closed"
    names, now = _names(), office().now()
    rows = [_row(c, names, now) for c in office().complaints.list(is_open=is_open)]
    notice = find_notice(request.args.get("done", ""))
    return render(
        "complaints.html", known, active="complaints", rows=rows, is_open=is_open, notice=notice
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Show the form on which a complaint is taken down."""
    return _form(require_role(*READERS))


@bp.post("/new")
def take() -> ResponseReturnValue:
    """Take a complaint down; what cannot be kept is shown again with the reason."""
    known = require_form(*READERS)
    problem = _problem()
    if problem:
        return _form(known, problem), 422
    try:
        taken = office().complaints.take(staff=known.staff, **_told())
    except _ERRORS as exc:
        return _form(known, say(_REFUSED[type(exc)])), 422
    return redirect(url_for("complaint_desk.complaint", number=taken.complaint_no), 303)


@bp.get("/<complaint:number>")
def complaint(number: str) -> ResponseReturnValue:
    """Show one complaint with all that it says."""
    return _page(number, require_role(*READERS))


@bp.post("/<complaint:number>/handler")
def assign(number: str) -> ResponseReturnValue:
    """Give it to somebody else."""
    known = require_form(*READERS)
    try:
        office().complaints.assign(number, read_field("handler", 64), staff=known.staff)
    except _ERRORS as exc:
        return _page(number, known, say(_REFUSED[type(exc)])), 422
    return redirect(url_for("complaint_desk.complaints", done="assigned"), 303)


@bp.post("/<complaint:number>/answer")
def answer(number: str) -> ResponseReturnValue:
    """Close it with what the complainant was answered."""
    known = require_form(*READERS)
    outcome, text = request.form.get("outcome", ""), _text("answer")
    if outcome not in OUTCOMES or not text:
        return _page(number, known, say("请选结论，并写明答复的内容。")), 422
    try:
        office().complaints.answer(number, staff=known.staff, outcome=outcome, answer=text)
    except _ERRORS as exc:
        return _page(number, known, say(_REFUSED[type(exc)])), 422
    return redirect(url_for("complaint_desk.complaints", done="answered"), 303)


def _problem() -> str:
    if request.form.get("channel", "") not in CHANNELS:
        return say("请选投诉是怎么来的。")
    if not _text("text"):
        return say("请写明投诉的内容，最多 {n} 字，不能有看不见的字符。", n=_LONGEST)
    case_no = read_field("case_no", 16)
    if request.form.get("case_no", "") and not _CASE_NO.fullmatch(case_no):
        return say("业务号是 8 位日期、短横线、7 位数字；不知道就不填。")
    return ""


def _told() -> dict[str, str]:
    return {
        "channel": request.form["channel"],
        "text": _text("text"),
        "who": read_field("who", 200),
        "case_no": read_field("case_no", 16),
        "branch": read_field("branch", 200),
        "handler": read_field("handler", 64),
    }


def _text(name: str) -> str:
    """Return a long text of the form; empty where it is missing, too long or cannot be shown."""
    text = request.form.get(name, "").replace("\r\n", "\n").strip()
    return text if len(text) <= _LONGEST and is_plain(text) else ""


def _form(known: Caller, problem: str = "") -> str:
    return render(
        "complaint_form.html",
        known,
        active="complaints",
        notice=Notice("block", problem) if problem else None,
        channels=_CHANNELS,
        handlers=office().complaints.handlers(),
        form=request.form,
    )


def _page(number: str, known: Caller, problem: str = "") -> str:
    found = office().complaints.open(number, staff=known.staff)
    is_mine = found.handler == known.staff.staff_id or "chief" in known.staff.roles
    return render(
        "complaint.html",
        known,
        active="complaints",
        notice=Notice("block", problem) if problem else None,
        row=_row(found, _names(), office().now()),
        taken_by=_names().get(found.taken_by, found.taken_by),
        complaint=found,
        closed=local(found.closed_at, "%Y-%m-%d %H:%M"),
        outcomes=_OUTCOMES,
        may_answer=is_mine and found.closed_at is None,
        handlers=office().complaints.handlers(),
        form=request.form,
    )


def _names() -> dict[str, str]:
    return {row.staff_id: row.name for row in office().complaints.handlers()}


def _row(found: Complaint, names: dict[str, str], now: datetime) -> Row:
    provisional = say("（暂定）") if found.is_provisional else ""
    return Row(
        number=found.complaint_no,
        due=_due(found, now),
        due_day=local(found.due_at, "%Y-%m-%d %H:%M") + provisional,
        channel=say(_CHANNELS[found.channel]),
        case_no=found.case_no,
        branch=found.branch,
        handler=names.get(found.handler, found.handler),
        received=local(found.received_at, "%Y-%m-%d %H:%M"),
        outcome=say(_OUTCOMES[found.outcome]) if found.outcome else "",
    )


def _due(found: Complaint, now: datetime) -> Clock:
    if found.closed_at is not None:
        return (
            Clock("over", say("超期答复")) if found.is_late(now) else Clock("done", say("按期答复"))
        )
    day = local(found.due_at, "%m-%d")
    provisional = say("（暂定）") if found.is_provisional else ""
    if found.is_late(now):
        return Clock("over", say("超期，应于 {day}", day=day))
    is_soon = (found.due_at - now).days < 1
    return Clock("soon" if is_soon else "ok", say("{day} 前", day=day) + provisional)
