"""Whether the office can be reached: one answer for everything that goes over the line."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from terminal.desk.backoff import backoff
from terminal.desk.items import Trouble
from terminal.desk.ports import Clock

LONGEST_S: Final = 60.0
"""A counter that lost the line asks for it once a minute: that costs a few packets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactState:
    """How the line was when it was last tried."""

    trouble: Trouble | None = None
    """Why it failed; None while it is well, and before it was tried."""
    lost_at: datetime | None = None
    """When the first of the failures was that have not ended."""
    tries: int = 0
    """Failures in a row."""
    next_try_at: datetime | None = None


class Contact:
    """Remembers how the line is, so that five hundred packages do not each find out for themselves."""

    def __init__(self, clock: Clock, jitter: Callable[[], float]) -> None:
        """Begin without a trouble; `jitter` gives a chance from 0 to 1."""
        self.clock = clock
        self._jitter = jitter
        self._lock = threading.Lock()
        self._state = ContactState()

    @property
    def state(self) -> ContactState:
        """How the line was when it was last tried."""
        return self._state

    def is_due(self) -> bool:
        """Say whether it may be tried now."""
        next_try_at = self._state.next_try_at
        return next_try_at is None or next_try_at <= self.clock.now()

    def lost(self, trouble: Trouble, *, at_least_s: float = 0.0) -> None:
        """Note a failure; the line is left alone for a while."""
        with self._lock:
            tries = self._state.tries + 1
            pause = backoff(tries, self._jitter(), at_least_s=at_least_s, longest_s=LONGEST_S)
            self._state = ContactState(
                trouble=trouble,
                lost_at=self._state.lost_at or trouble.at,
                tries=tries,
                next_try_at=self.clock.now() + pause,
            )

    def made(self) -> None:
        """Note that the office answered."""
        if self._state.trouble is not None:
            with self._lock:
                self._state = ContactState()

    def try_now(self) -> None:
        """Let the line be tried at once: somebody asked for it."""
        with self._lock:
            was = self._state
            self._state = ContactState(trouble=was.trouble, lost_at=was.lost_at, tries=was.tries)
