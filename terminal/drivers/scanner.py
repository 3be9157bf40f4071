"""The scanners of this counter: those that the settings name, and those found on the network.

escl:http://10.0.0.5/eSCL                     at a known address
escl:https://10.0.0.5/eSCL?fingerprint=AB12…  over TLS; the SHA-256 of its certificate
escl:auto                                     whatever announces itself (mDNS, _uscan._tcp)
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from terminal.desk.scanners import Scanner
from terminal.drivers.discovery import find_scanners
from terminal.drivers.escl import ESCLScanner
from terminal.drivers.optional import load_library
from terminal.drivers.specs import parse_spec
from terminal.errors import MisconfiguredError
from terminal.reader_errors import MisconfiguredReaderError

AUTO: Final = "escl:auto"
_HEX: Final = frozenset("0123456789abcdefABCDEF:")


def open_scanner(text: str) -> Scanner:
    """Return the scanner that the settings name; it is spoken to when it is used.

    Raises:
        MisconfiguredError: no such driver, or an address that cannot be one.
    """
    try:
        spec = parse_spec(text)
        spec.require_only("fingerprint")
    except MisconfiguredReaderError as exc:
        raise MisconfiguredError(f"scanner {text}: {exc}") from exc
    address = urlsplit(spec.target)
    if spec.driver != "escl" or address.scheme not in {"http", "https"} or not address.hostname:
        raise MisconfiguredError(f"scanner {text}: write escl:http://ADDRESS/eSCL or {AUTO}")
    fingerprint = spec.options.get("fingerprint", "")
    if fingerprint and (set(fingerprint) - _HEX or len(fingerprint.replace(":", "")) != 64):
        raise MisconfiguredError(f"scanner {text}: fingerprint is no SHA-256")
    return ESCLScanner(spec.target, fingerprint=fingerprint.replace(":", ""))


@dataclass(slots=True)
class ScannerShelf:
    """A `terminal.desk.scanning.Shelf`: named scanners stay, found ones come and go."""

    named: Mapping[str, Scanner]
    does_look: bool = False
    """Whether scanners are looked for on the network."""
    find: Callable[[], Mapping[str, str]] = find_scanners
    """Returns addresses by name."""
    _found: dict[str, Scanner] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self) -> Mapping[str, Scanner]:
        """Return every scanner by its name here."""
        with self._lock:
            return {**self.named, **self._found}

    def look_around(self) -> None:
        """Look for scanners on the network; it takes two seconds."""
        if not self.does_look:
            return
        found = self.find()
        with self._lock:
            kept = {name: s for name, s in self._found.items() if name in found}
            new = {name: ESCLScanner(url) for name, url in found.items() if name not in self._found}
            self._found = {**kept, **new}


def open_shelf(specs: tuple[str, ...]) -> ScannerShelf:
    """Open the scanners that the settings name.

    Raises:
        MisconfiguredError: one cannot be, or the package for looking around is missing.
    """
    if AUTO in specs:
        try:
            load_library("zeroconf", package="zeroconf")
        except MisconfiguredReaderError as exc:
            raise MisconfiguredError(f"scanner {AUTO}: {exc}") from exc
    named = {spec: open_scanner(spec) for spec in specs if spec != AUTO}
    return ScannerShelf(named, does_look=AUTO in specs)
