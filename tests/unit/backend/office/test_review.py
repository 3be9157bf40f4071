"""The review room's own rules, told to its face and not through pages."""

from dataclasses import replace

import pytest

from backend.errors import (
    ConflictError,
    IllegalMoveError,
    NeedsOtherReviewerError,
    NotAllowedError,
    NotFoundError,
)
from backend.office.case import Case, Stage
from backend.office.events import bring_in
from backend.office.rows import StaffRow
from backend.office.stages import ChiefPolicy
from registration.findings import Finding, Level
from tests.factories import UNIT_NO
from tests.rows import BANK, make_encumbrance
from tests.web.backend.fake_office import R27, World, file_case, make_world

TO_CORRECT = Finding(
    rule="R22", level=Level.CORRECT, zh="大写不符", en="Words differ", basis="", pointer=""
)
FORBIDDEN = Finding(rule="R01", level=Level.BLOCK, zh="已查封", en="Seized", basis="", pointer="")


@pytest.fixture
def world() -> World:
    return make_world()


def staff(world: World, staff_id: str) -> StaffRow:
    with world.works.reading() as work:
        return work.staff.get(staff_id)


def decide(world: World, case: Case, staff_id: str, verdict: str, *items: Finding) -> Case:
    """Take the case, read its file, decide on it."""
    review, who = world.office.review, staff(world, staff_id)
    world.office.leases.take(case.case_no, staff=who)
    evidence = review.open(case.case_no, staff=who).evidence_sha256
    return review.decide(
        case.case_no,
        staff=who,
        verdict=verdict,
        opinion="意见",
        evidence_sha256=evidence,
        items=items,
    )


def test_nobody_takes_a_case_that_another_holds(world: World) -> None:
    case = file_case(world, holder="qian")

    with pytest.raises(ConflictError):
        world.office.leases.take(case.case_no, staff=staff(world, "zhou"))


def test_taking_ones_own_case_again_is_harmless(world: World) -> None:
    case = file_case(world, holder="qian")

    assert world.office.leases.take(case.case_no, staff=staff(world, "qian")).holder == "qian"


def test_only_the_holder_gives_a_case_back(world: World) -> None:
    case = file_case(world, holder="qian")

    with pytest.raises(ConflictError):
        world.office.leases.release(case.case_no, staff=staff(world, "zhou"))


def test_a_second_reviewer_does_not_begin(world: World) -> None:
    case = file_case(world)

    with pytest.raises(NotAllowedError):
        world.office.leases.take(case.case_no, staff=staff(world, "zhou"))


def test_a_decision_needs_the_case_in_hand(world: World) -> None:
    case = file_case(world)

    with pytest.raises(ConflictError):
        world.office.review.decide(
            case.case_no,
            staff=staff(world, "qian"),
            verdict="approve",
            opinion="",
            evidence_sha256="0" * 64,
        )


def test_a_decision_on_what_has_changed_since_is_refused(world: World) -> None:
    case = file_case(world, holder="qian")
    who = staff(world, "qian")
    seen = world.office.review.open(case.case_no, staff=who).evidence_sha256
    with world.works() as work:
        work.register.write(bring_in(UNIT_NO, make_encumbrance()))
        work.commit()

    with pytest.raises(ConflictError):
        world.office.review.decide(
            case.case_no, staff=who, verdict="approve", opinion="", evidence_sha256=seen
        )


@pytest.mark.parametrize("finding", [TO_CORRECT, FORBIDDEN], ids=["to correct", "forbidden"])
def test_nobody_approves_what_a_finding_stands_against(world: World, finding: Finding) -> None:
    case = file_case(world, findings=(finding,))

    with pytest.raises(NotAllowedError):
        decide(world, case, "qian", "approve")


def test_one_person_does_not_decide_twice(world: World) -> None:
    case = file_case(world)
    decide(world, case, "qian", "approve")
    with world.works() as work:
        row = work.staff.get("zhou")
        work.staff.save(replace(row, person=work.staff.get("qian").person))
        work.commit()

    with pytest.raises(NeedsOtherReviewerError):
        decide(world, case, "zhou", "approve")


def test_a_correction_request_names_what_to_correct(world: World) -> None:
    with pytest.raises(ConflictError):
        decide(world, file_case(world), "qian", "correct")


def test_one_reviewer_may_ask_for_corrections(world: World) -> None:
    asked = decide(world, file_case(world), "qian", "correct", TO_CORRECT)

    assert (asked.stage, asked.findings, asked.holder) == (
        Stage.CORRECTION_REQUIRED,
        (TO_CORRECT,),
        "",
    )


def test_a_refusal_stands_when_the_second_reviewer_says_so(world: World) -> None:
    case = file_case(world, findings=(FORBIDDEN,))
    first = decide(world, case, "qian", "refuse")

    second = decide(world, case, "zhou", "refuse")

    assert [first.stage, second.stage] == [Stage.IN_REVIEW, Stage.REFUSED]


@pytest.mark.parametrize(
    ("verdicts", "stage"),
    [
        (("approve", "refuse", "approve"), Stage.APPROVED),
        (("refuse", "approve", "refuse"), Stage.REFUSED),
        (("refuse", "approve", "approve"), Stage.APPROVED),
    ],
)
def test_two_opinions_are_settled_by_the_head(
    world: World, verdicts: tuple[str, str, str], stage: Stage
) -> None:
    case = file_case(world)
    decide(world, case, "qian", verdicts[0])

    handed = decide(world, case, "zhou", verdicts[1])
    settled = decide(world, case, "zhao", verdicts[2])

    assert (handed.stage, handed.awaiting, handed.chief_reason) == (
        Stage.IN_REVIEW,
        "chief",
        "opinions",
    )
    assert settled.stage is stage


def test_a_high_amount_is_approved_by_three(world: World) -> None:
    case = file_case(world, amount_fen=1_000_000_001)
    decide(world, case, "qian", "approve")

    handed = decide(world, case, "zhou", "approve")

    assert (handed.awaiting, handed.chief_reason) == ("chief", "amount")
    assert decide(world, case, "zhao", "approve").stage is Stage.APPROVED


def test_a_high_amount_is_refused_by_two(world: World) -> None:
    case = file_case(world, amount_fen=1_000_000_001)
    decide(world, case, "qian", "refuse")

    assert decide(world, case, "zhou", "refuse").stage is Stage.REFUSED


def test_a_listed_finding_reaches_the_head(world: World) -> None:
    review = replace(world.office.review, chief=ChiefPolicy(rules=frozenset({"R27"})))
    world = replace(world, office=replace(world.office, review=review))
    case = file_case(world, findings=(R27,))
    decide(world, case, "qian", "approve")

    assert decide(world, case, "zhou", "approve").chief_reason == "finding"


def test_what_is_handed_up_needs_the_head(world: World) -> None:
    case = file_case(world, holder="qian")
    thread, qian = world.office.thread, staff(world, "qian")

    handed = thread.say(case.case_no, staff=qian, kind="escalate", text="请负责人定")

    assert (handed.holder, handed.awaiting, handed.chief_reason) == ("", "first", "asked")
    decide(world, case, "qian", "approve")
    decide(world, case, "zhou", "approve")
    assert decide(world, case, "zhao", "approve").stage is Stage.APPROVED


def test_the_head_neither_begins_nor_comes_second(world: World) -> None:
    case = file_case(world)
    with pytest.raises(NotAllowedError):
        decide(world, case, "zhao", "approve")
    decide(world, case, "qian", "approve")
    with pytest.raises(NotAllowedError):
        decide(world, case, "zhao", "approve")


def test_a_case_on_hold_waits_until_somebody_takes_it_off(world: World) -> None:
    case = file_case(world, holder="qian")
    qian, say = staff(world, "qian"), world.office.thread.say

    held = say(case.case_no, staff=qian, kind="hold", text="等房管局回函")

    assert (held.holder, held.is_on_hold) == ("", True)
    assert held.due == case.due
    with pytest.raises(ConflictError):
        world.office.leases.take(case.case_no, staff=qian)
    say(case.case_no, staff=staff(world, "zhou"), kind="resume", text="函到了")
    assert decide(world, case, "qian", "approve").awaiting == "second"
    with world.works.reading() as work:
        assert [(r.kind, r.text) for r in work.remarks.of(case.case_no)] == [
            ("hold", "等房管局回函"),
            ("resume", "函到了"),
        ]


@pytest.mark.parametrize("kind", ["hold", "escalate", "resume"])
def test_only_whoever_works_on_a_case_puts_it_elsewhere(world: World, kind: str) -> None:
    case = file_case(world, holder="qian")

    with pytest.raises(ConflictError):
        world.office.thread.say(case.case_no, staff=staff(world, "zhou"), kind=kind, text="x")


def test_an_unknown_verdict_is_no_decision(world: World) -> None:
    with pytest.raises(ConflictError):
        decide(world, file_case(world), "qian", "perhaps")


def test_a_paper_of_another_case_is_not_shown(world: World) -> None:
    case = file_case(world)

    with pytest.raises(NotFoundError):
        world.office.review.material(case.case_no, "0" * 64, staff=staff(world, "qian"))


def test_another_banks_case_is_not_there(world: World) -> None:
    case = file_case(world)

    with pytest.raises(NotFoundError):
        world.office.review.case_of_bank(case.case_no, bank="91410200MA0X00023X")


def test_a_case_is_withdrawn_once(world: World) -> None:
    case = file_case(world)
    review = world.office.review

    first = review.withdraw(case.case_no, bank=BANK, terminal=case.terminal)

    assert first.stage is Stage.WITHDRAWN
    assert review.withdraw(case.case_no, bank=BANK, terminal=case.terminal) == first


def test_a_refused_case_is_not_withdrawn(world: World) -> None:
    """Art. 15: withdrawal is open only while the case is."""
    case = file_case(world, findings=(FORBIDDEN,))
    decide(world, case, "qian", "refuse")
    decide(world, case, "zhou", "refuse")

    with pytest.raises(IllegalMoveError):
        world.office.review.withdraw(case.case_no, bank=BANK, terminal=case.terminal)
