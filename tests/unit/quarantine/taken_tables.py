"""A cell for spreadsheets that a file has taken over; loaded behind the wall."""

from pathlib import Path
from typing import Final

from quarantine.cell import Answer, Answers
from quarantine.messages import Head


def rehearse() -> None:
    """Nothing is needed."""


def _take_over(data: bytes, _: Head) -> tuple[object, Answer]:
    if data == b"spin":
        while True:
            pass
    if data == b"read":
        return data, ({}, Path(__file__).read_bytes())
    if data == b"eat":
        bytearray(3_000_000_000)
    return data, LIES[data]


LIES: Final[dict[bytes, Answer]] = {
    b"no table": ({}, b"<script>"),
    b"no texts": ({}, b"[[1, null]]"),
    b"too wide": ({}, b"[[" + b'"",' * 200 + b'""]]'),
    b"long faults": ({"formulas": ["A" * 5000]}, b"[]"),
}
OPENING: Final = _take_over
ANSWERS: Final[Answers] = {}
