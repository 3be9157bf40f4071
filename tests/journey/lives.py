"""Our own commands as real processes that may be killed; forked, so that a start costs little.

A helper process imports both sides once; every life is a fork of it and from then on a process
of its own, with its own connections, files and threads. It can be killed like any other.
"""

import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

_COMMANDS: Final = {"backend": "backend.cli", "terminal": "terminal.cli"}
_START: Final = multiprocessing.get_context("forkserver")
# The command lines import a command when it is called; here they must be there before the fork.
_START.set_forkserver_preload(
    [*_COMMANDS.values(), "backend.commands.running", "terminal.commands.filing"]
)
_GRACE_S: Final = 20.0

KILLED: Final = -signal.SIGKILL


def _live(side: str, arguments: list[str], log: str, environ: dict[str, str]) -> None:
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(words, number)
    os.environ.update(environ)
    # The command leaves by itself, with its own exit status.
    importlib.import_module(_COMMANDS[side]).main(arguments, prog_name=side)
    sys.exit(0)


class Life:
    """One process of ours, from its start to its end."""

    def __init__(self, side: str, arguments: list[str], log: Path, point: str = "") -> None:
        """Start it; at the fail point `point` it kills itself, as a power cut would."""
        self.log = log
        self._process: ForkServerProcess = _START.Process(
            target=_live, args=(side, arguments, str(log), _dying_at(point)), daemon=True
        )
        self._process.start()

    @property
    def is_over(self) -> bool:
        """Say whether it has ended."""
        return self._process.exitcode is not None

    def wait(self, timeout_s: float) -> int:
        """Wait for its end and return its exit status, negative for a signal."""
        self._process.join(timeout_s)
        code = self._process.exitcode
        assert code is not None, f"it lives on: {self.words()}"
        return code

    def kill(self) -> None:
        """Kill it at once, as a power cut would."""
        self._process.kill()

    def end(self) -> None:
        """Ask it to leave; kill it if it does not."""
        self._process.terminate()
        self._process.join(_GRACE_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join(_GRACE_S)
        self._process.close()

    def words(self) -> str:
        """Return what it said."""
        if not self.log.exists():
            return ""
        return self.log.read_text(encoding="utf-8", errors="replace")


def _dying_at(point: str) -> Mapping[str, str]:
    if not point:
        return {}
    return {"MRK_ALLOW_FAILPOINTS": "1", "MRK_FAILPOINTS": f"{point}=kill"}


@contextmanager
def living(life: Life) -> Iterator[Life]:
    """End a life whatever happens; what goes wrong meanwhile tells what the life said and met."""
    try:
        yield life
    except BaseException as exc:
        exc.add_note(f"{life.log.name}, is over: {life.is_over}: {life.words()[-2000:]}")
        raise
    finally:
        life.end()
