"""The rule book's page: the head stops deciding alone, all see it, people look at samples."""

import pytest

from tests.web.backend.drawn import draw_one
from tests.web.backend.fake_office import World

BASE = "https://localhost"
PAGE = "/desk/rules"
CASE = "20260929-0000001"


def page(world: World, staff_id: str, path: str = PAGE) -> str:
    return world.client(staff_id).get(path, base_url=BASE).get_data(as_text=True)


def post(world: World, staff_id: str, path: str, **form: str) -> tuple[int, str]:
    client = world.client(staff_id)
    answer = client.post(path, data={"csrf": world.csrf(client)} | form, base_url=BASE)
    return answer.status_code, answer.get_data(as_text=True)


def test_every_reader_sees_the_book(world: World) -> None:
    text = page(world, "wu")

    assert "2026.4 sha256:" in text
    assert "进行中" in text
    assert "在建建筑物 R36" in text
    assert "停用自动办理" not in text


def test_who_runs_the_system_does_not(world: World) -> None:
    assert world.client("zheng").get(PAGE, base_url=BASE).status_code == 403


def test_the_head_stops_it_and_everybody_sees_why(world: World) -> None:
    status, _ = post(world, "zhao", f"{PAGE}/switch", to="stop", reason="登记簿数据异常")

    assert status == 303
    for path in ("/desk", PAGE):
        text = page(world, "qian", path)
        assert "自动办理已停用" in text
        assert "登记簿数据异常" in text
    assert "停用：登记簿数据异常" in page(world, "qian")
    assert "staff:" not in page(world, "qian")
    with world.works.reading() as work:
        assert [r.actor for r in work.journal.of("rule-book")] == ["staff:zhao"]
    assert "自动办理已停用" in page(world, "zheng", "/desk/terminals")
    status, _ = post(world, "zhao", f"{PAGE}/switch", to="resume", reason="已核对")
    assert status == 303
    assert "自动办理已停用" not in page(world, "qian", "/desk")


@pytest.mark.parametrize("staff_id", ["qian", "zhou", "wu"])
def test_nobody_else_can(world: World, staff_id: str) -> None:
    status, _ = post(world, staff_id, f"{PAGE}/switch", to="stop", reason="试试")

    assert status == 403
    assert world.office.books.stopped() is None


def test_it_takes_a_reason(world: World) -> None:
    status, text = post(world, "zhao", f"{PAGE}/switch", to="stop", reason=" ")

    assert status == 422
    assert "请写明原因" in text
    assert world.office.books.stopped() is None


def test_a_reviewer_looks_at_a_sample_once(world: World) -> None:
    draw_one(world)
    assert CASE in page(world, "qian")

    status, _ = post(world, "qian", f"{PAGE}/samples/{CASE}", verdict="agree")
    again, text = post(world, "zhou", f"{PAGE}/samples/{CASE}", verdict="agree")

    assert (status, again) == (303, 422)
    assert "已经有人看过" in text


def test_a_disagreement_has_a_reason_and_reaches_the_head(world: World) -> None:
    draw_one(world)
    silent, _ = post(world, "qian", f"{PAGE}/samples/{CASE}", verdict="disagree")
    assert silent == 422
    assert "件不同意" not in page(world, "zhao", "/desk")

    post(world, "qian", f"{PAGE}/samples/{CASE}", verdict="disagree", reason="面积有误")

    assert "规则（1 件不同意）" in page(world, "zhao", "/desk")
    assert "面积有误" in page(world, "zhao")
    assert "不同意 1 件" in page(world, "wu", "/desk/statistics")


def test_readers_who_do_not_decide_only_read(world: World) -> None:
    draw_one(world)

    assert post(world, "wu", f"{PAGE}/samples/{CASE}", verdict="agree")[0] == 403


def test_forms_of_strangers_are_refused(world: World) -> None:
    client = world.client("zhao")

    answer = client.post(f"{PAGE}/switch", data={"to": "stop", "reason": "x"}, base_url=BASE)

    assert answer.status_code == 403
