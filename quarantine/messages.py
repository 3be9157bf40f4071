"""The line between a keeper and the process behind the wall: one question, one answer, in order.

A message is two lengths (32 bits each, network order), a JSON object and raw bytes. The keeper
believes nothing of an answer before it has checked it; the lengths are bounded on both sides.
"""

import json
import struct
from typing import Any, BinaryIO, Final

from quarantine.errors import ForeignFileError

LARGEST_BYTES: Final = 64 * 1024 * 1024
_LARGEST_HEAD: Final = 64 * 1024
_LENGTHS: Final = struct.Struct("!II")

Head = dict[str, Any]


def send(line: BinaryIO, head: Head, data: bytes = b"") -> None:
    """Write one message. Raises: OSError when the other side is gone."""
    text = json.dumps(head).encode()
    line.write(_LENGTHS.pack(len(text), len(data)) + text)
    line.write(data)
    line.flush()


def receive(line: BinaryIO) -> tuple[Head, bytes] | None:
    """Read one message; None at the end of the line.

    Raises:
        ForeignFileError: the other side broke off, or sends what no honest one does.
    """
    lengths = line.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise ForeignFileError("crashed")
    head_size, data_size = _LENGTHS.unpack(lengths)
    if head_size > _LARGEST_HEAD or data_size > LARGEST_BYTES:
        raise ForeignFileError("damaged")
    text, data = line.read(head_size), line.read(data_size)
    if len(text) != head_size or len(data) != data_size:
        raise ForeignFileError("crashed")
    try:
        head = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ForeignFileError("damaged") from exc
    if not isinstance(head, dict):
        raise ForeignFileError("damaged")
    return head, data
