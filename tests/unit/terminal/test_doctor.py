import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from certs.keys import save_certificates
from terminal.desk.ports import Box, OfficeLink
from terminal.desk.watch import AlarmKind, Watch
from terminal.doctor import (
    check_box,
    check_certificate,
    check_clock,
    check_disk,
    check_line,
    check_log,
    check_permissions,
    find_alarm,
)
from terminal.errors import (
    BoxDamagedError,
    LinkError,
    OfficeBusyError,
    OfficeRefusedError,
    OfficeUnreachableError,
    OfficeUntrustedError,
)
from tests.pki import NOW, PKI
from tests.witness import WatchStand, make_office, make_watch, raise_alarm


@pytest.fixture
def stand(tmp_path: Path, pki: PKI) -> Iterator[WatchStand]:
    made = make_watch(tmp_path / "watch", make_office(pki))
    yield made
    made.box.close()


class StubLink:
    """A line of which only the office's clock matters."""

    def __init__(self, skew_s: float) -> None:
        self._skew = timedelta(seconds=skew_s)

    def clock_skew(self) -> timedelta:
        return self._skew


class StubBox:
    """A box that cannot be read."""

    def outbox(self) -> Sequence[object]:
        raise BoxDamagedError("row")


def link(skew_s: float = 0.0) -> OfficeLink:
    return cast(OfficeLink, StubLink(skew_s))


def test_an_open_folder_is_told_with_the_command_that_closes_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    assert check_permissions(home).level == "ok"
    (home / "box.key").touch(mode=0o644)

    line = check_permissions(home)

    assert line.level == "bad"
    assert "chmod" in line.remedy_en


def test_the_disk_is_measured(tmp_path: Path) -> None:
    line = check_disk(tmp_path)

    assert "GB" in line.en
    assert bool(line.remedy_zh) is (line.level != "ok")


@pytest.mark.parametrize(
    ("at", "level"),
    [
        (NOW, "ok"),
        (NOW + timedelta(hours=47), "ok"),
        (NOW + timedelta(hours=66), "warn"),
        (NOW + timedelta(hours=73), "bad"),
        (NOW - timedelta(days=1), "bad"),
    ],
    ids=["fresh", "two thirds", "late", "ended", "not yet"],
)
def test_a_certificate_tells_its_age(pki: PKI, tmp_path: Path, at: datetime, level: str) -> None:
    path = tmp_path / "tls.pem"
    save_certificates(path, (pki.terminal.certificate,))

    assert check_certificate("certificate.tls", path, at).level == level


def test_a_missing_certificate_asks_for_enrolment(tmp_path: Path) -> None:
    line = check_certificate("certificate.package", tmp_path / "none.pem", datetime.now(UTC))

    assert line.level == "bad"
    assert "enroll" in line.remedy_en


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (OfficeUnreachableError("cut"), "bad"),
        (OfficeUntrustedError("who"), "bad"),
        (OfficeRefusedError("office.terminal-suspended", status=403), "bad"),
        (OfficeBusyError("office.not-ready"), "warn"),
    ],
)
def test_a_line_that_brings_nothing_is_told(error: LinkError, level: str) -> None:
    def probe() -> None:
        raise error

    (line,) = check_line(link(), probe)

    assert line.level == level
    assert line.remedy_zh


def test_a_living_line_tells_the_clock_too() -> None:
    assert [line.name for line in check_line(link(), lambda: None)] == ["line", "clock"]


@pytest.mark.parametrize(("skew_s", "level"), [(0, "ok"), (-30, "ok"), (31, "warn"), (-301, "bad")])
def test_a_wrong_clock_is_told(skew_s: float, level: str) -> None:
    assert check_clock(timedelta(seconds=skew_s)).level == level


def test_a_clock_that_was_never_compared_is_told() -> None:
    assert check_clock(None).level == "warn"


def test_a_box_that_cannot_be_read_must_not_be_deleted() -> None:
    line = check_box(cast(Box, StubBox()))

    assert (line.level, line.remedy_en) == ("bad", "Delete nothing; call service")


def test_the_log_is_told_as_it_stands(stand: WatchStand) -> None:
    now = stand.office.clock.now()
    assert check_log(stand.box, now).level == "ok"
    stand.office.grow(2)
    stand.watcher.attend()
    assert check_log(stand.box, now).level == "ok"
    assert find_alarm(stand.box, now) is None
    assert check_log(stand.box, now + timedelta(hours=2)).level == "warn"


@pytest.mark.parametrize("kind", AlarmKind)
def test_every_alarm_has_words_and_a_remedy(stand: WatchStand, kind: AlarmKind) -> None:
    now = stand.office.clock.now()
    raise_alarm(stand.box, now, kind)

    line = check_log(stand.box, now)

    assert line.level == "bad"
    assert line.zh
    assert line.en
    assert "log --accept" in line.remedy_zh
    assert find_alarm(stand.box, now) == line


def test_a_head_that_nobody_known_signed_is_an_alarm(stand: WatchStand) -> None:
    now = stand.office.clock.now()
    watch = stand.box.save_watch(Watch(name="", seed=bytes(32), doubted_at=now))
    assert watch.alarm is None
    assert check_log(stand.box, now).level == "bad"


def test_times_are_told_as_clocks_in_china_show_them(
    tmp_path: Path, pki: PKI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the machine's own zone: the pages beside it tell Chinese time too."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        save_certificates(tmp_path / "tls.pem", (pki.terminal.certificate,))
        line = check_certificate("certificate.tls", tmp_path / "tls.pem", NOW)
    finally:
        monkeypatch.undo()
        time.tzset()

    ends = pki.terminal.certificate.not_valid_after_utc + timedelta(hours=8)
    assert f"{ends:%Y-%m-%d %H:%M}" in line.zh
