"""One case as it lies before the rule book, and the ways to change it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from backend.office.register import Encumbrance, Extract
from backend.office.rules import Outcome, Policy, examine, outcome_of
from registration.application import Application
from registration.findings import Finding, Level
from tests.factories import CAPTURED_AT, TODAY, make_inks
from tests.factories_office import make_checks, make_policy
from tests.known import known

CAME_AT: Final = CAPTURED_AT + timedelta(minutes=3)
N, B, U, C, W = (
    Level.NOT_ACCEPTED,
    Level.BLOCK,
    Level.UNKNOWN,
    Level.CORRECT,
    Level.MANUAL,
)
Hits = Mapping[str, Level]
_ORDER: Final = (
    (N, Outcome.NOT_ACCEPTED),
    (B, Outcome.REFUSED),
    (U, Outcome.UNKNOWN),
    (C, Outcome.CORRECTION_REQUIRED),
    (W, Outcome.MANUAL),
)
"""Not ours to decide, then what no correction cures, then what a person has to find out first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Application, page, what the police say, and what the office decided."""

    application: Application
    page: Extract
    codes: tuple[str, ...] = ()
    policy: Policy = field(default_factory=make_policy)

    def judge(self) -> tuple[Outcome, tuple[Finding, ...]]:
        """Let the rule book judge."""
        checks = make_checks(self.application, *self.codes)
        findings = examine(
            self.application,
            self.page,
            checks,
            today=TODAY,
            policy=self.policy,
            came_at=CAME_AT,
        )
        return outcome_of(findings, self.application, self.policy), findings

    def on_title(self, **changes: Any) -> "World":
        return replace(
            self, page=replace(self.page, title=replace(known(self.page.title), **changes))
        )

    def with_entry(self, *entries: Encumbrance) -> "World":
        return replace(
            self, page=replace(self.page, encumbrances=(*self.page.encumbrances, *entries))
        )

    def applied(self, **changes: Any) -> "World":
        """Change the application; what was signed stays signed as it was."""
        return replace(self, application=replace(self.application, **changes))

    def mortgaged(self, **changes: Any) -> "World":
        return self.applied(mortgage=replace(known(self.application.mortgage), **changes))

    def signed_anew(self) -> "World":
        """Let everybody sign who has to sign the application as it is now."""
        return self.applied(inks=make_inks(self.application))


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A clean case."""

    name: str
    world: World
    is_straight: bool
    """Whether the rule book may decide it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """One change, and what the law has to say of it."""

    name: str
    touches: tuple[str, ...]
    """What it changes: two that change the same are not laid upon each other."""
    change: Callable[[World], World]
    hits: Hits
    """Rules and levels, what is only told left out; empty where the law minds nothing."""
    to_people: bool = False
    """The law minds nothing, but the policy leaves it to people."""

    def meets(self, other: "Trap") -> bool:
        """Say whether both change the same thing."""
        return any(_overlap(a, b) for a in self.touches for b in other.touches)


def _overlap(a: str, b: str) -> bool:
    return a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.")


@dataclass(frozen=True, slots=True)
class Case:
    """A base with some traps upon it."""

    base: Base
    traps: tuple[Trap, ...]

    @property
    def name(self) -> str:
        return " + ".join((self.base.name, *(trap.name for trap in self.traps)))

    @property
    def hits(self) -> dict[str, frozenset[Level]]:
        """Return every rule that speaks, with its levels."""
        told: dict[str, frozenset[Level]] = {}
        for trap in self.traps:
            for rule, level in trap.hits.items():
                told[rule] = told.get(rule, frozenset()) | {level}
        return told

    @property
    def outcome(self) -> Outcome:
        """Return the way that the law has it go."""
        levels = {level for found in self.hits.values() for level in found}
        for level, outcome in _ORDER:
            if level in levels:
                return outcome
        is_alone = self.base.is_straight and not any(trap.to_people for trap in self.traps)
        return Outcome.APPROVED if is_alone else Outcome.MANUAL

    def build(self) -> World:
        """Return the case with everything changed."""
        world = self.base.world
        for trap in self.traps:
            world = trap.change(world)
        return world


def find_fault(case: Case) -> str:
    """Say how the rule book differs from the law; empty when it does not."""
    outcome, findings = case.build().judge()
    told: dict[str, frozenset[Level]] = {}
    for finding in findings:
        if finding.level is not Level.INFO:
            told[finding.rule] = told.get(finding.rule, frozenset()) | {finding.level}
    if outcome is case.outcome and told == case.hits:
        return ""
    return f"{case.name}: law {case.outcome.name} {_said(case.hits)}, book {outcome.name} {_said(told)}"


def _said(hits: Mapping[str, frozenset[Level]]) -> str:
    return (
        ", ".join(
            f"{rule}.{'/'.join(sorted(level.value for level in levels))}"
            for rule, levels in sorted(hits.items())
        )
        or "nothing"
    )
