"""Start time and resident memory of the servers, beside a bare Python, Flask and cheroot."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import requests

from scripts.benching.figures import Figure, make_figure
from scripts.benching.memory import children, resident_mib
from scripts.benching.site import Premises, Site, answers
from scripts.stand.processes import Server, ended_on_failure, wait_until

_REQUESTS = 300
_EVERY_S = 0.01
_FLOOR_IS = "bare Python + Flask + cheroot"
PROCESSES = (
    ("terminal", "terminal"),
    ("web", "backend, web process"),
    ("worker", "backend, worker process"),
)


@dataclass(frozen=True, slots=True)
class Start:
    """One start of one process, and its memory right after."""

    seconds: float
    idle_mib: float
    peak_mib: float


Starts = dict[str, list[Start]]


def measure_starts(premises: Premises, rounds: int) -> Starts:
    """Start each server alone, several times, in turn; each is ended before the next starts."""
    acts = {
        "bare": start_hello,
        "terminal": _start_terminal,
        "web": _start_web,
        "worker": _start_worker,
    }
    found: Starts = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            found[name].append(_once(premises, act))
    return found


def _once(premises: Premises, act: Callable[[Premises], Server]) -> Start:
    started = time.monotonic()
    server = act(premises)
    seconds = time.monotonic() - started
    try:
        idle, _ = resident_mib(server.process.pid)
        if act is start_hello:
            _ask_often(premises)
        return Start(seconds, idle, resident_mib(server.process.pid)[1])
    finally:
        server.end()


def start_hello(premises: Premises) -> Server:
    """Start the smallest Flask application on cheroot."""
    return _started(
        Server(
            *("scripts.benching.bare", "hello", "--port", str(premises.spare_port)),
            log=premises.folder / "hello.log",
        ),
        lambda _: answers(f"http://127.0.0.1:{premises.spare_port}"),
    )


def _start_terminal(premises: Premises) -> Server:
    server, _ = premises.counter.start()
    return server


def _start_web(premises: Premises) -> Server:
    config, log = premises.office.config, premises.folder / "web.log"
    return _started(
        Server("backend", "--config", config, "serve", "--no-worker", log=log),
        lambda _: premises.office.is_ready(),
    )


def _start_worker(premises: Premises) -> Server:
    log = premises.folder / "worker.log"
    log.unlink(missing_ok=True)
    return _started(
        Server("backend", "--config", premises.office.config, "work", log=log),
        lambda server: "working pid=" in server.log.read_text(encoding="utf-8"),
    )


def _started(server: Server, is_up: Callable[[Server], bool]) -> Server:
    with ended_on_failure(server):
        wait_until(
            lambda: is_up(server), what="a server's start", servers=(server,), every_s=_EVERY_S
        )
    return server


def _ask_often(premises: Premises) -> None:
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(_REQUESTS):
            session.get(f"http://127.0.0.1:{premises.spare_port}", timeout=5)


def peaks(site: Site) -> dict[str, float]:
    """Return how much memory each running process held at its highest, in MiB."""
    office = site.office_server.process.pid
    (worker,) = children(office)
    found = {"terminal": site.counter_server.process.pid, "web": office, "worker": worker}
    return {name: resident_mib(pid)[1] for name, pid in found.items()}


def start_figures(starts: Starts, highest: dict[str, float]) -> list[Figure]:
    """Return seconds, idle and peak memory of each process; `highest` is from after all loads."""
    seconds = [
        make_figure(
            f"start, {title}",
            "s",
            [one.seconds for one in starts[name]],
            floors=[one.seconds for one in starts["bare"]],
            floor_is=_FLOOR_IS,
        )
        for name, title in PROCESSES
    ]
    memory = [_memory_figures(name, title, starts, highest[name]) for name, title in PROCESSES]
    return [*seconds, *chain.from_iterable(memory)]


def _memory_figures(name: str, title: str, starts: Starts, highest: float) -> list[Figure]:
    return [
        make_figure(
            f"memory, {title}, idle",
            "MiB",
            [one.idle_mib for one in starts[name]],
            floors=[one.idle_mib for one in starts["bare"]],
            floor_is=_FLOOR_IS,
        ),
        make_figure(
            f"memory, {title}, peak",
            "MiB",
            [highest],
            floors=[one.peak_mib for one in starts["bare"]],
            floor_is=f"{_FLOOR_IS}, after {_REQUESTS} requests",
        ),
    ]
