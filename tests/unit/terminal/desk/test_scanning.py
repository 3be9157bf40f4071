"""Pages from a scanner and its folder: each is kept before the next is asked for, none twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from registration.application import Capture
from registration.mortgage import RegistrationKind
from scripts.virtual_scanner import RunningScanner, obey
from terminal.box import PAGE_POINTS
from terminal.desk.scanners import PaperSource, ScanSettings
from terminal.desk.scanning import Into, Scanning
from terminal.drivers.escl import ESCLScanner
from terminal.drivers.folder import ASIDE, WatchedFolder
from terminal.drivers.scanner import ScannerShelf
from terminal.errors import BadMaterialError, ConflictError, NotFoundError
from terminal.scanner_errors import PaperJamError, ScannerBusyError
from tests.papers import scan_of
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter

INTO = Into(draft_id=DRAFT_ID, code="M06")
FEEDER = ScanSettings(source=PaperSource.FEEDER, dpi=100)


@dataclass
class Desk:
    """A desk with a virtual scanner and a folder."""

    counter: Counter
    running: RunningScanner
    path: Path
    at: float = 1000.0
    scanning: Scanning = field(init=False)

    def __post_init__(self) -> None:
        self.scanning = self.start()

    def start(self) -> Scanning:
        """Return the desk's scanning as a counter that has just been started has it."""
        scanner = ESCLScanner(self.running.url, sleep=lambda _s: None)
        folder = WatchedFolder(self.path, lambda: self.at)
        numbers = iter(range(100))
        return Scanning(
            self.counter.binder,
            self.counter.box,
            ScannerShelf({"s": scanner}),
            folder,
            lambda: f"run{next(numbers)}",
        )

    def say(self, *lines: str) -> None:
        for line in lines:
            assert obey(self.running.scanner, line).startswith("ok")

    def drop(self, name: str, data: bytes) -> str:
        """Lay a file into the folder and return its key."""
        (self.path / name).write_bytes(data)
        self.scanning.arrivals()
        self.at += 100
        return next(a.key for a in self.scanning.arrivals() if a.name == name)

    def ids(self) -> list[str]:
        return [page.page_id for page in self.counter.box.get_draft(DRAFT_ID).pages]


@pytest.fixture
def desk(counter: Counter, tmp_path: Path) -> Iterator[Desk]:
    counter.intake.open_draft(RegistrationKind.FIRST, teller="T0007")
    (tmp_path / "scans").mkdir()
    with RunningScanner() as running:
        yield Desk(counter, running, tmp_path / "scans")


def test_a_run_brings_page_after_page_marked_as_simulated(desk: Desk) -> None:
    desk.say("load contract sealed")
    run = desk.scanning.start("s", FEEDER, INTO)

    assert desk.scanning.next(run) is not None
    draft = desk.scanning.next(run)
    assert draft is not None
    assert desk.scanning.next(run) is None
    assert [(p.page_id, p.origin.capture, p.origin.is_simulated) for p in draft.pages] == [
        ("s1", Capture.SCANNER, True),
        ("s2", Capture.SCANNER, True),
    ]


def test_two_equal_sheets_are_two_pages(desk: Desk) -> None:
    desk.running.scanner.feeder += ["blank"]
    for _ in range(2):
        desk.say("glass blank")
        run = desk.scanning.start("s", ScanSettings(source=PaperSource.GLASS, dpi=100), INTO)
        desk.scanning.next(run)
        desk.scanning.next(run)

    assert desk.ids() == ["s1", "s2"]


def test_sheets_take_the_place_of_a_page_in_order(desk: Desk) -> None:
    desk.say("load contract sealed form")
    run = desk.scanning.start("s", FEEDER, INTO)
    while desk.scanning.next(run):
        pass
    desk.say("load statement statement")
    instead = Into(draft_id=DRAFT_ID, code="M06", replaces="s2")
    run = desk.scanning.start("s", FEEDER, instead)
    while desk.scanning.next(run):
        pass

    assert desk.ids() == ["s1", "s4", "s5", "s3"]


def test_a_jam_leaves_the_pages_so_far_and_lets_the_scanner_go(desk: Desk) -> None:
    desk.say("load contract contract", "fault jam 1")
    run = desk.scanning.start("s", FEEDER, INTO)
    desk.scanning.next(run)
    with pytest.raises(PaperJamError):
        desk.scanning.next(run)

    assert desk.ids() == ["s1"]
    desk.say("clear")
    assert desk.scanning.start("s", FEEDER, INTO)


def test_a_page_that_cannot_be_read_ends_the_run(desk: Desk) -> None:
    desk.say("load contract contract", "fault garble")
    run = desk.scanning.start("s", FEEDER, INTO)

    with pytest.raises(BadMaterialError):
        desk.scanning.next(run)
    with pytest.raises(NotFoundError):
        desk.scanning.next(run)


def test_one_window_scans_at_a_time(desk: Desk) -> None:
    desk.say("load contract contract")
    run = desk.scanning.start("s", FEEDER, INTO)
    with pytest.raises(ScannerBusyError):
        desk.scanning.start("s", FEEDER, INTO)

    desk.scanning.cancel(run)
    desk.scanning.cancel(run)
    assert desk.scanning.start("s", FEEDER, INTO)
    with pytest.raises(NotFoundError):
        desk.scanning.start("nobody", FEEDER, INTO)


def test_a_file_of_the_folder_is_removed_once_it_is_kept(desk: Desk) -> None:
    key = desk.drop("scan.jpg", scan_of("contract"))
    draft = desk.scanning.take(key, INTO)

    assert [p.origin.capture for p in draft.pages] == [Capture.FOLDER]
    assert list(desk.path.iterdir()) == []
    with pytest.raises(NotFoundError):
        desk.scanning.take(key, INTO)


class CutError(RuntimeError):
    """The power went."""


@pytest.mark.parametrize("point", PAGE_POINTS)
def test_a_cut_loses_no_file_and_doubles_none(desk: Desk, point: str) -> None:
    """After any cut the file is either still in the folder or in the draft, once."""
    key = desk.drop("scan.jpg", scan_of("contract"))

    def cut(name: str) -> None:
        if name == point:
            raise CutError

    desk.counter.box._failpoints = cut
    with pytest.raises(CutError):
        desk.scanning.take(key, INTO)
    desk.counter.box._failpoints = lambda _name: None
    desk.scanning = desk.start()
    desk.scanning.arrivals()
    desk.at += 100
    for arrival in desk.scanning.arrivals():
        desk.scanning.take(arrival.key, INTO)

    assert desk.ids() == ["s1"]
    assert list(desk.path.iterdir()) == []


def test_two_windows_cannot_take_one_file_twice(desk: Desk) -> None:
    key = desk.drop("scan.jpg", scan_of("contract"))
    box = desk.counter.box
    assert not box.has_arrived(key)
    draft = box.save_draft(box.get_draft(DRAFT_ID), arrival=key)

    with pytest.raises(ConflictError):
        box.save_draft(draft, arrival=key)


def test_what_is_no_paper_is_set_aside_and_told(desk: Desk) -> None:
    key = desk.drop("scan.pdf", b"%PDF-1.7 nothing\n%%EOF")
    with pytest.raises(BadMaterialError):
        desk.scanning.take(key, INTO)

    assert [p.name for p in desk.path.iterdir()] == [ASIDE]


def test_a_counter_without_a_folder_has_no_arrivals(desk: Desk) -> None:
    none = Scanning(desk.counter.binder, desk.counter.box, ScannerShelf({}), None, str)

    assert none.arrivals() == ()
    with pytest.raises(NotFoundError):
        none.take("a" * 64, INTO)
