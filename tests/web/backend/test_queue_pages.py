"""Turning the pages of a long queue: each begins where the one before ended."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.office.queue import PAGE
from backend.web.queue_page import format_spot, parse_spot
from backend.web.words import show_clock, show_clocks
from registration.outcomes import Due
from tests.rows import AT, make_case
from tests.web.backend.fake_office import World, file_case, make_world

CASES = PAGE + 3


@pytest.fixture
def long() -> World:
    world = make_world()
    for number in range(1, CASES + 1):
        file_case(world, number, minutes=number)
    return world


def shown(world: World, address: str) -> tuple[list[int], dict[str, str], str]:
    """Return the cases of a page, where its links lead, and what it says of itself."""
    text = world.client("qian").get(address).get_data(as_text=True)
    links = {
        rel: href.replace("&amp;", "&")
        for href, rel in re.findall(r'<a href="([^"]+)" rel="(prev|next)"', text)
    }
    numbers = [int(n) for n in re.findall(r"/desk/cases/20260929-0*([0-9]+)", text)]
    span = re.search(r"第 \d+ 至 \d+ 件，共 [^\s<]+( 件)?", text)
    return numbers, links, span.group() if span else ""


def test_pages_follow_one_another_and_back(long: World) -> None:
    first, links, span = shown(long, "/desk")
    assert (first, span) == (list(range(1, PAGE + 1)), f"第 1 至 {PAGE} 件，共 {CASES} 件")
    assert set(links) == {"next"}
    second, links, span = shown(long, links["next"])
    assert (second, span) == (
        list(range(PAGE + 1, CASES + 1)),
        f"第 51 至 {CASES} 件，共 {CASES} 件",
    )
    assert set(links) == {"prev"}
    again, links, _ = shown(long, links["prev"])
    assert again == first
    assert set(links) == {"next"}


def test_a_page_stands_when_a_case_before_it_is_taken(long: World) -> None:
    """With pages counted from the top one case would be skipped."""
    _, links, _ = shown(long, "/desk")
    client = long.client("sun")
    client.post("/desk/cases/20260929-0000001/take", data={"csrf": long.csrf(client)})
    assert shown(long, links["next"])[0] == list(range(PAGE + 1, CASES + 1))


def test_overdue_cases_have_a_list(long: World) -> None:
    long.clock.advance(timedelta(minutes=7))
    numbers, _, span = shown(long, "/desk?view=late")
    assert (numbers, span) == (list(range(1, 8)), "第 1 至 7 件，共 7 件")


def test_a_due_date_in_a_year_that_is_not_announced_is_provisional(long: World) -> None:
    due = (Due(name="statutory", at=AT + timedelta(days=200), is_provisional=True),)
    case = replace(long.case(1), due=due)
    assert show_clock(case, AT).text == "剩 200 天（暂定）"
    assert show_clocks(case) == "法定 04-17 10:30（暂定）"
    text = long.client("qian").get("/desk/cases/20260929-0000002").get_data(as_text=True)
    assert "一小时承诺 09-29 10:32" in text


def test_hits_are_told_apart_from_the_view(long: World) -> None:
    numbers, _, span = shown(long, "/desk?view=all&q=20260929-0000007")
    assert (numbers, span) == ([7], "第 1 至 1 件，共 1 件")


@pytest.mark.parametrize(
    "text", ["", "x", "20260929T023000.000000_1", "20261399T023000.000000_20260929-0000001"]
)
def test_no_spot_is_the_first_page(long: World, text: str) -> None:
    assert parse_spot(text) is None
    assert shown(long, f"/desk?after={text}")[0][0] == 1


def test_a_case_without_a_clock_has_its_place_too() -> None:
    case = make_case()
    spot = parse_spot(format_spot(case))
    assert spot is not None
    assert (spot.due_at, spot.case_no) == (case.due_at, case.case_no)
