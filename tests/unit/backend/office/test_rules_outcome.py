"""The order of outcomes, the way straight through, and the rule book's own identity."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.office.register import Extract
from backend.office.rules import RULE_BOOK, Outcome, find_hindrance, list_lines, outcome_of
from backend.office.rules.examination import RULES
from registration.application import Application
from registration.findings import Finding, Level
from registration.mortgage import Money, RegistrationKind
from tests.factories import (
    LI,
    make_application,
    make_discharge,
    make_maximum_mortgage,
    make_mortgage,
    without_ink_of,
)
from tests.factories_office import judged, make_extract, make_policy, make_seizure

BASE = make_application()
POLICY = make_policy()


def make_finding(level: Level) -> Finding:
    return Finding(rule="R01", level=level, zh="-", en="-", basis="")


@pytest.mark.parametrize(
    ("levels", "outcome"),
    [
        ((Level.BLOCK, Level.NOT_ACCEPTED), Outcome.NOT_ACCEPTED),
        ((Level.UNKNOWN, Level.BLOCK), Outcome.REFUSED),
        ((Level.CORRECT, Level.UNKNOWN), Outcome.UNKNOWN),
        ((Level.MANUAL, Level.CORRECT), Outcome.CORRECTION_REQUIRED),
        ((Level.INFO, Level.MANUAL), Outcome.MANUAL),
        ((Level.INFO,), Outcome.APPROVED),
        ((), Outcome.APPROVED),
    ],
)
def test_the_gravest_finding_decides(levels: tuple[Level, ...], outcome: Outcome) -> None:
    findings = tuple(make_finding(level) for level in levels)

    assert outcome_of(findings, BASE, POLICY) is outcome


def test_every_level_leads_somewhere() -> None:
    outcomes = [outcome_of((make_finding(level),), BASE, POLICY) for level in Level]

    assert len(set(outcomes)) == len(Outcome)


def test_everything_is_told_even_where_one_finding_decides() -> None:
    """Interim Regulations art. 17(3): all that is to be corrected is told at once."""
    unsigned = without_ink_of(
        make_application(mortgage=make_mortgage(amount_words="捌拾柒万元整")), LI, "M01"
    )
    outcome, findings = judged(unsigned, make_extract(make_seizure()), "999")

    assert outcome is Outcome.REFUSED
    assert [f.rule for f in findings] == ["R01", "R08", "R22", "R32"]


def with_amount(fen: int) -> dict[str, Any]:
    return {"mortgage": make_mortgage(amount=Money(fen), amount_words="")}


@pytest.mark.parametrize(
    ("changes", "is_straight"),
    [
        ({}, True),
        (with_amount(100_000_000), True),
        (with_amount(100_000_001), False),
        ({"mortgage": make_maximum_mortgage(max_claim=Money(100))}, False),
        ({"kind": RegistrationKind.CHANGE}, False),
    ],
    ids=["small", "at the limit", "a fen above", "maximum amount", "another kind"],
)
def test_which_clean_cases_go_straight_through(changes: dict[str, Any], is_straight: bool) -> None:
    assert (find_hindrance(make_application(**changes), POLICY) is None) is is_straight


def test_a_discharge_goes_straight_through() -> None:
    assert find_hindrance(make_discharge(), POLICY) is None


@pytest.mark.parametrize("application", [BASE, make_discharge()], ids=["first", "discharge"])
def test_an_office_may_decide_everything_by_people(application: Application) -> None:
    by_people = replace(POLICY, is_straight_through=False)

    assert outcome_of((), application, by_people) is Outcome.MANUAL


def test_the_rule_book_is_the_same_on_every_start() -> None:
    again = subprocess.run(
        [sys.executable, "-c", "from backend.office.rules import RULE_BOOK; print(RULE_BOOK)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[4],
    )

    assert again.stdout.strip() == RULE_BOOK
    assert re.fullmatch(r"2026\.4 sha256:[0-9a-f]{64}", RULE_BOOK)


def test_every_rule_of_the_facts_is_in_the_book() -> None:
    ids = {one.line.rule for one in list_lines()}

    assert {f"R{number:02d}" for number in range(1, 41)} - ids == set()


def test_every_clause_has_both_languages_and_a_basis() -> None:
    clauses = [clause for rule in RULES for clause in rule.clauses]
    places = re.compile(r"\{(\w+)\}")

    for clause in clauses:
        assert clause.basis
        assert clause.zh.endswith("。")
        assert clause.en.isascii()
        zh, en = (
            {name.removesuffix(f"_{tongue}") for name in places.findall(text)}
            for tongue, text in (("zh", clause.zh), ("en", clause.en))
        )
        assert en <= zh


@pytest.mark.parametrize(
    "application",
    [
        make_application(mortgage=None),
        make_application(mortgagors=(), debtors=(), inquiry=(), inks=(), materials=()),
        make_discharge(discharge=None),
    ],
    ids=["no mortgage", "nobody", "no discharge"],
)
@pytest.mark.parametrize("page", [make_extract(), make_extract(title=None)], ids=["known", "not"])
def test_an_application_with_holes_is_corrected_and_breaks_nothing(
    application: Application, page: Extract
) -> None:
    assert judged(application, page)[0] is Outcome.CORRECTION_REQUIRED
