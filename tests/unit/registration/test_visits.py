"""R46: who signed at another counter is as good as here, where everything of it is there and fits."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registration.application import Application
from registration.findings import Finding, Level
from registration.identifiers import parse_credit_code
from registration.ink import InkRecord, SignerRole, event_facts
from registration.materials import lacks_chip_identity
from registration.people import IdSource, ManualEntry, ManualReason
from registration.requirements import check_application
from registration.schema import format_application, parse_application
from registration.visits import Visit, VisitTaken
from tests.factories import LI, ZHANG, make_application, make_evidence, make_identity

TODAY = date(2026, 9, 29)
BASE = make_application()
HIS = [at for at, ink in enumerate(BASE.inks) if ink.signer_number == LI]
INK = BASE.inks[HIS[0]]


def make_visit(**changes: Any) -> Visit:
    """Return the visit of the second owner to another branch, some minutes before he signed."""
    evidence = make_evidence(
        raw_sha256=make_identity("李示例", LI).evidence.raw_sha256,  # type: ignore[union-attr]  # the factory makes one
        reader="SAM-OF-THE-SECOND",
        read_at=INK.started_at - timedelta(minutes=5),
    )
    taken = VisitTaken(
        answer_sha256="ab" * 32,
        opened_at=INK.started_at - timedelta(minutes=4),
        answered_at=INK.ended_at + timedelta(minutes=3),
        checked_by="0417",
        checked_at=INK.ended_at + timedelta(minutes=30),
    )
    visit = Visit(
        invitation="0123456789abcdef" * 2,
        terminal="KF-JM-01",
        branch="KF-JM",
        bank=BASE.mortgagee.credit_code,
        teller="T0021",
        teller_name="孙示例",
        identity=make_identity("李示例", LI, evidence=evidence),
        taken=taken,
    )
    return replace(visit, **changes)


def visited(visit: Visit | None = None, **changes: Any) -> Application:
    """Return the base case whose second owner signed in a visit; `changes` are of his ink."""
    visit = visit or make_visit()
    bound = {"visit_sha256": visit.sha256, "event": "signed.by.it"} | changes
    inks: list[InkRecord] = list(BASE.inks)
    for at in HIS:
        inks[at] = replace(inks[at], **bound)
    return replace(BASE, inks=tuple(inks), visits=(visit,))


def found(application: Application) -> list[Finding]:
    return [f for f in check_application(application, today=TODAY) if f.rule == "R46"]


def test_read_and_signed_before_a_colleague_is_as_good_as_here() -> None:
    assert found(visited()) == []


@pytest.mark.parametrize(
    ("visit", "ink", "told"),
    [
        (make_visit(terminal=BASE.counter.terminal), {}, "就是本柜台"),
        (make_visit(bank=parse_credit_code("91410200MA0X000236")), {}, "不是本行"),
        (make_visit(identity=make_identity("李示例", LI, source=IdSource.MANUAL)), {}, "芯片"),
        (make_visit(identity=make_identity("张示例", ZHANG)), {}, "另一人"),
        (make_visit(taken=None), {}, "如何送回"),
        (make_visit(), {"event": ""}, "签署证明"),
        (make_visit(), {"visit_sha256": "0" * 64}, "记录"),
        (make_visit(), {"ended_at": INK.ended_at + timedelta(hours=3)}, "同一次到场"),
    ],
    ids=["itself", "other bank", "no chip", "other card", "no way", "no event", "changed", "later"],
)
def test_what_is_missing_sends_it_to_a_person(visit: Visit, ink: dict[str, Any], told: str) -> None:
    findings = [f for f in found(visited(visit, **ink)) if f.pointer == f"/inks/{HIS[0]}"]

    assert [f.level for f in findings] == [Level.MANUAL]
    assert told in findings[0].zh


@pytest.mark.parametrize(
    "changes",
    [{"opened_at": timedelta(minutes=11)}, {"answered_at": -timedelta(minutes=11)}],
    ids=["opened after", "answered before"],
)
def test_out_of_its_course_it_goes_to_a_person(changes: dict[str, timedelta]) -> None:
    visit = make_visit()
    assert visit.taken is not None
    moved = {name: INK.ended_at + by for name, by in changes.items()}
    taken = replace(visit.taken, **moved)  # type: ignore[arg-type]  # times by name

    assert {f.level for f in found(visited(replace(visit, taken=taken)))} == {Level.MANUAL}


def test_a_visit_in_which_nothing_was_signed_is_looked_at() -> None:
    (finding,) = found(replace(BASE, visits=(make_visit(),)))

    assert (finding.level, finding.pointer) == (Level.MANUAL, "/visits/0")


def test_the_banks_agent_signs_at_his_own_counter() -> None:
    agents = [at for at, ink in enumerate(BASE.inks) if ink.role is SignerRole.AGENT]
    inks = list(BASE.inks)
    visit = make_visit()
    inks[agents[0]] = replace(inks[agents[0]], visit_sha256=visit.sha256)

    levels = {f.level for f in found(replace(BASE, inks=tuple(inks), visits=(visit,)))}

    assert Level.CORRECT in levels


@pytest.mark.parametrize(
    "changes",
    [
        {"terminal": "KF-JM-02"},
        {"teller": "T0022"},
        {"identity": make_identity("李示例", LI)},
        {"identity": replace(make_visit().identity, portrait=b"another face")},
    ],
    ids=["terminal", "teller", "reader", "face"],
)
def test_nothing_of_a_visit_can_be_changed_under_its_ink(changes: dict[str, Any]) -> None:
    visit = make_visit()

    assert replace(visit, **changes).sha256 != visit.sha256
    assert replace(visit, taken=None).sha256 == visit.sha256, "how it came back is the first's own"
    assert event_facts(visited(visit).inks[HIS[0]])["visit_sha256"] == visit.sha256


def test_a_chip_read_there_goes_before_what_was_typed_here() -> None:
    typed = ManualEntry(
        reason=ManualReason.OTHER, note="本人在外地", entered_by="0417", entered_at=INK.started_at
    )
    owners = list(BASE.mortgagors)
    record = replace(
        make_identity("李示例", LI), source=IdSource.MANUAL, evidence=None, manual=typed
    )
    owners[1] = replace(owners[1], identity=record)
    here = replace(BASE, mortgagors=tuple(owners))
    there = replace(visited(), mortgagors=tuple(owners))

    assert lacks_chip_identity(here)
    assert not lacks_chip_identity(there)
    said = [f for f in check_application(there, today=TODAY) if f.rule == "R32"]
    assert said == []


def test_it_travels_and_an_older_application_says_nothing_of_it() -> None:
    application = visited()

    assert parse_application(format_application(application)) == application
    assert "visits" not in format_application(BASE)
    assert "visit_sha256" not in str(format_application(BASE))
