"""The counters as the administrator sees them: who may call, who is shut out."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.office.rows import TerminalRow
from backend.web.callers import ADMINISTRATORS, office, require_form, require_role
from backend.web.language import say
from backend.web.pages import find_notice, render
from backend.web.stuck import show_stuck
from backend.web.words import local

bp = Blueprint("terminal_desk", __name__, url_prefix="/desk/terminals")

_STATES = {
    "active": ("正常", "check", ""),
    "invited": ("等待加入", "clock", ""),
    "revoked": ("已停用", "cross", "held"),
}


@dataclass(frozen=True, slots=True)
class ShownTerminal:
    """One row of the list."""

    terminal: str
    branch: str
    bank_name: str
    status: str
    text: str
    icon: str
    state: str
    seen: str
    fingerprint: str


@bp.get("")
def terminals() -> ResponseReturnValue:
    """List every counter, those that may call first."""
    known = require_role(*ADMINISTRATORS)
    order = list(_STATES)
    rows = sorted(office().terminals.list(), key=lambda r: (order.index(r.status), r.terminal))
    return render(
        "terminals.html",
        known,
        active="terminals",
        notice=find_notice(request.args.get("done", "")),
        rows=[_show(row, office().now()) for row in rows],
        active_count=sum(row.status == "active" for row in rows),
        stuck=show_stuck(office().stuck()),
    )


@bp.post("/<terminal:terminal>/revocation")
def revoke(terminal: str) -> ResponseReturnValue:
    """Shut a counter out at once."""
    known = require_form(*ADMINISTRATORS)
    office().terminals.revoke(terminal, by=f"staff:{known.staff.staff_id}")
    return redirect(url_for("terminal_desk.terminals", done="revoked"), 303)


def _show(row: TerminalRow, now: datetime) -> ShownTerminal:
    text, icon, state = _STATES[row.status]
    return ShownTerminal(
        terminal=row.terminal,
        branch=row.branch,
        bank_name=row.bank_name,
        status=row.status,
        text=say(text),
        icon=icon,
        state=state,
        seen=_ago(row.last_seen_at, now),
        fingerprint=" ".join(row.tls_fingerprint[at : at + 4] for at in (0, 4, 8, 12)).strip(),
    )


def _ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return say("还没有来过")
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 60:
        return say("{n} 分钟前", n=minutes) if minutes > 0 else say("刚刚")
    return local(at, "%Y-%m-%d %H:%M")
