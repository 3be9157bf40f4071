"""Every error of the counter as problem JSON: what happened, what to do, where.

The texts name no person and no number; `code` is what a teller reads out on the telephone.
"""

import logging
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from flask import Flask, Response, jsonify
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from certs.errors import CertsError
from quarantine.errors import QuarantineError
from registration.errors import BadValueError, RegistrationError
from terminal.errors import BadListError, BadMaterialError, TerminalError
from terminal.reader_errors import ReaderError
from terminal.reader_words import remedy_of
from terminal.visit_errors import VisitOverError
from terminal.web.list_words import LIST_WORDS
from terminal.web.material_words import MATERIAL_WORDS
from terminal.web.problem_words import STATUS_WORDS, WORDS, Words
from terminal.web.shown import finding_shown
from terminal.web.visit_words import OVER_WORDS, VISIT_WORDS

_LOG = logging.getLogger(__name__)
_UNEXPECTED: Final = Words(
    500,
    "程序出错，这一步没有做",
    "The program failed; this step was not done",
    "请再试一次；仍不行请打科技部电话，报下面的代码",
    "Try again; if it recurs, call service and read out the code",
)


class RequestError(Exception):
    """A request that the pages' own code does not send; it never leaves this room."""

    code: ClassVar[str] = "terminal.request"


class RequestRefusedError(RequestError):
    """A request from elsewhere, without the token, or of the wrong kind."""

    code: ClassVar[str] = "terminal.request-refused"

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class BadRequestError(RequestError):
    """A request's body is not what the route takes; all that is wrong is told at once."""

    code: ClassVar[str] = "terminal.bad-request"

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{pointer or '/'} {reason}" for pointer, reason in problems))
        self.problems = problems
        """JSON Pointer and reason of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What one answer says of one failure."""

    status: int
    code: str
    title: tuple[str, str]
    """Chinese, English."""
    remedy: tuple[str, str]
    detail: str = ""
    pointer: str = ""


def register(app: Flask) -> None:
    """Let every failure of the app answer as problem JSON."""
    app.register_error_handler(TerminalError, _of_ours)
    app.register_error_handler(RequestError, _of_ours)
    app.register_error_handler(RegistrationError, _of_ours)
    app.register_error_handler(CertsError, _of_ours)
    app.register_error_handler(QuarantineError, _of_ours)
    app.register_error_handler(ValidationError, _of_form)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_nobody)


def _of_ours(error: Exception) -> Response:
    problem = describe(error)
    if problem.status >= 500:
        _LOG.warning("counter failed code=%s", problem.code)
    return _answer(problem, **_extra(error))


def _of_form(error: ValidationError) -> Response:
    found = tuple(
        ("".join(f"/{part}" for part in e["loc"]), str(e["type"]))
        for e in error.errors(include_url=False, include_input=False, include_context=False)
    )
    return _of_ours(BadRequestError(found[:50]))


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    words = STATUS_WORDS.get(status, STATUS_WORDS[400])
    response = _answer(_worded(words, f"terminal.http-{status}", status=status))
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _of_nobody(error: Exception) -> Response:
    # The edge of the process: the teller gets a sentence, the log gets the cause.
    _LOG.error("counter failed unexpectedly", exc_info=error)
    return _answer(_worded(_UNEXPECTED, "terminal.unexpected"))


def describe(error: Exception) -> Problem:
    """Put an error of ours into words; the nearest class that has words speaks."""
    code = str(getattr(error, "code", "terminal.unexpected"))
    if isinstance(error, RequestRefusedError):
        words = STATUS_WORDS.get(error.status, STATUS_WORDS[403])
        return _worded(words, code, status=error.status, detail=error.reason)
    words = _words_of(error)
    if isinstance(error, ReaderError):
        remedy = remedy_of(error)
        words = Words(409, remedy.zh, remedy.en, *_again(may=remedy.may_retry))
    detail = str(getattr(error, "reason", ""))
    return _worded(words, code, detail=detail, pointer=_pointer(error))


def _words_of(error: Exception) -> Words:
    if isinstance(error, BadRequestError) and any(r.startswith("date") for _, r in error.problems):
        return WORDS["BadDateError"]
    if isinstance(error, BadMaterialError) and error.reason in MATERIAL_WORDS:
        return MATERIAL_WORDS[error.reason]
    if isinstance(error, BadListError) and error.fault in LIST_WORDS:
        return LIST_WORDS[error.fault]
    if isinstance(error, VisitOverError) and error.reason in OVER_WORDS:
        return OVER_WORDS[error.reason]
    words, names = {**WORDS, **VISIT_WORDS}, [c.__name__ for c in type(error).__mro__]
    return next((words[name] for name in names if name in words), _UNEXPECTED)


def _again(*, may: bool) -> tuple[str, str]:
    """Say what to press; where no key helps, the sentence before has said what to do."""
    return ("再按一次读卡", "Press read again") if may else ("", "")


def _worded(
    words: Words, code: str, *, status: int = 0, detail: str = "", pointer: str = ""
) -> Problem:
    return Problem(
        status=status or words.status,
        code=code,
        title=(words.zh, words.en),
        remedy=(words.remedy_zh, words.remedy_en),
        detail=detail,
        pointer=pointer,
    )


def _pointer(error: Exception) -> str:
    if isinstance(error, BadRequestError):
        return error.problems[0][0] if error.problems else ""
    field = getattr(error, "field", "") or getattr(error, "slot", "")
    return f"/{field}" if field and not isinstance(error, BadValueError) else ""


def _extra(error: Exception) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if isinstance(error, ReaderError):
        extra["may_retry"] = remedy_of(error).may_retry
        extra["may_type"] = remedy_of(error).may_type
    if isinstance(error, BadRequestError):
        extra["problems"] = [{"pointer": p, "reason": r} for p, r in error.problems]
    if findings := getattr(error, "findings", ()):
        extra["findings"] = [finding_shown(f) for f in findings]
    if zh := getattr(error, "zh", ""):
        extra["office"] = {"zh": zh, "en": getattr(error, "en", "")}
    return extra


def _answer(problem: Problem, **extra: Any) -> Response:
    response = jsonify(
        {
            "code": problem.code,
            "title": {"zh": problem.title[0], "en": problem.title[1]},
            "detail": problem.detail,
            "remedy": {"zh": problem.remedy[0], "en": problem.remedy[1]},
            "pointer": problem.pointer,
            **extra,
        }
    )
    response.status_code = problem.status
    response.content_type = "application/problem+json"
    return response
