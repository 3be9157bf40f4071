"""The worker's process beside the server's: started, watched, started again, ended together."""

import fcntl
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 30.0
_GRACE_S = 15.0
_MARK = ".working"


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Let others see that a worker is here, until the block ends or the process does."""
    descriptor = os.open(folder / _MARK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        # Shared: two workers do no harm to each other.
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_worker_here(folder: Path) -> bool:
    """Say whether a worker of this office runs on this machine now."""
    try:
        descriptor = os.open(folder / _MARK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class Worker:
    """Keeps one child process running until it is told to end."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-m", "backend", *arguments]
        self._environ = dict(environ)
        self._ending = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="worker-watch", daemon=True)

    def start(self) -> None:
        """Start the child and the thread that watches it."""
        self._thread.start()

    def is_alive(self) -> bool:
        """Say whether the child runs now."""
        return self._child is not None and self._child.poll() is None

    def end(self) -> None:
        """Ask the child to finish its task and leave; after a while it is killed."""
        self._ending.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                child.kill()
        self._thread.join(_GRACE_S)

    def _watch(self) -> None:
        pause_s = 0.5
        while not self._ending.is_set():
            # Our own interpreter and module; the arguments come from the operator's command line.
            self._child = subprocess.Popen(self._command, env=self._environ)  # noqa: S603  # our own program, no shell
            status = self._child.wait()
            if self._ending.is_set():
                return
            logger.error("worker ended status=%s, starting it again", status)
            self._ending.wait(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
