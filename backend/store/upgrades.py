"""Bring a database to the form that this version knows, or say that it is not there yet."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, insert, select

from backend.errors import MisconfiguredError
from backend.office.case import MOVES
from backend.store.engine import open_engine
from backend.store.tables import MoveTable

_SCRIPTS: Final = Path(__file__).with_name("migrations")


def upgrade(url: str) -> None:
    """Run every missing migration, then write the transition table from `case.MOVES`.

    Everything happens in one transaction on both databases: killed at any point, the old form
    stands as it was.

    Raises:
        MisconfiguredError: the URL names no database that the office runs on.
        NotReadyError: the database is away or locked.
    """
    engine = open_engine(url, is_writing=True, pool_size=1)
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), "head")
            _write_moves(connection)
    finally:
        engine.dispose()


def check_current(url: str) -> None:
    """Return quietly when the database has the form that this version knows.

    Raises:
        MisconfiguredError: it has an older or newer one, or another transition table.
        NotReadyError: the database is away.
    """
    engine = open_engine(url, is_writing=False, pool_size=1)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_heads()
            wanted = ScriptDirectory(str(_SCRIPTS)).get_heads()
            if set(found) != set(wanted):
                raise MisconfiguredError("the database needs `mortgage-backend migrate`")
            moves = {
                (m.from_stage, m.to_stage) for m in connection.execute(select(MoveTable.__table__))
            }
            if moves != _legal_moves():
                raise MisconfiguredError("the transition table is not this version's; migrate")
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _legal_moves() -> set[tuple[str, str]]:
    return {(stage.value, to.value) for stage, tos in MOVES.items() for to in tos}


def _write_moves(connection: Connection) -> None:
    connection.execute(delete(MoveTable))
    connection.execute(
        insert(MoveTable),
        [{"from_stage": a, "to_stage": b} for a, b in sorted(_legal_moves())],
    )
