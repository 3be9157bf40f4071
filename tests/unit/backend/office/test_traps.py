"""The rule book against the law: no wrong approval, no needless refusal, every finding as it says.

`python -m tests.traps` runs every pair of traps; here each trap alone and one pair in sixty.
"""

from dataclasses import replace
from typing import Final

import pytest

from backend.office.rules import Matter, Outcome, Page
from backend.office.rules.examination import RULES
from registration.identifiers import parse_unit_no
from registration.outcomes import PrecheckAnswer
from registration.rulebook import NONE, Adjustments, Line, adjust
from terminal.desk.checks import check_all
from tests.factories import TODAY, UNIT_NO
from tests.factories_office import make_checks
from tests.rows import AT
from tests.traps.generator import every_case, lean
from tests.traps.sale_traps import BundleWorld
from tests.traps.spare_traps import SparedWorld
from tests.traps.world import CAME_AT, Case, find_fault

_EVERY: Final = 60


def test_the_book_says_of_every_trap_what_the_law_says() -> None:
    assert [fault for case in lean(_EVERY) if (fault := find_fault(case))] == []


def test_the_traps_are_many_and_of_every_outcome() -> None:
    cases = list(every_case())

    assert len(cases) > 7000
    assert {case.outcome for case in cases} == set(Outcome)
    assert len({case.name for case in cases}) == len(cases)


def test_a_book_that_forgot_a_rule_is_caught() -> None:
    """The trap set itself is tried: without seizures, a seized flat would be approved."""
    case = next(c for c in every_case() if [t.name for t in c.traps] == ["seized (1)"])
    (trap,) = case.traps
    blind = replace(trap, change=lambda world: world)

    assert "book APPROVED" in find_fault(Case(case.base, (blind,)))


OTHERWISE: Final[Adjustments] = {Line("R13", "manual"): "info", Line("R43", "manual"): "off"}


@pytest.mark.parametrize("adjustments", [NONE, OTHERWISE], ids=["as shipped", "by a ruling"])
def test_counter_and_office_find_the_same_where_they_know_the_same(
    adjustments: Adjustments,
) -> None:
    """What the office finds is what the counter found, and what the register's rules add."""
    told = PrecheckAnswer(
        unit_no=parse_unit_no(UNIT_NO),
        is_found=True,
        at=AT,
        rules=tuple(f"{line}={level}" for line, level in adjustments.items()),
    )
    for case in lean(_EVERY):
        world = case.build()
        if isinstance(world, BundleWorld | SparedWorld):
            # A later step meets the page that the sale leaves, and the office has answers of its
            # own: no counter knows these.
            continue
        policy = replace(world.policy, adjustments=adjustments)
        _, office = replace(world, policy=policy).judge()
        counter = check_all((world.application,), now=CAME_AT, precheck=told)
        matter = Matter(
            application=world.application,
            page=Page(extract=world.page, today=TODAY, policy=policy),
            checks=make_checks(world.application, *world.codes),
        )
        law = [finding for rule in RULES for finding in rule.judge(matter)]
        assert set(office) == {*counter, *adjust(law, adjustments)}, case.name
