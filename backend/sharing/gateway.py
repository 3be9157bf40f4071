"""The police's identity service behind the ministry's sharing gateway, over HTTP."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import requests

from backend.office.checks import IdentityCheck
from backend.sharing.envelope import (
    Account,
    Question,
    format_base,
    format_identity,
    parse_death_mark,
    parse_identity,
)

_LOG = logging.getLogger(__name__)
_LARGEST: Final = 256 * 1024
_SAME: Final = "000"
_DEATH: Final = "death"


class _NoAnswerError(Exception):
    """The gateway gave nothing to read; the check stays unanswered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceGateway:
    """Asks the police; whatever goes wrong on the way leaves the check unanswered."""

    url: str
    account: Account
    next_request_no: Callable[[datetime], str]
    asks_death_mark: bool = True
    """Whether a person who is confirmed is also looked up for a death mark."""
    connect_s: float = 3.0
    total_s: float = 8.0
    """For one question, from its first byte to the answer's last."""
    authority: str = ""
    """File of the certificates that may vouch for the gateway; empty for the public ones."""

    def check_identity(
        self, *, name: str, number: str, case_no: str, at: datetime
    ) -> IdentityCheck:
        """Ask whether name and number belong together, and whether the person lives."""
        question = Question(
            request_no=self.next_request_no(at), case_no=case_no, name=name, number=number, at=at
        )
        answers: list[bytes] = []
        code = self._answer(question, answers)
        return IdentityCheck(
            request_no=question.request_no,
            code=code,
            at=at,
            # An answer that could not be read is evidence too.
            answer_sha256=hashlib.sha256(b"".join(answers)).hexdigest() if answers else "",
        )

    def _answer(self, question: Question, answers: list[bytes]) -> str:
        """Return the code; the raw answers are kept in `answers`."""
        try:
            code = parse_identity(self._ask(format_identity(question, self.account), answers))
            if code != _SAME or not self.asks_death_mark:
                return code
            record = self._ask(format_base(question, self.account), answers)
        except _NoAnswerError as error:
            _LOG.warning("police gateway gave no answer to %s: %s", question.request_no, error)
            return ""
        is_dead = parse_death_mark(record, question.number.upper())
        return "" if is_dead is None else _DEATH if is_dead else _SAME

    def _ask(self, body: dict[str, object], answers: list[bytes]) -> Any:
        data = json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = b"".join(self._exchange(data))
        except requests.RequestException as exc:
            # The text of the error may hold the URL; its kind is enough.
            raise _NoAnswerError(type(exc).__name__) from exc
        answers.append(answer)
        try:
            return json.loads(answer)
        except (ValueError, RecursionError) as exc:
            raise _NoAnswerError("no JSON") from exc

    def _exchange(self, data: bytes) -> Iterator[bytes]:
        end = time.monotonic() + self.total_s
        with requests.Session() as session:
            # Variables of the environment must not re-route people's data.
            session.trust_env = False
            with session.post(
                self.url,
                data=data,
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=(self.connect_s, self.total_s),
                verify=self.authority or True,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise _NoAnswerError(f"HTTP {response.status_code}")
                yield from _within(response, end)


def _within(response: requests.Response, end: float) -> Iterator[bytes]:
    """Yield the body as it comes; one that is too long or too slow is no answer."""
    size = 0
    for part in response.iter_content(4096):
        size += len(part)
        if size > _LARGEST:
            raise _NoAnswerError("too long")
        if time.monotonic() > end:
            raise _NoAnswerError("too slow")
        yield part
