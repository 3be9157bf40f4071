"""The machine that was measured on, described without its name, its paths or its owner."""

import os
import platform
import sqlite3
import ssl
import time
from pathlib import Path
from typing import Any

_BUSY = 0.1
"""Share of the processors' time, above which other work was going on."""


def describe() -> dict[str, Any]:
    """Return what figures depend on."""
    return {
        "processors": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "memory_gib": round(_memory_bytes() / 2**30, 1),
        "system": _system(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "openssl": ssl.OPENSSL_VERSION,
        "sqlite": sqlite3.sqlite_version,
    }


def busy_share(seconds: float = 2.0) -> float:
    """Return which share of the processors' time others use, while this process rests."""
    before = _ticks()
    time.sleep(seconds)
    idle, whole = (after - earlier for after, earlier in zip(_ticks(), before, strict=True))
    return 1 - idle / whole if whole else 0.0


def is_busy(share: float) -> bool:
    """Say whether a share means that others were at work."""
    return share > _BUSY


def _ticks() -> tuple[int, int]:
    """Return how long the processors have been idle, and how long there have been any."""
    with Path("/proc/stat").open(encoding="ascii") as file:
        times = [int(one) for one in file.readline().split()[1:]]
    # The fourth is idle, the fifth is idle while a disk works. Source: proc(5).
    return times[3] + times[4], sum(times[:8])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()
