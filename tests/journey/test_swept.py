"""A package that the office cannot open or examine has its answer before the cut-off all the same."""

from dataclasses import replace
from datetime import time, timedelta
from hashlib import sha256

import pytest

from backend.assembly import build_calendar, build_rounds, build_sweeping
from backend.failpoints import load_failpoints
from backend.office.alarms import FIRST_ANSWER, AlarmBell
from backend.office.calendar import Calendar, WorkingDays
from backend.office.case import Stage
from backend.office.rounds import find_stuck
from backend.office.sweeping import Sweeping
from registration.days import local_day
from registration.findings import Level
from registration.outcomes import AcceptanceReceipt, CertificateIssued, NonAcceptance
from tests.journey.filing import Desk, contract, make_filing, only

pytestmark = pytest.mark.journey

NEAR = FIRST_ANSWER - timedelta(minutes=10)


def always_open(desk: Desk) -> Calendar:
    """Return a calendar without nights, so that no test waits for a Monday."""
    today = local_day(desk.stand.clock.now())
    days = frozenset(today + timedelta(days=n) for n in range(-2, 8))
    return Calendar(
        days=WorkingDays(holidays=frozenset(), make_up_days=days, years=frozenset()),
        hours=((time(0), time(23, 59, 59)),),
    )


def sweeping(desk: Desk) -> Sweeping:
    return replace(build_sweeping(desk.stand.wall), calendar=always_open(desk))


def fail(desk: Desk, place: str) -> str:
    """Hand a package in and let the worker fail on it some times; return its digest."""
    application = desk.ready(make_filing(desk.new_flat(), **contract()))
    package = desk.stand.seal(desk.branch, application)
    desk.stand.receive(desk.branch, package)
    stop = load_failpoints(f"{place}=raise")
    rounds = build_rounds(replace(desk.stand.wall, fail_point=stop))
    digest = sha256(package).hexdigest()
    while digest not in {task.ref for task in find_stuck(desk.stand.wall.works)}:
        assert rounds.step()
        desk.stand.clock.ahead += timedelta(minutes=1)
    return digest


def test_what_cannot_be_opened_is_turned_away_in_time_and_for_good(desk: Desk) -> None:
    digest = fail(desk, "open.before-filing")
    sweep = sweeping(desk)
    assert sweep.sweep() == 0
    desk.stand.clock.ahead += NEAR

    assert sweep.sweep() == 1
    assert sweep.sweep() == 0

    told = only(desk.answers_to(digest), NonAcceptance)
    assert "重新提交" in told.findings[0].zh
    # The worker recovers: what was answered is not filed behind the answer's back.
    desk.stand.work_off()
    assert len(desk.answers_to(digest)) == 1
    with desk.stand.wall.works.reading() as work:
        row = work.packages.find(digest)
        assert row is not None
        assert not row.case_no
        assert work.past.unanswered(10) == ()


def test_what_cannot_be_examined_is_accepted_in_time_and_goes_to_people(desk: Desk) -> None:
    digest = fail(desk, "open.before-examination")
    desk.stand.clock.ahead += NEAR
    bell = AlarmBell(
        works=desk.stand.wall.works, clock=desk.stand.clock, calendar=always_open(desk)
    )
    assert bell.look().unanswered == 1

    assert sweeping(desk).sweep() == 1

    told = only(desk.answers_to(digest), AcceptanceReceipt)
    assert [(f.rule, f.level) for f in told.findings] == [("POLICY", Level.UNKNOWN)]
    desk.stand.work_off()
    case = desk.case(told.case_no)
    assert (case.stage, case.is_automatic, case.findings) == (
        Stage.IN_REVIEW,
        False,
        told.findings,
    )
    with desk.stand.wall.works.reading() as work:
        kept = b" ".join(work.journal.words(told.case_no).values())
    assert build_calendar(desk.stand.settings).sha256.encode() in kept
    assert only(desk.approve(told.case_no), CertificateIssued).certificate_no


def test_what_merely_waits_is_opened_and_not_swept(desk: Desk) -> None:
    package = desk.stand.seal(desk.branch, desk.ready(make_filing(desk.new_flat(), **contract())))
    desk.stand.receive(desk.branch, package)
    desk.stand.clock.ahead += 2 * FIRST_ANSWER

    assert sweeping(desk).sweep() == 0

    desk.stand.work_off()
    only(desk.answers_to(sha256(package).hexdigest()), CertificateIssued)


def test_what_cannot_even_be_answered_keeps_no_other_from_its_answer(desk: Desk) -> None:
    first, second = (fail(desk, "open.before-filing") for _ in range(2))
    desk.stand.clock.ahead += NEAR
    broken: list[str] = []

    def stop(name: str) -> None:
        if not broken:
            broken.append(name)
            raise ArithmeticError(name)

    sweep = sweeping(desk)
    failing = replace(sweep, intake=replace(sweep.intake, fail_point=stop))
    assert failing.sweep() == 1
    assert broken == ["sweep.before-commit"]
    assert sorted(len(desk.answers_to(digest)) for digest in (first, second)) == [0, 1]

    assert sweep.sweep() == 1
    for digest in (first, second):
        only(desk.answers_to(digest), NonAcceptance)
