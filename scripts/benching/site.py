"""What the benchmark runs on: a whole office and a counter as real processes, in a fresh folder."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from backend.settings import load
from backend.wall import Wall, open_wall
from certs.identity import Role
from certs.places import certificate_path, key_path
from scripts.stand.case import Flat, write_estates
from scripts.stand.counter import Counter, Reader, Teller
from scripts.stand.office import Office
from scripts.stand.processes import Server, ended_on_failure, free_port, wait_until

FIRST_FLAT = 100
"""Flats from this number on belong to the benchmark."""
_REST_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """An office and a counter that has joined it; neither runs."""

    folder: Path
    office: Office
    counter: Counter
    spare_port: int = field(default_factory=free_port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running office, a running counter, and a door into the office's store."""

    folder: Path
    office: Office
    office_server: Server
    counter_server: Server
    teller: Teller
    reader: Reader
    wall: Wall

    def tasks_left(self) -> int:
        """Count what the worker still has to do."""
        path = self.office.folder / "data" / "office.db"
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            count: int = database.execute("SELECT count(*) FROM tasks").fetchone()[0]
        return count

    def rest(self) -> None:
        """Wait until the worker has nothing left to do."""
        wait_until(
            lambda: self.tasks_left() == 0,
            what="the worker's rest",
            servers=(self.office_server,),
            timeout_s=_REST_S,
        )


def found_premises(folder: Path, flats: int) -> Premises:
    """Found an office with some made-up flats and let a counter join it."""
    office = Office(folder / "office", free_port())
    counter = Counter(folder / "counter", free_port())
    office.found()
    write_estates(folder / "estates.json", [Flat(FIRST_FLAT + n) for n in range(flats)])
    office.run("register", "import", folder / "estates.json")
    counter.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.callback(office.start().end)
        counter.furnish(counter.folder / "card-reader")
        counter.join(office)
    return Premises(folder=folder, office=office, counter=counter)


@contextmanager
def running_site(premises: Premises) -> Iterator[Site]:
    """Start office, card reader and counter; end them all after."""
    office, counter = premises.office, premises.counter
    with ExitStack() as stack:
        office_server = office.start()
        stack.callback(office_server.end)
        reader = Reader(counter.folder)
        stack.callback(reader.server.end)
        counter_server, launch_url = counter.start()
        stack.callback(counter_server.end)
        wall = open_wall(load(office.config, {}))
        stack.callback(wall.works.close)
        yield Site(
            folder=premises.folder,
            office=office,
            office_server=office_server,
            counter_server=counter_server,
            teller=Teller(launch_url),
            reader=reader,
            wall=wall,
        )


@contextmanager
def running_bare(site: Site) -> Iterator[str]:
    """Run the bare server that hashes and keeps what is posted over the same TLS."""
    port, kept = free_port(), site.folder / "bare"
    kept.mkdir(exist_ok=True)
    authority = site.wall.settings.authority_dir
    server = Server(
        *("scripts.benching.bare", "keep", "--port", str(port), "--folder", kept),
        *("--chain", certificate_path(authority, Role.SERVER)),
        *("--key", key_path(authority, Role.SERVER)),
        *("--authority", certificate_path(authority, Role.ISSUING)),
        log=site.folder / "bare.log",
    )
    url = f"https://127.0.0.1:{port}"
    with ended_on_failure(server):
        wait_until(
            lambda: answers(url, site.office.root), what="the bare server", servers=(server,)
        )
    try:
        yield url
    finally:
        server.end()


def answers(url: str, root: Path | None = None) -> bool:
    """Say whether a server answers at an address at all, well or badly."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            session.post(url, data=b"-", verify=str(root) if root else True, timeout=5)
        except requests.RequestException:
            return False
    return True
