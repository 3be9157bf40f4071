"""A page that was stopped on the way to being ready: it says so, and is tried again as it lies here."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from quarantine.errors import ForeignFileError
from terminal.desk.binder import Arriving, Binder
from terminal.desk.draft import Draft
from terminal.desk.quality import open_remarks
from tests.keepers import developing_keeper
from tests.papers import pdf_of
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter
from tests.unit.terminal.desk.test_binder import binder

__all__ = ["binder"]


@dataclass
class StoppingRoom:
    """The quarantine on a bad day: what it is asked to develop first is stopped, for these reasons."""

    reasons: list[str]
    asked: int = 0
    real: Any = field(default_factory=developing_keeper)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def develop(self, *given: Any) -> Any:
        self.asked += 1
        if self.reasons:
            raise ForeignFileError(self.reasons.pop(0))
        return self.real.develop(*given)


def brought(binder: Binder, *reasons: str) -> tuple[Binder, Draft]:
    """Bring two pages in, of which the first is stopped."""
    room = replace(binder, files=StoppingRoom(list(reasons)))
    file = Arriving(code="M06", name="a.pdf", data=pdf_of("contract", "sealed"))
    draft = room.add(DRAFT_ID, file)
    while any(page.is_waiting for page in draft.pages):
        draft = room.develop(DRAFT_ID)
    return room, draft


@pytest.mark.parametrize("reason", ["timeout", "crashed"])
def test_it_is_made_ready_at_the_next_try(binder: Binder, reason: str) -> None:
    room, draft = brought(binder, reason)
    assert [r.code for page in draft.pages for r in open_remarks(page)] == ["stopped"]
    assert draft.materials == ()

    ready = room.retry(DRAFT_ID, "s1")

    assert [r.code for page in ready.pages for r in open_remarks(page)] == []
    (material,) = ready.materials
    assert material.pages == 2
    assert [page.page_id for page in ready.pages] == ["s1", "s2"]


def test_one_that_is_stopped_again_says_so_again(binder: Binder) -> None:
    room, _ = brought(binder, "timeout")
    room = replace(room, files=StoppingRoom(["crashed"]))

    (first, _) = room.retry(DRAFT_ID, "s1").pages

    assert first.trouble == "crashed"


def test_a_damaged_page_is_not_called_stopped(binder: Binder) -> None:
    _, draft = brought(binder, "damaged")

    assert [r.code for page in draft.pages for r in open_remarks(page)] == ["broken"]


def test_a_page_that_is_ready_is_not_made_again(counter: Counter, binder: Binder) -> None:
    room, draft = brought(binder)

    assert room.retry(DRAFT_ID, "s2") == draft
    assert isinstance(room.files, StoppingRoom)
    assert room.files.asked == 2
