"""The courses of cases, from dictionaries."""

from datetime import datetime

from backend.office.case import Case, Stage
from backend.office.courses import Act, Course, Return
from tests.memory.tables import Room

_ENDS = {
    "Registered": "registered",
    "Refusal": "refused",
    "NonAcceptance": "not_accepted",
    "Withdrawal": "withdrawn",
}
_OPEN = (Stage.ACCEPTED, Stage.IN_REVIEW, Stage.APPROVED)


class MemoryCourses(Room):
    def of(self, begin: datetime, end: datetime, *, now: datetime) -> tuple[Course, ...]:
        courses = [(self._course(case), _is_late(case, now)) for case in self.tables.cases.values()]
        return tuple(
            course
            for course, is_late in courses
            if is_late
            or begin <= course.received_at < end
            or (course.registered_at is not None and begin <= course.registered_at < end)
        )

    def acts(self, begin: datetime, end: datetime) -> tuple[Act, ...]:
        made = [d for d in self.tables.decisions.values() if d.stage != "automatic"]
        return tuple(
            Act(staff_id=d.reviewer, stage=d.stage, verdict=d.verdict, at=d.at)
            for d in sorted(made, key=lambda d: d.at)
            if begin <= d.at < end
        )

    def _course(self, case: Case) -> Course:
        records = self.tables.journal.values()
        filed = [r.at for r in records if (r.ref, r.act) == (case.case_no, "filed")]
        told = [t for _, t in sorted(self.tables.told.items()) if t[0] == case.case_no]
        ends = [(_ENDS[kind], at) for _, kind, at, _ in told if kind in _ENDS]
        due = {d.name: d.at for d in case.due}
        return Course(
            case_no=case.case_no,
            kind=case.kind.value,
            bank=case.bank,
            branch=case.branch,
            teller=case.teller,
            is_automatic=case.is_automatic,
            received_at=filed[0] if filed else case.received_at,
            accepted_at=case.accepted_at,
            registered_at=next((at for how, at in ends if how == "registered"), None),
            ended=ends[-1][0] if ends else "",
            statutory_due=due.get("statutory"),
            returns=tuple(
                Return(
                    at=at,
                    answered_at=next((came for came in filed if came > at), None),
                    rules=rules,
                )
                for _, kind, at, rules in told
                if kind == "CorrectionRequest"
            ),
        )


def _is_late(case: Case, now: datetime) -> bool:
    return case.stage in _OPEN and any(d.at < now for d in case.due)
