"""The whole check-up: every room after the other; what cannot be opened is a finding, no stop."""

from collections.abc import Iterator
from datetime import datetime

from backend.doctor import Line, sort
from backend.errors import OfficeError
from backend.examination.authorities import check_authorities
from backend.examination.folders import check_folders
from backend.examination.keys import check_keys
from backend.examination.log import check_log
from backend.examination.outbox import check_outbox
from backend.examination.sense import check_sense
from backend.examination.served import check_server
from backend.examination.store import broken_store, check_store
from backend.examination.works import check_lasting, check_seal, check_stampers
from backend.settings import Settings
from backend.wall import VAULT, SystemClock, open_wall
from certs.errors import CertsError
from registration.days import local_day


def examine(settings: Settings) -> tuple[Line, ...]:
    """Return what every check found, the gravest first."""
    return sort(_lines(settings, SystemClock().now()))


def _lines(settings: Settings, now: datetime) -> Iterator[Line]:
    yield from check_folders(settings)
    yield from check_keys(settings, now)
    yield from check_sense(settings, local_day(now))
    yield check_server(settings)
    # `migrate` makes what is missing; a check-up must not.
    if not (settings.data_dir / VAULT).exists():
        yield broken_store(OfficeError(f"{settings.data_dir / VAULT} is missing"))
        return
    try:
        wall = open_wall(settings)
    except (OfficeError, CertsError) as error:
        yield broken_store(error)
        return
    try:
        yield from check_store(wall, now)
        yield from check_log(wall, now)
        yield from check_authorities(wall, now)
        yield from check_outbox(wall)
        yield from check_seal(wall, now)
        yield from check_stampers(wall)
        yield check_lasting(wall, now)
    finally:
        wall.works.close()
