"""The two processes of the office: the server, which cannot open packages, and the worker."""

import logging
import os
import signal
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from backend.assembly import build_alarms, build_office, build_rounds, build_sweeping
from backend.errors import LogStoppedError, OfficeError
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
from certs.errors import CertsError
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
_GRACE_S = 5.0
_EVERY = timedelta(hours=1)
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
    _beside("keys", lambda: _take_renewed(server, settings.authority_dir, ending))
    _beside("hourly", lambda: _tidy(authorities, office, ending))
    _beside("ending", lambda: _stop_when_ending(server, ending))
    _end_on_signal(ending)
    if worker:
        worker.start()
    logger.info("serving host=%s port=%s", settings.host, settings.port)
    try:
        server.serve()
    finally:
        ending.set()
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


def _beside(name: str, act: Callable[[], None]) -> None:
    threading.Thread(target=act, name=name, daemon=True).start()


def _take_renewed(server: OfficeServer, folder: Path, ending: threading.Event) -> None:
    """Show the server's certificate in force to new connections, and take every issuer's."""
    renewed = Renewed(
        lambda: (generations(folder, Role.SERVER), generations(folder, Role.ISSUING)),
        lambda: _make_context(folder),
    )
    while not ending.wait(_KEYS_EVERY_S):
        server.show(renewed())


def issuing_certificates(folder: Path) -> bytes:
    """Return the certificates of every issuing authority, PEM: counters may show any of them."""
    issuers = [load_certificates(pair(one)[1])[0] for one in generations(folder, Role.ISSUING)]
    return b"".join(one.public_bytes(Encoding.PEM) for one in issuers)


def _tidy(
    authorities: Callable[[], Mapping[SuiteName, Authority]],
    office: Office,
    ending: threading.Event,
) -> None:
    # The list lives for a day; published each hour, it survives a long night.
    while not ending.wait(_EVERY.total_seconds()):
        try:
            for authority in authorities().values():
                authority.crl(office.now())
            pieces = (office.uploads, office.parcel_pieces, office.invitation_pieces)
            rooms = [room for room in (*pieces, office.relay, office.inviting) if room]
            logger.info("bytes forgotten count=%s", sum(room.sweep() for room in rooms))
        except (CertsError, OfficeError):
            logger.exception("hourly work not done")


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
    keeper = build_log_keeper(wall)
    log = threading.Thread(target=lambda: _keep_log(keeper, ending), name="log", daemon=True)
    log.start()
    reporter = build_reporter(wall)
    report = threading.Thread(target=lambda: _report(reporter, ending), name="report", daemon=True)
    report.start()
    sweep = threading.Thread(target=lambda: _sweep(wall, ending), name="sweep", daemon=True)
    sweep.start()
    parent = os.getppid()
    with at_work(settings.data_dir):
        while not ending.is_set() and os.getppid() == parent:
            if not rounds.step():
                ending.wait(_IDLE_S)
    ending.set()
    log.join(_GRACE_S)
    report.join(_GRACE_S)
    wall.works.close()


def _report(reporter: Reporter | None, ending: threading.Event) -> None:
    """Keep messages for the superior authority ready, soon after each entry."""
    pause_s = _REPORT_S
    while reporter is not None and not ending.wait(pause_s):
        try:
            # Looking goes over all events: where nothing is new it is done less often.
            pause_s = _REPORT_S if reporter.step() else min(2 * pause_s, _REPORT_IDLE_S)
        except Exception:
            # The edge of this thread: it must go on, whatever it was.
            logger.exception("no message written")
            pause_s = _STOPPED_S


def _sweep(wall: Wall, ending: threading.Event) -> None:
    """Answer in time what is tried in vain, and say in the log when something is late."""
    sweeping, alarms, told = build_sweeping(wall), build_alarms(wall), (0, 0, 0)
    while not ending.wait(_SWEEP_S):
        try:
            count = sweeping.sweep()
            if count:
                logger.error("answered at the cut-off, unopened or unexamined count=%s", count)
            alarm = alarms.look()
            if (alarm.overdue, alarm.soon, alarm.unanswered) != told:
                told = (alarm.overdue, alarm.soon, alarm.unanswered)
                logger.warning("late overdue=%s soon=%s unanswered=%s", *told)
        except Exception:
            # The edge of this thread: it must go on, whatever it was.
            logger.exception("not swept")


def _keep_log(keeper: LogKeeper, ending: threading.Event) -> None:
    """Publish a head each second in which something new was written."""
    pause_s = _HEAD_S
    while not ending.wait(pause_s):
        try:
            pause_s = 0.0 if keeper.step() else _HEAD_S
        except LogStoppedError:
            pause_s = _STOPPED_S
        except (CertsError, OfficeError):
            # The edge of this thread: it must go on when the disk or the key is back.
            logger.exception("no head published")
            pause_s = _STOPPED_S
