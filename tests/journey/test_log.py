"""An office that tells two stories: its counters, who are its witnesses, find it out."""

import hashlib
import json
import shutil
import sqlite3
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from backend.logbook import build_log_keeper, build_public_log
from backend.office.public_log import ROUND
from backend.store.log_memory import NAME
from backend.wall import Wall
from certs.attachments import FACTS_FILE
from certs.checkpoints import parse_checkpoint
from certs.documents import DocumentVerdict, read_attachments
from certs.identity import Role
from certs.keys import load_certificates
from certs.logged import check_logged
from certs.notes import parse_note
from certs.places import certificate_path
from certs.standing import check_standing, number_in
from certs.statuslist import open_status_list, place_of
from registration.outcomes import Receipt
from scripts.stand.processes import StandError, wait_until
from terminal.assembly import Station
from terminal.case_folder import is_success, wait_for_outcome
from terminal.desk.items import ItemState, OutboxItem
from terminal.desk.watch import AlarmKind, Watch
from terminal.errors import OfficeRefusedError
from tests.factories import make_contents
from tests.journey.lives import living
from tests.journey.premises import MovedClock, Premises, make_case, work_off
from tests.rewriting import forget_heads, rewrite

CHECKER: Final = Path(__file__).parents[2] / "docs" / "check_log.py"

pytestmark = pytest.mark.journey


def file(station: Station, number: int) -> OutboxItem:
    """File a case and try once to deliver it."""
    application = make_case(number)
    item = station.submission.file(application, make_contents(application))
    station.courier.retry(item.sequence)
    station.courier.deliver()
    return station.box.get_item(item.sequence)


def receipt_of(item: OutboxItem) -> Receipt:
    assert item.receipt is not None, item.trouble
    return item.receipt


def publish(wall: Wall) -> None:
    """Let the office's log take in what was written, and the next round begin.

    Within a round all witnesses are asked for the head that stood before it.
    """
    while build_log_keeper(wall).step():
        pass
    assert isinstance(wall.clock, MovedClock)
    wall.clock.ahead += ROUND


def attend(station: Station) -> Watch:
    """Let the counter look at the log, and give it the alarm or the head that it signed."""
    watch = station.watcher.attend()
    assert watch.alarm or watch.is_cosigned
    return watch


def size_of(watch: Watch) -> int:
    return parse_checkpoint(parse_note(watch.note).text).size


def keep_copy(house: Premises) -> Callable[[], None]:
    """Copy the office's database as it stands; return what puts the copy back."""
    path, copy = house.settings().data_dir / "office.db", house.folder / "yesterday.db"
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    source.backup(target)
    source.close()
    target.close()

    def put_back() -> None:
        for left in path.parent.glob("office.db-*"):
            left.unlink()
        shutil.copy(copy, path)

    return put_back


def write_past_anew(house: Premises, station: Station, put_back: Callable[[], None]) -> None:
    """Change what the first package was; whoever does it has the log key and signs it all anew."""
    receipt = receipt_of(station.box.outbox()[0])
    with house.open_wall() as wall:
        rewrite(wall.works, receipt.journal_seq)
        forget_heads(wall.works)


def show_another_log(house: Premises, station: Station, put_back: Callable[[], None]) -> None:
    """Go back to before the second package, and grow from there another way, for others to see."""
    put_back()
    with house.open_wall() as wall, wall.works() as work:
        for number in range(10):
            work.journal.append(
                actor="system", act="act", ref=str(number), body=b"", at=wall.clock.now()
            )
        work.commit()


@pytest.mark.parametrize("tell", [write_past_anew, show_another_log])
def test_an_office_that_tells_another_story_is_found_out(
    house: Premises, tell: Callable[[Premises, Station, Callable[[], None]], None]
) -> None:
    with house.station() as station:
        with house.serving(MovedClock()) as wall:
            file(station, 0)
            publish(wall)
            attend(station)
            put_back = keep_copy(house)
            file(station, 1)
            publish(wall)
            seen = attend(station)
        assert [station.box.find_proof(i.sequence) is not None for i in station.box.outbox()] == [
            True,
            True,
        ]
        tell(house, station, put_back)
        (house.settings().data_dir / NAME).unlink()

        with house.serving(MovedClock()) as wall:
            publish(wall)
            told = attend(station)
            late = file(station, 2)

        assert told.alarm is not None
        assert told.alarm.kind is AlarmKind.FORKED
        assert (told.note, told.alarm.seen) == (seen.note, seen.note), "the old head is kept"
        assert (told.alarm.told_at is not None, told.alarm.answer) == (True, "rewritten")
        assert late.state is ItemState.WAITING, "nothing goes on in a log that is doubted"
    assert house.count("log_cosignatures", "size > ?", size_of(seen)) == 0
    _require_told_to_people(house)


def _require_told_to_people(house: Premises) -> None:
    """At the counter and at the office, to those who look and to programs that ask."""
    with pytest.raises(StandError, match="公开日志与先前给出的对不上"):
        house.counter.run("log")
    with pytest.raises(StandError, match="evidence stands against the log: rewritten"):
        house.office.run("verify-log")
    with house.open_wall() as wall, wall.works.reading() as work:
        (fault,) = work.log.faults()
        assert fault.by.startswith("terminal:")


def test_an_older_copy_stops_until_people_settle_it_and_loses_no_package(house: Premises) -> None:
    """A backup of this morning: the office sees it itself, and the counter brings back the rest."""
    with house.station() as station:
        with house.serving(MovedClock()) as wall:
            file(station, 10)
            publish(wall)
            attend(station)
            put_back = keep_copy(house)
            lost = file(station, 11)
            work_off(wall)
            publish(wall)
            forgotten = attend(station).note
        (case_no,) = case_numbers(house, lost)
        put_back()

        with house.serving(MovedClock()) as wall:
            with pytest.raises(Exception, match="rolled-back"):
                publish(wall)
            told = attend(station)
            assert told.alarm is not None
            assert told.alarm.kind is AlarmKind.SHRUNK
            assert file(station, 12).state is ItemState.WAITING

        restarted = house.office.run("restart-log", "--reason", "disk lost; backup of 09:00")
        assert "/log/2" in restarted
        station.watcher.settle("the office told by telephone")
        with living(house.serve(with_worker=True)):
            wait_until(lambda: bool(attend(station).note), what="a head of the new log")
            assert station.box.get_item(lost.sequence).state is ItemState.WAITING
            wait_until(lambda: has_arrived(station, lost), what="the package that was lost")
            again = station.box.get_item(lost.sequence)
            row = wait_for_outcome(station, again, timeout_s=120)
            assert is_success(row)
            wait_until(lambda: has_grown(station, row.case_no), what="the paper's record in a head")
            paper = station.courier.hand_over(row.case_no)
            _require_stranger_agrees(house, row.case_no, paper, attend(station).note, forgotten)
    assert receipt_of(again).receipt_no.startswith("R2-")
    assert again.package_sha256 == lost.package_sha256
    assert case_no not in case_numbers(house, again), "somebody may hold the number that was lost"
    assert "chain whole" in house.office.run("verify-log")


def case_numbers(house: Premises, item: OutboxItem) -> list[str]:
    path = f"file:{house.settings().data_dir / 'office.db'}?mode=ro"
    rows = sqlite3.connect(path, uri=True)
    try:
        found = rows.execute("SELECT case_no FROM cases WHERE application_id = ?", (item.draft_id,))
        return [no for (no,) in found]
    finally:
        rows.close()


def has_arrived(station: Station, item: OutboxItem) -> bool:
    """Deliver what may go, and say whether an item is there: the line was refused a moment ago."""
    station.courier.deliver()
    return station.box.get_item(item.sequence).state is ItemState.DELIVERED


def has_grown(station: Station, case_no: str) -> bool:
    """Say whether a head holds the record of a sealed paper by now."""
    try:
        station.watcher.link.get_bytes(f"/api/v1/cases/{case_no}/certificate.tlog-proof")
    except OfficeRefusedError:
        return False
    return True


def _require_stranger_agrees(
    house: Premises, case_no: str, paper: bytes, head: str, forgotten: str
) -> None:
    """Ask the checker of docs/ about the log, two heads, and the paper."""
    for name, text in (("head", head), ("forgotten", forgotten), ("paper.pdf", paper)):
        data = text if isinstance(text, bytes) else text.encode()
        (house.folder / name).write_bytes(data)
    with house.open_wall() as wall:
        proof = build_public_log(wall).case_proof(case_no).format()
        within = check_logged(paper, wall.trust())
        assert within is not None, "the paper carries the proof of its facts"
        assert within.origin.endswith("/log/2")
    (house.folder / "proof").write_text(proof, encoding="utf-8")
    url = f"https://127.0.0.1:{house.office_port}"

    _require_list_agrees(house, paper)
    assert ask_stranger(house, "log", url, "--seen", "head").startswith("TRUE: ")
    assert "not in this tree" in ask_stranger(house, "log", url, "--seen", "forgotten")
    told = ask_stranger(house, "proof", "proof", "--paper", "paper.pdf")
    assert told.endswith("and it is of this file\n")
    assert "another file" in ask_stranger(house, "proof", "proof", "--paper", "head")


def _require_list_agrees(house: Premises, paper: bytes) -> None:
    """The status list of the running office, for anybody, says that the certificate stands."""
    now = datetime.now(UTC)
    year, block, _ = place_of(json.loads(read_attachments(paper)[FACTS_FILE])["certificate_no"])
    with house.open_wall() as wall:
        root = certificate_path(house.office.folder / "authority", Role.ROOT)
        address = f"https://127.0.0.1:{house.office_port}/status/{year}/{block}"
        context = ssl.create_default_context(cafile=str(root))
        with urllib.request.urlopen(address, context=context, timeout=20) as answer:
            listed = open_status_list(answer.read().decode(), wall.trust(), now)
    standing = check_standing(number_in(paper), listed, now)
    assert standing.verdict is DocumentVerdict.VALID, standing.line


def ask_stranger(house: Premises, *arguments: str) -> str:
    authority = house.office.folder / "authority"
    (root,) = load_certificates(certificate_path(authority, Role.ROOT))
    digest = hashlib.sha256(root.public_bytes(Encoding.DER)).hexdigest()
    trust = str(authority / "trust.json")
    done = subprocess.run(
        [sys.executable, "-I", str(CHECKER), trust, "--root", digest, *arguments],
        cwd=house.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode == 0) == done.stdout.startswith("TRUE: "), done.stderr
    return done.stdout + done.stderr
