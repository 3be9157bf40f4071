"""What becomes of an application after its examination."""

import enum
from typing import Final

from backend.office.rules.matter import STRAIGHT_KINDS, Policy
from registration.application import Application
from registration.findings import Finding, Level, gravest
from registration.mortgage import DischargeCause, Money, MortgageForm, RegistrationKind


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


_BASIS: Final = "《不动产登记暂行条例》第十八条；本登记机构自动办理的规定"
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
    return Outcome.APPROVED if find_hindrance(application, policy) is None else Outcome.MANUAL


def find_hindrance(application: Application, policy: Policy) -> Finding | None:
    """Say why the rule book may not decide a clean case; None for those it may.

    It may decide discharges, and ordinary first registrations up to the office's limit.
    """
    if not policy.is_straight_through:
        return _hindrance(
            "自动办理已停用，由两名审核人员审核。", "Straight-through is switched off."
        )
    if application.bundle is not None:
        return _hindrance("一并申请由两名审核人员审核。", "Two reviewers decide a bundle.")
    if application.kind not in policy.straight_kinds & STRAIGHT_KINDS:
        return _hindrance("此类登记由两名审核人员审核。", "Two reviewers decide this kind.")
    if application.kind is RegistrationKind.CANCELLATION:
        return _hindrance_of_discharge(application)
    mortgage = application.mortgage
    if mortgage is None or mortgage.form is not MortgageForm.ORDINARY or mortgage.amount is None:
        return _hindrance(
            "最高额抵押由两名审核人员审核。", "Two reviewers decide a maximum amount."
        )
    if 0 < mortgage.amount.fen <= policy.limit_fen:
        return None
    limit = Money(policy.limit_fen).yuan
    return _hindrance(
        f"债权数额超过自动办理限额 {limit} 元，由两名审核人员审核。",
        f"Above the limit of {limit} yuan two reviewers decide.",
    )


def _hindrance_of_discharge(application: Application) -> Finding | None:
    """A court's document is read by people; a proof of payment names what the register names."""
    told = application.discharge
    if told is not None and told.cause is DischargeCause.COURT_DOCUMENT:
        return _hindrance(
            "依据生效法律文书的注销由两名审核人员审核。",
            "Two reviewers read a court's document.",
        )
    return None


def _hindrance(zh: str, en: str) -> Finding:
    return Finding(rule="POLICY", level=Level.INFO, zh=zh, en=en, basis=_BASIS)
