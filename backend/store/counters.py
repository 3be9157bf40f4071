"""Numbers that only go up, without gaps: a number that was rolled back is given again."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, update

from backend.store.tables import CounterTable

_OFFICE = ZoneInfo("Asia/Shanghai")


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


def office_day(at: datetime) -> str:
    """Return the day in the office's zone: yyyymmdd."""
    return at.astimezone(_OFFICE).strftime("%Y%m%d")
