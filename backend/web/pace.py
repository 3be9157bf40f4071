"""How often one address may ask what needs no certificate."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """A bucket of requests for each address; threads may share it. Its memory is bounded."""

    most: int
    """So many at once, and so many a minute."""
    seconds: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _KEPT = 4096

    def admits(self, who: str) -> bool:
        """Say whether one more request of an address is not too many, and count it."""
        with self._guard:
            now = self.seconds()
            left, at = self._buckets.pop(who, (float(self.most), now))
            left = min(float(self.most), left + (now - at) * self.most / 60)
            self._buckets[who] = (max(left - 1, 0.0) if left >= 1 else left, now)
            while len(self._buckets) > self._KEPT:
                self._buckets.popitem(last=False)
            return left >= 1
