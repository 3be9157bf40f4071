"""Answers before its cut-off what the office cannot open or examine: silence accepts nothing.

What makes no case is turned away with the reason, so that the branch files it again or goes to the
window; a case is accepted by this very answer and goes to people, who are told what was not examined.

Source: 不动产登记暂行条例 art. 17 (who is not told counts as accepted).
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backend.office.alarms import SOON, cut_off
from backend.office.calendar import Calendar
from backend.office.case import Stage
from backend.office.companions import read_steps
from backend.office.filing import misfit
from backend.office.intake import Intake
from backend.office.ports import Clock, Work, Works
from backend.office.rows import OFTEN, PackageRow
from registration.findings import Finding, Level

logger = logging.getLogger(__name__)

FAIL_POINTS: Final = ("sweep.before-commit",)
_UNEXAMINED: Final = Finding(
    rule="POLICY",
    level=Level.UNKNOWN,
    zh="规则检查因登记机构的系统原因没有完成，在首次答复的时限内受理，由人审核全部事项。",
    en="The rules could not be run for a fault of the office; accepted in time, people examine it all.",
    basis="《不动产登记暂行条例》第十七条、第十八条",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeping:
    """Looks after what was tried again and again in vain, and answers it in time."""

    works: Works
    clock: Clock
    calendar: Calendar
    intake: Intake

    def sweep(self) -> int:
        """Answer every package that failed and whose cut-off is near; return how many.

        What merely waits for its turn is left to the worker: it will be opened. What cannot even be
        answered stays for the next sweep, and keeps no other package from its answer.
        """
        now = self.clock.now()
        with self.works.reading() as work:
            stuck = [t.ref for t in work.tasks.stuck(least_tries=OFTEN) if t.kind == "open"]
            rows = [row for ref in stuck if (row := work.packages.find(ref)) is not None]
        near = [row for row in rows if cut_off(row.received_at, self.calendar) <= now + SOON]
        return sum(self._try_to_answer(row.sha256, now) for row in near)

    def _try_to_answer(self, sha256: str, now: datetime) -> bool:
        try:
            return self._answer(sha256, now)
        except Exception:
            # The edge of one package: it may have whatever fault made the worker fail on it.
            logger.exception("not answered at its cut-off package=%s", sha256)
            return False

    def _answer(self, sha256: str, now: datetime) -> bool:
        """Answer one package, once; whoever was faster has answered it."""
        with self.works() as work:
            row = work.packages.find(sha256)
            assert row is not None
            is_new = self._accept(work, row, now) if row.case_no else self._turn_away(work, row)
            if is_new:
                self.intake.fail_point("sweep.before-commit")
                work.commit()
        return is_new

    def _turn_away(self, work: Work, row: PackageRow) -> bool:
        told = misfit(
            "登记机构因系统原因没有在首次答复的时限内打开本件，未受理；请重新提交，或者到窗口办理",
            "The office could not open it in time for a fault of its own; file it again",
        )
        return self.intake.answer_misfit(work, row, (told,))

    def _accept(self, work: Work, row: PackageRow, now: datetime) -> bool:
        steps = read_steps(work, row.case_no or "")
        open_ones = [
            step.case
            for step in steps
            if step.case.stage is Stage.RECEIVED and step.case.package_sha256 == row.sha256
        ]
        for case in open_ones:
            self.intake.accept(work, case, replace(case, findings=(_UNEXAMINED,)), now)
        return bool(open_ones)
