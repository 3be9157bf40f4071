"""What the relay needs of the store: parcels that the office carries and cannot read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

WAITING = "waiting"
TAKEN = "taken"
RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRow:
    """One parcel between two counters."""

    parcel: str
    """32 hexadecimal digits that its sender chose."""
    sender: str
    recipient: str
    state: str
    """"waiting", then for ever either "taken" or "recalled"."""
    sha256: str
    """Of its bytes; empty where it was recalled before it came."""
    size: int
    left_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None


class Parcels(Protocol):
    """The parcels, by the name that their sender gave them."""

    def find(self, parcel: str) -> ParcelRow | None: ...

    def add(self, row: ParcelRow) -> None:
        """Keep a parcel. Raises: ConflictError: there is one of that name."""

    def of(self, terminal: str, *, since: datetime, most: int) -> tuple[ParcelRow, ...]:
        """Return what a counter sent or is to get: what waits first, then what ended since.

        Within each the newest come first; at most so many.
        """

    def lapse(self, at: datetime) -> tuple[str, ...]:
        """Give what nobody took in time back to its senders; return the digests of its bytes."""

    def rests_on(self, sha256: str) -> bool:
        """Say whether a parcel that waits has these bytes."""

    def close(self, parcel: str, state: str, at: datetime) -> bool:
        """End a parcel that waits; False when it does not: somebody was first."""

    def forget(self, before: datetime) -> tuple[str, ...]:
        """Drop what was left before; return the digests of what had waited until now."""

    def put_key(self, terminal: str, statement: str) -> None:
        """Keep the key that parcels to a counter are sealed to, as it vouched for it."""

    def keys(self) -> Mapping[str, str]:
        """Return the statements by counter."""


class ParcelBytes(Protocol):
    """The sealed bytes, durable before `put` returns."""

    def put(self, data: bytes) -> str: ...

    def get(self, sha256: str) -> bytes:
        """Raises: NotFoundError, IntegrityError."""

    def drop(self, sha256: str) -> None:
        """Forget bytes; again is harmless."""

    def sweep(self, before: datetime, is_kept: Callable[[str], bool]) -> int:
        """Forget what was last put before and is not kept; return how many there were."""
