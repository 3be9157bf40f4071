"""A counter that was away: for longer than its certificate lives, with everything that piled up."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.wall import Wall
from certs.authority import load_authority
from registration.application import Application
from scripts.stand.counter import TERMINAL
from scripts.stand.line import BadLine
from terminal.assembly import Station
from terminal.desk.items import CertificateState, ItemState
from terminal.errors import LinkError, OfficeRefusedError
from tests.factories import make_contents
from tests.factories_today import captured_now
from tests.journey.lines import SUSPENDED, ask, connect, files_of, make_context, revoke
from tests.journey.premises import MovedClock, Premises, found, make_case, work_off

pytestmark = pytest.mark.journey

AWAY = timedelta(hours=73)
"""An hour more than the life of a certificate for the line."""


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest) -> int:
    number: int = request.config.getoption("--offline-cases")
    return number


@pytest.fixture(scope="module")
def long_ago(tmp_path_factory: pytest.TempPathFactory, cases: int) -> Premises:
    """An office with a flat for each case, and a counter that joined it three days ago."""
    folder = tmp_path_factory.mktemp("absence") / "premises"
    folder.mkdir()
    return found(folder, flats=cases, clock=MovedClock(-AWAY))


@pytest.fixture
def site(long_ago: Premises, tmp_path: Path) -> Premises:
    return long_ago.copy(tmp_path / "premises")


def file(station: Station, application: Application) -> int:
    application = captured_now(application, station.clock.now())
    return station.submission.file(application, make_contents(application)).sequence


def test_away_for_three_days_everything_arrives_once_and_in_order(
    site: Premises, cases: int
) -> None:
    clock = MovedClock(-AWAY)
    with BadLine(site.office_port) as line:
        line.is_down = True
        url = f"https://127.0.0.1:{line.port}"
        with site.station(clock=clock, office_url=url) as station:
            for number in range(cases):
                file(station, make_case(number))
                clock.ahead += AWAY / cases
                assert station.courier.deliver() == 0
        # The machine was switched off and on meanwhile; nothing that it remembers helps it.
        with site.serving() as wall, site.station(office_url=url) as station:
            line.is_down = False
            _come_back(wall, station, cases)
            _require_all(station, cases)
    assert site.count("packages", "1") == site.count("certificates", "1") == cases
    assert site.count("journal", "act = 'terminal renewed late'") == 1
    assert _order_of_arrival(site) == list(range(1, cases + 1))


def _come_back(wall: Wall, station: Station, cases: int) -> None:
    """Do what the rounds do, until everything is here."""
    load_authority(wall.settings.authority_dir).crl(wall.clock.now())
    rounds = replace(station.rounds(), poll_s=0)
    deadline = time.monotonic() + 60 + 3 * cases
    while time.monotonic() < deadline:
        rounds.come_back()
        station.courier.delivery.contact.try_now()
        rounds.go_out()
        work_off(wall)
        papers = station.box.certificates()
        if len(papers) == cases and all(p.state is CertificateState.CHECKED for p in papers):
            return


def _require_all(station: Station, cases: int) -> None:
    items = station.box.outbox()
    assert [i.state for i in items] == [ItemState.DELIVERED] * cases
    assert [i.sequence for i in items] == list(range(1, cases + 1))
    papers = station.box.certificates()
    assert [p.state for p in papers] == [CertificateState.CHECKED] * cases


def _order_of_arrival(premises: Premises) -> list[int]:
    with premises.open_wall() as wall, wall.works.reading() as work:
        rows = [work.packages.find_by_sequence(TERMINAL, n + 1) for n in range(1000)]
        known = [row for row in rows if row is not None]
    return [r.sequence for r in sorted(known, key=lambda r: r.receipt.journal_seq)]


# --- certificates that ended


@pytest.fixture
def ended(site: Premises) -> Iterator[Station]:
    """A counter whose certificate for the line has ended, and an office that works."""
    with site.serving(), site.station() as station:
        yield station


def test_it_lets_itself_in_again(ended: Station, site: Premises) -> None:
    with pytest.raises(LinkError):
        ended.link.probe()

    assert ended.renew_if_due()

    ended.link.probe()
    assert site.count("journal", "act = 'terminal renewed late'") == 1


def test_a_revoked_counter_does_not(ended: Station, site: Premises) -> None:
    revoke(site)

    with pytest.raises((OfficeRefusedError, LinkError)):
        ended.renew_if_due()
    assert site.count("journal", "act = 'terminal renewed late'") == 0


def test_nor_one_that_was_away_too_long(site: Premises) -> None:
    clock = MovedClock()
    clock.ahead = timedelta(days=14, hours=1)
    with (
        site.serving(clock),
        site.station() as station,
        pytest.raises(OfficeRefusedError) as caught,
    ):
        station.renew_if_due()

    assert caught.value.problem == "office.renewal-too-late"


def test_who_was_away_too_long_is_invited_again_and_loses_nothing(site: Premises) -> None:
    """What it sealed is good though its certificate for the line ended long ago."""
    clock = MovedClock(-AWAY)
    with site.station(clock=clock) as station:
        file(station, make_case(0))
    with site.serving(late_renewal_days=0):
        bundle = site.folder / "again.json"
        site.office.invite(TERMINAL, bundle)
        site.counter.run("enroll", bundle)
        with site.station() as station:
            assert station.courier.deliver() == 1


def test_an_office_may_allow_none(site: Premises) -> None:
    with (
        site.serving(late_renewal_days=0),
        site.station() as station,
        pytest.raises(OfficeRefusedError),
    ):
        station.renew_if_due()


# --- renewals whose answer is lost


def test_a_renewal_whose_answer_was_lost_is_done_again(house: Premises) -> None:
    """Else a cut at the wrong moment shuts the counter out until somebody invites it again."""
    with (
        house.serving(),
        BadLine(house.office_port) as line,
        house.station(office_url=f"https://127.0.0.1:{line.port}") as station,
    ):
        station.link.probe()
        line.cut_answers.append(line.down.carried)
        with pytest.raises(LinkError):
            station.membership.renew(station.link.post_json, station.clock.now)
        assert house.count("journal", "act = 'terminal renewed'") == 1

        station.membership.renew(station.link.post_json, station.clock.now)
        station.link.probe()

    assert house.count("terminals", "previous_tls IS NOT NULL") == 0


def test_the_old_certificate_ends_when_the_new_one_is_used(house: Premises) -> None:
    old = make_context(house, files_of(house))
    with house.serving(), house.station() as station:
        station.membership.renew(station.link.post_json, station.clock.now)
        with closing(connect(house, old)) as line:
            assert ask(line) == (200, "")
            station.link.probe()
            assert ask(line) == SUSPENDED
