"""A founded office and a joined counter, each in its folder: founded once, copied for each module.

Everything is made by the project's own commands, here without a process for each.
"""

import json
import random
import shutil
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from backend import cli as backend_cli
from backend.assembly import build_office, build_rounds
from backend.server import OfficeServer
from backend.settings import Settings as OfficeSettings
from backend.settings import load as load_office
from backend.wall import SystemClock, Wall, open_wall
from backend.web import create_app
from certs.founding import init_authority
from certs.identity import Role
from certs.places import certificate_path, key_path
from certs.tls import server_context
from registration import schema
from registration.application import Application
from registration.identifiers import parse_certificate_no, parse_unit_no
from scripts.stand.case import Flat, write_estates
from scripts.stand.counter import TERMINAL, Counter
from scripts.stand.office import OFFICE_NAME, Office
from scripts.stand.processes import StandError, require_free, wait_until
from terminal import cli as terminal_cli
from terminal.assembly import Station, build_counter
from terminal.enrolment import enrol, load_bundle_file
from terminal.membership import SystemClock as CounterClock
from terminal.membership import connect_unknown
from terminal.settings import load as load_terminal
from tests.factories import make_application, make_authority, make_mortgagee, make_pdf, make_unit
from tests.factories_today import captured_now
from tests.journey.lives import Life

FLATS: Final = 80
"""How many flats the register has beside the samples; each may be mortgaged by one test."""
_FIRST_FLAT: Final = 600


class AnyClock(SystemClock, CounterClock):
    """A clock that both sides may go by."""


class MovedClock(AnyClock):
    """A clock that can be moved."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        """Return the time on this clock."""
        return super().now() + self.ahead


class NearOffice(Office):
    """An office whose commands run in this process: a start of Python costs seconds."""

    def run(self, *arguments: str | Path, given: str = "") -> str:
        """Run `mortgage-backend` and return what it printed."""
        return _run(backend_cli.main, self.config, arguments, given)


class NearCounter(Counter):
    """A counter whose commands run in this process."""

    def run(self, *arguments: str | Path) -> str:
        """Run `mortgage-terminal` and return what it printed."""
        return _run(terminal_cli.main, self.config, arguments, "")


def _run(command: Any, config: Path, arguments: tuple[str | Path, ...], given: str) -> str:
    done = CliRunner().invoke(
        command,
        ["--config", str(config), *map(str, arguments)],
        input=given,
        catch_exceptions=False,
    )
    if done.exit_code != 0:
        raise StandError(done.stderr.strip() or done.output.strip())
    return done.stdout


@dataclass(frozen=True, slots=True)
class Premises:
    """Both sides in one folder, with the ports that they were founded with."""

    folder: Path
    office_port: int
    counter_port: int

    @property
    def office(self) -> NearOffice:
        """The office's folder."""
        return NearOffice(self.folder / "office", self.office_port)

    @property
    def counter(self) -> NearCounter:
        """The counter's folder."""
        return NearCounter(self.folder / "counter", self.counter_port)

    def copy(self, folder: Path) -> "Premises":
        """Return premises of one's own, with the same ports: use one copy at a time."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    # --- the office

    def settings(self) -> OfficeSettings:
        """Return the office's settings."""
        return load_office(self.office.config, {})

    @contextmanager
    def open_wall(self, **changes: Any) -> Iterator[Wall]:
        """Open the office's store and keys beside whoever works there; change its settings."""
        wall = open_wall(replace(self.settings(), **changes))
        try:
            yield wall
        finally:
            wall.works.close()

    def serve(self, point: str = "", *, with_worker: bool = False) -> Life:
        """Start the office's server as a process and wait until it takes work."""
        arguments = ["--config", str(self.office.config), "serve"]
        life = Life(
            "backend",
            arguments if with_worker else [*arguments, "--no-worker"],
            self.folder / "server.log",
            point,
        )
        try:
            wait_until(lambda: life.is_over or self.office.is_ready(), what="the office's start")
            assert not life.is_over, life.words()
        except BaseException:
            life.end()
            raise
        return life

    def work(self, point: str = "") -> Life:
        """Start the office's worker as a process."""
        arguments = ["--config", str(self.office.config), "work"]
        return Life("backend", arguments, self.folder / "worker.log", point)

    @contextmanager
    def serving(self, clock: AnyClock | None = None, **changes: Any) -> Iterator[Wall]:
        """Serve the office over real TLS from a thread of this process; nobody works there."""
        with self.open_wall(**changes) as opened:
            wall = replace(opened, clock=clock or opened.clock)
            server = _make_server(wall)
            thread = threading.Thread(target=server.serve, daemon=True)
            thread.start()
            try:
                yield wall
            finally:
                server.stop()
                thread.join(10)

    # --- the counter

    @contextmanager
    def station(
        self, counter: Counter | None = None, *, clock: AnyClock | None = None, **changes: Any
    ) -> Iterator[Station]:
        """Put the counter, or another one, together in this process; change its settings."""
        settings = load_terminal((counter or self.counter).config, {})
        station = build_counter(replace(settings, **{"poll_s": 5, **changes}), clock)
        try:
            yield station
        finally:
            station.close()

    def submit(self, case: Path, point: str = "") -> Life:
        """Start `mortgage-terminal submit --wait` on a case folder as a process."""
        arguments = ["--config", str(self.counter.config), "submit", str(case), "--wait", "--json"]
        return Life("terminal", [*arguments, "--timeout", "60"], case / "submit.log", point)

    def lay_down(self, application: Application) -> Path:
        """Lay a case, or its next round, down as a bank's system does."""
        folder = self.folder / "cases" / application.application_id
        (folder / "materials").mkdir(parents=True, exist_ok=True)
        text = schema.canonical(schema.format_application(application))
        (folder / "application.json").write_bytes(text)
        for material in application.materials:
            (folder / "materials" / f"{material.code}.pdf").write_bytes(make_pdf(material.code))
        return folder

    # --- what is kept

    def count(self, table: str, where: str, *values: object) -> int:
        """Count rows of the office's database, whoever else has it open."""
        path = f"file:{self.settings().data_dir / 'office.db'}?mode=ro"
        with sqlite3.connect(path, uri=True) as rows:
            found: int = rows.execute(
                f"SELECT count(*) FROM {table} WHERE {where}",  # ours
                values,
            ).fetchone()[0]
        rows.close()
        return found


def work_off(wall: Wall) -> int:
    """Do every task of an office that is due, in this process; return how many there were."""
    rounds, count = build_rounds(wall), 0
    while rounds.step():
        count += 1
    return count


def _make_server(wall: Wall) -> OfficeServer:
    folder, settings = wall.settings.authority_dir, wall.settings
    context: ssl.SSLContext = server_context(
        certificate_chain=certificate_path(folder, Role.SERVER),
        key=key_path(folder, Role.SERVER),
        client_authority=certificate_path(folder, Role.ISSUING),
    )
    office = build_office(wall, lambda: True)
    return OfficeServer(
        create_app(office),
        address=(settings.host, settings.port),
        context=context,
        certificate=certificate_path(folder, Role.SERVER),
        key=key_path(folder, Role.SERVER),
        threads=8,
        news=office.news.newest,
    )


def found(
    folder: Path, suite: str = "international", *, flats: int = FLATS, clock: AnyClock | None = None
) -> Premises:
    """Found an office with staff and estates, and let one counter join it, when a clock says."""
    premises = Premises(folder, quiet_port(), quiet_port())
    office, counter = premises.office, premises.counter
    if clock is not None:
        office.folder.mkdir(mode=0o700)
        day_before = clock.now() - timedelta(days=1)
        init_authority(office.folder / "authority", OFFICE_NAME, day_before)
    office.found(suite=suite, log_level="WARNING")
    office.hire()
    estates = folder / "estates.json"
    write_estates(estates, [flat(number) for number in range(flats)])
    office.run("register", "import", estates)
    counter.furnish(folder / "counter" / "card-reader")
    with premises.serving(clock):
        if clock is None:
            counter.join(office)
        else:
            bundle = folder / "bundle.json"
            office.invite(TERMINAL, bundle)
            home = counter.folder / "home"
            home.mkdir(mode=0o700)
            enrol(load_bundle_file(bundle), home, connect=connect_unknown, now=clock.now)
    return premises


def quiet_port() -> int:
    """Return a free port below those that outgoing connections take for themselves.

    A server that was killed must find its port free again.
    """
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(20_000, 32_000)
        with suppress(StandError):
            require_free(port)
            return port


def flat(number: int) -> Flat:
    """Return one of the premises' own flats, from 0 on."""
    return Flat(_FIRST_FLAT + number)


def make_case(number: int, **changes: Any) -> Application:
    """Return a clean first registration of today on one of the premises' own flats."""
    place, agent = flat(number), make_mortgagee().agent
    authority = make_authority(valid_to=datetime.now(UTC).date() + timedelta(days=365))
    facts: dict[str, Any] = {
        "application_id": f"A-{TERMINAL}-{number:016X}",
        "unit": make_unit(
            unit_no=parse_unit_no(place.unit_no),
            title_no=parse_certificate_no(place.title_no),
            location=place.location,
        ),
        "mortgagee": make_mortgagee(agent=replace(agent, authority=authority)),
    }
    return captured_now(make_application(**(facts | changes)))


def read_told(life: Life) -> Any:
    """Return the JSON that a command printed last."""
    return json.loads(life.words())
