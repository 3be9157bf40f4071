"""The key table: in both languages, on every page, each key that it lists does what it says.

A key that stands in a page's table and is pressed by no act here fails, and so does one that is
pressed and does nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.terminal.full_tray import fill_tray
from tests.web.terminal.hand import Acts, Hand, at_keyboard
from tests.web.terminal.seat import require_accessible
from tests.web.terminal.test_tray import CASE_NO


@pytest.fixture
def hand(browser: Browser, tmp_path: Path) -> Iterator[Hand]:
    with at_keyboard(browser, tmp_path / "counter") as found:
        yield found


def test_the_first_page_and_what_it_leads_to(hand: Hand) -> None:
    step = r"draft/[^/]+/1"

    def every_kind() -> None:
        before = len(hand.world.box.drafts())
        for key in "23456789abcdef":
            hand.leads(key, step)()
        made = hand.world.box.drafts()
        assert len(made) - before == 14
        # With the kind that F8 began.
        assert len({(d.kind, d.text("form"), d.text("model")) for d in made}) == 15

    hand.go("new")
    keys: Acts = {"F8": hand.leads("F8", step), "2 … F": every_kind, "L": hand.leads("l", "bulk")}
    hand.does(keys | {"V": hand.leads("v", "visit")} | hand.every_page())

    def look_up() -> None:
        hand.press("F2")
        expect(hand.page.locator("#visit-code")).to_be_focused()

    hand.go("visit")
    keys = {"F2": look_up, "Esc": hand.leads("Escape", "new")}
    hand.does(keys | hand.every_page(has_own_esc=True))
    hand.go("bulk")
    keys = {"F2": hand.chooses("F2"), "Esc": hand.leads("Escape", "new")}
    hand.does(keys | hand.every_page(has_own_esc=True))
    hand.go("handout/first/list")
    hand.page.wait_for_selector("#view-sheet img")
    keys = {"P": hand.prints, "Esc": hand.leads("Escape", "new")}
    hand.does(keys | hand.every_page(has_own_esc=True))
    hand.go("draft/none/1")
    keys = {"Esc": hand.leads("Escape", "new")}
    hand.does(keys | hand.every_page(has_own_esc=True))


def test_people(hand: Hand) -> None:
    waiting = hand.page.locator("#p1 .reader-wait[data-state=on]")

    def read() -> None:
        hand.press("F2")
        expect(waiting).to_have_count(1)

    def stop() -> None:
        expect(waiting).to_have_count(1)
        hand.press("Escape")
        expect(waiting).to_have_count(0)

    acts = hand.turning()
    hand.step(1)
    expect(waiting).to_have_count(1)
    keys: Acts = {"F2": read, "Alt+1 … 9": hand.leads("Alt+1", r"draft/[^/]+/1/p1"), "Esc": stop}
    hand.does(keys | hand.every_step(1) | acts | hand.every_page(has_own_esc=True))
    read()
    hand.sam.put("张示例")
    hand.page.wait_for_selector("#p1 .name")


def test_estate(hand: Hand) -> None:
    acts = hand.turning()
    hand.step(2)
    keys: Acts = {"F2": hand.asks("F2", "/precheck")}
    hand.does(keys | hand.every_step(2) | acts | hand.every_page())
    hand.page.wait_for_selector("#location-over")


def require_rest(pad: Page) -> None:
    """The signer's window shows nothing of anybody, in the language that is chosen there."""
    pad.wait_for_selector(".plainly[role=status]")
    said = pad.locator("h1").inner_text()
    pad.click("#tongue")
    expect(pad.locator("h1")).not_to_have_text(said)
    require_accessible(pad)


def test_signing(hand: Hand) -> None:
    for name in ("张示例", "李示例"):
        hand.sam.put(name)
        number = 1 if name == "张示例" else 2
        path = f"/ui/api/drafts/{hand.draft_id}/slots"
        if number == 2:
            hand.world.call("POST", path, {"role": "mortgagor"})
        hand.world.call("POST", f"{path}/p{number}/card", {"reader": "cards"})
    acts = hand.turning()
    hand.step(4)
    hand.page.wait_for_selector("button[id^='hand-']")
    hand_over: Acts = {"F2": lambda: None}
    steps, pages = hand.every_step(4), hand.every_page()
    assert hand.listed() == [*hand_over, *steps, *acts, *pages]
    with hand.page.context.expect_page() as opened:
        hand.press("F2")
    hand.page.wait_for_selector("#recall")
    opened.value.wait_for_selector("#canvas")
    taking_back = hand.listed()
    assert taking_back == ["F2", "Esc", *steps, *acts, *(k for k in pages if k != "Esc")]
    hand.press("Escape")
    hand.page.wait_for_selector("#hand")
    require_rest(opened.value)
    opened.value.close()
    for act in (acts | steps | pages).values():
        act()


def test_submission(hand: Hand) -> None:
    acts = hand.turning()
    hand.step(5)
    keys: Acts = {"Ctrl+Enter": hand.leads("Control+Enter", r"draft/[^/]+/\d/.+")}
    hand.does(keys | hand.every_step(5) | acts | hand.every_page())


def test_the_tray_the_certificate_and_the_self_check(hand: Hand) -> None:
    fill_tray(hand.world)

    def chosen() -> Locator:
        return hand.page.locator("button[id^='row-'][aria-pressed='true']").first

    def through_cases() -> None:
        hand.press("k")
        before = chosen().get_attribute("id") or ""
        hand.press("j")
        expect(chosen()).not_to_have_attribute("id", before)
        hand.press("k")
        expect(chosen()).to_have_attribute("id", before)

    hand.go("tray")
    keys: Acts = {
        "J K": through_cases, "F2": hand.asks("F2", "/tray/exchange"), "P": hand.prints,
        "F8": hand.leads("F8", "new"),
    }  # fmt: skip
    hand.does(keys | hand.every_page())
    hand.go(f"certificate/{CASE_NO[:-1]}2")
    hand.page.wait_for_selector("#view-sheet img")
    keys = {"P": hand.prints, "Esc": hand.leads("Escape", "tray/.+")}
    hand.does(keys | hand.every_page(has_own_esc=True))
    hand.go("doctor")
    keys = {"F2": hand.asks("F2", "/ui/api/doctor")}
    hand.does(keys | hand.every_page())
