"""Named places where a test may kill or fail this process.

Inert unless the settings allow it: a counter in a branch never obeys `MRK_FAILPOINTS`.
"""

import os
import signal
from collections.abc import Callable


class FailPointRaisedError(RuntimeError):
    """A test asked a named place to fail; never seen outside tests."""


def load_failpoints(text: str) -> Callable[[str], None]:
    """Read "name=kill,other=raise" and return what the rooms call at each named place."""
    acts = dict(part.split("=", 1) for part in text.split(",") if "=" in part)

    def pass_by(name: str) -> None:
        act = acts.get(name)
        if act == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if act == "raise":
            raise FailPointRaisedError(name)

    return pass_by
