"""A database that was in use is brought to this form: each migration meets rows, and keeps them.

From 0016 on, every table gets two rows as soon as it is there: one with all its columns, one with
nothing where nothing may stand. Older migrations that move rows have tests of their own.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Boolean, Connection, DateTime, MetaData, inspect, select, text
from sqlalchemy import types as kinds

from backend.store.engine import open_engine
from backend.store.form import SCRIPTS, check_current
from backend.store.tables import Base
from backend.store.upgrades import upgrade
from tests.unit.backend.store.test_engine import migrate_to

FIRST: Final = "0016"
_FORMS: Final = sorted(path.name[:4] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))
LATER: Final = [form for form in _FORMS if form > FIRST]
CHANGED: Final = {"0017": {("cases", "due_at"), ("cases", "version")}}
"""What a migration changes in rows that are there; everything else stays as it was."""
_AT: Final = datetime(2026, 9, 28, tzinfo=UTC)
_ONE_OF: Final = re.compile(r"\bIN \(([^)]*)\)|= ANY \(+ARRAY\[([^]]*)\]")

Rows = dict[str, list[dict[str, Any]]]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_every_migration_keeps_the_rows_that_it_meets(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
    engine = open_engine(url, is_writing=True)
    with engine.begin() as connection:
        migrate_to(connection, FIRST)
        _fill(connection)
        for form in LATER:
            was = _rows(connection)
            migrate_to(connection, form)
            assert _without(_rows(connection), was, form) == _without(was, was, form), form
            _fill(connection)
    engine.dispose()

    upgrade(url)  # Nothing is left to migrate; every key of every row is looked at once more.
    check_current(url)
    new = open_engine(request.getfixturevalue(f"{kind}_store_url"), is_writing=False)
    grown = open_engine(url, is_writing=False)
    with grown.connect() as found, new.connect() as empty:
        assert compare_metadata(MigrationContext.configure(found), Base.metadata) == []
        # SQLite makes a table anew to change it: what hung on it must be there again.
        assert _laws(found) == _laws(empty)
        assert all(_rows(found).values())
    grown.dispose()
    new.dispose()


def _laws(connection: Connection) -> set[tuple[str, str]]:
    if connection.dialect.name == "sqlite":
        found = "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('trigger', 'index')"
    else:
        found = "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
        found += " WHERE NOT tgisinternal"
    laws = {(row[0], str(row[1])) for row in connection.execute(text(found))}
    look = inspect(connection)
    return laws | {
        (table, str(check["sqltext"]))
        for (_, table), checks in look.get_multi_check_constraints().items()
        for check in checks
    }


def _rows(connection: Connection) -> Rows:
    names = set(inspect(connection).get_table_names()) - {"alembic_version", "moves"}
    return {
        name: [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {name}"))]
        for name in sorted(names)
    }


def _without(rows: Rows, known: Rows, form: str) -> Rows:
    """Return the columns that were known before, but for what a migration is to change."""
    names = {name: set(found[0]) for name, found in known.items()}
    changed = CHANGED.get(form, set())
    kept = {
        name: [
            {c: v for c, v in row.items() if c in names[name] and (name, c) not in changed}
            for row in rows[name]
        ]
        for name in names
    }
    return {name: sorted(found, key=repr) for name, found in kept.items()}


def _fill(connection: Connection) -> None:
    """Write two rows into every table that has none, past the laws: those hold for the office."""
    tables = MetaData()
    tables.reflect(connection, only=[name for name, rows in _rows(connection).items() if not rows])
    laws = _set_laws_aside(connection)
    for table in tables.sorted_tables:
        if not connection.execute(select(table).limit(1)).first():
            allowed = _allowed(connection, table.name)
            for number in (1, 2):
                row = {c.name: _value(c, number, allowed) for c in table.columns}
                connection.execute(table.insert(), [row])
    for law in laws:
        connection.exec_driver_sql(law)


def _set_laws_aside(connection: Connection) -> list[str]:
    """Switch the triggers off; return what brings them back."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return ["SET LOCAL session_replication_role = origin"]
    found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    laws = {row.name: row.sql for row in found}
    for name in laws:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return list(laws.values())


def _allowed(connection: Connection, table: str) -> dict[str, list[str]]:
    """Return the words that a check allows, by column."""
    found = {}
    for check in inspect(connection).get_check_constraints(table):
        listed = _ONE_OF.search(check["sqltext"])
        if listed:
            column = check["sqltext"].strip('( "').split("::")[0].split()[0].strip("()")
            found[column] = re.findall(r"'(\w*)'", listed[1] or listed[2])
    return found


def _value(column: Any, number: int, allowed: dict[str, list[str]]) -> Any:
    if column.nullable and number == 1:
        return None
    if column.name in allowed:
        return allowed[column.name][number - 1]
    match column.type:
        case Boolean():
            return number == 1
        case DateTime():
            return _AT
        case kinds.Integer():
            return number
        case kinds.LargeBinary():
            return b"sealed"
    return str(number)
