"""Undo and redo by key and by button, in a text field as well, after a reload as well."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.factories import UNIT_NO
from tests.web.terminal.served import serve


@pytest.mark.parametrize(("language", "theme"), [("zh-CN", "light"), ("en", "dark")])
def test_edits_are_taken_back_and_done_again(
    browser: Browser, tmp_path: Path, language: str, theme: str
) -> None:
    with serve(tmp_path / "counter") as (world, url):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(30_000)
        context.add_init_script(
            f"localStorage.setItem('language', '{language}');"
            f"localStorage.setItem('theme', '{theme}')"
        )
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("#title")
        draft_id = world.draft(unit_no=UNIT_NO)["draft_id"]
        world.clock.advance(seconds=30)
        page.goto(f"{world.origin}/#/draft/{draft_id}/2")
        page.fill("#use", "住宅")
        page.fill("#principal_contract_no", "HT-1")
        expect(page.locator("body[data-saving='yes']")).to_have_count(0)
        page.keyboard.press("Control+z")
        expect(page.locator("#principal_contract_no")).to_have_value("")
        expect(page.locator("#toast")).to_be_visible()
        assert Axe().run(page).response["violations"] == []
        page.focus("#back")
        page.keyboard.press("Enter")
        expect(page.locator("#use")).to_have_value("")
        page.reload()
        page.wait_for_selector("#use")
        page.keyboard.press("Control+y")
        expect(page.locator("#use")).to_have_value("住宅")
        page.keyboard.press("Control+Shift+z")
        expect(page.locator("#principal_contract_no")).to_have_value("HT-1")
        expect(page.locator("#forth")).to_have_attribute("aria-disabled", "true")
        context.close()

        assert world.box.get_draft(draft_id).text("principal_contract_no") == "HT-1"
