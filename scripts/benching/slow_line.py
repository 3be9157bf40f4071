"""How a package fares on a line of 64 kbit/s that breaks: seconds, and bytes that went twice."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from registration.package import Package
from scripts.benching.figures import Figure
from scripts.benching.packages import Sender
from scripts.benching.site import Site
from scripts.stand.line import BadLine
from terminal.errors import OfficeUnreachableError
from terminal.line import Reply
from terminal.office_link import HTTPOfficeLink
from terminal.tus import Body

KBIT_S = 64
LATENCY_S = 0.2
LOSS = 0.01
CUT_EVERY = 100_000
"""Bytes of the wire between two cuts; odd places, so that no piece ends there."""
_MOST_TRIES = 1000


@dataclass(slots=True)
class Passage:
    """One package on its way."""

    seconds: float
    cuts: int
    sent_again: int


class Meter:
    """Counts what is handed to the system of packages."""

    def __init__(self, link: HTTPOfficeLink) -> None:
        self.sent = 0
        self._ask = link.sender.ask
        link.sender = replace(link.sender, ask=self.ask)

    def ask(self, method: str, path: str, *, data: Any, headers: Any) -> Reply:
        """Ask, and count what was read of the body."""
        try:
            return self._ask(method, path, data=data, headers=headers)
        finally:
            self.sent += data.sent if isinstance(data, Body) else 0


def measure_slow_line(
    site: Site,
    sender: Sender,
    package: Package,
    sizes: Sequence[tuple[str, int]],
    say: Callable[[str], None],
) -> list[Figure]:
    """Send packages of each size over a bad line, once; the floor is size by bandwidth."""
    figures = []
    for label, size in sizes:
        sealed = sender.seal(package, size)
        floor_s = len(sealed) * 8 / (KBIT_S * 1000)
        say(f"{label} at {KBIT_S} kbit/s with cuts, at least {floor_s:.0f} s")
        figures.append(_figure(label, _send(site, sender, sealed), floor_s))
    return figures


def _send(site: Site, sender: Sender, sealed: bytes) -> Passage:
    cuts = [CUT_EVERY * n - n for n in range(1, 1 + len(sealed) // CUT_EVERY)]
    with BadLine(
        site.office.port, kbit_s=KBIT_S, latency_s=LATENCY_S, loss=LOSS, cuts=cuts
    ) as line:
        link = sender.link(f"https://127.0.0.1:{line.port}")
        meter, started = Meter(link), time.monotonic()
        for number in range(_MOST_TRIES):
            try:
                link.send_package(sealed, is_begun=number > 0)
                break
            except OfficeUnreachableError:
                continue
        link.close()
        return Passage(time.monotonic() - started, line.broken, meter.sent - len(sealed))


def _figure(label: str, passage: Passage, floor_s: float) -> Figure:
    return Figure(
        name=f"package of {label} at {KBIT_S} kbit/s, {passage.cuts} cuts",
        unit="s",
        value=passage.seconds,
        floor=floor_s,
        floor_is="size by bandwidth",
        detail={
            "cuts": passage.cuts,
            "sent_again_bytes_a_cut": passage.sent_again / max(passage.cuts, 1),
            "latency_ms": LATENCY_S * 1000,
            "loss": LOSS,
        },
    )
