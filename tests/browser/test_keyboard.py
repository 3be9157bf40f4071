"""A reviewer clears a pile of cases without a mouse; `--keyboard-cases 20` makes it a timed run."""

import statistics
import time

import pytest
from playwright.sync_api import Page, expect

from tests.web.backend.fake_office import R04, R27, file_case, make_world
from tests.web.backend.served import serve, sign_in


def test_a_pile_of_cases_is_cleared_by_keyboard_alone(
    page: Page, pytestconfig: pytest.Config
) -> None:
    """Approve, approve, ask, in turn: each from taking it until the queue is there again."""
    count, took = pytestconfig.getoption("--keyboard-cases"), []
    world = make_world()
    for number in range(1, count + 1):
        file_case(world, number, findings=(R27, R04), minutes=number)
    with serve(world) as base:
        sign_in(page, base, "qian")
        for number in range(1, count + 1):
            began = time.perf_counter()
            page.keyboard.press("F2")
            page.wait_for_url(f"**/desk/cases/20260929-{number:07d}")
            page.keyboard.press("j")
            page.keyboard.press("]")
            page.keyboard.press("o")
            expect(page.locator("#op")).to_be_focused()
            asks = number % 3 == 0
            page.keyboard.type("请补交共有协议" if asks else "材料齐全，拟准予登记")
            page.keyboard.press("F9" if asks else "F8")
            page.wait_for_url("**/desk?view=mine&done=**")
            took.append(time.perf_counter() - began)

    asked = [n for n in range(1, count + 1) if n % 3 == 0]
    assert [n for n in range(1, count + 1) if world.case(n).awaiting == "first"] == asked
    told = f"median {statistics.median(took):.2f} s, most {max(took):.2f} s"
    print(f"{count} cases by keyboard: {told}")
