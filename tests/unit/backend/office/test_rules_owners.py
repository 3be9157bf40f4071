"""R08 to R10: who of the registered owners must have signed, and who should be asked."""

from typing import Any

import pytest

from backend.office.register import Extract, Owner
from registration.people import CoOwnership
from tests.factories import (
    BUYER,
    LI,
    ZHANG,
    make_application,
    make_material,
    make_party,
    without_ink_of,
)
from tests.factories_office import hits, judged, make_extract, make_page, make_policy, sole

BASE = make_application()
ZHANG_OWNS = Owner(name="张示例", id_number=ZHANG)
LI_OWNS = Owner(name="李示例", id_number=LI)
ZHOU_OWNS = Owner(name="周示例", id_number=BUYER)
ALONE = make_application(**sole("张示例", ZHANG))
ASKS_SPOUSE = make_policy(is_spouse_asked=True)


def married(is_married: bool | None = True) -> Extract:
    owner = Owner(name="张示例", id_number=ZHANG, is_married=is_married)
    return make_page(owners=(owner,), co_ownership=CoOwnership.SOLE)


def in_shares(*shares: str) -> Extract:
    owners = tuple(
        Owner(name=o.name, id_number=o.id_number, share=share)
        for o, share in zip((ZHANG_OWNS, LI_OWNS, ZHOU_OWNS), shares, strict=False)
    )
    return make_page(owners=owners, co_ownership=CoOwnership.SHARES)


def test_a_registered_joint_owner_who_was_left_out_is_named() -> None:
    _, findings = judged(BASE, make_page(owners=(ZHANG_OWNS, LI_OWNS, ZHOU_OWNS)))

    assert [f.rule for f in findings] == ["R08"]
    assert findings[0].zh == "共同共有不动产须全体共有人共同申请，缺少周示例的签名。"


def test_joint_owners_who_all_signed_pass() -> None:
    assert hits(BASE, make_extract()) == []


def test_an_unsigned_joint_owner_is_told_once() -> None:
    _, findings = judged(without_ink_of(BASE, LI, "M01"), make_extract())

    assert [f.rule for f in findings] == ["R08"]


def test_claiming_to_be_the_sole_owner_does_not_shake_off_the_other() -> None:
    assert hits(ALONE, make_extract()) == ["R08", "R27"]


def test_owners_in_another_way_of_holding_all_sign() -> None:
    other = make_application(co_ownership=CoOwnership.OTHER)
    page = make_page(co_ownership=CoOwnership.OTHER)

    assert hits(other, page) == []
    assert hits(without_ink_of(other, LI, "M01"), page) == ["R08", "R33"]


@pytest.mark.parametrize(
    ("shares", "signed", "rules"),
    [
        (("2/3", "1/3"), (ZHANG,), []),
        (("1/2", "1/2"), (ZHANG,), ["R09"]),
        (("66/100", "34/100"), (ZHANG,), ["R09"]),
        (("1/3", "1/3", "1/3"), (ZHANG, LI), []),
    ],
    ids=["two thirds", "a half", "a hair less", "two of three"],
)
def test_owners_by_shares_need_two_thirds(
    shares: tuple[str, ...], signed: tuple[str, ...], rules: list[str]
) -> None:
    """Civil Code art. 301."""
    names = {ZHANG: "张示例", LI: "李示例", BUYER: "周示例"}
    application = make_application(
        mortgagors=tuple(make_party(names[n], n) for n, _ in zip(names, shares, strict=False)),
        co_ownership=CoOwnership.SHARES,
        shares=shares,
    )
    for number in set(names) - set(signed):
        application = without_ink_of(application, number, "M01")

    assert hits(application, in_shares(*shares)) == rules


def test_the_registers_shares_count_and_not_the_claimed_ones() -> None:
    boasting = make_application(
        mortgagors=(make_party(), make_party("李示例", LI)),
        co_ownership=CoOwnership.SHARES,
        shares=("2/3", "1/3"),
    )
    boasting = without_ink_of(boasting, LI)

    assert hits(boasting, in_shares("1/2", "1/2")) == ["R09", "R27"]


def test_a_married_sole_owner_goes_to_a_person() -> None:
    outcome, findings = judged(ALONE, married())

    assert (outcome.decision, [f.rule for f in findings]) == ("MANUAL", ["R10"])


@pytest.mark.parametrize("is_married", [False, None])
def test_a_sole_owner_who_is_not_known_to_be_married_passes(is_married: bool | None) -> None:
    assert hits(ALONE, married(is_married)) == []


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({}, "CORRECTION_REQUIRED"),
        ({"debtors": (make_party("李示例", LI, relation="配偶"),)}, "APPROVED"),
        ({"materials": (*BASE.materials, make_material("M16"))}, "APPROVED"),
    ],
    ids=["nobody signed", "the spouse signed", "with the proof of marriage"],
)
def test_an_office_may_ask_for_the_spouse(changes: dict[str, Any], decision: str) -> None:
    application = make_application(**sole("张示例", ZHANG), **changes)

    assert judged(application, married(), policy=ASKS_SPOUSE)[0].decision == decision
