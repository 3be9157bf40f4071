"""The register on the desk: a unit of now or of any moment, for a reason that is kept."""

from typing import Any

import pytest

from tests.web.backend.fake_office import World
from tests.web.backend.test_review_desk import BASE, page


def look(world: World, staff_id: str = "qian", **form: str) -> tuple[int, str]:
    client = world.client(staff_id)
    told: dict[str, Any] = {"csrf": world.csrf(client), "text": "核对申请", "at": ""} | form
    answer = client.post("/desk/register", data=told, base_url=BASE)
    return answer.status_code, answer.text


def unit_of(world: World) -> str:
    with world.works.reading() as work:
        return work.messages.units()[0]


def test_the_page_of_now_is_shown_with_its_story(world: World) -> None:
    unit_no = unit_of(world)

    status, text = look(world, number=unit_no)

    assert status == 200
    assert "不动产权证号" in text
    assert "来历" in text


def test_the_reason_is_kept_before_anything_is_shown(world: World) -> None:
    unit_no = unit_of(world)
    look(world, number=unit_no, text="法院来函")

    with world.works.reading() as work:
        acts = [(r.actor, r.act) for r in work.journal.of(unit_no)]
    assert acts[-1] == ("staff:qian", "register opened")


def test_before_the_unit_was_there_nothing_is_shown(world: World) -> None:
    status, text = look(world, number=unit_of(world), at="1960-01-01")

    assert status == 404
    assert "那时还没有" in text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"number": "41"}, 404),
        ({"number": "豫（2026）开封市不动产证明第9999999号"}, 404),
        ({"at": "昨天"}, 422),
        ({"at": "9999-12-31"}, 200),
        ({"at": "9999-12-31T23:59-08:00"}, 422),
        ({"at": "0001-01-01T00:00"}, 422),
        ({"text": " "}, 422),
        ({"csrf": "x"}, 403),
    ],
)
def test_what_cannot_be_shown_is_refused(world: World, form: dict[str, str], status: int) -> None:
    assert look(world, **({"number": unit_of(world)} | form))[0] == status


def test_numbers_of_people_are_covered(world: World) -> None:
    unit_no = unit_of(world)
    with world.works.reading() as work:
        title = work.register.extract(unit_no, world.clock.now()).title
    assert title is not None
    text = look(world, number=unit_no)[1]

    assert title.owners[0].name in text
    assert not any(owner.id_number in text for owner in title.owners if owner.id_number)


def test_whoever_runs_the_system_does_not_read_the_register(world: World) -> None:
    assert world.client("zheng").get("/desk/register", base_url=BASE).status_code == 403


def test_the_form_is_filled_in_from_a_link(world: World) -> None:
    text = page(world.client("qian"), "/desk/register?unit=410202001003GB00012F00010012")

    assert 'value="410202001003GB00012F00010012"' in text
