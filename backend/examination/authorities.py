"""Whether other authorities can be reached, and how they have answered of late."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from backend.doctor import Line, fine, odd
from backend.errors import OfficeError
from backend.examination.sense import told_simulated
from backend.office.enquiries import Service, ServiceCount
from backend.settings import Settings
from backend.sharing.addresses import is_simulated
from backend.wall import Wall

_LATELY: Final = timedelta(hours=24)
_WAIT_S: Final = 3.0


def check_authorities(wall: Wall, now: datetime) -> Iterator[Line]:
    """Look at each service: real or simulated, within reach, and its answers of a day."""
    try:
        with wall.works.reading() as work:
            counts = work.enquiries.count_since(now - _LATELY)
    except OfficeError:
        # The line of the database tells.
        return
    for service, url in _urls(wall.settings).items():
        yield _check(service, url, counts, wall.settings)


def _urls(settings: Settings) -> Mapping[Service, str]:
    others = {s: settings.authorities.get(s.value, "") for s in Service}
    return others | {Service.IDENTITY: settings.police_url}


def _check(
    service: Service, url: str, counts: Mapping[str, ServiceCount], settings: Settings
) -> Line:
    name, titles = f"authority.{service.value}", (service.title_zh, service.title_en)
    count = counts.get(service.value, ServiceCount(0, 0))
    zh = f"24 小时内问 {count.asked}，未答 {count.unanswered}"
    en = f"{count.asked} asked in 24 hours, {count.unanswered} unanswered"
    if is_simulated(url):
        return odd(
            name,
            told_simulated(
                settings, (f"{titles[0]}是模拟的；{zh}", f"{titles[1]}: simulated; {en}")
            ),
            ("在设置里写它的网址", "Set its URL, see the settings authorities and police_url"),
        )
    fault = _reach(url)
    if fault:
        return odd(
            name,
            (f"{titles[0]}连不上（{fault}）；{zh}", f"{titles[1]}: not reached ({fault}); {en}"),
            ("核对网址和到它的线路；期间的件转人工", "Check URL and line; cases go to people"),
        )
    if count.unanswered * 2 > count.asked:
        return odd(
            name,
            (f"{titles[0]}多半不答复；{zh}", f"{titles[1]}: mostly silent; {en}"),
            ("问对方值班；期间的件转人工", "Ask its operators; cases go to people meanwhile"),
        )
    return fine(name, (f"{titles[0]}已接通；{zh}", f"{titles[1]}: within reach; {en}"))


def _reach(url: str) -> str:
    """Connect as far as TLS and ask nothing: a question would need a person."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    address = (parts.hostname or "", parts.port or (443 if is_tls else 80))
    try:
        with socket.create_connection(address, timeout=_WAIT_S) as plain:
            if is_tls:
                with ssl.create_default_context().wrap_socket(plain, server_hostname=address[0]):
                    pass
    except OSError as error:
        return type(error).__name__
    return ""
