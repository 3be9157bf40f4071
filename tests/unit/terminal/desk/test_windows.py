"""Two windows on one draft: nothing is written over in silence, what does not meet is merged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import pytest

from registration.mortgage import RegistrationKind
from terminal.desk.draft import Draft
from terminal.desk.intake import Intake
from terminal.desk.ports import Box
from terminal.desk.windows import Clash, Windows
from terminal.errors import ChipValueError, ConflictError, NotFoundError
from tests.factories import make_identity
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter


@pytest.fixture
def windows(counter: Counter) -> Windows:
    counter.intake.open_draft(RegistrationKind.FIRST, teller="T0007")
    return Windows(counter.intake)


def test_texts_that_do_not_meet_are_both_kept(windows: Windows) -> None:
    windows.write_fields(DRAFT_ID, {"use": "住宅"}, {"use": ""})

    written = windows.write_fields(DRAFT_ID, {"area_m2": "118.56"}, {"area_m2": ""})

    assert written.clashes == ()
    assert (written.draft.text("use"), written.draft.text("area_m2")) == ("住宅", "118.56")


def test_a_text_that_was_changed_elsewhere_is_given_back(windows: Windows) -> None:
    windows.write_fields(DRAFT_ID, {"use": "住宅"}, {"use": ""})

    written = windows.write_fields(
        DRAFT_ID, {"use": "商业", "area_m2": "118.56"}, {"use": "", "area_m2": ""}
    )

    assert written.clashes == (Clash(name="use", ours="商业", theirs="住宅"),)
    assert (written.draft.text("use"), written.draft.text("area_m2")) == ("住宅", "118.56")


def test_the_same_text_from_both_windows_is_no_clash(windows: Windows) -> None:
    windows.write_fields(DRAFT_ID, {"use": "住宅"}, {"use": ""})

    assert windows.write_fields(DRAFT_ID, {"use": "住宅"}, {"use": ""}).clashes == ()


def test_a_text_without_a_base_is_written_whatever_was_there(windows: Windows) -> None:
    windows.write_fields(DRAFT_ID, {"use": "住宅"}, {})

    assert windows.write_fields(DRAFT_ID, {"use": "商业"}, {}).draft.text("use") == "商业"


def test_what_is_typed_of_a_person_meets_as_well(windows: Windows) -> None:
    windows.write_slot(DRAFT_ID, "p1", {"phone": "13900000000"}, {"phone": ""})

    told = windows.write_slot(
        DRAFT_ID, "p1", {"phone": "13800000000 ", "is_debtor": "no"},
        {"phone": "", "is_debtor": "yes"},
    )  # fmt: skip

    assert [c.name for c in told.clashes] == ["phone"]
    assert told.draft.slots[0].phone == "13900000000"
    assert not told.draft.slots[0].is_debtor


def test_answers_of_the_inquiry_meet_as_well(windows: Windows) -> None:
    windows.write_inquiry(DRAFT_ID, {"leased": "no"}, {"leased": ""})

    written = windows.write_inquiry(DRAFT_ID, {"leased": "yes"}, {"leased": ""})

    assert written.clashes == (Clash(name="leased", ours="yes", theirs="no"),)


def test_what_is_refused_is_refused_as_ever(windows: Windows) -> None:
    windows.intake.put_identity(DRAFT_ID, "p1", make_identity())

    with pytest.raises(ChipValueError):
        windows.write_slot(DRAFT_ID, "p1", {"name": "李示例"}, {})
    with pytest.raises(NotFoundError):
        windows.write_slot(DRAFT_ID, "p9", {"phone": "1"}, {})
    with pytest.raises(NotFoundError):
        windows.write_slot(DRAFT_ID, "p1", {"salary": "1"}, {})
    with pytest.raises(NotFoundError):
        windows.write_fields(DRAFT_ID, {"salary": "1"}, {})


@dataclass(frozen=True)
class BusyBox:
    """A box in which somebody else always saves between a read and a write, so many times."""

    box: Any
    saves: list[Callable[[], object]]

    def get_draft(self, draft_id: str) -> Draft:
        draft: Draft = self.box.get_draft(draft_id)
        if self.saves:
            self.saves.pop()()
        return draft

    def save_draft(self, draft: Draft) -> Draft:
        saved: Draft = self.box.save_draft(draft)
        return saved


def test_a_save_at_that_very_moment_is_merged_too(windows: Windows) -> None:
    busy = _disturbed(windows.intake, "住宅")

    written = Windows(busy).write_fields(DRAFT_ID, {"area_m2": "1"}, {"area_m2": ""})

    assert (written.draft.text("use"), written.draft.text("area_m2")) == ("住宅", "1")


def test_a_save_of_the_same_text_at_that_very_moment_is_told(windows: Windows) -> None:
    busy = _disturbed(windows.intake, "住宅")

    written = Windows(busy).write_fields(DRAFT_ID, {"use": "商业"}, {"use": ""})

    assert written.clashes == (Clash(name="use", ours="商业", theirs="住宅"),)


def test_a_draft_that_never_stands_still_is_told(windows: Windows) -> None:
    busy = _disturbed(windows.intake, *map(str, range(20)))

    with pytest.raises(ConflictError):
        Windows(busy).write_fields(DRAFT_ID, {}, {})


def _disturbed(intake: Intake, *uses: str) -> Intake:
    saves = [partial(intake.set_fields, DRAFT_ID, {"use": use}) for use in uses]
    return replace(intake, box=cast(Box, BusyBox(intake.box, [*saves])))
