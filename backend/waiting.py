"""Where counters wait for news: no thread for each, one for them all.

A request that finds no news takes a seat. Its connection rests here, without a thread, and is put
to the application again when there is news for whoever asked, or when the time it wished to wait is
over. One look at the store serves everybody who waits, in whatever process the news was written.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from backend.errors import OfficeError

logger = logging.getLogger(__name__)

SEAT: Final = "mortgage_registration.seat"
"""WSGI key of the request's seat; a request header can never have this name."""

_LOOK_S: Final = 0.05
_REST_S: Final = 1.0
"""After the store could not be asked."""

News = Callable[[int], Mapping[str, int]]
"""Says for whom there is news after a cursor, and the newest cursor of each."""


@dataclass(slots=True)
class Seat:
    """What a request needs to wait; the same one when it is put to the application again."""

    who: str = ""
    after: int = 0
    until: float | None = None
    """On the monotonic clock; None before the first wish to wait."""
    is_taken: bool = False

    def take(self, who: str, after: int, wait_s: float) -> bool:
        """Wait for news of `who` after a cursor, from the first call on `wait_s` seconds in all.

        Returns False when the time is over: answer now. After True whatever is answered is never
        sent: the same request comes again.
        """
        now = time.monotonic()
        if self.until is None:
            self.until = now + wait_s
        if now >= self.until:
            return False
        self.who, self.after, self.is_taken = who, after, True
        return True

    def end(self) -> None:
        """Let nobody wait on it any longer."""
        self.until = 0.0


class WaitingRoom:
    """Holds the connections of those who wait; each counter has one place."""

    def __init__(self, news: News, admit: Callable[[Any], None]) -> None:
        """Ask `news` while somebody waits; give connections whose turn has come to `admit`."""
        self._news = news
        self._admit = admit
        self._turn = threading.Condition()
        self._waiting: dict[str, tuple[Seat, Any]] = {}
        self._newest: dict[str, int] = {}
        self._seen = 0
        self._is_over = False
        self._thread = threading.Thread(target=self._keep, name="waiting room", daemon=True)

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def enter(self, seat: Seat, connection: Any) -> None:
        """Let a connection rest; whoever waited in the counter's place before is answered now."""
        with self._turn:
            before = self._waiting.pop(seat.who, None)
            if before is not None:
                before[0].end()
            if self._is_over:
                seat.end()
            is_due = self._is_due(seat)
            if not is_due:
                self._waiting[seat.who] = seat, connection
                self._wake()
        for due in ((connection,) if is_due else ()) + ((before[1],) if before else ()):
            self._admit(due)

    def close(self) -> None:
        """Answer everybody who waits, and let nobody wait any longer."""
        with self._turn:
            self._is_over = True
            left, self._waiting = list(self._waiting.values()), {}
            self._turn.notify()
        for seat, connection in left:
            seat.end()
            self._admit(connection)

    # --- inside

    def _is_due(self, seat: Seat) -> bool:
        # News that came between the request's own look and its taking a seat is known here.
        is_over = seat.until is None or time.monotonic() >= seat.until
        return is_over or self._newest.get(seat.who, 0) > seat.after

    def _wake(self) -> None:
        if self._thread.ident is None:
            self._thread.start()
        self._turn.notify()

    def _keep(self) -> None:
        while not self._is_over:
            with self._turn:
                while not (self._waiting or self._is_over):
                    self._turn.wait()
            time.sleep(_LOOK_S if self._look() else _REST_S)

    def _look(self) -> bool:
        """Ask once for all; say whether the store answered."""
        is_answered, news = True, {}
        try:
            news = dict(self._news(self._seen))
        except OfficeError as error:
            is_answered = False
            logger.warning("news could not be looked for code=%s", error.code)
        except Exception:  # the outermost edge of a thread that must not end
            is_answered = False
            logger.exception("news could not be looked for")
        with self._turn:
            self._newest.update(news)
            self._seen = max((self._seen, *news.values()))
            due = [who for who, (seat, _) in self._waiting.items() if self._is_due(seat)]
            admitted = [self._waiting.pop(who)[1] for who in due]
        for connection in admitted:
            self._admit(connection)
        return is_answered
