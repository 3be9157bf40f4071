"""What is typed is on the disk within a second, or the page says that it is not."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.factories import UNIT_NO
from tests.page_line import cut, hold, mend
from tests.web.terminal.served import Doorway, serve
from tests.web.terminal.world import TELLER_PIN, World, make_world


@dataclass
class Desk:
    """A teller with a draft open at step 2."""

    world: World
    context: BrowserContext
    page: Page
    draft_id: str

    @property
    def doorway(self) -> Doorway:
        found: Doorway = self.world.doorway
        return found

    @property
    def address(self) -> str:
        return f"{self.world.origin}/#/draft/{self.draft_id}/2"

    def kept(self, name: str) -> str:
        return self.world.box.get_draft(self.draft_id).text(name)

    def another_window(self) -> Page:
        code = self.world.call("POST", "/ui/api/launch/next").json
        assert code is not None
        page = self.context.new_page()
        page.goto(f"{self.world.origin}/#{code['code']}")
        page.wait_for_selector("#title")
        page.goto(self.address)
        page.wait_for_selector("#use")
        return page


@pytest.fixture(params=["zh-CN"])
def desk(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    with serve(tmp_path / "counter") as (world, url):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(30_000)
        context.add_init_script(f"localStorage.setItem('language', '{request.param}')")
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("#title")
        desk = Desk(world, context, page, world.draft(unit_no=UNIT_NO)["draft_id"])
        page.goto(desk.address)
        page.wait_for_selector("#use")
        yield desk
        context.close()


def test_typing_without_a_rest_is_saved_all_the_same(desk: Desk) -> None:
    """Somebody who types a long text on and on need not stop for it to be kept."""
    desk.page.focus("#security_scope")
    until = time.monotonic() + 20
    while not desk.kept("security_scope") and time.monotonic() < until:
        desk.page.keyboard.insert_text("主")
        desk.page.wait_for_timeout(60)

    assert desk.kept("security_scope")


def test_the_page_says_saved_only_of_what_is_on_the_disk(desk: Desk) -> None:
    hold(desk.page, f"/ui/api/drafts/{desk.draft_id}/fields")
    saying = desk.page.locator(".saved span:visible")
    desk.page.fill("#use", "住宅")
    expect(saying).to_contain_text("正在保存")
    mend(desk.page)
    expect(saying).to_contain_text("已自动保存")
    assert desk.kept("use") == "住宅"


def test_the_focus_stays_where_a_quick_hand_put_it(desk: Desk) -> None:
    """A step appears when all of it is there: nothing takes the focus away from a field again."""
    page = desk.page
    page.goto(f"{desk.world.origin}/#/draft/{desk.draft_id}/1")
    page.wait_for_selector("[id='p1.phone']")
    hold(page, f"/ui/api/drafts/{desk.draft_id}")
    page.fill("[id='p1.phone']", "13800000000")
    page.keyboard.press("F8")
    page.wait_for_timeout(1_000)
    is_there = page.locator("#use").count()
    if is_there:
        page.focus("#use")
    held = mend(page)
    page.wait_for_selector("#use")
    page.wait_for_timeout(300)

    assert not is_there or page.evaluate("document.activeElement.id") == "use"
    assert held, "the step was not loaded anew"


@pytest.mark.parametrize("desk", ["zh-CN", "en"], indirect=True)
def test_what_is_typed_while_nobody_answers_is_saved_afterwards(desk: Desk) -> None:
    desk.doorway.shut()
    desk.page.fill("#use", "住宅")
    desk.page.wait_for_selector("#lost")
    desk.page.fill("#principal_contract_no", "HT-1")
    expect(desk.page.locator("#lost")).to_contain_text("2")
    expect(desk.page.locator(".saved span:visible")).not_to_contain_text(":")
    assert desk.kept("use") == ""
    assert Axe().run(desk.page).response["violations"] == []
    desk.page.focus("#principal_contract_no")
    desk.doorway.open()
    expect(desk.page.locator("#lost")).to_have_count(0)
    expect(desk.page.locator("body[data-saving='yes']")).to_have_count(0)

    assert (desk.kept("use"), desk.kept("principal_contract_no")) == ("住宅", "HT-1")
    expect(desk.page.locator("#principal_contract_no")).to_be_focused()


def test_what_waits_in_a_window_is_saved_by_the_program_that_starts_again(
    desk: Desk, tmp_path: Path
) -> None:
    """After a crash it is another process: locked, with the same box and the same token."""
    old = desk.world
    desk.doorway.shut()
    desk.page.fill("#use", "住宅")
    desk.page.wait_for_selector("#lost")
    old.box.close()
    world = make_world(tmp_path / "counter", port=old.port, token=old.token, is_open=False)
    desk.doorway.app = world.app
    desk.doorway.open()
    desk.page.fill("#pin", TELLER_PIN)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector("#use")
    expect(desk.page.locator("body[data-saving='yes']")).to_have_count(0)
    kept = world.box.get_draft(desk.draft_id).text("use")
    world.box.close()

    assert kept == "住宅"


def test_steps_can_be_gone_through_while_nobody_answers(desk: Desk) -> None:
    desk.doorway.shut()
    desk.page.fill("#use", "住宅")
    desk.page.keyboard.press("Shift+F8")
    desk.page.wait_for_selector("[id='p1.phone']")
    desk.page.fill("[id='p1.phone']", "13800000000")
    desk.page.keyboard.press("F9")
    desk.page.wait_for_selector("#new-first")
    expect(desk.page.locator("#lost")).to_contain_text("2")
    desk.doorway.open()
    desk.page.wait_for_selector("li.item")
    expect(desk.page.locator("body[data-saving='yes']")).to_have_count(0)

    draft = desk.world.box.get_draft(desk.draft_id)
    assert (draft.text("use"), draft.slots[0].phone) == ("住宅", "13800000000")


def test_leaving_asks_only_where_something_would_be_lost(desk: Desk) -> None:
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    desk.page.on("dialog", accept)
    desk.page.fill("#use", "住宅")
    expect(desk.page.locator("body[data-saving='yes']")).to_have_count(0)
    desk.page.reload()
    assert asked == []

    desk.page.wait_for_selector("#use")
    desk.doorway.shut()
    desk.page.fill("#use", "商业")
    desk.page.wait_for_selector("#lost")
    with desk.page.expect_event("dialog") as told:
        desk.page.close(run_before_unload=True)
    desk.doorway.open()

    assert told.value.type == "beforeunload"


def test_two_windows_merge_what_does_not_meet(desk: Desk) -> None:
    other = desk.another_window()
    other.fill("#use", "住宅")
    expect(desk.page.locator("#merged")).to_contain_text("用途")
    expect(desk.page.locator("#use")).to_have_value("住宅")
    desk.page.fill("#principal_contract_no", "HT-1")

    expect(other.locator("#principal_contract_no")).to_have_value("HT-1")
    assert (desk.kept("use"), desk.kept("principal_contract_no")) == ("住宅", "HT-1")


def test_two_windows_on_one_text_let_the_teller_choose(desk: Desk) -> None:
    other = desk.another_window()
    cut(desk.page, "/ui/")
    desk.page.fill("#use", "商业")
    desk.page.fill("#principal_contract_no", "HT-1")
    desk.page.wait_for_selector("#lost")
    other.fill("#use", "住宅")
    expect(other.locator("body[data-saving='yes']")).to_have_count(0)
    mend(desk.page)
    note = desk.page.locator(".note[role=alert]")
    expect(note).to_contain_text("用途")
    expect(desk.page.locator("#use")).to_have_value("住宅")
    assert Axe().run(desk.page).response["violations"] == []
    assert (desk.kept("use"), desk.kept("principal_contract_no")) == ("住宅", "HT-1")
    desk.page.click("text=用这里的：商业")
    expect(note).to_have_count(0)

    expect(other.locator("#use")).to_have_value("商业")
    assert desk.kept("use") == "商业"
