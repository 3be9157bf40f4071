"""Memory of running processes, as the kernel counts it."""

import re
from pathlib import Path

_LINE = re.compile(r"^(VmRSS|VmHWM):\s+(\d+) kB$", re.MULTILINE)


def resident_mib(pid: int) -> tuple[float, float]:
    """Return a process's resident memory, now and at its highest, in MiB."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = {name: int(size) / 1024 for name, size in _LINE.findall(text)}
    return found["VmRSS"], found["VmHWM"]


def children(pid: int) -> tuple[int, ...]:
    """Return the processes that a process started and that still run."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return tuple(int(one) for task in tasks for one in task.read_text(encoding="ascii").split())
