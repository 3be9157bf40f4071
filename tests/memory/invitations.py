"""Invitations in a dictionary."""

from datetime import datetime

from backend.office.inviting_ports import OPEN, InvitationRow
from tests.memory.tables import Room, require


class MemoryInvitations(Room):
    def find(self, invitation: str) -> InvitationRow | None:
        return self.tables.invitations.get(invitation)

    def add(self, row: InvitationRow) -> None:
        require(row.invitation not in self.tables.invitations, "pk_invitations")
        self.tables.invitations[row.invitation] = row

    def save(self, row: InvitationRow, *, was: InvitationRow) -> bool:
        now = self.tables.invitations.get(row.invitation)
        if now is None or (now.state, now.misses) != (was.state, was.misses):
            return False
        self.tables.invitations[row.invitation] = row
        return True

    def of(self, terminal: str, *, since: datetime, most: int) -> tuple[InvitationRow, ...]:
        found = [r for r in self.tables.invitations.values() if r.terminal == terminal]
        told = [r for r in found if r.closed_at is None or r.closed_at >= since]
        told.sort(key=lambda r: r.invitation)
        told.sort(key=lambda r: r.left_at, reverse=True)
        told.sort(key=lambda r: r.state not in OPEN)
        return tuple(told[:most])

    def rests_on(self, sha256: str, at: datetime) -> bool:
        return any(
            sha256 in {row.sha256, row.answer_sha256}
            for row in self.tables.invitations.values()
            if row.state in OPEN and row.expires_at > at
        )

    def overdue(self, at: datetime) -> tuple[InvitationRow, ...]:
        found = [r for r in self.tables.invitations.values() if r.state in OPEN]
        found.sort(key=lambda r: r.invitation)
        return tuple(r for r in found if r.expires_at <= at)
