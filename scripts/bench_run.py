"""The benchmark: each figure beside its floor in the same run.

python -m scripts.bench_run [--quick] [--queue [N] | --authorities [N]] [--out FILE] [--dir DIR]
"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from backend.errors import OfficeError
from certs.errors import CertsError
from scripts.benching import machine
from scripts.benching.authorities import measure_authorities
from scripts.benching.cases import case_figures, run_cases
from scripts.benching.commands import measure_commands
from scripts.benching.figures import Figure, table
from scripts.benching.floors import case_floor, fsync_seconds
from scripts.benching.installed import NotInstallableError, measure_installed
from scripts.benching.packages import (
    SENDERS,
    Effort,
    enrol_senders,
    measure_packages,
    open_package,
)
from scripts.benching.postgres import find_programs, running_cluster
from scripts.benching.queueing import measure_queues
from scripts.benching.reading import find_chromium, measure_reading
from scripts.benching.sealing import measure_sealing
from scripts.benching.site import Site, found_premises, running_site
from scripts.benching.slow_line import measure_slow_line
from scripts.benching.sql import measure_postgres, measure_sqlite
from scripts.benching.standing import measure_standing
from scripts.benching.starting import Starts, measure_starts, peaks, start_figures
from scripts.benching.suites import measure_suites
from scripts.benching.waiting import measure_waiting
from scripts.stand.processes import StandError
from terminal.errors import TerminalError

_ROOT = Path(__file__).resolve().parents[1]
SCHEMA = "bench/1"
_STARTED = time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often everything is done."""

    starts: int
    cases: int
    packages: Effort
    seals: tuple[int, int]
    """Rounds, and certificates a round."""
    commits: tuple[int, int]
    """Rounds, and transactions a round."""
    waiting: tuple[int, int]
    """Counters that wait, and decisions."""
    suites: int
    """Rounds of both suites."""
    cards: int
    """ID cards laid down."""
    slow: tuple[tuple[str, int], ...]
    """Packages on the slow line."""


QUICK = Plan(
    starts=3,
    cases=8,
    packages=Effort(rounds=3, counts=((10, 3), (5, 2))),
    seals=(3, 10),
    commits=(3, 60),
    waiting=(40, 40),
    suites=5,
    cards=7,
    slow=(("100 KB", 100_000),),
)
FULL = Plan(
    starts=7,
    cases=40,
    packages=Effort(rounds=7, counts=((30, 8), (15, 5))),
    seals=(9, 25),
    commits=(9, 300),
    waiting=(200, 200),
    suites=15,
    cards=28,
    slow=(("300 KB", 300_000), ("2 MB", 2_000_000)),
)


def measure(folder: Path, plan: Plan) -> list[Figure]:
    """Measure everything; says on standard error what it is at."""
    _say("an office and a counter are set up")
    premises = found_premises(folder, plan.cases)
    _say(f"starts, {plan.starts} rounds")
    starts = measure_starts(premises, plan.starts)
    _say(f"commands, {plan.starts} rounds")
    commands = measure_commands(premises, plan.starts)
    _say(f"transactions, {plan.commits[0]} rounds")
    sql = _measure_sql(folder, plan)
    _say(f"both suites, {plan.suites} rounds")
    suites = measure_suites(folder / "suites", plan.suites)
    standing = measure_standing(folder / "standing", plan.suites)
    alone = [*suites, *standing, *commands, *_measure_installed(folder / "installed")]
    with running_site(premises) as site:
        return [*_measure_site(site, plan, sql, starts), *alone]


def _measure_installed(folder: Path) -> list[Figure]:
    try:
        return [measure_installed(folder)]
    except NotInstallableError as exc:
        _say(f"the installed size is left out: {exc}")
        return []


def _measure_site(site: Site, plan: Plan, sql: list[Figure], starts: Starts) -> list[Figure]:
    reading = _measure_reading(site, plan.cards)
    _say(f"cases from submission to certificate, {plan.cases} one after the other")
    passages = run_cases(site, plan.cases)
    senders = enrol_senders(site, max(SENDERS), "S")
    packages = measure_packages(site, senders, passages[0].package, plan.packages, _say)
    highest = peaks(site)
    _say(f"seals, {plan.seals[0]} rounds")
    sealing, seal_s = measure_sealing(site.wall, passages[0].case_no, site.folder, plan.seals)
    commit_s = 1 / (sql[0].floor or 1)
    floor_s = case_floor(site, passages, senders[0], seal_s, commit_s)
    cases = case_figures(passages, floor_s)
    _say(f"decisions, {plan.waiting[0]} counters waiting")
    waiting = measure_waiting(site, enrol_senders(site, *plan.waiting[:1], "W"), plan.waiting[1])
    like = open_package(site.wall, passages[0].package)
    slow = measure_slow_line(site, senders[0], like, plan.slow, _say)
    figures = [*packages, *slow, *cases, *waiting, *reading, *sealing]
    return [*figures, *start_figures(starts, highest), *sql]


def _measure_reading(site: Site, rounds: int) -> list[Figure]:
    chromium = find_chromium()
    if chromium is None:
        _say("reading cards is left out; as root: apt-get install chromium")
        return []
    _say(f"ID cards, {rounds} laid down")
    return [measure_reading(site, chromium, rounds)]


def _measure_sql(folder: Path, plan: Plan) -> list[Figure]:
    figures = [measure_sqlite(folder / "sqlite", plan.commits)]
    programs = find_programs()
    if programs is None:
        _say("PostgreSQL is left out; as root: apt-get install postgresql")
        return figures
    with running_cluster(programs) as cluster:
        return [*figures, measure_postgres(cluster, folder / "postgres", plan.commits)]


def _measure_queues(folder: Path, count: int, *, is_quick: bool) -> list[Figure]:
    _say(f"a queue of {count:,} open cases, which takes minutes to fill")
    rounds, programs = (20 if is_quick else 100), find_programs()
    if programs is None:
        _say("PostgreSQL is left out; as root: apt-get install postgresql")
        return measure_queues(folder, None, count=count, rounds=rounds)
    with running_cluster(programs) as cluster:
        return measure_queues(folder, cluster, count=count, rounds=rounds)


def _say(text: str) -> None:
    print(f"{time.monotonic() - _STARTED:5.0f} s  {text}", file=sys.stderr, flush=True)


@contextmanager
def _fresh_folder(parent: Path) -> Iterator[Path]:
    """Make a folder on the checkout's own disk, and throw it away."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure, and return what goes into results.json."""
    started, busy = time.monotonic(), machine.busy_share()
    with _fresh_folder(options.dir) as folder:
        described = machine.describe() | {"fsync_ms": round(fsync_seconds(folder) * 1000, 2)}
        if options.queue:
            figures = _measure_queues(folder, options.queue, is_quick=options.quick)
        elif options.authorities:
            _say(f"2 times {options.authorities} cases, other authorities asked")
            figures = measure_authorities(folder, options.authorities)
        else:
            figures = measure(folder, QUICK if options.quick else FULL)
    print(table(figures))
    results: dict[str, Any] = {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "mode": "quick" if options.quick else "full",
        "seconds": round(time.monotonic() - started),
        "machine": described,
        "figures": [figure.as_json() for figure in figures],
    }
    busy = max(busy, machine.busy_share())
    if machine.is_busy(busy):
        results["under_load"] = f"other work took up to {busy:.0%} of the processors"
    return results


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, within three minutes")
    parser.add_argument(
        "--queue",
        type=int,
        nargs="?",
        const=100_000,
        metavar="N",
        help="instead of all the rest: the reviewers' queue with N open cases (100,000)",
    )
    parser.add_argument(
        "--authorities",
        type=int,
        nargs="?",
        const=20,
        metavar="N",
        help="instead of all the rest: N cases (20) with the authorities as a process of their own",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: under bench/")
    parser.add_argument("--dir", type=Path, default=_ROOT / "var", metavar="DIR")
    options = parser.parse_args(arguments)
    name = "queue.json" if options.queue else "results.json"
    name = "authorities.json" if options.authorities else name
    options.out = options.out or _ROOT / "bench" / name
    return options


def main(arguments: list[str]) -> int:
    """Measure and write; 0 when done, 2 for wrong usage, 1 with one sentence otherwise."""
    options = _parse(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        results = run(options)
        text = json.dumps(results, ensure_ascii=False, indent=2)
        options.out.write_text(text + "\n", encoding="utf-8")
    except (StandError, OfficeError, TerminalError, CertsError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"{results['seconds']} s, written to {options.out.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
