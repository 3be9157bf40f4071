"""A scan gun at the counter: a keyboard that types faster than fingers, and ends with Enter."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.factories import UNIT_NO
from tests.web.terminal.seat import require_accessible, seated

_SHOOT = """(text) => {
    const at = document.activeElement ?? document.body;
    const press = (key) => {
        const given = { key, bubbles: true, cancelable: true };
        if (at.dispatchEvent(new KeyboardEvent("keydown", given)) && key === "Enter") at.click?.();
    };
    [...text, "Enter"].forEach(press);
}"""


def shoot(page: Page, text: str) -> None:
    """Type a text at once, as the gun does; Enter presses what has the focus, if nothing stops it."""
    page.evaluate(_SHOOT, text)


def test_what_is_scanned_fills_the_form_and_presses_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        page, world = seat.page, seat.world
        # Before a case is begun: the digits begin none, Enter presses no button.
        page.focus("#new-first")
        shoot(page, UNIT_NO)
        expect(page.locator("#toast")).to_contain_text("先选要办的登记")
        assert world.box.drafts() == ()

        # In any step: the number goes to its field, and the register is asked.
        draft = world.draft()
        page.goto(f"{world.origin}/#/draft/{draft['draft_id']}/1")
        page.wait_for_selector("#read")
        shoot(page, UNIT_NO)
        page.wait_for_selector("#location-over")
        expect(page.locator(".field", has=page.locator("#unit_no"))).to_contain_text("扫码")
        require_accessible(page)

        # What is no number of this form is said.
        page.focus("#title")
        shoot(page, "6901234567892")
        expect(page.locator(".note[role=alert]")).to_contain_text("page.scan-unknown")
        expect(page.locator("#unit_no")).to_have_value(
            f"{UNIT_NO[:6]} {UNIT_NO[6:12]} {UNIT_NO[12:19]} {UNIT_NO[19:]}"
        )


def test_enter_in_the_number_asks_the_register(browser: Browser, tmp_path: Path) -> None:
    with seated(browser, tmp_path / "counter", "zh-CN") as seat:
        page, draft = seat.page, seat.world.draft()
        page.goto(f"{seat.world.origin}/#/draft/{draft['draft_id']}/2")
        page.fill("#unit_no", UNIT_NO)
        seat.press("Enter")
        page.wait_for_selector("#location-over")
