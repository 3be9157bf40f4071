"""The police's identity service behind the ministry's sharing gateway, over HTTP."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from backend.errors import NoAnswerError
from backend.office.checks import IdentityCheck
from backend.sharing.envelope import (
    Account,
    Question,
    format_base,
    format_identity,
    is_marked_simulated,
    parse_death_mark,
    parse_identity,
)
from backend.sharing.lines import HTTPLine, read_json

_LOG = logging.getLogger(__name__)
_SAME: Final = "000"
_DEATH: Final = "death"


class Police(Protocol):
    """Says whether a name and a number belong together."""

    def check_identity(
        self, *, name: str, number: str, case_no: str, at: datetime, request_no: str = ""
    ) -> IdentityCheck:
        """Ask the police; a time-out is an unanswered check, never an exception, never a pass.

        Without a request number it takes the next of its own.
        """


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
        self, *, name: str, number: str, case_no: str, at: datetime, request_no: str = ""
    ) -> IdentityCheck:
        """Ask whether name and number belong together, and whether the person lives."""
        request_no = request_no or self.next_request_no(at)
        question = Question(request_no=request_no, case_no=case_no, name=name, number=number, at=at)
        answers: list[bytes] = []
        code = self._answer(question, answers)
        return IdentityCheck(
            request_no=question.request_no,
            code=code,
            at=at,
            # An answer that could not be read is evidence too.
            answer_sha256=hashlib.sha256(b"".join(answers)).hexdigest() if answers else "",
            answer=b"".join(answers),
            is_simulated=any(is_marked_simulated(answer) for answer in answers),
        )

    def _answer(self, question: Question, answers: list[bytes]) -> str:
        """Return the code; the raw answers are kept in `answers`."""
        try:
            code = parse_identity(self._ask(format_identity(question, self.account), answers))
            if code != _SAME or not self.asks_death_mark:
                return code
            record = self._ask(format_base(question, self.account), answers)
        except NoAnswerError as error:
            _LOG.warning("police gateway gave no answer to %s: %s", question.request_no, error)
            return ""
        is_dead = parse_death_mark(record, question.number.upper())
        return "" if is_dead is None else _DEATH if is_dead else _SAME

    def _ask(self, body: dict[str, object], answers: list[bytes]) -> Any:
        line = HTTPLine(
            url=self.url,
            connect_s=self.connect_s,
            total_s=self.total_s,
            authority=self.authority,
        )
        answer = line.exchange(json.dumps(body, ensure_ascii=False).encode())
        answers.append(answer)
        return read_json(answer)
