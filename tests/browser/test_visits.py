"""A signer at another branch: the slip at the first counter, card and signatures at the second, by keyboard."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.pki import PKI
from tests.visits import Two, card, join
from tests.web.terminal.served import serve
from tests.web.terminal.test_remote import sign_rest
from tests.web.terminal.test_signing import _filled, _papers


@pytest.fixture
def pages(browser: Browser, tmp_path: Path, pki: PKI) -> Iterator[tuple[Two, Page, Page]]:
    """The first counter's page and the second's, each in a browser of its own."""
    with (
        serve(tmp_path / "here") as (here, at_here),
        serve(tmp_path / "there") as (there, at_there),
    ):
        two = join(here, there, pki)
        contexts = [
            # Colours that still change into those of the other theme are no fault.
            browser.new_context(
                viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce"
            )
            for _ in range(2)
        ]
        found, faults = [], list[str]()
        for context, url in zip(contexts, (at_here, at_there), strict=True):
            context.set_default_timeout(30_000)
            page = context.new_page()
            page.on("pageerror", lambda error: faults.append(error.message))
            page.goto(url)
            page.wait_for_selector("#new-first")
            found.append(page)
        yield two, found[0], found[1]
        assert faults == []
        for context in contexts:
            context.close()


def require_readable(page: Page, name: str) -> None:
    """Both languages and both themes can be read by all, nothing wider than the screen."""
    page.wait_for_load_state("networkidle")
    for language in ("zh", "en"):
        for theme in ("light", "dark"):
            page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, found.generate_report()
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= page.evaluate("window.innerWidth"), name
            if folder := os.environ.get("SHOTS"):
                page.screenshot(path=f"{folder}/{name}-{language}-{theme}.png", full_page=True)
        press(page, "#tongue")


def press(page: Page, selector: str) -> None:
    page.focus(selector)
    page.keyboard.press("Enter")


def sign(page: Page) -> None:
    """Read a paper to its end on the second screen, then write."""
    sheet = page.locator("#sheet")
    expect(sheet.locator("img").first).to_be_visible()
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/screen.png")
    sheet.focus()
    for _ in range(60):
        page.keyboard.press("End")
        if page.locator("#pad-box").get_attribute("data-state") == "open":
            break
        page.wait_for_timeout(200)
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for n in range(30):
        page.mouse.move(box["x"] + 40 + 6 * n, box["y"] + 40 + (n * 37) % 70)
        page.wait_for_timeout(20)
    page.mouse.up()
    press(page, "#done")


def give_slip(two: Two, here: Page, path: str) -> str:
    """Let the second owner be expected elsewhere; return the code of his slip."""
    (away, *_) = [
        f"#branch-{p['code']}-{s['signer'][:6]}"
        for p in _papers(two.here, path)
        for s in p["signers"]
        if s["name"] == "李示例"
    ]
    here.goto(f"{two.here.origin}/#/draft/{path.rpartition('/')[2]}/4")
    here.wait_for_selector(away)
    press(here, away)
    here.wait_for_selector(".panel [id^=recall-]")
    two.here.app.extensions["counter"].remote.mail.settle()
    code = here.locator(".voucher").inner_text()
    require_readable(here, "slip")
    return code


def read_card(two: Two, there: Page, code: str) -> None:
    """Type the code and read the cards: one whose name is another, then his own."""
    press(there, "#visit")
    there.wait_for_selector("#visit-code")
    require_readable(there, "code")
    there.focus("#visit-code")
    there.keyboard.type(code.lower())
    there.keyboard.press("Enter")
    there.wait_for_selector("#visit-read")
    expect(there.locator("main")).to_contain_text("李*")
    require_readable(there, "expected")
    two.lay(card("李样例"), card())
    there.keyboard.press("F2")
    expect(there.locator("[role=alert] strong")).to_contain_text("姓名")
    there.keyboard.press("F2")
    there.wait_for_selector("#visit-hand")
    require_readable(there, "signing")


def sign_both(there: Page) -> None:
    """Hand both papers to the second screen, one after the other."""
    for done in (1, 2):
        is_first = len(there.context.pages) == 1
        with there.context.expect_page() if is_first else nullcontext():
            there.keyboard.press("F2")
        screen = there.context.pages[1]
        sign(screen)
        expect(screen.locator("h1")).to_contain_text("谢谢")
        there.bring_to_front()
        expect(there.locator("main li .state[data-level=pass]")).to_have_count(done)
    there.wait_for_selector("#visit-finish")


def test_from_the_slip_to_ink_that_counts(pages: tuple[Two, Page, Page]) -> None:
    two, here, there = pages
    path = _filled(two.here)
    sign_rest(two.here, path)
    read_card(two, there, give_slip(two, here, path))
    sign_both(there)
    require_readable(there, "signed")
    there.keyboard.press("F8")
    there.wait_for_selector("#visit-receipt")
    require_readable(there, "receipt")

    confirm = here.locator("[id^=confirm-]")
    expect(confirm).to_be_visible()
    require_readable(here, "answered")
    press(here, "[id^=confirm-]")
    expect(here.locator(".sign-table")).to_contain_text("KF-JM")
    expect(confirm).to_have_count(0)
    require_readable(here, "counts")
    assert len([i for i in two.here.box.drafts()[0].inks if i.visit_sha256]) == 2
