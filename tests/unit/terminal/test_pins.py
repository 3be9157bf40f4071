"""PINs: who may look a second time at what a colleague typed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from certs.atrest import create_vault, load_vault
from terminal.cli import main
from terminal.errors import BoxDamagedError, PinRefusedError, PinShutError, WrongPinError
from terminal.pins import MOST_TRIES, PinBook
from tests.clock import FrozenClock

NOW = datetime(2026, 9, 29, 2, 12, tzinfo=UTC)
PIN = "271828"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def book(tmp_path: Path, clock: FrozenClock) -> PinBook:
    made = PinBook(tmp_path, create_vault(tmp_path / "box.key"), clock.now)
    made.set("T0008", PIN)
    return made


def test_the_right_pin_lets_in_and_another_does_not(book: PinBook) -> None:
    book.require("T0008", PIN)
    for staff_no, pin in (("T0008", "271829"), ("T0009", PIN), ("T0008", "")):
        with pytest.raises(WrongPinError):
            book.require(staff_no, pin)


def test_a_new_pin_ends_the_old_one(book: PinBook) -> None:
    book.set("T0008", "314159")

    book.require("T0008", "314159")
    with pytest.raises(WrongPinError):
        book.require("T0008", PIN)


def test_wrong_tries_shut_the_door_for_a_while_even_after_a_restart(
    book: PinBook, clock: FrozenClock
) -> None:
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongPinError):
            book.require("T0008", "000001")
    again = PinBook(book.folder, book.vault, clock.now)

    with pytest.raises(PinShutError):
        again.require("T0008", PIN)
    clock.advance(minutes=11)
    again.require("T0008", PIN)


def test_right_tries_forget_the_wrong_ones(book: PinBook) -> None:
    for _ in range(3 * MOST_TRIES):
        with pytest.raises(WrongPinError):
            book.require("T0008", "000001")
        book.require("T0008", PIN)


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        ("27182", "digits"),
        ("27182a", "digits"),
        ("２７１８２８", "digits"),
        ("1" * 21, "digits"),
        ("111111", "simple"),
        ("121212", "simple"),
        ("123456", "simple"),
        ("987654", "simple"),
        ("890123", "simple"),
    ],
)
def test_a_pin_that_anybody_would_guess_is_refused(book: PinBook, pin: str, reason: str) -> None:
    with pytest.raises(PinRefusedError) as caught:
        book.set("T0008", pin)
    assert caught.value.reason == reason


def test_the_file_tells_nobody_anything(book: PinBook) -> None:
    file = book.folder / "pins"

    assert file.stat().st_mode & 0o077 == 0
    assert b"T0008" not in file.read_bytes()


def test_a_file_that_was_changed_lets_nobody_in(book: PinBook) -> None:
    file = book.folder / "pins"
    file.write_bytes(file.read_bytes()[:-1] + b"x")

    with pytest.raises(BoxDamagedError):
        book.require("T0008", PIN)


def test_somebody_chooses_a_pin_at_the_counter(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run = CliRunner().invoke(
        main, ["pin", "T0008"], input=f"{PIN}\n{PIN}\n", env={"MRK_HOME": str(home)}
    )

    assert run.exit_code == 0, run.output
    assert PIN not in run.output
    book = PinBook(home, load_vault(home / "box.key"), lambda: NOW)
    assert book.staff() == {"T0008"}
    book.require("T0008", PIN)
