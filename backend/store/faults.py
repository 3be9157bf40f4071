"""Foreign errors into ours: which law broke, or that the database is away."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Connection, UniqueConstraint, exc
from sqlalchemy.engine import ExceptionContext

from backend.errors import ConflictError, NotReadyError, OfficeError, StoreBusyError
from backend.store.tables import Base

_SQLITE_COLUMNS = re.compile(r"\A(?:UNIQUE|NOT NULL) constraint failed: (.+)\Z", re.ASCII)
_SQLITE_CHECK = re.compile(r"\ACHECK constraint failed: (\w+)\Z", re.ASCII)
_SQLITE_FOREIGN_KEY = "FOREIGN KEY constraint failed"
FOREIGN_KEY = "foreign_key"
"""The name given to every broken foreign key; SQLite does not tell which one it was."""


def translate(context: ExceptionContext) -> None:
    """Raise our error for a database's; registered on every engine, so nothing foreign gets out.

    Raises:
        ConflictError: a constraint or trigger refused; the message is the law's name.
        StoreBusyError: locked, timed out, deadlocked or unreachable; try again later.
        NotReadyError: the disk is full or broken, the transaction may only read, or the database
            is not what it should be.
    """
    error = context.sqlalchemy_exception
    if context.is_pre_ping or error is None:
        return
    if isinstance(error, exc.IntegrityError):
        raise ConflictError(name_law(error)) from error
    if isinstance(error, exc.OperationalError | exc.InternalError) and not _is_lasting(error):
        raise StoreBusyError(f"the database is locked or away ({_name(error)})") from error
    if isinstance(error, exc.DBAPIError):
        raise NotReadyError(_say(_name(error))) from error


def name_law(error: exc.IntegrityError) -> str:
    """Return the name of the constraint or trigger that refused."""
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if named:
        name = str(named)
        return FOREIGN_KEY if name.startswith("fk_") else name
    text = str(error.orig)
    if columns := _SQLITE_COLUMNS.match(text):
        return _unique_names().get(columns[1], columns[1])
    if check := _SQLITE_CHECK.match(text):
        return check[1]
    return FOREIGN_KEY if text == _SQLITE_FOREIGN_KEY else text


@contextmanager
def guarded(
    connection: Connection, laws: Mapping[str, Callable[[], OfficeError]] | None = None
) -> Iterator[None]:
    """Write inside a savepoint, so that a refusal spoils this write and not the transaction.

    Raises:
        ConflictError: a law that `laws` does not name; or the error that `laws` makes for it.
    """
    try:
        with connection.begin_nested():
            yield
    except ConflictError as error:
        law = str(error.args[0]) if error.args else ""
        if laws and law in laws:
            refusal = laws[law]()
            raise refusal from error
        raise


def _name(error: exc.DBAPIError) -> str:
    """Return what the database calls the fault; its text might quote a row."""
    named = getattr(error.orig, "sqlite_errorname", "") or getattr(error.orig, "sqlstate", "")
    return str(named or type(error.orig).__name__)


def _say(name: str) -> str:
    if name in {"SQLITE_FULL", "53100"}:
        return "the disk of the database is full"
    if name.startswith(("SQLITE_IOERR", "SQLITE_READONLY")) or name in {"58030", "25006"}:
        return f"the database's disk cannot be written to ({name})"
    return f"the database cannot be used ({name})"


def _is_lasting(error: exc.DBAPIError) -> bool:
    """Say whether trying again at once is of no use."""
    name = getattr(error.orig, "sqlite_errorname", "") or ""
    state = getattr(error.orig, "sqlstate", "") or ""
    return name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_ERROR")) or (
        # Disk full, input or output broken, read-only transaction.
        state in {"53100", "58030", "25006"}
    )


@cache
def _unique_names() -> dict[str, str]:
    """Map SQLite's list of columns to the name of the unique constraint, index or key."""
    names = {}
    for table in Base.metadata.sorted_tables:
        unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
        laws = [(law.name, law.columns) for law in (*unique, table.primary_key)]
        laws += [(index.name, index.columns) for index in table.indexes if index.unique]
        for name, columns in laws:
            names[", ".join(f"{table.name}.{c.name}" for c in columns)] = str(name)
    return names
