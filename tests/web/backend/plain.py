"""The office's wall in its plainest form, for the web rooms' tests: no cost, no secrets."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from backend.office.ports import Clock, Works
from backend.office.rows import TerminalRow
from backend.office.status_lists import StatusLists
from backend.office.terminals import IssuedPair


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


def plain_lists(works: Works, clock: Clock) -> StatusLists:
    """Give status lists that say what would be signed."""

    def sign(uri: str, marks: Mapping[int, int], size: int, at: datetime) -> str:
        told = {"sub": uri, "marks": {str(i): int(m) for i, m in marks.items()}, "size": size}
        text: str = json.dumps(told | {"iat": int(at.timestamp())})
        return text

    return StatusLists(works=works, clock=clock, sign=sign, url="https://localhost/status")
