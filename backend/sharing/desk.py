"""Asks all services at once: a time for all of it, and a pause for a service that fails."""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from backend.errors import NoAnswerError
from backend.office.enquiries import EnquiryRow, Reply, Service
from backend.sharing.envelope import Account, format_envelope, is_marked_simulated
from backend.sharing.gateway import Police
from backend.sharing.lines import Line, read_json
from backend.sharing.sources import SOURCES, Answer, Source

_LOG = logging.getLogger(__name__)
_REPEATED: Final = "0405"
"""The gateway had this request number before; what it holds for it is not told."""


class Breaker:
    """Leaves a service in peace for a while after it failed some times in a row."""

    def __init__(self, *, most: int = 3, pause_s: float = 30.0) -> None:
        self._most, self._pause_s = most, pause_s
        self._failures = 0
        self._until = 0.0
        self._lock = threading.Lock()

    def may_ask(self) -> bool:
        """Say whether to ask; after the pause one question tries again."""
        with self._lock:
            if self._failures < self._most:
                return True
            now = time.monotonic()
            if now < self._until:
                return False
            self._until = now + self._pause_s
            return True

    def note(self, *, is_answered: bool) -> None:
        """Count what came of a question."""
        with self._lock:
            self._failures = 0 if is_answered else self._failures + 1
            if self._failures >= self._most:
                self._until = time.monotonic() + self._pause_s


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityDesk:
    """All services behind one question; as `backend.office.enquiry_ports.Authorities`."""

    account: Account
    police: Police
    lines: Mapping[Service, Line]
    now: Callable[[], datetime]
    total_s: float = 9.0
    """For all questions of one asking together."""
    believes_simulated: bool = True
    """Whether a simulated answer is one; not in an office whose papers count."""
    breakers: Mapping[Service, Breaker] = field(
        default_factory=lambda: {service: Breaker() for service in Service}
    )

    @property
    def area(self) -> str:
        """The area code as which the office asks."""
        return self.account.area

    def ask(self, rows: Sequence[EnquiryRow]) -> tuple[Reply, ...]:
        """Ask each in a thread of its own; what is not here in time is not waited for."""
        end = time.monotonic() + self.total_s
        waiting = [_Waiting(row) for row in rows]
        for one in waiting:
            if self.breakers[one.row.enquiry.service].may_ask():
                # A daemon: an authority that never lets go must not keep the office from ending.
                threading.Thread(target=self._answer, args=(one,), daemon=True).start()
            else:
                one.give(self._none(one.row, "paused"))
        return tuple(self._wait(one, end) for one in waiting)

    def _wait(self, one: "_Waiting", end: float) -> Reply:
        reply = one.take(max(0.0, end - time.monotonic()))
        service = one.row.enquiry.service
        if reply is None:
            reply = self._none(one.row, "timeout")
        if reply.is_simulated and not self.believes_simulated:
            # What nobody said is no evidence, so nothing of it is kept.
            reply = replace(self._none(one.row, "simulated"), is_simulated=True)
        if reply.fault not in {"paused", "simulated"}:
            self.breakers[service].note(is_answered=reply.is_answered)
        if not reply.is_answered:
            told = (service.value, one.row.request_no, reply.fault)
            _LOG.warning("authority gave no answer service=%s request=%s: %s", *told)
        return reply

    def _answer(self, one: "_Waiting") -> None:
        is_police = one.row.enquiry.service is Service.IDENTITY
        try:
            one.give((self._ask_police if is_police else self._ask_source)(one.row))
        except Exception:  # noqa: BLE001 - the outermost edge of its thread
            _LOG.exception("asking failed request=%s", one.row.request_no)
            one.give(self._none(one.row, "malformed"))

    def _ask_police(self, row: EnquiryRow) -> Reply:
        check = self.police.check_identity(
            name=row.enquiry.get("name"),
            number=row.enquiry.get("number"),
            case_no=row.case_no,
            at=row.at,
            request_no=row.request_no,
        )
        return Reply(
            request_no=row.request_no,
            enquiry=row.enquiry,
            verdict=check.code,
            at=self.now(),
            fault="" if check.is_answered else "malformed" if check.answer else "unreachable",
            answer=check.answer,
            answer_sha256=check.answer_sha256,
            is_simulated=check.is_simulated,
        )

    def _ask_source(self, row: EnquiryRow) -> Reply:
        source, answer = SOURCES[row.enquiry.service], b""
        question = format_envelope(
            self.account,
            source.query,
            source.format(row.enquiry),
            request_no=row.request_no,
            case_no=row.case_no,
        )
        try:
            line = self.lines[row.enquiry.service]
            answer = line.exchange(json.dumps(question, ensure_ascii=False).encode())
            verdict, facts = read_answer(source, row, answer)
        except NoAnswerError as error:
            return self._none(row, error.fault, answer)
        return Reply(
            request_no=row.request_no,
            enquiry=row.enquiry,
            verdict=verdict,
            facts=facts,
            at=self.now(),
            answer=answer,
            answer_sha256=hashlib.sha256(answer).hexdigest(),
            is_simulated=is_marked_simulated(answer),
        )

    def _none(self, row: EnquiryRow, fault: str, answer: bytes = b"") -> Reply:
        """Return that there is no answer; one that could not be read is evidence too."""
        return Reply(
            request_no=row.request_no,
            enquiry=row.enquiry,
            verdict="",
            at=self.now(),
            fault=fault,
            answer=answer,
            answer_sha256=hashlib.sha256(answer).hexdigest() if answer else "",
            is_simulated=is_marked_simulated(answer),
        )


class _Waiting:
    """A question on its way."""

    def __init__(self, row: EnquiryRow) -> None:
        self.row = row
        self._reply: Reply | None = None
        self._is_here = threading.Event()

    def give(self, reply: Reply) -> None:
        self._reply = reply
        self._is_here.set()

    def take(self, timeout_s: float) -> Reply | None:
        self._is_here.wait(timeout_s)
        return self._reply


def read_answer(source: Source, row: EnquiryRow, answer: bytes) -> Answer:
    """Return verdict and facts of a raw answer.

    Raises:
        NoAnswerError: it is malformed, answers another question, or says nothing clear.
    """
    told = read_json(answer)
    head = told.get("head") if isinstance(told, dict) else None
    if not isinstance(head, dict):
        raise NoAnswerError("malformed", "no head")
    status = str(head.get("status", ""))
    if status == _REPEATED:
        raise NoAnswerError("repeated", "request number used before")
    if status not in source.is_good:
        raise NoAnswerError("refused", f"status {status[:8]}")
    if head.get("cxqqdh") != row.request_no:
        raise NoAnswerError("mismatched", "another request's answer")
    data = told.get("data")
    records = data.get("cxjg") if isinstance(data, dict) else None
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise NoAnswerError("malformed", "no records")
    return source.parse(row.enquiry, records)
