"""Something made from files that is made anew when the files change: keys after their renewal."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from certs.errors import CertsError

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Renewed(Generic[T]):
    """Gives what is in force; `mark` is asked each time, and must be cheap."""

    def __init__(self, mark: Callable[[], object], make: Callable[[], T]) -> None:
        """Make it now: what cannot be made stops the start, and not the first customer."""
        self._mark, self._make = mark, make
        self._lock = threading.Lock()
        self._seen = mark()
        self._held = make()

    def __call__(self) -> T:
        """Return it. What cannot be made anew is logged once, and the old goes on working."""
        mark = self._mark()
        with self._lock:
            if mark != self._seen:
                self._seen = mark
                try:
                    self._held = self._make()
                except CertsError:
                    logger.exception("renewed keys cannot be used, going on with the old ones")
            return self._held
