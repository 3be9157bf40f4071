"""What a command costs before it does anything: CPU seconds of its whole process."""

import resource
from pathlib import Path

from scripts.benching.figures import Figure, make_figure
from scripts.benching.site import Premises
from scripts.stand.processes import run

_FLOOR_IS = "bare Python + click that says hello"


def measure_commands(premises: Premises, rounds: int) -> list[Figure]:
    """Run each command several times, in turn with the floor; nothing serves meanwhile."""
    office = ("backend", "--config", premises.office.config)
    counter = ("terminal", "--config", premises.counter.config)
    commands: dict[str, tuple[str | Path, ...]] = {
        "mortgage-backend --help": ("backend", "--help"),
        "mortgage-backend terminals list": (*office, "terminals", "list"),
        "mortgage-backend staff list": (*office, "staff", "list"),
        "mortgage-terminal queue": (*counter, "queue"),
        "mortgage-certs show": ("certs", "show", premises.office.root),
    }
    floors: list[float] = []
    found: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        floors.append(_cpu_seconds("scripts.benching.hello"))
        for name, (module, *arguments) in commands.items():
            found[name].append(_cpu_seconds(str(module), *arguments))
    return [
        make_figure(f"command, {name}", "s CPU", values, floors=floors, floor_is=_FLOOR_IS)
        for name, values in found.items()
    ]


def _cpu_seconds(module: str, *arguments: str | Path) -> float:
    """Return what a process of ours used of the processors, whatever else they did."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(module, *arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
