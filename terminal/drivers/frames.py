"""The frames that a counter and a SAM exchange: encode one, find one in a stream.

Source: GA/T 467-2019 chapter 7.
"""

# Wire format, fixed by the standard; nothing may change.
#   request  AA AA AA 96 69 | length, 2 bytes big endian | CMD PARA DATA…     | check
#   answer   AA AA AA 96 69 | length, 2 bytes big endian | SW1 SW2 SW3 DATA…  | check
# The length counts everything after it, the check byte included; the check byte is the
# exclusive or of everything from the length to the last data byte.

from dataclasses import dataclass, field
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
_MARK = PREAMBLE[1:]
# Some readers lose the first AA, hence a mark one byte shorter than the preamble.
MAX_LENGTH = 4096
"""No command or answer is longer than 2,314 bytes after the length; more is line noise."""


def encode_frame(body: bytes) -> bytes:
    """Return the frame around a command's or an answer's bytes."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([_check_byte(counted)])


@dataclass(slots=True)
class FrameStream:
    """Bytes from the line, in any portions; frames out. Noise between frames is skipped."""

    rejected: int = 0
    """Frames dropped so far because their check byte or length was wrong."""
    _held: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> tuple[bytes, ...]:
        """Take what the line brought and return the bodies of all frames now complete."""
        self._held += data
        bodies: list[bytes] = []
        while (body := self._take()) is not None:
            if body:
                bodies.append(body)
        return tuple(bodies)

    def _take(self) -> bytes | None:
        """Return one body, empty for a rejected frame, or None when more bytes are needed."""
        start = self._held.find(_MARK)
        if start < 0:
            del self._held[: max(0, len(self._held) - len(_MARK) + 1)]
            return None
        del self._held[:start]
        if len(self._held) < len(_MARK) + 2:
            return None
        length = int.from_bytes(self._held[len(_MARK) : len(_MARK) + 2], "big")
        if not 2 <= length <= MAX_LENGTH:
            return self._reject()
        end = len(_MARK) + 2 + length
        if len(self._held) < end:
            return None
        counted = bytes(self._held[len(_MARK) : end])
        if _check_byte(counted):
            return self._reject()
        del self._held[:end]
        return counted[2:-1]

    def _reject(self) -> bytes:
        # Only the mark goes: the true frame may begin inside what looked like a body.
        self.rejected += 1
        del self._held[: len(_MARK)]
        return b""


def _check_byte(data: bytes) -> int:
    return reduce(xor, data, 0)
