"""An identity service that is none: it knows made-up people, and says that it is simulated."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from backend.errors import MisconfiguredError
from backend.office.checks import IdentityCheck
from registration.errors import BadIdNumberError
from registration.identifiers import parse_id_number

_SAME: Final = "000"
_NOBODY: Final = "999"
_UNANSWERED: Final = ""
_MADE_UP: Final = "99"
"""Sequence codes 990 to 999, once kept for centenarians: nobody alive has one."""
_KNOBS: Final = frozenset({"timeout", "death"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPolice:
    """Confirms made-up people and never vouches for anybody real."""

    next_request_no: Callable[[datetime], str]
    codes: Mapping[str, str] = field(default_factory=dict)
    """What to say of some numbers instead: a code, "death" or "timeout"."""

    def check_identity(
        self, *, name: str, number: str, case_no: str, at: datetime, request_no: str = ""
    ) -> IdentityCheck:
        """Answer at once; a number that could be a real person's stays unanswered."""
        code = self._code(number)
        told = f"simulated {code}".encode()
        return IdentityCheck(
            request_no=request_no or self.next_request_no(at),
            code=code,
            at=at,
            answer_sha256=hashlib.sha256(told).hexdigest() if code else "",
            answer=told if code else b"",
            is_simulated=True,
        )

    def _code(self, number: str) -> str:
        told = self.codes.get(number)
        if told is not None:
            return _UNANSWERED if told == "timeout" else told
        return find_code(number)


def find_code(number: str) -> str:
    """Return what the simulated police say of a number: never a pass for somebody real."""
    try:
        known = parse_id_number(number).text
    except BadIdNumberError:
        return _NOBODY
    return _SAME if known[14:].startswith(_MADE_UP) else _UNANSWERED


def parse_knobs(text: str) -> dict[str, str]:
    """Read NUMBER=CODE pairs, comma separated; CODE is three digits, "death" or "timeout".

    Raises:
        MisconfiguredError: a pair is not of that form.
    """
    knobs = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        number, _, code = pair.partition("=")
        is_code = len(code) == 3 and code.isascii() and code.isdigit()
        if not number or not (is_code or code in _KNOBS):
            raise MisconfiguredError("police_url: simulated:NUMBER=CODE,… is wanted")
        knobs[number.strip().upper()] = code
    return knobs
