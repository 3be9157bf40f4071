"""The public page of a receipt: what it is worth and where the matter stands, and no more."""

import pytest
from flask.testing import FlaskClient

from backend.office.case import Stage
from tests.rows import digest, receive
from tests.web.backend.fake_office import World

BASE = "https://localhost"
CASE_NO = "20260929-0000001"
PACKAGE = digest("package 77")


@pytest.fixture
def receipt_no(world: World) -> str:
    """A package that came in, and that nobody has looked at."""
    with world.works() as work:
        row = receive(work, 77)
        work.commit()
    return row.receipt.receipt_no


def page(world: World, number: str, code: str, lang: str = "zh-CN") -> str:
    client: FlaskClient = world.app.test_client()
    answer = client.get(f"/receipts/{number}?c={code}&lang={lang}", base_url=BASE)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def code_of(world: World) -> str:
    with world.works.reading() as work:
        row = work.packages.find(PACKAGE)
    assert row is not None
    return row.receipt.check_code


def test_who_holds_the_receipt_reads_that_it_is_genuine(world: World, receipt_no: str) -> None:
    text = page(world, receipt_no, code_of(world))

    assert "已收件，还没有受理" in text
    assert receipt_no in text


def test_and_how_far_its_case_is(world: World, receipt_no: str) -> None:
    with world.works() as work:
        work.packages.set_case(PACKAGE, CASE_NO)
        work.commit()
    assert world.case().stage is Stage.IN_REVIEW

    text = page(world, receipt_no, code_of(world), "en")

    assert "In review" in text
    assert CASE_NO in text
    assert "张示例" not in text


@pytest.mark.parametrize("code", ["", "A" * 26, "%00", "好"])
def test_a_wrong_code_tells_nothing(world: World, receipt_no: str, code: str) -> None:
    assert page(world, receipt_no, code) == page(world, "R0", code).replace("R0?", f"{receipt_no}?")


def test_a_code_is_taken_as_people_type_it(world: World, receipt_no: str) -> None:
    code = code_of(world)
    typed = "-".join([code[:8], code[8:]]).lower()

    assert "已收件" in page(world, receipt_no, typed)
