"""The staff's PINs at this counter: tellers sign in with them and look twice at what was typed.

Each is chosen by its owner at the counter (`mortgage-terminal pin`), kept as scrypt's hash, and
the file is encrypted with the counter's own key: whoever copies it alone cannot try PINs on it.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from certs.atrest import Vault
from certs.errors import CertsError
from terminal.errors import BoxDamagedError, PinRefusedError, PinShutError, WrongPinError

FILE: Final = "pins"
LEAST_DIGITS: Final = 6
MOST_DIGITS: Final = 20
MOST_TRIES: Final = 5
"""Wrong tries in a row; after them nobody gets in as this person for a while."""
SHUT_FOR: Final = timedelta(minutes=10)
_LOCK: Final = ".pins.lock"
_CONTEXT: Final = "pins/1"
_COST: Final = {"n": 2**15, "r": 8, "p": 1}
_MEMORY: Final = 64 * 1024 * 1024


@dataclass(slots=True)
class PinBook:
    """A `terminal.desk.ports.PinChecker` over one file; threads may share it."""

    folder: Path
    vault: Vault
    now: Callable[[], datetime]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def staff(self) -> frozenset[str]:
        """Return the staff numbers that have a PIN."""
        return frozenset(self._load())

    def set(self, staff_no: str, pin: str) -> None:
        """Give somebody a PIN in place of the last one.

        Raises:
            PinRefusedError: too short or long, not digits, or easily guessed.
        """
        _require_good(pin)
        with self._own():
            book, salt = self._load(), secrets.token_bytes(16)
            book[staff_no] = {"salt": salt.hex(), "hash": _hash(pin, salt).hex(), "tries": 0}
            self._save(book)

    def require(self, staff_no: str, pin: str) -> None:
        """Let somebody in by a PIN.

        Raises:
            WrongPinError: it is not this person's PIN, or there is none.
            PinShutError: it was wrong too often; the message says until when.
        """
        with self._own():
            book = self._load()
            entry = book.get(staff_no)
            if entry is None:
                # As slow as for anybody else, so that nobody learns who has one.
                _hash(pin, bytes(16))
                raise WrongPinError
            until = _shut_until(entry)
            if until is not None and self.now() < until:
                raise PinShutError(f"until {until:%H:%M}")
            is_right = hmac.compare_digest(
                _hash(pin, bytes.fromhex(entry["salt"])), bytes.fromhex(entry["hash"])
            )
            book[staff_no] = self._counted(entry, is_right=is_right)
            self._save(book)
        if not is_right:
            raise WrongPinError

    @contextmanager
    def _own(self) -> Iterator[None]:
        """Own the file: a PIN may be set from the command line while the counter counts tries."""
        with self._lock:
            descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

    def _counted(self, entry: dict[str, Any], *, is_right: bool) -> dict[str, Any]:
        tries = 0 if is_right else int(entry["tries"]) + 1
        counted = {"salt": entry["salt"], "hash": entry["hash"], "tries": tries}
        if tries >= MOST_TRIES:
            counted |= {"tries": 0, "shut_until": (self.now() + SHUT_FOR).isoformat()}
        return counted

    def _load(self) -> dict[str, dict[str, Any]]:
        try:
            sealed = (self.folder / FILE).read_bytes()
            book = json.loads(self.vault.open(sealed, _CONTEXT))
        except FileNotFoundError:
            return {}
        except (OSError, CertsError, ValueError) as exc:
            raise BoxDamagedError("the PINs cannot be read; set them again") from exc
        return dict(book)

    def _save(self, book: dict[str, dict[str, Any]]) -> None:
        sealed = self.vault.seal(json.dumps(book).encode(), _CONTEXT)
        fresh = self.folder / f"{FILE}.new"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / FILE)


def _hash(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, maxmem=_MEMORY, dklen=32, **_COST)


def _shut_until(entry: dict[str, Any]) -> datetime | None:
    until = entry.get("shut_until")
    return datetime.fromisoformat(until) if until else None


def _require_good(pin: str) -> None:
    if not (pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS):
        raise PinRefusedError("digits")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(set(pin)) < 3 or steps in ({1}, {9}):
        raise PinRefusedError("simple")
