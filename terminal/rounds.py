"""The rounds that nobody asks for: deliver, collect, fetch, renew, tidy; they never give up."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from certs.errors import CertsError
from terminal.desk.backoff import backoff
from terminal.desk.contact import LONGEST_S
from terminal.desk.courier import Courier
from terminal.desk.ports import Clock
from terminal.errors import TerminalError

logger = logging.getLogger(__name__)

_OUT_EVERY_S: Final = 1.0
_GRACE_S: Final = {"out": 5.0, "back": 0.5, "between": 0.5, "guests": 0.5}
"""A package on its way may arrive; a question that waits at the office needs no answer now."""
_AGAIN: Final = timedelta(minutes=1)
_TIDY_EVERY: Final = timedelta(hours=1)
_REFRESH_EVERY: Final = timedelta(minutes=15)
_RENEW_EVERY: Final = timedelta(minutes=10)
_BETWEEN_EVERY_S: Final = 20.0
_WATCH_EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done now and then; it tells nobody when it fails, but the log."""

    name: str
    every: timedelta
    act: Callable[[], object]


@dataclass(slots=True)
class Rounds:
    """Keeps going out and coming back until it is stopped."""

    courier: Courier
    clock: Clock
    jitter: Callable[[], float]
    """Gives a chance from 0 to 1."""
    poll_s: int
    """How long one question for news may wait at the office; 0 asks and comes back at once."""
    chores: tuple[Chore, ...] = ()
    settle: Callable[[], object] = lambda: None
    """Looks what drafts are between this counter and others; may send pages for a long time."""
    handed: threading.Event = field(default_factory=threading.Event)
    """Set by whoever hands a draft to another counter; it goes at once, and not with the next round."""
    attend: Callable[[], object] = lambda: None
    """Looks what became of signers elsewhere; may send papers for a long time."""
    invited: threading.Event = field(default_factory=threading.Event)
    """Set by whoever invites a signer; the papers go at once, and not with the next round."""
    submitted: threading.Event = field(default_factory=threading.Event)
    """Set by whoever keeps a new package; it goes out at once, and not with the next round."""
    _failures: int = 0
    _has_asked: bool = False
    _done: dict[str, datetime] = field(default_factory=dict)
    _ending: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def go_out(self) -> float:
        """Send what is due; return how many seconds to rest."""
        # Cleared first: a package that is kept from here on rings again.
        self.submitted.clear()
        self._safely("deliver", self.courier.deliver)
        return _OUT_EVERY_S

    def come_back(self) -> float:
        """Do the chores, collect answers, fetch certificates; return how many seconds to rest."""
        # First, for certificates are judged by revocation lists that must be of today.
        for chore in self.chores:
            self._do(chore)
        news: list[int] = []
        began = time.monotonic()
        # The first question comes back at once: the teller wants to know how long it takes now.
        wait_s = self.poll_s if self._has_asked else 0
        is_well = self._safely("collect", lambda: news.append(self.courier.collect(wait_s)))
        self._has_asked = self._has_asked or is_well
        # An office that does not let us wait must not be asked without end.
        was_hasty = time.monotonic() - began < self.poll_s / 4 and not any(news)
        is_well = self._safely("fetch", self.courier.fetch_certificates) and is_well
        self._failures = 0 if is_well else self._failures + 1
        if self._failures:
            return backoff(self._failures, self.jitter(), longest_s=LONGEST_S).total_seconds()
        return _OUT_EVERY_S if was_hasty or not self.poll_s else 0.0

    def go_between(self) -> float:
        """Look after drafts between counters; return how many seconds to rest."""
        # Cleared first: what is handed over from here on rings again.
        self.handed.clear()
        self._safely("settle", self.settle)
        return _BETWEEN_EVERY_S

    def go_to_guests(self) -> float:
        """Look after signers elsewhere; return how many seconds to rest."""
        # Cleared first: who is invited from here on rings again.
        self.invited.clear()
        self._safely("attend", self.attend)
        return _BETWEEN_EVERY_S

    def start(self) -> None:
        """Go on all rounds in the background, so that none waits for another."""
        ways = (
            ("out", self.go_out, self.submitted),
            ("back", self.come_back, self._ending),
            ("between", self.go_between, self.handed),
            ("guests", self.go_to_guests, self.invited),
        )
        for name, *way in ways:
            thread = threading.Thread(target=self._walk, args=way, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End after the present step; a question that still waits at the office is left behind."""
        self._ending.set()
        self.submitted.set()
        self.handed.set()
        self.invited.set()
        for thread in self._threads:
            thread.join(_GRACE_S[thread.name])

    def _walk(self, step: Callable[[], float], bell: threading.Event) -> None:
        while not self._ending.is_set():
            bell.wait(step())

    def _do(self, chore: Chore) -> None:
        now = self.clock.now()
        last = self._done.get(chore.name)
        # A clock that was set back must not stop the chores for as long as it went back.
        if last is not None and last <= now < last + chore.every:
            return
        # What failed with the line is done soon after the line is back.
        is_done = self._safely(chore.name, chore.act)
        pause = chore.every if is_done else min(chore.every, _AGAIN)
        self._done[chore.name] = now - chore.every + pause

    def _safely(self, name: str, act: Callable[[], object]) -> bool:
        try:
            act()
        except (TerminalError, CertsError) as exc:
            logger.warning("round failed act=%s code=%s", name, exc.code)
        except Exception:  # the outermost edge of a thread that must not end
            logger.exception("round failed act=%s", name)
        else:
            return True
        return False


def make_chores(
    *,
    refresh: Callable[[], object],
    renew: Callable[[], object],
    watch: Callable[[], object],
    purge: Callable[[], object],
) -> tuple[Chore, ...]:
    """Return what is done beside carrying: fresh lists, new certificates, a look at the log."""
    return (
        # First, for with a certificate that ended nothing else gets through.
        Chore("renew", _RENEW_EVERY, renew),
        Chore("refresh", _REFRESH_EVERY, refresh),
        Chore("watch", _WATCH_EVERY, watch),
        Chore("purge", _TIDY_EVERY, purge),
    )
