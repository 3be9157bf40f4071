"""Certificates that last: stamped by an authority at once or later, stamped and sealed anew.

Real processes are killed at every step; each certificate gets its number once, and each version of
its files once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from backend.assembly import build_office
from backend.examination.works import check_lasting, check_stampers
from backend.office import editions, preserving
from backend.office.log_keeping import PRESERVED
from backend.office.rows import FileRow
from certs.cli import main as certs
from scripts.stand.processes import wait_until
from terminal.assembly import Station
from terminal.desk.items import CertificateState
from tests.journey.lives import KILLED, Life, living
from tests.journey.premises import Premises, make_case, work_off
from tests.journey.test_crashes import file, finish, require_one_certificate, wait_until_idle
from tests.stampers import StampHouse, stamp_house

pytestmark = pytest.mark.journey

_WAIT_S = 240.0
"""A worker that met a silent authority pauses longer each time; it ends as soon as it is there."""


@pytest.fixture
def authority() -> Iterator[StampHouse]:
    with stamp_house() as found:
        yield found


@pytest.fixture
def stamped(house: Premises, authority: StampHouse) -> Premises:
    """An office with a time-stamp authority, known to the counter too."""
    know(house, authority)
    with house.serving(), house.station() as station:
        station.membership.renew(station.link.post_json, station.clock.now)
    name_authority(house, authority)
    return house


def know(premises: Premises, authority: StampHouse) -> None:
    path = premises.folder / "stamper.pem"
    path.write_bytes(authority.pem)
    run_certs("add-stamper", premises.settings().authority_dir, path)


def name_authority(premises: Premises, authority: StampHouse) -> None:
    """Name it behind one that never answers: whoever is first may be away."""
    config = premises.office.config
    urls = f'timestamp_urls = ["http://127.0.0.1:9/", "{authority.url}"]\n'
    config.write_text(urls + config.read_text())


def run_certs(*arguments: str | Path) -> None:
    done = CliRunner().invoke(certs, [*map(str, arguments)])
    assert done.exit_code == 0, done.output


def issue(premises: Premises, number: int) -> None:
    """File a case and issue its certificate, all in this process."""
    with premises.serving() as wall, premises.station() as station:
        file(station, make_case(number))
        work_off(wall)


def versions(premises: Premises) -> dict[str, tuple[FileRow, ...]]:
    """Return the versions of every certificate's files."""
    with premises.open_wall() as wall, wall.works.reading() as work:
        later = datetime.now(UTC) + timedelta(days=36_500)
        return {no: work.files.of(no) for no in work.files.due(later)}


def require_good(premises: Premises) -> None:
    """Let the public check and the log judge every version of every certificate."""
    with premises.open_wall() as wall:
        office = build_office(wall, lambda: True)
        for rows in versions(premises).values():
            for row in rows:
                pdf = wall.works.blobs.get(row.pdf_sha256)
                assert office.verification.check_file(pdf).verdict == "VALID", row
            assert [row.version for row in rows] == list(range(1, len(rows) + 1))
        assert wall.works.verify_journal().is_good


def command(premises: Premises, *arguments: str, point: str = "") -> Life:
    """Run `mortgage-backend certificates` as a process."""
    line = ["--config", str(premises.office.config), "certificates", *arguments]
    return Life("backend", line, premises.folder / f"certificates-{point}.log", point)


def test_an_authority_stamps_at_once_whatever_dies_meanwhile(stamped: Premises) -> None:
    application = make_case(1)
    with stamped.station() as station, living(stamped.serve()):
        item = file(station, application)
        for point in editions.FAIL_POINTS:
            with living(stamped.work(point)) as worker:
                assert worker.wait(_WAIT_S) == KILLED, worker.words()
        with living(stamped.work()):
            finish(stamped, station, item)
    require_one_certificate(stamped, application)
    ((row,),) = versions(stamped).values()
    assert row.level == "B-LTA"
    require_good(stamped)


def test_no_certificate_waits_for_an_authority_and_the_stamp_follows(
    stamped: Premises, authority: StampHouse
) -> None:
    """It goes out under the office's own stamp; the worker adds the other, killed at every step."""
    authority.is_up, application = False, make_case(1)
    with stamped.station() as station, living(stamped.serve()):
        item = file(station, application)
        with living(stamped.work()):
            _require_handed_over(station, item.sequence)
        ((issued,),) = versions(stamped).values()
        assert issued.level == "B-T"
        _require_told(stamped)

        authority.is_up = True
        for point in preserving.FAIL_POINTS:
            with living(stamped.work(point)) as worker:
                assert worker.wait(_WAIT_S) == KILLED, worker.words()
        with living(stamped.work()):
            wait_until_idle(stamped)

    ((first, second),) = versions(stamped).values()
    assert (first, second.level) == (issued, "B-LTA")
    assert stamped.count("journal", "act = ?", PRESERVED) == 1
    with stamped.open_wall() as wall:
        pdfs = [wall.works.blobs.get(row.pdf_sha256) for row in (first, second)]
    assert pdfs[1].startswith(pdfs[0])
    require_one_certificate(stamped, application)
    require_good(stamped)


def _require_handed_over(station: Station, sequence: int) -> None:
    def is_here() -> bool:
        station.courier.collect(0)
        station.courier.fetch_certificates()
        return any(c.state is CertificateState.CHECKED for c in station.box.certificates())

    wait_until(is_here, what="the certificate at the counter", timeout_s=_WAIT_S)


def _require_told(premises: Premises) -> None:
    """The operator's check-up tells that the authority is away; nothing else is wrong."""
    with premises.open_wall() as wall:
        levels = {line.name: line.level for line in check_stampers(wall)}
        assert set(levels.values()) == {"warn"}
        assert len(levels) == 2
        assert check_lasting(wall, wall.clock.now()).level == "ok"
        assert premises.count("tasks", "kind = 'preserve'") == 1


def test_stamping_and_sealing_anew_go_on_where_they_were_killed(
    house: Premises, authority: StampHouse
) -> None:
    for number in range(1, 4):
        issue(house, number)
    issued = versions(house)
    know(house, authority)
    name_authority(house, authority)
    before = (datetime.now(UTC) + timedelta(days=7 * 365)).date().isoformat()
    _require_due(house, 3)
    _run_through(house, "restamp", "--before", before)
    stamped = versions(house)
    assert {no: rows[:1] for no, rows in stamped.items()} == issued
    assert [[row.level for row in rows] for rows in stamped.values()] == [["B-T", "B-LTA"]] * 3

    run_certs("renew", house.settings().authority_dir, "seal")
    _run_through(house, "reissue")
    sealed = versions(house)
    assert {no: rows[:2] for no, rows in sealed.items()} == stamped
    assert {len({row.seal for row in rows}) for rows in sealed.values()} == {2}
    assert {len(rows) for rows in sealed.values()} == {3}
    require_good(house)


def _require_due(premises: Premises, count: int) -> None:
    """The check-up counts what needs a stamp: nothing now, all of it five years later."""
    with premises.open_wall() as wall:
        now = wall.clock.now()
        assert check_lasting(wall, now).level == "ok"
        line = check_lasting(wall, now + timedelta(days=4 * 365 + 180))
        assert (line.level, line.en.split()[0]) == ("warn", str(count))
        assert check_lasting(wall, now + timedelta(days=5 * 365)).level == "bad"


def _run_through(premises: Premises, *arguments: str) -> None:
    """Kill the command after a certificate, and in the midst of one; then let it end."""
    for point in ("preserve.kept", "preserve.stored"):
        with living(command(premises, *arguments, point=point)) as life:
            assert life.wait(_WAIT_S) == KILLED, life.words()
    with living(command(premises, *arguments)) as life:
        assert life.wait(_WAIT_S) == 0, life.words()
        assert "2 of 2" in life.words()
    with living(command(premises, *arguments)) as life:
        assert life.wait(_WAIT_S) == 0, life.words()
        assert "0 of 0" in life.words()
