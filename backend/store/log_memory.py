"""The newest published head, in a file beside the database: no backup brings it back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.errors import IntegrityError, NotReadyError
from certs.checkpoints import parse_checkpoint
from certs.errors import KeyFileError, NoteDamagedError
from certs.keys import write_public
from certs.notes import parse_note

NAME: Final = "log-head.note"
_LARGEST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class FileMemory:
    """A `backend.office.log_keeping.LogMemory` in a file."""

    path: Path

    def recall(self) -> str:
        """Return the signed head; empty when none was ever published from here.

        Raises:
            IntegrityError: the file holds something else. NotReadyError: it cannot be read.
        """
        try:
            with self.path.open("rb") as stream:
                text = stream.read(_LARGEST).decode("utf-8")
            parse_checkpoint(parse_note(text).text)
        except FileNotFoundError:
            return ""
        except OSError as exc:
            raise NotReadyError(f"{self.path.name}: {exc.strerror}") from exc
        except (UnicodeDecodeError, NoteDamagedError) as exc:
            raise IntegrityError(f"{self.path.name} is damaged") from exc
        return text

    def remember(self, note: str) -> None:
        """Keep a head; durable when it returns. Raises: NotReadyError: the disk refused."""
        try:
            write_public(self.path, note.encode())
        except KeyFileError as exc:
            raise NotReadyError(f"{self.path.name} cannot be written") from exc
