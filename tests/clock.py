"""A clock that stands until a test moves it."""

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 9, 1, 1, 30, tzinfo=UTC)
"""A Tuesday, half past nine in the morning in Shanghai: a working day, within office hours."""


class FrozenClock:
    """Tells the same time again and again; fits both sides' `Clock`."""

    def __init__(self, at: datetime = MORNING) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, **span: float) -> datetime:
        """Move on by `timedelta(**span)`, e.g. `clock.advance(days=30)`; give the new time."""
        self._at += timedelta(**span)
        return self._at
