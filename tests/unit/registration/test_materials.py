"""The catalogue of materials: strictly read, and the lists that are made from it."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from registration import catalogue, materials
from registration.bundle import BundleModel
from registration.catalogue import (
    SHIPPED,
    Column,
    ToldBy,
    catalogue_json_schema,
    find_column,
    read_catalogue,
)
from registration.errors import BadDocumentError
from registration.materials import (
    listed_for_bundle,
    listed_materials,
    required_materials,
    sparing_answers,
)
from registration.mortgage import MortgageForm, RegistrationKind
from registration.people import IdKind, PartyKind
from tests.factories import LI, make_application, make_document, make_party
from tests.factories_kinds import make_mortgage_notice, make_presale_bundle

ROOT = Path(__file__).parents[3]
TEXT = ROOT.joinpath("registration", "catalogue.toml").read_text("utf-8")


def test_the_published_schema_is_that_of_the_code_and_takes_the_catalogue() -> None:
    published = json.loads(ROOT.joinpath("docs", "schema", "materials-1.json").read_text("utf-8"))

    assert published == catalogue_json_schema()
    jsonschema.validate(tomllib.loads(TEXT), published)


def test_every_condition_that_an_application_tells_has_its_test_and_no_test_is_idle() -> None:
    told = {c.name for c in SHIPPED.conditions.values() if c.told_by is ToldBy.APPLICATION}

    assert set(materials._TELL) == told


@pytest.mark.parametrize(
    ("was", "is_now", "pointer"),
    [
        ('schema = "materials/1"', 'schema = "materials/2"', "/schema"),
        ('version = "2026.4"', 'version = "new"', "/version"),
        ('told_by = "office"', 'told_by = "guess"', "/conditions/title_elsewhere/told_by"),
        ('code = "M01"', 'code = "M01"\nsize = 1', "/materials/0/size"),
        ('code = "M02"', 'code = "M01"', "/materials"),
        ("dissent = [", "omen = [", "/conditions"),
        ('always = ["change"]', 'always = ["chance"]', "/materials/8/needed/always/0"),
        ('code = "M01"', 'code = "M01"\ncode = "M01"', ""),
    ],
)  # fmt: skip
def test_a_catalogue_that_breaks_its_form_is_refused(was: str, is_now: str, pointer: str) -> None:
    broken = TEXT.replace(was, is_now, 1)
    assert broken != TEXT

    with pytest.raises(BadDocumentError) as caught:
        read_catalogue(broken)
    assert pointer in {problem.pointer for problem in caught.value.problems}


def test_every_kind_but_a_bundle_has_its_column() -> None:
    columns = {find_column(kind) for kind in RegistrationKind if not kind.is_bundle}

    assert columns == set(Column) - {Column.MAXIMUM}
    assert find_column(RegistrationKind.FIRST, MortgageForm.MAXIMUM) is Column.MAXIMUM
    assert find_column(RegistrationKind.SALE_AND_MORTGAGE) is None
    assert {c for line in SHIPPED.materials.values() for c in line.needs} == set(Column)


# Each row is what a person reads on the list: the papers that are always needed, then the others.
LISTS = {
    RegistrationKind.FIRST: ("M01 M03 M06 M15", "M02 M04 M07 M16 M17 M18 M19"),
    RegistrationKind.CHANGE: ("M01 M05 M09 M15", "M02 M03 M04 M10 M17 M18"),
    RegistrationKind.CRYSTALLISATION: ("M01 M05 M15 M20", "M02 M03 M04 M17"),
    RegistrationKind.TRANSFER: ("M01 M03 M05 M11 M15", "M02 M04 M21"),
    RegistrationKind.CANCELLATION: ("M01 M05 M12", "M02 M03 M04 M15"),
    RegistrationKind.PURCHASE_NOTICE: ("M01 M13 M15", "M02 M03 M17 M18"),
    RegistrationKind.MORTGAGE_NOTICE: ("M01 M03 M06 M13 M15", "M02 M05 M07 M16 M17 M18"),
    RegistrationKind.CONVERSION: ("M01 M03 M05 M15", "M02 M04 M06 M07 M16 M17 M18"),
    RegistrationKind.OWNERSHIP_TRANSFER: ("M01 M14 M15", "M02 M03 M04 M05 M10 M16 M17 M18"),
    RegistrationKind.SALE_AND_MORTGAGE: (
        "M01 M03 M06 M14 M15", "M02 M04 M05 M07 M10 M16 M17 M18 M19"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "expected"), LISTS.items(), ids=lambda v: getattr(v, "name", ""))
def test_the_list_of_a_kind(kind: RegistrationKind, expected: tuple[str, str]) -> None:
    listed = listed_materials(kind)

    assert tuple(" ".join(m.code for m in listed if m.is_always is a) for a in (True, False)) == (
        expected
    )
    assert all(reason.zh and reason.en.isascii() for m in listed for reason in m.reasons)


def test_a_maximum_amount_mortgage_may_move_earlier_claims_in() -> None:
    listed = listed_materials(RegistrationKind.FIRST, MortgageForm.MAXIMUM)

    assert [m.reasons[0].name for m in listed if m.code == "M08"] == ["earlier_claims"]


def test_a_bundle_lists_every_paper_of_its_steps_once() -> None:
    listed = [m.code for m in listed_for_bundle(BundleModel.PRESALE)]

    assert len(listed) == len(set(listed))
    assert {"M06", "M13", "M15"} <= set(listed)


def test_a_notice_made_together_with_the_purchases_has_no_certificate_to_bring() -> None:
    alone, together = make_mortgage_notice(), make_presale_bundle()[1]

    assert "M05" in {m.code for m in required_materials(alone)}
    assert "M05" not in {m.code for m in required_materials(together)}
    assert catalogue.SCHEMA == "materials/1"


def test_a_licence_stands_for_no_card_even_where_a_firm_claims_a_chip() -> None:
    """Who was not read is looked at by who he is, and not by how many there are."""
    firm = make_party(
        "示例有限公司",
        kind=PartyKind.ENTERPRISE,
        document=make_document("91410200MA0X00023X", IdKind.CREDIT_CODE),
        legal_representative="孙示例",
    )
    unread = make_party("李示例", LI, identity=None)

    assert sparing_answers(make_application(mortgagors=(firm, unread)), "M02") == {}
    licence = replace(firm, identity=None)
    assert sparing_answers(make_application(mortgagors=(licence,), debtors=()), "M02")
