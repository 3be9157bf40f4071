"""For terminals and banks' systems: packages in, answers and certificates out."""

import hashlib

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from backend.office.case import Case
from backend.web import bodies
from backend.web.callers import may_wait, office, peer_fingerprint, terminal
from backend.web.pace import Pace
from backend.web.problems import ProblemError
from registration import schema

bp = Blueprint("api", __name__, url_prefix="/api/v1")

_LONGEST_WAIT_S = 25
_OFD = "application/ofd"
_MOST_ANSWERS = 100
_LARGEST_QUERY = 4096
_STATEMENT = "application/jose"
ASKING = "enquiry_pace"
_ASKED_A_MINUTE = 20
"""Of one counter, whatever teller it names: a case needs two or three."""


@bp.post("/packages")
def receive_package() -> ResponseReturnValue:
    """Take one sealed package, whole, and give the signed receipt; again the same for a repeat."""
    sender = terminal()
    data = bodies.read_body(bodies.LARGEST_PACKAGE)
    digest = bodies.require_digest(data)
    received = office().reception.receive(data, terminal=sender, digest=digest)
    return Response(received.receipt, 201 if received.is_new else 200, content_type=_STATEMENT)


@bp.get("/answers")
def answers() -> ResponseReturnValue:
    """Give everything new for this terminal, in order; waits up to `wait` seconds for news.

    A request that waits is put here again, so that a terminal that is revoked meanwhile learns
    nothing more.
    """
    sender = terminal()
    after = bodies.read_count("after", default=0, most=2**53)
    wait_s = bodies.read_count("wait", default=0, most=_LONGEST_WAIT_S)
    most = max(bodies.read_count("most", default=_MOST_ANSWERS, most=_MOST_ANSWERS), 1)
    rows = office().news.answers(sender.terminal, after, most=most)
    if not rows and wait_s and may_wait(sender.terminal, after, wait_s):
        return ""
    listed = [{"cursor": r.cursor, "statement": r.statement} for r in rows]
    cursor = rows[-1].cursor if rows else after
    outlook = schema.format_outlook(office().outlook.ask())
    return jsonify({"answers": listed, "cursor": cursor, "outlook": outlook})


@bp.get("/outlook")
def outlook() -> ResponseReturnValue:
    """Tell what waits and how long cases take now."""
    terminal()
    return jsonify(schema.format_outlook(office().outlook.ask()))


@bp.get("/cases/<case:case_no>")
def case(case_no: str) -> ResponseReturnValue:
    """Tell the terminal's own bank where a case stands."""
    found = office().review.case_of_bank(case_no, bank=terminal().bank)
    return jsonify(_format_case(found))


def _format_case(case: Case) -> dict[str, object]:
    return {
        "case_no": case.case_no,
        "stage": case.stage.value,
        "round": case.round,
        "received_at": bodies.as_text(case.received_at),
        "accepted_at": bodies.as_text(case.accepted_at) if case.accepted_at else None,
        "correction_due": bodies.as_text(case.correction_due) if case.correction_due else None,
        "due": [{"name": d.name, "at": bodies.as_text(d.at)} for d in case.due],
        "findings": schema.format_findings(case.findings),
    }


@bp.get("/cases/<case:case_no>/certificate.pdf")
def certificate(case_no: str) -> ResponseReturnValue:
    """Give the sealed certificate to the terminal's own bank, byte for byte; or a range of it."""
    pdf = office().review.certificate_of_bank(
        case_no, bank=terminal().bank, is_newest=request.args.get("version") == "newest"
    )
    return _file(pdf, "application/pdf")


@bp.get("/cases/<case:case_no>/certificate.ofd")
def certificate_ofd(case_no: str) -> ResponseReturnValue:
    """Give the same certificate as OFD (GB/T 33190), likewise."""
    is_newest = request.args.get("version") == "newest"
    ofd = office().review.certificate_of_bank(
        case_no, bank=terminal().bank, is_ofd=True, is_newest=is_newest
    )
    return _file(ofd, _OFD)


def _file(data: bytes, kind: str) -> ResponseReturnValue:
    answer = Response(data, content_type=kind)
    answer.set_etag(hashlib.sha256(data).hexdigest())
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(data))


@bp.post("/cases/<case:case_no>/withdrawal")
def withdraw(case_no: str) -> ResponseReturnValue:
    """Withdraw a case before its entry (Interim Regulations, art. 15)."""
    sender = terminal()
    withdrawn = office().review.withdraw(case_no, bank=sender.bank, terminal=sender.terminal)
    return jsonify({"case_no": withdrawn.case_no, "stage": withdrawn.stage.value})


@bp.post("/precheck")
def precheck() -> ResponseReturnValue:
    """Tell what the register says of a unit before anything is signed; the purpose is logged."""
    sender = terminal()
    body = bodies.read_json()
    limits = {"number": 100, "purpose": 200} | ({"kind": 48} if "kind" in body else {})
    asked = bodies.read_members(body, **limits)
    answer = office().precheck.ask(**asked, terminal=sender)
    return Response(
        schema.canonical(schema.format_precheck(answer)), content_type="application/json"
    )


@bp.post("/enquiries")
def ask_authorities() -> ResponseReturnValue:
    """Ask other authorities which papers nobody need bring; who asks what for is logged.

    Raises: ProblemError 404 where the office asks nobody, 429 when a counter asks too often.
    """
    sender, sparing = terminal(), office().sparing
    if sparing is None:
        raise ProblemError(404, "office.not-found")
    question = schema.parse_shared_question(bodies.read_json())
    pace: Pace = current_app.extensions.setdefault(ASKING, Pace(_ASKED_A_MINUTE))
    if not pace.admits(sender.terminal):
        raise ProblemError(429, "http.429")
    told = schema.format_shared(sparing.ask(question, terminal=sender))
    return Response(schema.canonical(told), content_type="application/json")


@bp.post("/timestamps")
def timestamp() -> ResponseReturnValue:
    """Give a counter a time stamp (RFC 3161 section 3.4) over the digest that its query holds."""
    terminal()
    bodies.require_type("application/timestamp-query")
    reply = office().give_stamp(bodies.read_body(_LARGEST_QUERY))
    return Response(reply, content_type="application/timestamp-reply")


@bp.post("/enrolments")
def enrol() -> ResponseReturnValue:
    """Exchange a one-time code and two certificate requests for certificates and configuration."""
    asked = bodies.read_members(
        bodies.read_json(), code=100, tls_request=8_000, package_request=8_000
    )
    return jsonify(office().terminals.enrol(**asked)), 201


@bp.post("/renewals")
def renew() -> ResponseReturnValue:
    """Give a terminal with a live certificate new ones."""
    sender = terminal()
    asked = bodies.read_members(bodies.read_json(), tls_request=8_000, package_request=8_000)
    renewed = office().terminals.renew(sender, fingerprint=peer_fingerprint(), **asked)
    return jsonify(renewed), 201


@bp.post("/renewals/late")
def renew_late() -> ResponseReturnValue:
    """Give new certificates to a counter whose certificate for the line ended while it was away."""
    asked = bodies.read_members(bodies.read_json(), statement=64_000)
    return jsonify(office().terminals.renew_late(asked["statement"])), 201


@bp.post("/verifications")
def verify() -> ResponseReturnValue:
    """Check a certificate: JSON (`code`, or `certificate_no` and `check_code`), or the file itself."""
    if request.mimetype in {"application/pdf", _OFD}:
        result = office().verification.check_file(bodies.read_body(bodies.LARGEST_CERTIFICATE))
        return jsonify(result.as_json())
    body = bodies.read_json()
    if "code" in body:
        result = office().verification.check_text(bodies.read_members(body, code=1_200)["code"])
    else:
        asked = bodies.read_members(body, certificate_no=100, check_code=100)
        result = office().verification.check_number(asked["certificate_no"], asked["check_code"])
    return jsonify(result.as_json())
