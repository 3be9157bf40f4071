"""The outbox of the office: what a transaction leaves for the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from backend.errors import NotFoundError
from backend.office.rows import StuckTask, Task, case_of
from backend.store.faults import guarded
from backend.store.tables import PackageTable, TaskTable


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

    def put_off(
        self, task_id: int, *, until: datetime, reason: str, failed_at: datetime | None = None
    ) -> None:
        """Count a try that did not come to its end.

        Raises:
            NotFoundError: the task is done already.
        """
        since = func.coalesce(TaskTable.failing_since, failed_at) if failed_at else None
        changed = self.connection.execute(
            update(TaskTable)
            .where(TaskTable.task_id == task_id)
            .values(
                tries=TaskTable.tries + 1,
                not_before=until,
                lease_until=None,
                reason=reason,
                failing_since=since,
            )
        )
        if changed.rowcount != 1:
            raise NotFoundError(f"task {task_id}")

    def stuck(self, *, least_tries: int) -> tuple[StuckTask, ...]:
        """Return the tasks that fail since so many tries or more, longest first."""
        of_package = (
            select(PackageTable.case_no)
            .where(PackageTable.sha256 == TaskTable.ref)
            .scalar_subquery()
            .label("package_case_no")
        )
        rows = self.connection.execute(
            select(TaskTable.__table__, of_package)
            .where(TaskTable.failing_since.is_not(None), TaskTable.tries >= least_tries)
            .order_by(TaskTable.failing_since, TaskTable.task_id)
        )
        return tuple(
            StuckTask(
                kind=row.kind,
                ref=row.ref,
                case_no=case_of(row.kind, row.ref, row.package_case_no or ""),
                tries=row.tries,
                reason=row.reason,
                since=row.failing_since,
                next_try_at=row.not_before,
            )
            for row in rows
        )

    def take_back(self) -> int:
        """End every lease; return how many there were."""
        ended = self.connection.execute(
            update(TaskTable).where(TaskTable.lease_until.is_not(None)).values(lease_until=None)
        )
        return ended.rowcount
