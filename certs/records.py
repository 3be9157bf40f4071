"""Records that are only ever added to: one JSON object a line, on disk before they count."""

import json
import os
from pathlib import Path

from certs.errors import AuthorityError
from certs.keys import sync_folder

Record = dict[str, str]


def append_record(path: Path, record: Record) -> None:
    """Add one record; it survives a power cut once this returns. Callers hold the lock.

    Raises:
        AuthorityError: the disk refused.
    """
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
    try:
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            # What follows the last newline was cut short by a power failure, and never counted.
            whole = file.read()
            file.seek(whole.rfind(b"\n") + 1)
            file.truncate()
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(path.parent)
    except OSError as exc:
        raise AuthorityError(f"cannot write {path.name}") from exc


def read_records(path: Path) -> list[Record]:
    """Read all records in the order they were added; none when the file is not there yet.

    Raises:
        AuthorityError: it cannot be read, or a line that counted is damaged.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as exc:
        raise AuthorityError(f"{path.name} cannot be read") from exc
    try:
        return [json.loads(line) for line in lines[:-1]]
    except json.JSONDecodeError as exc:
        raise AuthorityError(f"{path.name} is damaged") from exc
