"""What reviewers do about an issued certificate: suspend it, lift that, take it back as an error."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import ConflictError, NotFoundError
from backend.office.rows import ActKind, CertificateAct
from backend.web.bodies import read_field
from backend.web.callers import READERS, REVIEWERS, Caller, office, require_form, require_role
from backend.web.language import say
from backend.web.pages import Notice, find_notice, render
from backend.web.words import local
from registration.errors import BadValueError

bp = Blueprint("certificate_desk", __name__, url_prefix="/desk/certificates")

KINDS: Final = {ActKind.SUSPEND: "暂停@证明", ActKind.LIFT: "恢复", ActKind.REVOKE: "作废（发错）"}
_REFUSALS: Final = {
    "not in force": "这张证明现在不是有效的，不能这样处理。",
    "suspended already": "这张证明已经暂停了。",
    "not suspended": "这张证明没有暂停，不用恢复。",
    "nothing to decide": "这一条已经有人处理了。",
}


@dataclass(frozen=True, slots=True)
class ShownAct:
    """One proposal, for the person who confirms it."""

    certificate_no: str
    kind: str
    text: str
    basis: str
    reason: str
    proposed_by: str
    at: str
    is_own: bool


@bp.get("")
def certificates() -> ResponseReturnValue:
    """Show what waits for its second person, and the form for something new."""
    return _page(require_role(*READERS), notice=find_notice(request.args.get("done", "")))


@bp.post("")
def propose() -> ResponseReturnValue:
    """Propose an act; another person confirms it."""
    known = require_form(*REVIEWERS)
    number, kind = read_field("number", 100), request.form.get("kind", "")
    basis, reason = read_field("basis", 200).strip(), read_field("reason", 300).strip()
    if kind not in KINDS or not basis or not reason:
        return _page(known, notice=Notice("block", say("处理、依据文号和原因都要填。"))), 422
    try:
        office().suspending.propose(number, kind, basis=basis, reason=reason, staff=known.staff)
    except (BadValueError, NotFoundError, ConflictError) as error:
        return _page(known, notice=_refusal(error)), 422
    return redirect(url_for("certificate_desk.certificates", done="proposed"), 303)


@bp.post("/decision")
def decide() -> ResponseReturnValue:
    """Confirm or decline what another person proposed."""
    known = require_form(*REVIEWERS)
    number, is_confirmed = read_field("number", 100), request.form.get("verdict") == "confirmed"
    try:
        office().suspending.decide(number, is_confirmed=is_confirmed, staff=known.staff)
    except ConflictError as error:
        return _page(known, notice=_refusal(error)), 409
    done = "confirmed" if is_confirmed else "declined"
    return redirect(url_for("certificate_desk.certificates", done=done), 303)


def _page(known: Caller, *, notice: Notice | None) -> str:
    waiting = [_show(act, known) for act in office().suspending.waiting()]
    return render(
        "certificates.html",
        known,
        active="certificates",
        notice=notice,
        waiting=waiting,
        kinds=KINDS,
        may_act=bool(set(known.staff.roles) & set(REVIEWERS)),
    )


def _show(act: CertificateAct, known: Caller) -> ShownAct:
    return ShownAct(
        certificate_no=act.certificate_no,
        kind=act.kind,
        text=say(KINDS[act.kind]),
        basis=act.basis,
        reason=act.reason,
        proposed_by=act.proposed_by,
        at=local(act.proposed_at, "%m-%d %H:%M"),
        is_own=act.proposer == known.staff.person,
    )


def _refusal(error: Exception) -> Notice:
    if isinstance(error, BadValueError | NotFoundError):
        return Notice("block", say("没有这个号的证明，请核对年份和七位数字。"))
    said = str(error.args[0]) if error.args else ""
    return Notice("block", say(_REFUSALS.get(said, "这张证明已有一条处理在等确认。")))
