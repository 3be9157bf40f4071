"""补正: asks for corrections, sets the day by which they must be here, and what follows without.

Before acceptance a correction that does not come ends the application: it lapses as a
non-acceptance, as what never was complete. After acceptance nothing ends by itself. The case goes
to the reviewers with a finding that bars approval, and two of them refuse it, or ask again.
Later cases on the unit, which wait for earlier ones, then go on.

Source: 不动产登记暂行条例第十七条 (what is to be corrected, told once); 不动产登记操作规范（试行）4.8.2
(a supplement that was asked for and not supplied is a ground of refusal).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.errors import NotReadyError
from backend.office.answering import Answering
from backend.office.calendar import Calendar, Clocks, correction_due
from backend.office.case import Case, Stage, begin_round, move
from backend.office.ports import Clock, FailPoints, Work, Works
from registration import schema
from registration.days import local_time
from registration.findings import Finding, Level

FAIL_POINTS: Final = ("lapse.before-commit", "lapse.after-commit")
RULE: Final = "SUPPLEMENT"
_ACTOR: Final = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correcting:
    """Asks the branch for corrections, everything at once."""

    answering: Answering
    calendar: Calendar
    days: int
    """Working days in which a correction must be here."""

    def ask(
        self,
        work: Work,
        case: Case,
        items: tuple[Finding, ...],
        at: datetime,
        *,
        was: Case,
        note: str = "",
    ) -> Case:
        """Move a case to the branch, tell it what to correct and by when; return it as saved."""
        due = correction_due(at, self.calendar, self.days)
        asked = replace(
            move(case, Stage.CORRECTION_REQUIRED),
            correction_due=due,
            paused_at=case.paused_at or (at if case.accepted_at else None),
        )
        saved = work.cases.save(asked, was=was)
        self.answering.ask(work, saved, items, at, note=note)
        told = {"calendar": self.calendar.sha256, "days": self.days, "due": due.isoformat()}
        _note(work, saved, "correction asked for", at, told)
        work.tasks.add("lapse", _ref(saved), at=due)
        return saved


def _ref(case: Case) -> str:
    """Name one request for corrections: a case may be asked more than once."""
    return f"{case.case_no}/{case.review_round}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsing:
    """Closes what was not corrected in time; repeating is harmless."""

    works: Works
    answering: Answering
    clock: Clock
    clocks: Clocks
    fail_point: FailPoints

    def lapse(self, ref: str) -> None:
        """See whether a request was answered, and do what follows where it was not.

        Raises:
            NotReadyError: the time is not over, or a package that came in time is not opened yet.
        """
        case_no = ref.partition("/")[0]
        with self.works() as work:
            case, now = work.cases.get(case_no), self.clock.now()
            if case.stage is not Stage.CORRECTION_REQUIRED or _ref(case) != ref:
                return
            _require_over(work, case, now)
            if case.accepted_at is None:
                self._turn_down(work, case, now)
            else:
                self._hand_over(work, case, now)
            self.fail_point("lapse.before-commit")
            work.commit()
        self.fail_point("lapse.after-commit")

    def _turn_down(self, work: Work, case: Case, now: datetime) -> None:
        """End an application that never was complete."""
        found = _overdue(
            case,
            Level.NOT_ACCEPTED,
            "未收到补正材料，本次申请不予受理；补齐后可以重新申请。",
            "no correction came, and the application is not accepted; it may be made anew.",
            "《不动产登记暂行条例》第十七条第一款第三项",
        )
        lapsed = replace(move(case, Stage.NOT_ACCEPTED), findings=(found, *case.findings))
        saved = work.cases.save(lapsed, was=case)
        self.answering.turn_away(work, saved, now)
        _note(work, case, "lapsed", now, {})

    def _hand_over(self, work: Work, case: Case, now: datetime) -> None:
        """Let people decide on a case that was accepted and not completed."""
        found = _overdue(
            case,
            Level.BLOCK,
            "受理后要求的补充材料没有收到，可以决定不予登记。",
            "the supplement that was asked for after acceptance did not come; it may be refused.",
            "《不动产登记操作规范（试行）》4.8.2",
        )
        overdue = replace(
            begin_round(move(case, Stage.IN_REVIEW)),
            findings=(found, *case.findings),
            due=self.clocks.go_on(case.due, case.paused_at or now, now),
            paused_at=None,
        )
        # The branch is told nothing new: it knows the day, and may still hand in until people
        # decide.
        work.cases.save(overdue, was=case)
        told = {
            "calendar": self.clocks.calendar.sha256,
            "due": {due.name: due.at.isoformat() for due in overdue.due},
        }
        _note(work, case, "correction overdue", now, told)


def _require_over(work: Work, case: Case, now: datetime) -> None:
    due = case.correction_due
    if due is None or now < due:
        raise NotReadyError(f"the correction of case {case.case_no} is not due yet")
    # What is sealed may be the correction; it counts by when it came, not by when it is opened.
    if work.packages.is_any_unopened(case.terminal, until=due):
        raise NotReadyError(f"packages of {case.terminal} wait to be opened")


def _overdue(case: Case, level: Level, zh: str, en: str, basis: str) -> Finding:
    assert case.correction_due is not None
    due = f"{local_time(case.correction_due):%Y-%m-%d %H:%M}"
    return Finding(
        rule=RULE,
        level=level,
        zh=f"补正期限 {due} 已过，{zh}",
        en=f"The time for corrections ended on {due}: {en}",
        basis=basis,
    )


def _note(work: Work, case: Case, act: str, at: datetime, told: Mapping[str, object]) -> None:
    """Keep an act, and the calendar by whose days the times in it were counted."""
    body = schema.canonical(told) if told else b""
    work.journal.append(
        actor=_ACTOR, act=act, ref=case.case_no, body=body, at=at, is_kept=bool(told)
    )
