"""The door of the reviewers' pages: signing in and out."""

import secrets

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import BadLoginError, LoginLockedError
from backend.office.staff import NewSession
from backend.web.bodies import read_field
from backend.web.callers import (
    SESSION_COOKIE,
    check_form,
    check_origin,
    find_session,
    find_signed_in,
    office,
)
from backend.web.language import say
from backend.web.words import local

bp = Blueprint("sign_in", __name__)

FORM_COOKIE = "__Host-form"
"""Ties the sign-in form to the browser that asked for it: there is no session yet."""
DEVICE_COOKIE = "__Host-device"
"""Says that somebody has signed in with this browser before; it lets nobody in."""
_DEVICE_DAYS = 180
_PROBLEMS = {
    "session_over": "登录已过期，请重新登录；写了一半的意见还在。",
    "locked": "连错太多次，请到 {until} 再试。",
    "bad_login": "工号或口令不对，没有登录。",
}


@bp.get("/sign-in")
def ask() -> ResponseReturnValue:
    """Show the form; who has come half in goes on to the code."""
    known = find_signed_in()
    if known is not None and known.step != "full":
        return redirect(url_for("second_factor.ask"), 303)
    return _form("session_over" if "over" in request.args else "")


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Open a session, or say that name or password is wrong; which, is not told."""
    check_form(request.cookies.get(FORM_COOKIE, ""))
    try:
        session = office().staff.sign_in(
            read_field("user", 64),
            read_field("password", 256),
            device=request.cookies.get(DEVICE_COOKIE, "")[:100],
        )
    except LoginLockedError as exc:
        return _form("locked", until=local(exc.until, "%H:%M:%S")), 429
    except BadLoginError:
        return _form("bad_login"), 401
    return welcome(session)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session; without one there is nothing to end."""
    check_origin()
    known = find_signed_in()
    if known is not None:
        check_form(known.csrf)
        office().staff.sign_out(find_session())
    response = redirect(url_for("sign_in.ask"), 303)
    response.delete_cookie(SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return response


def welcome(session: NewSession) -> Response:
    """Lead in whoever has a new session; where it is half a one, the door leads on."""
    response = Response(status=303, headers={"Location": url_for("review_desk.home")})
    _set(response, SESSION_COOKIE, session.token)
    if session.device:
        _set(response, DEVICE_COOKIE, session.device, max_age=_DEVICE_DAYS * 86_400)
    return response


def _form(problem: str, *, until: str = "") -> Response:
    token = request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe(32)
    page = render_template(
        "sign_in.html",
        office_name=office().name,
        csrf=token,
        error=say(_PROBLEMS[problem], until=until) if problem else "",
        # A number that was typed wrong is shown again, a password never.
        user=request.form.get("user", "")[:64],
    )
    response = Response(page)
    _set(response, FORM_COOKIE, token)
    return response


def _set(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    kept = {"path": "/", "secure": True, "httponly": True, "samesite": "Strict"}
    response.set_cookie(name, value, max_age=max_age, **kept)  # type: ignore[arg-type]  # as it wants them
