"""The public log over HTTP: files for anybody, and the way back for those who watch it.

Paths and contents of the files are those of C2SP tlog-tiles; what a witness is asked for is the
body of C2SP tlog-witness "add-checkpoint", fetched by the witness itself because nobody can reach
a counter.
"""

from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from backend.errors import NotFoundError
from backend.web import bodies
from backend.web.callers import office, terminal

bp = Blueprint("public_log", __name__)

_TEXT: Final = "text/plain; charset=utf-8"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_MOMENT: Final = "public, max-age=2"
_LARGEST_NOTE: Final = 256 * 1024


def _give(content: str | bytes, media_type: str, *, cache: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Cache-Control"] = cache
    # Anybody's page may read what anybody may read.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@bp.get("/log/checkpoint")
def checkpoint() -> ResponseReturnValue:
    """Give the newest head."""
    return _give(office().log.checkpoint(), _TEXT, cache=_MOMENT)


@bp.get("/log/witnessed")
def witnessed() -> ResponseReturnValue:
    """Give the head that most witnesses signed."""
    return _give(office().log.witnessed(), _TEXT, cache=_MOMENT)


@bp.get("/log/tile/<path:path>")
def tile(path: str) -> ResponseReturnValue:
    """Give the hashes of one tile; they never change."""
    return _give(office().log.tile(path), "application/octet-stream", cache=_FOR_EVER)


@bp.get("/log/growth")
def growth() -> ResponseReturnValue:
    """Give a head and the proof that it continues the tree of size `old`."""
    old = bodies.read_count("old", default=0, most=2**53)
    return _give(office().log.growth(old).format(), _TEXT, cache="no-store")


@bp.get("/log/proof/<int:size>/<int:index>")
def proof(size: int, index: int) -> ResponseReturnValue:
    """Give the proof of one leaf against the head of a size."""
    return _give(office().log.proof(size, index).format(), _TEXT, cache=_MOMENT)


@bp.get("/log/witnesses")
def witnesses() -> ResponseReturnValue:
    """List those who watch, with each one's own signed word for its key."""
    listed = [
        {"terminal": one.terminal, "key": one.key, "statement": one.statement}
        for one in office().log.witnesses()
    ]
    return jsonify({"witnesses": listed})


@bp.get("/verify/<certificate_no>/tlog-proof")
def certificate_proof(certificate_no: str) -> ResponseReturnValue:
    """Give a certificate's proof to whoever holds the certificate, and so its code."""
    found = office().verification.check_number(certificate_no, request.args.get("c", "")[:100])
    if not found.certificate_no:
        raise NotFoundError("certificate")
    return _give(
        office().log.certificate_proof(found.certificate_no).format(), _TEXT, cache="no-store"
    )


@bp.get("/api/v1/cases/<case:case_no>/certificate.tlog-proof")
def case_proof(case_no: str) -> ResponseReturnValue:
    """Give the proof of its certificate to the terminal's own bank."""
    case = office().review.case_of_bank(case_no, bank=terminal().bank)
    return _give(office().log.case_proof(case.case_no).format(), _TEXT, cache="no-store")


@bp.post("/api/v1/log/witness")
def enlist() -> ResponseReturnValue:
    """Take a counter's signed word for the key that it watches with."""
    sender = terminal()
    asked = bodies.read_members(bodies.read_json(), statement=_LARGEST_NOTE)
    office().log.enlist(sender, **asked)
    return jsonify({"terminal": sender.terminal})


@bp.post("/api/v1/log/cosignatures")
def cosign() -> ResponseReturnValue:
    """Take a witness's signature on our head of a size."""
    sender = terminal()
    asked = bodies.read_members(bodies.read_json(), size=17, line=1000)
    office().log.cosign(sender, bodies.read_digits(asked["size"], "size"), asked["line"])
    return jsonify({"terminal": sender.terminal})


@bp.post("/api/v1/log/reports")
def report() -> ResponseReturnValue:
    """Take the evidence of a counter that was shown two heads which contradict each other."""
    sender = terminal()
    asked = bodies.read_members(bodies.read_json(), seen=_LARGEST_NOTE, shown=_LARGEST_NOTE)
    return jsonify({"fault": office().log.report(sender, **asked)})
