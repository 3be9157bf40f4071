"""The line to the relay, over TLS: two counters, and the office's own pages between them."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from backend.office.parcel_pieces import InvitationPieces, ParcelPieces
from backend.office.relay import Relay
from certs.authority import load_authority
from certs.identity import Role
from certs.keys import save_certificates, save_key
from certs.places import certificate_path
from terminal.desk.relay_ports import GONE
from terminal.errors import OfficeRefusedError
from terminal.joined import ClientFiles
from terminal.office_link import HTTPOfficeLink
from terminal.relay_link import HTTPRelayLink
from tests.invites import make_inviting
from tests.memory.uploads import MemoryUploads
from tests.memory.work import MemoryBlobs
from tests.pki import PKI, make_pki, make_signer
from tests.rows import make_terminal
from tests.unit.terminal.line import serving
from tests.web.backend.fake_office import World, make_world

SEALED = b"sealed " * 100_000


class Shelf(MemoryBlobs):
    def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)


@dataclass(frozen=True)
class Lines:
    """The lines of two counters of one branch."""

    giver: HTTPRelayLink
    taker: HTTPRelayLink


@pytest.fixture(scope="module")
def today_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    return make_pki(tmp_path_factory.mktemp("relay") / "authority", datetime.now(UTC))


@dataclass(frozen=True)
class Premises:
    """An office that carries parcels, on a port, and two counters that it lets in."""

    url: str
    pki: PKI
    files: tuple[ClientFiles, ...]


@pytest.fixture
def premises(today_pki: PKI, tmp_path: Path) -> Iterator[Premises]:
    world = make_world()
    relay = Relay(works=world.works, bytes_=Shelf(), clock=world.clock)
    pieces = ParcelPieces(
        relay=relay, uploads=MemoryUploads(), clock=world.clock, fail_point=lambda point: None
    )
    inviting = make_inviting(world.clock, world.works)
    papers = InvitationPieces(
        inviting=inviting, uploads=MemoryUploads(), clock=world.clock, fail_point=lambda point: None
    )
    world.app.extensions["office"] = replace(
        world.app.extensions["office"],
        relay=relay,
        parcel_pieces=pieces,
        inviting=inviting,
        invitation_pieces=papers,
    )
    files = tuple(join(world, today_pki, tmp_path, name) for name in ("KF-LT-01", "KF-LT-02"))
    with serving(world.app, today_pki) as url:  # type: ignore[arg-type]  # any WSGI application
        yield Premises(url, today_pki, files)


@pytest.fixture
def lines(premises: Premises) -> Iterator[Lines]:
    links = [open_link(premises.url, premises.pki, file) for file in premises.files]
    yield Lines(*(HTTPRelayLink(link) for link in links))
    for link in links:
        link.close()


def join(world: World, pki: PKI, folder: Path, name: str) -> ClientFiles:
    """Let a counter in; return the files of its certificate."""
    authority = load_authority(pki.authority.folder)
    signer = make_signer(authority, Role.TERMINAL, name=name, now=datetime.now(UTC))
    key, chain = folder / name / "tls.pem", folder / f"{name}.pem"
    save_key(key, signer.key)
    save_certificates(chain, (signer.certificate, *signer.chain))
    der = signer.certificate.public_bytes(Encoding.DER)
    fingerprint = hashlib.sha256(der).hexdigest()
    with world.works() as work:
        row = make_terminal(name, status="active", tls_fingerprint=fingerprint)
        work.terminals.save(replace(row, token_sha256=""))
        work.commit()
    return ClientFiles(chain, key)


def open_link(url: str, pki: PKI, files: ClientFiles) -> HTTPOfficeLink:
    root = certificate_path(pki.authority.folder, Role.ROOT)
    return HTTPOfficeLink(
        url, authority=lambda: root, client=lambda: files, now=lambda: datetime.now(UTC)
    )


def test_a_parcel_goes_from_one_counter_to_the_other(lines: Lines) -> None:
    name = secrets.token_hex(16)
    lines.taker.put_relay_key("key of the taker")
    assert lines.giver.relay_counters() == (("KF-LT-02", "key of the taker"),)

    assert lines.giver.leave_parcel(name, "KF-LT-02", SEALED) == "waiting"
    (seen,) = lines.taker.parcels()
    assert (seen.parcel, seen.sender, seen.size) == (name, "KF-LT-01", len(SEALED))
    assert lines.taker.fetch_parcel(name) == SEALED
    lines.taker.take_parcel(name)
    lines.taker.take_parcel(name)

    assert [p.state for p in lines.giver.parcels()] == ["taken"]
    with pytest.raises(OfficeRefusedError) as caught:
        lines.giver.recall_parcel(name)
    assert caught.value.problem == GONE


def test_what_was_recalled_is_gone_for_the_other(lines: Lines) -> None:
    name = secrets.token_hex(16)
    lines.giver.leave_parcel(name, "KF-LT-02", SEALED)
    lines.giver.recall_parcel(name)

    with pytest.raises(OfficeRefusedError) as caught:
        lines.taker.fetch_parcel(name)
    assert caught.value.problem == GONE
    assert lines.giver.leave_parcel(name, "KF-LT-02", SEALED) == "recalled"


def test_a_counter_of_nobody_is_refused(lines: Lines) -> None:
    with pytest.raises(OfficeRefusedError):
        lines.giver.leave_parcel(secrets.token_hex(16), "KF-LT-09", SEALED)
