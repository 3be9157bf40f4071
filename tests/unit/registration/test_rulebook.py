"""What an office may have otherwise: within the law, and nothing beyond it."""

import pytest

from backend.office.rules import list_lines
from backend.office.rules.book import Moment
from registration.findings import Finding, Level
from registration.rulebook import OFF, Line, adjust, may_be


def make_finding(rule: str, level: Level) -> Finding:
    return Finding(rule=rule, level=level, zh="一。", en="One.", basis="《民法典》")


@pytest.mark.parametrize("level", [OFF, "info", "manual", "correct"])
@pytest.mark.parametrize(
    ("rule", "shipped"), [("R01", Level.BLOCK), ("R08", Level.CORRECT), ("R32", Level.UNKNOWN)]
)
def test_what_the_law_asks_cannot_be_weakened(rule: str, shipped: Level, level: str) -> None:
    finding = make_finding(rule, shipped)

    assert adjust([finding], {Line(rule, shipped.value): level}) == (finding,)


@pytest.mark.parametrize("rule", ["R13", "R19"])
def test_what_is_no_bar_by_law_never_becomes_one(rule: str) -> None:
    """民法典 366-370, 担保解释 50: habitation and allocated land hinder no mortgage."""
    lines = [one.line for one in list_lines() if one.line.rule == rule]

    assert lines
    assert not {level for line in lines for level in may_be(line)} & {"block", "not_accepted"}


def test_a_line_that_is_left_to_the_office_takes_the_level_it_gives() -> None:
    finding = make_finding("R36", Level.MANUAL)

    (found,) = adjust([finding], {Line("R36", "manual"): "info"})

    assert found.level is Level.INFO
    assert found.zh == finding.zh


def test_a_line_that_is_switched_off_says_nothing() -> None:
    kept = make_finding("R01", Level.BLOCK)

    assert adjust([kept, make_finding("R10", Level.MANUAL)], {Line("R10", "manual"): OFF}) == (
        kept,
    )


def test_every_line_may_be_as_it_is_shipped() -> None:
    assert [one.line for one in list_lines() if one.line.shipped not in one.may_be] == []


def test_only_what_is_told_may_ever_become_what_stops_nothing() -> None:
    """Nothing that forbids, and nothing that somebody has to correct, can be left out."""
    weak = {OFF, "info"}
    grave = {"block", "correct", "unknown", "not_accepted"}

    assert [
        str(one.line)
        for one in list_lines()
        if one.line.shipped in grave and weak & set(one.may_be)
    ] == []


def test_every_line_of_the_book_has_law_moments_and_words() -> None:
    for one in list_lines():
        assert one.bases, one.line
        assert one.moments, one.line
        assert one.en, one.line


def test_what_an_authority_says_is_judged_again_where_the_office_asks_it_before_an_entry() -> None:
    lines = {str(one.line): one for one in list_lines()}

    def is_renewed(line: str, *asked: str) -> bool:
        return Moment.RECORDING in lines[line].moments_of(asked)

    assert is_renewed("R01.unknown", "seizures")
    assert not is_renewed("R01.unknown")
    assert not is_renewed("R01.unknown", "marriage")
    assert is_renewed("R10.unknown", "marriage")
    assert is_renewed("R34.manual"), "what the register knows is asked again in any case"
