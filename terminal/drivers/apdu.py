"""Commands to a chip and its status words.

Source: ISO/IEC 7816-4, 5.1 and 5.6 (short form).
"""

from dataclasses import dataclass, field
from typing import Protocol

OK = 0x9000
FILE_NOT_FOUND = 0x6A82
SECURITY_NOT_SATISFIED = 0x6982
WRONG_SM_OBJECT = 0x6988


@dataclass(frozen=True, slots=True)
class Command:
    """One command in its short form."""

    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    """At most 255 bytes."""
    le: int | None = None
    """How many bytes are wanted back at most, 1 to 256; None for none."""
    cla: int = 0

    def encode(self) -> bytes:
        """Return the bytes for the wire."""
        body = bytes([len(self.data)]) + self.data if self.data else b""
        wanted = b"" if self.le is None else bytes([self.le & 0xFF])
        return bytes([self.cla, self.ins, self.p1, self.p2]) + body + wanted


@dataclass(frozen=True, slots=True)
class Response:
    """What a chip answered."""

    data: bytes = field(repr=False)
    sw: int = OK


class Chip(Protocol):
    """A chip in the field, with or without protection of the line."""

    def send(self, command: Command) -> Response:
        """Send a command and return the answer, whatever its status word.

        Raises:
            CardRemovedError: the card left the field.
        """


def is_wrong_key(sw: int) -> bool:
    """Say whether a chip's status word means that the key was wrong."""
    return sw >> 8 == 0x63 or sw in (SECURITY_NOT_SATISFIED, WRONG_SM_OBJECT)
