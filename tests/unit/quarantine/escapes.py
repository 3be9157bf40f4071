"""What a file could make its cell do once it had taken it over; loaded behind the wall."""

import ctypes
import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from quarantine import viewing
from quarantine.cell import Answer, Answers, open_pages
from quarantine.foreign import Foreign
from quarantine.messages import Head


def rehearse() -> None:
    """Load what opening a picture needs."""
    viewing.rehearse()


def _read(_: Head) -> object:
    return Path(__file__).read_text()


def _write(_: Head) -> object:
    return Path("/tmp/escaped").write_text("x")


def _connect(head: Head) -> object:
    return socket.create_connection(("127.0.0.1", head["port"]), timeout=2)


def _fork(_: Head) -> object:
    return os.fork()


def _execute(_: Head) -> object:
    return os.execv("/bin/true", ["true"])


def _kill(_: Head) -> object:
    os.kill(os.getppid(), signal.SIGTERM)
    return None


def _look_at_parent(_: Head) -> object:
    return list(Path(f"/proc/{os.getppid()}").iterdir())


def _trace(_: Head) -> object:
    done = ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0)
    if done:
        raise OSError(ctypes.get_errno())
    return done


def _raise_limits(_: Head) -> object:
    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    return None


TRIES: Final[dict[str, Callable[[Head], Any]]] = {
    "read": _read,
    "write": _write,
    "connect": _connect,
    "fork": _fork,
    "execute": _execute,
    "kill": _kill,
    "look at the parent": _look_at_parent,
    "trace": _trace,
    "raise the limits": _raise_limits,
}


def _try(_: Foreign, head: Head) -> Answer:
    try:
        TRIES[head["what"]](head)
    except (OSError, ValueError) as exc:
        return {"held": type(exc).__name__}, b""
    return {"held": ""}, b""


def _spin(_: Foreign, head: Head) -> Answer:
    while True:
        pass


def _eat(_: Foreign, head: Head) -> Answer:
    bytearray(3_000_000_000)
    return {}, b""


def _lie(_: Foreign, head: Head) -> Answer:
    return {"width": "wide", "media_type": "text/html"}, b"<script>"


OPENING: Final = open_pages
ANSWERS: Final[Answers] = {"try": _try, "draw": _spin, "eat": _eat, "develop": _lie}
