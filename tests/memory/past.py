"""How long cases took, from dictionaries."""

from datetime import datetime

from backend.office.case import Stage
from backend.office.past import Run
from registration.outcomes import Registered
from tests.memory.tables import Room


class MemoryPast(Room):
    def runs(self, limit: int) -> tuple[Run, ...]:
        found = []
        for _, (case_no, kind, at, _) in sorted(self.tables.told.items(), reverse=True):
            case = self.tables.cases.get(case_no)
            if kind == Registered.__name__ and case is not None and case.accepted_at is not None:
                run = Run(
                    kind=case.kind.value,
                    is_automatic=case.is_automatic,
                    accepted_at=case.accepted_at,
                    ended_at=at,
                )
                found.append(run)
        return tuple(found[:limit])

    def openings(self, limit: int) -> tuple[tuple[datetime, datetime], ...]:
        pairs = [
            (c.received_at, c.accepted_at) for c in self.tables.cases.values() if c.accepted_at
        ]
        return tuple(sorted(pairs, key=lambda pair: pair[1], reverse=True)[:limit])

    def unopened(self) -> int:
        return sum(task.kind == "open" for task, _, _ in self.tables.tasks.values())

    def unanswered(self, limit: int) -> tuple[tuple[str, datetime], ...]:
        refs = {task.ref for task, _, _ in self.tables.tasks.values() if task.kind == "open"}
        rows = (row for row in self.tables.packages.values() if row.sha256 in refs)
        found = sorted((row.received_at, row.sha256) for row in rows)
        return tuple((sha256, at) for at, sha256 in found[:limit])

    def in_review(self) -> int:
        return sum(c.stage is Stage.IN_REVIEW for c in self.tables.cases.values())
