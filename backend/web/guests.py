"""For whoever was invited to sign elsewhere: a page, the sealed papers, and the way back for his ink.

No certificate, no session, no cookie: link, code and document number make a proof, which comes in a
header that no other site's page can send. The link's own part stands behind the `#`, which no
browser sends to anybody.
"""

import binascii
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Final

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from backend.errors import InvitationGoneError, NotFoundError, WrongProofError
from backend.office.inviting_ports import ANSWERED, LAPSED, LOCKED, RECALLED, RESTORED, TAKEN
from backend.web import bodies
from backend.web.invitations import SEALED, inviting
from backend.web.pace import Pace
from backend.web.parcel_pieces import fetched
from backend.web.problems import ProblemError
from registration.papers.coverage import load_rare_han

bp = Blueprint("guests", __name__)

PROOF: Final = "Invitation-Proof"
LARGEST_ANSWER: Final = 4 * 1024 * 1024
EXTENSION: Final = "guest_pace"
_MOST_A_MINUTE: Final = 60
_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_SHARED: Final = ("components.css", "dom.js", "pad.js", "tokens.css")
_OWN: Final = ("bringing.js", "guest.css", "guest.js", "opening.js", "words.js")
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_USED: Final = (
    "这个链接已经用过，签名已收到；不是您签的，请立刻告诉银行",
    "This link was used; the signatures are here. If they are not yours, tell the bank at once",
)
_GONE: Final = {
    ANSWERED: _USED,
    TAKEN: _USED,
    RECALLED: (
        "银行已取消这次签署，请向银行要新的链接",
        "The bank cancelled it; ask for a new link",
    ),
    LAPSED: (
        "这个链接已过期，请向银行要新的链接",
        "This link has lapsed; ask the bank for a new one",
    ),
    RESTORED: (
        "登记中心的数据恢复过，为稳妥起见这个链接已停用，请问银行",
        "The office was restored from a backup; this link is stopped. Ask the bank",
    ),
    LOCKED: (
        "输错次数太多，链接已锁定，请向银行要新的链接",
        "Too many wrong codes: the link is locked; ask the bank for a new one",
    ),
}


@bp.before_request
def slow_down() -> None:
    """Let nobody guess without end; the page itself is anybody's. Raises: ProblemError 429."""
    if request.endpoint in {"guests.page", "guests.asset", "guests.font"}:
        return
    pace: Pace = current_app.extensions.setdefault(EXTENSION, Pace(_MOST_A_MINUTE))
    if not pace.admits(request.remote_addr or ""):
        raise ProblemError(429, "http.429")


@bp.get("/sign/")
def page() -> ResponseReturnValue:
    """Give the page: no datum in it, and none asked for by its address."""
    return _answer(_file("index.html"), "text/html; charset=utf-8")


@bp.get("/sign/rare-han.ttf")
def font() -> ResponseReturnValue:
    """Give the font of rare characters; browsers ask for it only where a name has one."""
    return _answer(load_rare_han(), "font/ttf")


@bp.get("/sign/<name>")
def asset(name: str) -> ResponseReturnValue:
    """Give one file of the page. Raises: NotFoundError."""
    if name not in _SHARED and name not in _OWN:
        raise NotFoundError("no such file")
    return _answer(_file(name), _TYPES[name.rpartition(".")[2]])


@bp.post("/api/v1/invitations/<parcel:invitation>/opening")
def open_papers(invitation: str) -> ResponseReturnValue:
    """Give the sealed papers to whoever shows the proof."""
    with told():
        return Response(inviting().open(invitation, read_proof()), content_type=SEALED)


@bp.get("/api/v1/invitations/<parcel:invitation>/papers")
def read_on(invitation: str) -> ResponseReturnValue:
    """Give the rest of the papers after a cut (RFC 9110, 14) to whoever opened them."""
    with told():
        data = inviting().papers(invitation, read_proof())
    return fetched(data, hashlib.sha256(data).hexdigest())


@bp.put("/api/v1/invitations/<parcel:invitation>/answer")
def answer(invitation: str) -> ResponseReturnValue:
    """Take the sealed answer in, once; the same bytes again are the same answer."""
    bodies.require_type(SEALED)
    data = bodies.read_body(LARGEST_ANSWER)
    if not data:
        raise ProblemError(422, "http.empty", "没有内容", "There is nothing in it")
    with told():
        inviting().answer(invitation, read_proof(), data)
    return "", 204


@contextmanager
def told() -> Iterator[None]:
    """Say to a guest what became of his invitation. Raises: ProblemError 403, 410."""
    try:
        yield
    except InvitationGoneError as exc:
        raise ProblemError(410, f"invitation.{exc.state}", *_GONE[exc.state]) from exc
    except WrongProofError as exc:
        zh = f"签署码或证件号码不对，还可以试 {exc.left} 次"
        en = f"Code or document number is wrong; {exc.left} tries are left"
        raise ProblemError(403, "invitation.wrong", zh, en) from exc


def read_proof() -> bytes:
    """Return what was shown. Raises: ProblemError 400."""
    text = request.headers.get(PROOF, "")
    if not _HEX.fullmatch(text):
        raise ProblemError(400, "invitation.proof", f"请写明 {PROOF}", f"Send the header {PROOF}")
    return binascii.unhexlify(text)


@cache
def _file(name: str) -> bytes:
    room, place = ("registration", "pages") if name in _SHARED else ("backend.web", "guest_page")
    data = resources.files(room).joinpath(f"{place}/{name}").read_bytes()
    if name != "index.html":
        return data
    icons = resources.files("registration").joinpath("pages/icons.svg").read_bytes()
    return data.replace(b"<!-- icons -->", icons)


def _answer(data: bytes, content_type: str) -> Response:
    found = Response(data, content_type=content_type)
    found.headers["Content-Security-Policy"] = _CSP
    found.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    return found
