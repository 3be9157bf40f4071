"""One teller at a time, let in by a PIN, locked out when no hand moves."""

from dataclasses import replace

import pytest

from terminal.desk.attendance import Attendance
from terminal.desk.place import Teller
from terminal.errors import LockedError, NotFoundError, WrongPinError
from tests.pins import PlainPins
from tests.unit.terminal.desk.counter import make_place

PIN, OTHER_PIN = "314159", "161803"


class Seconds:
    """A clock that tests push on."""

    def __init__(self) -> None:
        self.now = 5000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def attendance(seconds: Seconds) -> Attendance:
    place = make_place()
    first = place.tellers["T0007"]
    second = Teller(staff_no="T0009", name=first.name, document=first.document)
    place = replace(place, tellers={"T0007": first, "T0009": second})
    pins = PlainPins({"T0007": PIN, "T0009": OTHER_PIN, "T0008": "271828"})
    return Attendance(pins, place, seconds, lock_after_s=300)


def test_it_begins_locked(attendance: Attendance) -> None:
    with pytest.raises(LockedError):
        attendance.require()


@pytest.mark.parametrize(
    ("staff_no", "pin", "error"),
    [
        ("T0007", OTHER_PIN, WrongPinError),
        ("T0007", "", WrongPinError),
        ("T0008", "271828", NotFoundError),
    ],
    ids=["somebody else's PIN", "no PIN", "no teller of this counter"],
)
def test_nobody_else_gets_in(
    attendance: Attendance, staff_no: str, pin: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        attendance.sign_in(staff_no, pin)

    assert attendance.find() is None


def test_a_wrong_pin_leaves_who_works_at_work(attendance: Attendance) -> None:
    attendance.sign_in("T0007", PIN)
    with pytest.raises(WrongPinError):
        attendance.sign_in("T0009", PIN)

    assert attendance.require() == "T0007"


def test_who_comes_in_puts_the_one_before_out(attendance: Attendance) -> None:
    attendance.sign_in("T0007", PIN)
    attendance.sign_in("T0009", OTHER_PIN)

    assert attendance.require() == "T0009"


def test_it_locks_by_a_key(attendance: Attendance) -> None:
    attendance.sign_in("T0007", PIN)
    attendance.lock()

    assert (attendance.find(), attendance.last) == (None, "T0007")


def test_it_locks_itself_when_no_hand_moves(attendance: Attendance, seconds: Seconds) -> None:
    attendance.sign_in("T0007", PIN)
    seconds.now += 299
    assert attendance.find() == "T0007"
    seconds.now += 1

    assert attendance.find() is None


def test_a_hand_that_moved_holds_it_open(attendance: Attendance, seconds: Seconds) -> None:
    attendance.sign_in("T0007", PIN)
    seconds.now += 200
    attendance.moved(20)
    seconds.now += 200

    assert attendance.locks_in_s() == 80
    assert attendance.find() == "T0007"


def test_of_several_windows_the_latest_movement_counts(
    attendance: Attendance, seconds: Seconds
) -> None:
    attendance.sign_in("T0007", PIN)
    seconds.now += 200
    attendance.moved(5)
    attendance.moved(190)

    assert attendance.locks_in_s() == 295


def test_a_hand_that_moves_opens_nothing(attendance: Attendance, seconds: Seconds) -> None:
    attendance.sign_in("T0007", PIN)
    seconds.now += 301
    attendance.moved(0)

    assert attendance.find() is None


def test_nobody_moves_in_the_future(attendance: Attendance) -> None:
    attendance.sign_in("T0007", PIN)
    attendance.moved(-5000)

    assert attendance.locks_in_s() == 300
