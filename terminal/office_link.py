"""The line to the office: HTTPS with both sides' certificates, pinned to the office's authority."""

import base64
import hashlib
import logging
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import requests
from requests.exceptions import RequestException

from registration import schema
from registration.errors import BadDocumentError
from registration.outcomes import PrecheckAnswer
from terminal.desk.ports import AnswerPage
from terminal.errors import (
    BadAnswerError,
    LinkError,
    MisconfiguredError,
    OfficeBusyError,
    OfficeRefusedError,
    OfficeUnreachableError,
    OfficeUntrustedError,
)
from terminal.joined import ClientFiles

logger = logging.getLogger(__name__)

LARGEST_PAPER: Final = 5 * 1024 * 1024
_LARGEST_ANSWERS: Final = 16 * 1024 * 1024
_LARGEST_STATEMENT: Final = 1024 * 1024
_LARGEST_TRUST: Final = 4 * 1024 * 1024
_END_OF_ALL: Final = 2**53 - 1
"""A cursor that no office ever reaches."""
_CONNECT_S: Final = 5.0
_READ_S: Final = 30.0
_SEND_S: Final = 180.0
"""Between two bytes, not for the whole: a large package may take as long as it needs."""
_BROKEN_ON_THE_WAY: Final = frozenset({"http.truncated", "http.digest-mismatch", "http.408"})
"""What the office says of bytes that were not ours any more when they arrived."""
_NOT_OURS: Final = ("CERTIFICATE", "UNKNOWN_CA", "ALERT", "HOSTNAME")


class HTTPOfficeLink:
    """A `terminal.desk.ports.OfficeLink` over HTTPS; threads may share it.

    Nothing of the environment is obeyed: no proxy, no other authorities, no netrc.
    """

    def __init__(
        self,
        url: str,
        *,
        authority: Callable[[], Path],
        client: Callable[[], ClientFiles | None],
        now: Callable[[], datetime],
    ) -> None:
        """Reach the office at `url`, e.g. https://office.example:8443.

        `authority` names the PEM file of the office's roots, `client` the files of our own
        certificate; they are asked at each request, since renewal replaces them.
        """
        if not url.startswith("https://"):
            raise MisconfiguredError("the office's address must begin with https://")
        self._url = url.rstrip("/")
        self._authority = authority
        self._client = client
        self._now = now
        self._local = threading.local()
        self._skew: timedelta | None = None

    def send_package(self, package: bytes) -> str:
        """Deliver a sealed package; return the signed receipt, unverified."""
        digest = base64.b64encode(hashlib.sha256(package).digest()).decode("ascii")
        body = self._ask(
            "POST",
            "/api/v1/packages",
            data=package,
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Digest": f"sha-256=:{digest}:",
            },
            read_s=_SEND_S,
            most=_LARGEST_STATEMENT,
        )
        return _text(body)

    def answers(self, after: int, wait_s: int) -> AnswerPage:
        """Return what is new, waiting for it up to `wait_s` seconds."""
        body = self._ask(
            "GET",
            f"/api/v1/answers?after={after}&wait={wait_s}",
            read_s=wait_s + _READ_S,
            most=_LARGEST_ANSWERS,
        )
        return _page(_json(body))

    def certificate_pdf(self, case_no: str) -> bytes:
        """Return the sealed certificate, unchecked."""
        path = f"/api/v1/cases/{quote(case_no, safe='')}/certificate.pdf"
        return self._ask("GET", path, most=LARGEST_PAPER)

    def precheck(self, unit_no: str, purpose: str) -> PrecheckAnswer:
        """Ask what the register says of a unit."""
        value = self.post_json("/api/v1/precheck", {"number": unit_no, "purpose": purpose})
        try:
            return schema.parse_precheck(value)
        except BadDocumentError as exc:
            raise BadAnswerError("precheck") from exc

    def clock_skew(self) -> timedelta | None:
        """Say how far the office's clock was ahead at the last contact."""
        return self._skew

    def post_json(self, path: str, value: Mapping[str, object]) -> Any:
        """Post an object and return what comes back; for joining and renewing."""
        body = self._ask(
            "POST",
            path,
            data=schema.canonical(dict(value)),
            headers={"Content-Type": "application/json"},
            most=_LARGEST_STATEMENT,
        )
        return _json(body)

    def trust_bundle(self) -> bytes:
        """Return the trust bundle as the office now publishes it, unchecked."""
        return self._ask(
            "GET", "/.well-known/mortgage-registration/trust.json", most=_LARGEST_TRUST
        )

    def probe(self) -> None:
        """Ask for answers from the end of all, to see whether the office knows us and answers."""
        self.answers(_END_OF_ALL, 0)

    def close(self) -> None:
        """Let this thread's connection go."""
        session = getattr(self._local, "session", None)
        if session is not None:
            session.close()
            self._local.session = None

    # --- inside

    def _ask(
        self,
        method: str,
        path: str,
        *,
        most: int,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        read_s: float = _READ_S,
    ) -> bytes:
        with (
            _translated(),
            self._session().request(
                method,
                self._url + path,
                data=data,
                headers=dict(headers or {}),
                timeout=(_CONNECT_S, read_s),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            self._note_time(response)
            body = _read(response, most)
            if response.status_code not in {200, 201}:
                raise _problem(response, body)
        return body

    def _session(self) -> requests.Session:
        """Return this thread's session, made anew when our certificate was renewed."""
        wanted = (self._authority(), self._client())
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is not None and self._local.wanted == wanted:
            return session
        self.close()
        authority, client = wanted
        session = requests.Session()
        session.trust_env = False
        session.verify = str(authority)
        session.cert = (str(client.certificate), str(client.key)) if client else None
        session.headers.update({"User-Agent": "mortgage-terminal", "Accept-Encoding": "identity"})
        self._local.session, self._local.wanted = session, wanted
        return session

    def _note_time(self, response: requests.Response) -> None:
        try:
            told = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            return
        if told.tzinfo is not None:
            self._skew = told - self._now()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except LinkError:
        raise
    except requests.exceptions.SSLError as exc:
        if _is_about_identity(exc):
            raise OfficeUntrustedError(_reason(exc)) from exc
        raise OfficeUnreachableError("the encrypted connection broke") from exc
    except RequestException as exc:
        if "ALERT" in str(exc).upper():
            # TLS 1.3 tells a refused client certificate only after the handshake.
            raise OfficeUntrustedError("the office does not take our certificate") from exc
        raise OfficeUnreachableError(type(exc).__name__) from exc
    except OSError as exc:
        raise MisconfiguredError("the certificate files of this counter cannot be read") from exc


def _is_about_identity(error: Exception) -> bool:
    return any(word in str(error).upper() for word in _NOT_OURS)


def _reason(error: Exception) -> str:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"the office's certificate: {seen.verify_message}"
        seen = seen.__cause__ or seen.__context__
    return "the office does not take our certificate"


def _read(response: requests.Response, most: int) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(64 * 1024):
        size += len(part)
        if size > most:
            raise BadAnswerError("too large")
        parts.append(part)
    return b"".join(parts)


def _problem(response: requests.Response, body: bytes) -> LinkError:
    """Turn an answer that is a no into an error of ours; codes stay the office's."""
    status = response.status_code
    told = _told(body)
    code = told.get("code") or f"http.{status}"
    if code in _BROKEN_ON_THE_WAY or status < 400:
        return OfficeUnreachableError(code)
    if status == 429 or status >= 500:
        return OfficeBusyError(code, _seconds(response.headers.get("Retry-After", "")))
    return OfficeRefusedError(
        code, status=status, zh=told.get("detail", ""), en=told.get("detail_en", "")
    )


def _told(body: bytes) -> dict[str, str]:
    """Return the texts of a problem document; empty for anything else."""
    try:
        value = schema.decode_json(body)
    except BadDocumentError:
        return {}
    texts = value.items() if isinstance(value, dict) else ()
    return {name: text[:500] for name, text in texts if isinstance(text, str)}


def _seconds(text: str) -> float | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return float(text) if is_number else None


def _json(body: bytes) -> Any:
    try:
        return schema.decode_json(body, largest=_LARGEST_ANSWERS)
    except BadDocumentError as exc:
        raise BadAnswerError("no JSON") from exc


def _text(body: bytes) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as exc:
        raise BadAnswerError("no statement") from exc


def _page(value: object) -> AnswerPage:
    try:
        assert isinstance(value, dict)
        statements = tuple((one["cursor"], one["statement"]) for one in value["answers"])
        cursor = value["cursor"]
    except (AssertionError, KeyError, TypeError) as exc:
        raise BadAnswerError("answers") from exc
    are_whole = all(type(c) is int and type(s) is str for c, s in statements)
    if not are_whole or type(cursor) is not int:
        raise BadAnswerError("answers")
    return AnswerPage(statements=statements, cursor=cursor)
