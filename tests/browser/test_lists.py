"""A list of discharges in a real browser: its papers for all, one signature, all of them sent."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from scripts.paperwork.seeing import as_pdf
from terminal.web import lists
from tests.papers import scan_of
from tests.web.terminal.listed import lay_list
from tests.web.terminal.pad import write_name
from tests.web.terminal.seat import Seat, require_accessible, seated, watch

COUNT = 3
AT_ONCE = 2
"""Rows that one signed list may hold here: with 100 of them the test would take minutes."""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_list_is_signed_once_and_sent(
    browser: Browser, tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_LISTED", AT_ONCE)
    with seated(browser, tmp_path / "counter", language) as seat:
        page, data = seat.page, lay_list(seat.world, range(1, COUNT + 1))
        page.set_default_timeout(60_000)
        page.goto(seat.url.partition("#")[0] + "#/bulk")
        page.wait_for_selector("#choose-list")
        page.set_input_files(
            "#list-file", {"name": "list.csv", "mimeType": "text/csv", "buffer": data}
        )
        page.wait_for_selector(f"#row-{COUNT + 1}")
        papers = [
            {
                "name": f"{code}.pdf",
                "mimeType": "application/pdf",
                "buffer": as_pdf([scan_of("sealed", seed=seed)]),
            }
            for seed, code in enumerate(("M03", "M05", "M12"))
        ]
        page.set_input_files("#papers-file", papers)  # type: ignore[arg-type]  # FilePayloads, as dicts
        expect(page.locator("aside li .mono")).to_have_count(3, timeout=60_000)
        require_accessible(page)
        with seat.context.expect_page(timeout=120_000) as opened:
            page.focus("#sign-list")
            seat.press("Enter")
        pad = opened.value
        watch(pad, seat.faults)
        pad.set_default_timeout(60_000)
        pad.wait_for_selector("#canvas")
        require_accessible(pad)
        write_name(pad)
        pad.click("#done")
        pad.wait_for_selector(".plainly[role=status]")

        page.wait_for_selector("#send-list")
        require_accessible(page)
        require_the_same_after_a_reload(seat)
        page.focus("#send-list")
        seat.press("Enter")
        expect(page.locator("#send-list")).to_have_count(0, timeout=60_000)
        require_accessible(page)
        items = seat.world.box.outbox()
        inks = [seat.world.box.get_draft(item.draft_id).inks for item in items]
        assert len(items) == AT_ONCE
        assert len({ink.sha256 for (ink,) in inks}) == 1
        require_the_rest_on_another_list(seat)


def require_the_same_after_a_reload(seat: Seat) -> None:
    """Reload the page, or start it anew after a crash: lines, papers and the signed list are there."""
    seat.page.reload()
    seat.page.wait_for_selector("#send-list")
    expect(seat.page.locator("tbody tr")).to_have_count(COUNT)
    expect(seat.page.locator("#send-list")).to_contain_text(str(AT_ONCE))
    expect(seat.page.locator("aside li .mono")).to_have_text(["M03", "M05", "M12"])


def require_the_rest_on_another_list(seat: Seat) -> None:
    """Draw a list of what is left; what was sent stays sent."""
    page = seat.page
    sent = page.locator("tbody [data-level=pass]", has_text=re.compile("待发|waits to go"))
    expect(sent).to_have_count(AT_ONCE)
    expect(page.locator("#sign-list")).to_contain_text(str(COUNT - AT_ONCE))
    page.focus("#sign-list")
    seat.press("Enter")
    expect(page.locator("#list-state [data-level=pass]")).to_have_count(0, timeout=60_000)
    expect(page.locator("#sign-list")).not_to_have_attribute("aria-busy", "true")
    expect(sent).to_have_count(AT_ONCE)
    expect(page.locator("#sign-list")).to_contain_text(str(COUNT - AT_ONCE))
