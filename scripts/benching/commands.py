"""What a command costs before it does anything: CPU seconds of its whole process."""

import resource
from dataclasses import dataclass
from pathlib import Path

from scripts.benching.figures import Figure, make_figure
from scripts.benching.site import Premises
from scripts.stand.processes import run

_BARE = "bare Python + click that says hello"


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    words: tuple[str | Path, ...]
    libraries: tuple[str, ...] = ()
    """Those that it cannot do without: the floor imports them too."""

    @property
    def floor_is(self) -> str:
        return " + ".join((_BARE, *(one.partition(".")[0] for one in self.libraries)))


def measure_commands(premises: Premises, rounds: int) -> list[Figure]:
    """Run each command several times, in turn with its floor; nothing serves meanwhile."""
    office = ("backend", "--config", premises.office.config)
    counter = ("terminal", "--config", premises.counter.config)
    store = ("sqlalchemy.orm", "pydantic.main", "cryptography.x509")
    commands = (
        _Command("mortgage-backend --help", ("backend", "--help")),
        _Command("mortgage-backend terminals list", (*office, "terminals", "list"), store),
        _Command("mortgage-backend staff list", (*office, "staff", "list"), store),
        _Command("mortgage-terminal queue", (*counter, "queue"), store[1:]),
        _Command("mortgage-certs show", ("certs", "show", premises.office.root), store[2:]),
    )
    found: dict[str, tuple[list[float], list[float]]] = {c.name: ([], []) for c in commands}
    for _ in range(rounds):
        for command in commands:
            values, floors = found[command.name]
            values.append(_cpu_seconds(*command.words))
            floors.append(_cpu_seconds("scripts.benching.hello", *command.libraries))
    return [
        make_figure(
            f"command, {command.name}",
            "s CPU",
            found[command.name][0],
            floors=found[command.name][1],
            floor_is=command.floor_is,
        )
        for command in commands
    ]


def _cpu_seconds(module: str | Path, *arguments: str | Path) -> float:
    """Return what a process of ours used of the processors, whatever else they did."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(str(module), *arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
