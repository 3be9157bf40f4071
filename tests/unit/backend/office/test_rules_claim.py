"""R26, R29, R30, R34, R35, R38: the door, and what is asked for."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from backend.office.register import Encumbrance, EntryState, Extract
from backend.office.rules.matter import BUILT_KINDS
from registration.application import Application
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.mortgage import Discharge, DischargeCause, Money, RegistrationKind
from tests.factories import (
    PROOF_NO,
    UNIT_NO,
    make_application,
    make_authority,
    make_discharge,
    make_material,
    make_mortgage,
    make_mortgagee,
    make_unit,
)
from tests.factories_kinds import OLD_BANK, OLD_BANK_NAME, make_split
from tests.factories_office import (
    hits,
    judged,
    make_extract,
    make_maximum_standing,
    make_open_case,
    make_page,
    make_policy,
    make_registered,
)
from tests.rows import make_encumbrance

BASE = make_application()
FREE = make_extract()
OTHER = make_encumbrance()


def of_kind(kind: RegistrationKind, **changes: Any) -> Application:
    """Return the base case as another kind, with an authority that names it."""
    bank = make_mortgagee()
    authority = make_authority(matters=(kind.title_zh,))
    bank = replace(bank, agent=replace(bank.agent, authority=authority))
    return make_application(kind=kind, mortgagee=bank, **changes)


def discharging(**changes: Any) -> Application:
    discharge = Discharge(
        certificate_no=parse_certificate_no(PROOF_NO), cause=DischargeCause.DEBT_CLEARED
    )
    return make_discharge(discharge=replace(discharge, **changes))


@pytest.mark.parametrize(
    ("end", "rules"), [(date(2085, 5, 20), []), (date(2085, 5, 21), ["R26"])], ids=str
)
def test_a_debt_that_outlives_the_land_right_goes_to_a_person(end: date, rules: list[str]) -> None:
    assert hits(make_application(mortgage=make_mortgage(end=end)), FREE) == rules


def test_land_without_an_end_outlives_every_debt() -> None:
    forever = make_application(mortgage=make_mortgage(end=date(2199, 1, 1)))

    assert hits(forever, make_page(land_right_end=None)) == []


def test_a_unit_of_the_area_is_ours() -> None:
    assert hits(BASE, FREE, policy=make_policy(areas=(UNIT_NO[:6],))) == []


def test_a_unit_outside_the_area_is_not() -> None:
    outcome, findings = judged(BASE, FREE, policy=make_policy(areas=("410225",)))

    assert (outcome.decision, [f.rule for f in findings]) == ("NOT_ACCEPTED", ["R29"])


def test_an_office_that_is_not_in_the_table_is_named_by_its_area() -> None:
    assert "350203" in make_policy().other_office("350203001001GB00009F00020003")


def test_a_bank_that_the_channel_is_not_open_to_goes_to_the_window() -> None:
    outcome, findings = judged(BASE, FREE, policy=make_policy(banks=("91410200MA0X000236",)))

    assert (outcome.decision, [f.rule for f in findings]) == ("NOT_ACCEPTED", ["R30"])


def test_the_other_bank_of_a_bundle_need_not_be_in_the_channel() -> None:
    """The bank that files is; the old one's agent signs at its counter."""
    split, reduced = make_split()
    page = make_extract(make_maximum_standing(mortgagee=OLD_BANK_NAME, mortgagee_number=OLD_BANK))

    assert "R30" in hits(reduced, page)
    assert "R30" not in hits(reduced, page, together=(split,))
    closed = make_policy(banks=())
    assert "R30" in hits(reduced, page, together=(split,), policy=closed)


def test_no_bank_is_let_in_by_an_empty_list() -> None:
    assert hits(BASE, FREE, policy=make_policy(banks=())) == ["R30"]


def test_another_case_on_the_unit_goes_to_a_person() -> None:
    outcome, findings = judged(BASE, make_extract(open_cases=(make_open_case(),)))

    assert (outcome.decision, [f.rule for f in findings]) == ("MANUAL", ["R34"])
    assert "20260928-0000007" in findings[0].zh


@pytest.mark.parametrize(
    ("registered", "rules"),
    [
        (make_registered(), ["R35", "R04"]),
        (make_registered(contract_no="DY-2025-000001"), ["R04"]),
        (make_registered(holder="示例银行甲", holder_number=""), ["R04"]),
        (make_registered(holder_number=""), ["R35", "R04"]),
        (make_registered(state=EntryState.HISTORICAL), []),
    ],
    ids=["the same", "another contract", "another bank", "the bank by its name", "ended"],
)
def test_the_same_mortgage_is_not_registered_twice(
    registered: Encumbrance, rules: list[str]
) -> None:
    assert hits(BASE, make_extract(registered)) == rules


@pytest.mark.parametrize(
    ("application", "page", "has_hit"),
    [
        (discharging(), make_extract(make_registered()), False),
        (discharging(cleared_amount=Money(86_000_000)), make_extract(make_registered()), False),
        (discharging(cleared_amount=Money(85_000_000)), make_extract(make_registered()), True),
        (discharging(), FREE, True),
        (discharging(), make_extract(OTHER), True),
        (discharging(), make_extract(make_registered(state=EntryState.HISTORICAL)), True),
        (discharging(), make_extract(make_registered(holder_number="91410200MA0X000236")), True),
        (make_discharge(materials=(make_material("M01"),)), make_extract(make_registered()), True),
    ],
    ids=[
        "no amount named",
        "the whole amount",
        "another amount",
        "a free unit",
        "another certificate",
        "discharged already",
        "another bank's",
        "no proof",
    ],
)
def test_a_discharge_fits_the_registered_mortgage(
    application: Application, page: Extract, has_hit: bool
) -> None:
    assert ("R38" in hits(application, page)) is has_hit


def test_a_discharge_of_another_offices_unit_is_not_ours() -> None:
    unit = make_unit(unit_no=parse_unit_no("410225001001GB00009F00020003"))
    elsewhere = make_discharge(unit=unit)
    page = make_extract(make_registered(), unit_no=unit.unit_no.text)

    assert judged(elsewhere, page)[0].decision == "NOT_ACCEPTED"


@pytest.mark.parametrize("kind", list(RegistrationKind))
def test_a_kind_that_the_office_closed_is_not_accepted(kind: RegistrationKind) -> None:
    policy = make_policy(kinds=BUILT_KINDS - {kind})
    outcome, findings = judged(of_kind(kind), FREE, policy=policy)

    assert outcome.decision == "NOT_ACCEPTED"
    assert "KIND" in {finding.rule for finding in findings}
