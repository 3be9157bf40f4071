"""The processes behind the wall, held from outside: the warden, and a cell for each file."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import BinaryIO, Final, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from quarantine.errors import ForeignFileError, WardenGoneError
from quarantine.messages import Head, receive, send
from quarantine.values import REASONS, FileReport, Protection

T = TypeVar("T")
# The path is handed over, since an isolated interpreter obeys neither environment nor folder.
_PROGRAM: Final = (
    "import sys; room, *sys.path[:] = sys.argv[1:]; import importlib;"
    " from quarantine.warden import main;"
    " room = importlib.import_module(room); main(room.OPENING, room.ANSWERS, room.rehearse)"
)
_REPORT: Final = TypeAdapter(FileReport)
_PROTECTION: Final = TypeAdapter(Protection)


def checked(kind: TypeAdapter[T], head: Head) -> T:
    """Return the value that an answer makes. Raises: ForeignFileError."""
    try:
        return kind.validate_python(head)
    except ValidationError:
        # Without the cause: its message would hold what the file made the cell say.
        raise ForeignFileError("damaged") from None


class Warden:
    """The process that forks cells."""

    def __init__(self, room: str) -> None:
        ours, theirs = socket.socketpair()
        self._control = ours
        self.used_at = time.monotonic()
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and program
                [sys.executable, "-I", "-c", _PROGRAM, room, *sys.path],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                # More threads would each take address space that a page needs.
                env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as exc:
            ours.close()
            raise WardenGoneError("no process could be started") from exc
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def make_cell(self, act_s: float) -> "Cell":
        """Fork one. Raises: OSError when the warden is gone."""
        self.used_at = time.monotonic()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
            _, handles, _, _ = socket.recv_fds(self._control, 1, 1)
            if not handles:
                raise ConnectionResetError("the warden is gone")
        except OSError:
            ours.close()
            raise
        return Cell(ours, handles[0], act_s)

    def end(self) -> None:
        """End it; cells that are at work go on."""
        self._control.close()
        self._process.kill()
        self._process.wait()


class Cell:
    """One process with one file."""

    def __init__(self, line: socket.socket, handle: int, act_s: float) -> None:
        self._line, self._handle, self._act_s = line, handle, act_s
        self._both = cast(BinaryIO, line.makefile("rwb"))
        self.is_alive = True
        self.used_at = time.monotonic()
        self.report: FileReport
        self.protection = checked(_PROTECTION, self._hear()[0])

    def __enter__(self) -> "Cell":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def open(self, data: bytes) -> None:
        """Give the file in. Raises: ForeignFileError."""
        self.report = checked(_REPORT, self.ask({}, data)[0])

    def ask(self, head: Head, data: bytes = b"") -> tuple[Head, bytes]:
        """Ask one thing, and wait for the answer, but not for ever. Raises: ForeignFileError."""
        return self._hear(head, data)

    def _hear(self, head: Head | None = None, data: bytes = b"") -> tuple[Head, bytes]:
        is_late, why = threading.Event(), "crashed"

        def end_late() -> None:
            is_late.set()
            self._kill()

        watch = threading.Timer(self._act_s, end_late)
        watch.daemon = True
        watch.start()
        try:
            if head is not None:
                send(self._both, head, data)
            answer = receive(self._both)
        except OSError:
            answer = None
        except ForeignFileError as exc:
            answer, why = None, exc.reason
        finally:
            watch.cancel()
        if answer is None:
            self.end()
            raise ForeignFileError("timeout" if is_late.is_set() else why)
        refused = answer[0].get("refused")
        if refused is not None:
            raise ForeignFileError(refused if refused in REASONS else "damaged")
        return answer

    def _kill(self) -> None:
        with suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def end(self) -> None:
        """End the process, whatever it is at."""
        if not self.is_alive:
            return
        self.is_alive = False
        self._kill()
        with suppress(OSError):
            self._both.close()
        self._line.close()
        os.close(self._handle)
