"""Bring a database to the form that this version knows."""

import sqlite3

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, event, insert

from backend.errors import IntegrityError
from backend.store.engine import open_engine
from backend.store.form import SCRIPTS, find_form, legal_moves, newest_form, refuse_newer
from backend.store.tables import MoveTable


def upgrade(url: str) -> tuple[str, str]:
    """Run every missing migration, then write the transition table from `case.MOVES`.

    Returns the number of the form before, empty where there was none, and after.

    Everything happens in one transaction on both databases: killed at any point, the old form
    stands as it was.

    Raises:
        MisconfiguredError: the URL names no database that the office runs on, or a newer version
            made it.
        NotReadyError: the database is away or locked.
        IntegrityError: rows name others that are not there; nothing was changed.
    """
    engine = open_engine(url, is_writing=True, pool_size=1)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _loosen)
    try:
        with engine.begin() as connection:
            before = find_form(connection)
            refuse_newer(before)
            command.upgrade(_config(connection), "head")
            _write_moves(connection)
            _require_whole(connection)
            return before, newest_form()
    finally:
        engine.dispose()


def _loosen(connection: sqlite3.Connection, _record: object) -> None:
    # SQLite makes a table anew to change a constraint, and the old one has rows that others name.
    # It takes this only outside a transaction; every key is looked at before the commit.
    connection.execute("PRAGMA foreign_keys = OFF").close()


def _require_whole(connection: Connection) -> None:
    """Refuse to commit rows that name others which are not there. Raises: IntegrityError."""
    if connection.dialect.name == "sqlite":
        loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if loose is not None:
            raise IntegrityError(f"a row of {loose[0]} names one of {loose[2]} that is not there")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _write_moves(connection: Connection) -> None:
    connection.execute(delete(MoveTable))
    connection.execute(
        insert(MoveTable),
        [{"from_stage": a, "to_stage": b} for a, b in sorted(legal_moves())],
    )
