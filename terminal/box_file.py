"""The box's file: one SQLite connection, its transactions, and rows that are always encrypted."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from certs.atrest import Vault
from certs.errors import AtRestError
from terminal.desk.ports import FailPoints
from terminal.errors import BoxDamagedError, BoxError, BoxFullError, NotFoundError
from terminal.rows import RowCodec, T

_FORMAT: Final = 1
_BUSY_MS: Final = 5000

# The names of columns are not secret, so they hold no person: identifiers, counters, digests.
# A sealed package is encrypted to the office already and lies here exactly as it is sent.
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS drafts (
    draft_id TEXT PRIMARY KEY, version INTEGER NOT NULL, changed_at TEXT NOT NULL,
    payload BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS blobs (
    draft_id TEXT NOT NULL REFERENCES drafts ON DELETE CASCADE, sha256 TEXT NOT NULL,
    payload BLOB NOT NULL, PRIMARY KEY (draft_id, sha256)) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
    sequence INTEGER PRIMARY KEY, draft_id TEXT NOT NULL, payload BLOB NOT NULL,
    package_sha256 TEXT NOT NULL UNIQUE, package BLOB NOT NULL,
    is_delivered INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS inbox (
    cursor INTEGER PRIMARY KEY, draft_id TEXT NOT NULL, payload BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS arrivals (arrival TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS doubts (cursor INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS certificates (
    case_no TEXT PRIMARY KEY, draft_id TEXT NOT NULL, payload BLOB NOT NULL, pdf BLOB) STRICT;
CREATE TABLE IF NOT EXISTS watch (
    number INTEGER PRIMARY KEY CHECK (number = 1), version INTEGER NOT NULL,
    payload BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS visits (invitation TEXT PRIMARY KEY, payload BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS log_proofs (
    sequence INTEGER PRIMARY KEY REFERENCES outbox ON DELETE CASCADE,
    payload BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lists (
    number INTEGER PRIMARY KEY, kept_at TEXT NOT NULL, payload BLOB NOT NULL) STRICT;
"""
# What later versions added to tables of boxes that are there already.
_ADDED: Final = (("outbox", "is_delivered", "INTEGER NOT NULL DEFAULT 0"),)
_WAITING: Final = "CREATE INDEX IF NOT EXISTS waiting ON outbox (sequence) WHERE is_delivered = 0"


class BoxFile:
    """An open file of the box; threads of one process may share it."""

    def __init__(
        self,
        path: Path,
        vault: Vault,
        *,
        failpoints: FailPoints = lambda _name: None,
        read_only: bool = False,
    ) -> None:
        """Open the file, or make it (mode 0600).

        Raises:
            BoxDamagedError: the file is no box, or its pages do not fit each other.
            BoxError: the disk does not keep what is written, or the file cannot be opened.
        """
        self._vault = vault
        self._failpoints = failpoints
        self._lock = threading.RLock()
        self.submitted = threading.Event()
        """Set when a new package was kept; whoever waits for it clears it."""
        with _translated():
            if not read_only:
                # SQLite gives its side files the mode of this one.
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            mode = "ro" if read_only else "rw"
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=_BUSY_MS / 1000,
            )
            try:
                self._set_up(read_only)
            except BaseException:
                self._db.close()
                raise

    def _set_up(self, read_only: bool) -> None:
        if read_only:
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute("PRAGMA secure_delete = ON")
        # Some builds and file systems ignore these; then a power cut could take what was promised.
        journal, synchronous = self._one("PRAGMA journal_mode"), self._one("PRAGMA synchronous")
        if journal != "wal" or synchronous != 2:
            raise BoxError("this disk cannot keep the box safely: no write-ahead log")
        if self._one("PRAGMA quick_check") != "ok":
            raise BoxDamagedError("the box's pages do not fit each other; restore a copy")
        self._db.executescript(_SCHEMA)
        for table, column, kind in _ADDED:
            known = {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}
            if column not in known:
                self._db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
        self._db.execute(_WAITING)
        with self._writing():
            self._db.execute("INSERT OR IGNORE INTO counters VALUES ('format', ?)", (_FORMAT,))
        if self._counter("format") != _FORMAT:
            raise BoxDamagedError("the box was written by a newer version")

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._db.close()

    def _opened(self, sealed: bytes, context: str) -> bytes:
        try:
            return self._vault.open(sealed, context)
        except AtRestError as exc:
            raise BoxDamagedError("a row was changed, or closed with another key") from exc

    def _open(self, codec: RowCodec[T], sealed: bytes, context: str) -> T:
        return codec.decode(self._opened(sealed, context))

    def _one(self, sql: str) -> Any:
        return self._db.execute(sql).fetchone()[0]

    def _row(self, sql: str, *keys: object) -> Any:
        row = self._db.execute(sql, keys).fetchone()
        if row is None:
            raise NotFoundError("nothing of this name in the box")
        return row

    def _changed(self, sql: str, *values: object) -> None:
        if not self._db.execute(sql, values).rowcount:
            raise NotFoundError("nothing of this name in the box")

    def _counter(self, name: str) -> int:
        row = self._db.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
        return row[0] if row else 0

    def _count(self, name: str) -> int:
        self._db.execute(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
            (name,),
        )
        return self._counter(name)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, _translated():
            yield

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, _translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as exc:
        name = getattr(exc, "sqlite_errorname", "")
        if name == "SQLITE_FULL" or name.startswith("SQLITE_IOERR_WRITE"):
            raise BoxFullError("the disk is full; nothing was lost") from exc
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise BoxDamagedError("the file is no box, or was damaged") from exc
        raise BoxError(f"the box cannot be used: {name or type(exc).__name__}") from exc
    except OSError as exc:
        raise BoxError(f"the box cannot be opened: {exc.strerror}") from exc
