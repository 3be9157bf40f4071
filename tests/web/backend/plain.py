"""The office's wall in its plainest form, for the web rooms' tests: no cost, no secrets."""

import hashlib
from datetime import datetime

from backend.office.rows import TerminalRow
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
