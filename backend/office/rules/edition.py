"""The rule book as data: its lines, its version, and the digest that names it."""

import hashlib
import inspect
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final

from backend.office.enquiries import Service
from backend.office.rules.book import Moment
from backend.office.rules.examination import RULES
from backend.office.rules.matter import Policy
from registration import requirements, schema
from registration.mortgage import RegistrationKind
from registration.rulebook import Line, may_be
from registration.ruling import parse_adjustments

VERSION: Final = "2026.4"
"""Of the rules as this release ships them."""
_JUDGING: Final = {
    "registration.requirements": (),
    "registration": (
        "catalogue",
        "inquiry",
        "materials",
        "parties",
        "rulebook",
        "signatures",
    ),
    "backend.office.rules": (),
    "backend.office": ("effects", "judging", "wording"),
}
"""Where the code of the rules stands: whole packages, or some modules of one."""
_BEFORE: Final = (Moment.COUNTER, Moment.RECEPTION, Moment.EXAMINATION)


@dataclass(slots=True)
class BookLine:
    """Everything that one rule says at one level."""

    line: Line
    bases: list[str] = field(default_factory=list)
    """Laws and articles."""
    moments: list[Moment] = field(default_factory=list)
    kinds: set[RegistrationKind] = field(default_factory=set)
    """The registrations of which it is asked; empty for all."""
    asks: set[Service] = field(default_factory=set)
    """The authorities whose answers it judges."""
    zh: list[str] = field(default_factory=list)
    """What it may say, with places for facts; empty where its functions word it."""
    en: list[str] = field(default_factory=list)
    """Likewise; for rules of the form, what each of them asks."""

    @property
    def may_be(self) -> tuple[str, ...]:
        """The levels that the law leaves open."""
        return may_be(self.line)

    def moments_of(self, asked_before_entry: Collection[str]) -> tuple[Moment, ...]:
        """Return when it is asked where these authorities are asked again before an entry."""
        is_renewed = any(service.value in asked_before_entry for service in self.asks)
        known = {*self.moments, Moment.RECORDING} if is_renewed else {*self.moments}
        return tuple(moment for moment in Moment if moment in known)

    def add(self, basis: str, moments: tuple[Moment, ...]) -> None:
        """Note one more law by which it is asked, and when."""
        if basis not in self.bases:
            self.bases.append(basis)
        self.moments = [m for m in Moment if m in {*self.moments, *moments}]


def list_lines() -> tuple[BookLine, ...]:
    """Return every line of the book as it is shipped, by rule and level."""
    found: dict[Line, BookLine] = {}
    forms = [(r.id, r.level, r.basis, r.look.__doc__) for r in requirements.RULES]
    forms += [(r.id, r.level, r.basis, r.look.__doc__) for r in requirements.TIMED]
    for rule, level, basis, text in forms:
        one = _line(found, rule, level.value)
        one.add(basis, _BEFORE)
        one.en.append(inspect.cleandoc(text or ""))
    for law in RULES:
        for clause in law.clauses:
            one = _line(found, clause.rule, clause.level.value)
            one.add(clause.basis, law.moments)
            one.kinds |= law.kinds
            one.asks |= {law.asks} if law.asks else set()
            one.zh.append(clause.zh)
            one.en.append(clause.en)
    return tuple(found[line] for line in sorted(found))


def _line(found: dict[Line, BookLine], rule: str, level: str) -> BookLine:
    line = Line(rule, level)
    return found.setdefault(line, BookLine(line))


def _digest(value: object) -> str:
    return hashlib.sha256(schema.canonical(value)).hexdigest()


def _texts() -> list[list[str]]:
    told = []
    for one in list_lines():
        kinds = " ".join(sorted(kind.value for kind in one.kinds))
        moments = " ".join(moment.value for moment in one.moments)
        told.append([str(one.line), kinds, moments, *one.bases, *one.zh, *one.en])
    return told


def _sources() -> Iterator[list[str]]:
    """Yield the digest of each module that judges: what the code says is part of the book."""
    for package, alone in _JUDGING.items():
        for file in sorted(files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py") and file.name.removesuffix(".py") in (
                alone or {file.name.removesuffix(".py")}
            ):
                yield [f"{package}/{file.name}", hashlib.sha256(file.read_bytes()).hexdigest()]


SHIPPED: Final = _digest([VERSION, _texts(), list(_sources())])
"""Digest of the rules' ids, levels, bases, texts, kinds, moments and code."""
RULE_BOOK: Final = f"{VERSION} sha256:{SHIPPED}"
"""Version and digest of the rules as they are shipped; equal everywhere."""


def describe(policy: Policy) -> dict[str, Any]:
    """Return what an office decided for itself, as plain members for a digest and for storing."""
    return {
        "areas": list(policy.areas),
        "banks": list(policy.banks),
        "kinds": sorted(kind.value for kind in policy.kinds),
        "is_straight_through": policy.is_straight_through,
        "limit_fen": policy.limit_fen,
        "straight_kinds": sorted(kind.value for kind in policy.straight_kinds),
        "sample_percent": policy.sample_percent,
        "offices": dict(policy.offices),
        "is_spouse_asked": policy.is_spouse_asked,
        "dissent_days": policy.dissent_days,
        "adjustments": {str(line): level for line, level in sorted(policy.adjustments.items())},
    }


def parse_policy(told: Mapping[str, Any]) -> Policy:
    """Return the policy that `describe` told of."""
    return Policy(
        areas=tuple(told["areas"]),
        banks=tuple(told["banks"]),
        kinds=frozenset(RegistrationKind(code) for code in told["kinds"]),
        is_straight_through=told["is_straight_through"],
        limit_fen=told["limit_fen"],
        straight_kinds=frozenset(RegistrationKind(code) for code in told["straight_kinds"]),
        sample_percent=told["sample_percent"],
        offices=dict(told["offices"]),
        is_spouse_asked=told["is_spouse_asked"],
        dissent_days=told["dissent_days"],
        adjustments=parse_adjustments(told["adjustments"]),
    )


def name_book(policy: Policy) -> str:
    """Return the name of the book by which an office judges: equal names judge alike."""
    return f"{VERSION} sha256:{_digest([SHIPPED, describe(policy)])}"
