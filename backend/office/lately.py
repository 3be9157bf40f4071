"""What many ask for and what is dear to look up: looked up once, good for some seconds."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Lately(Generic[T]):
    """Keeps what was found last; whoever asks meanwhile waits for one who looks."""

    good_for: timedelta
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _found: tuple[datetime, T] | None = field(default=None, repr=False)

    def ask(self, now: datetime, look: Callable[[datetime], T]) -> T:
        """Return what was found lately, or look; a clock that went back makes look again."""
        with self._lock:
            if self._found is None or not self._found[0] <= now < self._found[0] + self.good_for:
                self._found = (now, look(now))
            return self._found[1]
