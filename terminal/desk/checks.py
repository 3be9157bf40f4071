"""What is wrong with the applications of a draft, all of them together and all at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from registration.application import Application
from registration.days import local_day
from registration.findings import Finding
from registration.outcomes import PrecheckAnswer
from registration.requirements import (
    check_application,
    check_moments,
    check_package,
    check_together,
)
from registration.rulebook import Adjustments, adjust
from registration.ruling import parse_adjustments
from terminal.desk.draft import Draft, SlotRole

_MATTERS: Final = frozenset({"/discharge", "/change", "/crystallisation", "/transfer"})


def check_all(
    applications: Sequence[Application], *, now: datetime, precheck: PrecheckAnswer | None = None
) -> tuple[Finding, ...]:
    """Return everything that is wrong with an application, or with the steps of a bundle.

    What several steps have in common is said once. The levels are those of the office, as its
    answer about the unit told them; without one, those that are shipped.
    """
    together = check_together(applications) if len(applications) > 1 else ((),)
    found = list(check_package(applications))
    for application, more in zip(applications, together, strict=True):
        found += [*check_application(application, today=local_day(now)), *more]
        found += check_moments(application, now)
    told = adjust(found, office_rules(precheck))
    return tuple({(f.rule, f.zh): f for f in reversed(told)}.values())[::-1]


def office_rules(precheck: PrecheckAnswer | None) -> Adjustments:
    """Return the lines of the rule book that the office said it has otherwise."""
    pairs = (one.partition("=") for one in (precheck.rules if precheck else ()))
    return parse_adjustments({line: level for line, _, level in pairs})


def without_whole_matters(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Leave out that a whole matter is not stated: the form names each empty field of it."""
    return tuple(finding for finding in findings if finding.pointer not in _MATTERS)


def without_unread(findings: Sequence[Finding], draft: Draft) -> tuple[Finding, ...]:
    """Leave parties out whose place stands empty: the place says that nobody was read there yet."""
    empty = [s for s in draft.slots if s.identity is None and not s.number]
    told = {"/mortgagors" for s in empty if s.role is SlotRole.MORTGAGOR}
    told |= {"/debtors" for s in empty if s.is_debtor or s.role is SlotRole.DEBTOR}
    return tuple(finding for finding in findings if finding.pointer not in told)


def masked_names(applications: Sequence[Application]) -> tuple[str, ...]:
    """Return who stands behind applications, for lists: masked people, or the bank until now."""
    return tuple(dict.fromkeys(name for a in applications for name in _names(a)))


def _names(application: Application) -> Iterator[str]:
    buyers = application.sale.buyers if application.sale else ()
    for party in (*application.obligors, *buyers):
        yield party.name.masked
    if application.transfer is not None:
        yield application.transfer.former.name.text
