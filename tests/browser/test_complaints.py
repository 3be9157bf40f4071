"""A complaint is taken down and answered by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.web.backend.fake_office import fill_queue, make_world
from tests.web.backend.served import Served, check, serve, sign_in


@pytest.fixture
def served() -> Iterator[Served]:
    world = make_world()
    fill_queue(world)
    with serve(world) as base:
        yield Served(world, base)


def test_a_complaint_is_worked_by_keyboard_alone(page: Page, served: Served) -> None:
    sign_in(page, served.base, "qian")
    page.goto(f"{served.base}/desk/complaints")
    expect(page.get_by_role("heading", name="没有等答复的投诉")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#channel")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("等了三个小时")
    page.keyboard.press("F8")
    expect(page.get_by_role("heading", name="投诉 T2026-00001")).to_be_visible()
    page.select_option("#outcome", "partly")
    page.keyboard.press("o")
    page.focus("#answer")
    page.keyboard.type("已说明原因并道歉")
    check(page)
    page.keyboard.press("F8")
    expect(page.get_by_text("投诉已办结")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_role("cell", name="部分属实")).to_be_visible()
