"""Every page of the counter beside the five steps, in both languages, themes, sizes and types.

The steps are looked at so with every kind of registration.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.factories import UNIT_NO
from tests.web.terminal.full_outbox import fill_outbox, lose_line
from tests.web.terminal.full_tray import fill_tray
from tests.web.terminal.listed import lay_list
from tests.web.terminal.seat import Seat, seated, watch
from tests.web.terminal.test_tray import CASE_NO
from tests.web.terminal.wardrobe import require_good_in_every_dress


@pytest.fixture
def seat(browser: Browser, tmp_path: Path) -> Iterator[Seat]:
    with seated(browser, tmp_path / "counter", "zh-CN") as taken:
        yield taken


def look(seat: Seat, place: str, sign: str) -> None:
    """Go to a page, wait for what shows that it is there, and look at it in every dress."""
    seat.page.goto(f"{seat.world.origin}/#/{place}")
    seat.page.wait_for_selector(sign)
    require_good_in_every_dress(seat.page)


def test_what_came_of_cases(seat: Seat) -> None:
    fill_tray(seat.world)
    fill_outbox(seat.world)
    lose_line(seat.world)
    look(seat, "tray", "#row-1")
    look(seat, f"certificate/{CASE_NO[:-1]}2", "#view-sheet img")
    look(seat, "doctor", "tbody tr")


def test_where_cases_begin(seat: Seat) -> None:
    data = lay_list(seat.world, range(1, 3))
    seat.world.draft(unit_no=UNIT_NO)
    look(seat, "new", "#drop-D0929-001")
    look(seat, "handout/first/list", "#view-sheet img")
    look(seat, "draft/none/1", "#failed")
    look(seat, "bulk", "#choose-list")
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": data}
    seat.page.set_input_files("#list-file", file)  # type: ignore[arg-type]  # a FilePayload, as a dict
    seat.page.wait_for_selector("#row-3")
    require_good_in_every_dress(seat.page)


def test_what_stands_before_the_counter_and_beside_it(seat: Seat) -> None:
    draft = seat.world.draft(unit_no=UNIT_NO)
    seat.world.read_both(draft["draft_id"])
    seat.page.goto(f"{seat.world.origin}/#/draft/{draft['draft_id']}/4")
    seat.page.wait_for_selector("button[id^='hand-']")
    with seat.context.expect_page() as opened:
        seat.press("F2")
    pad = opened.value
    watch(pad, seat.faults)
    pad.wait_for_selector("#sheet img")
    require_good_in_every_dress(pad)
    pad.click("#doubt")
    pad.wait_for_selector(".plainly[role=status]")
    require_good_in_every_dress(pad)
    pad.close()
    seat.press("F10")
    seat.page.wait_for_selector("#pin")
    require_good_in_every_dress(seat.page)
    stranger = seat.context.new_page()
    stranger.goto(seat.world.origin)
    stranger.wait_for_selector("#title")
    require_good_in_every_dress(stranger)
    stranger.close()
