"""The sample estates lead where the examples and the rule book say, through the real rules."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from backend.office.register import Title
from backend.store.estate_file import Estate, parse_estates
from backend.store.estates import SAMPLES, load_estates
from registration.application import Application
from registration.identifiers import parse_certificate_no, parse_unit_no
from registration.mortgage import Discharge, DischargeCause, Money
from registration.people import CoOwnership, Guardian, parse_name
from tests.factories import (
    FATHER,
    LI,
    MINOR,
    make_application,
    make_discharge,
    make_document,
    make_identity,
    make_maximum_mortgage,
    make_mortgage,
    make_party,
    make_unit,
    without_ink_of,
)
from tests.factories_office import hits, judged, make_extract, make_kindergarten, sole
from tests.fakes import MemoryWorks
from tests.rows import AT

ESTATES: Final[Mapping[str, Estate]] = {
    estate.note.partition(":")[0]: estate for estate in parse_estates(SAMPLES.read_bytes())
}
BASE: Final = "free, jointly owned"


def _unit(title: Title) -> dict[str, Any]:
    unit = make_unit(
        unit_no=parse_unit_no(title.unit_no),
        title_no=parse_certificate_no(title.title_no),
        location=title.location,
        area_m2=title.area_m2,
        use=title.use,
    )
    return {"unit": unit}


def _applied(note: str, **changes: Any) -> Application:
    return make_application(**_unit(ESTATES[note].title), **changes)


def _ward() -> Application:
    guardian = Guardian(
        name=parse_name("王示例父"),
        document=make_document(FATHER),
        relation="父亲",
        identity=make_identity("王示例父", FATHER),
    )
    ward = sole("王示例", MINOR, guardian=guardian)
    return _applied("C05", **ward, debtors=(make_party("王示例父", FATHER),))


def _cleared() -> Application:
    proof = ESTATES["C11"].encumbrances[0].certificate_no
    discharge = Discharge(
        certificate_no=parse_certificate_no(proof),
        cause=DischargeCause.DEBT_CLEARED,
        cleared_amount=Money(86_000_000),
    )
    return make_discharge(**_unit(ESTATES["C11"].title), discharge=discharge)


def _of_sole_owner(note: str) -> Application:
    owner = ESTATES[note].title.owners[0]
    return _applied(note, **sole(owner.name, owner.id_number))


CASES = [
    pytest.param(BASE, _applied(BASE), (), "APPROVED", [], id="base"),
    pytest.param("C01", _applied("C01"), (), "REFUSED", ["R01"], id="C01"),
    pytest.param("C02", _applied("C02"), (), "CORRECTION_REQUIRED", ["R02"], id="C02"),
    pytest.param("C03", _applied("C03"), (), "APPROVED", ["R04"], id="C03"),
    pytest.param(
        BASE,
        without_ink_of(_applied(BASE), LI, "M01"),
        (),
        "CORRECTION_REQUIRED",
        ["R08"],
        id="C04",
    ),
    pytest.param("C05", _ward(), (), "CORRECTION_REQUIRED", ["R11", "R12"], id="C05"),
    pytest.param(
        BASE,
        _applied(BASE, mortgage=make_mortgage(amount_words="捌拾柒万元整")),
        (),
        "CORRECTION_REQUIRED",
        ["R22"],
        id="C06",
    ),
    pytest.param("C07", _applied("C07", **make_kindergarten()), (), "REFUSED", ["R14"], id="C07"),
    pytest.param("C08", _applied("C08"), (), "NOT_ACCEPTED", ["R29"], id="C08"),
    pytest.param(
        BASE,
        _applied(BASE, mortgage=make_maximum_mortgage(start=None, end=None)),
        (),
        "CORRECTION_REQUIRED",
        ["R25"],
        id="C09",
    ),
    pytest.param("C10", _applied("C10"), (), "REFUSED", ["R06"], id="C10"),
    pytest.param("C11", _cleared(), (), "APPROVED", [], id="C11"),
    pytest.param(BASE, _applied(BASE), ("999", ""), "MANUAL", ["R32"], id="C12"),
]


@pytest.mark.parametrize(("note", "application", "codes", "decision", "rules"), CASES)
def test_an_example_case_comes_out_as_listed(
    note: str, application: Application, codes: tuple[str, ...], decision: str, rules: list[str]
) -> None:
    works = MemoryWorks()
    load_estates(works, SAMPLES.read_bytes(), AT)
    with works.reading() as work:
        extract = work.register.extract(ESTATES[note].title.unit_no, AT)
    outcome, findings = judged(application, extract, *codes)
    told = list(dict.fromkeys(f.rule for f in findings))
    assert (outcome.decision, told) == (decision, rules)


@pytest.mark.parametrize(
    ("note", "rule"),
    [
        ("dissent without suit after fifteen days", "R03"),
        ("two earlier mortgages, the second with a promise not to transfer", "R04"),
        ("queued seizure", "R01"),
        ("right of habitation", "R13"),
        ("mortgage notice of another bank", "R07"),
        ("ownership in dispute", "R16"),
        ("title ended", "R28"),
        ("frozen for expropriation", "R40"),
        ("never first registered", "R18"),
        ("land-use right ends in 2040", "R26"),
    ],
)
def test_a_special_flat_hits_its_rule(note: str, rule: str) -> None:
    assert rule in _hits(note, _applied(note))


@pytest.mark.parametrize(
    ("note", "rule"),
    [
        ("one owner, married", "R10"),
        ("allocated land, owned alone", "R19"),
        ("homestead of a village", "R15"),
    ],
)
def test_a_special_flat_of_one_owner_hits_its_rule(note: str, rule: str) -> None:
    assert rule in _hits(note, _of_sole_owner(note))


@pytest.mark.parametrize("note", ["building under construction", "land alone, its building apart"])
def test_a_companys_estate_hits_its_rule(note: str) -> None:
    rule = {"building under construction": "R36"}.get(note, "R17")
    assert rule in _hits(note, _applied(note))


def test_a_lifted_seizure_is_no_bar() -> None:
    assert _hits("seizure that was lifted", _applied("seizure that was lifted")) == []


def test_a_sole_owner_with_a_rare_name_goes_straight() -> None:
    note = "one owner, not married; a rare name"
    assert _hits(note, _of_sole_owner(note)) == []


def test_the_flat_by_shares_is_whole() -> None:
    title = ESTATES["by shares of a half, a quarter and a quarter"].title
    assert title.co_ownership is CoOwnership.SHARES
    assert [owner.share for owner in title.owners] == ["1/2", "1/4", "1/4"]


def _hits(note: str, application: Application) -> list[str]:
    estate = ESTATES[note]
    extract = replace(
        make_extract(*estate.encumbrances), unit_no=estate.title.unit_no, title=estate.title
    )
    return hits(application, extract)
