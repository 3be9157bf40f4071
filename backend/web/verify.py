"""For anybody: is this certificate good? By number and check code, or by the file."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from backend.office.verification import Answer, Verified
from backend.web.bodies import LARGEST_CERTIFICATE, read_field
from backend.web.callers import office
from backend.web.language import desk_lang
from backend.web.words import local, public_words
from certs.codes import PATH

bp = Blueprint("verify", __name__)

_LOOKS = {
    Answer.VALID: ("pass", "check"),
    Answer.CANCELLED: ("block", "block"),
    Answer.REPLACED: ("block", "block"),
    Answer.REVOKED: ("block", "block"),
    Answer.SUSPENDED: ("unknown", "unknown"),
    Answer.INVALID: ("block", "block"),
    Answer.UNKNOWN: ("unknown", "unknown"),
    Answer.UNPROVEN: ("unknown", "unknown"),
    Answer.KEY_REVOKED: ("block", "block"),
}


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One line of the paper, to be compared by eye."""

    label: str
    text: str
    is_mono: bool
    href: str = ""
    """Where more of it is asked for; empty for nowhere."""


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """One thing that was checked."""

    look: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownResult:
    """A verdict in words."""

    look: str
    icon: str
    word: str
    verdict: str
    """The ASCII word that programs get: VALID, REVOKED …"""
    sentence: str
    advice: str
    at: str
    is_specimen: bool
    facts: tuple[ShownFact, ...]
    checks: tuple[ShownCheck, ...]


@bp.get("/verify")
def ask() -> ResponseReturnValue:
    """Show the forms, or the result when the address carries number and code."""
    return _by_number(request.args.get("n", ""), request.args.get("c", ""))


@bp.get("/verify/<certificate_no>")
def by_link(certificate_no: str) -> ResponseReturnValue:
    """Answer a certificate's link: `/verify/NUMBER?c=CODE`."""
    return _by_number(certificate_no, request.args.get("c", ""))


def show_code(code: str) -> str:
    """Answer the QR code of a certificate, whose address is the signed code itself."""
    return _page(result=office().verification.check_text(f"https://office{PATH}{code}"))


@bp.post("/verify")
def look_up() -> ResponseReturnValue:
    """Check a number and its code as typed."""
    return _by_number(read_field("number", 100), read_field("code", 100), is_sent=True)


@bp.post("/verify/file")
def look_up_file() -> ResponseReturnValue:
    """Check a file; its bytes are judged and forgotten."""
    sent = request.files.get("file")
    pdf = sent.read(LARGEST_CERTIFICATE + 1) if sent else b""
    if not pdf or len(pdf) > LARGEST_CERTIFICATE:
        return _page(problem="no_file" if not pdf else "file_too_large"), 422
    return _page(result=office().verification.check_file(pdf))


def _by_number(number: str, code: str, *, is_sent: bool = False) -> ResponseReturnValue:
    number, code = number.strip()[:100], code.strip()[:100]
    if number and code:
        return _page(result=office().verification.check_number(number, code), number=number)
    missing = "both_needed" if is_sent or (code and not number) else ""
    return _page(number=number, problem=missing), 422 if missing else 200


def _page(*, result: Verified | None = None, number: str = "", problem: str = "") -> str:
    words = public_words()
    t: dict[str, str] = words["t"]
    return render_template(
        "verify.html",
        **words | {"other_href": _other(words["other_lang"])},
        office_name=office().name,
        result=_show(result, t) if result else None,
        number=number,
        error=t[problem] if problem else "",
    )


def _other(lang: str) -> str:
    """Return this page in another language; after a form, the forms."""
    if request.method != "GET":
        return url_for("verify.ask", lang=lang)
    asked = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    return f"{quote(request.path)}?{urlencode([*asked, ('lang', lang)])}"


def _show(found: Verified, t: dict[str, str]) -> ShownResult:
    look, icon = _LOOKS[found.answer]
    key = found.answer.value.lower()
    return ShownResult(
        look=look,
        icon=icon,
        word=t[key],
        verdict=found.verdict,
        sentence=t[f"{key}_s"],
        advice=t[f"{key}_a"],
        at=local(found.at),
        is_specimen=found.is_specimen,
        facts=_facts(found, t),
        checks=tuple(_check(reason, t) for reason in found.reasons),
    )


def _facts(found: Verified, t: dict[str, str]) -> tuple[ShownFact, ...]:
    number = (("certificate_no", found.certificate_no),) if found.certificate_no else ()
    ended = (("ended_at", local(found.ended_at)),) if found.ended_at else ()
    shown = [
        ShownFact(t[name], text, name == "unit_no")
        for name, text in (*number, *found.facts, *ended)
    ]
    if found.successor:
        # The page asks for the code on the new paper: who holds the old one alone learns no more.
        href = url_for("verify.ask", n=found.successor, lang=desk_lang())
        shown.append(ShownFact(t["successor"], found.successor, is_mono=False, href=href))
    return tuple(shown)


def _check(reason: str, t: dict[str, str]) -> ShownCheck:
    how = reason.rpartition("-")[2]
    looks = {"ok": ("pass", "check"), "unknown": ("unknown", "unknown")}
    look, icon = looks.get(how, ("block", "cross"))
    return ShownCheck(look, icon, t["c_" + reason.replace("-", "_")])
