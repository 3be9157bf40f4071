"""R32: what the police say, and whom they are asked about."""

import pytest

from backend.office.rules import examine, people_to_check
from registration.findings import Level
from registration.people import Guardian, IdKind, parse_name
from tests.factories import (
    BUYER,
    FATHER,
    TODAY,
    ZHANG,
    make_application,
    make_discharge,
    make_document,
    make_evidence,
    make_identity,
    make_party,
)
from tests.factories_office import (
    hits,
    judged,
    make_check,
    make_extract,
    make_kindergarten,
    make_policy,
    make_registered,
)

BASE = make_application()
FREE = make_extract()
GUARDIAN = Guardian(
    name=parse_name("王示例"),
    document=make_document(FATHER),
    relation="父亲",
    identity=make_identity("王示例", FATHER),
)


@pytest.mark.parametrize(
    ("codes", "decision", "levels"),
    [
        (("000", "000"), "APPROVED", []),
        (("999", "000"), "CORRECTION_REQUIRED", [Level.CORRECT]),
        (("000", "001"), "CORRECTION_REQUIRED", [Level.CORRECT]),
        (("", "000"), "MANUAL", [Level.UNKNOWN]),
        (("death", "000"), "REFUSED", [Level.BLOCK]),
        (("999", ""), "MANUAL", [Level.UNKNOWN, Level.CORRECT]),
        (("death", ""), "REFUSED", [Level.BLOCK, Level.UNKNOWN]),
    ],
)
def test_what_the_police_say(codes: tuple[str, ...], decision: str, levels: list[Level]) -> None:
    outcome, findings = judged(BASE, FREE, *codes)

    assert (outcome.decision, [f.level for f in findings]) == (decision, levels)


def test_an_answer_that_is_not_there_is_no_pass() -> None:
    findings = examine(BASE, FREE, (make_check(),), today=TODAY, policy=make_policy())

    assert [(f.rule, f.level, f.pointer) for f in findings] == [
        ("R32", Level.UNKNOWN, "/mortgagors/1")
    ]


def test_where_the_people_are_not_in_question_nobody_is_missed() -> None:
    assert examine(BASE, FREE, None, today=TODAY, policy=make_policy()) == ()


def test_the_finding_names_the_code_and_the_person() -> None:
    _, findings = judged(BASE, FREE, "000", "999")

    assert findings[0].zh.startswith("身份核验未通过：999（李示例")
    assert findings[0].pointer == "/mortgagors/1"


def test_mortgagors_guardians_and_outside_debtors_are_checked_in_order() -> None:
    application = make_application(
        mortgagors=(make_party(guardian=GUARDIAN),),
        debtors=(make_party(), make_party("周示例", BUYER)),
    )
    asked = people_to_check(application)

    assert [(p.number, p.pointer) for p in asked] == [
        (ZHANG, "/mortgagors/0"),
        (FATHER, "/mortgagors/0/guardian"),
        (BUYER, "/debtors/1"),
    ]


def test_nobody_is_checked_where_the_bank_applies_alone() -> None:
    assert people_to_check(make_discharge()) == ()
    assert hits(make_discharge(), make_extract(make_registered())) == []


def test_an_organisation_is_not_asked_about_at_the_police() -> None:
    asked = people_to_check(make_application(**make_kindergarten()))

    assert [p.pointer for p in asked] == ["/debtors/0"]


def test_a_passport_goes_to_a_person() -> None:
    passport = make_document("E12345678", IdKind.PASSPORT)
    identity = make_identity(document=passport, birth_date=None, evidence=make_evidence())
    foreigner = make_party(document=passport, identity=identity)
    outcome, findings = judged(make_application(debtors=(BASE.mortgagors[0], foreigner)), FREE)

    assert (outcome.decision, [f.pointer for f in findings]) == ("MANUAL", ["/debtors/1/document"])


def test_a_repr_holds_no_person() -> None:
    assert repr(people_to_check(BASE)) == "(Checked(/mortgagors/0), Checked(/mortgagors/1))"
