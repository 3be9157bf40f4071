"""The rule book for the people at the desk: what is in force, the switch, what to look at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import ConflictError, NotAllowedError
from backend.office.book_ports import Sample
from backend.office.rules import list_lines
from backend.office.ruling_acts import APPROVERS, PROPOSERS
from backend.office.rulings import State
from backend.web.bodies import read_field
from backend.web.callers import READERS, REVIEWERS, Caller, office, require_form, require_role
from backend.web.decision_form import asked_factors
from backend.web.language import join, pick, say
from backend.web.pages import Notice, find_notice, render
from backend.web.rule_names import show_rule
from backend.web.ruling_words import show_proposal
from backend.web.words import LEVELS_OPEN, local
from registration.rulebook import Adjustments

bp = Blueprint("rule_desk", __name__, url_prefix="/desk/rules")

_SHOWN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSample:
    """One decision of the rule book, for somebody to look at."""

    case_no: str
    drawn_at: str
    draw: str
    seed: str
    verdict: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the book that this office may have otherwise."""

    name: str
    line: str
    level: str
    open_ones: str
    is_changed: bool
    law: str


@bp.get("")
def rules() -> ResponseReturnValue:
    """Show the book in force, the switch, and what was drawn."""
    return rules_page(require_role(*READERS), find_notice(request.args.get("done", "")))


@bp.post("/switch")
def switch() -> ResponseReturnValue:
    """Stop deciding alone, or let it go on; the head says why."""
    known = require_form("chief")
    is_stopped = request.form.get("to") == "stop"
    by, reason = f"staff:{known.staff.staff_id}", read_field("reason", 500)
    try:
        office().books.switch(is_stopped=is_stopped, by=by, reason=reason)
    except NotAllowedError:
        return rules_page(
            known, Notice("block", say("请写明原因；如果刚才已有人办过，下面是现在的状态。"))
        ), 422
    done = "stopped" if is_stopped else "resumed"
    return redirect(url_for("rule_desk.rules", done=done), 303)


@bp.post("/samples/<case:case_no>")
def judge(case_no: str) -> ResponseReturnValue:
    """Write what a reviewer thinks of a decision of the rule book."""
    known = require_form(*REVIEWERS)
    is_agreed, reason = request.form.get("verdict") == "agree", read_field("reason", 500)
    try:
        office().sampling.judge(
            case_no, staff_id=known.staff.staff_id, is_agreed=is_agreed, reason=reason
        )
    except (ConflictError, NotAllowedError) as error:
        return rules_page(known, _refusal(error)), 422
    return redirect(url_for("rule_desk.rules", done="looked"), 303)


def _refusal(error: Exception) -> Notice:
    if isinstance(error, ConflictError):
        return Notice("block", say("这件已经有人看过了。"))
    return Notice("block", say("不同意的，请写明原因。"))


def rules_page(known: Caller, notice: Notice | None, *, draft: str = "") -> str:
    """Render the page; `draft` is a ruling that was sent and not taken."""
    state, now = office().books.state(), office().now()
    samples = office().sampling.list(now - _SHOWN)
    roles = set(known.staff.roles)
    return render(
        "rules.html",
        known,
        active="rules",
        notice=notice,
        state=state,
        begins=local(state.coming.begins_at) if state.coming else "",
        adopted=local(state.ruling.begins_at, "%Y-%m-%d %H:%M") if state.ruling else "",
        stopped_by=state.switch.by.rpartition(":")[2] if state.switch else "",
        switched=local(state.switch.at, "%m-%d %H:%M") if state.switch else "",
        limit=f"{state.policy.limit_fen // 100:,}",
        kinds=join(
            *(pick(k.title_zh, k.title_en) for k in sorted(state.policy.straight_kinds, key=str))
        ),
        waiting=[_show(one) for one in samples if not one.verdict],
        seen=[_show(one) for one in reversed(samples) if one.verdict],
        disagreed=sum(one.verdict == "disagree" for one in samples),
        lines=_lines(state.policy.adjustments),
        may_switch="chief" in roles,
        may_judge=bool(roles & set(REVIEWERS)),
        **_proposal(known, state),
        draft=draft,
    )


def _proposal(known: Caller, state: State) -> dict[str, object]:
    """Return the ruling that waits for the head, and what the reader may do about it."""
    row, roles = office().rulings.waiting(), set(known.staff.roles)
    chief = office().chief_now()
    shown = show_proposal(row, state.policy, chief, person=known.staff.person) if row else None
    is_head, is_own = bool(roles & APPROVERS), shown is not None and shown.is_own
    return {
        "proposal": shown,
        "may_propose": bool(roles & PROPOSERS) and row is None,
        "may_adopt": is_head and shown is not None and shown.is_readable and not is_own,
        "may_decline": is_own or (is_head and shown is not None),
        "adopted_by": state.ruling.adopted_by.replace("staff:", "") if state.ruling else "",
        **asked_factors(known),
    }


def _show(one: Sample) -> ShownSample:
    return ShownSample(
        case_no=one.case_no,
        drawn_at=local(one.drawn_at, "%m-%d %H:%M"),
        draw=f"{one.draw / 100:.2f}%",
        seed=one.seed,
        verdict=one.verdict,
        by=one.reviewer,
        reason=one.reason,
    )


def _lines(adjustments: Adjustments) -> Sequence[ShownLine]:
    found = []
    for one in list_lines():
        if len(one.may_be) < 2:
            continue
        level = adjustments.get(one.line, one.line.shipped)
        found.append(
            ShownLine(
                name=show_rule(one.line.rule),
                line=str(one.line),
                level=say(LEVELS_OPEN[level]),
                open_ones=join(*(say(LEVELS_OPEN[name]) for name in one.may_be)),
                is_changed=level != one.line.shipped,
                law=one.bases[0],
            )
        )
    return found
