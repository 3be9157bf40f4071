"""The questions of the inquiry record (询问笔录) that those who act answer and sign."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registration.application import Application, InquiryAnswer
from registration.mortgage import RegistrationKind
from registration.people import CoOwnership


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed answer."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; its code never changes its meaning."""

    code: str
    zh: str
    en: str
    choices: tuple[Choice, ...] = ()
    """Empty where the answer is free text."""
    is_required: bool = True

    def may_answer(self, answer: str) -> bool:
        """Say whether an answer is one of the choices, or free text that is not empty."""
        if self.choices:
            return any(choice.code == answer for choice in self.choices)
        return bool(answer.strip())

    def find_choice(self, answer: str) -> Choice | None:
        """Return the choice with a code; None for free text or an answer that is not allowed."""
        return next((choice for choice in self.choices if choice.code == answer), None)


YES: Final = Choice("yes", "是", "Yes")
NO: Final = Choice("no", "否", "No")
_YES_NO: Final = (YES, NO)

TRUE_INTENT: Final = Question(
    code="true_intent",
    zh="申请登记事项是否为申请人的真实意思表示？",
    en="Does the application state what you really want?",
    choices=_YES_NO,
)
OWNERSHIP: Final = Question(
    code="ownership",
    zh="申请登记的不动产是共有，还是单独所有？",
    en="Is the property co-owned, or owned by one person?",
    choices=(
        Choice("sole", "单独所有", "One owner"),
        Choice("shared", "共有", "Co-owned"),
    ),
)
CO_OWNERSHIP: Final = Question(
    code="co_ownership",
    zh="申请登记的不动产是按份共有，还是共同共有？",
    en="Is it held by shares, or jointly?",
    choices=(
        Choice("shares", "按份共有", "By shares"),
        Choice("joint", "共同共有", "Jointly"),
        Choice("other", "其他共有", "Otherwise"),
    ),
)
SHARES: Final = Question(
    code="shares",
    zh="按份共有的，共有人享有的份额分别是多少？",
    en="What share does each co-owner have?",
)
CO_OWNER_CONSENT: Final = Question(
    code="co_owner_consent",
    zh="抵押该不动产，其他共有人是否同意？",
    en="Do the other co-owners agree to the mortgage?",
    choices=_YES_NO,
)
CO_OWNER_CONSENT_TO_SALE: Final = Question(
    code="co_owner_consent_to_sale",
    zh="转让该不动产，其他共有人是否同意？",
    en="Do the other co-owners agree to the sale?",
    choices=_YES_NO,
)
BUYER_OWNERSHIP: Final = Question(
    code="buyer_ownership",
    zh="买受人取得该不动产后是共有，还是单独所有？",
    en="Will the buyers own the property together, or one person alone?",
    choices=OWNERSHIP.choices,
)
LEASED: Final = Question(
    code="leased",
    zh="该不动产是否已出租？",
    en="Is the property leased?",
    choices=_YES_NO,
)
HABITATION: Final = Question(
    code="habitation_right",
    zh="该不动产上是否设有居住权？",
    en="Is there a right of habitation on the property?",
    choices=_YES_NO,
)
TRANSFER_RESTRICTION: Final = Question(
    code="transfer_restriction",
    zh="是否约定抵押期间禁止或者限制转让该不动产？",
    en="Did the parties agree to forbid or limit a transfer while mortgaged?",
    choices=_YES_NO,
)
MORTGAGOR_IS_DEBTOR: Final = Question(
    code="mortgagor_is_debtor",
    zh="抵押人是否为主债权的债务人？",
    en="Is a mortgagor the debtor?",
    choices=_YES_NO,
)
ENFORCEMENT_RISK: Final = Question(
    code="enforcement_risk",
    zh="抵押人是否知悉债务不履行时抵押不动产可能被依法处置？",
    en="Does the mortgagor know that the property may be realised if the debt is not paid?",
    choices=_YES_NO,
)
DEBTOR_NOTIFIED: Final = Question(
    code="debtor_notified",
    zh="债权转让是否已经通知债务人？",
    en="Has the debtor been notified of the assignment?",
    choices=_YES_NO,
)
OTHER: Final = Question(
    code="other",
    zh="其他需要询问的有关事项",
    en="Anything else to ask",
    is_required=False,
)

QUESTIONS: Final = (
    TRUE_INTENT,
    OWNERSHIP,
    CO_OWNERSHIP,
    SHARES,
    CO_OWNER_CONSENT,
    CO_OWNER_CONSENT_TO_SALE,
    BUYER_OWNERSHIP,
    LEASED,
    HABITATION,
    TRANSFER_RESTRICTION,
    MORTGAGOR_IS_DEBTOR,
    ENFORCEMENT_RISK,
    DEBTOR_NOTIFIED,
    OTHER,
)
"""All questions, in the order of the paper."""

_IF_CO_OWNED: Final = frozenset({CO_OWNERSHIP})
_IF_BY_SHARES: Final = frozenset({SHARES, CO_OWNER_CONSENT, CO_OWNER_CONSENT_TO_SALE})
_OWNING: Final = frozenset({OWNERSHIP, CO_OWNERSHIP, SHARES})
_MORTGAGING: Final = _OWNING | {
    TRUE_INTENT,
    CO_OWNER_CONSENT,
    LEASED,
    HABITATION,
    TRANSFER_RESTRICTION,
    MORTGAGOR_IS_DEBTOR,
    ENFORCEMENT_RISK,
    OTHER,
}
_PLAIN: Final = frozenset({TRUE_INTENT, OTHER})
_ASKED: Final[Mapping[RegistrationKind, frozenset[Question]]] = {
    RegistrationKind.FIRST: _MORTGAGING,
    RegistrationKind.CONVERSION: _MORTGAGING,
    # Nobody lives in a house that is not finished.
    RegistrationKind.MORTGAGE_NOTICE: _MORTGAGING - {LEASED, HABITATION},
    RegistrationKind.CHANGE: _PLAIN,
    RegistrationKind.CRYSTALLISATION: _PLAIN,
    RegistrationKind.TRANSFER: _PLAIN | {DEBTOR_NOTIFIED},
    RegistrationKind.CANCELLATION: _PLAIN,
    RegistrationKind.PURCHASE_NOTICE: _PLAIN | {BUYER_OWNERSHIP},
    RegistrationKind.OWNERSHIP_TRANSFER: _PLAIN
    | _OWNING
    | {CO_OWNER_CONSENT_TO_SALE, BUYER_OWNERSHIP, LEASED, HABITATION},
}
"""What is asked for each kind; a bundle asks in each of its steps."""


def find_question(code: str) -> Question | None:
    """Return the question with a code."""
    return next((question for question in QUESTIONS if question.code == code), None)


def order_answers(answers: Mapping[str, str]) -> tuple[InquiryAnswer, ...]:
    """Return the answers that are not empty in the paper's order, from texts by question."""
    return tuple(
        InquiryAnswer(question=question.code, answer=answers[question.code])
        for question in QUESTIONS
        if answers.get(question.code)
    )


def questions_for_kind(kind: RegistrationKind, co_ownership: CoOwnership) -> tuple[Question, ...]:
    """Return the questions for a kind of registration and a way of owning, in order.

    Source: 民法典 art. 212(2) (the duty to ask); 不动产登记操作规范, annex 询问笔录.
    """
    left_out: frozenset[Question] = frozenset()
    if co_ownership is CoOwnership.SOLE:
        left_out = _IF_CO_OWNED | _IF_BY_SHARES
    elif co_ownership is not CoOwnership.SHARES:
        left_out = _IF_BY_SHARES
    asked = _ASKED.get(kind, frozenset()) - left_out
    return tuple(question for question in QUESTIONS if question in asked)


def questions_for(application: Application) -> tuple[Question, ...]:
    """Return the questions of an application; none where a bank alone discharges its mortgage."""
    is_discharge = application.kind is RegistrationKind.CANCELLATION
    if is_discharge and application.is_by_mortgagee_alone:
        return ()
    return questions_for_kind(application.kind, application.co_ownership)


def expected_answers(application: Application) -> dict[str, str]:
    """Return the answers, by question, that the application itself already tells.

    A counter may fill them in; a signed answer that says otherwise is a contradiction.
    """
    told = {
        OWNERSHIP.code: "sole" if application.co_ownership is CoOwnership.SOLE else "shared",
        CO_OWNERSHIP.code: {CoOwnership.SHARES: "shares", CoOwnership.JOINT: "joint"}.get(
            application.co_ownership, "other"
        ),
    }
    if application.debtors:
        is_debtor = len(application.outside_debtors) < len(application.debtors)
        told[MORTGAGOR_IS_DEBTOR.code] = (YES if is_debtor else NO).code
    if application.sale is not None:
        is_sole = application.sale.buyer_co_ownership is CoOwnership.SOLE
        told[BUYER_OWNERSHIP.code] = "sole" if is_sole else "shared"
    if application.transfer is not None and application.transfer.notified_on is not None:
        told[DEBTOR_NOTIFIED.code] = YES.code
    restricted = application.mortgage.is_transfer_restricted if application.mortgage else None
    if restricted is not None:
        told[TRANSFER_RESTRICTION.code] = (YES if restricted else NO).code
    asked = {question.code for question in questions_for(application)}
    return {code: answer for code, answer in told.items() if code in asked}
