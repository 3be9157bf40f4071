"""One signer at the counter's page and one on a phone, through the office's own public page."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.clock import FrozenClock
from tests.factories import LI
from tests.invites import NearInvites, let_invite, make_inviting
from tests.keepers import developing_keeper
from tests.page_line import break_off
from tests.web.backend.fake_office import make_world as make_office
from tests.web.backend.served import serve as serve_office
from tests.web.terminal.served import serve as serve_counter
from tests.web.terminal.test_signing import _filled, _papers
from tests.web.terminal.world import World


class WalkingClock(FrozenClock):
    """The office's clock goes on from where the counter's stands: a hand takes its time."""

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - _STARTED)


_STARTED = time.monotonic()
PHONE: ViewportSize = {"width": 390, "height": 844}
COUNTER: ViewportSize = {"width": 1366, "height": 768}


def draw(pdf: bytes) -> tuple[bytes, ...]:
    """Draw a paper as the counter does."""
    keeper = developing_keeper()
    key = str(hash(pdf))
    pages = keeper.report(key, lambda: pdf).pages
    return tuple(keeper.draw(key, lambda: pdf, n, width=1000) for n in range(1, pages + 1))


def require_readable(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth")


def require_both(page: Page, switch: str) -> None:
    """Both languages and both themes can be read by all."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        require_readable(page)
        page.click(switch)
        require_readable(page)
        page.click(switch)
    page.emulate_media(color_scheme="light")


def require_all(counter: Page) -> None:
    """The counter's page likewise, whose theme is chosen there."""
    for language, theme in (("en", "dark"), ("en", "light"), ("zh-CN", "dark"), ("zh-CN", "light")):
        counter.evaluate(
            "([language, theme]) => { localStorage.setItem('language', language);"
            " localStorage.setItem('theme', theme); }",
            [language, theme],
        )
        counter.reload()
        expect(counter.locator("html")).to_have_attribute("lang", language)
        expect(counter.locator("html")).to_have_attribute("data-theme", theme)
        name = "Application form" if language == "en" else "不动产登记申请书"
        expect(counter.locator("#paper-M01")).to_have_text(name)
        expect(counter.locator(".panel [id^=recall-], .panel [id^=confirm-]")).to_be_visible()
        require_readable(counter)


def read_and_sign(phone: Page) -> None:
    """Read a paper to its end, then write."""
    sheet = phone.locator("#sheet")
    expect(phone.locator("#sheet img").last).to_have_js_property("complete", value=True)
    sheet.evaluate("sheet => { sheet.scrollTop = sheet.scrollHeight; }")
    expect(phone.locator("#pad")).to_have_attribute("data-state", "open")
    canvas = phone.locator("#canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    left, top = box["x"], box["y"]
    phone.mouse.move(left + 30, top + 40)
    phone.mouse.down()
    for n in range(1, 30):
        phone.mouse.move(left + 30 + 8 * n, top + 40 + 30 * (n % 3))
        phone.wait_for_timeout(20)  # a hand takes its time, and the ink says so
    phone.mouse.up()


@pytest.fixture
def faults() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert found == []


def open_page(
    browser: Browser, url: str, faults: list[str], *, size: ViewportSize = COUNTER
) -> Page:
    # Colours that still change into those of the other theme are no fault.
    context = browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("pageerror", lambda error: faults.append(error.message))
    page.goto(url)
    return page


def sign_on_a_phone(phone: Page, code: str) -> None:
    """Open by code and number, read, sign and send, at every step for all readers."""
    expect(phone.locator("#code")).to_be_visible()
    assert "#" not in phone.url
    require_both(phone, "#lang")
    phone.fill("#code", "0000 0000" if code != "00000000" else "1111 1111")
    phone.fill("#number", LI.lower())
    phone.click("#open")
    expect(phone.locator("#note")).to_contain_text("还可以试 4 次")
    break_off(phone, "/opening", 100_000)
    phone.fill("#code", f"{code[:4]} {code[4:]}")
    phone.click("#open")
    expect(phone.locator("h1")).to_contain_text("李示例")
    assert phone.evaluate("ranges") == ["bytes=100000-"], "what came is not brought again"
    require_both(phone, "#lang")
    phone.click("#lang")
    expect(phone.locator("h2").first).to_have_text("Application form")
    expect(phone.locator(".plainly")).to_contain_text("860,000.00 yuan")
    assert phone.locator(".plainly p").first.evaluate("p => getComputedStyle(p).fontSize") == "22px"
    phone.click("#lang")
    read_and_sign(phone)
    phone.click("#next")
    expect(phone.locator("main")).to_contain_text("第 2 份")
    phone.evaluate("history.back()")
    expect(phone.locator("main")).to_contain_text("第 1 份")
    read_and_sign(phone)
    phone.click("#next")
    expect(phone.locator("main")).to_contain_text("第 2 份")
    read_and_sign(phone)
    phone.click("#next")
    require_both(phone, "#lang")
    phone.check("#will")
    phone.click("#send")
    expect(phone.locator("h1")).to_have_text("签名已交回")
    require_readable(phone)


def vouch(counter: Page) -> None:
    """Say how it is known who signed; not without words."""
    expect(counter.locator("button[id^=confirm-]")).to_be_visible()
    require_all(counter)
    counter.click("button[id^=confirm-]")
    expect(counter.locator("p[id^=why-]")).to_contain_text("请选核对方式")
    counter.check("input[id^=look-video-]")
    counter.fill("textarea[id^=note-]", "视频看清本人和身份证，人在外地")
    counter.click("button[id^=confirm-]")
    expect(counter.locator(".remote-ink")).to_have_count(0)


def require_told_before_it_ends(counter: Page, world: World, path: str) -> None:
    """Where texts are changed it is said; the papers are not drawn anew unasked."""
    end = world.box.drafts()[0].text("end")
    draft = f"#/draft/{path.rpartition('/')[2]}"
    counter.evaluate(f"location.hash = '{draft}/2'")
    expect(counter.locator("#away-note")).to_contain_text("异地签署")
    require_readable(counter)
    world.call("PUT", f"{path}/fields", {"texts": {"end": "2045-09-28"}})
    counter.evaluate(f"location.hash = '{draft}/4'")
    counter.reload()
    expect(counter.locator("#draw-anew")).to_be_visible()
    require_readable(counter)
    world.call("PUT", f"{path}/fields", {"texts": {"end": end}})
    counter.reload()
    expect(counter.locator(".remote-qr")).to_be_visible()


def test_one_signs_at_the_counter_and_one_on_a_phone(
    browser: Browser, tmp_path: Path, faults: list[str]
) -> None:
    office = make_office()
    with serve_office(office) as base, serve_counter(tmp_path / "counter") as (world, url):
        link = NearInvites(make_inviting(WalkingClock(world.clock.now()), office.works, url=base))
        remote = let_invite(world, link, draw)
        office.app.extensions["office"] = replace(office.office, inviting=link.room)
        path = _filled(world)
        signer = key_of(world, path)
        counter = open_page(browser, url, faults)
        counter.evaluate(f"location.hash = '#/draft/{path.rpartition('/')[2]}/4'")
        counter.click("#away-M01-" + signer[:6])
        expect(counter.locator(".panel [id^=recall-]")).to_be_visible()
        remote.mail.settle()  # as the rounds do, which the bell wakes
        expect(counter.locator(".remote-qr")).to_be_visible()
        code = counter.locator(".remote-code").inner_text().replace(" ", "")
        address = counter.locator("input[id^=link-]").input_value()
        require_all(counter)

        require_told_before_it_ends(counter, world, path)

        phone = open_page(browser, address, faults, size=PHONE)
        sign_on_a_phone(phone, code)
        vouch(counter)
        inks = [ink for ink in world.box.drafts()[0].inks if ink.remote]
        assert [ink.paper_code for ink in inks] == ["M01", "M15"]

        again = open_page(browser, address, faults, size=PHONE)
        again.fill("#code", code)
        again.fill("#number", LI)
        again.click("#open")
        expect(again.locator("h1")).to_contain_text("已经用过")
        require_readable(again)
        # A page that still asks for something holds its server up.
        for page in (counter, phone, again):
            page.context.close()


def key_of(world: World, path: str) -> str:
    """Return how the counter's page names the signer who is elsewhere."""
    signers = _papers(world, path)[0]["signers"]
    return next(str(s["signer"]) for s in signers if s["name"] == "李示例")
