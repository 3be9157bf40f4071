"""Who may speak with the office, over real TLS: joining, strangers, other banks."""

import json
import ssl
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
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
from terminal.assembly import Station
from terminal.desk.items import ItemState
from terminal.enrolment import enrol, read_bundle
from terminal.errors import OfficeRefusedError, OfficeUntrustedError
from terminal.joined import ClientFiles, load_joined
from terminal.membership import connect_unknown
from tests.factories import make_contents
from tests.journey.lines import (
    VERSIONS,
    ask,
    connect,
    file,
    files_of,
    make_context,
)
from tests.journey.premises import MovedClock, NearCounter, Premises, make_case, work_off
from tests.pki import make_authority, make_signer

pytestmark = pytest.mark.journey

OTHER_BANK = "91410200MA0X000236"


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


def test_a_code_that_is_too_old_lets_nobody_in(house: Premises) -> None:
    bundle, counter = invite(house), another_counter(house)
    with (
        house.serving(MovedClock(timedelta(hours=24, seconds=1))),
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
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
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
