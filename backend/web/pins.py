"""The list of corrections while it grows: each item a coded reason on a field or a box of a page."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.office.reasons import make_item
from backend.web.bodies import read_digits
from backend.web.callers import REVIEWERS, office, require_form
from backend.web.decision_form import is_plain
from backend.web.problems import ProblemError
from registration.findings import Place

bp = Blueprint("pins", __name__, url_prefix="/desk/cases")

_SIDES = ("left", "top", "width", "height")
_LONGEST_NOTE = 300


@bp.post("/<case:case_no>/items")
def pin(case_no: str) -> ResponseReturnValue:
    """Add an item, and show the page again that it was seen on."""
    known = require_form(*REVIEWERS)
    place = _read_place()
    item = make_item(
        office().review.application(case_no),
        code=request.form.get("code", ""),
        pointer=request.form.get("pointer", ""),
        place=place,
        note=_read_note(),
    )
    office().leases.pin(case_no, item, staff=known.staff)
    return _back(case_no)


@bp.post("/<case:case_no>/items/<int:at>/removal")
def unpin(case_no: str, at: int) -> ResponseReturnValue:
    """Take an item off the list."""
    known = require_form(*REVIEWERS)
    office().leases.unpin(case_no, at, staff=known.staff)
    return _back(case_no)


def _back(case_no: str) -> ResponseReturnValue:
    material, page = (_number(n) if request.form.get(n) else None for n in ("material", "page"))
    address = url_for("review_desk.case", case_no=case_no, material=material, page=page)
    return redirect(f"{address}#items", 303)


def _read_place() -> Place | None:
    """Return the place of the page that was shown; None where the item is about a field."""
    if request.form.get("pointer"):
        return None
    sides = [_number(side) for side in _SIDES] if request.form.get("width") else []
    left, top, width, height = sides or (0, 0, 0, 0)
    if sides and not (width and height and left + width <= 1000 and top + height <= 1000):
        raise _bad("画的框超出了页面，请重画", "The box does not lie on the page; draw it again")
    return Place(
        sha256=request.form.get("sha256", ""),
        material=request.form.get("paper", ""),
        page=_number("page"),
        box=(left, top, width, height) if sides else None,
    )


def _number(name: str) -> int:
    return min(read_digits(request.form.get(name, ""), name), 10_000)


def _read_note() -> str:
    note = " ".join(request.form.get("note", "").split())
    if len(note) > _LONGEST_NOTE or not is_plain(note):
        raise _bad(
            f"说明最多 {_LONGEST_NOTE} 字", f"The note has at most {_LONGEST_NOTE} characters"
        )
    return note


def _bad(zh: str, en: str) -> ProblemError:
    return ProblemError(422, "office.bad-item", zh, en)
