"""Documents into places: the next one, and what was typed."""

from dataclasses import replace

import pytest

from registration.people import IdKind, ManualReason, PartyKind
from registration.requirements import check_application
from terminal.desk.draft import SlotRole
from terminal.desk.freezing import freeze
from terminal.desk.holes import find_holes
from terminal.desk.identities import Identities, Typed
from terminal.errors import (
    ConflictError,
    DuplicatePersonError,
    NotAnotherPersonError,
    NotFoundError,
    NotTheSameError,
    ReasonMissingError,
    WrongPinError,
)
from tests.factories import FATHER, LI, TODAY, UNIT_NO, ZHANG, make_identity
from tests.pins import PlainPins
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter
from tests.unit.terminal.desk.test_intake import open_draft

TYPED = Typed(
    kind=IdKind.RESIDENT_CARD, number=ZHANG.lower(), name="张示例", reason=ManualReason.NO_CHIP
)
CHECKER, PIN = "T0008", "271828"


def identities(counter: Counter) -> Identities:
    return Identities(counter.intake, PlainPins({CHECKER: PIN}), counter.clock)


def test_cards_fill_the_empty_places_first_and_then_make_new_ones(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.add_slot(DRAFT_ID, SlotRole.DEBTOR, kind=PartyKind.ENTERPRISE)
    counter.intake.add_slot(DRAFT_ID, SlotRole.DEBTOR)
    desk = identities(counter)

    places = [
        desk.put_next(DRAFT_ID, make_identity(number=number))[1] for number in (ZHANG, LI, FATHER)
    ]

    draft = counter.intake.get(DRAFT_ID)
    assert places == ["p1", "p3", "p4"]
    assert [slot.slot_id for slot in draft.in_role(SlotRole.MORTGAGOR)] == ["p1", "p4"]


def test_a_person_who_is_there_already_makes_no_new_place(counter: Counter) -> None:
    open_draft(counter)
    identities(counter).put_next(DRAFT_ID, make_identity())

    with pytest.raises(DuplicatePersonError):
        identities(counter).put_next(DRAFT_ID, make_identity())
    assert len(counter.intake.get(DRAFT_ID).slots) == 1


def test_a_card_is_not_lost_because_somebody_typed_at_that_moment(counter: Counter) -> None:
    open_draft(counter)
    box, meanwhile = counter.box, ["13900000000", "13800000000"]
    save = box.save_draft

    class TypingBox:
        """The box, with a window that saves just before we do."""

        def __getattr__(self, name: str) -> object:
            return getattr(box, name)

        def save_draft(self, draft: object) -> object:
            if meanwhile:
                other = box.get_draft(DRAFT_ID)
                slot = replace(other.slots[0], phone=meanwhile.pop())
                save(replace(other, slots=(slot,)))
            return save(draft)  # type: ignore[arg-type]  # it is a draft

    intake = replace(counter.intake, box=TypingBox())  # type: ignore[arg-type]  # a box that types
    desk = Identities(intake, PlainPins(), counter.clock)

    draft = desk.put(DRAFT_ID, "p1", make_identity())

    assert (draft.slots[0].document_number, draft.slots[0].phone) == (ZHANG, "13900000000")


def test_an_endless_conflict_is_told(counter: Counter) -> None:
    open_draft(counter)

    class StubbornBox:
        """A box in which somebody else always was first."""

        def __getattr__(self, name: str) -> object:
            return getattr(counter.box, name)

        def save_draft(self, draft: object) -> object:
            raise ConflictError("always")

    intake = replace(counter.intake, box=StubbornBox())  # type: ignore[arg-type]  # a box that refuses
    with pytest.raises(ConflictError):
        Identities(intake, PlainPins(), counter.clock).put(DRAFT_ID, "p1", make_identity())


def test_a_typed_document_names_who_typed_it_and_why(counter: Counter) -> None:
    open_draft(counter)
    draft = identities(counter).type(DRAFT_ID, "p1", TYPED)
    record = draft.slots[0].identity

    assert record is not None
    assert record.document.number == ZHANG
    assert record.manual is not None
    assert (record.manual.reason, record.manual.entered_by) == (ManualReason.NO_CHIP, "T0007")
    assert record.manual.entered_at == counter.clock.now()


def test_other_needs_words(counter: Counter) -> None:
    open_draft(counter)

    with pytest.raises(ReasonMissingError):
        identities(counter).type(DRAFT_ID, "p1", replace(TYPED, reason=ManualReason.OTHER))


def test_a_second_person_confirms(counter: Counter) -> None:
    open_draft(counter)
    desk = identities(counter)
    desk.type(DRAFT_ID, "p1", TYPED)

    draft = desk.confirm(DRAFT_ID, "p1", staff_no=CHECKER, pin=PIN, number=ZHANG.lower())

    record = draft.slots[0].identity
    assert record is not None
    assert record.manual is not None
    assert (record.manual.checked_by, record.manual.checked_at) == (CHECKER, counter.clock.now())


@pytest.mark.parametrize(
    ("staff_no", "pin", "number", "error"),
    [
        ("T0007", PIN, ZHANG, NotAnotherPersonError),
        (CHECKER, "x", ZHANG, WrongPinError),
        (CHECKER, PIN, LI, NotTheSameError),
    ],
)
def test_a_second_look_that_is_none_changes_nothing(
    counter: Counter, staff_no: str, pin: str, number: str, error: type[Exception]
) -> None:
    open_draft(counter)
    desk = identities(counter)
    before = desk.type(DRAFT_ID, "p1", TYPED)

    with pytest.raises(error):
        desk.confirm(DRAFT_ID, "p1", staff_no=staff_no, pin=pin, number=number)
    assert counter.intake.get(DRAFT_ID).slots == before.slots


def test_what_a_chip_said_needs_no_second_look(counter: Counter) -> None:
    open_draft(counter)
    counter.intake.put_identity(DRAFT_ID, "p1", make_identity())

    with pytest.raises(NotFoundError):
        identities(counter).confirm(DRAFT_ID, "p1", staff_no=CHECKER, pin=PIN, number=ZHANG)


def test_typing_again_asks_for_another_look(counter: Counter) -> None:
    open_draft(counter)
    desk = identities(counter)
    desk.type(DRAFT_ID, "p1", TYPED)
    desk.confirm(DRAFT_ID, "p1", staff_no=CHECKER, pin=PIN, number=ZHANG)

    draft = desk.type(DRAFT_ID, "p1", replace(TYPED, name="张示列"))

    place = replace(counter.place, checkers=lambda: frozenset({CHECKER}))
    assert [f.pointer for f in find_holes(draft, place) if "复核" in f.zh] == [
        "/mortgagors/0/identity"
    ]


def test_where_nobody_else_has_a_pin_the_office_looks(counter: Counter) -> None:
    """A branch of one must be able to work; the paper's picture and a reviewer stand in."""
    open_draft(counter)
    counter.intake.set_fields(DRAFT_ID, {"unit_no": UNIT_NO})
    draft = identities(counter).type(DRAFT_ID, "p1", TYPED)

    (application,) = freeze(draft, counter.place)

    assert [f for f in find_holes(draft, counter.place) if "复核" in f.zh] == []
    told = check_application(application, today=TODAY)
    assert any("无第二人复核" in f.zh for f in told)
    assert any("M02" in f.zh for f in told)
