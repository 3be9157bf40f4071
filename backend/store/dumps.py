"""One database as one file, and back: SQLite by its backup interface, PostgreSQL by pg_dump."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import URL, inspect, make_url
from sqlalchemy.exc import ArgumentError

from backend.errors import MisconfiguredError, NotReadyError
from backend.store.engine import open_engine

_PAGES: Final = 1024
"""Between two looks at the writers: 4 MB."""
_DEBIAN: Final = Path("/usr/lib/postgresql")


def find_kind(url: str) -> str:
    """Return "sqlite" or "postgresql".

    Raises:
        MisconfiguredError: the URL names no database that the office runs on.
    """
    open_engine(url, is_writing=False, pool_size=1).dispose()
    return _parsed(url).get_backend_name()


def is_empty(url: str) -> bool:
    """Say whether a restored office would harm nothing there."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return not Path(parsed.database or "").exists()
    engine = open_engine(url, is_writing=False, pool_size=1)
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def dump(url: str, to: Path) -> None:
    """Write one moment of a database to a new file; writers go on meanwhile.

    Raises:
        NotReadyError: the database is away, or the disk is full.
        MisconfiguredError: pg_dump is not installed.
    """
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        _copy_sqlite(Path(parsed.database or ""), to)
    else:
        _run_postgres("pg_dump", parsed, "--format", "custom", "--file", str(to))


def undump(source: Path, url: str) -> None:
    """Make a database from such a file; an empty one of the same kind must be there.

    Raises:
        NotReadyError: the database is away, or the file is none of its kind.
        MisconfiguredError: pg_restore is not installed.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        target = Path(parsed.database or "")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy_sqlite(source, target)
    else:
        _run_postgres("pg_restore", parsed, "--exit-on-error", "--single-transaction", str(source))


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as exc:
        raise MisconfiguredError("database_url cannot be read") from exc


def _copy_sqlite(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new, pages=_PAGES)
            # One file without a log beside it; whoever opens the store enters WAL again.
            new.execute("PRAGMA journal_mode = DELETE").close()
            row = new.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as exc:
        name = getattr(exc, "sqlite_errorname", "") or type(exc).__name__
        raise NotReadyError(f"the database cannot be copied ({name})") from exc
    if row is None or row[0] != "ok":
        raise NotReadyError("SQLite copy: the database is damaged")


def _run_postgres(program: str, url: URL, *arguments: str) -> None:
    # The password goes by the environment: a command line can be read by everybody on a machine.
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    environment: Mapping[str, str] = {
        **os.environ,
        **({"PGPASSWORD": str(url.password)} if url.password else {}),
    }
    done = subprocess.run(  # noqa: S603 - a fixed program, no shell
        [
            *(_find_program(program), "--no-password", "--no-owner", "--no-privileges"),
            *("--dbname", plain, *arguments),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=dict(environment),
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise NotReadyError(f"{program}: {''.join(last)[:200]}")


def _find_program(name: str) -> str:
    """Find the newest: an older pg_dump refuses a newer server."""
    installed = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise MisconfiguredError(
            f"{name} is not installed; as root: apt-get install postgresql-client"
        )
    return found
