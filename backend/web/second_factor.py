"""The second half of the door: a code, or first the secret that makes codes."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import BadCodeError, LoginLockedError
from backend.office.staff import SignedIn
from backend.web.bodies import read_field
from backend.web.callers import check_form, find_session, office, require_session
from backend.web.language import say
from backend.web.sign_in import welcome
from backend.web.words import local
from registration.papers.qr import outline

bp = Blueprint("second_factor", __name__, url_prefix="/sign-in")

_PROBLEMS = {
    "locked": "连错太多次，请到 {until} 再试。",
    "bad_code": "动态码不对、用过了或者过时了，请等下一个再输。",
    "bad_key": "密钥没有回答，或回答不对、太晚。请再试一次。",
    "key_locked": "连错太多次，请过一会儿再试。",
}


@bp.get("/code")
def ask() -> ResponseReturnValue:
    """Ask for the code; where there is no secret yet, show one first."""
    known = require_session()
    if known.step == "full" and known.has_factor:
        return redirect(url_for("review_desk.home"), 303)
    problem = request.args.get("problem", "")
    return _form(known, problem if problem in {"bad_key", "key_locked"} else "")


@bp.post("/code")
def confirm() -> ResponseReturnValue:
    """Let somebody in whose code is right."""
    known = require_session()
    check_form(known.csrf)
    try:
        fresh = office().factors.confirm(find_session(), read_field("code", 12).replace(" ", ""))
    except LoginLockedError as exc:
        return _form(known, "locked", until=local(exc.until, "%H:%M:%S")), 429
    except BadCodeError:
        return _form(known, "bad_code"), 401
    return welcome(fresh)


def _form(known: SignedIn, problem: str = "", *, until: str = "") -> Response:
    enrolment = None if known.has_factor else office().factors.begin(find_session())
    side, path = outline(enrolment.address) if enrolment else (0, "")
    page = render_template(
        "second_factor.html",
        office_name=office().name,
        csrf=known.csrf,
        error=say(_PROBLEMS[problem], until=until) if problem else "",
        enrolment=enrolment,
        has_key=known.has_key,
        has_code=known.has_code,
        side=side,
        path=path,
    )
    return Response(page)
