"""The line to the office: HTTPS with both sides' certificates, pinned to the office's authority."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from certs.queries import QUERY
from registration import schema
from registration.enquiry import SharedQuestion, SharedTold
from registration.errors import BadDocumentError
from registration.outcomes import PrecheckAnswer
from terminal.desk.pace import Pace
from terminal.desk.ports import AnswerPage
from terminal.errors import (
    BadAnswerError,
    LinkError,
    OfficeBusyError,
    OfficeRefusedError,
    OfficeUnreachableError,
)
from terminal.joined import ClientFiles
from terminal.line import READ_S, HTTPSLine, Reply
from terminal.tus import Sender

LARGEST_PAPER: Final = 5 * 1024 * 1024
_LARGEST_ANSWERS: Final = 16 * 1024 * 1024
_LARGEST_STATEMENT: Final = 1024 * 1024
_LARGEST_TRUST: Final = 4 * 1024 * 1024
_LARGEST_REPLY: Final = 64 * 1024
_STAMP_S: Final = 5.0
_END_OF_ALL: Final = 2**53 - 1
"""A cursor that no office ever reaches."""
_BROKEN_ON_THE_WAY: Final = frozenset({"http.truncated", "http.digest-mismatch", "http.408"})
"""What the office says of bytes that were not ours any more when they arrived."""
_FEW: Final = 8
"""Answers asked for at a time after the line broke under a page of them."""
_MANY: Final = 50


class Part:
    """What came of a file before the line broke; the rest is asked for by range (RFC 9110)."""

    def __init__(self) -> None:
        self.tag = ""
        self.data = bytearray()
        self._head: Reply | None = None

    def wanted(self) -> dict[str, str]:
        """Return the headers that ask for the rest; of another file all is sent."""
        if not (self.tag and self.data):
            return {}
        return {"Range": f"bytes={len(self.data)}-", "If-Range": self.tag}

    def take(self, head: Reply, part: bytes) -> None:
        """Keep what comes."""
        if head is not self._head and head.status != 206:
            self.tag, self.data = head.headers.get("ETag", ""), bytearray()
        self._head = head
        self.data += part if head.status in {200, 206} else b""


class HTTPOfficeLink:
    """A `terminal.desk.ports.OfficeLink` over HTTPS; threads may share it."""

    def __init__(
        self,
        url: str,
        *,
        authority: Callable[[], Path],
        client: Callable[[], ClientFiles | None],
        now: Callable[[], datetime],
        proxy: str = "",
    ) -> None:
        """Reach the office at `url`: see `terminal.line.HTTPSLine`."""
        self._line = HTTPSLine(url, authority=authority, client=client, now=now, proxy=proxy)
        self.sender = Sender(ask=self._send, pace=Pace(), problem=_problem)
        self._page = _MANY
        self._parts: dict[str, Part] = {}

    def send_package(
        self,
        package: bytes,
        *,
        is_begun: bool = False,
        told: Callable[[int], None] = lambda kept: None,
    ) -> str:
        """Deliver a sealed package; return the signed receipt, unverified."""
        return _text(self.sender.send(package, is_begun=is_begun, told=told))

    def answers(self, after: int, wait_s: int) -> AnswerPage:
        """Return what is new, waiting for it up to `wait_s` seconds."""
        try:
            body = self._ask(
                "GET",
                f"/api/v1/answers?after={after}&wait={wait_s}&most={self._page}",
                read_s=wait_s + READ_S,
                most=_LARGEST_ANSWERS,
            )
        except OfficeUnreachableError:
            self._page = _FEW
            raise
        page = _page(_json(body))
        self._page = min(self._page * 2, _MANY) if page.statements else self._page
        return page

    def certificate_pdf(self, case_no: str) -> bytes:
        """Return the sealed certificate, unchecked; after a cut only the rest is fetched."""
        return self._certificate(case_no, "pdf")

    def certificate_ofd(self, case_no: str) -> bytes:
        """Return the same certificate as OFD, unchecked. Raises: RefusedError: there is none."""
        return self._certificate(case_no, "ofd")

    def _certificate(self, case_no: str, kind: str) -> bytes:
        path = f"/api/v1/cases/{quote(case_no, safe='')}/certificate.{kind}"
        return self.fetch(path, most=LARGEST_PAPER)

    def fetch(
        self, path: str, *, most: int, told: Callable[[int], None] = lambda here: None
    ) -> bytes:
        """Return a file of at most `most` bytes, unchecked; after a cut only the rest is fetched.

        `told` hears how many bytes are here, as they come.
        """
        part = self._parts.pop(path, None) or Part()

        def take(head: Reply, data: bytes) -> None:
            part.take(head, data)
            told(len(part.data))

        try:
            reply = self._line.ask("GET", path, most=most, headers=part.wanted(), taken=take)
        except OfficeUnreachableError:
            self._parts[path] = part
            raise
        return bytes(part.data) if reply.status == 206 else _require(reply)

    def send_pieces(self, path: str, data: bytes, *, told: Callable[[int], None]) -> bytes:
        """Send something to where uploads of its kind begin; return the JSON that answers it.

        It is asked first how much is there: what was sent before a cut is not sent again.
        """
        sender = replace(self.sender, path=path, kind="application/json")
        return sender.send(data, is_begun=True, told=told)

    def precheck(self, number: str, purpose: str, kind: str = "") -> PrecheckAnswer:
        """Ask what the register says of a unit."""
        asked = {"number": number, "purpose": purpose} | ({"kind": kind} if kind else {})
        value = self.post_json("/api/v1/precheck", asked)
        try:
            return schema.parse_precheck(value)
        except BadDocumentError as exc:
            raise BadAnswerError("precheck") from exc

    def ask_authorities(self, question: SharedQuestion) -> SharedTold:
        """Have the office ask other authorities which papers nobody need bring."""
        value = self.post_json("/api/v1/enquiries", schema.format_shared_question(question))
        try:
            return schema.parse_shared(value)
        except BadDocumentError as exc:
            raise BadAnswerError("enquiries") from exc

    def timestamp(self, query: bytes) -> bytes:
        """Hand in a query for a time stamp and return the reply, unchecked; a teller waits for it."""
        return self._ask(
            "POST",
            "/api/v1/timestamps",
            data=query,
            headers={"Content-Type": QUERY},
            most=_LARGEST_REPLY,
            read_s=_STAMP_S,
        )

    def clock_skew(self) -> timedelta | None:
        """Say how far the office's clock was ahead at the last contact."""
        return self._line.skew

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

    def get_bytes(self, path: str) -> bytes:
        """Return a file of the office's public log, unchecked."""
        return self._ask("GET", path, most=_LARGEST_STATEMENT)

    def exchange(
        self,
        method: str,
        path: str,
        *,
        most: int,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Ask the office and return the body of a yes, at most `most` bytes; for the relay."""
        return self._ask(method, path, most=most, data=data, headers=headers)

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
        self._line.close()

    # --- inside

    def _ask(
        self,
        method: str,
        path: str,
        *,
        most: int,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        read_s: float = READ_S,
    ) -> bytes:
        return _require(
            self._line.ask(method, path, data=data, headers=headers, read_s=read_s, most=most)
        )

    def _send(self, method: str, path: str, *, data: Any, headers: Mapping[str, str]) -> Reply:
        """Send a piece; what another try may cure is an error here already."""
        reply = self._line.ask(method, path, data=data, headers=headers, most=_LARGEST_STATEMENT)
        if reply.status >= 300 and isinstance(error := _problem(reply), OfficeUnreachableError):
            raise error
        return reply


def _require(reply: Reply) -> bytes:
    """Return the body of an answer that is a yes. Raises: LinkError."""
    if reply.status not in {200, 201, 204}:
        raise _problem(reply)
    return reply.body


def _problem(reply: Reply) -> LinkError:
    """Turn an answer that is a no into an error of ours; codes stay the office's."""
    status, told = reply.status, _told(reply.body)
    code = told.get("code") or f"http.{status}"
    if code in _BROKEN_ON_THE_WAY:
        return OfficeUnreachableError(code, "line.cut")
    if status < 400:
        return OfficeUnreachableError(code, "line.answer")
    if status == 429 or status >= 500:
        wait_s = _seconds(reply.headers.get("Retry-After", ""))
        return OfficeBusyError(code, wait_s, status=status)
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


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that an answer is. Raises: BadAnswerError."""
    try:
        value = schema.decode_json(body)
    except BadDocumentError as exc:
        raise BadAnswerError("no JSON") from exc
    if not isinstance(value, dict):
        raise BadAnswerError("no object")
    return value


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
        outlook = value.get("outlook")
    except (AssertionError, KeyError, TypeError) as exc:
        raise BadAnswerError("answers") from exc
    are_whole = all(type(c) is int and type(s) is str for c, s in statements)
    if not are_whole or type(cursor) is not int:
        raise BadAnswerError("answers")
    try:
        told = schema.parse_outlook(outlook) if outlook is not None else None
    except BadDocumentError:
        told = None  # It binds nobody: answers are read without it.
    return AnswerPage(statements=statements, cursor=cursor, outlook=told)
