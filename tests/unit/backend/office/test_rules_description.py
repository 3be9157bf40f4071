"""R27: what is the same as the register says, and what is not."""

from typing import Any

import pytest

from backend.office.register import Owner
from registration.application import Application
from registration.identifiers import parse_certificate_no
from registration.people import CoOwnership
from tests.factories import (
    BUYER,
    LI,
    TELLER,
    TITLE_NO,
    ZHANG,
    make_application,
    make_discharge,
    make_party,
    make_unit,
)
from tests.factories_office import (
    hits,
    judged,
    make_extract,
    make_page,
    make_registered,
)
from tests.rows import make_title

BASE = make_application()
FREE = make_extract()
LI_OWNS = Owner(name="李示例", id_number=LI)
PLACE = "开封市龙亭区示例路1号1幢1单元12号"


def with_unit(**changes: Any) -> Application:
    return make_application(unit=make_unit(**changes))


def pointers(application: Application, **title: Any) -> list[str]:
    findings = judged(application, make_page(**title))[1]
    return [f.pointer for f in findings if f.rule == "R27"]


def first_owner(name: str, number: str = ZHANG) -> dict[str, Any]:
    return {"owners": (Owner(name=name, id_number=number), LI_OWNS)}


def first_mortgagor(name: str, number: str = ZHANG) -> Application:
    return make_application(mortgagors=(make_party(name, number), BASE.mortgagors[1]))


@pytest.mark.parametrize(
    ("application", "title", "pointer"),
    [
        (with_unit(location="开封市龙亭区示例路2号"), {}, "/unit/location"),
        (with_unit(area_m2="118.65"), {}, "/unit/area_m2"),
        (with_unit(area_m2="about 118"), {}, "/unit/area_m2"),
        (
            with_unit(title_no=parse_certificate_no(TITLE_NO.replace("12345", "12354"))),
            {},
            "/unit/title_no",
        ),
        (BASE, first_owner("章示例"), "/mortgagors/0/name"),
        (BASE, first_owner("张示例", BUYER), "/mortgagors/0/document/number"),
        (BASE, first_owner("周示例", BUYER), "/mortgagors/0"),
        (first_mortgagor("示例·张"), first_owner("示例张"), "/mortgagors/0/name"),
        (first_mortgagor("⾦示例"), first_owner("金示例"), "/mortgagors/0/name"),
        (BASE, {"co_ownership": CoOwnership.OTHER}, "/co_ownership"),
    ],
    ids=[
        "another place",
        "another area",
        "an area that is no number",
        "another title",
        "another name",
        "another number",
        "a stranger",
        "a missing dot",
        "a character that only looks alike",
        "another way of owning",
    ],
)
def test_what_differs_is_told(
    application: Application, title: dict[str, Any], pointer: str
) -> None:
    assert pointer in pointers(application, **title)


@pytest.mark.parametrize(
    ("application", "title"),
    [
        (with_unit(area_m2="118.560"), {}),
        (with_unit(area_m2=""), {"area_m2": "99"}),
        (with_unit(title_no=None), {}),
        (with_unit(location="开封市龙亭区示例路１号 1幢1单元12号"), {}),
        (with_unit(location=f"{PLACE}(东)"), {"location": f"{PLACE}（东）"}),
        (BASE, {"title_no": "豫(2021)开封市不动产权第 0012345 号"}),
        (BASE, first_owner("张示例", ZHANG.lower())),
        (BASE, first_owner("张示例", "410203850615991")),
        (first_mortgagor("示例·张"), first_owner("示例•张")),
        (first_mortgagor("示例(开封)"), first_owner("示例（开封）")),
    ],
    ids=[
        "a trailing nought",
        "an area that is not claimed",
        "a title that is not claimed",
        "a full-width digit and a space",
        "brackets of another width",
        "a title printed otherwise",
        "a small x",
        "a number of fifteen digits",
        "another middle dot",
        "brackets of another width in a name",
    ],
)
def test_what_is_only_written_otherwise_is_the_same(
    application: Application, title: dict[str, Any]
) -> None:
    assert pointers(application, **title) == []


def test_a_unit_that_is_not_in_the_register_is_corrected() -> None:
    outcome, findings = judged(BASE, make_extract(title=None))

    assert (outcome.decision, findings[0].pointer) == ("CORRECTION_REQUIRED", "/unit/unit_no")


def test_an_owner_without_a_registered_number_goes_to_a_person() -> None:
    outcome, findings = judged(BASE, make_page(**first_owner("张示例", "")))

    assert (outcome.decision, [f.rule for f in findings]) == ("MANUAL", ["R27"])


def test_a_namesake_where_the_register_has_no_number_is_not_passed_unseen() -> None:
    namesake = first_mortgagor("张示例", BUYER)

    assert judged(namesake, make_page(**first_owner("张示例", "")))[0].decision == "MANUAL"


@pytest.mark.parametrize(
    ("claimed", "registered", "rules"),
    [
        (("1/2", "1/2"), ("1/2", "50%"), []),
        (("2/3", "1/3"), ("1/3", "2/3"), ["R27"]),
        (("1/2", "1/2"), ("1/2", "half"), ["R09", "R27"]),
    ],
)
def test_shares_are_compared_as_numbers(
    claimed: tuple[str, ...], registered: tuple[str, ...], rules: list[str]
) -> None:
    owners = tuple(
        Owner(name=p.name.text, id_number=p.document.number, share=share)
        for p, share in zip(BASE.mortgagors, registered, strict=True)
    )
    application = make_application(co_ownership=CoOwnership.SHARES, shares=claimed)

    assert hits(application, make_page(owners=owners, co_ownership=CoOwnership.SHARES)) == rules


def test_a_discharge_is_not_held_up_by_a_new_owner() -> None:
    """The bank alone discharges; who owns the house by now is not its business."""
    title = make_title(owners=(Owner(name="周示例", id_number=BUYER),), title_no="豫")

    assert hits(make_discharge(), make_extract(make_registered(), title=title)) == []


def test_a_discharge_at_another_place_is_corrected() -> None:
    elsewhere = make_discharge(unit=make_unit(location="开封市龙亭区示例路2号"))

    assert hits(elsewhere, make_extract(make_registered())) == ["R27"]


def test_the_register_is_not_told_to_who_asks_for_the_wrong_unit() -> None:
    """A mistyped number must not tell a stranger who owns what."""
    strangers = make_application(
        mortgagors=(make_party("周示例", BUYER), make_party("孙示例", TELLER))
    )
    told = "".join(f.zh + f.en for f in judged(strangers, FREE)[1])

    assert "缺少张*的签名" in told
    assert "张示例" not in told
    assert PLACE not in told
