"""The office's wall in its plainest form, for the web rooms' tests: no cost, no secrets."""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.calendars import load_calendar
from backend.failpoints import load_failpoints
from backend.office.alarms import AlarmBell
from backend.office.asking_again import AskingAgain
from backend.office.complaints import ComplaintRoom
from backend.office.enquiries import EnquiryRow, Reply
from backend.office.enquiring import Enquiring
from backend.office.evidence_desk import EvidenceDesk
from backend.office.ports import Clock, Works
from backend.office.rows import TerminalRow
from backend.office.ruling_acts import RulingRoom
from backend.office.security_keys import KeyRoom
from backend.office.status_lists import StatusLists
from backend.office.terminals import IssuedPair
from backend.webauthn import WebAuthnKeys
from tests.memory.work import MemoryBlobs
from tests.web.backend.plain_books import POLICY, plain_books


class PlainHasher:
    """Hashes fast, for tests only."""

    def hash(self, password: str) -> str:
        return hashlib.sha256(password.encode()).hexdigest()

    def is_same(self, password_hash: str, password: str) -> bool:
        return password_hash == self.hash(password)


class PlainSigner:
    """Signs by saying what it would sign."""

    def sign(self, kind: str, claims: dict[str, object], at: datetime) -> str:
        return f"{kind}.made-up.statement"


class PlainIssuer:
    """Issues nothing and remembers who was revoked."""

    def __init__(self) -> None:
        self.revoked: list[str] = []

    def issue(
        self, terminal: TerminalRow, *, tls_request: str, package_request: str, at: datetime
    ) -> IssuedPair:
        return IssuedPair("TLS", "PACKAGE", "a" * 64, "b" * 64, b"made-up")

    def revoke(self, fingerprint_hex: str, at: datetime) -> None:
        self.revoked.append(fingerprint_hex)

    def revoke_all(self, terminal: str, at: datetime) -> None:
        self.revoked.append(terminal)


def plain_rooms(works: Works, clock: Clock, make_token: Callable[[], str]) -> dict[str, Any]:
    """Give security keys, and complaints that are answered in five working days."""
    room = ComplaintRoom(works=works, clock=clock, calendar=load_calendar, days=5)
    asking = AskingAgain(
        works=works,
        enquiring=Enquiring(
            works=works, authorities=PlainCourts(), clock=clock, fail_point=load_failpoints("")
        ),
        clock=clock,
        policy=POLICY,
        lasts=timedelta(hours=4),
    )
    keys = plain_keys(works, clock, make_token)
    rulings = RulingRoom(
        works=works, clock=clock, books=plain_books(works, clock), signer=_JSONSigner()
    )
    told = {"keys": keys, "complaints": room, "asking": asking, "rulings": rulings}
    alarms = AlarmBell(works=works, clock=clock, calendar=load_calendar())
    evidence = EvidenceDesk(works=works, shelf=MemoryShelf(), clock=clock)
    return told | {"evidence": evidence, "alarms": alarms}


class _JSONSigner:
    """Signs as `plain_books` reads it."""

    def sign(self, kind: str, claims: dict[str, object], at: datetime) -> str:
        return json.dumps(claims)


class MemoryShelf(MemoryBlobs):
    """Bytes that can be forgotten."""

    def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)


class PlainCourts:
    """Authorities that say of everything asked what a test wants them to."""

    area = "410200"
    says = "clear"

    def ask(self, rows: Sequence[EnquiryRow]) -> tuple[Reply, ...]:
        return tuple(
            Reply(
                request_no=row.request_no,
                enquiry=row.enquiry,
                verdict=self.says,
                at=row.at,
                fault="" if self.says else "timeout",
                answer=b"made-up",
                answer_sha256=hashlib.sha256(b"made-up").hexdigest(),
            )
            for row in rows
        )


def plain_keys(works: Works, clock: Clock, make_token: Callable[[], str]) -> KeyRoom:
    """Give security keys for pages that any port of this machine serves."""

    def is_ours(origin: str) -> bool:
        return re.fullmatch(r"https?://localhost(:[0-9]+)?", origin) is not None

    return KeyRoom(
        works=works,
        keys=WebAuthnKeys(rp_id="localhost", office="示例不动产登记中心", is_ours=is_ours),
        clock=clock,
        make_token=make_token,
        make_challenge=lambda: secrets.token_bytes(32),
    )


def plain_lists(works: Works, clock: Clock) -> StatusLists:
    """Give status lists that say what would be signed."""

    def sign(
        uri: str, marks: Mapping[int, int], named: Mapping[int, str], size: int, at: datetime
    ) -> str:
        told = {"sub": uri, "marks": {str(i): int(m) for i, m in marks.items()}, "size": size}
        told |= {"successors": {str(i): number for i, number in named.items()}}
        text: str = json.dumps(told | {"iat": int(at.timestamp())})
        return text

    return StatusLists(works=works, clock=clock, sign=sign, url="https://localhost/status")
