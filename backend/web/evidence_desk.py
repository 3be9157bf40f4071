"""A case's evidence for a court, asked for at the desk: the worker makes it, who asked fetches it."""

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from backend.errors import ConflictError
from backend.office.evidence_desk import Wish
from backend.web.callers import MAY_HAND_OUT, Caller, office, require_form, require_role
from backend.web.decision_form import BadDecisionError, asked_factors, require_fresh
from backend.web.language import say
from backend.web.pages import Notice, render
from backend.web.thread import read_remark
from backend.web.words import local

bp = Blueprint("evidence_desk", __name__, url_prefix="/desk/cases")

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ShownWish:
    """One line of the list."""

    number: int
    asked_at: str
    reason: str
    state: str
    is_there: bool
    is_waiting: bool


@bp.get("/<case:case_no>/evidence")
def page(case_no: str) -> ResponseReturnValue:
    """Show the form, and what the reader has asked for about this case."""
    return _page(require_role(*MAY_HAND_OUT), case_no)


@bp.post("/<case:case_no>/evidence")
def ask(case_no: str) -> ResponseReturnValue:
    """Let the worker make the package, for whoever has just shown that it is he."""
    known, reason = require_form(*MAY_HAND_OUT), read_remark()
    try:
        require_fresh(known, reason)
        office().evidence.ask(case_no, staff=known.staff, reason=reason)
    except BadDecisionError as error:
        return _page(known, case_no, Notice("correct", error.text), reason=reason), 422
    except ConflictError:
        notice = Notice("correct", say("您要的上一份还在制作，备好或撤回以后再要下一份。"))
        return _page(known, case_no, notice, reason=reason), 409
    return redirect(url_for("evidence_desk.page", case_no=case_no), 303)


@bp.post("/<case:case_no>/evidence/<int:number>")
def fetch(case_no: str, number: int) -> ResponseReturnValue:
    """Hand a package out, once the journal has it, to whoever has just shown that it is he."""
    known = require_form(*MAY_HAND_OUT)
    try:
        require_fresh(known, "")
    except BadDecisionError as error:
        return _page(known, case_no, Notice("correct", error.text)), 422
    data = office().evidence.fetch(case_no, number, staff=known.staff)
    answer = Response(data, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="evidence-{case_no}.zip"'
    return answer


@bp.post("/<case:case_no>/evidence/<int:number>/withdraw")
def withdraw(case_no: str, number: int) -> ResponseReturnValue:
    """Take a wish back, so that another can be made."""
    known = require_form(*MAY_HAND_OUT)
    office().evidence.withdraw(case_no, number, staff=known.staff)
    return redirect(url_for("evidence_desk.page", case_no=case_no), 303)


def _page(known: Caller, case_no: str, notice: Notice | None = None, *, reason: str = "") -> str:
    found = office().evidence.wishes(case_no, staff=known.staff)
    return render(
        "evidence.html",
        known,
        active="queue",
        notice=notice,
        reason=reason,
        case_no=case_no,
        wishes=[_show(wish) for wish in found],
        is_waiting=any(wish.is_waiting for wish in found),
        **asked_factors(known),
    )


def _show(wish: Wish) -> ShownWish:
    is_there = wish.is_there(office().now())
    return ShownWish(
        wish.number,
        local(wish.asked_at, "%m-%d %H:%M"),
        wish.reason,
        _state(wish, is_there=is_there),
        is_there,
        wish.is_waiting,
    )


def _state(wish: Wish, *, is_there: bool) -> str:
    if wish.is_withdrawn:
        return say("已撤回")
    if wish.is_waiting:
        return say("正在制作")
    size = f"{max(wish.size / _MIB, 0.1):.1f}"
    return say("已备好，{size} MB", size=size) if is_there else say("已过一天，已删除")
