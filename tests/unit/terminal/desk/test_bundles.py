"""A bundle at the counter: one draft, papers of every step, one package, answers to each."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registration.bundle import BundleModel
from registration.identifiers import parse_unit_no
from registration.inquiry import order_answers
from registration.mortgage import RegistrationKind
from registration.outcomes import (
    AcceptanceReceipt,
    CertificateIssued,
    CorrectionRequest,
    PrecheckAnswer,
    Registered,
)
from terminal.desk.draft import Draft, DraftState
from terminal.desk.freezing import freeze
from terminal.desk.inbox import corrections_of
from terminal.desk.overview import RowStage
from tests.counter_forms import fill, find_filled, make_place
from tests.factories import CAPTURED_AT, TITLE_NO, UNIT_NO, make_pdf
from tests.pki import PKI
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter, make_counter
from tests.unit.terminal.desk.office import make_answer

SECOND = f"{DRAFT_ID}-2"


def told(number: str, _kind: str) -> PrecheckAnswer:
    return PrecheckAnswer(
        unit_no=parse_unit_no(number),
        is_found=True,
        at=CAPTURED_AT,
        title_no=TITLE_NO,
        location="开封市龙亭区示例路1号1幢1单元12号",
        co_ownership="1",
    )


def make_sale(draft_id: str = DRAFT_ID) -> Draft:
    """Return the draft of a sale and its mortgage, filled in, with the questions answered."""
    answers = {"true_intent": "yes", "leased": "no", "habitation_right": "no"}
    answers |= {"enforcement_risk": "yes"}
    draft = fill(find_filled("sale"), {"unit_no": UNIT_NO}, told)
    return replace(draft, draft_id=draft_id, inquiry=order_answers(answers))


@pytest.fixture
def counter(tmp_path: Path, desk_pki: PKI) -> Counter:
    made = make_counter(tmp_path / "box", desk_pki)
    made = replace(made, place=make_place())
    draft = make_sale()
    made.box.add_draft(draft)
    for material in draft.materials:
        made.box.put_blob(DRAFT_ID, make_pdf(material.code))
    return made


def answered(counter: Counter, kind: type, application_id: str, **changes: Any) -> None:
    """Let the office answer one step of the last package, and collect it."""
    package = counter.box.package(counter.box.outbox()[-1].sequence)
    answer = make_answer(kind, package, application_id, counter.clock.now())
    number = "4102-20260929-000002" if application_id == SECOND else answer.case_no
    counter.office.answer(replace(answer, case_no=number, **changes))
    counter.courier.collect(0)


def test_a_draft_makes_an_application_of_each_step() -> None:
    sale, mortgage = freeze(make_sale(), make_place())

    assert (sale.kind, mortgage.kind) == (
        RegistrationKind.OWNERSHIP_TRANSFER,
        RegistrationKind.FIRST,
    )
    assert (sale.application_id, mortgage.application_id) == (DRAFT_ID, SECOND)
    assert sale.sale is not None
    assert [p.name.text for p in sale.sale.sellers] == ["张示例", "李示例"]
    assert mortgage.mortgagors == sale.sale.buyers == mortgage.debtors
    assert mortgage.unit.title_no is None
    assert sale.bundle is not None
    assert sale.bundle.model is BundleModel.SALE_AND_MORTGAGE
    assert [m.code for m in sale.materials] == ["M03", "M14"]
    assert [m.code for m in mortgage.materials] == ["M03", "M06", "M07"]


def test_each_step_has_its_papers_and_each_signer_signs_them(counter: Counter) -> None:
    papers = counter.signing.papers(DRAFT_ID)

    assert [p.code for p in papers] == ["M01", "M15", "M01-2", "M15-2"]
    assert len({p.sha256 for p in papers}) == len(papers)
    assert papers[2].title == "不动产登记申请书（抵押权首次登记）"
    counter.sign_all()
    assert counter.submission.check(DRAFT_ID) == ()
    sale, mortgage = freeze(counter.box.get_draft(DRAFT_ID), counter.place)
    assert {ink.signer_name for ink in sale.inks} == {"张示例", "李示例", "周示例"}
    assert {ink.signer_name for ink in mortgage.inks} == {"周示例", "赵示例"}


def test_it_goes_as_one_package_and_ends_with_the_last_answer(counter: Counter) -> None:
    counter.sign_all()
    item = counter.submission.submit(DRAFT_ID)
    counter.courier.deliver()

    opened = counter.office.unpack(counter.box.package(item.sequence))
    assert [a.application_id for a in opened.applications] == [DRAFT_ID, SECOND]
    for step in (DRAFT_ID, SECOND):
        answered(counter, AcceptanceReceipt, step)
    answered(counter, Registered, DRAFT_ID, certificate_follows=False)
    assert counter.box.get_draft(DRAFT_ID).state is DraftState.SUBMITTED
    answered(counter, Registered, SECOND)
    assert counter.overview.rows()[0].stage is RowStage.REGISTERED
    answered(counter, CertificateIssued, SECOND)
    row = counter.overview.rows()[0]
    assert (row.stage, row.kind) == (
        RowStage.CERTIFICATE_AWAITED,
        RegistrationKind.SALE_AND_MORTGAGE,
    )
    assert counter.box.get_draft(DRAFT_ID).state is DraftState.CLOSED


def test_a_correction_opens_every_step_again(counter: Counter) -> None:
    counter.sign_all()
    counter.submission.submit(DRAFT_ID)
    counter.courier.deliver()
    for step in (DRAFT_ID, SECOND):
        answered(counter, CorrectionRequest, step)
    row = counter.overview.rows()[0]
    assert (row.stage, row.may_correct) == (RowStage.CORRECTION, True)
    assert row.answer is not None
    assert isinstance(row.answer.answer, CorrectionRequest)

    draft = counter.intake.reopen(DRAFT_ID, row.answer.answer)

    assert draft.cases == ("4102-20260929-000001", "4102-20260929-000002")
    assert [a.corrects for a in freeze(draft, counter.place)] == list(draft.cases)
    assert {a.round for a in freeze(draft, counter.place)} == {2}
    assert len(corrections_of(draft, counter.box.inbox())) == 2
