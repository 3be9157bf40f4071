"""Security keys: what a browser asks for and answers, everybody's own, and the administrator's list."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import (
    BadCodeError,
    ConflictError,
    LoginLockedError,
    NotAllowedError,
    NotFoundError,
)
from backend.office.factor_rows import KeyRow
from backend.office.security_keys import LONGEST_LABEL
from backend.web.bodies import read_field
from backend.web.callers import (
    ADMINISTRATORS,
    caller,
    check_form,
    find_session,
    office,
    require_form,
    require_role,
    require_session,
)
from backend.web.key_answers import read_answer
from backend.web.language import say
from backend.web.pages import Notice, find_notice, render
from backend.web.sign_in import welcome
from backend.web.words import local, show_roles

bp = Blueprint("keys", __name__)

_WHAT = {
    NotAllowedError: "请先用已有的动态码或密钥验证身份，再添加。",
    BadCodeError: "密钥没有回答，或回答不对、太晚。请再试一次。",
    ConflictError: "这把密钥已经登记，或密钥太多。",
}


@bp.post("/keys/asked/<any(add, use):purpose>")
def ask(purpose: str) -> ResponseReturnValue:
    """Give the browser what it needs to make a key, or to use one; for half a session too."""
    check_form(require_session().csrf)
    if purpose == "add":
        return office().keys.ask_new(find_session())
    return office().keys.ask_use(find_session())


@bp.post("/sign-in/key")
def confirm() -> ResponseReturnValue:
    """Let somebody in whose key answers."""
    check_form(require_session().csrf)
    try:
        return welcome(office().keys.confirm(find_session(), read_answer()))
    except LoginLockedError:
        return redirect(url_for("second_factor.ask", problem="key_locked"), 303)
    except BadCodeError:
        return redirect(url_for("second_factor.ask", problem="bad_key"), 303)


@bp.post("/keys")
def add() -> ResponseReturnValue:
    """Keep a new key; whoever had no factor is inside by it."""
    known = require_session()
    check_form(known.csrf)
    try:
        fresh = office().keys.add(find_session(), read_field("label", LONGEST_LABEL), read_answer())
    except (BadCodeError, NotAllowedError, ConflictError) as exc:
        if known.step != "full":
            return redirect(url_for("second_factor.ask", problem="bad_key"), 303)
        return _mine(Notice("block", say(_WHAT[type(exc)]))), 422
    response = welcome(fresh)
    if known.step == "full":
        response.headers["Location"] = url_for("keys.mine", done="key_added")
    return response


@bp.get("/desk/keys")
def mine() -> ResponseReturnValue:
    """Show somebody his own keys."""
    return _mine(find_notice(request.args.get("done", "")))


@bp.post("/desk/keys/confirmation")
def show_factor() -> ResponseReturnValue:
    """Take a code or a key before another key is added."""
    known = caller()
    check_form(known.csrf)
    try:
        if request.form.get("answer"):
            office().keys.refresh(known.session, read_answer())
        else:
            office().factors.refresh(known.session, read_field("code", 12).replace(" ", ""))
    except LoginLockedError as exc:
        until = local(exc.until, "%H:%M:%S")
        return _mine(Notice("block", say("连错太多次，请到 {until} 再试。", until=until))), 429
    except BadCodeError:
        return _mine(Notice("block", say(_WHAT[BadCodeError]))), 422
    return redirect(url_for("keys.mine"), 303)


@bp.get("/desk/staff")
def everybody() -> ResponseReturnValue:
    """Show the administrator who has which keys."""
    known = require_role(*ADMINISTRATORS)
    rows = [
        {
            "staff_id": staff.staff_id,
            "name": staff.name,
            "roles": show_roles(staff.roles),
            "keys": [_shown(key) for key in keys],
        }
        for staff, keys in office().keys.everybody()
    ]
    notice = find_notice(request.args.get("done", ""))
    return render("staff_keys.html", known, active="staff", rows=rows, notice=notice)


@bp.post("/desk/staff/removed-key")
def remove() -> ResponseReturnValue:
    """Take a lost key away from an account; its sessions end."""
    known = require_form(*ADMINISTRATORS)
    staff_id, key = read_field("staff_id", 64), read_field("key", 2048)
    try:
        office().keys.remove(staff_id, key, by=f"staff:{known.staff.staff_id}")
    except NotFoundError:
        return redirect(url_for("keys.everybody", done="key_gone"), 303)
    return redirect(url_for("keys.everybody", done="key_removed"), 303)


def _mine(notice: Notice | None) -> str:
    known = caller()
    rows = [_shown(key) for key in office().keys.of(known.staff.staff_id)]
    return render(
        "keys.html",
        known,
        active="",
        rows=rows,
        notice=notice,
        asks_factor=not known.is_fresh,
        has_code=known.has_code,
        has_key=known.has_key,
    )


def _shown(key: KeyRow) -> dict[str, Any]:
    return {
        "id": key.credential_id,
        "label": key.label,
        "added": local(key.added_at, "%Y-%m-%d %H:%M"),
        "used": local(key.used_at, "%Y-%m-%d %H:%M") or say("还没有用过"),
    }
