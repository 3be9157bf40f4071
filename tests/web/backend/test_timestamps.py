"""Time stamps for counters: a query in, a reply out, for nobody else."""

from dataclasses import replace

import pytest

from certs.identity import Role
from certs.queries import QUERY, REPLY, make_query, read_reply
from certs.timestamps import LocalTimestamper
from tests.pki import NOW, PKI
from tests.web.backend.fake_office import PEER, World

BASE = "https://localhost"
PATH = "/api/v1/timestamps"


@pytest.fixture
def stamping(world: World, pki: PKI) -> World:
    stamper = LocalTimestamper(pki.office(Role.TIMESTAMP), lambda: NOW)
    office = world.app.extensions["office"]
    world.app.extensions["office"] = replace(office, give_stamp=stamper.answer)
    return world


def test_a_counter_gets_a_stamp_over_what_it_asked(stamping: World) -> None:
    query = make_query(b"signed")

    answer = stamping.client(peer=PEER).post(PATH, data=query, content_type=QUERY, base_url=BASE)

    assert (answer.status_code, answer.content_type) == (200, REPLY)
    assert read_reply(answer.data, query)


def test_a_query_that_is_none_is_refused_as_the_standard_says(stamping: World) -> None:
    answer = stamping.client(peer=PEER).post(PATH, data=b"none", content_type=QUERY, base_url=BASE)

    assert (answer.status_code, answer.content_type) == (200, REPLY)
    assert b"\x02\x01\x02" in answer.data  # PKIStatus rejection (2)


@pytest.mark.parametrize(
    ("kind", "size", "status"), [("application/json", 10, 415), (QUERY, 5000, 413)]
)
def test_other_bodies_are_refused(stamping: World, kind: str, size: int, status: int) -> None:
    client = stamping.client(peer=PEER)

    answer = client.post(PATH, data=b"x" * size, content_type=kind, base_url=BASE)

    assert answer.status_code == status


def test_nobody_else_gets_one(stamping: World) -> None:
    answer = stamping.app.test_client().post(
        PATH, data=make_query(b"x"), content_type=QUERY, base_url=BASE
    )

    assert answer.status_code == 401
