import csv
import io
from dataclasses import replace

import pytest

from tests.unit.registration.papers.reading import read_text
from tests.web.backend.fake_office import World
from tests.web.backend.months import BRANCHES, fill_month

BASE = "https://localhost"
PAGES = ("/desk/statistics", "/desk/statistics/table.csv", "/desk/statistics/report.pdf")


def get(world: World, path: str, staff_id: str = "wu") -> bytes:
    answer = world.client(staff_id).get(path, base_url=BASE)
    assert answer.status_code == 200
    return answer.get_data()


@pytest.mark.parametrize("path", PAGES)
def test_figures_are_for_leaders(world: World, path: str) -> None:
    for staff_id in ("qian", "zhou", "zheng"):
        assert world.client(staff_id).get(path, base_url=BASE).status_code == 403


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("month", ["2026-13", "2026-10", "x", "2026-9", "٢٠٢٦-٠٩"])
def test_a_month_that_is_none_or_not_yet_is_nowhere(world: World, path: str, month: str) -> None:
    assert world.client("wu").get(f"{path}?month={month}", base_url=BASE).status_code == 404


def test_the_page_tells_the_month(world: World) -> None:
    fill_month(world)
    text = get(world, "/desk/statistics").decode()
    for wanted in ("2026 年 9 月 1 日至 29 日", "承诺 60 分钟", *BRANCHES, "钱示例", "周示例"):
        assert wanted in text
    assert "授权委托 R31" in text
    assert "10 至 19 分钟" in text


def test_an_empty_month_says_so(world: World) -> None:
    text = get(world, "/desk/statistics?month=2026-08").decode()
    assert "这个月还没有件" in text


def test_the_table_holds_what_the_page_shows(world: World) -> None:
    fill_month(world)
    data = get(world, "/desk/statistics/table.csv?month=2026-09").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data)))
    branches = {row[1]: row[2:] for row in rows if row[0] == "网点"}
    assert branches[BRANCHES[2]] == ["13", "6", "46.2"]
    histogram = [int(row[2]) for row in rows if row[0] == "受理到登簿分钟"]
    assert sum(histogram) == 40


def test_a_branch_cannot_smuggle_a_formula_into_the_table(world: World) -> None:
    fill_month(world, 1)
    with world.works() as work:
        case = work.cases.get("20260929-0000501")
        work.cases.save(replace(case, branch="=HYPERLINK(1)"), was=case)
        work.commit()
    data = get(world, "/desk/statistics/table.csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(data)) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not any(cell.startswith("=") for cell in cells)


def test_the_circular_is_a_paper_with_the_months_figures(world: World) -> None:
    fill_month(world)
    text = read_text(get(world, "/desk/statistics/report.pdf?month=2026-09"))
    assert "关于2026年9月不动产抵押登记“不见面”办理情况的通报" in text
    assert "由规则自动审核通过20件，占50.0%" in text
    assert "没有超过法定办结期限的件" in text


def test_the_circular_of_an_empty_month_can_be_drawn(world: World) -> None:
    data = get(world, "/desk/statistics/report.pdf?month=2026-08")
    assert data.startswith(b"%PDF")
