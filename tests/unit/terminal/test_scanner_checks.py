"""The doctor looks at scanners, the folder beside them and the wall around files."""

from pathlib import Path

import pytest

from quarantine.errors import WardenGoneError
from quarantine.keeper import DEVELOPING, Keeper
from quarantine.values import Protection
from scripts.virtual_scanner import RunningScanner, obey
from terminal.drivers.escl import ESCLScanner
from terminal.scanner_checks import check_folder, check_scanners, check_wall


def test_a_scanner_that_is_ready_says_whether_it_is_a_program() -> None:
    with RunningScanner() as running:
        (line,) = check_scanners({"s": ESCLScanner(running.url)})

    assert (line.name, line.level, line.zh) == (
        "scanner:s",
        "ok",
        "就绪：Virtual eSCL Scanner（模拟）",
    )


@pytest.mark.parametrize(("fault", "level"), [("open", "warn"), ("down", "bad")])
def test_a_scanner_with_a_fault_says_what_to_do(fault: str, level: str) -> None:
    with RunningScanner() as running:
        obey(running.scanner, f"fault {fault}")
        (line,) = check_scanners({"s": ESCLScanner(running.url)})

    assert line.level == level
    assert line.remedy_zh


def test_a_folder_is_there_and_open(tmp_path: Path) -> None:
    assert list(check_folder(None)) == []
    assert [line.level for line in check_folder(tmp_path)] == ["ok"]
    assert [line.level for line in check_folder(tmp_path / "nowhere")] == ["bad"]


class _Keeper(Keeper):
    """Tells what a test wants of its wall."""

    def __init__(self, told: Protection | None) -> None:
        super().__init__(DEVELOPING)
        self.told = told

    def protection(self) -> Protection:
        if self.told is None:
            raise WardenGoneError("none")
        return self.told


@pytest.mark.parametrize(
    ("told", "level", "word"),
    [
        (Protection(landlock=4, seccomp=True), "ok", "Landlock"),
        (Protection(landlock=0, seccomp=True), "warn", "Landlock"),
        (Protection(landlock=4, seccomp=False), "warn", "seccomp"),
        (None, "bad", "process"),
    ],
)
def test_the_wall_around_files_is_told(told: Protection | None, level: str, word: str) -> None:
    line = check_wall(_Keeper(told))

    assert line.level == level
    assert word in line.en
