"""The outbox of the office: what a transaction leaves for the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from backend.errors import NotFoundError
from backend.office.rows import Task
from backend.store.faults import guarded
from backend.store.tables import TaskTable


@dataclass(frozen=True, slots=True)
class StoreTasks:
    """A task exists exactly as long as it is not done."""

    connection: Connection

    def add(self, kind: str, ref: str, *, at: datetime) -> None:
        is_there = self.connection.scalar(
            select(TaskTable.task_id).where(TaskTable.kind == kind, TaskTable.ref == ref)
        )
        if is_there is not None:
            return
        with guarded(self.connection):
            self.connection.execute(
                insert(TaskTable).values(kind=kind, ref=ref, tries=0, not_before=at, reason="")
            )

    def take(self, *, kinds: Sequence[str], at: datetime, lease: timedelta) -> Task | None:
        row = self.connection.execute(
            select(TaskTable.__table__)
            .where(
                TaskTable.kind.in_(list(kinds)),
                TaskTable.not_before <= at,
                or_(TaskTable.lease_until.is_(None), TaskTable.lease_until <= at),
            )
            .order_by(TaskTable.not_before, TaskTable.task_id)
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        self.connection.execute(
            update(TaskTable).where(TaskTable.task_id == row.task_id).values(lease_until=at + lease)
        )
        return Task(task_id=row.task_id, kind=row.kind, ref=row.ref, tries=row.tries)

    def done(self, task_id: int) -> None:
        """Forget a task; one that is gone already is done."""
        self.connection.execute(delete(TaskTable).where(TaskTable.task_id == task_id))

    def put_off(self, task_id: int, *, until: datetime, reason: str) -> None:
        """Count a failed try.

        Raises:
            NotFoundError: the task is done already.
        """
        changed = self.connection.execute(
            update(TaskTable)
            .where(TaskTable.task_id == task_id)
            .values(tries=TaskTable.tries + 1, not_before=until, lease_until=None, reason=reason)
        )
        if changed.rowcount != 1:
            raise NotFoundError(f"task {task_id}")

    def take_back(self) -> int:
        """End every lease; return how many there were."""
        ended = self.connection.execute(
            update(TaskTable).where(TaskTable.lease_until.is_not(None)).values(lease_until=None)
        )
        return ended.rowcount
