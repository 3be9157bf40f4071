"""Numbers that only go up, without gaps: a number that was rolled back is given again."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, case, func, insert, select, update

from backend.store.tables import AnswerTable, CounterTable
from registration.days import local_day

ANSWERS: Final = "answers"
"""Counts the cursors of answers from the day on which some had to be left out."""


def next_number(connection: Connection, name: str) -> int:
    """Return the next number of a counter, from 1; the writer's lock keeps others out."""
    value = count_on(connection, name)
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


def skip_numbers(connection: Connection, at: datetime, count: int) -> None:
    """Leave out the next numbers of today and this year: they were given in a past that is lost."""
    day = office_day(at)
    years = (f"certificate:{day[:4]}", f"title:{day[:4]}")
    names = (f"case:{day}", f"entry:{day}", f"enquiry:{day}", f"message:{day}", *years)
    for name in names:
        raise_number(connection, name, _last(connection, name) + count)
    last = connection.scalar(select(func.max(AnswerTable.cursor))) or 0
    raise_number(connection, ANSWERS, max(last, _last(connection, ANSWERS)) + count)


def count_on(connection: Connection, name: str) -> int | None:
    """Return the next number of a counter that is there; None where nothing counts by it."""
    return connection.scalar(
        update(CounterTable)
        .where(CounterTable.name == name)
        .values(value=CounterTable.value + 1)
        .returning(CounterTable.value)
    )


def _last(connection: Connection, name: str) -> int:
    found = connection.scalar(select(CounterTable.value).where(CounterTable.name == name))
    return found or 0


def office_day(at: datetime) -> str:
    """Return the day in the office's zone: yyyymmdd."""
    return f"{local_day(at):%Y%m%d}"
