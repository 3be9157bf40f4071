"""Buttons of the review desk in Chromium: what a reviewer sets off outside the case itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.rulings import write_ruling
from tests.web.backend.asked import ask_in_vain
from tests.web.backend.fake_office import fill_queue, make_world
from tests.web.backend.served import Served, check, serve, sign_in

CASE = "/desk/cases/20260929-0000001"


@pytest.fixture
def served() -> Iterator[Served]:
    world = make_world()
    fill_queue(world)
    ask_in_vain(world)
    with serve(world) as base:
        yield Served(world, base)


def test_an_authority_is_asked_again_by_keyboard(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + CASE)
    check(page)
    button = page.get_by_role("button", name="再问一次")

    button.focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/cases/20260929-0000001?done=asked_again", timeout=30_000)
    expect(page.locator(".note").first).to_contain_text("已再问一次", timeout=30_000)
    expect(page.locator("#replies")).to_contain_text("没有未登簿的查封通知", timeout=30_000)
    expect(button).to_have_count(0)
    check(page)


def test_a_ruling_is_proposed_and_adopted_by_two_people(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(served.base + "/desk/rules")
    page.get_by_label("设定全文").fill(write_ruling(sample_percent="20"))
    check(page)
    page.get_by_role("button", name="拟定，送负责人批准").press("Enter")
    page.wait_for_url("**/desk/rules?done=ruling_proposed", timeout=30_000)
    check(page)

    page.context.clear_cookies()
    sign_in(page, served.base, "zhao")
    page.goto(served.base + "/desk/rules")
    check(page)
    page.get_by_role("button", name="批准并签署").press("Enter")

    page.wait_for_url("**/desk/rules?done=ruling_adopted", timeout=30_000)
    expect(page.locator("main")).to_contain_text("现行设定由 qian zhao 采用", timeout=30_000)
    check(page)
