"""A made-up month of cases, with their returns and decisions."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from backend.office.case import Case, Stage, move
from backend.office.ports import Work
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind
from registration.outcomes import Answer, CorrectionRequest, Due, Registered
from tests.factories import UNIT_NO
from tests.rows import AT, make_automatic, make_case, make_decision
from tests.web.backend.fake_office import World

BRANCHES = ("示例商业银行龙亭支行", "示例银行甲祥符支行", "示例银行乙鼓楼支行")
_RULES = ("R27", "R33", "R23", "R27", "MATERIAL", "R31", "R21", "R25", "R32")


def fill_month(world: World, count: int = 40) -> None:
    """Let cases come every few minutes, some go back, most be entered."""
    for number in range(1, count + 1):
        with world.works() as work:
            _live(work, number)
            work.commit()


def _live(work: Work, number: int) -> None:
    at = AT - timedelta(days=number % 9 * 2) + timedelta(minutes=7 * (number % 30))
    case = make_case(
        number + 500,
        unit_no=f"{UNIT_NO[:-4]}{number + 500:04d}",
        branch=BRANCHES[number % 3],
        teller=f"T{number % 4}",
        received_at=at,
        due=(Due(name="statutory", at=at + timedelta(days=40)),),
        kind=RegistrationKind.CANCELLATION if number % 5 == 0 else RegistrationKind.FIRST,
    )
    work.cases.add(case, b"{}")
    _note(work, case, at)
    if number % 3 == 2 and number % 2:
        _ask(work, case, at + timedelta(minutes=1), _RULES[number % len(_RULES)])
        _note(work, case, at + timedelta(minutes=9))
    _enter(work, case, at, minutes=number * number % 83, is_automatic=number % 2 == 0)


def _ask(work: Work, case: Case, at: datetime, rule: str) -> None:
    found = Finding(rule=rule, level=Level.CORRECT, zh="请改", en="mend", basis="")
    request = CorrectionRequest(**_subject(case), round=1, at=at, findings=(found,))
    _answer(work, case, request, at)


def _enter(work: Work, case: Case, at: datetime, *, minutes: int, is_automatic: bool) -> None:
    first = make_decision(case.case_no, reviewer="qian", person="qian", at=at)
    second = replace(first, stage="second", reviewer="zhou", person="zhou")
    for decision in (make_automatic(case.case_no),) if is_automatic else (first, second):
        work.decisions.add(decision)
    accepted = replace(move(case, Stage.ACCEPTED), accepted_at=at, is_automatic=is_automatic)
    case = work.cases.save(accepted, was=case)
    for stage in (Stage.IN_REVIEW, Stage.APPROVED):
        case = work.cases.save(move(case, stage), was=case)
    end = at + (timedelta(seconds=2) if is_automatic else timedelta(minutes=minutes))
    said = Registered(**_subject(case), entry_no=f"E{case.case_no}", rank=1, at=end)
    _answer(work, case, said, end)


def _answer(work: Work, case: Case, answer: Answer, at: datetime) -> None:
    work.answers.add(case.terminal, case.case_no, answer, "statement", at)


def _note(work: Work, case: Case, at: datetime) -> None:
    work.journal.append(actor="auto", act="filed", ref=case.case_no, body=b"", at=at)


def _subject(case: Case) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "application_id": case.application_id,
        "package_sha256": case.package_sha256,
    }
