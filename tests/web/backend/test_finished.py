"""A signed paper on the desk as it looks with the ink on its lines."""

import hashlib

from tests.factories import make_pdf
from tests.web.backend.fake_office import World

BASE = "https://localhost"
CASE = "/desk/cases/20260929-0000001"


def picture_of(code: str) -> str:
    return f"{CASE}/materials/{hashlib.sha256(make_pdf(code)).hexdigest()}/1/large"


def test_the_inquiry_record_is_shown_with_its_ink(world: World) -> None:
    client = world.client("qian")

    signed = client.get(f"{picture_of('M15')}?ink=1", base_url=BASE)
    bare = client.get(picture_of("M15"), base_url=BASE)

    assert signed.status_code == bare.status_code == 200
    assert signed.content_type == "image/jpeg"
    assert signed.data != bare.data


def test_what_nobody_signs_has_no_finished_look(world: World) -> None:
    answer = world.client("qian").get(f"{picture_of('M06')}?ink=1", base_url=BASE)

    assert answer.status_code == 404


def test_the_case_page_offers_it_beside_a_signed_paper_alone(world: World) -> None:
    client = world.client("qian")

    shown = [client.get(f"{CASE}?material={n}", base_url=BASE).text for n in range(5)]

    assert 0 < sum("ink=1" in text for text in shown) < 5
