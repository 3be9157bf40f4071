from datetime import UTC, date, datetime

from registration.days import local_day, local_time


def test_a_day_begins_at_midnight_in_china() -> None:
    """Sixteen hours past midnight in Greenwich it is tomorrow at the counter."""
    assert local_day(datetime(2026, 9, 28, 15, 59, 59, tzinfo=UTC)) == date(2026, 9, 28)
    assert local_day(datetime(2026, 9, 28, 16, 0, 0, tzinfo=UTC)) == date(2026, 9, 29)


def test_a_moment_stays_the_same_moment() -> None:
    at = datetime(2026, 9, 28, 1, 30, tzinfo=UTC)
    assert local_time(at) == at
    assert f"{local_time(at):%H:%M}" == "09:30"
