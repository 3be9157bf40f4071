"""Bring a database to the form that this version knows."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, insert

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
    """
    engine = open_engine(url, is_writing=True, pool_size=1)
    try:
        with engine.begin() as connection:
            before = find_form(connection)
            refuse_newer(before)
            command.upgrade(_config(connection), "head")
            _write_moves(connection)
            return before, newest_form()
    finally:
        engine.dispose()


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
