from datetime import timedelta

import pytest

from terminal.desk.backoff import backoff


@pytest.mark.parametrize(
    ("tries", "jitter", "seconds"),
    [
        (0, 1.0, 2),
        (1, 1.0, 2),
        (1, 0.0, 1),
        (2, 1.0, 4),
        (5, 1.0, 32),
        (99, 1.0, 300),
        (99, 0, 150),
    ],
)
def test_the_wait_doubles_up_to_five_minutes(tries: int, jitter: float, seconds: float) -> None:
    assert backoff(tries, jitter) == timedelta(seconds=seconds)


def test_what_the_office_asks_for_counts_when_it_is_longer() -> None:
    assert backoff(1, 1.0, at_least_s=60) == timedelta(seconds=60)
