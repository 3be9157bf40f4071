"""R01 to R07 and R13: what stands on the unit beside its ownership."""

from dataclasses import replace
from datetime import date

import pytest

from backend.office.register import Encumbrance, EncumbranceKind, EntryState
from backend.office.rules import check_unit
from registration.application import Application
from registration.findings import Level
from tests.factories import (
    BUYER,
    make_application,
    make_discharge,
    make_material,
    make_mortgage,
    make_party,
    without_ink_of,
)
from tests.factories_office import (
    hits,
    judged,
    make_burden,
    make_dissent,
    make_extract,
    make_notice,
    make_policy,
    make_registered,
    make_seizure,
)
from tests.rows import BANK, make_encumbrance

BASE = make_application()
WITH_COMMITMENT = make_application(materials=(*BASE.materials, make_material("M18")))
ENDED = EntryState.HISTORICAL
OTHER_BANK = make_burden(EncumbranceKind.MORTGAGE_NOTICE, entry_no="YD-1", holder="示例银行甲")
HABITATION = make_burden(EncumbranceKind.HABITATION, entry_no="JZ-1", holder="孙示例")


@pytest.mark.parametrize("kind", ["1", "2", "3", "4"])
def test_any_seizure_in_force_refuses(kind: str) -> None:
    assert hits(BASE, make_extract(make_seizure(seizure_type=kind))) == ["R01"]


def test_a_seizure_tells_court_and_document() -> None:
    _, findings = judged(BASE, make_extract(make_seizure()))

    assert findings[0].zh == (
        "该不动产已被示例人民法院依法查封（（2026）示例执保1号），不得办理抵押登记。"
    )


def test_a_lifted_seizure_is_nothing() -> None:
    assert hits(BASE, make_extract(make_seizure(state=ENDED))) == []


def test_a_seizure_does_not_bar_a_discharge() -> None:
    assert hits(make_discharge(), make_extract(make_registered(), make_seizure())) == []


@pytest.mark.parametrize(
    ("application", "dissent", "rules"),
    [
        (BASE, make_dissent(15), ["R02"]),
        (BASE, make_dissent(16), ["R03"]),
        (BASE, make_dissent(400, is_suit_filed=True), ["R02"]),
        (WITH_COMMITMENT, make_dissent(1), ["R03"]),
        (BASE, make_dissent(state=ENDED), []),
    ],
    ids=["day 15", "day 16", "with a suit", "with M18", "cancelled"],
)
def test_a_dissent(application: Application, dissent: Encumbrance, rules: list[str]) -> None:
    """Civil Code art. 220: a dissent lapses without a suit in fifteen days; who tells is R03."""
    assert hits(application, make_extract(dissent)) == rules


def test_a_dissent_does_not_bar_a_discharge() -> None:
    assert hits(make_discharge(), make_extract(make_registered(), make_dissent())) == []


def test_an_ended_mortgage_is_not_counted() -> None:
    assert hits(BASE, make_extract(make_encumbrance(state=ENDED))) == []


def test_after_a_discharge_no_rank_in_force_is_given_twice() -> None:
    first, second = make_encumbrance(1, state=ENDED), make_encumbrance(2)
    _, findings = judged(BASE, make_extract(first, second))

    assert findings[0].zh == "该不动产已设立1个抵押权，本次顺位为第3顺位。"


def test_a_rank_that_the_register_does_not_give_is_corrected() -> None:
    wants_first = make_application(mortgage=make_mortgage(agreed_rank=1))

    assert hits(wants_first, make_extract(make_encumbrance())) == ["R05", "R04"]


def test_the_registers_own_rank_passes() -> None:
    wants_second = make_application(mortgage=make_mortgage(agreed_rank=2))

    assert hits(wants_second, make_extract(make_encumbrance())) == ["R04"]


def test_an_agreed_rank_with_consent_is_for_the_office_window() -> None:
    agreed = make_application(
        mortgage=make_mortgage(agreed_rank=1),
        materials=(*BASE.materials, make_material("M10")),
    )
    outcome, _ = judged(agreed, make_extract(make_encumbrance()))

    assert outcome.decision == "NOT_ACCEPTED"


def test_a_lapsed_purchase_notice_is_nothing() -> None:
    assert hits(BASE, make_extract(make_notice(state=ENDED))) == []


def test_a_mortgagors_own_purchase_notice_is_nothing() -> None:
    own = make_notice(holder="张示例", holder_number=BASE.mortgagors[0].document.number)

    assert hits(BASE, make_extract(own)) == []


def test_a_notice_holder_who_signed_the_application_agrees() -> None:
    """Civil Code art. 221: the consent is in writing."""
    signed = make_application(debtors=(make_party("周示例", BUYER),))
    page = make_extract(make_notice())

    assert "R06" not in hits(signed, page)
    assert "R06" in hits(without_ink_of(signed, BUYER), page)


def test_another_banks_notice_goes_to_a_person() -> None:
    assert hits(BASE, make_extract(OTHER_BANK)) == ["R07"]


def test_the_banks_own_notice_is_nothing() -> None:
    assert hits(BASE, make_extract(replace(OTHER_BANK, holder_number=BANK))) == []


def test_a_right_of_habitation_goes_to_a_person() -> None:
    outcome, findings = judged(BASE, make_extract(HABITATION))

    assert (outcome.decision, findings[0].rule) == ("MANUAL", "R13")


def test_an_ended_right_of_habitation_is_nothing() -> None:
    assert hits(BASE, make_extract(replace(HABITATION, state=ENDED))) == []


def test_a_unit_tells_everything_on_it_before_there_is_an_application() -> None:
    page = make_extract(
        make_encumbrance(), make_seizure(), make_dissent(), make_notice(), OTHER_BANK, HABITATION
    )
    told = [f.rule for f in check_unit(page, policy=make_policy())]

    assert told == ["R01", "R06", "R02", "R07", "R13", "R04"]


def test_a_dissents_days_are_days_in_china() -> None:
    """20:00 UTC is the next day in Kaifeng: the dissent is a day younger than in UTC."""
    late = make_dissent(recorded_at=make_dissent().recorded_at.replace(day=13, hour=20))
    _, findings = judged(BASE, make_extract(late), today=date(2026, 9, 29))

    assert (findings[0].rule, findings[0].level) == ("R02", Level.CORRECT)
