"""Every edit of a draft can be taken back and done again, and nothing else changes with it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from registration.mortgage import RegistrationKind
from terminal.desk.draft import Draft, FieldSource, SlotRole
from tests.factories import LI, UNIT_NO, make_identity
from tests.unit.terminal.desk.counter import Counter


@pytest.fixture
def draft_id(counter: Counter) -> str:
    counter.office.register = {"location": "示例路1号"}
    return counter.intake.open_draft(RegistrationKind.FIRST, teller="T0007").draft_id


def content(draft: Draft) -> object:
    """What an edit changes; the order in which fields were typed tells nothing."""
    fields = sorted(draft.fields, key=lambda field: field.name)
    return fields, draft.slots, draft.inquiry, draft.inks, draft.precheck


def do_everything(counter: Counter, draft_id: str) -> list[object]:
    """Edit the draft in every way; return what it was after each edit, its beginning first."""
    intake = counter.intake
    acts: list[Callable[[], object]] = [
        lambda: intake.set_fields(draft_id, {"unit_no": UNIT_NO}),
        lambda: intake.set_fields(draft_id, {"use": "住宅", "area_m2": "118.56"}),
        lambda: intake.put_identity(draft_id, "p1", make_identity()),
        lambda: intake.set_slot(draft_id, "p1", {"phone": "13800000000"}),
        lambda: intake.add_slot(draft_id, SlotRole.MORTGAGOR),
        lambda: intake.put_identity(draft_id, "p2", make_identity("李示例", LI)),
        lambda: intake.set_slot(draft_id, "p2", {"share": "1/2", "is_debtor": "yes"}),
        lambda: intake.set_inquiry(draft_id, {"true_intent": "yes", "leased": "no"}),
        lambda: intake.precheck(draft_id),
        lambda: intake.set_inquiry(draft_id, {"leased": ""}),
        lambda: intake.set_fields(draft_id, {"use": ""}),
        lambda: intake.remove_slot(draft_id, "p1"),
    ]
    found = [content(counter.intake.get(draft_id))]
    for act in acts:
        counter.clock.advance(seconds=30)
        act()
        found.append(content(intake.get(draft_id)))
    return found


def test_back_to_the_beginning_and_forth_to_the_end(counter: Counter, draft_id: str) -> None:
    past = do_everything(counter, draft_id)
    back = [content(counter.intake.undo(draft_id)) for _ in past[1:]]
    assert back == past[-2::-1]
    assert counter.intake.get(draft_id).done == ()

    forth = [content(counter.intake.redo(draft_id)) for _ in past[1:]]

    assert forth == past[1:]
    assert counter.intake.get(draft_id).undone == ()


def test_it_is_kept_over_a_crash(counter: Counter, draft_id: str) -> None:
    counter.intake.set_fields(draft_id, {"use": "住宅"})
    kept = counter.box.get_draft(draft_id)

    assert [edit.names for edit in kept.done] == [("use",)]


def test_typing_on_in_one_field_is_one_edit(counter: Counter, draft_id: str) -> None:
    for text in ("河", "河南", "河南省"):
        counter.intake.set_fields(draft_id, {"location": text})
        counter.clock.advance(seconds=1)
    counter.clock.advance(seconds=30)
    counter.intake.set_fields(draft_id, {"location": "河南省开封市"})

    assert counter.intake.undo(draft_id).text("location") == "河南省"
    assert counter.intake.undo(draft_id).text("location") == ""


def test_typing_on_about_one_person_is_one_edit(counter: Counter, draft_id: str) -> None:
    for text in ("1", "13", "138"):
        counter.intake.set_slot(draft_id, "p1", {"phone": text})
    counter.intake.set_slot(draft_id, "p1", {"relation": "本人"})

    assert [e.names for e in counter.intake.get(draft_id).done] == [("p1.phone",), ("p1.relation",)]


def test_a_new_edit_ends_what_could_be_done_again(counter: Counter, draft_id: str) -> None:
    counter.intake.set_fields(draft_id, {"use": "住宅"})
    counter.intake.undo(draft_id)
    counter.intake.set_fields(draft_id, {"use": "商业"})

    assert counter.intake.redo(draft_id).text("use") == "商业"


def test_nothing_to_take_back_changes_nothing(counter: Counter, draft_id: str) -> None:
    before = counter.intake.get(draft_id)

    assert counter.intake.undo(draft_id) == before
    assert counter.intake.redo(draft_id) == before


def test_where_a_text_came_from_comes_back_too(counter: Counter, draft_id: str) -> None:
    counter.intake.set_fields(draft_id, {"unit_no": UNIT_NO})
    told = counter.intake.precheck(draft_id)
    name = next(f.name for f in told.fields if f.source is FieldSource.REGISTER)
    counter.clock.advance(seconds=30)
    counter.intake.set_fields(draft_id, {name: "改了"})

    assert counter.intake.undo(draft_id).source(name) is FieldSource.REGISTER


def test_the_oldest_edits_are_forgotten(counter: Counter, draft_id: str) -> None:
    for number in range(60):
        counter.clock.advance(seconds=30)
        counter.intake.set_fields(draft_id, {"use": str(number)})

    assert len(counter.intake.get(draft_id).done) == 50


def test_pages_and_hand_over_stay_as_they_are(counter: Counter, draft_id: str) -> None:
    counter.intake.set_fields(draft_id, {"use": "住宅"})
    draft = counter.intake.get(draft_id)
    counter.box.save_draft(replace(draft, corrects="C-1"))

    assert counter.intake.undo(draft_id).corrects == "C-1"
