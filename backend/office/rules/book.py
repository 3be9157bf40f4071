"""What a rule is made of: its clauses in words, where and when it is asked, and what judges."""

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from backend.office.enquiries import Service
from backend.office.rules.matter import BUILT_KINDS, Matter, Page
from registration.findings import Finding, Level
from registration.mortgage import RegistrationKind

Kinds = frozenset[RegistrationKind]

EVERY: Final[Kinds] = BUILT_KINDS
MORTGAGING: Final[Kinds] = frozenset({RegistrationKind.FIRST, RegistrationKind.CONVERSION})
"""A mortgage is entered on what the register already holds as somebody's."""
NOTICES: Final[Kinds] = frozenset(
    {RegistrationKind.PURCHASE_NOTICE, RegistrationKind.MORTGAGE_NOTICE}
)
SALE: Final[Kinds] = frozenset({RegistrationKind.OWNERSHIP_TRANSFER})
DISPOSING: Final[Kinds] = MORTGAGING | NOTICES | SALE
"""The property is burdened or passes on."""
AMENDING: Final[Kinds] = frozenset(
    {
        RegistrationKind.CHANGE,
        RegistrationKind.CRYSTALLISATION,
        RegistrationKind.TRANSFER,
    }
)
"""A mortgage that stands goes on otherwise."""


class Moment(enum.Enum):
    """When a rule is asked."""

    COUNTER = "counter"
    """Before anybody signs, by the application alone."""
    PRECHECK = "precheck"
    """Before anybody signs, by the register's page of a unit."""
    RECEPTION = "reception"
    """When the office decides whether to accept."""
    EXAMINATION = "examination"
    """When it lays the application beside the register."""
    RECORDING = "recording"
    """Once more, in the very transaction that writes the entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One thing a rule can say; the texts hold places for facts in curly brackets."""

    rule: str
    """R01 to R49, or MATERIAL, KIND for what has no rule of its own."""
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
    kinds: Kinds
    """The registrations of which the law asks it."""
    look: Callable[[Page], Iterable[Finding]] | None = None
    """What can be told of a unit before there is an application."""
    check: Callable[[Matter], Iterable[Finding]] | None = None
    """What is told of an application; where None, that is what the page tells."""
    is_of_people: bool = False
    """People are checked when they apply, and not again when the entry is written."""
    asks: Service | None = None
    """The authority whose answer it judges; settings say which are asked again before an entry."""

    @property
    def moments(self) -> tuple[Moment, ...]:
        """When it is asked; what the register knows is asked again at recording."""
        before = (Moment.PRECHECK,) if self.look is not None else ()
        after = () if self.is_of_people else (Moment.RECORDING,)
        return (*before, Moment.RECEPTION, Moment.EXAMINATION, *after)

    def judge(self, matter: Matter) -> Iterable[Finding]:
        """Return what the rule says of an application."""
        if matter.kind not in self.kinds:
            return ()
        if self.check is not None:
            return self.check(matter)
        return self.glance(matter.page, matter.kind)

    def glance(self, page: Page, kind: RegistrationKind) -> Iterable[Finding]:
        """Return what the rule says of a unit alone, for one kind."""
        return () if self.look is None or kind not in self.kinds else self.look(page)
