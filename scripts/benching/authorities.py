"""Seconds from submission to certificate while other authorities are asked over HTTP, in their own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from backend.sharing.sources import SOURCES
from scripts.benching.cases import Passage, median_shares, run_cases
from scripts.benching.figures import Figure, make_figure, percentile
from scripts.benching.site import FIRST_FLAT, found_premises, running_site
from scripts.stand.office import Office
from scripts.stand.processes import Server, ended_on_failure, free_port, wait_until

_FLOOR_IS = "the same cases, answered within the office's process"


def measure_authorities(folder: Path, count: int) -> list[Figure]:
    """File cases at one office, first with answers made inside it, then with a process asked."""
    premises = found_premises(folder, 2 * count)
    with running_site(premises) as site:
        inside = run_cases(site, count)
    with _running_authorities(folder) as url:
        _name_authorities(premises.office, url)
        with running_site(premises) as site:
            asked_before = _count_asked(url)
            over = run_cases(site, count, first=FIRST_FLAT + count)
            asked = _count_asked(url) - asked_before
    return _figures(over, inside, asked / count)


@contextmanager
def _running_authorities(folder: Path) -> Iterator[str]:
    """Run the simulated authorities, police included, and give their address."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    log = folder / "authorities.log"
    server = Server("backend", "simulate-authority", "--port", str(port), log=log)
    with ended_on_failure(server):
        wait_until(lambda: _answers(url), what="the authorities' start", servers=(server,))
    try:
        yield url
    finally:
        server.end()


def _name_authorities(office: Office, url: str) -> None:
    """Write into the settings that every service is asked at an address."""
    lines = [
        f'police_url = "{url}/share"',
        "[authorities]",
        *(f'{service.value} = "{url}/share"' for service in SOURCES),
        "",
    ]
    with office.config.open("a", encoding="utf-8") as settings:
        settings.write("\n".join(lines))


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/asked", timeout=5).ok
    except requests.RequestException:
        return False


def _count_asked(url: str) -> int:
    return len(requests.get(f"{url}/asked", timeout=5).json())


def _figures(over: list[Passage], inside: list[Passage], asked: float) -> list[Figure]:
    seconds, floors = ([one.seconds for one in passages] for passages in (over, inside))
    detail = {
        "questions_a_case": asked,
        "seconds_by_step": median_shares(over),
        "floor_by_step": median_shares(inside),
    }
    name = "case with authorities asked, submission to certificate"
    return [
        make_figure(f"{name}, p50", "s", seconds, floors=floors, floor_is=_FLOOR_IS, detail=detail),
        Figure(
            name=f"{name}, p90",
            unit="s",
            value=percentile(seconds, 90),
            floor=percentile(floors, 90),
            floor_is="as above",
            rounds=len(seconds),
        ),
    ]
