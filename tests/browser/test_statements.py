"""A statement in a real browser: offered beside its material, read plainly, signed, shown as signed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.terminal.dissented import fill_dissented
from tests.web.terminal.pad import write_name
from tests.web.terminal.seat import require_accessible, seated, watch

_PLAIN = {"zh-CN": "损失由您自己承担", "en": "at your own risk"}


@pytest.mark.parametrize("language", _PLAIN)
def test_a_commitment_is_written_here_read_and_signed(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    with seated(browser, tmp_path / "counter", language) as seat:
        draft_id = fill_dissented(seat.world)
        page = seat.page
        page.goto(seat.url.partition("#")[0] + f"#/draft/{draft_id}/3")
        page.wait_for_selector("#statement-M18")
        require_accessible(page)
        page.focus("#statement-M18")
        seat.press("Enter")
        expect(page.locator("#statement-M18 use[href$='pad']")).to_have_count(1, timeout=30_000)
        seat.press("Enter")
        expect(page.locator("#statement-M18 use[href$='upload']")).to_have_count(1, timeout=30_000)

        seat.press("F8")
        page.wait_for_selector("#paper-M18")
        with seat.context.expect_page() as opened:
            page.locator("button[id^='hand-M18-']").first.click()
        pad = opened.value
        watch(pad, seat.faults)
        pad.wait_for_selector("#canvas")
        expect(pad.locator(".plainly")).to_contain_text(_PLAIN[language], timeout=30_000)
        require_accessible(pad)
        write_name(pad)
        pad.click("#done")
        pad.wait_for_selector(".plainly[role=status]")

        expect(page.locator("button[id^='undo-M18-']")).to_have_count(1, timeout=30_000)
        page.click("#paper-M18")
        expect(page.locator(".viewer img")).not_to_have_count(0, timeout=30_000)
        require_accessible(page)
        (ink,) = seat.world.box.get_draft(draft_id).inks
        assert ink.paper_code == "M18"
