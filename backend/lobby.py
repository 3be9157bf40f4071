"""Where connections wait, without a thread, until a whole request head has come.

A thread for each silent peer would let a handful of them shut out everybody else: handshake and
head are read here as they come, by the one thread that also accepts, and so are the small pieces
in which counters on slow lines send. Larger bodies are read by threads, under a deadline for the
whole, not only between two bytes.
"""

import errno
import re
import selectors
import socket
import ssl
import time
from contextlib import suppress
from typing import Any, Final

from cheroot.connections import ConnectionManager
from cheroot.server import HTTPConnection

MOST: Final = 2048
"""Connections that have not asked yet; beyond it the one silent longest makes room."""
_HEAD_S: Final = 30.0
_SILENCE_S: Final = 30.0
_NOT_YET: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
_LARGEST_HEAD: Final = 64 * 1024
_AWAITED_HEAD: Final = 8 * 1024
"""A longer one is read by a thread."""
AWAITED_BODY: Final = 64 * 1024
"""A body of this size comes without a thread, from whoever has a certificate; a larger one not."""
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]{1,9}) *(?:\r|\Z)", re.IGNORECASE)


class PatientSocket(ssl.SSLSocket):
    """A TLS socket that reads until a deadline, or takes only what is there."""

    deadline: float | None = None
    """On the monotonic clock; None leaves the time-out between two bytes alone."""
    is_over: bool = False
    """True once the peer has said its last byte."""

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        """Read what comes next.

        Raises:
            TimeoutError: the deadline has passed.
            BlockingIOError: nothing is there, and nobody waits.
        """
        if self.deadline is not None:
            left_s = self.deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("timed out")
            self.settimeout(min(left_s, _SILENCE_S))
        try:
            size = super().recv_into(buffer, nbytes, flags)
        except _NOT_YET as exc:
            raise BlockingIOError(errno.EAGAIN, "nothing there") from exc
        self.is_over = size == 0
        return size

    def give(self, seconds: float) -> None:
        """Allow so much time from now on for everything that is read; answers wait again."""
        self.deadline = time.monotonic() + seconds
        self.settimeout(_SILENCE_S)

    def wait_for_nothing(self) -> None:
        """Take only what is there from now on."""
        self.deadline = None
        self.settimeout(0)

    def discard_what_is_there(self) -> None:
        """Drop what has come: closing a line over unread bytes takes the answer back."""
        self.wait_for_nothing()
        with suppress(OSError):
            socket.socket.recv(self, _LARGEST_HEAD)

    def answer_plainly(self, answer: bytes) -> None:
        """Answer a peer that speaks no TLS."""
        self.discard_what_is_there()
        with suppress(OSError):
            socket.socket.send(self, answer)


class Visitor(HTTPConnection):
    """A connection that can be read without waiting."""

    rbufsize = _AWAITED_HEAD + AWAITED_BODY + 24 * 1024
    """Room for what is awaited and one more TLS record, so that none is left half read."""
    is_heard: bool = False
    """True once it has begun to ask."""
    held: Any = None
    """A request that waits for news; it is put to the application again, and never read again."""

    make_request: Any
    """What reads and answers one request; called with server and connection."""

    def RequestHandlerClass(self, server: Any, conn: Any) -> Any:  # noqa: N802  # cheroot's name
        """Return the request that waited, or a new one."""
        held, self.held = self.held, None
        return held or self.make_request(server, conn)

    def communicate(self) -> bool:
        """Answer one request; say whether the connection stays."""
        is_kept: bool = super().communicate()  # type: ignore[no-untyped-call]  # cheroot has no types
        return is_kept or self.held is not None

    def has_request(self) -> bool:
        """Take in what has come; say whether a request is whole, or as much of it as is awaited.

        Raises:
            OSError: the line broke, or what came is no TLS.
        """
        self.socket.wait_for_nothing()
        head, found, body = self.rfile.peek(self.rbufsize).partition(b"\r\n\r\n")
        if not found:
            return len(head) >= _AWAITED_HEAD
        size = _awaited_size(head)
        is_known = size > 0 and bool(self.socket.getpeercert(binary_form=True))
        return not is_known or len(body) >= size


def _awaited_size(head: bytes) -> int:
    """Return how long the body is that a head announces; 0 where a thread is to read it."""
    found = _LENGTH.search(head)
    size = int(found.group(1)) if found else 0
    # Whoever waits to be told to go on is told by a thread.
    return 0 if size > AWAITED_BODY or b"100-continue" in head.lower() else size


class Lobby(ConnectionManager):
    """Lets connections through to the threads once they have asked for something."""

    _selector: Any

    def put(self, conn: Visitor) -> None:
        """Take back a connection that was answered and may ask again, or that waits for news."""
        if conn.held is not None:
            self.server.waiting.enter(conn.held.seat, conn)
            return
        conn.last_used, conn.is_heard = time.time(), False
        self._look(conn)

    def look(self, conn: Visitor) -> None:
        """Read a connection; send it to a thread, let it wait on, or close it."""
        if not conn.is_heard:
            conn.last_used, conn.is_heard = time.time(), True
        self._look(conn)

    def _look(self, conn: Visitor) -> None:
        try:
            is_whole = conn.has_request()
        except ssl.SSLError as exc:
            if exc.reason == "HTTP_REQUEST":
                conn.socket.answer_plainly(self.server.plain_answer)
            conn.close()
        except (OSError, ValueError):
            conn.close()
        else:
            self._place(conn, is_whole=is_whole)

    def _place(self, conn: Visitor, *, is_whole: bool) -> None:
        if is_whole:
            conn.socket.give(_HEAD_S)
            self.server.admit(conn)
        elif conn.socket.is_over:
            conn.close()
        else:
            self._make_room()
            self._selector.register(conn.socket.fileno(), selectors.EVENT_READ, data=conn)

    def _make_room(self) -> None:
        if len(self._selector) <= MOST:
            return
        waiting = [one for _, one in self._selector.connections if one is not self.server]
        oldest = min(waiting, key=lambda one: float(one.last_used))
        self._selector.unregister(oldest.socket.fileno())
        oldest.close()
