"""The list of corrections: coded reasons on fields and on boxes of pages, told in one answer."""

import hashlib

import pytest
from werkzeug.test import TestResponse

from backend.office.case import Stage
from registration import schema
from registration.findings import Place
from tests.factories import make_pdf
from tests.web.backend.fake_office import World
from tests.web.backend.test_review_desk import BASE, CASE, decide, page

M06 = hashlib.sha256(make_pdf("M06")).hexdigest()
ON_PAGE = {"sha256": M06, "paper": "M06", "page": "1", "material": "0"}
BOX = {"left": "100", "top": "200", "width": "300", "height": "50"}


def pin(world: World, staff_id: str = "qian", **form: str) -> TestResponse:
    client = world.client(staff_id)
    told = {"csrf": world.csrf(client), "code": "ASK02"} | form
    return client.post(f"{CASE}/items", data=told, base_url=BASE)


def test_a_box_on_a_page_and_a_field_go_out_in_one_list(world: World) -> None:
    assert pin(world, **ON_PAGE, **BOX, note="金额处").status_code == 303
    assert pin(world, code="ASK03", pointer="/unit/area_m2").status_code == 303
    client = world.client("qian")
    text = page(client, f"{CASE}?material=0&page=1")
    assert "画框处：看不清，请重新扫描。金额处" in text

    decide(world, client, "correct", item="1")

    found = world.case().findings
    assert world.case().stage is Stage.CORRECTION_REQUIRED
    assert [f.rule for f in found] == ["R15", "ASK02", "ASK03"]
    assert found[1].place == Place(sha256=M06, material="M06", page=1, box=(100, 200, 300, 50))
    assert found[1].pointer.startswith("/materials/")
    assert (found[2].pointer, found[2].place) == ("/unit/area_m2", None)
    told = schema.format_findings(found)
    assert told[1]["place"]["box"] == [100, 200, 300, 50]
    assert "place" not in told[2]


def test_a_box_is_drawn_on_its_page_alone(world: World) -> None:
    pin(world, **ON_PAGE, **BOX)
    client = world.client("qian")
    drawn = '<rect x="100" y="200" width="300" height="50"/>'
    pages = [page(client, f"{CASE}?material={n}&page=1") for n in range(3)]

    assert [drawn in text for text in pages].count(True) == 1


def test_an_item_is_taken_off_and_twice_is_once(world: World) -> None:
    for _ in range(2):
        pin(world, code="ASK03", pointer="/unit/area_m2")
    client = world.client("qian")
    assert "自己添加的 1" in page(client, CASE)

    client.post(f"{CASE}/items/0/removal", data={"csrf": world.csrf(client)}, base_url=BASE)

    assert "自己添加的 0" in page(client, CASE)


def test_a_sign_of_life_keeps_the_items(world: World) -> None:
    pin(world, code="ASK03", pointer="/unit/area_m2")
    client = world.client("qian")
    form = {"csrf": world.csrf(client), "review_round": "1", "opinion": "x"}

    client.post(f"{CASE}/lease", data=form, base_url=BASE)

    assert "自己添加的 1" in page(client, CASE)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"code": "ASK42", "pointer": "/unit/area_m2"}, 403),
        ({"code": "ASK99", "pointer": "/unit/area_m2"}, 403),
        ({"pointer": "/nonsense"}, 403),
        (ON_PAGE | {"page": "99"}, 403),
        (ON_PAGE | {"sha256": "0" * 64}, 403),
        (ON_PAGE | {"paper": "M01"}, 403),
        (ON_PAGE | {"page": "x"}, 400),
        (ON_PAGE | BOX | {"width": "950"}, 422),
        (ON_PAGE | BOX | {"height": "0"}, 422),
        (ON_PAGE | {"note": "长" * 301}, 422),
        (ON_PAGE | {"note": "\x07"}, 422),
    ],
)
def test_an_item_that_points_nowhere_is_refused(
    world: World, form: dict[str, str], status: int
) -> None:
    assert pin(world, **form).status_code == status
    assert world.works.tables.drafts == {}


def test_only_who_has_the_case_adds_to_its_list(world: World) -> None:
    assert pin(world, "zhou", **ON_PAGE).status_code == 409
    assert pin(world, "wu", **ON_PAGE).status_code == 403
