"""A paper that could not be drawn: the signer is not left before an empty sheet."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.factories import UNIT_NO
from tests.page_line import cut, mend
from tests.web.terminal.seat import seated, watch


def test_a_page_that_was_not_drawn_is_drawn_again(browser: Browser, tmp_path: Path) -> None:
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        draft = seat.world.draft(unit_no=UNIT_NO)
        seat.world.read_both(draft["draft_id"])
        place = f"{seat.world.origin}/#/draft/{draft['draft_id']}/4"
        seat.page.goto(place)
        seat.page.wait_for_selector("button[id^='hand-']")
        with seat.context.expect_page() as opened:
            seat.press("F2")
        pad = opened.value
        watch(pad, seat.faults)
        pad.wait_for_selector("#sheet img")
        seat.press("Escape")
        pad.wait_for_selector(".plainly[role=status]")
        cut(pad, "/M15/pdf")
        # The second paper has not been fetched yet.
        seat.page.locator("button[id^='hand-M15']").first.click()
        pad.wait_for_selector("#draw-again-1")
        mend(pad)
        pad.click("#draw-again-1")
        pad.wait_for_selector("#sheet img")

        expect(pad.locator("#draw-again-1")).to_have_count(0)
        pad.close()
