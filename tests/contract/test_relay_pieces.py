"""Parcels over a line that breaks: both ways go on from there, and a cut costs little."""

import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from scripts.benching.slow_line import Meter
from scripts.stand.line import BadLine
from terminal.desk.pace import MOST
from terminal.errors import OfficeUnreachableError
from terminal.office_link import HTTPOfficeLink
from terminal.relay_link import HTTPRelayLink
from tests.contract.test_relay_links import Lines, Premises, lines, open_link, premises, today_pki

__all__ = ["lines", "premises", "today_pki"]

TO = "KF-LT-02"
SEALED = secrets.token_bytes(900_000)
CUTS = [2_000, 31_000, 118_000, 240_001, 555_555, 800_000]


@pytest.fixture
def line(premises: Premises) -> Iterator[BadLine]:
    with BadLine(urlsplit(premises.url).port or 0, kbit_s=40_000, latency_s=0.002) as line:
        yield line


@pytest.fixture
def link(premises: Premises, line: BadLine) -> Iterator[HTTPOfficeLink]:
    link = open_link(f"https://127.0.0.1:{line.port}", premises.pki, premises.files[0])
    yield link
    link.close()


def stubborn(act: Callable[[], object]) -> object:
    """Do it again after each cut, as the rounds do."""
    for _ in range(40):
        try:
            return act()
        except OfficeUnreachableError:
            continue
    raise AssertionError("it does not get through")


def test_a_cut_sends_no_more_than_a_piece_again(
    lines: Lines, link: HTTPOfficeLink, line: BadLine
) -> None:
    line.cuts += CUTS
    meter, name, kept = Meter(link), secrets.token_hex(16), list[int]()
    giver = HTTPRelayLink(link)

    state = stubborn(lambda: giver.leave_parcel(name, TO, SEALED, kept.append))

    assert state == "waiting"
    assert line.broken == len(CUTS)
    assert meter.sent - len(SEALED) <= line.broken * MOST
    assert kept[-1] == len(SEALED)
    assert lines.taker.fetch_parcel(name) == SEALED


def test_the_rest_of_a_parcel_is_fetched_after_a_cut(
    lines: Lines, premises: Premises, line: BadLine
) -> None:
    name = secrets.token_hex(16)
    lines.giver.leave_parcel(name, TO, SEALED)
    link = open_link(f"https://127.0.0.1:{line.port}", premises.pki, premises.files[1])
    taker = HTTPRelayLink(link)
    line.cut_answers += [100_000, 400_000, 700_000]

    fetched = stubborn(lambda: taker.fetch_parcel(name))
    link.close()

    assert fetched == SEALED
    assert line.broken == 3
    assert line.down.carried - len(SEALED) <= line.broken * MOST + len(SEALED) // 20


def test_a_parcel_that_was_recalled_meanwhile_does_not_come_in(
    lines: Lines, link: HTTPOfficeLink, line: BadLine
) -> None:
    line.cuts.append(200_000)
    name, giver = secrets.token_hex(16), HTTPRelayLink(link)
    with pytest.raises(OfficeUnreachableError):
        giver.leave_parcel(name, TO, SEALED)

    stubborn(lambda: giver.recall_parcel(name))

    assert stubborn(lambda: giver.leave_parcel(name, TO, SEALED)) == "recalled"
    assert lines.taker.parcels() == ()
