"""The counters that the office knows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from backend.errors import NotFoundError, TokenUsedError
from backend.office.rows import TerminalRow
from backend.store.faults import guarded
from backend.store.tables import TerminalTable


@dataclass(frozen=True, slots=True)
class StoreTerminals:
    """Counters by name, certificate and one-time code."""

    connection: Connection

    def get(self, terminal: str) -> TerminalRow:
        found = self._find(TerminalTable.terminal == terminal)
        if found is None:
            raise NotFoundError(f"there is no counter {terminal}")
        return found

    def find_by_fingerprint(self, fingerprint: str) -> TerminalRow | None:
        """Return the counter whose TLS certificate this is; nobody has an empty one."""
        is_theirs = TerminalTable.tls_fingerprint == fingerprint
        was_theirs = TerminalTable.previous_tls == fingerprint
        return self._find(or_(is_theirs, was_theirs)) if fingerprint else None

    def find_by_token(self, token_sha256: str) -> TerminalRow | None:
        return self._find(TerminalTable.token_sha256 == token_sha256) if token_sha256 else None

    def save(self, row: TerminalRow) -> None:
        """Add or replace.

        Raises:
            ConflictError: another counter has that code or certificate.
        """
        columns = _columns(row)
        with guarded(self.connection):
            changed = self.connection.execute(
                update(TerminalTable).where(TerminalTable.terminal == row.terminal).values(columns)
            )
            if changed.rowcount == 0:
                self.connection.execute(
                    insert(TerminalTable).values(terminal=row.terminal, **columns)
                )

    def use_token(self, token_sha256: str, at: datetime) -> TerminalRow:
        """Consume a one-time code.

        Raises:
            TokenUsedError: it is used, expired or unknown.
        """
        name = self.connection.scalar(
            update(TerminalTable)
            .where(TerminalTable.token_sha256 == token_sha256, TerminalTable.token_expires_at > at)
            .values(token_sha256=None, token_expires_at=None)
            .returning(TerminalTable.terminal)
        )
        if name is None:
            raise TokenUsedError
        return self.get(name)

    def list(self) -> tuple[TerminalRow, ...]:
        rows = self.connection.execute(
            select(TerminalTable.__table__).order_by(TerminalTable.terminal)
        )
        return tuple(_terminal(row) for row in rows)

    def _find(self, where: ColumnElement[bool]) -> TerminalRow | None:
        row = self.connection.execute(select(TerminalTable.__table__).where(where)).one_or_none()
        return None if row is None else _terminal(row)


def _columns(row: TerminalRow) -> dict[str, Any]:
    return {
        "branch": row.branch,
        "bank": row.bank,
        "bank_name": row.bank_name,
        "status": row.status,
        "token_sha256": row.token_sha256 or None,
        "token_expires_at": row.token_expires_at,
        "tls_fingerprint": row.tls_fingerprint or None,
        "package_fingerprint": row.package_fingerprint or None,
        "package_certificate": row.package_certificate,
        "previous_tls": row.previous_tls or None,
        "previous_package": row.previous_package or None,
        "last_seen_at": row.last_seen_at,
    }


def _terminal(row: Row[Any]) -> TerminalRow:
    return TerminalRow(
        terminal=row.terminal,
        branch=row.branch,
        bank=row.bank,
        bank_name=row.bank_name,
        status=row.status,
        token_sha256=row.token_sha256 or "",
        token_expires_at=row.token_expires_at,
        tls_fingerprint=row.tls_fingerprint or "",
        package_fingerprint=row.package_fingerprint or "",
        package_certificate=bytes(row.package_certificate),
        previous_tls=row.previous_tls or "",
        previous_package=row.previous_package or "",
        last_seen_at=row.last_seen_at,
    )
