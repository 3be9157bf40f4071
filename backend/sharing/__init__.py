"""What other authorities share with the office: for now the police's identity service."""

import itertools
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from backend.errors import MisconfiguredError
from backend.office.ports import Sharing
from backend.sharing.envelope import Account
from backend.sharing.gateway import PoliceGateway
from backend.sharing.simulated import SimulatedPolice, parse_knobs
from registration.days import local_day

_SIMULATED: Final = "simulated:"
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def load_sharing(
    police_url: str, *, account: Account | None = None, authority: str = ""
) -> Sharing:
    """Return the identity service at a URL; an empty one gives the simulated service.

    "simulated:NUMBER=CODE,NUMBER=timeout" is the simulated service with some answers set.

    Raises:
        MisconfiguredError: the URL is no https URL. People's data never goes out in the clear;
            plain http is taken for this machine alone.
    """
    account = account or Account()
    numbers = _request_numbers(account.area)
    if not police_url or police_url.startswith(_SIMULATED):
        knobs = parse_knobs(police_url.removeprefix(_SIMULATED))
        return SimulatedPolice(next_request_no=numbers, codes=knobs)
    parts = urlsplit(police_url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    if not is_safe or not parts.hostname:
        raise MisconfiguredError("police_url must be an https URL")
    return PoliceGateway(
        url=police_url, account=account, next_request_no=numbers, authority=authority
    )


def _request_numbers(area: str) -> Callable[[datetime], str]:
    """Return a source of request numbers: date, area and a sequence.

    The sequence begins anywhere, so that an office that starts anew does not repeat the day's.
    """
    sequence = itertools.count(secrets.randbelow(10**6))
    return lambda at: f"{local_day(at):%Y%m%d}{area}{next(sequence) % 10**6:06d}"
