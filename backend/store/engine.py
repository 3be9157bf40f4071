"""The connection to the database: durable settings, proved at every connect.

SQLite: WAL, full sync, foreign keys, one writer at a time by BEGIN IMMEDIATE. PostgreSQL:
synchronous commit, time-outs, one writer at a time by an advisory lock taken at begin. One
writer at a time on both makes the journal's chain gap-free and every read inside a writing
transaction final, and writers cannot deadlock; the constraints hold against everybody else.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from backend.errors import MisconfiguredError
from backend.store.faults import translate

BUSY_MS: Final = 2_500
"""How long one try waits for the writer before it; `StoreWork` tries twice."""
_POSTGRES_OPTIONS: Final = (
    f"-c synchronous_commit=on -c lock_timeout={BUSY_MS} -c statement_timeout=30000"
    " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)
_WRITER_LOCK: Final = 0x4D524B01
"""The advisory lock of the one writer; any fixed number that nobody else takes."""
_PRAGMAS: Final = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", "2"),
    ("foreign_keys", "ON", "1"),
    ("trusted_schema", "OFF", "0"),
    ("recursive_triggers", "ON", "1"),
    # A destroyed data key must not survive in a free page.
    ("secure_delete", "ON", "1"),
    ("temp_store", "MEMORY", "2"),
    ("busy_timeout", str(BUSY_MS), str(BUSY_MS)),
)


def open_engine(url: str, *, is_writing: bool, pool_size: int = 16) -> Engine:
    """Open a database; no statement is sent yet.

    Raises:
        MisconfiguredError: the URL is unreadable, or names another database than SQLite
            (in a file) or PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as exc:
        raise MisconfiguredError("database_url cannot be read") from exc
    kind = parsed.get_backend_name()
    if kind == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return _open_sqlite(parsed, is_writing=is_writing, pool_size=pool_size)
    if kind == "postgresql":
        return _open_postgres(parsed, is_writing=is_writing, pool_size=pool_size)
    raise MisconfiguredError("database_url must name a SQLite file or PostgreSQL")


def _open_sqlite(url: URL, *, is_writing: bool, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )
    path = Path(url.database or "")

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        _require_pragmas(connection)
        if not is_writing:
            connection.execute("PRAGMA query_only = ON")

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    def close_to_others(_dialect: object, _record: object, _args: object, _kw: object) -> None:
        # Made with the right mode before SQLite makes it with the umask's; WAL and SHM follow it.
        if not path.exists():
            _make_closed(path)

    event.listen(engine, "do_connect", close_to_others)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    event.listen(engine, "handle_error", translate)
    return engine


def _make_closed(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as exc:
        raise MisconfiguredError(
            f"{path}: {exc.strerror}; `mortgage-backend migrate` makes a new office's database"
        ) from exc


def _require_pragmas(connection: sqlite3.Connection) -> None:
    for name, wanted, answer in _PRAGMAS:
        connection.execute(f"PRAGMA {name} = {wanted}").close()
        row = connection.execute(f"PRAGMA {name}").fetchone()
        # SQLite does not raise when it cannot enter WAL mode; it goes on without.
        if row is None or str(row[0]).lower() != answer:
            raise MisconfiguredError(f"SQLite refuses {name}={wanted}; no safe start is possible")


def _open_postgres(url: URL, *, is_writing: bool, pool_size: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED" if is_writing else "REPEATABLE READ",
        connect_args={"options": _POSTGRES_OPTIONS, "connect_timeout": 3},
    )

    def begin(connection: Connection) -> None:
        if is_writing:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
        else:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    def prove(connection: Any, _record: object) -> None:
        found = connection.execute("SHOW synchronous_commit").fetchone()
        connection.rollback()
        if found is None or found[0] != "on":
            raise MisconfiguredError("PostgreSQL refuses synchronous_commit=on")

    event.listen(engine, "connect", prove)
    event.listen(engine, "begin", begin)
    event.listen(engine, "handle_error", translate)
    return engine
