import pytest

from terminal.desk.pace import LEAST, MOST, Pace

KB = 1024
LONG = 100 * MOST


def send(pace: Pace, rate: float, *, times: int = 1) -> list[int]:
    """Send pieces over a line of so many bytes a second."""
    sizes = []
    for _ in range(times):
        sizes.append(pace.piece(LONG))
        pace.went(sizes[-1], sizes[-1] / rate)
    return sizes


def test_it_begins_small() -> None:
    assert Pace().piece(LONG) == 16 * KB


def test_never_more_than_is_left() -> None:
    assert Pace().piece(100) == 100


@pytest.mark.parametrize("rate", [8_000, 1_000_000, 100_000_000])
def test_no_piece_is_larger_than_one_cut_may_cost(rate: float) -> None:
    assert max(send(Pace(), rate, times=20)) <= MOST


@pytest.mark.parametrize(("rate", "size"), [(8_000, 32_000), (4_000, 16_000), (100, LEAST)])
def test_a_piece_takes_some_seconds_of_a_slow_line(rate: float, size: int) -> None:
    assert send(Pace(), rate, times=5)[-1] == size


def test_it_grows_by_doubling() -> None:
    assert send(Pace(), 1_000_000, times=4) == [16 * KB, 32 * KB, 64 * KB, 64 * KB]


def test_each_cut_makes_pieces_smaller() -> None:
    pace = Pace()
    send(pace, 1_000_000, times=4)
    sizes = []
    for _ in range(5):
        pace.broke()
        sizes.append(pace.piece(LONG))

    assert sizes == [32 * KB, 16 * KB, LEAST, LEAST, LEAST]


def test_a_line_that_is_not_known_is_not_trusted_with_all() -> None:
    pace = Pace()
    assert not pace.is_good_for(1)
    send(pace, 100_000_000)
    assert not pace.is_good_for(1)


def test_on_a_good_line_all_goes_at_once() -> None:
    pace = Pace()
    send(pace, 1_000_000, times=2)

    assert pace.is_good_for(1_900_000)
    assert not pace.is_good_for(2_100_000)


def test_after_a_cut_it_must_prove_itself_again() -> None:
    pace = Pace()
    send(pace, 1_000_000, times=5)
    pace.broke()

    assert not pace.is_good_for(100)
    send(pace, 1_000_000, times=2)
    assert pace.is_good_for(100)
