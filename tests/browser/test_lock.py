"""The lock screen: nothing of anybody is to be seen, and everything is there again afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.factories import UNIT_NO
from tests.page_line import cut, mend
from tests.web.terminal.served import serve
from tests.web.terminal.world import COLLEAGUE, COLLEAGUE_PIN, TELLER_PIN, World


def make_page(context: BrowserContext, url: str, language: str = "zh-CN") -> Page:
    context.set_default_timeout(30_000)
    context.add_init_script(f"localStorage.setItem('language', '{language}')")
    page = context.new_page()
    page.goto(url)
    return page


def another_window(world: World, context: BrowserContext) -> Page:
    code = world.call("POST", "/ui/api/launch/next").json
    assert code is not None
    page = context.new_page()
    page.goto(f"{world.origin}/#{code['code']}")
    page.wait_for_selector("#title")
    return page


def sign_in(page: Page, pin: str = TELLER_PIN) -> None:
    page.fill("#pin", pin)
    page.keyboard.press("Enter")


@pytest.fixture(params=["zh-CN"])
def at_work(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[World, Page]]:
    """A teller with a draft open at step 2."""
    with serve(tmp_path / "counter") as (world, url):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page = make_page(context, url, request.param)
        page.wait_for_selector("#title")
        draft_id = world.draft(unit_no=UNIT_NO)["draft_id"]
        page.goto(f"{world.origin}/#/draft/{draft_id}/2")
        page.wait_for_selector("#use")
        yield world, page
        context.close()


@pytest.mark.parametrize("at_work", ["zh-CN", "en"], indirect=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_key_locks_and_the_pin_opens_the_same_page(
    at_work: tuple[World, Page], theme: str
) -> None:
    world, page = at_work
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    page.fill("#use", "住宅")
    page.keyboard.press("F10")
    page.wait_for_selector("#pin")

    assert UNIT_NO not in page.content()
    assert "住宅" not in page.content()
    assert Axe().run(page).response["violations"] == []
    assert world.box.drafts()[0].text("use") == "住宅"
    sign_in(page, "000000")
    expect(page.locator(".note[role=alert]")).to_contain_text("terminal.wrong-pin")
    assert Axe().run(page).response["violations"] == []
    sign_in(page)
    expect(page.locator("#use")).to_have_value("住宅")


def test_every_window_is_locked_at_once(at_work: tuple[World, Page]) -> None:
    """One window tells the other: neither waits until it asks by itself."""
    world, page = at_work
    page.context.add_init_script("window.setInterval = () => 0")
    page.reload()
    page.wait_for_selector("#use")
    other = another_window(world, page.context)
    page.keyboard.press("F10")

    other.wait_for_selector("#pin")
    sign_in(other)
    page.wait_for_selector("#use")


def test_a_counter_that_locked_itself_covers_the_page(at_work: tuple[World, Page]) -> None:
    world, page = at_work
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    world.counter.attendance.lock()
    page.wait_for_selector("#pin")

    assert page.locator("dialog").count() == 0
    page.keyboard.press("F9")
    assert page.locator("#pin").is_visible()


def test_the_next_teller_begins_at_an_empty_desk(at_work: tuple[World, Page]) -> None:
    world, page = at_work
    page.keyboard.press("F10")
    page.check(f"#who-{COLLEAGUE}")
    sign_in(page, COLLEAGUE_PIN)
    page.wait_for_selector("#new-first")
    expect(page.locator("[id^=go-]")).to_have_count(0)
    expect(page.locator(".who")).to_contain_text(COLLEAGUE)
    draft_id = world.box.drafts()[0].draft_id
    page.goto(f"{world.origin}/#/draft/{draft_id}/2")
    expect(page.locator(".note[role=alert]")).to_contain_text("terminal.anothers-draft")


def test_a_window_with_unsaved_texts_waits_for_its_own_teller(at_work: tuple[World, Page]) -> None:
    world, page = at_work
    other = another_window(world, page.context)
    cut(page, "/fields")
    page.fill("#use", "住宅")
    expect(page.locator("body")).to_have_attribute("data-saving", "yes")
    other.keyboard.press("F10")
    other.check(f"#who-{COLLEAGUE}")
    sign_in(other, COLLEAGUE_PIN)
    other.wait_for_selector("#new-first")
    page.wait_for_selector("#pin")
    with page.expect_response(
        lambda answer: answer.url.endswith("/fields"), timeout=20_000
    ) as sent_too_early:
        mend(page)
    assert sent_too_early.value.status == 401
    expect(page.locator(".lock")).to_contain_text("T0007")
    assert "住宅" not in page.content()
    sign_in(page)
    page.wait_for_selector("#use")
    # The page sends it again by itself, on a busy machine some seconds later.
    for _ in range(200):
        if world.box.drafts()[0].text("use"):
            break
        page.wait_for_timeout(100)

    assert world.box.drafts()[0].text("use") == "住宅"


def test_it_says_so_before_it_locks_itself(browser: Browser, tmp_path: Path) -> None:
    with serve(tmp_path / "counter", lock_after_s=300) as (world, url):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page = make_page(context, url)
        page.wait_for_selector("#new-first")
        page.evaluate("performance.now = () => 1e6")  # no hand has moved for a long time
        world.clock.advance(seconds=270)
        expect(page.locator("#soon")).to_contain_text("秒后自动锁定", timeout=30_000)
        assert Axe().run(page).response["violations"] == []
        page.evaluate("delete performance.now")
        with page.expect_response(lambda answer: "/ui/api/" in answer.url):
            page.keyboard.press("Shift")
        expect(page.locator("#soon")).to_have_count(0)

        assert world.counter.attendance.locks_in_s() > 250
        context.close()
