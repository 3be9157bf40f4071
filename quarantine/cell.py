"""The process that opens one file: what it is asked and what it answers, until its line ends."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from quarantine.confinement import shut_in
from quarantine.errors import ForeignFileError
from quarantine.foreign import Foreign, open_foreign
from quarantine.messages import Head, receive, send

Answer = tuple[Head, bytes]
Answers = Mapping[str, Callable[[Any, Head], Answer]]
"""What may be asked of a file, once it is open; which kind of file, its room knows."""
Opening = Callable[[bytes, Head], tuple[object, Answer]]
"""How a room opens a file, and what it tells of it at once."""


def open_pages(data: bytes, _: Head) -> tuple[Foreign, Answer]:
    """Open a file of pages. Raises: ForeignFileError."""
    file = open_foreign(data)
    return file, (asdict(file.report), b"")


def live(asked: BinaryIO, told: BinaryIO, opening: Opening, answers: Answers) -> None:
    """Give everything up, say so, then answer questions about one file."""
    send(told, asdict(shut_in()))
    file: object | None = None
    while (question := receive(asked)) is not None:
        head, data = question
        try:
            if file is None:
                file, answer = opening(data, head)
            else:
                answer = answers[head["ask"]](file, head)
        except ForeignFileError as exc:
            answer = ({"refused": exc.reason}, b"")
        except MemoryError:
            answer = ({"refused": "size"}, b"")
        except Exception:  # noqa: BLE001  # the edge of this process: libraries fail in every way
            answer = ({"refused": "damaged"}, b"")
        send(told, *answer)
