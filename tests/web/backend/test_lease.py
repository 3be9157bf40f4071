"""The sign of life of a case page."""

from datetime import timedelta

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.office.case import LEASE
from tests.web.backend.fake_office import World

BASE = "https://localhost"
CASE = "/desk/cases/20260929-0000001"


def beat(world: World, client: FlaskClient, **form: object) -> TestResponse:
    told = {"csrf": world.csrf(client), "review_round": "1", "opinion": "写了一半"} | form
    return client.post(f"{CASE}/lease", data=told, base_url=BASE)


def read(client: FlaskClient) -> str:
    return client.get(CASE, base_url=BASE).get_data(as_text=True)


def test_a_sign_of_life_keeps_the_case_and_what_is_written(world: World) -> None:
    client = world.client("qian")

    answer = beat(world, client, item=["1", "3"])

    assert answer.get_json() == {"held_until": "10:40"}
    text = read(client)
    assert ">写了一半</textarea>" in text
    assert [
        part[0] for part in text.split('name="item" value="')[1:] if " checked" in part[:30]
    ] == [
        "1",
        "3",
    ]


def test_after_a_crash_another_takes_over_and_nothing_written_is_lost(world: World) -> None:
    client, other = world.client("qian"), world.client("sun")
    beat(world, client)
    form = {"csrf": world.csrf(other)}
    assert other.post(f"{CASE}/take", data=form, base_url=BASE).status_code == 409

    world.clock.advance(LEASE)

    assert "qian 领了但没有动静，可以接手" in read(other)
    assert other.post(f"{CASE}/take", data=form, base_url=BASE).status_code == 303
    assert world.case().holder == "sun"
    assert beat(world, client, opinion="又写了几个字").status_code == 409
    assert "又写了几个字" in read(client)
    assert "又写了几个字" not in read(other)


def test_opening_the_case_renews_the_lease_of_its_holder_alone(world: World) -> None:
    before = world.case().held_until
    world.clock.advance(timedelta(minutes=5))

    read(world.client("wu"))
    assert world.case().held_until == before
    read(world.client("qian"))

    assert world.case().held_until == world.clock.now() + LEASE


def test_a_decision_ends_the_draft(world: World) -> None:
    client = world.client("qian")
    beat(world, client)
    seen = read(client).split('name="evidence_sha256" value="')[1][:64]
    form = {
        "csrf": world.csrf(client),
        "evidence_sha256": seen,
        "opinion": "不予",
        "verdict": "refuse",
    }

    client.post(f"{CASE}/decision", data=form, base_url=BASE)

    assert world.works.tables.drafts == {}


def test_a_foreign_or_broken_sign_of_life_is_refused(world: World) -> None:
    client = world.client("qian")

    assert beat(world, client, csrf="x").status_code == 403
    assert beat(world, client, review_round="x").status_code == 400
    assert beat(world, world.client("wu")).status_code == 403
