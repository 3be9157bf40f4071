"""Packages go out each by itself; about one unit in order; and every one says how it fared."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registration.application import Application
from registration.identifiers import parse_unit_no
from terminal.desk.delivery import held_by
from terminal.desk.items import MOST_EVENTS, Event, ItemState, OutboxItem
from terminal.errors import (
    BoxDamagedError,
    LinkError,
    OfficeBusyError,
    OfficeRefusedError,
    OfficeUnreachableError,
    OfficeUntrustedError,
)
from tests.boxes import make_item
from tests.factories import CAPTURED_AT, UNIT_NO, make_application, make_contents, make_unit
from tests.unit.terminal.desk.counter import Counter

CUT = OfficeUnreachableError("cut", "line.cut")
REFUSED = OfficeRefusedError("office.not-allowed", status=403, zh="不收", en="no")
FAULT = OfficeBusyError("office.fault", status=500)
CUT.sent = 1000
DOWN = OfficeUnreachableError("down", "line.no-route")


def application(number: int, unit: int | None = None) -> Application:
    """Return the application of a case about a unit of its own, or about a given one."""
    place = f"{UNIT_NO[:-4]}{number if unit is None else unit:04d}"
    return make_application(
        application_id=f"A-{number}", unit=make_unit(unit_no=parse_unit_no(place))
    )


def file(counter: Counter, number: int, unit: int | None = None) -> OutboxItem:
    made = application(number, unit)
    return counter.submission.file(made, make_contents(made))


def arrived(counter: Counter) -> list[int]:
    """Return the numbers of the packages that the office took, in the order they came."""
    return [counter.office.open(p).manifest.sequence for p in counter.office.packages]


def codes(counter: Counter, sequence: int) -> list[str]:
    return [event.code for event in counter.box.get_item(sequence).events]


def test_they_arrive_in_the_order_they_were_sealed(counter: Counter) -> None:
    for number in (1, 2, 3):
        file(counter, number)

    assert counter.delivery.deliver() == 3
    assert arrived(counter) == [1, 2, 3]


@pytest.mark.parametrize("fault", [REFUSED, FAULT], ids=["refused", "poison"])
def test_one_bad_package_holds_up_no_other(counter: Counter, fault: LinkError) -> None:
    for number in (1, 2, 3):
        file(counter, number)
    counter.office.poison[1] = fault

    assert counter.delivery.deliver() == 2
    assert arrived(counter) == [2, 3]
    assert counter.contact.state.trouble is None


def test_a_damaged_package_holds_up_no_other(counter: Counter) -> None:
    file(counter, 1)
    file(counter, 2)
    counter.box._db.execute("UPDATE outbox SET package = x'00' WHERE sequence = 1")

    assert counter.delivery.deliver() == 1
    bad = counter.box.get_item(1)
    assert (bad.state, bad.trouble and bad.trouble.code) == (
        ItemState.NEEDS_YOU,
        BoxDamagedError.code,
    )


def test_a_damaged_row_holds_up_no_other(counter: Counter) -> None:
    file(counter, 1)
    file(counter, 2)
    counter.box._db.execute("UPDATE outbox SET payload = x'00' WHERE sequence = 1")

    assert counter.delivery.deliver() == 1
    assert counter.box.unreadable() == (1,)


def test_what_the_office_fails_at_is_tried_later_by_itself(counter: Counter) -> None:
    file(counter, 1)
    counter.office.faults.append(FAULT)
    counter.delivery.deliver()
    item = counter.box.get_item(1)
    assert item.next_try_at == counter.clock.now() + timedelta(seconds=2)

    assert counter.delivery.deliver() == 0
    counter.clock.advance(seconds=2)
    assert counter.delivery.deliver() == 1


def test_an_office_that_fails_at_everything_is_left_alone(counter: Counter) -> None:
    for number in range(1, 7):
        file(counter, number)
    counter.office.faults += [FAULT] * 6

    assert counter.delivery.deliver() == 0
    assert len(counter.office.faults) == 3, "after three it is the office and not the packages"
    assert not counter.contact.is_due()


@pytest.mark.parametrize(
    "fault", [DOWN, OfficeUntrustedError("who"), OfficeBusyError("office.not-ready")],
    ids=lambda fault: type(fault).__name__,
)  # fmt: skip
def test_a_line_that_is_down_is_tried_once_for_all(counter: Counter, fault: LinkError) -> None:
    for number in range(1, 6):
        file(counter, number)
    counter.office.faults += [fault, fault]

    counter.delivery.deliver()
    counter.delivery.deliver()
    assert len(counter.office.faults) == 1
    assert [i.tries for i in counter.box.undelivered()] == [1, 0, 0, 0, 0]


def test_when_the_line_is_back_all_go_in_order(counter: Counter) -> None:
    for number in range(1, 6):
        file(counter, number)
    counter.office.faults += [DOWN] * 4
    for _ in range(4):
        counter.delivery.deliver()
        counter.clock.advance(minutes=1)

    assert counter.delivery.deliver() == 5
    assert arrived(counter) == [1, 2, 3, 4, 5]


def test_news_from_the_office_end_the_waiting_for_the_line(counter: Counter) -> None:
    file(counter, 1)
    counter.office.faults.append(DOWN)
    counter.delivery.deliver()

    counter.courier.collect(0)

    assert counter.delivery.deliver() == 1


def test_what_breaks_the_line_each_time_lets_the_others_go_first(counter: Counter) -> None:
    """Whatever it is about it: a device on the way that cuts the line at its bytes."""
    file(counter, 1)
    file(counter, 2)
    counter.office.poison[1] = CUT
    for _ in range(3):
        counter.delivery.deliver()
        counter.clock.advance(minutes=1)

    assert counter.delivery.deliver() == 1
    assert arrived(counter) == [2]
    assert counter.contact.is_due(), "the line is well: it is the package"
    assert counter.box.get_item(1).next_try_at is not None


# --- one unit


def test_about_one_unit_nothing_overtakes(counter: Counter) -> None:
    """Rank follows acceptance: what was sealed first must be accepted first."""
    file(counter, 1, unit=9)
    file(counter, 2, unit=9)
    file(counter, 3)
    counter.office.faults.append(FAULT)

    assert counter.delivery.deliver() == 1
    assert arrived(counter) == [3]
    counter.clock.advance(seconds=2)
    assert counter.delivery.deliver() == 2
    assert arrived(counter) == [3, 1, 2]


def test_somebody_may_let_it_overtake(counter: Counter) -> None:
    file(counter, 1, unit=9)
    file(counter, 2, unit=9)
    counter.office.poison[1] = REFUSED
    assert counter.delivery.deliver() == 0
    assert held_by(counter.box.undelivered()) == {2: 1}

    counter.delivery.let_pass(2)

    assert counter.delivery.deliver() == 1
    assert "passed" in codes(counter, 2)


def test_who_waits_is_waited_for() -> None:
    first, second, third = (make_item(n, b"x") for n in (1, 2, 3))
    items = (
        replace(first, units=("a",)),
        replace(second, units=("a", "b")),
        replace(third, units=("b",)),
    )

    assert held_by(items) == {2: 1, 3: 2}
    assert held_by((replace(items[0], state=ItemState.DELIVERED), *items[1:])) == {3: 2}


# --- cuts


def test_after_a_cut_it_goes_on_at_once_while_more_gets_through(counter: Counter) -> None:
    file(counter, 1)
    counter.office.cuts += [(1000, CUT), (2000, CUT), (3000, CUT)]

    assert counter.delivery.deliver() == 1
    assert counter.office.begun == [False, True, True, True]
    (cut,) = [e for e in counter.box.get_item(1).events if e.code == "line.cut"]
    assert (cut.count, cut.kept) == (3, 3000)


def test_after_a_cut_without_progress_the_line_is_left_alone(counter: Counter) -> None:
    file(counter, 1)
    counter.office.cuts += [(1000, CUT), (1000, CUT)]

    assert counter.delivery.deliver() == 0
    assert not counter.contact.is_due()
    assert counter.delivery.going == {1: 1000}


def test_after_a_restart_the_office_is_asked_first(counter: Counter) -> None:
    file(counter, 1)
    counter.office.cuts.append((0, CUT))
    counter.delivery.deliver()
    counter.clock.advance(minutes=1)

    counter.delivery.deliver()

    assert counter.office.begun == [False, True]


# --- what an item says


def test_every_item_says_what_happened(counter: Counter) -> None:
    file(counter, 1)
    counter.office.faults += [DOWN, FAULT]
    for _ in range(3):
        counter.delivery.deliver()
        counter.clock.advance(minutes=1)

    assert codes(counter, 1) == ["sealed", "line.no-route", "office.fault", "delivered"]
    for event in counter.box.get_item(1).events[1:3]:
        assert event.zh
        assert event.en


def test_the_office_speaks_for_itself(counter: Counter) -> None:
    file(counter, 1)
    counter.office.faults.append(REFUSED)
    counter.delivery.deliver()

    event = counter.box.get_item(1).events[-1]

    assert (event.code, event.zh, event.en) == ("office.not-allowed", "不收", "no")


def test_the_same_again_is_counted_and_the_list_stays_short() -> None:
    item = make_item(1, b"x")
    for number in range(200):
        code = "line.cut" if number % 4 < 3 else f"code-{number}"
        item = item.noted(Event(at=CAPTURED_AT + timedelta(minutes=number), code=code))

    assert len(item.events) == MOST_EVENTS
    assert item.events[0].count == 3
    assert item.events[0].at == CAPTURED_AT + timedelta(minutes=2)
    assert item.events[-1].code == "code-199"


def test_trying_now_waits_for_nothing(counter: Counter) -> None:
    file(counter, 1)
    counter.office.faults.append(DOWN)
    counter.delivery.deliver()

    counter.delivery.retry(1)

    assert counter.delivery.deliver() == 1
    assert codes(counter, 1) == ["sealed", "line.no-route", "retried", "delivered"]
