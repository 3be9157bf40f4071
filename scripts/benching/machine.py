"""The machine that was measured on, described without its name, its paths or its owner."""

import os
import platform
import sqlite3
import ssl
from pathlib import Path
from typing import Any

_BUSY = 0.5
"""Load a processor before the first figure, above which other work was going on."""


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


def load_average() -> float:
    """Return how many processes wanted a processor during the last minute."""
    return os.getloadavg()[0]


def is_busy(load: float) -> bool:
    """Say whether a load measured before the start means that others were at work."""
    return load > _BUSY * len(os.sched_getaffinity(0))


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
