"""How the store is: what the doctor asks of it, and nothing that the office's work needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, or_, select

from backend.store.tables import DataKeyTable, JournalTable, TaskTable
from backend.store.work import StoreWorks
from certs.atrest import Vault
from certs.errors import AtRestError

_OVERDUE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What was found."""

    is_opened: bool
    """Whether the key at rest opens what lies in the database."""
    last_act_at: datetime | None
    """Of the journal's last record; None on a new database."""
    tasks: int
    overdue_since: datetime | None
    """Since when the oldest task waits that nobody has taken; None when none waits too long."""


def read_condition(works: StoreWorks, now: datetime) -> Condition:
    """Look at journal, tasks and one data key.

    Raises:
        NotReadyError: the database is away, busy or broken.
    """
    with works.reader.connect() as connection:
        return Condition(
            is_opened=_opens(connection, works.vault),
            last_act_at=connection.scalar(
                select(JournalTable.at).order_by(JournalTable.seq.desc()).limit(1)
            ),
            tasks=_count(connection),
            overdue_since=connection.scalar(
                select(func.min(TaskTable.not_before)).where(
                    TaskTable.not_before < now - _OVERDUE,
                    or_(TaskTable.lease_until.is_(None), TaskTable.lease_until < now),
                )
            ),
        )


def _count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(TaskTable)) or 0


def _opens(connection: Connection, vault: Vault) -> bool:
    row = connection.execute(select(DataKeyTable.ref, DataKeyTable.wrapped).limit(1)).one_or_none()
    if row is None:
        return True
    try:
        vault.open_child(bytes(row.wrapped), row.ref)
    except AtRestError:
        return False
    return True
