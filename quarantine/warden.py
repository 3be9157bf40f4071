"""The process that makes cells: it has loaded the libraries once, and never sees a file.

Each cell is a fork of it, ready in a few milliseconds and gone with its file. The warden itself
holds no key, no setting and nothing of anybody; it ends when its keeper does.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

from quarantine.cell import Answers, Opening, live


def main(opening: Opening, answers: Answers, rehearse: Callable[[], None]) -> None:
    """Make a cell for each line that comes over standard input; answer with a handle to it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    rehearse()
    gc.freeze()
    control = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    while True:
        _, lines, _, _ = socket.recv_fds(control, 1, 1)
        if not lines:
            return
        cell = os.fork()
        if cell == 0:
            control.close()
            _be_cell(lines[0], opening, answers)
        os.close(lines[0])
        handle = os.pidfd_open(cell)
        socket.send_fds(control, [b"."], [handle])
        os.close(handle)


def _be_cell(line: int, opening: Opening, answers: Answers) -> NoReturn:
    """Live and end as a cell: nothing of the warden's own loop may run on."""
    try:
        os.dup2(line, 0)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.closerange(3, 64)
        # Plain files: a socket's own calls are among those that are given up.
        with open(0, "rb", closefd=False) as asked, open(0, "wb", closefd=False) as told:
            live(asked, told, opening, answers)
    finally:
        os._exit(0)
