"""The doors for slow lines: a parcel, or papers for a guest, that come in pieces, as a package does."""

from collections.abc import Callable
from dataclasses import dataclass

from backend.office.inviting import Inviting
from backend.office.inviting_ports import InvitationRow
from backend.office.ports import Clock, FailPoints
from backend.office.relay import Relay
from backend.office.relay_ports import ParcelRow
from backend.office.rows import TerminalRow
from backend.office.uploads import UploadRoom, Uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the sender is told once all of it is here."""

    size: int
    receipt: str
    is_new: bool = False

    @property
    def receipt_statement(self) -> str:
        """The same, by the name that a package's row has for it."""
        return self.receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelDoor:
    """One parcel's way in: a `backend.office.uploads.Destination`."""

    relay: Relay
    parcel: str
    to: str
    tell: Callable[[ParcelRow], str]
    """Says how a parcel stands, as its sender reads it."""

    def find(
        self, digest: str, *, terminal: TerminalRow
    ) -> Left | None:  # a parcel goes by its name
        """Return a parcel that came, or was recalled before it came.

        Raises:
            NotAllowedError: none may come in: see `Relay.leave`.
        """
        row = self.relay.find(self.parcel, sender=terminal, to=self.to)
        return None if row is None else Left(size=row.size, receipt=self.tell(row))

    def check_beginning(
        self, data: bytes, *, terminal: TerminalRow, digest: str
    ) -> bool:  # a destination's form
        """Say that there is nothing to judge: nobody here can open it, and its recipient will."""
        return True

    def receive(
        self, data: bytes, *, terminal: TerminalRow, digest: str
    ) -> Left:  # a destination's form
        """Take the whole parcel in. Raises: as `Relay.leave`."""
        row = self.relay.leave(self.parcel, data, sender=terminal, to=self.to)
        return Left(size=row.size, receipt=self.tell(row), is_new=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationDoor:
    """One invitation's way in: a `backend.office.uploads.Destination`."""

    inviting: Inviting
    invitation: str
    proof_sha256: str
    tell: Callable[[InvitationRow], str]
    """Says how an invitation stands, as its counter reads it."""

    def find(
        self, digest: str, *, terminal: TerminalRow
    ) -> Left | None:  # an invitation goes by its name
        """Return an invitation whose papers came, or that was recalled before.

        Raises:
            NotAllowedError: none may come in: see `Inviting.find`.
        """
        row = self.inviting.find(self.invitation, terminal=terminal)
        return None if row is None else Left(size=row.size, receipt=self.tell(row))

    def check_beginning(
        self, data: bytes, *, terminal: TerminalRow, digest: str
    ) -> bool:  # a destination's form
        """Say that there is nothing to judge: nobody but the guest can open it."""
        return True

    def receive(
        self, data: bytes, *, terminal: TerminalRow, digest: str
    ) -> Left:  # a destination's form
        """Take all papers in. Raises: as `Inviting.leave`."""
        row = self.inviting.leave(
            self.invitation, data, proof_sha256=self.proof_sha256, terminal=terminal
        )
        return Left(size=row.size, receipt=self.tell(row), is_new=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationPieces:
    """Takes the papers of invitations in pieces; each counter sees its own alone."""

    inviting: Inviting
    uploads: Uploads
    clock: Clock
    fail_point: FailPoints

    def room(
        self, invitation: str, proof_sha256: str, tell: Callable[[InvitationRow], str]
    ) -> UploadRoom:
        """Return the room in which the papers of one invitation are put together."""
        door = InvitationDoor(
            inviting=self.inviting, invitation=invitation, proof_sha256=proof_sha256, tell=tell
        )
        return UploadRoom(
            uploads=self.uploads, reception=door, clock=self.clock, fail_point=self.fail_point
        )

    def sweep(self) -> int:
        """Forget what rested too long; return how many there were."""
        return self.room("", "", lambda row: row.state).sweep()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelPieces:
    """Takes parcels in pieces; each counter sees its own alone."""

    relay: Relay
    uploads: Uploads
    clock: Clock
    fail_point: FailPoints

    def room(self, parcel: str, to: str, tell: Callable[[ParcelRow], str]) -> UploadRoom:
        """Return the room in which one parcel is put together for a counter."""
        door = ParcelDoor(relay=self.relay, parcel=parcel, to=to, tell=tell)
        return UploadRoom(
            uploads=self.uploads, reception=door, clock=self.clock, fail_point=self.fail_point
        )

    def sweep(self) -> int:
        """Forget what rested too long; return how many there were."""
        return self.room("", "", lambda row: row.state).sweep()
