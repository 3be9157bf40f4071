"""What is done again and again beside the main work, each in a thread of its own."""

import logging
import threading
from collections.abc import Callable
from typing import Final

logger = logging.getLogger(__name__)

_GRACE_S: Final = 5.0


class Chores:
    """Goes on until `ending` is set, whatever goes wrong meanwhile."""

    def __init__(self, ending: threading.Event, *, after_fault_s: float = 10.0) -> None:
        self._ending = ending
        self._after_fault_s = after_fault_s
        self._threads: list[threading.Thread] = []

    def add(self, name: str, act: Callable[[], float], *, first_s: float) -> None:
        """Do something for the first time in `first_s` seconds, then after as many as it returns."""
        thread = threading.Thread(
            target=self._go_on, args=(name, act, first_s), name=name, daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _go_on(self, name: str, act: Callable[[], float], first_s: float) -> None:
        pause_s = first_s
        while not self._ending.wait(pause_s):
            try:
                pause_s = act()
            except Exception:
                # The edge of this thread: it must go on when the disk or the key is back.
                logger.exception("chore not done name=%s", name)
                pause_s = max(first_s, self._after_fault_s)

    def end(self) -> None:
        """Wait until what is under way is done, some seconds each at the most."""
        self._ending.set()
        for thread in self._threads:
            thread.join(_GRACE_S)
