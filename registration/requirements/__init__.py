"""What an application must be by itself, before anybody looks into the register."""

from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Finding
from registration.requirements import (
    answers,
    changes,
    claim,
    documents,
    estate,
    listed,
    papers,
    people,
    printing,
    remote,
    sales,
    shares,
    signing,
    statements,
    typed,
    visits,
)
from registration.requirements.bundles import check_package, check_together
from registration.requirements.moments import TIMED, check_moments
from registration.requirements.rule import Rule

__all__ = [
    "RULES",
    "TIMED",
    "check_application",
    "check_moments",
    "check_package",
    "check_together",
]

RULES: Final[tuple[Rule, ...]] = (
    *claim.RULES,
    *changes.RULES,
    *sales.RULES,
    *papers.RULES,
    *signing.RULES,
    *statements.RULES,
    *listed.RULES,
    *remote.RULES,
    *visits.RULES,
    *shares.RULES,
    *people.RULES,
    *documents.RULES,
    *typed.RULES,
    *estate.RULES,
    *answers.RULES,
    *printing.RULES,
)
"""Every rule that needs nothing but the application, in the order of its findings."""


def check_application(application: Application, *, today: date) -> tuple[Finding, ...]:
    """Return everything that is wrong with an application, all at once; empty when nothing is.

    `today` is the day in China on which authorities and documents must be in force.

    Source: 不动产登记暂行条例第十七条 (everything to be corrected is told once).
    """
    return tuple(finding for rule in RULES for finding in rule.apply(application, today))
