"""Staff accounts and their sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from backend.errors import NotFoundError
from backend.office.factor_rows import ChallengeRow, KeyRow, WaitRow
from backend.office.rows import FactorRow, SessionRow, StaffRow
from backend.store.desk_tables import (
    ChallengeTable,
    FactorTable,
    KeyTable,
    SessionTable,
    StaffTable,
    WaitTable,
)
from backend.store.faults import guarded
from backend.store.flat_rows import values_of
from backend.store.sealed import DataKeys


@dataclass(frozen=True, slots=True)
class StoreStaff:
    """Accounts by log-in name, sessions by the digest of their token."""

    connection: Connection
    keys: DataKeys

    def get(self, staff_id: str) -> StaffRow:
        found = self.find(staff_id)
        if found is None:
            raise NotFoundError(f"staff {staff_id}")
        return found

    def find(self, staff_id: str) -> StaffRow | None:
        row = self.connection.execute(
            select(StaffTable.__table__).where(StaffTable.staff_id == staff_id)
        ).one_or_none()
        return None if row is None else _staff(row)

    def save(self, row: StaffRow) -> None:
        """Add or replace."""
        columns = {
            "person": row.person,
            "name": row.name,
            "roles": ",".join(row.roles),
            "password_hash": row.password_hash,
            "failures": row.failures,
            "locked_until": row.locked_until,
            "removed_at": row.removed_at,
        }
        with guarded(self.connection):
            changed = self.connection.execute(
                update(StaffTable).where(StaffTable.staff_id == row.staff_id).values(columns)
            )
            if changed.rowcount == 0:
                self.connection.execute(insert(StaffTable).values(staff_id=row.staff_id, **columns))

    def list(self) -> tuple[StaffRow, ...]:
        rows = self.connection.execute(select(StaffTable.__table__).order_by(StaffTable.staff_id))
        return tuple(_staff(row) for row in rows)

    def add_session(self, row: SessionRow) -> None:
        """Keep a session. Raises: ConflictError: the token is there, or the account is not."""
        with guarded(self.connection):
            self.connection.execute(insert(SessionTable).values(values_of(row)))

    def find_session(self, token_sha256: str) -> SessionRow | None:
        row = self.connection.execute(
            select(SessionTable.__table__).where(SessionTable.token_sha256 == token_sha256)
        ).one_or_none()
        return None if row is None else SessionRow(**row._asdict())

    def touch_session(self, token_sha256: str, at: datetime) -> None:
        """Note the last use; a session that has ended stays ended."""
        self.connection.execute(
            update(SessionTable).where(SessionTable.token_sha256 == token_sha256).values(seen_at=at)
        )

    def find_factor(self, staff_id: str) -> FactorRow | None:
        row = self.connection.execute(
            select(FactorTable.__table__).where(FactorTable.staff_id == staff_id)
        ).one_or_none()
        if row is None:
            return None
        return FactorRow(
            staff_id=staff_id,
            secret=self.keys.open(_key(staff_id), _context(staff_id), row.sealed_secret),
            last_step=row.last_step,
            is_confirmed=row.is_confirmed,
        )

    def save_factor(self, row: FactorRow) -> None:
        """Add or replace."""
        self.drop_factor(row.staff_id)
        with guarded(self.connection):
            self.connection.execute(
                insert(FactorTable).values(
                    staff_id=row.staff_id,
                    sealed_secret=self.keys.seal(
                        _key(row.staff_id), _context(row.staff_id), row.secret
                    ),
                    last_step=row.last_step,
                    is_confirmed=row.is_confirmed,
                )
            )

    def drop_factor(self, staff_id: str) -> None:
        self.connection.execute(delete(FactorTable).where(FactorTable.staff_id == staff_id))

    def find_wait(self, staff_id: str, door: str) -> WaitRow | None:
        row = self.connection.execute(
            select(WaitTable.__table__).where(
                WaitTable.staff_id == staff_id, WaitTable.door == door
            )
        ).one_or_none()
        return None if row is None else WaitRow(**row._asdict())

    def save_wait(self, row: WaitRow) -> None:
        self.connection.execute(
            delete(WaitTable).where(WaitTable.staff_id == row.staff_id, WaitTable.door == row.door)
        )
        with guarded(self.connection):
            self.connection.execute(insert(WaitTable).values(values_of(row)))

    def drop_waits(self, staff_id: str) -> None:
        self.connection.execute(delete(WaitTable).where(WaitTable.staff_id == staff_id))

    def keys_of(self, staff_id: str) -> tuple[KeyRow, ...]:
        rows = self.connection.execute(
            select(KeyTable.__table__)
            .where(KeyTable.staff_id == staff_id)
            .order_by(KeyTable.added_at, KeyTable.credential_id)
        )
        return tuple(KeyRow(**row._asdict()) for row in rows)

    def save_key(self, row: KeyRow) -> None:
        """Add or replace. Raises: ConflictError: it is another account's."""
        values = values_of(row)
        with guarded(self.connection):
            changed = self.connection.execute(
                update(KeyTable)
                .where(
                    KeyTable.credential_id == row.credential_id, KeyTable.staff_id == row.staff_id
                )
                .values(values)
            )
            if changed.rowcount == 0:
                self.connection.execute(insert(KeyTable).values(values))

    def drop_key(self, credential_id: str) -> None:
        self.connection.execute(delete(KeyTable).where(KeyTable.credential_id == credential_id))

    def save_challenge(self, row: ChallengeRow) -> None:
        self.take_challenge(row.token_sha256, "")
        with guarded(self.connection):
            self.connection.execute(insert(ChallengeTable).values(values_of(row)))

    def take_challenge(self, token_sha256: str, purpose: str) -> ChallengeRow | None:
        row = self.connection.execute(
            delete(ChallengeTable)
            .where(ChallengeTable.token_sha256 == token_sha256)
            .returning(*ChallengeTable.__table__.columns)
        ).one_or_none()
        return ChallengeRow(**row._asdict()) if row and row.purpose == purpose else None

    def end_session(self, token_sha256: str) -> None:
        self.connection.execute(
            delete(SessionTable).where(SessionTable.token_sha256 == token_sha256)
        )

    def end_sessions(self, staff_id: str) -> None:
        self.connection.execute(delete(SessionTable).where(SessionTable.staff_id == staff_id))


def _key(staff_id: str) -> str:
    # Data keys have names of at most 64 characters.
    return f"staff:{staff_id}"[:64]


def _context(staff_id: str) -> str:
    return f"factors/{staff_id}"


def _staff(row: Row[Any]) -> StaffRow:
    return StaffRow(
        staff_id=row.staff_id,
        person=row.person,
        name=row.name,
        roles=tuple(r for r in row.roles.split(",") if r),
        password_hash=row.password_hash,
        failures=row.failures,
        locked_until=row.locked_until,
        removed_at=row.removed_at,
    )
