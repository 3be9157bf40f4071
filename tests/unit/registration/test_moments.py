"""R43: what was captured after the office had it cannot be; what is very old is looked at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registration.application import Application
from registration.findings import Level
from registration.requirements import check_moments
from tests.factories import CAPTURED_AT, make_application

BASE = make_application()
CAME = CAPTURED_AT + timedelta(minutes=3)


def signed_at(minutes: float) -> Application:
    """Return the base case with its first signature some minutes after it came to the office."""
    at = CAME + timedelta(minutes=minutes)
    first = replace(BASE.inks[0], started_at=at - timedelta(seconds=2), ended_at=at)
    return replace(BASE, inks=(first, *BASE.inks[1:]))


def read_at(minutes: float) -> Application:
    """Return the base case with its first card read some minutes after it came to the office."""
    first = BASE.mortgagors[0]
    assert first.identity is not None
    assert first.identity.evidence is not None
    evidence = replace(first.identity.evidence, read_at=CAME + timedelta(minutes=minutes))
    identity = replace(first.identity, evidence=evidence)
    return replace(BASE, mortgagors=(replace(first, identity=identity), *BASE.mortgagors[1:]))


def told(application: Application) -> list[tuple[str, Level, str]]:
    return [(f.rule, f.level, f.pointer) for f in check_moments(application, CAME)]


def test_an_application_of_its_own_day_has_nothing_to_be_told() -> None:
    assert told(BASE) == []


@pytest.mark.parametrize(
    ("application", "pointer"),
    [
        (signed_at(11), "/inks/0/ended_at"),
        (read_at(11), "/mortgagors/0/identity/evidence/read_at"),
        (replace(BASE, captured_at=CAME + timedelta(days=1)), "/captured_at"),
    ],
    ids=["signature", "card", "form"],
)
def test_what_is_later_than_its_arrival_is_corrected(
    application: Application, pointer: str
) -> None:
    assert told(application) == [("R43", Level.CORRECT, pointer)]


def test_ten_minutes_are_left_to_wrong_clocks() -> None:
    assert told(signed_at(10)) == []


@pytest.mark.parametrize(("days", "is_told"), [(180, False), (181, True)])
def test_what_is_older_than_half_a_year_is_looked_at(days: int, is_told: bool) -> None:
    found = told(signed_at(-days * 24 * 60))

    assert found == ([("R43", Level.MANUAL, "/inks/0/ended_at")] if is_told else [])


def test_a_time_is_told_as_the_clocks_in_china_show_it() -> None:
    (finding,) = check_moments(replace(BASE, captured_at=CAME + timedelta(days=1)), CAME)

    assert "2026-09-30" in finding.zh
    assert "2026-09-30" in finding.en
