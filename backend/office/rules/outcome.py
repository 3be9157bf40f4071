"""What becomes of an application after its examination."""

import enum

from backend.office.rules.matter import Policy
from registration.application import Application
from registration.findings import Finding, Level, gravest
from registration.mortgage import MortgageForm, RegistrationKind


class Outcome(enum.Enum):
    """The way a case goes after its examination."""

    NOT_ACCEPTED = "not_accepted"
    REFUSED = "refused"
    """The law forbids it; a person signs the refusal."""
    UNKNOWN = "unknown"
    """A check gave no answer, so a person decides: a list of corrections would not be complete."""
    CORRECTION_REQUIRED = "correction_required"
    MANUAL = "manual"
    APPROVED = "approved"

    @property
    def decision(self) -> str:
        """The decision in one word; what is unknown is decided by a person."""
        return "MANUAL" if self is Outcome.UNKNOWN else self.name


_BY_LEVEL = {
    Level.NOT_ACCEPTED: Outcome.NOT_ACCEPTED,
    Level.BLOCK: Outcome.REFUSED,
    Level.UNKNOWN: Outcome.UNKNOWN,
    Level.CORRECT: Outcome.CORRECTION_REQUIRED,
    Level.MANUAL: Outcome.MANUAL,
}


def outcome_of(findings: tuple[Finding, ...], application: Application, policy: Policy) -> Outcome:
    """Return what the gravest finding leads to; a clean case goes straight through if it may."""
    level = gravest(findings)
    if level in _BY_LEVEL:
        return _BY_LEVEL[level]
    return Outcome.APPROVED if may_go_straight(application, policy) else Outcome.MANUAL


def may_go_straight(application: Application, policy: Policy) -> bool:
    """Say whether the rule book may decide a clean case: discharges, and small ordinary ones."""
    if not policy.is_straight_through:
        return False
    if application.kind is RegistrationKind.CANCELLATION:
        return True
    mortgage = application.mortgage
    if application.kind is not RegistrationKind.FIRST or mortgage is None:
        return False
    if mortgage.form is not MortgageForm.ORDINARY or mortgage.amount is None:
        return False
    return 0 < mortgage.amount.fen <= policy.limit_fen
