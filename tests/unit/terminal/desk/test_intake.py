import pytest

from registration.errors import BadValueError
from registration.ink import Stroke
from registration.mortgage import RegistrationKind
from registration.outcomes import CorrectionRequest
from registration.people import IdSource
from terminal.desk.draft import Draft, DraftState, FieldSource, SlotRole
from terminal.errors import (
    ChipValueError,
    ConflictError,
    DraftClosedError,
    DuplicatePersonError,
    NotFoundError,
    NotReadyError,
    OfficeUnreachableError,
    SlotTakenError,
    WrongPersonError,
)
from tests.factories import FATHER, LI, MINOR, TELLER, UNIT_NO, ZHANG, make_identity, make_strokes
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter
from tests.unit.terminal.desk.office import make_answer

FIRST = RegistrationKind.FIRST


def open_draft(counter: Counter) -> Draft:
    return counter.intake.open_draft(FIRST, teller="T0007")


def test_a_draft_opens_with_a_place_for_the_first_mortgagor(counter: Counter) -> None:
    draft = open_draft(counter)

    assert (draft.number, draft.teller) == ("D0929-001", "T0007")
    assert [(s.slot_id, s.role, s.is_debtor) for s in draft.slots] == [
        ("p1", SlotRole.MORTGAGOR, True)
    ]
    assert counter.intake.drafts() == (draft,)


def test_a_stranger_opens_no_draft(counter: Counter) -> None:
    with pytest.raises(NotFoundError):
        counter.intake.open_draft(FIRST, teller="T9999")


def test_a_card_fills_its_place(counter: Counter) -> None:
    open_draft(counter)

    draft = counter.intake.put_identity(DRAFT_ID, "p1", make_identity())
    again = counter.intake.put_identity(DRAFT_ID, "p1", make_identity())

    assert draft.slots[0].document_number == ZHANG
    assert again.slots == draft.slots


def test_another_card_is_asked_about_first(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.put_identity(DRAFT_ID, "p1", make_identity())
    other = make_identity("李示例", LI)

    with pytest.raises(SlotTakenError):
        counter.intake.put_identity(DRAFT_ID, "p1", other)

    draft = counter.intake.put_identity(DRAFT_ID, "p1", other, replace_other=True)
    assert draft.slots[0].document_number == LI


def test_ink_goes_with_the_person_who_is_replaced(counter: Counter) -> None:
    counter.add_draft()
    counter.sign("M01", ZHANG)

    draft = counter.intake.put_identity(
        DRAFT_ID, "p1", make_identity("王示例", FATHER), replace_other=True
    )

    assert draft.inks == ()


def test_typing_does_not_replace_a_chip(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.put_identity(DRAFT_ID, "p1", make_identity())

    with pytest.raises(WrongPersonError):
        counter.intake.put_identity(DRAFT_ID, "p1", make_identity(source=IdSource.MANUAL))
    with pytest.raises(ChipValueError):
        counter.intake.set_slot(DRAFT_ID, "p1", {"name": "张三"})


def test_a_typed_number_is_checked(counter: Counter) -> None:
    open_draft(counter)
    record = make_identity(number=ZHANG[:-1] + "1", source=IdSource.MANUAL)

    with pytest.raises(BadValueError):
        counter.intake.put_identity(DRAFT_ID, "p1", record)


def test_one_person_does_not_stand_in_two_places(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.put_identity(DRAFT_ID, "p1", make_identity())
    counter.intake.add_slot(DRAFT_ID, SlotRole.MORTGAGOR)

    with pytest.raises(DuplicatePersonError) as caught:
        counter.intake.put_identity(DRAFT_ID, "p2", make_identity())

    assert caught.value.slot == "p1"


def test_only_the_teller_stands_in_the_agents_place(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.add_slot(DRAFT_ID, SlotRole.AGENT)

    with pytest.raises(WrongPersonError):
        counter.intake.put_identity(DRAFT_ID, "p2", make_identity())
    draft = counter.intake.put_identity(DRAFT_ID, "p2", make_identity("赵示例", TELLER))
    assert draft.in_role(SlotRole.AGENT)[0].document_number == TELLER
    with pytest.raises(SlotTakenError):
        counter.intake.add_slot(DRAFT_ID, SlotRole.AGENT)


def test_a_guardian_goes_with_his_ward(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.put_identity(DRAFT_ID, "p1", make_identity("张小示", MINOR))
    with pytest.raises(NotFoundError):
        counter.intake.add_slot(DRAFT_ID, SlotRole.GUARDIAN, ward="p9")
    counter.intake.add_slot(DRAFT_ID, SlotRole.GUARDIAN, ward="p1")
    with pytest.raises(SlotTakenError):
        counter.intake.add_slot(DRAFT_ID, SlotRole.GUARDIAN, ward="p1")

    assert counter.intake.remove_slot(DRAFT_ID, "p1").slots == ()


def test_what_is_typed_about_people_is_kept_and_judged(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.put_identity(DRAFT_ID, "p1", make_identity())

    edited = counter.intake.set_slot(
        DRAFT_ID, "p1", {"phone": "123", "is_debtor": "no", "share": "3/2"}
    )

    slot = edited.draft.slots[0]
    assert (slot.phone, slot.is_debtor) == ("123", False)
    assert {p.field for p in edited.problems} == {"p1.phone", "p1.share"}
    with pytest.raises(NotFoundError):
        counter.intake.set_slot(DRAFT_ID, "p1", {"shoe_size": "42"})
    with pytest.raises(NotFoundError):
        counter.intake.set_slot(DRAFT_ID, "p9", {"phone": "1"})


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("unit_no", "4102"),
        ("title_no", "123"),
        ("area_m2", "about 90"),
        ("amount", "0"),
        ("amount", "1.23"),
        ("amount_words", "lots"),
        ("start", "2026-02-30"),
        ("form", "9"),
        ("agreed_rank", "0"),
        ("location", "x" * 300),
        ("mortgage_contract_no", "a\nb"),
    ],
)
def test_a_text_that_cannot_be_read_stays_and_is_told(
    counter: Counter, field: str, text: str
) -> None:
    open_draft(counter)

    edited = counter.intake.set_fields(DRAFT_ID, {field: text})

    assert edited.draft.text(field) == text
    assert field in {p.field for p in edited.problems}
    assert all(p.zh and p.en for p in edited.problems)


def test_an_unknown_field_is_refused(counter: Counter) -> None:
    open_draft(counter)

    with pytest.raises(NotFoundError):
        counter.intake.set_fields(DRAFT_ID, {"colour": "red"})


def test_the_register_fills_what_nobody_typed(counter: Counter) -> None:
    counter.office.register = {"location": "示例路1号", "area_m2": "118.56"}
    open_draft(counter)
    counter.intake.set_fields(DRAFT_ID, {"unit_no": UNIT_NO, "area_m2": "90"})

    draft = counter.intake.precheck(DRAFT_ID)

    assert (draft.text("location"), draft.source("location")) == ("示例路1号", FieldSource.REGISTER)
    assert draft.text("area_m2") == "90"
    taken = counter.intake.take_register_value(DRAFT_ID, "area_m2").draft
    assert taken.text("area_m2") == "118.56"
    with pytest.raises(NotReadyError):
        counter.intake.take_register_value(DRAFT_ID, "use")


def test_what_the_register_said_of_another_unit_is_forgotten(counter: Counter) -> None:
    counter.office.register = {"location": "示例路1号"}
    open_draft(counter)
    counter.intake.set_fields(DRAFT_ID, {"unit_no": UNIT_NO})
    counter.intake.precheck(DRAFT_ID)

    draft = counter.intake.set_fields(DRAFT_ID, {"unit_no": ""}).draft

    assert (draft.precheck, draft.text("location")) == (None, "")


def test_the_register_is_not_asked_without_a_unit_or_a_line(counter: Counter) -> None:
    open_draft(counter)
    with pytest.raises(NotReadyError):
        counter.intake.precheck(DRAFT_ID)
    before = counter.intake.set_fields(DRAFT_ID, {"unit_no": UNIT_NO}).draft
    counter.office.faults.append(OfficeUnreachableError("cut"))

    with pytest.raises(OfficeUnreachableError):
        counter.intake.precheck(DRAFT_ID)
    assert counter.intake.get(DRAFT_ID) == before


def test_answers_of_the_inquiry_are_among_the_choices(counter: Counter) -> None:
    open_draft(counter)

    draft = counter.intake.set_inquiry(DRAFT_ID, {"true_intent": "yes", "leased": "no"})
    assert {a.question for a in draft.inquiry} == {"true_intent", "leased"}
    assert len(counter.intake.set_inquiry(DRAFT_ID, {"leased": ""}).inquiry) == 1
    for answers in ({"true_intent": "perhaps"}, {"colour": "yes"}):
        with pytest.raises(NotFoundError):
            counter.intake.set_inquiry(DRAFT_ID, answers)


def test_a_discarded_draft_is_gone(counter: Counter) -> None:
    open_draft(counter)

    counter.intake.discard(DRAFT_ID)

    with pytest.raises(NotFoundError):
        counter.intake.get(DRAFT_ID)


def test_a_submitted_draft_takes_no_change(counter: Counter) -> None:
    counter.submit()

    with pytest.raises(DraftClosedError):
        counter.intake.set_fields(DRAFT_ID, {"use": "商业"})
    with pytest.raises(DraftClosedError):
        counter.intake.discard(DRAFT_ID)


def test_a_correction_opens_the_draft_for_the_next_round(counter: Counter) -> None:
    package = counter.deliver()
    request = make_answer(CorrectionRequest, package, DRAFT_ID, counter.clock.now())
    assert isinstance(request, CorrectionRequest)

    draft = counter.intake.reopen(DRAFT_ID, request)

    assert (draft.state, draft.round, draft.corrects) == (DraftState.OPEN, 2, request.case_no)
    with pytest.raises(ConflictError):
        counter.intake.reopen(DRAFT_ID, request)


def test_a_corrected_draft_is_signed_and_submitted_again(counter: Counter) -> None:
    """The round stands on the form's foot, so everybody signs the corrected form."""
    package = counter.deliver()
    request = make_answer(CorrectionRequest, package, DRAFT_ID, counter.clock.now())
    assert isinstance(request, CorrectionRequest)
    counter.intake.reopen(DRAFT_ID, request)

    for number, signer in enumerate((ZHANG, LI, TELLER)):
        counter.sign("M01", signer, strokes=other_strokes(number))
    for number, signer in enumerate((ZHANG, LI)):
        counter.sign("M15", signer, strokes=other_strokes(10 + number))
    item = counter.submission.submit(DRAFT_ID)

    assert (item.sequence, item.round) == (2, 2)
    (application,) = counter.office.unpack(counter.box.package(2)).applications
    assert (application.round, application.corrects) == (2, request.case_no)


def other_strokes(number: int) -> tuple[Stroke, ...]:
    return make_strokes(f"round 2, {number}")


def test_a_guardian_may_owe_too(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.put_identity(DRAFT_ID, "p1", make_identity("张小示", MINOR))
    counter.intake.add_slot(DRAFT_ID, SlotRole.GUARDIAN, ward="p1")
    counter.intake.add_slot(DRAFT_ID, SlotRole.DEBTOR)
    father = make_identity("张示例", FATHER)
    counter.intake.put_identity(DRAFT_ID, "p2", father)

    draft = counter.intake.put_identity(DRAFT_ID, "p3", father)

    assert draft.slots[2].document_number == FATHER
    assert draft.guardian_of("p1") is not None
