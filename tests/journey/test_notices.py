"""Priority notices through the real office, and the mortgage that one becomes.


People and firms are made up; the estates are those of the samples or flats of their own.
"""

import pytest

from backend.office.case import Stage
from backend.office.events import Act
from backend.office.register import EncumbranceKind
from registration.identifiers import parse_certificate_no
from registration.outcomes import (
    Registered,
)
from tests.factories_kinds import (
    make_buyer,
    make_conversion,
    make_mortgage_notice,
    make_presale,
    make_purchase_notice,
)
from tests.journey.filing import (
    Desk,
    only,
    sample,
)
from tests.journey.kinds import (
    NOTED,
    PRESALE,
    PRESALE_NOTED,
    accepted,
    acts,
    proof_of,
    standing,
    unit_of,
)

pytestmark = pytest.mark.journey


def test_a_purchase_is_noted_before_the_flat_is_built(desk: Desk) -> None:
    estate = sample(PRESALE)
    application = desk.ready(make_purchase_notice(**unit_of(estate, title_no=None)))

    answers = desk.approve(accepted(desk.file(application))[0])

    assert only(answers, Registered).rank is None
    certificate = desk.facts(answers)
    assert certificate.right == "预告登记（预购商品房）"
    assert certificate.holder == "周示例"
    assert certificate.obligors == ("示例置业有限公司",)
    (notice,) = standing(desk, estate)
    assert notice.kind is EncumbranceKind.PURCHASE_NOTICE
    assert notice.certificate_no == certificate.certificate_no.text
    again = make_purchase_notice(
        **unit_of(estate, title_no=None), sale=make_presale(contract_no="YS-2026-000999")
    )
    second = desk.case(accepted(desk.file(desk.ready(again)))[0])
    assert second.stage is Stage.IN_REVIEW


def test_a_mortgage_is_noted_upon_the_notice_of_the_purchase(desk: Desk) -> None:
    estate = sample(PRESALE_NOTED)
    application = desk.ready(
        make_mortgage_notice(
            **unit_of(estate, title_no=None), notice_no=parse_certificate_no(proof_of(estate))
        )
    )

    answers = desk.approve(accepted(desk.file(application))[0])

    certificate = desk.facts(answers)
    assert certificate.right == "预告登记（预购商品房抵押权）"
    assert certificate.obligors == ("周示例",)
    assert dict(certificate.other_items)["预告登记种类"] == "预售商品房抵押权"
    assert "抵押顺位" not in dict(certificate.other_items)


def test_a_notice_is_converted_once_the_flat_is_built_and_the_buyers(desk: Desk) -> None:
    today = desk.stand.wall.clock.now().date().isoformat()
    number = "豫（2025）开封市不动产证明第0016099号"
    noted = dict(NOTED) | {"certificate_no": number}
    estate = desk.new_flat(
        noted,
        co_ownership="0",
        owners=[{"name": "周示例", "id_number": "410205199007059946"}],
        first_registered_on=today,
    )
    buyer = make_buyer()
    application = desk.ready(
        make_conversion(
            **unit_of(estate),
            mortgagors=(buyer,),
            debtors=(buyer,),
            notice_no=parse_certificate_no(number),
        )
    )

    answers = desk.approve(accepted(desk.file(application))[0])

    assert only(answers, Registered).rank == 1
    certificate = desk.facts(answers)
    assert certificate.right == "抵押权"
    assert f"由预告登记转本登记，原证明：{number}" in certificate.remarks
    (mortgage,) = standing(desk, estate)
    assert mortgage.kind is EncumbranceKind.MORTGAGE
    assert acts(desk, estate)[2:] == [Act.CONVERTED, Act.FULFILLED]
