"""Acts from signing to the outbox: papers, ink, check, submit."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from registration.ink import InkRecord
from terminal.desk.draft import Draft
from terminal.errors import NotFoundError
from terminal.web.asked import InkAsked, read
from terminal.web.counter import PaperOffered, SignerShown
from terminal.web.files import file_answer
from terminal.web.guard import counter
from terminal.web.outbox_shown import package_shown
from terminal.web.shown import JSON, signer_key, time_shown, visit_shown
from terminal.web.where import difference_findings, located

bp: Final = Blueprint("signing", __name__, url_prefix="/ui/api/drafts/<draft_id>")


@bp.get("/papers")
def papers(draft_id: str) -> ResponseReturnValue:
    """Draw the papers as the draft now stands and say who signs them."""
    return _papers(draft_id)


@bp.post("/papers")
def papers_anew(draft_id: str) -> ResponseReturnValue:
    """Draw the papers as the draft now stands, though links to sign them elsewhere end."""
    counter().signing.papers(draft_id, may_end=True)
    if remote := counter().remote:
        remote.mail.bell.set()
    return _papers(draft_id)


@bp.get("/papers/<code>/pdf")
def paper_pdf(draft_id: str, code: str) -> ResponseReturnValue:
    """Return a paper byte for byte as it is signed."""
    _offered(draft_id, code)
    data = counter().signing.paper_bytes(draft_id, code)
    return file_answer(data, "application/pdf", code)


@bp.get("/papers/<code>/finished")
def finished_pdf(draft_id: str, code: str) -> ResponseReturnValue:
    """Return a paper with the ink on its lines, to be printed or looked at."""
    _offered(draft_id, code)
    data = counter().signing.finished_bytes(draft_id, code)
    return file_answer(data, "application/pdf", code)


@bp.post("/papers/<code>/inks")
def sign(draft_id: str, code: str) -> ResponseReturnValue:
    """Take one signature."""
    asked = read(InkAsked)
    number = _number(_offered(draft_id, code), asked.signer)
    hand = asked.as_handwriting(ended_at=counter().clock.now())
    counter().signing.sign(draft_id, code=code, sha256=asked.sha256, number=number, hand=hand)
    return _papers(draft_id), 201


@bp.delete("/papers/<code>/inks/<signer>")
def unsign(draft_id: str, code: str, signer: str) -> ResponseReturnValue:
    """Take one person's ink off a paper."""
    number = _number(_offered(draft_id, code), signer)
    counter().signing.unsign(draft_id, code=code, number=number)
    return _papers(draft_id)


@bp.get("/check")
def check(draft_id: str) -> ResponseReturnValue:
    """Say everything that is wrong or missing, each with the place where it is put right."""
    draft = counter().intake.get(draft_id)
    findings = (*counter().submission.check(draft_id), *difference_findings(draft))
    return jsonify({"findings": [located(f, draft) for f in findings], "version": draft.version})


@bp.post("/submit")
def submit(draft_id: str) -> ResponseReturnValue:
    """Seal the draft into the outbox."""
    item = counter().submission.submit(draft_id)
    return jsonify(package_shown(counter(), item.sequence)), 201


def _papers(draft_id: str) -> Response:
    offered = counter().signing.papers(draft_id)
    draft = counter().intake.get(draft_id)
    return jsonify({"papers": [_paper(p, draft) for p in offered], "version": draft.version})


def _paper(paper: PaperOffered, draft: Draft) -> JSON:
    inks = {(i.paper_sha256, i.signer_number): i for i in draft.inks}
    visits = {visit.sha256: visit_shown(visit) for visit in draft.visits}
    return {
        "code": paper.code,
        "title": paper.title,
        "title_en": paper.title_en,
        "sha256": paper.sha256,
        "pages": paper.pages,
        "signers": [_signer(s, inks.get((paper.sha256, s.number)), visits) for s in paper.signers],
    }


def _signer(signer: SignerShown, ink: InkRecord | None, visits: Mapping[str, JSON]) -> JSON:
    is_seen = signer.is_signed and ink is not None
    return {
        "signer": signer_key(signer.number),
        "role": signer.role.value,
        "name": signer.name,
        "is_signed": signer.is_signed,
        "signed_at": time_shown(ink.ended_at) if is_seen and ink else None,
        "is_remote": bool(is_seen and ink and ink.remote),
        "visit": visits.get(ink.visit_sha256) if is_seen and ink else None,
        "proof": _proof(ink) if is_seen and ink else "",
        "plain": {"zh": signer.plain[0], "en": signer.plain[1]} if signer.plain else None,
    }


def _proof(ink: InkRecord) -> str:
    """Say how provable ink is: `stamped`, `attested` without a time stamp yet, or not at all."""
    if ink.time_stamp:
        return "stamped"
    return "attested" if ink.event else ""


def _offered(draft_id: str, code: str) -> PaperOffered:
    for paper in counter().signing.papers(draft_id):
        if paper.code == code:
            return paper
    raise NotFoundError("no such paper")


def _number(paper: PaperOffered, signer: str) -> str:
    for person in paper.signers:
        if signer_key(person.number) == signer:
            return person.number
    raise NotFoundError("no such signer")
