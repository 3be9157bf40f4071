"""The sign of life of a case page: keeps the case in its reader's hands, and what he has written."""

import re

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from backend.office.rows import Draft
from backend.web.bodies import read_digits
from backend.web.callers import REVIEWERS, Caller, office, require_form
from backend.web.decision_form import LONGEST_OPINION
from backend.web.words import local

bp = Blueprint("lease", __name__, url_prefix="/desk/cases")

_MOST_MARKS = 200
_MARK = re.compile(r"[0-9]{1,3}", re.ASCII)


@bp.post("/<case:case_no>/lease")
def keep(case_no: str) -> ResponseReturnValue:
    """Renew the lease and keep the draft; 409 tells that the case is somebody else's by now."""
    known = require_form(*REVIEWERS)
    held = office().leases.keep(_read_draft(case_no, known), staff=known.staff)
    return jsonify(held_until=local(held.held_until, "%H:%M"))


def _read_draft(case_no: str, known: Caller) -> Draft:
    marks = [m for m in request.form.getlist("item") if _MARK.fullmatch(m)]
    return Draft(
        case_no=case_no,
        staff_id=known.staff.staff_id,
        review_round=read_digits(request.form.get("review_round", ""), "review_round"),
        opinion=request.form.get("opinion", "")[:LONGEST_OPINION].replace("\x00", ""),
        marks=tuple(marks[:_MOST_MARKS]),
        at=office().now(),
    )
