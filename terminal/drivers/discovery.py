"""Scanners that announce themselves on the branch's network (DNS-SD over mDNS).

Source: RFC 6762 and 6763; the TXT keys rs, ty: Mopria eSCL 2.97, section 4. Only what is on the
same network segment is heard, and whoever is there may announce anything: what is found is offered
by name, and nothing is scanned before the teller chooses it.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from terminal.drivers.optional import load_library

SERVICE: Final = "_uscan._tcp.local."
_LISTEN_S: Final = 2.0
_LONGEST_NAME: Final = 60


class _Listener:
    """Notes every name that is heard; the library calls it from a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: set[str] = set()

    @property
    def names(self) -> list[str]:
        with self._lock:
            return sorted(self._names)

    def add_service(self, _zeroconf: Any, _kind: str, name: str) -> None:
        with self._lock:
            self._names.add(name)

    def update_service(self, *_: object) -> None:
        """Nothing: it is asked for everything at the end."""

    def remove_service(self, *_: object) -> None:
        """Nothing: it will not answer."""


def find_scanners(
    *, listen_s: float = _LISTEN_S, interfaces: Sequence[str] = ()
) -> Mapping[str, str]:
    """Listen for a while and return addresses by the names that scanners give themselves."""
    library = load_library("zeroconf", package="zeroconf")
    listener = _Listener()
    ears = library.Zeroconf(**({"interfaces": list(interfaces)} if interfaces else {}))
    try:
        browser = library.ServiceBrowser(ears, SERVICE, listener)
        time.sleep(listen_s)
        browser.cancel()
        told = [ears.get_service_info(SERVICE, name, timeout=500) for name in listener.names]
    finally:
        ears.close()
    return dict(_address(info) for info in told if info is not None and info.parsed_addresses())


def _address(info: Any) -> tuple[str, str]:
    """Return the name and address that an announcement makes."""
    said = {key: value or b"" for key, value in info.properties.items()}
    path = said.get(b"rs", b"eSCL").decode("ascii", "replace").strip("/") or "eSCL"
    label = said.get(b"ty", b"").decode("utf-8", "replace") or info.name.partition(".")[0]
    host = info.parsed_addresses()[0]
    at = f"[{host}]" if ":" in host else host
    shown = "".join(c for c in label if c.isprintable())[:_LONGEST_NAME]
    return f"{shown} ({host})", f"http://{at}:{info.port}/{path}"
