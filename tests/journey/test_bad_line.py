"""A counter on a bad line, over real TLS: everything arrives once, and little is sent twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from backend.wall import Wall
from scripts.benching.slow_line import Meter
from scripts.stand.line import BadLine
from terminal.assembly import Station
from terminal.desk.items import CertificateItem, ItemState, OutboxItem
from terminal.desk.pace import MOST
from tests.journey.premises import Premises, work_off
from tests.journey.scans import file_scan as file

pytestmark = pytest.mark.journey

KB = 1024


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count()


@pytest.fixture(scope="module")
def office(premises: Premises) -> Iterator[Wall]:
    with premises.serving() as wall:
        yield wall


@contextmanager
def counter_behind(premises: Premises, line: BadLine) -> Iterator[Station]:
    with premises.station(office_url=f"https://127.0.0.1:{line.port}") as station:
        yield station


def deliver(station: Station, sequence: int) -> OutboxItem:
    """Deliver as the rounds do, without waiting between tries."""
    for _ in range(50):
        station.courier.deliver()
        item = station.box.get_item(sequence)
        if item.state is not ItemState.WAITING:
            return item
        station.courier.delivery.contact.try_now()
    raise AssertionError("it does not arrive")


def test_after_each_cut_little_is_sent_again(
    premises: Premises, office: Wall, numbers: Iterator[int]
) -> None:
    """Cut in handshakes, in heads and in pieces, at places that no piece ends at."""
    cuts = [2_000, 9_000, 31_000, 77_000, 118_000, 163_000, 240_001, 299_999, 360_000]
    line = BadLine(premises.office_port, kbit_s=8_000, latency_s=0.005, cuts=cuts)
    with line, counter_behind(premises, line) as station:
        meter, item = Meter(station.link), file(station, next(numbers), 300 * KB)

        item = deliver(station, item.sequence)

    assert item.state is ItemState.DELIVERED
    assert line.broken >= 7
    assert meter.sent - item.size <= line.broken * MOST
    assert premises.count("packages", "sha256 = ?", item.package_sha256) == 1


def test_on_a_good_line_one_request_carries_the_rest(
    premises: Premises, office: Wall, numbers: Iterator[int]
) -> None:
    """What it has learnt of the line serves the next package; a cut costs no more than ever."""
    with BadLine(premises.office_port) as line, counter_behind(premises, line) as station:
        first = file(station, next(numbers), 300 * KB)
        deliver(station, first.sequence)
        meter, second = Meter(station.link), file(station, next(numbers), 600 * KB)
        line.cuts.append(line.up.carried + 333_333)

        second = deliver(station, second.sequence)

    assert line.broken == 1
    assert meter.sent - second.size <= MOST


def test_at_64_kbit_with_losses_it_arrives(
    premises: Premises, office: Wall, numbers: Iterator[int]
) -> None:
    line = BadLine(premises.office_port, kbit_s=64, latency_s=0.2, loss=0.02)
    with line, counter_behind(premises, line) as station:
        item = deliver(station, file(station, next(numbers), 20 * KB).sequence)

    assert item.state is ItemState.DELIVERED


@pytest.mark.parametrize("cut", [0, 1, 300])
def test_an_answer_that_is_lost_doubles_nothing(
    premises: Premises, office: Wall, numbers: Iterator[int], cut: int
) -> None:
    """The package is received, and the line breaks under the receipt."""
    with BadLine(premises.office_port) as line, counter_behind(premises, line) as station:
        item = file(station, next(numbers), KB)
        station.link.probe()
        line.cut_answers.append(line.down.carried + cut)

        item = deliver(station, item.sequence)

    assert premises.count("packages", "sha256 = ?", item.package_sha256) == 1
    assert item.receipt is not None


def test_changed_bytes_are_no_stranger(
    premises: Premises, office: Wall, numbers: Iterator[int]
) -> None:
    """A line that garbles is not an office that is not ours: nobody needs to be called."""
    with BadLine(premises.office_port) as line, counter_behind(premises, line) as station:
        item = file(station, next(numbers), 60 * KB)
        station.link.probe()
        line.garble.append(line.up.carried + 9_000)

        item = deliver(station, item.sequence)

    codes = [event.code for event in item.events]
    assert codes[0] == "sealed"
    assert codes[-1] == "delivered"
    assert set(codes[1:-1]) <= {"line.tls", "line.cut"}


def test_a_line_that_is_down_says_so(
    premises: Premises, office: Wall, numbers: Iterator[int]
) -> None:
    with BadLine(premises.office_port) as line, counter_behind(premises, line) as station:
        item = file(station, next(numbers), KB)
        line.is_down = True
        station.courier.deliver()
        state = station.courier.delivery.contact.state
        line.is_down = False

        item = deliver(station, item.sequence)

    assert state.trouble is not None
    assert state.trouble.zh
    assert item.state is ItemState.DELIVERED


def test_a_certificate_comes_over_a_line_that_never_lasts(
    premises: Premises, office: Wall, numbers: Iterator[int]
) -> None:
    with BadLine(premises.office_port) as line, counter_behind(premises, line) as station:
        _fetch_what_is_there(office, station)
        item = deliver(station, file(station, next(numbers), KB).sequence)
        work_off(office)
        station.courier.collect(0)
        line.cut_answers += [line.down.carried + 50_000 * n for n in range(1, 40)]
        paper = _certificate(station, item)
        for _ in range(20):
            station.courier.retry_certificate(paper.case_no)
            station.courier.fetch_certificates()
        paper = _certificate(station, item)

    assert paper.checked_at is not None
    assert line.broken > 1


def _certificate(station: Station, item: OutboxItem) -> CertificateItem:
    (paper,) = (c for c in station.box.certificates() if c.draft_id == item.draft_id)
    return paper


def _fetch_what_is_there(office: Wall, station: Station) -> None:
    work_off(office)
    station.courier.collect(0)
    station.courier.fetch_certificates()
