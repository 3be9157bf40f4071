"""The rule book in force: rulings begin when they say, the law stays, the switch is for all."""

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from backend.errors import NotAllowedError, RulingError
from backend.office.book_ports import RulingRow
from backend.office.rules import describe, name_book, parse_policy
from backend.office.rulings import (
    LINES,
    RuleBooks,
    chief_in_force,
    policy_in_force,
    policy_of_case,
)
from backend.office.stages import ChiefPolicy
from registration.errors import BadDocumentError
from registration.mortgage import RegistrationKind
from registration.rulebook import Line
from registration.ruling import read_ruling
from tests.examined import make_kept
from tests.fakes import FrozenClock, MemoryWorks
from tests.rows import AT, CASE_NO, make_case
from tests.rulings import write_ruling
from tests.web.backend.plain_books import POLICY, plain_books


@pytest.fixture
def works() -> MemoryWorks:
    return MemoryWorks()


@pytest.fixture
def books(works: MemoryWorks) -> RuleBooks:
    return plain_books(works, FrozenClock(AT))


def signed(version: str = "2026-1", **changes: str) -> str:
    return json.dumps(read_ruling(write_ruling(version, **changes), LINES))


def test_a_ruling_replaces_what_the_settings_say(books: RuleBooks, works: MemoryWorks) -> None:
    books.adopt(
        signed(
            limit_yuan="500000",
            kinds='["mortgage.cancellation"]',
            spouse_signs="true",
            rules='"R36.manual" = "info"',
        ),
        by="operator:root",
    )

    with works.reading() as work:
        policy = policy_in_force(work, POLICY, AT)
        chief = chief_in_force(work, ChiefPolicy(), AT)
    assert policy.limit_fen == 50_000_000
    assert policy.straight_kinds == {RegistrationKind.CANCELLATION}
    assert policy.is_spouse_asked
    assert policy.adjustments == {Line("R36", "manual"): "info"}
    assert policy.banks == POLICY.banks
    assert chief == ChiefPolicy(limit_fen=500_000_000, rules=frozenset({"R27"}))


def test_a_ruling_begins_at_the_moment_that_it_names(works: MemoryWorks) -> None:
    clock = FrozenClock(AT)
    books = plain_books(works, clock)
    later = AT + timedelta(days=1)
    books.adopt(signed(begins_at=later.isoformat(), limit_yuan="1"), by="operator:root")
    before = books.state()

    with works.reading() as work:
        limits = [
            policy_in_force(work, POLICY, at).limit_fen
            for at in (later - timedelta(seconds=1), later)
        ]
    assert limits == [POLICY.limit_fen, 100]
    assert before.ruling is None
    assert before.coming is not None


def test_one_adopted_for_now_does_not_swallow_the_one_that_is_coming(works: MemoryWorks) -> None:
    clock = FrozenClock(AT)
    books = plain_books(works, clock)
    for version, days in (("a", 10), ("b", 0), ("c", 5)):
        at = AT + timedelta(days=days)
        books.adopt(signed(version, begins_at=at.isoformat()), by="operator:root")

    told = []
    for _ in range(3):
        state = books.state()
        told.append((state.ruling and state.ruling.version, state.coming and state.coming.version))
        clock.advance(timedelta(days=5))

    assert told == [("b", "c"), ("c", "a"), ("a", None)]


def test_a_moment_that_has_passed_is_now(books: RuleBooks) -> None:
    assert books.adopt(signed(), by="operator:root").begins_at == AT


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"rules": '"R01.block" = "off"'}, "/rules/R01.block"),
        ({"rules": '"R08.correct" = "info"'}, "/rules/R08.correct"),
        ({"rules": '"R13.manual" = "block"'}, "/rules/R13.manual"),
        ({"rules": '"R13.manual" = "off"'}, "/rules/R13.manual"),
        ({"rules": '"R99.block" = "info"'}, "/rules/R99.block"),
        ({"kinds": '["mortgage.change"]'}, "/straight_through/kinds/0"),
        ({"sample_percent": "0"}, "/straight_through/sample_percent"),
        ({"limit_yuan": "-1"}, "/straight_through/limit_yuan"),
        ({"begins_at": '"soon"'}, "/begins_at"),
    ],
)
def test_what_the_law_does_not_leave_open_is_refused_with_its_place(
    changes: dict[str, str], pointer: str
) -> None:
    with pytest.raises(BadDocumentError) as caught:
        signed(**changes)

    assert [problem.pointer for problem in caught.value.problems] == [pointer]


def test_everything_wrong_with_a_ruling_is_told_at_once() -> None:
    with pytest.raises(BadDocumentError) as caught:
        signed(rules='"R01.block" = "off"\n"R06.block" = "info"')

    assert len(caught.value.problems) == 2


def test_another_offices_ruling_is_refused(books: RuleBooks) -> None:
    with pytest.raises(RulingError):
        books.adopt(signed(office="91410200MA0X00015B"), by="operator:root")


def test_a_version_is_adopted_once(books: RuleBooks) -> None:
    books.adopt(signed(), by="operator:root")

    with pytest.raises(RulingError):
        books.adopt(signed(limit_yuan="7"), by="operator:root")


def test_a_case_keeps_the_book_it_was_judged_by(books: RuleBooks, works: MemoryWorks) -> None:
    with works() as work:
        work.cases.add(make_case(1), b"{}")
        work.examinations.add(make_kept(CASE_NO, POLICY))
        work.commit()
    books.adopt(signed(limit_yuan="1"), by="operator:root")

    with works.reading() as work:
        kept, now = (
            policy_of_case(work, CASE_NO, POLICY, AT),
            policy_in_force(work, POLICY, AT),
        )
    assert name_book(kept) == name_book(POLICY)
    assert name_book(now) != name_book(POLICY)


def test_stopping_is_for_every_case_from_now_on(books: RuleBooks, works: MemoryWorks) -> None:
    books.switch(is_stopped=True, by="staff:wu", reason="登记簿数据异常")

    with works.reading() as work:
        assert not policy_in_force(work, POLICY, AT).is_straight_through
        (record,) = work.journal.of("rule-book")
    assert (record.actor, record.act) == ("staff:wu", "straight-through stopped")
    books.switch(is_stopped=False, by="staff:wu", reason="已核对")
    with works.reading() as work:
        assert policy_in_force(work, POLICY, AT).is_straight_through


def test_a_ruling_cannot_start_what_the_switch_stopped(
    books: RuleBooks, works: MemoryWorks
) -> None:
    books.switch(is_stopped=True, by="staff:wu", reason="登记簿数据异常")
    books.adopt(signed(enabled="true"), by="operator:root")

    with works.reading() as work:
        assert not policy_in_force(work, POLICY, AT).is_straight_through


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_the_switch_takes_a_reason(books: RuleBooks, reason: str) -> None:
    with pytest.raises(NotAllowedError):
        books.switch(is_stopped=True, by="staff:wu", reason=reason)


def test_what_stands_so_already_is_not_switched(books: RuleBooks) -> None:
    with pytest.raises(NotAllowedError):
        books.switch(is_stopped=False, by="staff:wu", reason="再开")


def test_equal_decisions_have_an_equal_name_and_others_another() -> None:
    again = replace(POLICY)

    assert name_book(again) == name_book(POLICY)
    for changed in (
        replace(POLICY, limit_fen=1),
        replace(POLICY, banks=()),
        replace(POLICY, adjustments={Line("R36", "manual"): "info"}),
        replace(POLICY, is_straight_through=False),
    ):
        assert name_book(changed) != name_book(POLICY)


def test_moments_are_read_with_their_zone() -> None:
    claims = read_ruling(write_ruling(begins_at="2026-12-01T00:00:00+08:00"), LINES)

    assert datetime.fromisoformat(claims["begins_at"]).isoformat() == "2026-11-30T16:00:00+00:00"


def test_a_policy_comes_back_from_what_is_kept_of_it() -> None:
    """Whoever adds a member to a policy has to keep it too, or past cases judge otherwise."""
    policy = replace(
        POLICY,
        limit_fen=7,
        is_straight_through=False,
        sample_percent=9,
        straight_kinds=frozenset({RegistrationKind.CANCELLATION}),
        adjustments={Line("R36", "manual"): "info"},
        is_spouse_asked=True,
        dissent_days=3,
    )

    assert {f.name for f in fields(policy)} == describe(policy).keys()
    assert parse_policy(describe(policy)) == policy


def test_what_a_newer_release_leaves_open_no_more_is_as_it_is_shipped(
    books: RuleBooks, works: MemoryWorks
) -> None:
    claims = json.loads(signed(rules='"R36.manual" = "info"'))
    claims["rules"] |= {"R01.block": "off", "R99.manual": "info"}
    with works() as work:
        work.books.adopt(
            RulingRow(
                version="2026-1",
                begins_at=AT,
                adopted_at=AT,
                adopted_by="operator:root",
                claims=claims,
                statement="",
            )
        )
        work.commit()

    with works.reading() as work:
        policy = policy_in_force(work, POLICY, AT)
    assert policy.adjustments == {Line("R36", "manual"): "info"}
