"""The courses of cases, told alike by dictionaries and both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

from backend.office.case import Stage, move
from backend.office.courses import Act, Course, Return
from backend.office.ports import Works
from registration.findings import Finding, Level
from registration.outcomes import CorrectionRequest, Due, Registered
from tests.rows import AT, CASE_NO, TERMINAL, digest, make_automatic, make_case, make_decision

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DUE = AT + 40 * DAY


def finding(rule: str) -> Finding:
    return Finding(rule=rule, level=Level.CORRECT, zh="改", en="mend", basis="", pointer="")


def filed(works: Works, number: int, at: datetime, **changes: object) -> None:
    case_no = f"20260929-{number:07d}"
    due = (Due(name="channel", at=at + HOUR), Due(name="statutory", at=DUE))
    case = replace(make_case(number, teller="T01", due=due), **changes)  # type: ignore[arg-type]  # what a test changes
    with works() as work:
        work.cases.add(case, b"{}")
        work.journal.append(actor="auto", act="filed", ref=case_no, body=b"", at=at)
        work.commit()


def ask(works: Works, at: datetime, *rules: str) -> None:
    request = CorrectionRequest(
        case_no=CASE_NO,
        application_id="A-1",
        package_sha256=digest("package 1"),
        round=1,
        at=at,
        findings=tuple(finding(rule) for rule in rules),
    )
    with works() as work:
        work.answers.add(TERMINAL, CASE_NO, request, "statement", at)
        work.commit()


def register(works: Works, at: datetime) -> None:
    with works() as work:
        case = work.cases.get(CASE_NO)
        work.decisions.add(make_automatic())
        work.decisions.add(make_decision(at=at - HOUR))
        case = work.cases.save(replace(move(case, Stage.ACCEPTED), accepted_at=AT), was=case)
        for stage in (Stage.IN_REVIEW, Stage.APPROVED):
            case = work.cases.save(move(case, stage), was=case)
        said = Registered(
            case_no=CASE_NO,
            application_id="A-1",
            package_sha256=digest("package 1"),
            entry_no="E-1",
            rank=1,
            at=at,
        )
        work.answers.add(TERMINAL, CASE_NO, said, "statement", at)
        work.commit()


def courses(works: Works, begin: datetime, end: datetime, now: datetime = AT) -> tuple[Course, ...]:
    with works.reading() as work:
        return work.courses.of(begin, end, now=now)


def test_a_course_tells_when_a_case_came_went_back_and_ended(works: Works) -> None:
    filed(works, 1, AT)
    ask(works, AT + HOUR, "R27", "R33", "R27")
    with works() as work:
        work.journal.append(actor="auto", act="filed", ref=CASE_NO, body=b"", at=AT + 2 * HOUR)
        work.commit()
    register(works, AT + 3 * HOUR)

    assert courses(works, AT, AT + DAY) == (
        Course(
            case_no=CASE_NO,
            kind="mortgage.first_registration",
            bank=make_case().bank,
            branch="KF-LT",
            teller="T01",
            is_automatic=False,
            received_at=AT,
            accepted_at=AT,
            registered_at=AT + 3 * HOUR,
            ended="registered",
            statutory_due=DUE,
            returns=(Return(at=AT + HOUR, answered_at=AT + 2 * HOUR, rules=("R27", "R33")),),
        ),
    )


def test_a_correction_that_is_awaited_has_no_answer(works: Works) -> None:
    filed(works, 1, AT)
    ask(works, AT + HOUR, "R27")
    (course,) = courses(works, AT, AT + DAY)
    assert course.returns == (Return(at=AT + HOUR, answered_at=None, rules=("R27",)),)
    assert course.ended == ""


def test_a_case_belongs_to_the_days_it_came_or_was_entered(works: Works) -> None:
    filed(works, 1, AT)
    register(works, AT + 3 * DAY)
    assert courses(works, AT - 2 * DAY, AT - DAY) == ()
    assert len(courses(works, AT + 3 * DAY, AT + 4 * DAY)) == 1
    assert courses(works, AT + 5 * DAY, AT + 6 * DAY) == ()


def test_what_is_late_and_open_is_always_told(works: Works) -> None:
    filed(works, 1, AT)
    with works() as work:
        case = work.cases.get(CASE_NO)
        work.cases.save(replace(move(case, Stage.ACCEPTED), accepted_at=AT), was=case)
        work.commit()
    long_after = (AT + 60 * DAY, AT + 61 * DAY)
    assert courses(works, *long_after, now=AT) == ()
    assert len(courses(works, *long_after, now=AT + 61 * DAY)) == 1


def test_only_people_act(works: Works) -> None:
    filed(works, 1, AT)
    register(works, AT + 3 * HOUR)
    with works.reading() as work:
        acts = work.courses.acts(AT, AT + DAY)
        assert acts == (Act(staff_id="wang", stage="first", verdict="approve", at=AT + 2 * HOUR),)
        assert work.courses.acts(AT, AT + HOUR) == ()
