"""Numbers that only go up, without gaps: a number that was rolled back is given again."""

from datetime import datetime

from sqlalchemy import Connection, case, insert, update

from backend.store.tables import CounterTable
from registration.days import local_day


def next_number(connection: Connection, name: str) -> int:
    """Return the next number of a counter, from 1; the writer's lock keeps others out."""
    value: int | None = connection.scalar(
        update(CounterTable)
        .where(CounterTable.name == name)
        .values(value=CounterTable.value + 1)
        .returning(CounterTable.value)
    )
    if value is None:
        connection.execute(insert(CounterTable).values(name=name, value=1))
        return 1
    return value


def raise_number(connection: Connection, name: str, used: int) -> None:
    """Never give the numbers up to `used` again: somebody else gave them before us."""
    changed = connection.execute(
        update(CounterTable)
        .where(CounterTable.name == name)
        .values(value=case((CounterTable.value < used, used), else_=CounterTable.value))
    )
    if changed.rowcount == 0:
        connection.execute(insert(CounterTable).values(name=name, value=used))


def office_day(at: datetime) -> str:
    """Return the day in the office's zone: yyyymmdd."""
    return f"{local_day(at):%Y%m%d}"
