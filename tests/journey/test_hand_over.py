"""From counter to counter in two real browsers: handed over here, taken there, on to the certificate."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.stand.case import Filing, first_papers, open_filing
from scripts.stand.counter import Reader, Teller
from tests.journey.counters import open_counter
from tests.journey.premises import NearCounter, Premises, flat, quiet_port
from tests.web.terminal.seat import require_accessible
from tests.web.terminal.wardrobe import wear

pytestmark = pytest.mark.journey

_FLAT = 40


@pytest.fixture
def tellers(house: Premises) -> Iterator[tuple[Filing, Teller]]:
    """Two counters of one branch at a real office: a draft without ink at the first, the second."""
    with ExitStack() as stack:
        stack.callback(house.serve(with_worker=True).end)
        counters = (house.counter, NearCounter(house.folder / "second", quiet_port()))
        reader = Reader(house.counter.folder)
        stack.callback(reader.server.end)
        for counter in counters:
            counter.furnish(reader.port)
        _join(house, counters[1])
        opened = []
        for counter in counters:
            life, teller = open_counter(counter)
            stack.callback(life.end)
            opened.append(teller)
        yield _begin(opened[0], reader), opened[1]


def _join(house: Premises, counter: NearCounter) -> None:
    bundle = house.folder / "second.json"
    house.office.invite("KF-LT-02", bundle)
    counter.run("enroll", bundle)
    counter.give_pin()


def _begin(teller: Teller, reader: Reader) -> Filing:
    filing = open_filing(teller, reader, "mortgage.first_registration")
    filing.read_cards()
    filing.fill_first(flat(_FLAT), "2026-000940", yuan=860_000, words="捌拾陆万元整")
    filing.answer_inquiry()
    filing.scan(first_papers("2026-000940", 860_000))
    return filing


def _open(browser: Browser, teller: Teller) -> Page:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(teller.open_window())
    page.wait_for_selector("#title")
    page.goto(f"{page.url.partition('#')[0]}#/new")
    page.wait_for_selector("#new-first")
    return page


def _hand_over(page: Page) -> None:
    """By keyboard: the button, the note, the button of the dialog; readable in every dress."""
    for dress in (("zh-CN", "light"), ("en", "dark")):
        wear(page, *dress)
        page.focus("button[id^='send-']")
        page.keyboard.press("Enter")
        page.wait_for_selector("#passage-note")
        require_accessible(page)
        if dress[0] == "zh-CN":
            page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.type("please go on")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[id^='recall-']")


def _in_every_dress(page: Page) -> None:
    for dress in (("en", "dark"), ("zh-CN", "light")):
        wear(page, *dress)
        require_accessible(page)


def test_a_draft_goes_to_another_counter_and_on_to_its_certificate(
    browser: Browser, tellers: tuple[Filing, Teller], tmp_path: Path
) -> None:
    filing, second = tellers
    pages = len(filing.teller.get(f"/drafts/{filing.draft_id}")["pages"])
    here, there = _open(browser, filing.teller), _open(browser, second)

    _hand_over(here)
    expect(here.locator("button[id^='go-']")).to_have_count(0)
    _in_every_dress(here)
    # Nobody told the other teller: the page shows it by itself.
    there.wait_for_selector("#to-offered", timeout=60_000)
    _in_every_dress(there)
    there.focus("#to-offered")
    there.keyboard.press("Enter")
    expect(there.locator("button[id^='take-']")).to_be_focused()
    there.keyboard.press("Enter")
    expect(there.locator("a[id^='go-']")).to_be_focused()
    expect(there.locator("main")).to_contain_text("please go on")
    _in_every_dress(there)
    expect(here.locator(".state[data-level='pass']")).to_have_count(1, timeout=60_000)
    _in_every_dress(here)

    taken = Filing(second, filing.reader, filing.draft_id)
    assert len(second.get(f"/drafts/{filing.draft_id}")["pages"]) == pages
    taken.sign()
    taken.submit()
    assert taken.certificate()["certificate_no"]
