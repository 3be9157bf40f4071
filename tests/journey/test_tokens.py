"""Keys in a token at work: the counter's packages, the office's voice and its seal."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.assembly import build_editions, build_preserving
from backend.wall import SystemClock, Wall
from certs.devices import certify_device
from certs.identity import Role
from certs.keys import fingerprint, load_certificates
from certs.places import device_path
from certs.signers.smartcard import TokenSigner
from scripts.stand.processes import StandError
from terminal.desk.items import ItemState
from tests.factories import make_contents
from tests.journey.premises import NearCounter, Premises, make_case, work_off
from tests.softhsm import SoftHSM

pytestmark = pytest.mark.journey


def another_counter(house: Premises, name: str) -> NearCounter:
    counter = NearCounter(house.folder / name, house.counter_port)
    counter.furnish(house.folder / "no-reader")
    return counter


def test_a_case_is_sealed_certified_and_preserved_by_keys_in_a_token(
    house: Premises, softhsm: SoftHSM
) -> None:
    """The counter signs with its token, the office receipts and seals with its own, all the way."""
    folder, uris = house.settings().authority_dir, {}
    for role in (Role.SEAL, Role.OFFICE, Role.TIMESTAMP):
        uris[role.value] = softhsm.uri(role.value)
        certify_device(folder, role, uris[role.value], SystemClock().now())
    bundle, counter = house.folder / "invitation.json", another_counter(house, "with-token")
    house.office.invite("KF-LT-02", bundle)
    case = make_case(1)
    application = replace(case, counter=replace(case.counter, terminal="KF-LT-02"))
    with house.serving(signers=uris) as wall:
        counter.run("enroll", bundle, "--package-key", softhsm.uri("counter"))
        with house.station(counter) as station:
            item = station.submission.file(application, make_contents(application))
            assert station.courier.deliver() == 1
            station.membership.renew(station.link.post_json, station.clock.now)
            assert isinstance(station.membership.keys().signer, TokenSigner)
            work_off(wall)
            station.courier.collect(0)
            assert station.courier.fetch_certificates() == 1
            assert station.box.get_item(item.sequence).state is ItemState.DELIVERED
        assert _seals(wall) == [fingerprint(load_certificates(device_path(folder, Role.SEAL))[0])]

    kept = json.loads((counter.folder / "home" / "identity.json").read_text())
    assert not list((counter.folder / "home" / kept["folder"]).glob("package-key*"))


def _seals(wall: Wall) -> list[str]:
    """Return whose seal is on each certificate that was issued, and preserve it once more."""
    preserving = build_preserving(wall, build_editions(wall))
    with wall.works.reading() as work:
        numbers = work.files.due(wall.clock.now() + timedelta(days=9999))
    return [preserving.preserve(number).seal for number in numbers]


def test_a_token_that_is_not_there_leaves_the_counter_as_it_was(
    house: Premises, softhsm: SoftHSM
) -> None:
    bundle, counter = house.folder / "invitation.json", another_counter(house, "without-token")
    house.office.invite("KF-LT-02", bundle)
    with house.serving():
        with pytest.raises(StandError, match=r"certs\.device"):
            counter.run("enroll", bundle, "--package-key", softhsm.uri("missing"))
        assert "KF-LT-02" in counter.run("enroll", bundle), "the code is still good"
