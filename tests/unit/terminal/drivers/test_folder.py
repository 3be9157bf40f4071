"""The scanner's folder: what is whole is taken once, and nothing else."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from terminal.drivers.folder import ASIDE, WatchedFolder
from terminal.errors import NotFoundError
from terminal.scanner_errors import ScanFolderError
from tests.factories import make_pdf


@dataclass
class Watch:
    """A clock that is moved by hand."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def folder(tmp_path: Path, watch: Watch) -> WatchedFolder:
    return WatchedFolder(tmp_path, watch)


def whole(folder: WatchedFolder, watch: Watch, after_s: float = 2.0) -> list[str]:
    """Look, wait and look again; return the names of what is whole."""
    folder.arrivals()
    watch.at += after_s
    return [arrival.name for arrival in folder.arrivals() if arrival.is_whole]


def test_a_file_is_whole_when_nobody_writes_to_it_any_more(
    folder: WatchedFolder, watch: Watch
) -> None:
    path = folder.path / "scan.pdf"
    path.write_bytes(make_pdf("a"))
    folder.arrivals()
    watch.at += 1.0
    path.write_bytes(make_pdf("b") + b"\n")
    assert whole(folder, watch, 1.0) == []

    assert whole(folder, watch) == ["scan.pdf"]


def test_a_file_without_its_end_is_waited_for_a_minute(folder: WatchedFolder, watch: Watch) -> None:
    (folder.path / "scan.pdf").write_bytes(make_pdf("a")[:-40])
    assert whole(folder, watch) == []

    assert whole(folder, watch, 60) == ["scan.pdf"]


@pytest.mark.parametrize(
    "name", ["scan.txt", ".scan.pdf", "scan.pdf.part", "scan.tmp", "Thumbs.db"]
)
def test_what_is_no_scan_is_left_alone(folder: WatchedFolder, watch: Watch, name: str) -> None:
    (folder.path / name).write_bytes(make_pdf("a"))

    assert whole(folder, watch, 100) == []


def test_a_link_is_not_followed(folder: WatchedFolder, watch: Watch, tmp_path: Path) -> None:
    """Whoever may write into the folder must not choose what the counter reads."""
    (folder.path / "scan.pdf").symlink_to("/etc/passwd")

    assert folder.arrivals() == ()


def test_the_oldest_comes_first(folder: WatchedFolder, watch: Watch) -> None:
    for name, at in (("b.pdf", 100), ("a.pdf", 200), ("c.pdf", 50)):
        (folder.path / name).write_bytes(make_pdf(name))
        os.utime(folder.path / name, (at, at))

    assert whole(folder, watch) == ["c.pdf", "b.pdf", "a.pdf"]


def test_the_same_file_is_known_again_and_another_is_not(
    folder: WatchedFolder, watch: Watch
) -> None:
    path = folder.path / "scan.pdf"
    path.write_bytes(make_pdf("a"))
    whole(folder, watch)
    (first,) = folder.arrivals()
    (again,) = WatchedFolder(folder.path, lambda: 2e9).arrivals() or (first,)
    path.unlink()
    path.write_bytes(make_pdf("a"))
    os.utime(path, (5, 5))
    whole(folder, watch)
    (other,) = folder.arrivals()

    assert again.key in {"", first.key}
    assert first.key != other.key


def test_a_file_is_read_and_taken_away_once(folder: WatchedFolder, watch: Watch) -> None:
    (folder.path / "scan.pdf").write_bytes(make_pdf("a"))
    whole(folder, watch)
    (arrival,) = folder.arrivals()

    assert folder.read(arrival.key) == make_pdf("a")
    folder.take_away(arrival.key)
    folder.take_away(arrival.key)
    assert folder.arrivals() == ()
    with pytest.raises(NotFoundError):
        folder.read(arrival.key)


def test_what_is_no_paper_is_set_aside(folder: WatchedFolder, watch: Watch) -> None:
    (folder.path / "scan.pdf").write_bytes(make_pdf("a"))
    whole(folder, watch)
    (arrival,) = folder.arrivals()
    folder.set_aside(arrival.key)

    assert folder.arrivals() == ()
    assert [p.read_bytes() for p in (folder.path / ASIDE).iterdir()] == [make_pdf("a")]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScanFolderError):
        WatchedFolder(tmp_path / "nowhere").arrivals()
