"""A draft changes hands on the pages, by keyboard, and every state of it can be read by all."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.factories import UNIT_NO
from tests.web.terminal.served import serve
from tests.web.terminal.world import CHECKER, COLLEAGUE, COLLEAGUE_PIN, PIN, World


def change_teller(world: World, page: Page, staff_no: str, pin: str) -> None:
    page.keyboard.press("F10")
    page.check(f"#who-{staff_no}")
    page.fill("#pin", pin)
    page.keyboard.press("Enter")
    page.wait_for_selector("#new-first")
    expect(page.locator(".who")).to_contain_text(staff_no)


def press(page: Page, selector: str) -> None:
    page.focus(selector)
    page.keyboard.press("Enter")


def require_readable(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize(("language", "theme"), [("zh-CN", "light"), ("en", "dark")])
def test_a_draft_is_offered_accepted_and_taken_over(
    browser: Browser, tmp_path: Path, language: str, theme: str
) -> None:
    with serve(tmp_path / "counter") as (world, url):
        number = world.draft(unit_no=UNIT_NO)["number"]
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(30_000)
        context.add_init_script(
            f"localStorage.setItem('language', '{language}');"
            f"localStorage.setItem('theme', '{theme}')"
        )
        page = context.new_page()
        page.goto(url)
        press(page, f"#offer-{number}")
        require_readable(page)
        page.fill("#offer-note", "等补合同")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#withdraw-{number}")
        require_readable(page)

        change_teller(world, page, COLLEAGUE, COLLEAGUE_PIN)
        expect(page.locator("main")).to_contain_text("等补合同")
        require_readable(page)
        press(page, f"#accept-{number}")
        page.wait_for_selector(f"#go-{number}")
        expect(page.locator("main")).to_contain_text("等补合同")

        change_teller(world, page, "T0007", "314159")
        assert page.locator(f"#go-{number}").count() == 0
        press(page, f"#claim-{number}")
        require_readable(page)
        page.fill("#claim-reason", "住院")
        page.fill("#claim-staff", CHECKER)
        page.fill("#claim-pin", PIN)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#go-{number}")
        context.close()

        assert [h.witness for h in world.box.drafts()[0].handed] == ["", CHECKER]
