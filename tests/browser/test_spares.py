"""Papers that nobody need bring, in a real browser and by keyboard: seen, not scanned, submitted."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.spared import PRICE
from tests.web.terminal.filled import bring_papers, fill_offer, sign_all
from tests.web.terminal.seat import require_accessible, seated

_WORDS = {"zh-CN": ("不用交", "还没有收"), "en": ("Need not be brought", "Missing")}


def test_a_sale_without_its_contract_goes_to_the_outbox(browser: Browser, tmp_path: Path) -> None:
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        seat.world.link.shares = True
        draft_id = fill_offer(seat.world, "sale")
        page = seat.page
        page.goto(seat.url.partition("#")[0] + f"#/draft/{draft_id}/2")
        page.wait_for_selector("#ask")

        seat.press("F8")

        row = page.locator("tr", has=page.locator("#m-M14"))
        expect(row).to_contain_text("不用交", timeout=30_000)
        expect(row).to_contain_text("模拟")
        expect(row).to_contain_text("20260929410200000002")
        expect(page.locator("#scan")).to_contain_text("M03")
        require_accessible(page)

        bring_papers(seat.world, draft_id, "M03", "M06", "M07")
        sign_all(seat.world, draft_id)
        page.reload()
        page.wait_for_selector("#m-M14")
        seat.press("F8")
        now = page.locator(".rail [aria-current='step'] a")
        expect(now).to_have_attribute("id", "step-4", timeout=30_000)
        seat.press("F8")
        page.wait_for_selector("#submit")
        expect(page.locator("ol.findings")).to_have_count(0, timeout=30_000)
        expect(page.locator("aside")).to_contain_text("M14")
        require_accessible(page)
        seat.press("Control+Enter")
        page.wait_for_selector("li.item")

        (item,) = seat.world.box.outbox()
        assert item.draft_id == draft_id


@pytest.mark.parametrize("language", _WORDS)
def test_what_differs_and_who_is_silent_stand_there_before_anybody_signs(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    spared, missing = _WORDS[language]
    with seated(browser, tmp_path / "counter", language) as seat:
        seat.world.link.shares = True
        seat.world.link.silent, seat.world.link.differing = ("M14",), (PRICE,)
        draft_id = fill_offer(seat.world, "sale")
        page = seat.page
        page.emulate_media(color_scheme="dark" if language == "en" else "light")
        page.goto(seat.url.partition("#")[0] + f"#/draft/{draft_id}/3")
        page.wait_for_selector("#spare-go-0")
        row = page.locator("tr", has=page.locator("#m-M14"))
        expect(row).to_contain_text(missing, timeout=30_000)
        require_accessible(page)

        # The answer comes after all.
        seat.world.link.silent = ()
        page.focus("#ask-authorities")
        seat.press("Enter")
        expect(row).to_contain_text(spared, timeout=30_000)

        page.focus("#spare-go-0")
        seat.press("Enter")
        page.wait_for_selector("#price")
        expect(page.locator("#price")).to_be_focused(timeout=30_000)
