"""Tasks that the worker tries in vain, for the pages that tell of them."""

from datetime import timedelta

from tests.rows import AT
from tests.web.backend.fake_office import World


def stick(world: World, ref: str, kind: str = "issue") -> None:
    """Let a task of the worker fail three times."""
    with world.works() as work:
        work.tasks.add(kind, ref, at=AT)
        for _ in range(3):
            task = work.tasks.take(kinds=[kind], at=AT, lease=timedelta(0))
            assert task is not None
            reason = "registration.paper-overflow: other_items"
            work.tasks.put_off(task.task_id, until=AT, reason=reason, failed_at=AT)
        work.commit()
