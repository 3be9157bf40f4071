"""The invitations to sign elsewhere; their bytes lie beside, under the vault."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, insert, or_, select, update

from backend.office.inviting_ports import OPEN, InvitationRow
from backend.store.faults import guarded
from backend.store.invitation_tables import InvitationTable


@dataclass(frozen=True, slots=True)
class StoreInvitations:
    """Invitations by name."""

    connection: Connection

    def find(self, invitation: str) -> InvitationRow | None:
        row = self.connection.execute(
            select(InvitationTable.__table__).where(InvitationTable.invitation == invitation)
        ).one_or_none()
        return None if row is None else _invitation(row)

    def add(self, row: InvitationRow) -> None:
        """Keep an invitation. Raises: ConflictError."""
        with guarded(self.connection):
            self.connection.execute(insert(InvitationTable).values(asdict(row)))

    def save(self, row: InvitationRow, *, was: InvitationRow) -> bool:
        """Write a changed one; False when it is no longer as it was."""
        changed = self.connection.execute(
            update(InvitationTable)
            .where(
                InvitationTable.invitation == row.invitation,
                InvitationTable.state == was.state,
                InvitationTable.misses == was.misses,
            )
            .values(asdict(row))
        )
        return changed.rowcount == 1

    def of(self, terminal: str, *, since: datetime, most: int) -> tuple[InvitationRow, ...]:
        is_open = InvitationTable.state.in_(sorted(OPEN))
        rows = self.connection.execute(
            select(InvitationTable.__table__)
            .where(
                InvitationTable.terminal == terminal,
                or_(is_open, InvitationTable.closed_at >= since),
            )
            .order_by(
                case((is_open, 0), else_=1),
                InvitationTable.left_at.desc(),
                InvitationTable.invitation,
            )
            .limit(most)
        )
        return tuple(_invitation(row) for row in rows)

    def rests_on(self, sha256: str, at: datetime) -> bool:
        found = self.connection.execute(
            select(InvitationTable.invitation)
            .where(
                InvitationTable.state.in_(sorted(OPEN)),
                InvitationTable.expires_at > at,
                or_(InvitationTable.sha256 == sha256, InvitationTable.answer_sha256 == sha256),
            )
            .limit(1)
        )
        return found.first() is not None

    def overdue(self, at: datetime) -> tuple[InvitationRow, ...]:
        rows = self.connection.execute(
            select(InvitationTable.__table__)
            .where(InvitationTable.state.in_(sorted(OPEN)), InvitationTable.expires_at <= at)
            .order_by(InvitationTable.invitation)
        )
        return tuple(_invitation(row) for row in rows)


def _invitation(row: Row[Any]) -> InvitationRow:
    return InvitationRow(**row._asdict())
