"""From error class to HTTP status and problem code, in one table (RFC 9457)."""

import json
import logging
from typing import Any

from flask import Flask, Response, current_app, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from backend import errors as office
from backend.web.language import catalogue, is_english, pick, say
from certs import errors as certs
from registration import errors as registration

logger = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    registration.BadDocumentError: 422,
    registration.BadValueError: 422,
    registration.BadPackageError: 422,
    registration.RegistrationError: 422,
    office.InvitationGoneError: 410,
    office.SequenceConflictError: 409,
    office.TokenUsedError: 403,
    office.ConflictError: 409,
    office.IllegalMoveError: 409,
    office.NotFoundError: 404,
    office.NotAllowedError: 403,
    office.OddNameError: 422,
    office.RulingError: 422,
    office.BadLoginError: 401,
    office.NotReadyError: 503,
    office.UploadMismatchError: 422,
    office.IntegrityError: 503,
    office.CannotTellError: 422,
    office.NoAnswerError: 503,
    office.MisconfiguredError: 503,
    office.OfficeError: 500,
    certs.CertsError: 422,
    # The office's own keys and files: no fault of whoever asked, who comes again.
    certs.KeyFileError: 503,
    certs.SignerSpecError: 503,
    certs.TrustBundleError: 503,
    certs.AuthorityError: 503,
    certs.RequestRefusedError: 422,
    certs.ProviderError: 503,
    certs.DeviceError: 503,
    certs.TimestampError: 503,
}
"""The most special class of an error decides; classes that are not named take their parent's."""

TITLES: dict[int, tuple[str, str]] = {
    400: ("请求不完整", "The request is incomplete"),
    401: ("请先登录", "Sign in first"),
    403: ("不能这样做", "Not allowed"),
    404: ("没有这一项", "Nothing here"),
    405: ("这个地址不接受这种请求", "Method not allowed"),
    408: ("请求没有及时发完，请重发", "The request did not arrive in time; send it again"),
    409: ("别人先办了，请重新读取", "Somebody else was first; read again"),
    410: ("已经失效", "Gone for good"),
    411: ("请求须写明长度", "Length required"),
    412: ("不支持这个 tus 版本", "This version of tus is not spoken here"),
    413: ("内容太大", "Too large"),
    414: ("地址太长", "The address is too long"),
    415: ("内容类型不对", "Wrong media type"),
    422: ("内容有误，请按列出的各项更正", "The content is wrong; correct every item listed"),
    460: ("这一段与校验和不符，请重发这一段", "The piece does not fit its checksum; send it again"),
    426: ("这个端口只接受 HTTPS", "This port speaks only HTTPS"),
    429: ("请求太密，请稍后再发", "Too many requests; try later"),
    500: ("登记中心内部出错，已记录", "The office had a fault; it is logged"),
    501: ("不支持这种传输编码", "This transfer coding is not supported"),
    503: (
        "登记中心暂时不能收件，件请留着再发",
        "The office cannot take work now; keep it and try again",
    ),
    505: ("请用 HTTP/1.1", "Speak HTTP/1.1"),
}


DETAILS: dict[str, str] = {
    "office.conflict": "这件已经有人先办了，或者所依据的内容变了。下面是现在的样子，请看过再决定。",
    "office.illegal-move": "这件现在的阶段不能走这一步。",
    "office.not-allowed": "您的岗位不能办这一步。",
    "office.needs-other-reviewer": "初审和复审须由两个人办。您在这次审核中已提过意见，请放回由另一人办。",
    "office.ruling": "这份规则设定不能采用：不是本机构的，或者版本号已经用过。",
    "office.terminal-suspended": "这台终端已停用或证书已更换，请联系登记中心。",
    "office.renewal-too-late": "这台终端离线太久，不能自行续期，请向登记中心要新的入网文件。",
    "office.token-used": "注册码用过了、过期了或不对，请向登记中心要新的。",
    "office.sequence-conflict": "这个序号已用于另一个件。",
    "office.parcel-gone": "这件移交已被取回、已过期，或对方已接手。",
    "office.invitation-gone": "这份签署邀请已用过、已过期、已取消，或已锁定。",
    "office.wrong-proof": "签署码或证件号码不对。",
    "office.upload-offset": "这一段接不上已收到的部分，请先问已收到多少，再从那里接着发。",
    "office.upload-mismatch": "各段合起来与所报的摘要不符，已清除，请从头再发。",
}
"""What an error of the office means, in Chinese, for those who meet it."""


class ProblemError(Exception):
    """A view refuses a request before any use case is asked; becomes problem+json as it is."""

    def __init__(self, status: int, code: str, zh: str = "", en: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.zh, self.en = status, code, zh, en


def problem(
    status: int,
    code: str,
    *,
    zh: str = "",
    en: str = "",
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """Return one problem document; `errors` lists every bad field with its JSON Pointer."""
    title_zh, title_en = TITLES.get(status, TITLES[500])
    body: dict[str, Any] = {
        "type": f"urn:mortgage-registration:problem:{code}",
        "status": status,
        "code": code,
        "title": title_zh,
        "title_en": title_en,
        "detail": zh or title_zh,
        "detail_en": en or title_en,
    }
    if errors:
        body["errors"] = errors
    response = Response(
        json.dumps(body, ensure_ascii=False), status, content_type="application/problem+json"
    )
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def document(status: int) -> bytes:
    """Return the problem document of a request that never reached a view."""
    return problem(status, f"http.{status}").get_data()


def status_of(error: Exception) -> int:
    """Return the HTTP status for an error of ours; 500 for anything else."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def text_of(error: Exception) -> str:
    """Return what an error of ours means, in the reader's language."""
    title = pick(*TITLES.get(status_of(error), TITLES[500]))
    detail = DETAILS.get(getattr(error, "code", ""))
    return say(detail) if detail else title


def _chinese_of(error: Exception) -> str:
    title, _ = TITLES.get(status_of(error), TITLES[500])
    return DETAILS.get(getattr(error, "code", ""), title)


def register_problems(app: Flask) -> None:
    """Make every error leave as problem+json; nothing of the request is echoed."""
    for root in (
        ProblemError,
        HTTPException,
        registration.RegistrationError,
        certs.CertsError,
        office.OfficeError,
        Exception,
    ):
        app.register_error_handler(root, _leave)


def _leave(error: Exception) -> Response:
    """Answer programs with a problem document, browsers with a page that says the same."""
    answer = _answer(error)
    wanted = request.accept_mimetypes.best_match(["application/problem+json", "text/html"])
    if request.path.startswith("/api/") or wanted != "text/html":
        return answer
    if isinstance(error, office.BadLoginError):
        return Response(status=303, headers={"Location": url_for("sign_in.ask", over="")})
    return _as_page(answer)


def _as_page(answer: Response) -> Response:
    told = json.loads(answer.get_data(as_text=True))
    # Programs read what went wrong where; people read what it means.
    english = catalogue().get(told["detail"], told["detail_en"])
    answer.set_data(
        render_template(
            "problem.html",
            office_name=current_app.extensions["office"].name,
            problem=told,
            title=pick(told["title"], told["title_en"]),
            detail=pick(told["detail"], english),
            other_lang="zh-CN" if is_english() else "en",
            other_detail=told["detail"] if is_english() else english,
        )
    )
    answer.content_type = "text/html; charset=utf-8"
    return answer


def _answer(error: Exception) -> Response:
    if isinstance(error, ProblemError):
        return problem(error.status, error.code, zh=error.zh, en=error.en)
    if isinstance(error, HTTPException):
        return _http(error)
    status = status_of(error)
    code = getattr(error, "code", "office.fault")
    if status >= 500:
        logger.error("request failed path=%s code=%s", request.url_rule, code, exc_info=error)
    if isinstance(error, registration.BadDocumentError):
        listed = [
            {"pointer": p.pointer, "code": p.code, "detail": p.detail} for p in error.problems
        ]
        return problem(status, code, errors=listed)
    return problem(status, code, zh=_chinese_of(error), en=str(error) if status < 500 else "")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    response = problem(status, f"http.{status}")
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "location"}:
            response.headers[name] = value
    return response
