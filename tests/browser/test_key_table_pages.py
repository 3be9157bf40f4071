"""The key table of the pages of papers: each key that it lists does what it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect

from scripts.paperwork.seeing import as_jpeg, as_pdf, scanned
from scripts.virtual_scanner import obey
from tests.papers import page as paper
from tests.web.terminal.hand import MAKING_MS, Acts, Hand, at_keyboard


def _two_pages() -> bytes:
    """One sheet that slants and can be straightened, and one that is too dark."""
    grain = np.random.default_rng(5)
    slanting = scanned(paper("form", 150), grain, slant=2.2)
    dark = scanned(paper("contract", 150), grain).point(lambda value: int(value * 0.3))
    return as_pdf([as_jpeg(slanting, dpi=150), as_jpeg(dark, dpi=150)])


@dataclass
class Sheets:
    """Two pages of a paper, and what a hand does to them; the first is looked at."""

    hand: Hand

    @property
    def current(self) -> Locator:
        return self.hand.page.locator(".strip button[aria-current='page']")

    @property
    def paper(self) -> Locator:
        return self.hand.page.locator("button[id^='m-'][aria-pressed='true']")

    def page(self, number: int) -> dict[str, Any]:
        return dict(self.hand.draft["pages"][number - 1])

    def look(self, number: int) -> None:
        self.hand.press("]" if number == 2 else "[")
        expect(self.current).to_contain_text(str(number))

    def through_pages(self) -> None:
        self.look(2)
        self.look(1)

    def through_papers(self) -> None:
        self.hand.press("ArrowDown")
        expect(self.paper).not_to_have_attribute("id", "m-M03")
        self.hand.press("ArrowUp")
        expect(self.paper).to_have_attribute("id", "m-M03")
        self.look(1)

    def turn(self) -> None:
        for key, quarters in (("r", 1), ("l", 0)):
            self.hand.asks(key, "/edit")()
            assert self.page(1)["edit"]["turn"] == quarters

    def straighten(self) -> None:
        self.hand.asks("s", "/edit")()
        assert self.page(1)["edit"]["cut"]

    def keep(self) -> None:
        self.look(2)
        self.hand.asks("k", "/keep")()
        assert any(remark["is_kept"] for remark in self.page(2)["remarks"])
        self.look(1)

    def shift(self) -> None:
        first = self.page(1)["page_id"]
        for key, place in (("Control+ArrowDown", 2), ("Control+ArrowUp", 1)):
            self.hand.asks(key, "/pages/order")()
            assert self.page(place)["page_id"] == first

    def remove(self) -> None:
        self.hand.asks("Delete", "/pages/remove")()
        expect(self.hand.page.locator(".strip button")).to_have_count(1)

    def undo(self) -> None:
        self.remove()
        self.hand.asks("Control+z", "/pages/undo")()
        expect(self.hand.page.locator(".strip button")).to_have_count(2)

    def remove_and_undo(self) -> None:
        self.remove()
        self.hand.press("Control+z")
        expect(self.hand.page.locator(".strip button")).to_have_count(2)
        self.look(1)

    def zoom(self) -> None:
        for key, by in (("+", "1"), ("-", "0")):
            self.hand.press(key)
            expect(self.hand.page.locator(".leaf")).to_have_attribute("data-zoom", by)


@pytest.fixture
def hand(browser: Browser, tmp_path: Path) -> Iterator[Hand]:
    with at_keyboard(browser, tmp_path / "counter") as found:
        yield found


@pytest.fixture
def sheets(hand: Hand) -> Sheets:
    path = f"/ui/api/drafts/{hand.draft_id}/materials/M03"
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "a.pdf"}
    hand.world.call("POST", path, data=_two_pages(), headers=headers)
    hand.step(3)
    hand.page.focus("#m-M03")
    hand.page.keyboard.press("Enter")
    waiting = hand.page.locator("[data-state='waiting']")
    expect(waiting).to_have_count(0, timeout=MAKING_MS)
    found = Sheets(hand)
    expect(found.paper).to_have_attribute("id", "m-M03")
    found.look(1)
    return found


def test_pages(hand: Hand, sheets: Sheets) -> None:
    leaves: Acts = {
        "[ ]": sheets.through_pages,
        "↑ ↓": sheets.through_papers,
        "R L": sheets.turn,
        "C": hand.shows("c", "#cut-take"),
        "S": sheets.straighten,
        "K": sheets.keep,
        "M": hand.shows("m", "#move-to"),
        "Delete": sheets.remove_and_undo,
        "Ctrl+↑ Ctrl+↓": sheets.shift,
        "Ctrl+Z": sheets.undo,
        "+ -": sheets.zoom,
    }
    bringing: Acts = {"F2": hand.chooses("F2"), "Shift+F2": hand.shows("Shift+F2")}
    hand.does(
        bringing | hand.every_step(3) | leaves | hand.every_page(), first=(*bringing, *leaves)
    )


def test_a_scanner_is_stopped(hand: Hand) -> None:
    """Esc stands in the table of the pages while something runs that it stops."""
    obey(hand.scanner.scanner, "load contract contract")
    obey(hand.scanner.scanner, "fault slow 2")
    hand.page.evaluate("localStorage.setItem('material-source', 'scanner')")
    hand.step(3)
    hand.press("F2")
    hand.page.wait_for_selector("#scan-start:enabled")
    hand.page.keyboard.press("Enter")
    hand.page.wait_for_selector("#stop")
    hand.press("Escape")
    expect(hand.page.locator("#stop")).to_have_count(0, timeout=MAKING_MS)


def test_step_3_begins_with_what_lacks_then_with_what_is_there(hand: Hand) -> None:
    chosen = hand.page.locator("button[id^='m-'][aria-pressed='true']")
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "a.pdf"}
    lines = hand.draft["catalogue"]
    wanted = [one["code"] for one in lines if one["is_required"] and not one["is_generated"]]
    for code in wanted:
        hand.step(3)
        expect(chosen).to_have_attribute("id", f"m-{code}")
        path = f"/ui/api/drafts/{hand.draft_id}/materials/{code}"
        hand.world.call(
            "POST", path, data=as_pdf([as_jpeg(paper("form", 150), dpi=150)]), headers=headers
        )
        hand.page.reload()
    hand.step(3)
    # What is wrong with a page comes before what is good, and a page is judged when it is ready.
    expect(chosen).to_have_attribute("id", re.compile(f"m-({'|'.join(wanted)})"))
