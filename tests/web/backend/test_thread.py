"""The thread of a case on its page."""

import pytest

from backend.office.case import Stage
from tests.web.backend.fake_office import World
from tests.web.backend.test_review_desk import BASE, CASE, FREE, decide, page


def say(world: World, staff_id: str, kind: str, text: str = "等房管局回函") -> tuple[int, str]:
    client = world.client(staff_id)
    form = {"csrf": world.csrf(client), "kind": kind, "text": text}
    answer = client.post(f"{CASE}/remarks", data=form, base_url=BASE)
    return answer.status_code, answer.location or ""


def test_a_hold_is_told_with_its_reason(world: World) -> None:
    status, location = say(world, "qian", "hold")

    assert status == 303
    assert "已挂起" in page(world.client("qian"), location)
    text = page(world.client("zhou"), CASE)
    assert "挂起：等房管局回函" in text
    assert "取消挂起" in text
    assert "20260929-0000001" in page(world.client("zhou"), "/desk?view=hold")
    assert "20260929-0000001" not in page(world.client("zhou"), "/desk?view=free")


def test_the_history_tells_why_numbers_were_shown(world: World) -> None:
    client = world.client("wu")
    form = {"csrf": world.csrf(client), "text": "核对同名的人"}

    client.post(f"{CASE}/numbers", data=form, base_url=BASE)

    assert "工号 wu：核对同名的人" in page(client, CASE)


def test_a_colleague_answers_without_having_the_case(world: World) -> None:
    assert say(world, "zhou", "remark", "我看过，是同一人")[0] == 303

    assert "我看过，是同一人" in page(world.client("qian"), CASE)


@pytest.mark.parametrize(
    ("staff_id", "kind", "text", "status"),
    [
        ("qian", "hold", "  ", 422),
        ("qian", "hold", "长" * 2001, 422),
        ("qian", "hold", "\x00", 422),
        ("qian", "bless", "x", 422),
        ("zhou", "hold", "x", 409),
        ("wu", "remark", "x", 403),
    ],
)
def test_what_cannot_be_said_is_refused(
    world: World, staff_id: str, kind: str, text: str, status: int
) -> None:
    assert say(world, staff_id, kind, text)[0] == status


def test_the_head_settles_what_two_see_differently(world: World) -> None:
    text = ""
    for staff_id, verdict in (("qian", "refuse"), ("zhou", "approve"), ("zhao", "approve")):
        client = world.client(staff_id)
        client.post("/desk/next", data={"csrf": world.csrf(client)}, base_url=BASE)
        client.post(f"{FREE}/take", data={"csrf": world.csrf(client)}, base_url=BASE)
        text = page(client, FREE)
        assert decide(world, client, verdict, path=FREE).status_code == 303

    assert "须负责人核定：两人意见不一" in text
    assert "核定，准予登记" in text
    assert world.case(2).stage is Stage.APPROVED
