"""Who may speak with the office, over real TLS: joining, renewing, and being shut out at once."""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from backend.wall import SystemClock
from certs.envelope import Part, seal
from certs.identity import Role
from registration.application import Application
from registration.package import pack
from scripts.stand.counter import TERMINAL
from scripts.stand.processes import StandError
from terminal.assembly import Station, connect_unknown
from terminal.case_folder import CaseFolder, file_case
from terminal.desk.items import ItemState, OutboxItem
from terminal.enrolment import enrol, read_bundle
from terminal.errors import OfficeRefusedError, OfficeUntrustedError
from terminal.joined import ClientFiles, load_joined
from tests.factories import make_contents
from tests.journey.premises import NearCounter, Premises, make_case, work_off
from tests.pki import make_authority, make_signer

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("premises")]

OTHER_BANK = "91410200MA0X000236"
NEWS = "/api/v1/answers?after=0&wait=0"
SUSPENDED = (403, "office.terminal-suspended")
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@pytest.fixture
def house(founded: Premises, tmp_path: Path) -> Premises:
    """Premises of this test's own: each lets counters in or shuts them out."""
    return founded.copy(tmp_path / "premises")


def files_of(premises: Premises) -> ClientFiles:
    """Return a copy of the counter's own certificate and key, as a thief would keep it."""
    client = load_joined(premises.counter.folder / "home").client
    kept = premises.folder / "kept"
    kept.mkdir(exist_ok=True)
    copy = ClientFiles(kept / "tls.pem", kept / "tls-key.pem")
    copy.certificate.write_bytes(client.certificate.read_bytes())
    copy.key.write_bytes(client.key.read_bytes())
    return copy


def make_context(
    premises: Premises, client: ClientFiles, version: ssl.TLSVersion | None = None
) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(premises.office.root))
    context.load_cert_chain(client.certificate, client.key)
    if version:
        context.minimum_version = context.maximum_version = version
    return context


def connect(premises: Premises, context: ssl.SSLContext) -> http.client.HTTPSConnection:
    return http.client.HTTPSConnection(
        "127.0.0.1", premises.office_port, timeout=20, context=context
    )


def ask(line: http.client.HTTPSConnection, path: str = NEWS) -> tuple[int, str]:
    """Ask something on a line; return status and problem code, and leave the line open."""
    line.request("GET", path)
    answer = line.getresponse()
    told = json.loads(answer.read())
    return answer.status, told.get("code", "")


def revoke(premises: Premises, terminal: str = TERMINAL) -> None:
    premises.office.run("terminals", "revoke", terminal)


def file(station: Station, application: Application) -> OutboxItem:
    return file_case(station, CaseFolder(application, make_contents(application)))


# --- being shut out


@pytest.mark.parametrize("version", VERSIONS)
def test_a_revoked_counter_is_refused_on_the_line_that_it_has_open(
    house: Premises, version: ssl.TLSVersion
) -> None:
    context = make_context(house, files_of(house), version)
    with house.serving(), closing(connect(house, context)) as line:
        assert ask(line) == (200, "")
        socket = line.sock

        revoke(house)

        assert ask(line) == SUSPENDED
        assert line.sock is socket, "the very connection that was open before"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_revoked_counter_is_refused_on_a_new_line(
    house: Premises, version: ssl.TLSVersion
) -> None:
    context = make_context(house, files_of(house), version)
    with house.serving():
        revoke(house)

        with closing(connect(house, context)) as line:
            assert ask(line) == SUSPENDED


@pytest.mark.parametrize("version", VERSIONS)
def test_no_session_is_ever_resumed(house: Premises, version: ssl.TLSVersion) -> None:
    """A resumed session would skip the handshake in which the certificate is shown."""
    context = make_context(house, files_of(house), version)
    with house.serving():
        with raw_line(house, context) as first:
            assert ask_raw(first) == 200
            session = first.session
        revoke(house)

        with raw_line(house, context, session) as again:
            assert not again.session_reused
            assert ask_raw(again) == 403


@contextmanager
def raw_line(
    premises: Premises, context: ssl.SSLContext, session: ssl.SSLSession | None = None
) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", premises.office_port), 20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as line,
    ):
        yield line


def ask_raw(line: ssl.SSLSocket) -> int:
    line.sendall(f"GET {NEWS} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    # TLS 1.3 would bring its tickets with the first answer.
    return int(line.recv(65536).split()[1])


def test_a_counter_that_waits_for_news_learns_nothing_more(house: Premises) -> None:
    with house.serving(), closing(connect(house, make_context(house, files_of(house)))) as line:
        line.request("GET", "/api/v1/answers?after=0&wait=20")
        revoke(house)

        assert line.getresponse().status == 403


def test_a_package_of_a_revoked_counter_waits_in_its_outbox(house: Premises) -> None:
    with house.serving(), house.station() as station:
        packages = house.count("packages", "1")
        revoke(house)
        item = station.submission.file(make_case(1), make_contents(make_case(1)))

        assert station.courier.deliver() == 0

        kept = station.box.get_item(item.sequence)
        assert kept.trouble is not None
        assert (kept.state, kept.trouble.code) == (ItemState.WAITING, SUSPENDED[1])
        assert house.count("packages", "1") == packages


def test_a_revoked_counter_may_join_again_with_a_new_code(house: Premises) -> None:
    old = make_context(house, files_of(house))
    with house.serving():
        revoke(house)
        (house.counter.folder / "joined").unlink()

        assert house.counter.join(house.office)

        with closing(connect(house, make_context(house, files_of(house)))) as line:
            assert ask(line) == (200, "")
        with closing(connect(house, old)) as line:
            assert ask(line) == SUSPENDED


# --- renewing


def test_renewal_ends_the_old_certificate_on_the_line_that_it_has_open(house: Premises) -> None:
    with house.serving(), closing(connect(house, make_context(house, files_of(house)))) as line:
        assert ask(line) == (200, "")

        house.counter.run("renew")

        assert ask(line) == SUSPENDED
        with closing(connect(house, make_context(house, files_of(house)))) as fresh:
            assert ask(fresh) == (200, "")


def test_a_counter_works_on_through_its_renewal(house: Premises) -> None:
    """What was sealed before goes out after, over the new line."""
    application = make_case(1)
    with house.serving() as wall, house.station() as station:
        item = station.submission.file(application, make_contents(application))
        station.membership.renew(station.link.post_json, station.clock.now)

        assert station.courier.deliver() == 1
        work_off(wall)
        assert station.courier.collect(0) == 3
        assert station.courier.fetch_certificates() == 1

        assert station.box.get_item(item.sequence).state is ItemState.DELIVERED


def test_an_old_certificate_renews_nothing(house: Premises) -> None:
    old = make_context(house, files_of(house))
    with house.serving():
        house.counter.run("renew")
        issued = house.count("journal", "act = 'terminal renewed'")

        with closing(connect(house, old)) as line:
            line.request("POST", "/api/v1/renewals", "{}", {"Content-Type": "application/json"})
            assert line.getresponse().status == 403

    assert (issued, house.count("journal", "act = 'terminal renewed'")) == (1, 1)


# --- joining


def invite(premises: Premises, terminal: str = "KF-LT-02") -> Path:
    bundle = premises.folder / f"{terminal}.json"
    premises.office.invite(terminal, bundle)
    return bundle


def another_counter(premises: Premises, name: str = "another") -> NearCounter:
    counter = NearCounter(premises.folder / name, premises.counter_port)
    counter.furnish(premises.folder / "no-reader")
    return counter


def test_a_code_lets_one_counter_in_and_no_second(house: Premises) -> None:
    bundle = invite(house)
    first, second = another_counter(house, "first"), another_counter(house, "second")
    with house.serving():
        assert "KF-LT-02" in first.run("enroll", bundle)

        with pytest.raises(StandError, match=r"office\.token-used"):
            second.run("enroll", bundle)

    assert house.count("journal", "act = 'terminal enrolled' AND ref = 'KF-LT-02'") == 1
    assert not list((second.folder / "home").glob("identity*"))


def test_of_two_who_use_a_code_at_once_one_gets_in(house: Premises) -> None:
    bundle = json.loads(invite(house).read_bytes())
    counters = [another_counter(house, f"counter-{number}") for number in range(4)]
    results: list[str] = []

    def join(counter: NearCounter) -> None:
        try:
            enrol(
                read_bundle(bundle),
                counter.folder / "home",
                connect=connect_unknown,
                now=SystemClock().now,
            )
            results.append("in")
        except OfficeRefusedError as error:
            results.append(error.problem)

    with house.serving():
        threads = [threading.Thread(target=join, args=(counter,)) for counter in counters]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    assert sorted(results) == ["in", *["office.token-used"] * 3]


class LaterClock(SystemClock):
    """An office's clock that is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return super().now() + self._ahead


def test_a_code_that_is_too_old_lets_nobody_in(house: Premises) -> None:
    bundle, counter = invite(house), another_counter(house)
    with (
        house.serving(LaterClock(timedelta(hours=24, seconds=1))),
        pytest.raises(StandError, match=r"office\.token-used"),
    ):
        counter.run("enroll", bundle)

    with house.serving():
        assert "KF-LT-02" in counter.run("enroll", bundle), "it was too old, and nothing else"


def test_a_code_that_was_made_up_lets_nobody_in(house: Premises) -> None:
    bundle, counter = invite(house), another_counter(house)
    told = json.loads(bundle.read_bytes())
    bundle.write_text(json.dumps(told | {"code": "A" * 32}), encoding="utf-8")

    with house.serving(), pytest.raises(StandError, match=r"office\.token-used"):
        counter.run("enroll", bundle)


# --- strangers


def stranger(folder: Path, role: Role = Role.TERMINAL) -> ClientFiles:
    """Return a counter's certificate and key by an authority that nobody knows."""
    signer = make_signer(
        make_authority(folder / "authority", SystemClock().now()),
        role,
        name=TERMINAL,
        now=SystemClock().now(),
    )
    files = ClientFiles(folder / "tls.pem", folder / "tls-key.pem")
    chain = (signer.certificate, *signer.chain)
    files.certificate.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    files.key.write_bytes(
        signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return files


@pytest.mark.parametrize("version", VERSIONS)
def test_a_counter_of_another_authority_is_refused(
    house: Premises, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    context = make_context(house, stranger(tmp_path), version)
    with (
        house.serving(),
        closing(connect(house, context)) as line,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        ask(line)


def test_a_package_key_opens_no_line(house: Premises) -> None:
    """The key that signs packages must not do for the line: each has its own purpose."""
    folder = load_joined(house.counter.folder / "home").folder
    files = ClientFiles(folder / "package.pem", folder / "package-key.pem")
    with (
        house.serving(),
        closing(connect(house, make_context(house, files))) as line,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        ask(line)


def test_a_package_of_another_authority_is_not_kept(house: Premises, tmp_path: Path) -> None:
    """Even over the line of a counter that is welcome."""
    signer = make_signer(
        make_authority(tmp_path / "authority", SystemClock().now()),
        Role.PACKAGE,
        name=TERMINAL,
        now=SystemClock().now(),
    )
    application = make_case(1)
    with house.serving(), house.station() as station:
        ring = station.submission.keys()
        forging = replace(station.submission, keys=lambda: replace(ring, signer=signer))
        item = forging.file(application, make_contents(application))

        assert station.courier.deliver() == 0

        kept = station.box.get_item(item.sequence)
        assert kept.trouble is not None
        assert (kept.state, kept.trouble.code) == (
            ItemState.NEEDS_YOU,
            "certs.signer-not-trusted",
        )
    assert house.count("packages", "1") == 0
    assert not list(house.settings().blobs.rglob("*.*"))


def test_an_office_of_another_authority_is_refused(house: Premises, tmp_path: Path) -> None:
    """The counter believes its own pinned root and no other."""
    make_authority(tmp_path / "authority", SystemClock().now())
    with (
        house.serving(authority_dir=tmp_path / "authority"),
        house.station() as station,
        pytest.raises(OfficeUntrustedError),
    ):
        station.link.probe()


# --- other banks


@pytest.fixture
def other(house: Premises) -> NearCounter:
    """A counter of another bank, which has not joined yet."""
    house.office.run(
        *("terminals", "add", "QT", "--terminal", "QT-01", "--bank", OTHER_BANK),
        *("--bank-name", "另一示例银行", "--out", house.folder / "other.json"),
    )
    return another_counter(house)


def test_a_bank_sees_nothing_of_another_banks_case(house: Premises, other: NearCounter) -> None:
    with house.serving() as wall:
        other.run("enroll", house.folder / "other.json")
        with house.station() as station:
            file(station, make_case(1))
            work_off(wall)
            station.courier.collect(0)
            (paper,) = station.box.certificates()
        case = f"/api/v1/cases/{paper.case_no}"
        client = load_joined(other.folder / "home").client
        with closing(connect(house, make_context(house, client))) as line:
            assert ask(line) == (200, "")
            for path in (case, f"{case}/certificate.pdf"):
                assert ask(line, path) == (404, "office.not-found")
            line.request("POST", f"{case}/withdrawal", b"")
            assert line.getresponse().status == 404
        with closing(connect(house, make_context(house, files_of(house)))) as line:
            assert ask(line, case) == (200, "")


def test_a_bank_may_not_file_for_another(house: Premises, other: NearCounter) -> None:
    """A package in the name of another bank makes no case, though everything else is right."""
    application = make_case(1)
    application = replace(application, counter=replace(application.counter, terminal="QT-01"))
    with house.serving() as wall:
        other.run("enroll", house.folder / "other.json")
        with house.station(other) as station:
            station.link.send_package(seal_as(station, application))
        work_off(wall)

    assert house.count("answers", "terminal = 'QT-01' AND kind = 'NonAcceptance'") == 1
    assert house.count("cases", "1") == 0


def seal_as(station: Station, application: Application) -> bytes:
    """Seal an application that the counter's own desk would not take."""
    ring, now = station.submission.keys(), station.clock.now()
    packed = pack((application,), make_contents(application))
    return seal(
        [Part(part.name, part.media_type, part.data) for part in packed],
        signer=ring.signer,
        recipient=ring.recipient(now),
        office=station.submission.place.office.text,
        terminal=station.submission.place.terminal,
        sequence=1,
        at=now,
    )
