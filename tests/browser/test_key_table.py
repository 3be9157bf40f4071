"""The key table: in both languages, on every page, each key that it lists does what it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import UNIT_NO
from tests.papers import pdf_of
from tests.web.terminal.seat import require_accessible
from tests.web.terminal.served import serve
from tests.web.terminal.wardrobe import wear
from tests.web.terminal.world import TELLER_PIN, World

MAKING_MS = 60_000
_SIGNS = {"new": "#new-first", "bulk": "#choose-list", "handout/first/list": "#view-sheet img"}
"""What is seen of a page once it is there."""


@dataclass
class Hand:
    """A hand at the keyboard, and the draft that it works at."""

    world: World
    page: Page
    draft_id: str

    def go(self, place: str) -> None:
        """Go to a page by its address."""
        self.page.goto(f"{self.page.url.partition('#')[0]}#/new")
        self.page.wait_for_selector("#new-first")
        self.page.goto(f"{self.page.url.partition('#')[0]}#/{place}")

    def step(self, number: int) -> None:
        self.go(f"draft/{self.draft_id}/{number}")
        self.at(f"draft/[^/]+/{number}")

    def press(self, key: str) -> None:
        self.page.evaluate("document.activeElement.blur()")
        self.page.keyboard.press(key)

    def at(self, pattern: str) -> None:
        """Wait for an address, and until its page is there: before that it has no keys."""
        expect(self.page).to_have_url(re.compile(f"#/{pattern}$"))
        step = re.match(r"draft/\[\^/\]\+/(\d)", pattern)
        if step:
            now = self.page.locator(".rail [aria-current='step'] a")
            expect(now).to_have_attribute("id", f"step-{step[1]}")
        elif pattern in _SIGNS:
            self.page.wait_for_selector(_SIGNS[pattern])

    def sees(self, selector: str) -> None:
        """Wait for something, and close the dialog that shows it."""
        self.page.wait_for_selector(selector)
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def listed(self) -> list[str]:
        """Open the table in each language; return its keys when both are whole, and close it."""
        found: list[list[str]] = []
        for language, theme in (("en", "dark"), ("zh-CN", "light")):
            wear(self.page, language, theme)
            self.press("?")
            table = self.page.locator("dialog[open]")
            expect(table).to_have_count(1)
            texts = table.locator("dt").all_inner_texts()
            assert not [text for text in texts if text.startswith("keys.")]
            found.append(table.locator("kbd").all_inner_texts())
            if language == "en":
                assert not [text for text in texts if any("\u4e00" <= c <= "\u9fff" for c in text)]
            require_accessible(self.page)
            self.press("Escape")
            expect(table).to_have_count(0)
        assert found[0] == found[1]
        return found[0]


@pytest.fixture
def hand(browser: Browser, tmp_path: Path) -> Iterator[Hand]:
    with serve(tmp_path / "counter") as (world, url):
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("#title")
        yield Hand(world, page, world.draft(unit_no=UNIT_NO)["draft_id"])
        context.close()


def test_the_first_page(hand: Hand) -> None:
    hand.go("new")
    assert hand.listed() == ["F8", "2 … F", "L", "F10", "Enter", "Esc", "?"]
    hand.press("l")
    hand.at("bulk")
    assert hand.listed() == ["F2", "Esc", "F10", "Enter", "?"]
    with hand.page.expect_file_chooser():
        hand.press("F2")
    hand.press("Escape")
    hand.at("new")
    hand.page.focus("#list-first")
    hand.page.keyboard.press("Enter")
    hand.at("handout/first/list")
    assert hand.listed() == ["P", "Esc", "F10", "Enter", "?"]
    hand.press("Escape")
    hand.at("new")
    for key in ("F8", "2"):
        hand.press(key)
        hand.at(r"draft/[^/]+/1")
        hand.press("F9")
        hand.at("new")
    hand.press("F10")
    hand.page.fill("#pin", TELLER_PIN)
    hand.page.keyboard.press("Enter")
    hand.page.wait_for_selector("#new-first")


def test_people_and_estate(hand: Hand) -> None:
    hand.step(1)
    ways = ["F4", "F8", "F9", "Ctrl+Z", "Ctrl+Y", "F10", "Enter", "?"]
    assert hand.listed() == ["F2", "Alt+1 … 9", "Esc", *ways]
    hand.press("F2")
    hand.page.wait_for_selector("#p1 .name")
    hand.press("Alt+1")
    hand.at(r"draft/[^/]+/1/p1")
    hand.press("F4")
    hand.at(r"draft/[^/]+/\d/[^/]+")
    hand.step(1)
    hand.press("F8")
    hand.at(r"draft/[^/]+/2")
    ways = ["F4", "F8", "Shift+F8", "F9", "Ctrl+Z", "Ctrl+Y", "F10", "Enter", "Esc", "?"]
    assert hand.listed() == ["F2", *ways]
    hand.press("F2")
    hand.page.wait_for_selector("#location-over")
    hand.page.fill("#mortgage_contract_no", "DY-7")
    hand.page.keyboard.press("Tab")
    expect(hand.page.locator("body[data-saving='yes']")).to_have_count(0)
    hand.press("Control+z")
    expect(hand.page.locator("#mortgage_contract_no")).to_have_value("")
    hand.press("Control+y")
    expect(hand.page.locator("#mortgage_contract_no")).to_have_value("DY-7")
    hand.press("Shift+F8")
    hand.at(r"draft/[^/]+/1")


def test_pages(hand: Hand) -> None:
    path = f"/ui/api/drafts/{hand.draft_id}/materials/M03"
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "a.pdf"}
    hand.world.call("POST", path, data=pdf_of("contract", "sealed"), headers=headers)
    hand.step(3)
    hand.page.wait_for_selector("#m-M03")
    hand.page.focus("#m-M03")
    hand.page.keyboard.press("Enter")
    waiting = hand.page.locator("[data-state='waiting']")
    expect(waiting).to_have_count(0, timeout=MAKING_MS)
    leaves = ["[ ]", "↑ ↓", "R L", "C", "S", "K", "M", "Delete", "Ctrl+↑ Ctrl+↓", "Ctrl+Z", "+ -"]
    ways = ["F4", "F8", "Shift+F8", "F9", *leaves, "F10", "Enter", "?"]
    assert hand.listed() == ["F2", "Shift+F2", "Esc", *ways]
    with hand.page.expect_file_chooser():
        hand.press("F2")
    hand.press("Shift+F2")
    hand.sees("dialog[open]")
    current = hand.page.locator(".strip button[aria-current='page']")
    for key, place in (("[", "1"), ("]", "2"), ("[", "1")):
        hand.press(key)
        expect(current).to_contain_text(place)
    hand.press("c")
    hand.sees("#cut-take")
    hand.press("m")
    hand.sees("#move-to")
    hand.press("Control+ArrowDown")
    expect(current).to_contain_text("2")
    hand.press("Delete")
    expect(hand.page.locator(".strip button")).to_have_count(1)
    hand.press("Control+z")
    expect(hand.page.locator(".strip button")).to_have_count(2)
    pressed = hand.page.locator("button[id^='m-'][aria-pressed='true']")
    hand.press("ArrowDown")
    expect(pressed).not_to_have_attribute("id", "m-M03")
    hand.press("ArrowUp")
    expect(pressed).to_have_attribute("id", "m-M03")


def test_signing_sending_and_what_came_of_it(hand: Hand) -> None:
    ways = ["F4", "F8", "Shift+F8", "F9", "Ctrl+Z", "Ctrl+Y", "F10", "Enter", "Esc", "?"]
    hand.step(4)
    assert hand.listed() == ["F2", *ways]
    hand.step(5)
    last = [key for key in ways if key != "F8"]
    assert hand.listed() == ["Ctrl+Enter", *last]
    hand.go("tray")
    hand.page.wait_for_selector("#exchange")
    assert hand.listed() == ["J K", "F2", "P", "F8", "F10", "Enter", "Esc", "?"]
    hand.press("F8")
    hand.at("new")
    hand.go("doctor")
    hand.page.wait_for_selector("#title")
    assert hand.listed() == ["F2", "F10", "Enter", "Esc", "?"]
