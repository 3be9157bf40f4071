"""Who works at the counter: one teller at a time, let in by a PIN, locked out when no hand moves.

The attacker meant here is whoever walks up to a counter that was left, and the curious colleague:
neither sees a draft without the PIN of the teller to whom it belongs.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from terminal.desk.place import Place
from terminal.desk.ports import PinChecker
from terminal.errors import LockedError, NotFoundError


@dataclass(slots=True)
class Attendance:
    """The counter's lock; threads may share it. It begins locked, after a crash as well."""

    pins: PinChecker
    place: Place
    seconds: Callable[[], float]
    """A clock that never runs back; where it begins does not matter."""
    lock_after_s: int
    """So long no hand may move before the counter locks itself."""
    _present: str = ""
    _last: str = ""
    _moved_at: float = 0.0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def sign_in(self, staff_no: str, pin: str) -> None:
        """Let a teller in; whoever was in before is out.

        Raises:
            NotFoundError: no such teller works at this counter.
            WrongPinError, PinShutError: it is not proven who it is; the counter stays as it was.
        """
        if staff_no not in self.place.tellers:
            raise NotFoundError("no such teller")
        self.pins.require(staff_no, pin)
        with self._guard:
            self._present = self._last = staff_no
            self._moved_at = self.seconds()

    def lock(self) -> None:
        """Lock the counter; again is harmless."""
        with self._guard:
            self._present = ""

    def moved(self, idle_s: float) -> None:
        """Note that a hand moved so many seconds ago; it does not open what is locked."""
        with self._guard:
            self._lock_when_due()
            self._moved_at = max(self._moved_at, self.seconds() - max(0.0, idle_s))

    def find(self) -> str | None:
        """Return the staff number of who works now; None while the counter is locked."""
        with self._guard:
            self._lock_when_due()
            return self._present or None

    def require(self) -> str:
        """Return the staff number of who works now. Raises: LockedError."""
        found = self.find()
        if found is None:
            raise LockedError
        return found

    @property
    def last(self) -> str:
        """Who was in last; empty since the start."""
        return self._last

    def locks_in_s(self) -> float:
        """Return in how many seconds the counter locks itself if no hand moves."""
        return max(0.0, self._moved_at + self.lock_after_s - self.seconds())

    def _lock_when_due(self) -> None:
        if self._present and not self.locks_in_s():
            self._present = ""
