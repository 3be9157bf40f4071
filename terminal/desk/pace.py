"""How much to send at once: as the line is now, and never more than may be lost in one cut."""

import threading
from typing import Final

MOST: Final = 64 * 1024
"""What one cut may cost: no piece that has to come whole is larger."""
LEAST: Final = 8 * 1024
"""Below this the heads of requests weigh more than what they carry."""
_FIRST: Final = 16 * 1024
_PIECE_S: Final = 4.0
"""How long a piece should take: long beside a round trip, short beside a time-out."""
_WHOLE_S: Final = 2.0
"""What takes no longer than this goes in one request."""
_CALM: Final = 2
"""So many pieces must have gone well since the last cut, before anything goes in one request."""
_WEIGHT: Final = 0.5
"""Of the newest measurement."""


class Pace:
    """Measures the line by what goes over it; threads may share it."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._lock = threading.Lock()
        self._rate = 0.0
        self._calm = 0
        self._size = _FIRST

    def piece(self, left: int) -> int:
        """Return how many of the bytes that are left should go next."""
        with self._lock:
            return min(self._size, left)

    def is_good_for(self, left: int) -> bool:
        """Say whether all that is left may go in one request that counts as far as it came."""
        with self._lock:
            return self._calm >= _CALM and left <= self._rate * _WHOLE_S

    def went(self, size: int, seconds: float) -> None:
        """Note that so many bytes arrived, and how long that took from the first to the answer."""
        with self._lock:
            rate = size / max(seconds, 0.001)
            self._rate = rate if not self._rate else rate * _WEIGHT + self._rate * (1 - _WEIGHT)
            self._calm += 1
            self._size = _bounded(min(rate * _PIECE_S, self._size * 2))

    def broke(self) -> None:
        """Note that the line broke under a piece."""
        with self._lock:
            self._calm = 0
            self._size = _bounded(self._size / 2)


def _bounded(size: float) -> int:
    return int(min(max(size, LEAST), MOST))
