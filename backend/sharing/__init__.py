"""What other authorities share with the office, through the ministry's gateway or simulated."""

import itertools
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from backend.errors import MisconfiguredError
from backend.sharing.addresses import SIMULATED, is_simulated, require_safe
from backend.sharing.desk import AuthorityDesk
from backend.sharing.envelope import Account
from backend.sharing.gateway import Police, PoliceGateway
from backend.sharing.lines import HTTPLine, Line
from backend.sharing.simulated import SimulatedPolice
from backend.sharing.simulated import parse_knobs as parse_police_knobs
from backend.sharing.sources import SOURCES
from backend.sharing.stage import Stage, StageLine, parse_knobs
from registration.days import local_day


def load_sharing(
    police_url: str,
    *,
    account: Account | None = None,
    authority: str = "",
    total_s: float = 8.0,
) -> Police:
    """Return the identity service at a URL; an empty one gives the simulated service.

    "simulated:NUMBER=CODE,NUMBER=timeout" is the simulated service with some answers set.

    Raises:
        MisconfiguredError: the URL is no https URL. People's data never goes out in the clear;
            plain http is taken for this machine alone.
    """
    account = account or Account()
    numbers = _request_numbers(account.area)
    if is_simulated(police_url):
        knobs = parse_police_knobs(police_url.removeprefix(SIMULATED))
        return SimulatedPolice(next_request_no=numbers, codes=knobs)
    return PoliceGateway(
        url=require_safe("police_url", police_url),
        account=account,
        next_request_no=numbers,
        authority=authority,
        total_s=total_s,
    )


def load_authorities(
    urls: Mapping[str, str],
    *,
    police: Police,
    account: Account,
    now: Callable[[], datetime],
    total_s: float = 9.0,
    believes_simulated: bool = True,
) -> AuthorityDesk:
    """Return all services; one without URL is simulated, "simulated:KNOBS" with answers set.

    Without `believes_simulated` what a simulated service says, the police's too, is no answer.

    Raises:
        MisconfiguredError: a name is no service's, or a URL no https URL.
    """
    services = {service.value: service for service in SOURCES}
    unknown = sorted(set(urls) - set(services))
    if unknown:
        raise MisconfiguredError(f"authorities: no such service: {', '.join(unknown)}")
    lines = {
        service: _line(name, urls.get(name, ""), total_s) for name, service in services.items()
    }
    return AuthorityDesk(
        account=account,
        police=police,
        lines=lines,
        now=now,
        total_s=total_s,
        believes_simulated=believes_simulated,
    )


def _line(name: str, url: str, total_s: float) -> Line:
    if is_simulated(url):
        knobs = url.removeprefix(SIMULATED)
        # Inside a service's own setting the service is not named: WORD, or NUMBER=WORD.
        pairs = [knob.strip() for knob in knobs.split(",") if knob.strip()]
        full = ",".join(f"{name}:{p}" if "=" in p else f"{name}={p}" for p in pairs)
        return StageLine(Stage(knobs=parse_knobs(full)))
    return HTTPLine(url=require_safe(f"authorities.{name}", url), total_s=total_s)


def _request_numbers(area: str) -> Callable[[datetime], str]:
    """Return a source of request numbers: date, area and a sequence.

    The sequence begins anywhere, so that an office that starts anew does not repeat the day's.
    """
    sequence = itertools.count(secrets.randbelow(10**6))
    return lambda at: f"{local_day(at):%Y%m%d}{area}{next(sequence) % 10**6:06d}"
