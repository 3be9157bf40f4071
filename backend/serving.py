"""The two processes of the office: the server, which cannot open packages, and the worker."""

import logging
import os
import signal
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from backend.assembly import build_alarms, build_office, build_rounds, build_sweeping
from backend.chores import Chores
from backend.errors import LogStoppedError
from backend.exchange.outbox import Reporter
from backend.logbook import build_log_keeper, publish_links
from backend.office.log_keeping import LogKeeper
from backend.outside import build_reporter
from backend.server import OfficeServer
from backend.settings import Settings
from backend.supervision import Worker, at_work
from backend.wall import Wall, open_wall
from backend.web import create_app
from backend.web.callers import Office
from backend.web.problems import document
from certs.authority import Authority
from certs.identity import Role, SuiteName
from certs.keys import load_certificates
from certs.places import certificate_path, generations, key_path, pair
from certs.renewed import Renewed
from certs.tls import server_context

logger = logging.getLogger(__name__)

_IDLE_S = 0.05
_HEAD_S = 1.0
_STOPPED_S = 10.0
_REPORT_S = 3.0
_REPORT_IDLE_S = 30.0
_SWEEP_S = 30.0
_HOUR_S = 3600.0
_KEYS_EVERY_S = 2.0


def serve(settings: Settings, worker_arguments: Sequence[str]) -> None:
    """Serve until a signal ends it; the worker runs beside as a child process.

    `worker_arguments` start the worker: `python -m backend` and these.
    """
    wall = open_wall(settings)
    worker = Worker(worker_arguments, os.environ) if worker_arguments else None
    office = build_office(wall, worker.is_alive if worker else lambda: True)
    authorities = wall.keys.authorities()
    server = _make_server(office, settings)
    ending = threading.Event()
    origin = _open_log(build_log_keeper(wall))
    publish_links(wall, authorities()[SuiteName.INTERNATIONAL], origin)
    for authority in authorities().values():
        authority.crl(wall.clock.now())
    chores = Chores(ending)
    chores.add("keys", _take_renewed(server, settings.authority_dir), first_s=_KEYS_EVERY_S)
    chores.add("hourly", lambda: tidy(authorities, office), first_s=_HOUR_S)
    threading.Thread(target=_stop_when_ending, args=(server, ending), daemon=True).start()
    _end_on_signal(ending)
    if worker:
        worker.start()
    logger.info("serving host=%s port=%s", settings.host, settings.port)
    try:
        server.serve()
    finally:
        chores.end()
        if worker:
            worker.end()
        wall.works.close()


def _open_log(keeper: LogKeeper) -> str:
    """Begin the log where there is none, look whether it goes on; return its name."""
    origin = keeper.begin()
    # Who looks has noted what is wrong already; reviewers may still read.
    with suppress(LogStoppedError):
        keeper.look()
    return origin


def _make_server(office: Office, settings: Settings) -> OfficeServer:
    folder = settings.authority_dir
    return OfficeServer(
        create_app(office),
        address=(settings.host, settings.port),
        context=_make_context(folder),
        certificate=certificate_path(folder, Role.SERVER),
        key=key_path(folder, Role.SERVER),
        threads=settings.threads,
        tell=document,
        news=office.news.newest,
    )


def _make_context(folder: Path) -> ssl.SSLContext:
    key, certificate = pair(generations(folder, Role.SERVER)[0])
    return server_context(
        certificate_chain=certificate, key=key, client_authority=issuing_certificates(folder)
    )


def _take_renewed(server: OfficeServer, folder: Path) -> Callable[[], float]:
    """Show the server's certificate in force to new connections, and take every issuer's."""
    renewed = Renewed(
        lambda: (generations(folder, Role.SERVER), generations(folder, Role.ISSUING)),
        lambda: _make_context(folder),
    )

    def take() -> float:
        server.show(renewed())
        return _KEYS_EVERY_S

    return take


def issuing_certificates(folder: Path) -> bytes:
    """Return the certificates of every issuing authority, PEM: counters may show any of them."""
    issuers = [load_certificates(pair(one)[1])[0] for one in generations(folder, Role.ISSUING)]
    return b"".join(one.public_bytes(Encoding.PEM) for one in issuers)


def tidy(authorities: Callable[[], Mapping[SuiteName, Authority]], office: Office) -> float:
    """Publish the revocation lists, and forget what lies too long; return when to come back."""
    # The list lives for a day; published each hour, it survives a long night.
    for authority in authorities().values():
        authority.crl(office.now())
    pieces = (office.uploads, office.parcel_pieces, office.invitation_pieces)
    rooms = [room for room in (*pieces, office.relay, office.inviting) if room]
    logger.info("bytes forgotten count=%s", sum(room.sweep() for room in rooms))
    return _HOUR_S


def _stop_when_ending(server: OfficeServer, ending: threading.Event) -> None:
    # Not from the signal's handler: it would wait there for the very thread it stands in.
    ending.wait()
    server.stop()


def _end_on_signal(ending: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())


def work(settings: Settings) -> None:
    """Do what transactions left to be done, until a signal ends it."""
    wall = open_wall(settings)
    rounds = build_rounds(wall)
    ending = threading.Event()
    _end_on_signal(ending)
    # A killed worker's lease would hold its case up for minutes.
    logger.info("working pid=%s tasks_taken_back=%s", os.getpid(), rounds.begin())
    chores = Chores(ending)
    chores.add("log", _keep_log(build_log_keeper(wall)), first_s=_HEAD_S)
    chores.add("sweep", _sweep(wall), first_s=_SWEEP_S)
    if reporter := build_reporter(wall):
        chores.add("report", _report(reporter), first_s=_REPORT_S)
    parent = os.getppid()
    with at_work(settings.data_dir):
        while not ending.is_set() and os.getppid() == parent:
            if not rounds.step():
                ending.wait(_IDLE_S)
    chores.end()
    wall.works.close()


def _report(reporter: Reporter) -> Callable[[], float]:
    """Keep messages for the superior authority ready, soon after each entry."""
    pause_s = _REPORT_S

    def report() -> float:
        nonlocal pause_s
        # Looking goes over all events: where nothing is new it is done less often.
        pause_s = _REPORT_S if reporter.step() else min(2 * pause_s, _REPORT_IDLE_S)
        return pause_s

    return report


def _sweep(wall: Wall) -> Callable[[], float]:
    """Answer in time what is tried in vain, and say in the log when something is late."""
    sweeping, alarms, told = build_sweeping(wall), build_alarms(wall), (0, 0, 0)

    def sweep() -> float:
        nonlocal told
        count = sweeping.sweep()
        if count:
            logger.error("answered at the cut-off, unopened or unexamined count=%s", count)
        alarm = alarms.look()
        if (alarm.overdue, alarm.soon, alarm.unanswered) != told:
            told = (alarm.overdue, alarm.soon, alarm.unanswered)
            logger.warning("late overdue=%s soon=%s unanswered=%s", *told)
        return _SWEEP_S

    return sweep


def _keep_log(keeper: LogKeeper) -> Callable[[], float]:
    """Publish a head each second in which something new was written."""

    def keep() -> float:
        try:
            return 0.0 if keeper.step() else _HEAD_S
        except LogStoppedError:
            return _STOPPED_S

    return keep
