"""What a counter alone takes up on its disk, beside the whole kit."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.benching.figures import Figure

_ROOT = Path(__file__).resolve().parents[2]
_SHARED = ("registration", "certs", "quarantine")
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Installation:
    packages: int
    mib: float


class NotInstallableError(Exception):
    """The pinned packages are not at hand; the text says why."""


def measure_installed(folder: Path) -> Figure:
    """Install the counter's packages, and the office's, each into a place of its own.

    Raises:
        NotInstallableError: the set-up's cache does not hold them.
    """
    terminal = _install(folder / "terminal", "terminal")
    office = _install(folder / "backend", "backend")
    return Figure(
        name="installed size, terminal alone",
        unit="MiB",
        value=terminal.mib,
        floor=office.mib,
        floor_is="an office alone",
        detail={"packages": terminal.packages, "office_packages": office.packages},
    )


def _install(place: Path, side: str) -> _Installation:
    uv = Path(sys.executable).with_name("uv")
    python = place / "bin" / "python"
    pinned = ("--offline", "--require-hashes", "-r", str(_ROOT / "requirements" / f"{side}.txt"))
    _run(sys.executable, "-m", "venv", "--without-pip", str(place))
    _run(str(uv), "pip", "install", "--quiet", "--python", str(python), *pinned)
    listed = _run(str(uv), "pip", "list", "--format", "json", "--python", str(python))
    ours = sum(_bytes(_ROOT / room) for room in (*_SHARED, side))
    return _Installation(len(json.loads(listed)), (_bytes(place / "lib") + ours) / _MIB)


def _bytes(folder: Path) -> int:
    files = (f for f in folder.rglob("*") if f.is_file() and f.suffix != ".pyc")
    return sum(f.stat().st_size for f in files)


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as exc:
        said = getattr(exc, "stderr", "") or str(exc)
        raise NotInstallableError(said.strip().splitlines()[-1]) from exc
    return done.stdout
