"""Sending something in pieces, by tus 1.0.0: from where the office has it, as the line allows.

A piece with a checksum is taken whole or not at all, so it is small. On a good line all that is left
goes in one request without one: the office keeps of it what came, and the system holds back no
more than a piece would have been.
"""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from terminal.desk.pace import MOST, Pace
from terminal.errors import BadAnswerError, LinkError, OfficeUnreachableError
from terminal.line import Reply

PATH: Final = "/api/v1/uploads"
_TYPE: Final = "application/offset+octet-stream"
_MOST_ASIDE: Final = 5
"""Times in a row that we may be told something else than "go on" before this is no upload."""
_AGAIN: Final = frozenset({404, 410, 423, 460})
_ASTRAY: Final = frozenset({"office.upload-offset", "office.upload-mismatch"})
"""With these we ask where it stands, and go on from there."""


class Ask(Protocol):
    """Sends one request; answers that are no answer are errors already."""

    def __call__(
        self, method: str, path: str, *, data: Any, headers: Mapping[str, str]
    ) -> Reply: ...


class Body:
    """Bytes that are read as they are sent, a little at a time, so that each write soon ends."""

    _STEP: Final = 4096

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.sent = 0

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[bytes]:
        while part := self.read():
            yield part

    def read(self, size: int = -1) -> bytes:
        """Return the next few bytes; empty at the end."""
        step = self._STEP if size < 0 else min(size, self._STEP)
        part = bytes(self._data[self.sent : self.sent + step])
        self.sent += len(part)
        return part


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends packages, or parcels of the relay, one at a time."""

    ask: Ask
    pace: Pace
    problem: Callable[[Reply], LinkError]
    """Turns an answer that is a no into an error of ours."""
    clock: Callable[[], float] = time.monotonic
    path: str = PATH
    """Where uploads begin; each goes on at its digest below."""
    kind: str = "application/jose"
    """Media type of what the office says once it has the whole."""

    def send(self, package: bytes, *, is_begun: bool, told: Callable[[int], None]) -> bytes:
        """Send what the office does not have; return its receipt, or what it says in its place.

        Raises:
            LinkError: as any request; what arrived need not be sent again.
        """
        digest, reached, aside = hashlib.sha256(package).hexdigest(), -1, 0
        reply = self._begin(package, digest, with_bytes=not is_begun)
        while not (receipt := self._receipt(reply)):
            offset = self._offset(reply, len(package))
            aside = 0 if offset > reached else aside + 1
            reached = max(offset, reached)
            if aside > _MOST_ASIDE:
                raise BadAnswerError("the upload does not go on")
            if 0 <= offset < len(package):
                told(offset)
                reply = self._go_on(package, digest, offset)
            else:
                reply = self._begin(package, digest, with_bytes=False)
        told(len(package))
        return receipt

    def _receipt(self, reply: Reply) -> bytes:
        is_told = reply.status < 300 and reply.headers.get("Content-Type") == self.kind
        return reply.body if is_told else b""

    def _offset(self, reply: Reply, length: int) -> int:
        """Return where to go on; -1 where the office must be asked."""
        if reply.status < 300:
            text = reply.headers.get("Upload-Offset", "")
            if not (text.isascii() and text.isdigit() and int(text[:16]) <= length):
                raise BadAnswerError("upload offset")
            return int(text)
        error = self.problem(reply)
        is_astray = getattr(error, "problem", "") in _ASTRAY or reply.status in _AGAIN
        if not is_astray:
            raise error
        return -1

    def _begin(self, package: bytes, digest: str, *, with_bytes: bool) -> Reply:
        metadata = base64.b64encode(digest.encode("ascii")).decode("ascii")
        head = {"Upload-Length": str(len(package)), "Upload-Metadata": f"sha256 {metadata}"}
        piece = self._piece(package, 0) if with_bytes else memoryview(b"")
        return self._send("POST", self.path, piece, head)

    def _go_on(self, package: bytes, digest: str, offset: int) -> Reply:
        head = {"Upload-Offset": str(offset)}
        return self._send("PATCH", f"{self.path}/{digest}", self._piece(package, offset), head)

    def _piece(self, package: bytes, offset: int) -> memoryview:
        left = len(package) - offset
        size = left if self.pace.is_good_for(left) else self.pace.piece(left)
        return memoryview(package)[offset : offset + size]

    def _send(self, method: str, path: str, piece: memoryview, head: dict[str, str]) -> Reply:
        headers = {"Tus-Resumable": "1.0.0", "Prefer": "return=representation", **head}
        if piece:
            headers["Content-Type"] = _TYPE
            headers |= _checksum(piece) if len(piece) <= MOST else {}
        started, body = self.clock(), Body(piece)
        try:
            reply = self.ask(method, path, data=body if piece else b"", headers=headers)
        except OfficeUnreachableError as exc:
            exc.sent = body.sent
            if body.sent:
                self.pace.broke()
            raise
        if piece and reply.status < 300:
            self.pace.went(len(piece), self.clock() - started)
        return reply


def _checksum(piece: memoryview) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(piece).digest()).decode("ascii")
    return {"Upload-Checksum": f"sha256 {digest}"}
