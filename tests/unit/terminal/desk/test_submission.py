from dataclasses import replace

import pytest

from registration.errors import BadPackageError
from registration.findings import Finding, Level
from registration.identifiers import parse_unit_no
from registration.outcomes import PrecheckAnswer
from terminal.desk.draft import DraftState
from terminal.desk.items import BAD_SEAL, ItemState, Trouble
from terminal.desk.submission import FAIL_POINTS
from terminal.errors import (
    ConflictError,
    DraftClosedError,
    NotCompleteError,
    NotReadyError,
    OfficeRefusedError,
)
from tests.factories import (
    UNIT_NO,
    make_application,
    make_contents,
    make_mortgage,
    make_mortgagee,
)
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter, without_material


def rules(counter: Counter) -> set[str]:
    return {finding.pointer for finding in counter.submission.check(DRAFT_ID)}


def test_an_empty_form_is_told_whole(counter: Counter) -> None:
    counter.add_draft()
    counter.set_text("unit_no", "")

    assert {"/unit/unit_no", "/materials", "/inks"} <= rules(counter)


def test_a_place_where_nobody_was_read_is_said_once(counter: Counter) -> None:
    """It is no missing mortgagor and no missing debtor beside; without any place it is."""
    draft = counter.add_draft()
    empty = replace(draft.slots[0], identity=None, number="", name="", is_debtor=True)
    counter.box.save_draft(replace(draft, slots=(empty,)))
    said = rules(counter)
    counter.box.save_draft(replace(counter.box.get_draft(DRAFT_ID), slots=()))

    assert said.isdisjoint({"/mortgagors", "/debtors"})
    assert any(pointer.startswith("/mortgagors/0") for pointer in said)
    assert {"/mortgagors", "/debtors"} <= rules(counter)


def test_what_a_unit_number_stands_for_is_not_asked_of_nobody_s(counter: Counter) -> None:
    """While the number is missing, only that is said of it."""
    counter.add_draft()
    counter.set_text("unit_no", "410202")

    found = [f for f in counter.submission.check(DRAFT_ID) if f.pointer == "/unit/unit_no"]

    assert {f.rule for f in found} == {"FORMAT"}


def test_a_signed_base_case_has_nothing_to_put_right(counter: Counter) -> None:
    counter.add_draft()
    counter.sign_all()

    assert counter.submission.check(DRAFT_ID) == ()


def test_what_the_register_said_is_shown_before_submitting_and_stops_nobody(
    counter: Counter,
) -> None:
    counter.add_draft()
    seized = Finding(rule="R01", level=Level.BLOCK, zh="已查封", en="Seized", basis="")
    draft = counter.box.get_draft(DRAFT_ID)
    unit_no = parse_unit_no(UNIT_NO)
    told = PrecheckAnswer(
        unit_no=unit_no, is_found=True, at=counter.clock.now(), findings=(seized,)
    )
    counter.box.save_draft(replace(draft, precheck=told))
    counter.sign_all()

    findings = counter.submission.check(DRAFT_ID)

    assert [(f.rule, f.level) for f in findings] == [("R01", Level.MANUAL)]
    assert counter.submission.submit(DRAFT_ID).sequence == 1


def test_an_incomplete_draft_does_not_leave_the_counter(counter: Counter) -> None:
    counter.add_draft()
    counter.sign_all()
    counter.box.save_draft(without_material(counter.box.get_draft(DRAFT_ID), "M06"))

    with pytest.raises(NotCompleteError) as caught:
        counter.submission.submit(DRAFT_ID)

    assert caught.value.findings
    assert counter.box.outbox() == ()


def test_facts_that_changed_after_the_signatures_must_be_signed_again(counter: Counter) -> None:
    """Ink counts for what was read, never for what was typed afterwards."""
    counter.add_draft()
    counter.sign_all()
    counter.set_text("use", "商业")

    with pytest.raises(NotCompleteError) as caught:
        counter.submission.submit(DRAFT_ID)

    assert "/inks" in {finding.pointer for finding in caught.value.findings}


def test_what_the_office_unpacks_is_what_was_frozen(counter: Counter) -> None:
    item = counter.submit()

    package = counter.office.unpack(counter.box.package(item.sequence))

    (application,) = package.applications
    assert application.application_id == DRAFT_ID
    assert application.inks == counter.box.get_draft(DRAFT_ID).inks
    assert set(package.contents) == {material.sha256 for material in application.materials}


def test_a_submitted_draft_lies_in_the_outbox(counter: Counter) -> None:
    item = counter.submit()

    assert (item.sequence, item.state, item.round) == (1, ItemState.WAITING, 1)
    assert (item.label, item.amount) == ("张*、李*", "860,000.00")
    assert counter.box.get_draft(DRAFT_ID).state is DraftState.SUBMITTED


def test_pressing_twice_seals_once(counter: Counter) -> None:
    first = counter.submit()

    assert counter.submission.submit(DRAFT_ID) == first
    assert len(counter.box.outbox()) == 1


def refuse(counter: Counter, sequence: int, code: str) -> None:
    """Let the office refuse a package for good."""
    item = counter.box.get_item(sequence)
    trouble = Trouble(code=code, at=counter.clock.now())
    counter.box.save_item(replace(item, state=ItemState.NEEDS_YOU, trouble=trouble))


def test_what_was_refused_for_its_seal_is_sealed_anew(counter: Counter) -> None:
    """A counter that was shut out and joined again has other keys; nobody signs a second time."""
    first = counter.submit()
    refuse(counter, first.sequence, BAD_SEAL)

    again = counter.submission.submit(DRAFT_ID)

    assert (again.sequence, again.state, again.round) == (2, ItemState.WAITING, first.round)
    assert counter.box.outbox() == (again,)
    old, new = first.package_sha256, again.package_sha256
    assert old != new
    package = counter.office.unpack(counter.box.package(again.sequence))
    assert package.applications[0].inks == counter.box.get_draft(DRAFT_ID).inks


def test_what_was_refused_for_what_is_in_it_is_not_sealed_anew(counter: Counter) -> None:
    first = counter.submit()
    refuse(counter, first.sequence, "office.sequence-conflict")

    assert counter.submission.submit(DRAFT_ID).sequence == first.sequence


def test_a_filed_application_is_sealed_anew_from_its_folder(counter: Counter) -> None:
    application = make_application()
    contents = make_contents(application)
    first = counter.submission.file(application, contents)
    refuse(counter, first.sequence, BAD_SEAL)

    with pytest.raises(NotReadyError, match="folder"):
        counter.submission.submit(application.application_id)
    again = counter.submission.file(application, contents)

    assert again.sequence > first.sequence
    assert counter.submission.file(application, contents) == again


def test_a_refused_package_is_taken_back_and_sealed_anew(counter: Counter) -> None:
    first = counter.submit()
    counter.office.poison[1] = OfficeRefusedError("office.sequence-conflict", status=409)
    counter.courier.deliver()

    opened = counter.submission.take_back(first.sequence)
    second = counter.submission.submit(DRAFT_ID)

    assert (opened.state, opened.inks) == (
        DraftState.OPEN,
        counter.box.get_draft(DRAFT_ID).inks,
    )
    assert counter.box.get_item(1).state is ItemState.TAKEN_BACK
    assert [i.sequence for i in counter.box.undelivered()] == [second.sequence] == [2]
    assert counter.courier.deliver() == 1
    assert [row.sequence for row in counter.overview.rows()] == [2]


def test_what_may_still_arrive_is_not_taken_back(counter: Counter) -> None:
    item = counter.submit()
    with pytest.raises(NotReadyError):
        counter.submission.take_back(item.sequence)
    counter.courier.deliver()
    with pytest.raises(NotReadyError):
        counter.submission.take_back(item.sequence)


def test_a_closed_draft_is_not_submitted_again(counter: Counter) -> None:
    draft = counter.add_draft()
    counter.box.save_draft(replace(draft, state=DraftState.CLOSED))

    with pytest.raises(DraftClosedError):
        counter.submission.submit(DRAFT_ID)


def test_the_steps_of_submission_can_be_cut(counter: Counter) -> None:
    counter.submit()

    assert tuple(counter.passed) == FAIL_POINTS


def test_a_ready_application_is_filed(counter: Counter) -> None:
    application = make_application()

    item = counter.submission.file(application, make_contents(application))

    package = counter.office.unpack(counter.box.package(item.sequence))
    assert package.applications == (application,)


def test_filing_the_same_application_again_gives_the_same_item(counter: Counter) -> None:
    application = make_application()
    first = counter.submission.file(application, make_contents(application))

    assert counter.submission.file(application, make_contents(application)) == first


def test_a_changed_application_is_not_taken_for_the_one_that_was_filed(counter: Counter) -> None:
    """A bank's system that corrects a case must not hear that the correction was delivered."""
    application = make_application()
    counter.submission.file(application, make_contents(application))
    changed = replace(application, mortgage=make_mortgage(mortgage_contract_no="DY-2026-000999"))

    with pytest.raises(ConflictError):
        counter.submission.file(changed, make_contents(changed))

    assert len(counter.box.outbox()) == 1


def test_an_application_of_another_bank_is_not_filed_here(counter: Counter) -> None:
    other = make_mortgagee(credit_code=make_application().office)
    application = make_application(mortgagee=other)

    with pytest.raises(NotCompleteError) as caught:
        counter.submission.file(application, make_contents(application))

    assert "/mortgagee/credit_code" in {f.pointer for f in caught.value.findings}


def test_an_application_without_its_papers_is_not_filed(counter: Counter) -> None:
    with pytest.raises(BadPackageError):
        counter.submission.file(make_application(), {})
    assert counter.box.outbox() == ()


def test_the_next_round_of_a_filed_application_is_filed(counter: Counter) -> None:
    application = make_application()
    counter.submission.file(application, make_contents(application))
    second = make_application(round=2, corrects="4102-20260929-000001")

    item = counter.submission.file(second, make_contents(second))

    assert (item.sequence, item.round, item.number) == (2, 2, "F0929-001")


def test_a_filed_application_does_not_replace_a_draft_of_the_pages(counter: Counter) -> None:
    counter.add_draft()
    application = make_application()

    with pytest.raises(ConflictError):
        counter.submission.file(application, make_contents(application))
