"""The office's own keys are renewed while counters work and packages wait in outboxes."""

import hashlib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from certs.cli import main as certs
from certs.cover import read_cover
from certs.identity import Role
from certs.keys import fingerprint, load_certificates, thumbprint
from certs.places import certificate_path, key_path
from scripts.stand.processes import wait_until
from terminal.assembly import Station
from terminal.desk.items import CertificateState, ItemState
from terminal.joined import load_joined
from tests.factories import make_contents
from tests.journey.lines import SUSPENDED, ask, connect, file, files_of, make_context
from tests.journey.premises import Premises, make_case

pytestmark = pytest.mark.journey

OWN = ("envelope", "office", "seal", "timestamp", "qr", "server")


@pytest.fixture
def office(house: Premises) -> Iterator[Premises]:
    """An office at work: server and worker are processes, and nobody restarts them."""
    life = house.serve(with_worker=True)
    try:
        yield house
        assert not life.is_over, life.words()
    finally:
        life.end()


def renew(premises: Premises, *arguments: str | Path) -> None:
    folder = premises.settings().authority_dir
    done = CliRunner().invoke(certs, ["renew", str(folder), *map(str, arguments)])
    assert done.exit_code == 0, done.output


def in_force(premises: Premises, role: Role) -> str:
    """Return the thumbprint of the certificate in force of one of the office's roles."""
    path = certificate_path(premises.settings().authority_dir, role)
    return thumbprint(load_certificates(path)[0])


def finish(station: Station, sequence: int) -> None:
    """Deliver, and wait for one more certificate that the counter has checked."""
    checked = count_checked(station)
    station.courier.deliver()
    assert station.box.get_item(sequence).state is ItemState.DELIVERED

    def is_here() -> bool:
        station.courier.collect(1)
        station.courier.fetch_certificates()
        return count_checked(station) > checked

    wait_until(is_here, what="the certificate", timeout_s=90)


def count_checked(station: Station) -> int:
    return sum(one.state is CertificateState.CHECKED for one in station.box.certificates())


def test_every_key_is_renewed_while_a_package_waits_in_the_outbox(office: Premises) -> None:
    """Sealed to the old envelope key, answered, sealed and stamped by the new ones."""
    with office.station() as station:
        application = make_case(1)
        item = station.submission.file(application, make_contents(application))
        sealed_to = read_cover(station.box.package(item.sequence)).recipient
        assert sealed_to == in_force(office, Role.ENVELOPE)

        renew(office, *OWN)

        assert sealed_to != in_force(office, Role.ENVELOPE)
        finish(station, item.sequence)


def test_a_counter_seals_to_the_new_envelope_key_by_itself(office: Premises) -> None:
    with office.station() as station:
        renew(office, "envelope", "--compromised")
        station.refresh()

        item = file(station, make_case(2))

        assert read_cover(station.box.package(item.sequence)).recipient == in_force(
            office, Role.ENVELOPE
        )
        finish(station, item.sequence)


def test_new_connections_see_the_new_server_certificate(office: Premises) -> None:
    client = files_of(office)
    with closing(connect(office, make_context(office, client))) as old_line:
        assert ask(old_line) == (200, "")
        renew(office, "server", "--host", "office.example")
        wanted = fingerprint(
            load_certificates(certificate_path(office.settings().authority_dir, Role.SERVER))[0]
        )

        wait_until(lambda: shown(office) == wanted, what="the new certificate", timeout_s=20)

        assert ask(old_line) == (200, ""), "the line that was open goes on"


def shown(premises: Premises) -> str:
    """Return the fingerprint of the certificate that the server shows now."""
    context = ssl.create_default_context(cafile=str(premises.office.root))
    with (
        socket.create_connection(("127.0.0.1", premises.office_port), 10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        return hashlib.sha256(line.getpeercert(binary_form=True) or b"").hexdigest()


def test_a_new_issuing_authority_lets_old_and_new_certificates_in(office: Premises) -> None:
    old = make_context(office, files_of(office))
    root = key_path(office.settings().authority_dir, Role.ROOT)
    renew(office, "issuing", "server", "seal", "envelope", "--root-key", root)
    issuer = load_certificates(certificate_path(office.settings().authority_dir, Role.ISSUING))[0]

    with closing(connect(office, old)) as line:
        assert ask(line) == (200, ""), "its own certificate is by the old one, and still good"
    with office.station() as station:
        station.membership.renew(station.link.post_json, station.clock.now)
        mine = load_certificates(load_joined(office.counter.folder / "home").client.certificate)
        assert mine[0].issuer == issuer.subject

        wait_until(lambda: is_let_in(station), what="the new issuer to be taken", timeout_s=20)

        item = file(station, make_case(3))
        finish(station, item.sequence)
    with closing(connect(office, old)) as line:
        assert ask(line) == SUSPENDED


def is_let_in(station: Station) -> bool:
    try:
        station.link.probe()
    except Exception:  # noqa: BLE001  # not yet, whatever the line says
        return False
    return True
