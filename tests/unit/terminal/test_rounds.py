import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from certs.errors import KeyFileError
from terminal.desk.courier import Courier
from terminal.errors import OfficeUnreachableError
from terminal.rounds import Chore, Rounds, make_chores
from tests.clock import FrozenClock


class StubCourier:
    """A courier that goes nowhere and says how often it was sent."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.faults: dict[str, list[Exception]] = {}
        self.called = threading.Event()
        self.news = 1

    def deliver(self) -> int:
        return self._call("deliver")

    def collect(self, wait_s: int) -> int:
        return self._call(f"collect {wait_s}")

    def fetch_certificates(self) -> int:
        return self._call("fetch")

    def _call(self, name: str) -> int:
        self.calls.append(name)
        self.called.set()
        faults = self.faults.get(name.split(maxsplit=1)[0])
        if faults:
            raise faults.pop(0)
        return self.news


def make_rounds(courier: StubCourier, **changes: Any) -> Rounds:
    values: dict[str, Any] = {
        "courier": cast(Courier, courier),
        "clock": FrozenClock(),
        "jitter": lambda: 1.0,
        "poll_s": 20,
        **changes,
    }
    return Rounds(**values)


def test_packages_go_out_each_second() -> None:
    courier = StubCourier()

    assert make_rounds(courier).go_out() == 1.0
    assert courier.calls == ["deliver"]


def test_answers_and_certificates_come_back_without_rest() -> None:
    """The question itself waits at the office."""
    courier = StubCourier()
    rounds = make_rounds(courier)
    rounds.come_back()

    assert rounds.come_back() == 0.0
    assert courier.calls == ["collect 0", "fetch", "collect 20", "fetch"]


def test_the_first_question_comes_back_at_once() -> None:
    """With it comes how long cases take; the teller should not wait for that until some news."""
    courier = StubCourier()
    courier.faults["collect"] = [OfficeUnreachableError("cut")]
    rounds = make_rounds(courier)
    rounds.come_back()
    rounds.come_back()

    assert [call for call in courier.calls if call != "fetch"] == ["collect 0", "collect 0"]


def test_an_office_that_lets_nobody_wait_is_not_asked_without_end() -> None:
    courier = StubCourier()
    courier.news = 0

    assert make_rounds(courier).come_back() == 1.0


@pytest.mark.parametrize(
    "fault", [OfficeUnreachableError("cut"), KeyFileError("gone"), RuntimeError("a fault of ours")]
)
def test_a_failed_round_rests_longer_each_time_and_goes_on(fault: Exception) -> None:
    courier = StubCourier()
    courier.faults["collect"] = [fault, fault]
    rounds = make_rounds(courier)

    assert [rounds.come_back() for _ in range(4)] == [2.0, 4.0, 0.0, 0.0]


def test_a_delivery_that_fails_does_not_end_the_rounds() -> None:
    courier = StubCourier()
    courier.faults["deliver"] = [RuntimeError("a fault of ours")]

    assert make_rounds(courier).go_out() == 1.0


def test_chores_are_done_now_and_then() -> None:
    clock, done = FrozenClock(), []
    chore = Chore("tidy", timedelta(hours=1), lambda: done.append(clock.now()))
    rounds = make_rounds(StubCourier(), clock=clock, chores=(chore,))

    rounds.come_back()
    rounds.come_back()
    clock.advance(hours=1)
    rounds.come_back()

    assert len(done) == 2


def test_a_chore_that_failed_is_done_again_soon() -> None:
    """After a weekend without a line, revocation lists must not wait for their next turn."""
    clock, tries = FrozenClock(), []

    def fail() -> None:
        tries.append(1)
        raise OfficeUnreachableError("cut")

    rounds = make_rounds(
        StubCourier(), clock=clock, chores=(Chore("refresh", timedelta(hours=1), fail),)
    )
    for _ in range(3):
        rounds.come_back()
        clock.advance(seconds=40)

    assert len(tries) == 2


def test_a_clock_that_was_set_back_does_not_stop_the_chores() -> None:
    clock, done = FrozenClock(), []
    chore = Chore("tidy", timedelta(hours=1), lambda: done.append(1))
    rounds = make_rounds(StubCourier(), clock=clock, chores=(chore,))
    rounds.come_back()

    clock.advance(days=-30)
    rounds.come_back()

    assert len(done) == 2


def test_a_chore_that_fails_does_not_end_the_rounds() -> None:
    def fail() -> None:
        raise OfficeUnreachableError("cut")

    rounds = make_rounds(
        StubCourier(), chores=make_chores(refresh=fail, renew=fail, watch=fail, purge=fail)
    )

    assert rounds.come_back() == 0.0


def test_rounds_run_in_the_background_until_they_are_stopped() -> None:
    courier = StubCourier()
    rounds = make_rounds(courier, poll_s=0)

    rounds.start()
    went = courier.called.wait(5)
    rounds.stop()

    assert went
    assert not [t for t in threading.enumerate() if t.name in {"out", "back"}]


def test_pages_on_their_way_to_another_counter_hold_up_no_answer() -> None:
    courier, ended = StubCourier(), threading.Event()
    rounds = make_rounds(courier, poll_s=0, settle=lambda: ended.wait(60))
    rounds.start()

    while not courier.calls.count("fetch"):
        assert courier.called.wait(20)
    is_held_up = ended.is_set()
    ended.set()
    rounds.stop()

    assert not is_held_up


def test_a_package_that_is_kept_goes_out_at_once() -> None:
    courier = StubCourier()
    rounds = make_rounds(courier)
    rounds.start()
    courier.called.wait(5)
    time.sleep(0.2)
    before, courier.calls = courier.calls.count("deliver"), []

    started = time.monotonic()
    rounds.submitted.set()
    while "deliver" not in courier.calls and time.monotonic() - started < 5:
        time.sleep(0.01)
    took_s = time.monotonic() - started
    rounds.stop()

    assert before == 1
    assert took_s < 0.7


def test_a_question_that_waits_at_the_office_does_not_hold_up_the_end() -> None:
    answered = threading.Event()
    courier = StubCourier()
    courier.collect = lambda wait_s: int(answered.wait(60))  # type: ignore[method-assign]  # waits for the test
    rounds = make_rounds(courier)
    rounds.start()

    started = time.monotonic()
    rounds.stop()
    took_s = time.monotonic() - started
    answered.set()

    assert took_s < 4


def test_a_chore_is_a_name_a_span_and_an_act() -> None:
    act: Callable[[], object] = list

    chores = make_chores(refresh=act, renew=act, watch=act, purge=act)

    assert [c.name for c in chores] == ["renew", "refresh", "watch", "purge"]
