"""What a rule is made of: its clauses in words, and the functions that judge."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend.office.rules.matter import Matter, Page
from registration.findings import Finding, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One thing a rule can say; the texts hold places for facts in curly brackets."""

    rule: str
    """R01 to R42, or MATERIAL, KIND, PRINT for what has no rule of its own."""
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
    """One rule of the book: it looks at the register's page, at the whole matter, or at either."""

    clauses: tuple[Clause, ...]
    look: Callable[[Page], Iterable[Finding]] | None = None
    """What can be told of a unit before there is an application."""
    check: Callable[[Matter], Iterable[Finding]] | None = None
    """What is told of an application; where None, that is what the page tells."""
    is_for_discharge: bool = False
    """A discharge only frees the property, so most rules leave it alone."""

    def judge(self, matter: Matter) -> Iterable[Finding]:
        """Return what the rule says of an application."""
        if matter.is_discharge and not self.is_for_discharge:
            return ()
        if self.check is not None:
            return self.check(matter)
        return self.glance(matter.page)

    def glance(self, page: Page) -> Iterable[Finding]:
        """Return what the rule says of a unit alone."""
        return () if self.look is None else self.look(page)
