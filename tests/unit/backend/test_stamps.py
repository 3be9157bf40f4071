"""A counter's time stamp: of the first authority that gives a good one, else of the office itself."""

from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from backend.proving import build_stamps
from backend.wall import Wall
from certs.authority import TRUST
from certs.identity import Role
from certs.queries import make_query, read_reply
from tests.clock import FrozenClock
from tests.pki import NOW, PKI, make_pki
from tests.stampers import StampHouse, stamp_house
from tests.unit.certs.test_preserving import with_house


@pytest.fixture
def houses() -> Iterator[tuple[StampHouse, StampHouse]]:
    with stamp_house("first", NOW) as first, stamp_house("second", NOW) as second:
        yield first, second


@pytest.fixture
def own_pki(tmp_path: Path) -> PKI:
    return make_pki(tmp_path / "authority")


def wall_of(pki: PKI, *urls: str) -> Wall:
    stub = SimpleNamespace(
        settings=SimpleNamespace(stamp_urls=urls, timestamp_timeout_s=5),
        trust_path=pki.authority.folder / TRUST,
        clock=FrozenClock(NOW),
        signer=lambda role: lambda: pki.office(role),
    )
    return cast(Wall, stub)


def believe(pki: PKI, *houses: StampHouse) -> None:
    pki.authority.publish(lambda bundle: reduce(with_house, houses, bundle))


def who_stamped(reply: bytes, query: bytes) -> bytes:
    """Return the certificate that came with a stamp, DER; the reply must be to our query."""
    token = cms.ContentInfo.load(read_reply(reply, query))["content"]
    return bytes(token["certificates"][0].chosen.dump())


def der(certificate: Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def test_the_first_authority_that_is_believed_stamps(
    own_pki: PKI, houses: tuple[StampHouse, StampHouse]
) -> None:
    """Of the first nobody would know whose stamp it is; it is passed over, and rests."""
    first, second = houses
    believe(own_pki, second)
    give = build_stamps(wall_of(own_pki, first.url, second.url))

    for _ in range(2):
        query = make_query(b"signed")
        assert who_stamped(give(query), query) == der(second.certificate)
    assert (len(first.asked), len(second.asked)) == (1, 2)


def test_when_no_authority_answers_the_office_stamps(
    own_pki: PKI, houses: tuple[StampHouse, StampHouse]
) -> None:
    believe(own_pki, *houses)
    for house in houses:
        house.is_up = False
    give = build_stamps(wall_of(own_pki, *(house.url for house in houses)))
    query = make_query(b"signed")

    assert who_stamped(give(query), query) == der(own_pki.certificate(Role.TIMESTAMP))


def test_what_is_no_query_is_refused_and_costs_no_authority_its_turn(
    own_pki: PKI, houses: tuple[StampHouse, StampHouse]
) -> None:
    first, _ = houses
    believe(own_pki, first)
    give = build_stamps(wall_of(own_pki, first.url))

    assert b"\x02\x01\x02" in give(b"none")  # PKIStatus rejection (2)
    query = make_query(b"signed")
    assert who_stamped(give(query), query) == der(first.certificate)
