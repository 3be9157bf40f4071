"""What a rule is made of: its clauses in words, and the function that judges."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend.office.rules.matter import Matter
from registration.findings import Finding, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One thing a rule can say; the texts hold places for facts in curly brackets."""

    rule: str
    """R01 to R40, or MATERIAL for a paper that has no rule of its own."""
    level: Level
    basis: str
    zh: str
    en: str

    def finding(self, pointer: str = "", **facts: str) -> Finding:
        """Return the finding with its facts filled in."""
        return Finding(
            rule=self.rule,
            level=self.level,
            zh=self.zh.format(**facts),
            en=self.en.format(**facts),
            basis=self.basis,
            pointer=pointer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the book."""

    check: Callable[[Matter], Iterable[Finding]]
    clauses: tuple[Clause, ...]
    is_for_discharge: bool = False
    """A discharge only frees the property, so most rules leave it alone."""

    def applies_to(self, matter: Matter) -> bool:
        return self.is_for_discharge or not matter.is_discharge
