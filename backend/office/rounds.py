"""The worker's round: takes what transactions left to be done, and does it or puts it off."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backend.errors import NotReadyError, OfficeError
from backend.office.ports import Clock, Works
from backend.office.rows import OFTEN, StuckTask, Task
from certs.errors import CertsError
from registration.errors import RegistrationError

logger = logging.getLogger(__name__)

_LEASE: Final = timedelta(minutes=2)
_FIRST_PAUSE: Final = timedelta(seconds=1)
_LONGEST_PAUSE: Final = timedelta(minutes=10)
_LONGEST_REASON: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """Does one task at a time; a task that fails waits longer each time and is never dropped."""

    works: Works
    clock: Clock
    acts: Mapping[str, Callable[[str], None]]
    """What to do for each kind of task: open, record, issue."""

    def begin(self) -> int:
        """Take back what a worker that was killed had in its hands; return how much that was.

        Should another worker be alive after all, nothing is done twice: every act is harmless to
        repeat.
        """
        with self.works() as work:
            count = work.tasks.take_back()
            work.commit()
        return count

    def step(self) -> bool:
        """Do the oldest due task; say whether there was one."""
        with self.works() as work:
            task = work.tasks.take(kinds=tuple(self.acts), at=self.clock.now(), lease=_LEASE)
            if task is None:
                return False
            work.commit()
        self._act(task)
        return True

    def _act(self, task: Task) -> None:
        try:
            self.acts[task.kind](task.ref)
        except NotReadyError as error:
            # Waiting for an earlier case is no failure; a store that stays away is one.
            is_waiting = type(error) is NotReadyError
            self._put_off(task, f"{error.code}: {error}", is_failure=not is_waiting)
        except (OfficeError, CertsError, RegistrationError) as error:
            # Our own errors name fields and ids and never what is in them.
            logger.exception("task failed kind=%s ref=%s tries=%s", task.kind, task.ref, task.tries)
            self._put_off(task, f"{error.code}: {error}")
        except Exception as error:
            # The edge of the worker: one bad task must never stop the others.
            logger.exception("task failed kind=%s ref=%s tries=%s", task.kind, task.ref, task.tries)
            self._put_off(task, type(error).__name__)
        else:
            with self.works() as work:
                work.tasks.done(task.task_id)
                work.commit()

    def _put_off(self, task: Task, reason: str, *, is_failure: bool = True) -> None:
        now = self.clock.now()
        pause = min(_FIRST_PAUSE * 2 ** min(task.tries, 20), _LONGEST_PAUSE)
        with self.works() as work:
            work.tasks.put_off(
                task.task_id,
                until=now + pause,
                reason=reason[:_LONGEST_REASON],
                failed_at=now if is_failure else None,
            )
            work.commit()


def find_stuck(works: Works) -> tuple[StuckTask, ...]:
    """Return what the worker tries again and again in vain; staff and operators are told of it."""
    with works.reading() as work:
        return work.tasks.stuck(least_tries=OFTEN)
