"""The twelve sample cases: what each comes to, and which rules say so."""

from dataclasses import replace
from typing import Any

import pytest

from backend.office.register import Extract, Owner
from registration.application import Application
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.people import CoOwnership, Guardian, parse_name
from tests.factories import (
    FATHER,
    FIRST_MATERIALS,
    LI,
    MINOR,
    make_application,
    make_discharge,
    make_document,
    make_identity,
    make_material,
    make_maximum_mortgage,
    make_mortgage,
    make_party,
    make_unit,
    without_ink_of,
)
from tests.factories_office import (
    KINDERGARTEN,
    LANKAO_UNIT,
    judged,
    make_dissent,
    make_extract,
    make_kindergarten,
    make_notice,
    make_page,
    make_policy,
    make_registered,
    make_seizure,
    sole,
)
from tests.rows import make_encumbrance


def make_ward(*materials: str) -> Application:
    """Return C05: a minor's flat for his father's debt."""
    guardian = Guardian(
        name=parse_name("王示例父"),
        document=make_document(FATHER),
        relation="父亲",
        identity=make_identity("王示例父", FATHER),
    )
    return make_application(
        **sole("王示例", MINOR, guardian=guardian),
        debtors=(make_party("王示例父", FATHER),),
        materials=tuple(make_material(code) for code in (*FIRST_MATERIALS, *materials)),
    )


def owned_by(name: str, number: str, **title: Any) -> Extract:
    return make_page(
        owners=(Owner(name=name, id_number=number),), co_ownership=CoOwnership.SOLE, **title
    )


def in_lankao() -> Application:
    title_no = parse_certificate_no("豫（2021）兰考县不动产权第0000321号")
    return make_application(unit=make_unit(unit_no=parse_unit_no(LANKAO_UNIT), title_no=title_no))


BASE = make_application()
FREE = make_extract()
OPEN_PERIOD = make_maximum_mortgage(start=None, end=None)
CASES = [
    pytest.param(BASE, FREE, (), "APPROVED", [], id="base"),
    pytest.param(BASE, make_extract(make_seizure()), (), "REFUSED", ["R01"], id="C01"),
    pytest.param(
        BASE,
        make_extract(make_dissent(is_suit_filed=True)),
        (),
        "CORRECTION_REQUIRED",
        ["R02"],
        id="C02",
    ),
    pytest.param(
        make_application(materials=(*BASE.materials, make_material("M18"))),
        make_extract(make_dissent(is_suit_filed=True)),
        (),
        "MANUAL",
        ["R03"],
        id="C02 with the commitment",
    ),
    pytest.param(BASE, make_extract(make_encumbrance()), (), "APPROVED", ["R04"], id="C03"),
    pytest.param(
        without_ink_of(BASE, LI, "M01"), FREE, (), "CORRECTION_REQUIRED", ["R08"], id="C04"
    ),
    pytest.param(
        make_ward(), owned_by("王示例", MINOR), (), "CORRECTION_REQUIRED", ["R11", "R12"], id="C05"
    ),
    pytest.param(
        make_ward("M17"), owned_by("王示例", MINOR), (), "MANUAL", ["R12"], id="C05 guaranteed"
    ),
    pytest.param(
        make_application(mortgage=make_mortgage(amount_words="捌拾柒万元整")),
        FREE,
        (),
        "CORRECTION_REQUIRED",
        ["R22"],
        id="C06",
    ),
    pytest.param(
        make_application(**make_kindergarten()),
        owned_by("示例幼儿园", KINDERGARTEN, use="教育"),
        (),
        "REFUSED",
        ["R14"],
        id="C07",
    ),
    pytest.param(
        in_lankao(),
        make_extract(unit_no=LANKAO_UNIT, title=None),
        (),
        "NOT_ACCEPTED",
        ["R29"],
        id="C08",
    ),
    pytest.param(
        make_application(mortgage=OPEN_PERIOD), FREE, (), "CORRECTION_REQUIRED", ["R25"], id="C09"
    ),
    pytest.param(
        make_application(mortgage=replace(OPEN_PERIOD, is_period_open=True)),
        FREE,
        (),
        "MANUAL",
        [],
        id="C09 marked as not agreed",
    ),
    pytest.param(BASE, make_extract(make_notice()), (), "REFUSED", ["R06"], id="C10"),
    pytest.param(make_discharge(), make_extract(make_registered()), (), "APPROVED", [], id="C11"),
    pytest.param(BASE, FREE, ("999", ""), "MANUAL", ["R32"], id="C12"),
]


@pytest.mark.parametrize(("application", "extract", "codes", "decision", "rules"), CASES)
def test_a_sample_case_comes_out_as_listed(
    application: Application,
    extract: Extract,
    codes: tuple[str, ...],
    decision: str,
    rules: list[str],
) -> None:
    outcome, findings = judged(application, extract, *codes)

    told = list(dict.fromkeys(f.rule for f in findings))
    assert (outcome.decision, told) == (decision, rules)


def test_a_unit_next_door_is_sent_to_its_own_office() -> None:
    """Interim Regulations art. 17(1)(4): the notice names where to go."""
    _, findings = judged(in_lankao(), make_extract(unit_no=LANKAO_UNIT, title=None))

    assert findings[0].zh == "不属于本机构登记范围，请向兰考县不动产登记机构申请。"
    assert make_policy().other_office(LANKAO_UNIT) == "兰考县不动产登记机构"


def test_the_second_mortgage_is_told_its_rank() -> None:
    _, findings = judged(BASE, make_extract(make_encumbrance()))

    assert findings[0].zh == "该不动产已设立1个抵押权，本次顺位为第2顺位。"
