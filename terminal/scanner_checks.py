"""The scanners of this counter, the folder beside them, and the wall that files stay behind."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from quarantine.errors import QuarantineError
from quarantine.keeper import Keeper
from quarantine.values import Protection
from terminal.desk.scanners import Scanner
from terminal.doctor import Line
from terminal.scanner_errors import (
    PaperJamError,
    ScannerBusyError,
    ScannerError,
    ScannerOpenError,
)

_MINOR = (ScannerBusyError, PaperJamError, ScannerOpenError)
"""What the teller puts right himself."""


def check_scanners(known: Mapping[str, Scanner]) -> Iterator[Line]:
    """Say of each scanner whether it could scan now."""
    for name, scanner in known.items():
        try:
            info = scanner.info()
            scanner.probe()
        except ScannerError as exc:
            yield Line(
                name=f"scanner:{name}",
                level="warn" if isinstance(exc, _MINOR) else "bad",
                zh=f"扫描仪 {name} 现在不能扫（{exc.code}）",
                en=f"Scanner {name} cannot scan now: {exc.code}",
                remedy_zh="看扫描仪的电源、网线和它自己的提示；地址变了就改设置里的 scanners",
                remedy_en="See its power, cable and display; correct scanners in the settings",
            )
            continue
        marked = "（模拟）" if info.is_simulated else ""
        yield Line(
            name=f"scanner:{name}",
            level="ok",
            zh=f"就绪：{info.name}{marked}",
            en=f"Ready: {info.name}{' (simulated)' if info.is_simulated else ''}",
        )


def check_folder(folder: Path | None) -> Iterator[Line]:
    """Say whether the scanner's folder can be read and emptied."""
    if folder is None:
        return
    if folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Line(
            name="scan-folder",
            level="ok",
            zh=f"扫描文件夹 {folder} 可用",
            en=f"The scanner's folder {folder} can be used",
        )
        return
    yield Line(
        name="scan-folder",
        level="bad",
        zh=f"扫描文件夹 {folder} 不在，或本账户不能读写",
        en=f"The scanner's folder {folder} is not there, or cannot be read and written",
        remedy_zh="建好文件夹，把读写权给运行柜台程序的账户；或改设置里的 scan_folder",
        remedy_en="Make it, let this account read and write it, or correct scan_folder",
    )


def check_wall(keeper: Keeper) -> Line:
    """Say what holds the process that opens files from outside."""
    try:
        held = keeper.protection()
    except QuarantineError:
        return Line(
            name="quarantine",
            level="bad",
            zh="打不开外来文件：本机不给新进程",
            en="No file can be opened: this machine gives no process",
            remedy_zh="看内存和进程数限制；关掉别的程序",
            remedy_en="See the limits of memory and processes; close other programs",
        )
    return _told(held)


def _told(held: Protection) -> Line:
    missing = [
        name
        for name, holds in (("Landlock", held.landlock > 0), ("seccomp", held.seccomp))
        if not holds
    ]
    if not missing:
        return Line(
            name="quarantine",
            level="ok",
            zh="外来文件在隔离的进程里打开（Landlock、seccomp）",
            en="Files from outside are opened behind Landlock and seccomp",
        )
    lacks = "、".join(missing)
    return Line(
        name="quarantine",
        level="warn",
        zh=f"隔离外来文件的进程只有内存和时间限制：本机没有 {lacks}",
        en=f"Files are opened with limits of memory and time alone: no {', '.join(missing)}",
        remedy_zh="升级内核到 5.13 以上，安装 libseccomp2",
        remedy_en="Take a kernel of 5.13 or later, and install libseccomp2",
    )
