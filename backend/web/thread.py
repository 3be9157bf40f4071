"""The thread of a case: remarks, holds, and handing a case up to the head."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.office.thread import KINDS
from backend.web.callers import REVIEWERS, office, require_form
from backend.web.decision_form import LONGEST_OPINION, is_plain
from backend.web.problems import ProblemError

bp = Blueprint("thread", __name__, url_prefix="/desk/cases")


@bp.post("/<case:case_no>/remarks")
def say(case_no: str) -> ResponseReturnValue:
    """Add to the thread, and do what was asked with it."""
    known = require_form(*REVIEWERS)
    kind, text = _read_kind(), read_remark()
    office().thread.say(case_no, staff=known.staff, kind=kind, text=text)
    if kind in {"hold", "escalate"}:
        return redirect(url_for("review_desk.queue", done=kind), 303)
    return redirect(url_for("review_desk.case", case_no=case_no), 303)


def _read_kind() -> str:
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise ProblemError(422, "office.remark-kind", "没有这种操作", "There is no such act")
    return kind


def read_remark() -> str:
    """Return what was written. Raises: ProblemError: nothing, or what cannot be shown."""
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    if not 0 < len(text) <= LONGEST_OPINION or not is_plain(text):
        raise ProblemError(
            422,
            "office.empty-remark",
            f"请写下原因，最多 {LONGEST_OPINION} 字",
            f"Write down why, in at most {LONGEST_OPINION} characters",
        )
    return text
