"""What a step on one case of a bundle does to the others: all of them go one way."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from backend.office.answering import Answering
from backend.office.case import Case, Stage, free, move
from backend.office.correcting import Correcting
from backend.office.judging import Step
from backend.office.ports import Work
from registration import schema
from registration.findings import Finding, Level

_BASIS: Final = "《不动产登记暂行条例》第十四条"


def siblings(work: Work, case: Case) -> tuple[Case, ...]:
    """Return the other cases that were applied for together with one, in their order."""
    if not case.bundle_id:
        return ()
    together = work.cases.of_bundle(case.bundle_id, case.terminal)
    return tuple(other for other in together if other.case_no != case.case_no)


def read_steps(work: Work, case_no: str) -> tuple[Step, ...]:
    """Return a case with its application, or all of its bundle in their order."""
    case = work.cases.get(case_no)
    cases = work.cases.of_bundle(case.bundle_id, case.terminal) if case.bundle_id else (case,)
    return tuple(
        Step(
            case=one,
            application=schema.parse_application(
                schema.decode_json(work.cases.application(one.case_no))
            ),
        )
        for one in cases
    )


def draw_along(
    work: Work, correcting: Correcting, case: Case, *, at: datetime, note: str = ""
) -> None:
    """Let the others follow a case that went back for correction, was refused or withdrawn."""
    for other in siblings(work, case):
        if case.stage is Stage.CORRECTION_REQUIRED:
            _send_back(work, correcting, case, other, at=at)
        elif case.stage is Stage.REFUSED:
            _refuse(work, correcting.answering, case, other, at=at, note=note)
        elif case.stage is Stage.WITHDRAWN:
            _withdraw(work, correcting.answering, other, at)


def _send_back(
    work: Work, correcting: Correcting, case: Case, other: Case, *, at: datetime
) -> None:
    found = _finding(
        Level.CORRECT,
        f"一并申请的业务{case.case_no}须补正，补正后本业务一并重新提交。",
        f"Case {case.case_no} of the same bundle must be corrected; file this one again with it.",
    )
    opened = _in_review(work, other)
    asked = replace(free(opened), findings=(found,))
    correcting.ask(work, asked, (found,), at, was=opened)


def _refuse(
    work: Work, answering: Answering, case: Case, other: Case, *, at: datetime, note: str
) -> None:
    found = _finding(
        Level.BLOCK,
        f"一并申请的业务{case.case_no}不予登记，本业务一并不予登记。",
        f"Case {case.case_no} of the same bundle is refused, and this one with it.",
    )
    opened = _in_review(work, other)
    refused = replace(free(move(opened, Stage.REFUSED)), findings=(*opened.findings, found))
    saved = work.cases.save(refused, was=opened)
    answering.refuse(work, saved, at, note)


def _withdraw(work: Work, answering: Answering, other: Case, at: datetime) -> None:
    withdrawn = work.cases.save(free(move(other, Stage.WITHDRAWN)), was=other)
    answering.withdraw(work, withdrawn, at)


def _in_review(work: Work, case: Case) -> Case:
    """Take an approval back that waits for the rest of its bundle."""
    if case.stage is not Stage.APPROVED:
        return case
    return work.cases.save(move(case, Stage.IN_REVIEW), was=case)


def _finding(level: Level, zh: str, en: str) -> Finding:
    return Finding(rule="BUNDLE", level=level, zh=zh, en=en, basis=_BASIS, pointer="/bundle")
