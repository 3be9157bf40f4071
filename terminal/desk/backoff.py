"""When to try again: soon at first, then ever later, never all counters at once."""

from datetime import timedelta
from typing import Final

_FIRST_S: Final = 2.0
_LONGEST_S: Final = 300.0


def backoff(
    tries: int, jitter: float, *, at_least_s: float = 0.0, longest_s: float = _LONGEST_S
) -> timedelta:
    """Return how long to wait after so many tries; `jitter` is a chance from 0 to 1.

    The wait lies between half and the whole of the doubled step, so that the counters of a branch
    do not come back together when the line does.
    """
    step = min(_FIRST_S * 2 ** min(max(tries - 1, 0), 16), longest_s)
    return timedelta(seconds=max(step * (0.5 + jitter / 2), at_least_s))
