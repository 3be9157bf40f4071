"""Step 3 when the quarantine stopped a page: what happened is said, and the same page tried again."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.factories import UNIT_NO
from tests.papers import pdf_of
from tests.unit.terminal.desk.test_stopped_pages import StoppingRoom
from tests.web.terminal.seat import require_accessible
from tests.web.terminal.served import serve
from tests.web.terminal.wardrobe import wear

MAKING_MS = 60_000


def test_a_stopped_page_is_tried_again_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    room = StoppingRoom(["timeout", "crashed"])
    with serve(tmp_path / "counter", files=room) as (world, url):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("#title")
        draft_id = world.draft(unit_no=UNIT_NO)["draft_id"]
        headers = {"Content-Type": "application/octet-stream", "X-File-Name": "a.pdf"}
        path = f"/ui/api/drafts/{draft_id}/materials/M03"
        world.call("POST", path, data=pdf_of("contract"), headers=headers)
        page.goto(f"{url.split('#')[0]}#/draft/{draft_id}/3")
        page.wait_for_selector("#m-M03")
        page.focus("#m-M03")
        page.keyboard.press("Enter")
        stopped = page.locator(".finding", has=page.locator("#retry-s1"))
        expect(stopped).to_contain_text("整理了 20 秒没完成", timeout=MAKING_MS)
        for dress in (("en", "dark"), ("zh-CN", "light")):
            wear(page, *dress)
            require_accessible(page)

        page.focus("#retry-s1")
        page.keyboard.press("Enter")
        expect(stopped).to_contain_text("中途停了", timeout=MAKING_MS)
        page.focus("#retry-s1")
        page.keyboard.press("Enter")

        expect(page.locator("#retry-s1")).to_have_count(0, timeout=MAKING_MS)
        page.wait_for_selector("#view-sheet img")
        expect(page.locator("[id^='again-']")).to_have_count(0)
        context.close()
