"""R14 to R19, R28, R36, R40: the property itself, and the papers that it alone asks for."""

from typing import Any

import pytest

from backend.office.register import EntryState, Owner
from registration.people import CoOwnership
from tests.factories import LI, ZHANG, make_application, make_discharge, make_material
from tests.factories_office import (
    KINDERGARTEN,
    hits,
    judged,
    make_extract,
    make_kindergarten,
    make_page,
    make_registered,
)
from tests.rows import make_title

BASE = make_application()
SCHOOL_LIKE = make_application(**make_kindergarten())


def owned_by_kindergarten(**title: Any) -> dict[str, Any]:
    owner = Owner(name="示例幼儿园", id_number=KINDERGARTEN)
    return {"owners": (owner,), "co_ownership": CoOwnership.SOLE, **title}


@pytest.mark.parametrize(
    ("title", "rules"),
    [
        ({"right_type": "1"}, ["R15"]),
        ({"right_type": "2"}, ["R15"]),
        ({"right_type": "5"}, ["R15"]),
        ({"right_type": "6"}, ["R15"]),
        ({"right_type": "3"}, []),
        ({"is_disputed": True}, ["R16"]),
        ({"covers_land_and_building": False}, ["R17"]),
        ({"is_first_registered": False}, ["R18"]),
        ({"land_nature": "101"}, ["R19"]),
        ({"state": EntryState.HISTORICAL}, ["R28"]),
        ({"state": EntryState.TERMINATED}, ["R28"]),
        ({"state": EntryState.PROVISIONAL}, ["R28"]),
        ({"is_under_construction": True}, ["MATERIAL", "R36"]),
        ({"is_under_construction": True, "is_first_registered": False}, ["MATERIAL", "R36"]),
        ({"restrictions": ("征收冻结",)}, ["R40"]),
        ({"is_public_facility": True}, []),
        ({"use": "教育"}, []),
    ],
    ids=str,
)
def test_a_title_of_its_own_kind(title: dict[str, Any], rules: list[str]) -> None:
    assert hits(BASE, make_page(**title)) == rules


@pytest.mark.parametrize(
    ("level", "title"),
    [
        ("REFUSED", {"right_type": "5"}),
        ("REFUSED", {"is_disputed": True}),
        ("CORRECTION_REQUIRED", {"covers_land_and_building": False}),
        ("REFUSED", {"is_first_registered": False}),
        ("APPROVED", {"land_nature": "101"}),
        ("REFUSED", {"state": EntryState.HISTORICAL}),
        ("MANUAL", {"restrictions": ("司法拍卖公告",)}),
    ],
    ids=str,
)
def test_what_a_title_comes_to(level: str, title: dict[str, Any]) -> None:
    assert judged(BASE, make_page(**title))[0].decision == level


def test_the_office_of_a_non_profit_owner_may_be_mortgaged() -> None:
    assert hits(SCHOOL_LIKE, make_page(**owned_by_kindergarten(use="办公"))) == []


@pytest.mark.parametrize("use", ["教育", "医疗卫生", "养老设施", "科教用地"])
def test_a_facility_of_a_non_profit_owner_may_not(use: str) -> None:
    assert hits(SCHOOL_LIKE, make_page(**owned_by_kindergarten(use=use))) == ["R14"]


def test_a_facility_that_the_register_marks_may_not() -> None:
    page = make_page(**owned_by_kindergarten(is_public_facility=True))

    assert hits(SCHOOL_LIKE, page) == ["R14"]


def test_the_register_may_mark_an_owner_as_non_profit() -> None:
    owners = (
        Owner(name="张示例", id_number=ZHANG, is_non_profit=True),
        Owner(name="李示例", id_number=LI),
    )

    assert hits(BASE, make_page(owners=owners, use="教育")) == ["R14"]


def test_a_building_under_construction_with_its_permit_goes_to_a_person() -> None:
    permitted = make_application(materials=(*BASE.materials, make_material("M19")))

    assert hits(permitted, make_page(is_under_construction=True)) == ["R36"]


def test_a_discharge_only_frees_the_property() -> None:
    title = make_title(
        is_disputed=True,
        right_type="5",
        restrictions=("征收冻结",),
        is_under_construction=True,
        state=EntryState.HISTORICAL,
    )

    assert hits(make_discharge(), make_extract(make_registered(), title=title)) == []
