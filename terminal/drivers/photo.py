"""The photo of a resident card (WLT), made into a picture by the vendor's own program.

No open decoder of this format is known, and the closed ones are old libraries that may crash. So
the counter starts a program of the bank's choice, which it gives nothing but the 1,024 bytes;
`docs/readers.md` says what the program must do. It runs under limits, and is killed after; what
it answers is a file from outside, and is opened in the quarantine alone.
"""

import contextlib
import hashlib
import logging
import os
import signal
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from quarantine.errors import ForeignFileError, WardenGoneError
from quarantine.keeper import Keeper
from terminal.desk.ports import Portrait
from terminal.reader_errors import MisconfiguredReaderError

TIMEOUT_S: Final = 3.0
"""The teller waits for it with every card."""
_WIDEST: Final = 480
"""Pixels; the photo itself is 102 wide."""
_log = logging.getLogger(__name__)


class ExternalDecoder:
    """A `terminal.desk.ports.PhotoDecoder` that asks a program."""

    def __init__(
        self, command: tuple[str, ...], keeper: Keeper, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        """Take the program's path and its arguments.

        Raises:
            MisconfiguredReaderError: there is no such program, or this account may not run it.
        """
        if not command or not Path(command[0]).is_absolute():
            raise MisconfiguredReaderError("photo_decoder must begin with the program's full path")
        if not os.access(command[0], os.X_OK) or Path(command[0]).is_dir():
            raise MisconfiguredReaderError(f"photo_decoder: {command[0]} cannot be run")
        self._command, self._keeper, self._timeout_s = command, keeper, timeout_s

    def decode(self, photo: bytes) -> Portrait | None:
        """Return the picture as JPEG; None, and a line in the log, where there is none."""
        picture = self._ask(photo)
        if not picture:
            return None
        key = hashlib.sha256(picture).hexdigest()
        try:
            drawn = self._keeper.draw(key, lambda: picture, 1, width=_WIDEST)
        except (ForeignFileError, WardenGoneError) as exc:
            _log.warning("photo decoder gave no picture reason=%s", exc)
            return None
        return Portrait(data=drawn, codec="jpeg")

    def _ask(self, photo: bytes) -> bytes:
        """Return what the program answers; empty where it fails."""
        with (
            as_file(files("terminal.drivers") / "photo_worker.py") as worker,
            self._start(worker) as child,
        ):
            try:
                picture, _ = child.communicate(photo, self._timeout_s)
            except subprocess.TimeoutExpired:
                _log.warning("photo decoder took longer than %g s", self._timeout_s)
                return b""
            finally:
                _end(child)
        if child.returncode:
            _log.warning("photo decoder failed status=%s", child.returncode)
            return b""
        return picture

    def _start(self, worker: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the technician's own program
            [sys.executable, "-I", str(worker), *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            start_new_session=True,
        )


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the worker with whatever it started."""
    # All of them may have ended by themselves.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
