"""The outbox in a real browser: what holds a package, what the teller can do, what the customer gets."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from terminal.desk.draft import DraftState
from terminal.desk.items import ItemState
from tests.web.terminal.full_outbox import (
    fill_outbox,
    lose_line,
    send_now,
    take_one,
    tell_outlook,
)
from tests.web.terminal.seat import Seat, require_accessible, seated


@pytest.fixture(params=("zh-CN", "en"))
def seat(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Seat]:
    with seated(browser, tmp_path / "counter", request.param) as taken:
        yield taken


def test_the_outbox_says_what_holds_each_package(seat: Seat) -> None:
    items = fill_outbox(seat.world)
    send_now(seat.world, items[1])
    tell_outlook(seat.world)
    _open_tray(seat, items[1].draft_id)
    require_accessible(seat.page)
    bar = seat.page.locator(f"#progress-{items[1].sequence}")
    expect(bar).to_have_attribute("value", "3200000")
    expect(seat.page.locator(f"#item-{items[2].sequence}")).to_contain_text(items[1].number)
    expect(seat.page.locator("#outlook")).to_contain_text("42")
    seat.page.click(f"#history-{items[1].sequence}")
    expect(seat.page.locator(f"#item-{items[1].sequence} .history li")).to_have_count(2)
    require_accessible(seat.page)
    seat.page.click(f"#pass-{items[2].sequence}")
    seat.page.wait_for_selector("dialog[open]")
    require_accessible(seat.page)
    seat.page.click("dialog[open] footer .btn:not(.btn-primary)")
    seat.page.wait_for_selector("dialog[open]", state="detached")
    expect(seat.page.locator(f"#pass-{items[2].sequence}")).to_have_count(0)
    assert seat.world.box.get_item(items[2].sequence).may_pass


def test_a_line_that_is_down_is_told_once_with_its_next_try(seat: Seat) -> None:
    items = fill_outbox(seat.world)
    lose_line(seat.world)
    _open_tray(seat, items[4].draft_id)
    require_accessible(seat.page)
    shown = seat.page.locator("main [data-until]")
    expect(shown).to_have_count(1)
    before = shown.text_content()

    # It counts down by itself, and only the number moves.
    expect(shown).not_to_have_text(before or "")
    expect(shown).to_contain_text(re.compile(r"\d"))


def test_a_refused_package_is_taken_back_and_mended(seat: Seat) -> None:
    items = fill_outbox(seat.world)
    _open_tray(seat, items[0].draft_id)
    seat.page.click(f"#take-back-{items[0].sequence}")
    seat.page.wait_for_selector("#submit")

    assert seat.world.box.get_draft(items[0].draft_id).state is DraftState.OPEN
    assert seat.world.box.get_item(items[0].sequence).state is ItemState.TAKEN_BACK


def test_the_customers_paper_follows_the_package(seat: Seat) -> None:
    items = fill_outbox(seat.world)
    tell_outlook(seat.world, is_known=False)
    _open_tray(seat, items[4].draft_id)
    seat.page.wait_for_selector("#print-slip")
    take_one(seat.world, items[4])

    expect(seat.page.locator("#print-receipt")).to_be_visible()
    require_accessible(seat.page)


def _open_tray(seat: Seat, draft_id: str) -> None:
    seat.page.goto(f"{seat.world.origin}/#/tray/{draft_id}")
    seat.page.wait_for_selector(".item")
