"""For reviewers: the queue, one case, its materials, the decision."""

import hashlib

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backend.errors import ConflictError, IllegalMoveError, NotAllowedError, NotFoundError
from backend.office.case import Case, Stage
from backend.office.review import CaseFile
from backend.office.rows import Draft
from backend.office.stages import MAY_DECIDE
from backend.web.bodies import read_count, read_query
from backend.web.callers import (
    ADMINISTRATORS,
    READERS,
    REVIEWERS,
    Caller,
    caller,
    office,
    require_form,
    require_role,
)
from backend.web.case_desk import show_case, tell_hindrance
from backend.web.decision_form import (
    BadDecisionError,
    asked_factors,
    chosen_items,
    read_decision,
    ready_opinion,
    require_fresh,
)
from backend.web.finished import finished_paper
from backend.web.identities import find_portrait, show_identities
from backend.web.origins import page_notes, show_title
from backend.web.pages import Notice, find_notice, render
from backend.web.pictures import pictures
from backend.web.pinned import find_boxes, show_fields, show_reasons
from backend.web.problems import status_of, text_of
from backend.web.queue_page import VIEWS, QueueView, parse_spot, show_queue
from backend.web.replies import show_replies
from backend.web.stuck import show_stuck
from backend.web.thread import read_remark
from registration.findings import Finding

bp = Blueprint("review_desk", __name__, url_prefix="/desk")

_WIDTHS = {"small": 120, "large": 1100, "face": 240}
_REFUSALS = (ConflictError, NotAllowedError, IllegalMoveError)


@bp.get("/home")
def home() -> ResponseReturnValue:
    """Lead somebody who has signed in to the page of his work."""
    is_administrator = set(caller().staff.roles) & set(ADMINISTRATORS)
    page = "terminal_desk.terminals" if is_administrator else "review_desk.queue"
    return redirect(url_for(page), 303)


@bp.get("")
def queue() -> ResponseReturnValue:
    """Show one view of the queue, soonest due first."""
    known = require_role(*READERS)
    view = request.args.get("view", "free")
    view = view if view in VIEWS else "free"
    return render(
        "queue.html",
        known,
        active="correction" if view == "correction" else "queue",
        notice=find_notice(request.args.get("done", "")),
        stuck=show_stuck(office().stuck()),
        queue=_page_of(view, known),
    )


def _page_of(view: str, known: Caller) -> QueueView:
    """Return the page of a view that the address asks for."""
    text, number = read_query("q", 100), read_count("page", default=1, most=100_000) or 1
    after, before = (parse_spot(request.args.get(name, "")) for name in ("after", "before"))
    found = office().review.queue(
        staff=known.staff, view=view, text=text, after=after, before=before
    )
    return show_queue(
        found, view, text, staff_id=known.staff.staff_id, now=office().now(), page=number
    )


@bp.post("/next")
def take_next() -> ResponseReturnValue:
    """Take the free case that is due soonest; if another takes it meanwhile, the one after."""
    known = require_form(*REVIEWERS)
    taken = _take_first(known)
    if taken is None:
        return redirect(url_for("review_desk.queue", done="none"), 303)
    return redirect(url_for("review_desk.case", case_no=taken.case_no), 303)


def _take_first(known: Caller) -> Case | None:
    """Take the first case of the caller's own stages that nobody else takes meanwhile."""
    for stage in ("chief", "second", "first"):
        if not MAY_DECIDE[stage] & set(known.staff.roles):
            continue
        for waiting in office().review.waiting(stage):
            try:
                return office().leases.take(waiting.case_no, staff=known.staff)
            except _REFUSALS:
                continue
    return None


@bp.get("/cases/<case:case_no>")
def case(case_no: str) -> ResponseReturnValue:
    """Show one case: what is wrong first, then the sources side by side, then the papers."""
    known = require_role(*READERS)
    notice = find_notice(request.args.get("done", ""))
    return _page(office().review.open(case_no, staff=known.staff), known, notice=notice)


@bp.post("/cases/<case:case_no>/numbers")
def reveal(case_no: str) -> ResponseReturnValue:
    """Show the covered numbers once, after the reason is kept; another look needs another."""
    known = require_form(*READERS)
    reason = read_remark()
    office().thread.reveal(case_no, staff=known.staff, reason=reason)
    return _page(office().review.open(case_no, staff=known.staff), known, is_open=True)


@bp.post("/cases/<case:case_no>/take")
def take(case_no: str) -> ResponseReturnValue:
    """Take a case, so that others only read it."""
    known = require_form(*REVIEWERS)
    try:
        office().leases.take(case_no, staff=known.staff)
    except _REFUSALS as exc:
        return _refused(case_no, known, exc)
    return redirect(url_for("review_desk.case", case_no=case_no), 303)


@bp.post("/cases/<case:case_no>/enquiries/<request:request_no>")
def ask_again(case_no: str, request_no: str) -> ResponseReturnValue:
    """Have an authority asked once more; the page then shows what is found by its answer."""
    known = require_form(*REVIEWERS)
    try:
        asked = office().asking.ask(case_no, request_no, staff=known.staff)
    except _REFUSALS as exc:
        return _refused(case_no, known, exc)
    done = "asked_again" if asked.holder == known.staff.staff_id else "new_round"
    return redirect(url_for("review_desk.case", case_no=case_no, done=done), 303)


@bp.post("/cases/<case:case_no>/release")
def release(case_no: str) -> ResponseReturnValue:
    """Put a case back for others."""
    known = require_form(*REVIEWERS)
    try:
        office().leases.release(case_no, staff=known.staff)
    except _REFUSALS as exc:
        return _refused(case_no, known, exc)
    return redirect(url_for("review_desk.queue", done="released"), 303)


@bp.post("/cases/<case:case_no>/decision")
def decide(case_no: str) -> ResponseReturnValue:
    """Take a decision on exactly what the page showed; otherwise the page is shown anew."""
    known = require_form(*REVIEWERS)
    try:
        decided = _decide(case_no, known)
    except BadDecisionError as exc:
        file = office().review.open(case_no, staff=known.staff)
        return _page(file, known, notice=Notice("correct", exc.text), opinion=exc.opinion), 422
    except _REFUSALS as exc:
        return _refused(case_no, known, exc, opinion=request.form.get("opinion", "")[:2000])
    return redirect(url_for("review_desk.queue", view="mine", done=decided.stage.value), 303)


def _decide(case_no: str, known: Caller) -> Case:
    form = read_decision()
    factor = require_fresh(known, form.opinion)
    items: tuple[Finding, ...] = ()
    if form.verdict == "correct":
        file = office().review.open(case_no, staff=known.staff)
        draft = office().leases.find_draft(file.case, staff=known.staff)
        items = chosen_items(form, file.case.findings, draft.items if draft else ())
    return office().review.decide(
        case_no,
        staff=known.staff,
        verdict=form.verdict,
        opinion=form.opinion,
        evidence_sha256=form.evidence_sha256,
        items=items,
        factor=factor,
    )


@bp.get("/cases/<case:case_no>/materials/<sha256:sha256>/<int:page>/<any(small, large):size>")
def page_picture(case_no: str, sha256: str, page: int, size: str) -> ResponseReturnValue:
    """Give one page of a material as a picture; the raw upload never reaches the browser."""
    known = require_role(*READERS)
    media_type, data = office().review.material(case_no, sha256, staff=known.staff)
    key, width = sha256, _WIDTHS[size]
    if request.args.get("ink"):
        data = finished_paper(office().review.application(case_no), sha256)
        key = hashlib.sha256(data).hexdigest()
    picture = pictures().draw(key, lambda: data, media_type, page=page, width=width)
    return Response(picture, content_type="image/jpeg")


@bp.get("/cases/<case:case_no>/portraits/<int:at>")
def portrait(case_no: str, at: int) -> ResponseReturnValue:
    """Give the face that a chip holds; it is drawn like anything that comes from outside."""
    require_role(*READERS)
    found = find_portrait(office().review.application(case_no), at)
    if found is None:
        raise NotFoundError("no such portrait")
    key = hashlib.sha256(found.data).hexdigest()
    width = _WIDTHS["face"]
    drawn = pictures().draw(key, lambda: found.data, found.media_type, page=1, width=width)
    return Response(drawn, content_type="image/jpeg")


def _refused(
    case_no: str, known: Caller, error: Exception, *, opinion: str = ""
) -> ResponseReturnValue:
    file = office().review.open(case_no, staff=known.staff)
    notice = Notice("block", _reason(file.case, error))
    return _page(file, known, notice=notice, opinion=opinion), status_of(error)


def _reason(case: Case, error: Exception) -> str:
    """Say what stood in the way: a finding rather than the role, where one does."""
    is_approval = request.form.get("verdict") == "approve"
    hindrance = tell_hindrance(case) if is_approval and type(error) is NotAllowedError else ""
    return hindrance or text_of(error)


def _page(
    file: CaseFile,
    known: Caller,
    *,
    notice: Notice | None = None,
    opinion: str = "",
    is_open: bool = False,
) -> str:
    draft = office().leases.find_draft(file.case, staff=known.staff)
    desk = show_case(
        file,
        staff=known.staff,
        now=office().now(),
        draft=draft,
        is_open=is_open,
        inks=office().check_inks(file.application),
    )
    return render(
        "case.html",
        known,
        active="queue",
        notice=notice,
        **asked_factors(known),
        opinion=opinion or desk.own.text or ready_opinion(file.case),
        desk=desk,
        **_evidence(file, known),
        reasons=show_reasons(),
        fields=show_fields(),
        **_paper(file, draft),
    )


def _evidence(file: CaseFile, known: Caller) -> dict[str, object]:
    """Return how people became known, and what other authorities answered."""
    is_mine = file.case.stage is Stage.IN_REVIEW and file.case.holder == known.staff.staff_id
    may_ask = office().asking.may_ask if is_mine else lambda row: False
    return {
        "show_title": show_title,
        "people": show_identities(file.application),
        "replies": show_replies(file.enquiries, may_ask, file.application),
    }


def _paper(file: CaseFile, draft: Draft | None) -> dict[str, object]:
    """Return what the pane of the papers shows: the page that the address asks for."""
    materials = file.materials
    number = read_count("material", default=0, most=10_000)
    page = read_count("page", default=1, most=10_000)
    if materials and (number >= len(materials) or not 1 <= page <= materials[number].pages):
        abort(404)
    shown = {"materials": materials, "material_no": number, "page_no": page}
    if not materials:
        return shown | {"notes": (), "boxes": ()}
    boxes = find_boxes(draft, materials[number].sha256, page)
    return shown | {"notes": page_notes(materials[number]), "boxes": boxes}
