from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from registration.application import Application, InquiryAnswer
from registration.findings import Level, gravest
from registration.mortgage import DischargeCause, Money
from registration.people import CoOwnership, parse_name
from registration.requirements import RULES, check_application
from tests.factories import (
    FATHER,
    LI,
    TODAY,
    make_application,
    make_discharge,
    make_identity,
    make_material,
    make_party,
    without_ink_of,
)
from tests.unit.registration.applications import (
    SOLE,
    authority,
    by_shares,
    company,
    discharge,
    maximum,
    minor,
    mortgage,
    owner,
    owner_read_as,
    without_material,
)

CLEAN: dict[str, Callable[[], Application]] = {
    "the base case": make_application,
    "a discharge by the bank alone": make_discharge,
    "a maximum-amount mortgage": maximum,
    "a period not agreed": lambda: maximum(start=None, end=None, is_period_open=True),
    "no amount in words": lambda: mortgage(amount_words=""),
    "customary words": lambda: mortgage(amount_words="人民币捌拾陆万圆正"),
    "the contract's amount is the same": lambda: mortgage(contract_amount=Money(86_000_000)),
    "one contract for both": lambda: without_material(
        mortgage(mortgage_contract_no="HT-2026-000123"), "M07"
    ),
    "an authority on its first day": lambda: authority(valid_from=TODAY),
    "an authority on its last day": lambda: authority(valid_to=TODAY),
    "a card on its last day": lambda: owner_read_as(valid_to=TODAY),
    "a card without an end": lambda: owner_read_as(valid_to=None),
    "another middle dot in the name": lambda: owner(
        name=parse_name("阿依·示例"), identity=make_identity("阿依•示例")
    ),
    "owners by shares who all signed": lambda: make_application(**by_shares("1/2", "1/2")),
    "exactly two thirds signed": lambda: without_ink_of(
        make_application(**by_shares("2/3", "1/3")), LI
    ),
    "a sole owner": lambda: make_application(**SOLE),
    "a minor with guardian and papers": minor,
    "a company that mortgages for itself": lambda: make_application(
        mortgagors=(company(),), co_ownership=CoOwnership.SOLE, debtors=(company(),),
        materials=tuple(make_material(c) for c in ("M01", "M02", "M03", "M06", "M07", "M15")),
    ),
    "a discharge whose owners' cards are long expired": lambda: make_discharge(
        mortgagors=(make_party(identity=make_identity(valid_to=date(2020, 1, 1))),),
        co_ownership=CoOwnership.SOLE,
    ),
    "a discharge after realisation, signed by all": lambda: make_discharge(
        discharge=discharge(cause=DischargeCause.REALISED).discharge,
        mortgagors=(make_party(), make_party("李示例", LI)),
        materials=tuple(make_material(c) for c in ("M01", "M03", "M05", "M12", "M15")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("make", CLEAN.values(), ids=CLEAN)
def test_minds_nothing_in(make: Callable[[], Application]) -> None:
    assert check_application(make(), today=TODAY) == ()


def test_a_discharge_that_ends_nothing_is_told_so() -> None:
    found = check_application(replace(make_discharge(), discharge=None), today=TODAY)

    assert ("FORMAT", "/discharge") in {(f.rule, f.pointer) for f in found}


def test_tells_everything_at_once() -> None:
    """Art. 17: what has to be corrected is told once."""
    application = replace(
        without_ink_of(mortgage(amount_words="捌拾柒万元整", security_scope=""), LI),
        materials=tuple(make_material(code) for code in ("M01", "M03", "M07", "M15")),
        inquiry=(InquiryAnswer(question="true_intent", answer="yes"),),
    )

    found = check_application(application, today=date(2027, 1, 1))

    assert {f.rule for f in found} == {"R21", "R22", "MATERIAL", "R08", "R33", "R31", "FORMAT"}
    assert gravest(found) is Level.CORRECT


def test_a_minors_guardian_and_foreign_debt_are_both_told() -> None:
    application = without_material(minor(debtor=FATHER), "M17")

    assert [f.rule for f in check_application(application, today=TODAY)] == ["R11", "R12"]


def test_nobody_is_a_minor_from_the_eighteenth_birthday_on() -> None:
    application = minor(has_guardian=False)

    assert check_application(application, today=date(2033, 3, 8)) != ()
    rules = {f.rule for f in check_application(application, today=date(2033, 3, 9))}
    assert "R11" not in rules


def test_a_missing_form_is_told_once_and_not_as_a_changed_one() -> None:
    found = check_application(without_material(make_application(), "M01"), today=TODAY)

    assert [f.rule for f in found] == ["MATERIAL"]


def test_every_rule_says_what_it_looks_for_and_by_which_law() -> None:
    assert all(rule.text for rule in RULES)
    assert all(rule.basis for rule in RULES)
