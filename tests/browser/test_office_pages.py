"""The office's pages in Chromium: accessible, within the screen, and workable by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.office.case import Stage
from tests.factories import PROOF_NO
from tests.web.backend.desk_pages import CASE, STAFF_PAGES, fill_office
from tests.web.backend.fake_office import CODE
from tests.web.backend.served import Served, check, serve, sign_in

PAGES = STAFF_PAGES | {"rules, to a reviewer": ("zhou", "/desk/rules")}
PUBLIC_PAGES = {
    "sign in": "/sign-in",
    "sign in, English": "/sign-in?lang=en",
    "verify": "/verify",
    "verify, English": "/verify?lang=en",
    "valid": f"/verify/{PROOF_NO}?c={CODE}",
    "valid, English": f"/verify/{PROOF_NO}?c={CODE}&lang=en",
    "unknown": "/verify/x?c=y",
    "api": "/api/v1/docs",
    "nothing here": "/nothing",
}


@pytest.fixture
def served() -> Iterator[Served]:
    """Serve a morning's queue with one issued certificate."""
    world = fill_office()
    head = world.works.tables.staff["zhao"]
    desk = world.app.extensions["office"].evidence
    desk.ask(CASE.rpartition("/")[2], staff=head, reason="（2026）示例民初1号")
    with serve(world) as base:
        yield Served(world, base)


@pytest.mark.parametrize("name", PAGES)
def test_a_staff_page_is_accessible(page: Page, served: Served, name: str) -> None:
    staff_id, path = PAGES[name]
    sign_in(page, served.base, staff_id)

    page.goto(served.base + path)

    check(page)


@pytest.mark.parametrize("staff_id", sorted({staff_id for staff_id, _ in PAGES.values()}))
def test_a_staff_page_is_accessible_in_english(page: Page, served: Served, staff_id: str) -> None:
    """English is longer: nothing may leave the screen, and the bar over the page keeps to a line."""
    page.goto(served.base + "/sign-in?lang=en")
    sign_in(page, served.base, staff_id)
    for path in (path for who, path in PAGES.values() if who == staff_id):
        page.goto(served.base + path)
        check(page)
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.evaluate("document.querySelector('.topbar')?.offsetHeight || 0") < 60


@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_a_public_page_is_accessible(page: Page, served: Served, name: str) -> None:
    page.goto(served.base + PUBLIC_PAGES[name])

    check(page)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_page_keeps_in_a_narrow_window(page: Page, served: Served, scheme: str) -> None:
    """Reflow at 320 px (WCAG 1.4.10), in both colour schemes."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 640})
    for path in PUBLIC_PAGES.values():
        page.goto(served.base + path)
        check(page)
    sign_in(page, served.base, "qian")
    for path in ("/desk", CASE, "/desk?lang=en", CASE):
        page.goto(served.base + path)
        check(page)


def test_a_case_is_worked_by_keyboard_alone(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.keyboard.press("F2")
    page.wait_for_url("**/desk/cases/20260929-0000002")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("input[name=item]").first).to_be_checked()
    page.focus("#op")
    page.keyboard.type("请补交共有协议")
    page.keyboard.press("F9")
    page.wait_for_url("**/desk?view=mine&done=correction_required")

    assert served.world.case(2).stage is Stage.CORRECTION_REQUIRED


def test_approving_without_an_opinion_leads_to_the_opinion(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.keyboard.press("F2")
    page.wait_for_url("**/desk/cases/20260929-0000002")

    page.keyboard.press("F8")

    expect(page.locator("#op")).to_be_focused()
    assert served.world.case(2).holder == "qian"


def test_a_button_that_is_not_ready_leads_to_the_reason(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)
    page.fill("#op", "拟准")

    page.keyboard.press("F8")

    expect(page.locator(".finding[data-level=correct]")).to_be_focused()
    assert served.world.case().holder == "qian"


def test_refusing_asks_first_and_opens_on_the_safe_button(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)
    page.keyboard.press("r")
    expect(page.locator("#op")).to_be_focused()
    page.fill("#op", "已被查封")
    page.focus("ol.findings > li >> nth=0")

    page.keyboard.press("r")

    expect(page.locator("#refuse [data-close]")).to_be_focused()
    check(page)
    page.keyboard.press("Escape")
    expect(page.locator("#refuse")).to_be_hidden()


def test_a_refusal_goes_to_the_second_reviewer(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)
    page.fill("#op", "已被查封")

    page.click("#decision .btn-danger")
    page.click("#refuse .btn-danger")

    page.wait_for_url("**done=in_review")
    expect(page.locator(".note")).to_contain_text("送复审")


def test_the_key_table_opens_and_letters_can_be_switched_off(page: Page, served: Served) -> None:
    """WCAG 2.1.4: a single letter is a danger to who speaks to his computer."""
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)
    page.keyboard.press("?")
    check(page)
    page.uncheck("#single-keys")
    page.keyboard.press("Escape")

    page.keyboard.press("r")

    expect(page.locator("#refuse")).to_be_hidden()


def test_keys_stay_letters_where_somebody_writes(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)

    page.focus("#op")
    page.keyboard.type("jxr?")

    expect(page.locator("#op")).to_have_value("jxr?")


def test_a_half_written_opinion_survives_a_reload(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)
    page.fill("#op", "材料齐全")

    page.reload()

    expect(page.locator("#op")).to_have_value("材料齐全")


def test_a_half_written_opinion_outlives_the_browser(
    page: Page, browser: Browser, served: Served
) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)
    page.fill("#op", "写到一半，浏览器没了")
    expect(page.locator("#holding")).to_contain_text("写的都存好了")
    page.context.close()

    again = browser.new_context(locale="zh-CN").new_page()
    sign_in(again, served.base, "qian")
    again.goto(served.base + CASE)

    expect(again.locator("#op")).to_have_value("写到一半，浏览器没了")
    again.context.close()


def test_the_page_s_script_speaks_the_page_s_language(page: Page, served: Served) -> None:
    page.goto(served.base + "/sign-in?lang=en")
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)

    page.fill("#op", "complete")

    expect(page.locator("#holding")).to_contain_text("what you wrote is saved")


def test_a_terminal_is_revoked_after_one_question(page: Page, served: Served) -> None:
    sign_in(page, served.base, "zheng")
    page.click("table .btn-danger")
    check(page)
    page.click("dialog[open] .btn-danger")

    expect(page.locator("table .state")).to_have_text("已停用")


def test_papers_and_ink_are_seen(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.querySelector('img.scan').naturalWidth") == 1100
    expect(page.locator("svg.ink-box")).to_have_count(5)
