"""Terminals, staff and sessions in dictionaries."""

from dataclasses import replace
from datetime import datetime

from backend.errors import NotFoundError, TokenUsedError
from backend.office.factor_rows import ChallengeRow, KeyRow, WaitRow
from backend.office.rows import FactorRow, SessionRow, StaffRow, TerminalRow
from tests.memory.tables import Room, require


class MemoryTerminals(Room):
    def get(self, terminal: str) -> TerminalRow:
        if terminal not in self.tables.terminals:
            raise NotFoundError(f"there is no counter {terminal}")
        return self.tables.terminals[terminal]

    def find_by_fingerprint(self, fingerprint: str) -> TerminalRow | None:
        current = self._find("tls_fingerprint", fingerprint)
        return current or self._find("previous_tls", fingerprint)

    def find_by_token(self, token_sha256: str) -> TerminalRow | None:
        return self._find("token_sha256", token_sha256)

    def save(self, row: TerminalRow) -> None:
        for name in ("token_sha256", "tls_fingerprint", "package_fingerprint"):
            other = self._find(name, getattr(row, name))
            require(other is None or other.terminal == row.terminal, f"uq_terminals_{name}")
        self.tables.terminals[row.terminal] = row

    def use_token(self, token_sha256: str, at: datetime) -> TerminalRow:
        row = self.find_by_token(token_sha256)
        if row is None or row.token_expires_at is None or row.token_expires_at <= at:
            raise TokenUsedError
        used = replace(row, token_sha256="", token_expires_at=None)
        self.tables.terminals[row.terminal] = used
        return used

    def list(self) -> tuple[TerminalRow, ...]:
        return tuple(sorted(self.tables.terminals.values(), key=lambda r: r.terminal))

    def _find(self, name: str, value: str) -> TerminalRow | None:
        rows = self.tables.terminals.values()
        return next((r for r in rows if value and getattr(r, name) == value), None)


class MemoryStaff(Room):
    def get(self, staff_id: str) -> StaffRow:
        found = self.find(staff_id)
        if found is None:
            raise NotFoundError(f"staff {staff_id}")
        return found

    def find(self, staff_id: str) -> StaffRow | None:
        return self.tables.staff.get(staff_id)

    def save(self, row: StaffRow) -> None:
        self.tables.staff[row.staff_id] = row

    def list(self) -> tuple[StaffRow, ...]:
        return tuple(sorted(self.tables.staff.values(), key=lambda r: r.staff_id))

    def add_session(self, row: SessionRow) -> None:
        require(row.staff_id in self.tables.staff, "foreign_key")
        require(row.token_sha256 not in self.tables.sessions, "pk_sessions")
        self.tables.sessions[row.token_sha256] = row

    def find_session(self, token_sha256: str) -> SessionRow | None:
        return self.tables.sessions.get(token_sha256)

    def touch_session(self, token_sha256: str, at: datetime) -> None:
        row = self.find_session(token_sha256)
        if row is not None:
            self.tables.sessions[token_sha256] = replace(row, seen_at=at)

    def find_factor(self, staff_id: str) -> FactorRow | None:
        return self.tables.factors.get(staff_id)

    def save_factor(self, row: FactorRow) -> None:
        require(row.staff_id in self.tables.staff, "foreign_key")
        self.tables.factors[row.staff_id] = row

    def drop_factor(self, staff_id: str) -> None:
        self.tables.factors.drop(staff_id)

    def find_wait(self, staff_id: str, door: str) -> WaitRow | None:
        return self.tables.waits.get((staff_id, door))

    def save_wait(self, row: WaitRow) -> None:
        require(row.staff_id in self.tables.staff, "foreign_key")
        self.tables.waits[row.staff_id, row.door] = row

    def drop_waits(self, staff_id: str) -> None:
        for key in [key for key in self.tables.waits if key[0] == staff_id]:
            self.tables.waits.drop(key)

    def keys_of(self, staff_id: str) -> tuple[KeyRow, ...]:
        rows = [r for r in self.tables.keys.values() if r.staff_id == staff_id]
        return tuple(sorted(rows, key=lambda r: (r.added_at, r.credential_id)))

    def save_key(self, row: KeyRow) -> None:
        require(row.staff_id in self.tables.staff, "foreign_key")
        known = self.tables.keys.get(row.credential_id)
        require(known is None or known.staff_id == row.staff_id, "pk_staff_keys")
        self.tables.keys[row.credential_id] = row

    def drop_key(self, credential_id: str) -> None:
        self.tables.keys.drop(credential_id)

    def save_challenge(self, row: ChallengeRow) -> None:
        require(row.token_sha256 in self.tables.sessions, "foreign_key")
        self.tables.challenges[row.token_sha256] = row

    def take_challenge(self, token_sha256: str, purpose: str) -> ChallengeRow | None:
        row = self.tables.challenges.get(token_sha256)
        self.tables.challenges.drop(token_sha256)
        return row if row and row.purpose == purpose else None

    def end_session(self, token_sha256: str) -> None:
        self.tables.sessions.drop(token_sha256)
        self.tables.challenges.drop(token_sha256)

    def end_sessions(self, staff_id: str) -> None:
        for token, row in list(self.tables.sessions.items()):
            if row.staff_id == staff_id:
                self.tables.sessions.drop(token)
