"""The rule book as a whole, and the examination of one application by it."""

import hashlib
import json
from datetime import date
from typing import Final

from backend.office.ports import IdentityCheck
from backend.office.register import Extract
from backend.office.rules import channel, encumbrances
from backend.office.rules.book import Clause, Rule
from backend.office.rules.matter import Matter, Policy
from registration.application import Application
from registration.findings import Finding, Level

RULES: Final[tuple[Rule, ...]] = (
    *channel.RULES,
    *encumbrances.RULES,
)
_GRAVITY: Final = {level: place for place, level in enumerate(Level)}


def examine(
    application: Application,
    extract: Extract,
    checks: tuple[IdentityCheck, ...] | None,
    *,
    today: date,
    policy: Policy,
) -> tuple[Finding, ...]:
    """Return everything that is to be said of an application, gravest first; all at once.

    `checks` are the police's answers for `people_to_check`, in its order; None leaves the
    people out of question.
    """
    matter = Matter(
        application=application, extract=extract, checks=checks, today=today, policy=policy
    )
    found = [f for rule in RULES if rule.applies_to(matter) for f in rule.check(matter)]
    return tuple(sorted(dict.fromkeys(found), key=lambda f: (_GRAVITY[f.level], f.rule)))


def _fingerprint(clauses: tuple[Clause, ...]) -> str:
    lines = sorted([c.rule, c.level.value, c.basis, c.zh, c.en] for c in clauses)
    text = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


RULE_BOOK: Final = "2026.1 sha256:" + _fingerprint(
    tuple(clause for rule in RULES for clause in rule.clauses)
)
"""Version and digest of the rules' ids, levels, bases and texts; equal on every machine."""
