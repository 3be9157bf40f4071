"""Whether a database has the form that this version knows; asked at each start, so it is cheap.

Migrations are one chain, each file named by its number; the last number is the form. Alembic
itself is only needed to change the form (`backend.store.upgrades`).
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, select, text

from backend.errors import MisconfiguredError
from backend.office.case import MOVES
from backend.store.engine import open_engine
from backend.store.tables import MoveTable

SCRIPTS: Final = Path(__file__).with_name("migrations")
_VERSION_TABLE: Final = "alembic_version"


def newest_form() -> str:
    """Return the number of the last migration."""
    return max(path.name[:4] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))


def find_form(connection: Connection) -> str:
    """Return the number of the form that a database has; empty when it is not ours yet."""
    if not inspect(connection).has_table(_VERSION_TABLE):
        return ""
    found = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608  # a constant
    return "+".join(sorted(found.scalars()))


def legal_moves() -> set[tuple[str, str]]:
    """Return the moves from stage to stage that the database must know."""
    return {(stage.value, to.value) for stage, tos in MOVES.items() for to in tos}


def check_current(url: str) -> None:
    """Return quietly when the database has the form that this version knows.

    Raises:
        MisconfiguredError: it has an older or newer one, or another transition table.
        NotReadyError: the database is away.
    """
    engine = open_engine(url, is_writing=False, pool_size=1)
    try:
        with engine.connect() as connection:
            _require_form(find_form(connection))
            moves = {
                (m.from_stage, m.to_stage) for m in connection.execute(select(MoveTable.__table__))
            }
            if moves != legal_moves():
                raise MisconfiguredError(
                    "the database knows other moves than this version; run `mortgage-backend migrate`"
                )
    finally:
        engine.dispose()


def refuse_newer(found: str) -> None:
    """Return quietly unless a newer version made the database. Raises: MisconfiguredError."""
    newest = newest_form()
    if found > newest:
        raise MisconfiguredError(
            f"the database has form {found}, made by a newer version than this one, which knows"
            f" {newest}; install that version"
        )


def _require_form(found: str) -> None:
    refuse_newer(found)
    if found != newest_form():
        raise MisconfiguredError(
            f"the database has {f'form {found}' if found else 'no form yet'} and needs"
            f" {newest_form()}; run `mortgage-backend migrate`"
        )
