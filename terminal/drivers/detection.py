"""Finding an ID card reader that nobody named: known USB numbers first, then serial ports.

A serial port is only spoken to unasked when its adapter is of a kind that readers are built with:
others may have a modem, a printer or a PIN pad at their end.
"""

import functools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from terminal.drivers import hid_port, usb_port
from terminal.drivers.frames import FrameStream, encode_frame
from terminal.drivers.optional import load_library
from terminal.drivers.sam_module import STATUS
from terminal.drivers.transports import (
    BAUD_RATES,
    Device,
    SerialTransport,
    Transport,
    clean_text,
    describe_port,
)
from terminal.reader_errors import MisconfiguredReaderError, NoReaderError, ReaderError

BRIDGES: Final = {0x1A86: "CH340", 0x10C4: "CP210x", 0x0403: "FTDI", 0x067B: "PL2303"}
"""USB vendors of the adapters between a serial module and USB."""
_ANSWER_S: Final = 0.3
_REST_S: Final = 60.0
"""How long an adapter without a reader is left in peace: something else may hang there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A device that is, or may be, a reader."""

    spec: str
    """How the settings name it: "sam:hid"."""
    device: Device


def find_devices() -> tuple[Found, ...]:
    """Return every plugged device that may be a reader, without opening any."""
    found = [
        Found(spec="sam:hid", device=hid_port.describe_hid(d)) for d in _known(hid_port.find_hid)
    ]
    found += [
        Found(spec="sam:usb", device=usb_port.describe_usb(d)) for d in _known(usb_port.find_usb)
    ]
    found += [Found(spec=f"sam:{p}", device=describe_port(p)) for p in adapter_ports()]
    return tuple(found)


def adapter_ports() -> tuple[str, ...]:
    """Return the serial ports whose adapters are of the kinds that readers are built with."""
    ports = load_library("serial.tools.list_ports", package="pyserial").comports()
    return tuple(sorted(p.device for p in ports if p.vid in BRIDGES))


def list_ports() -> tuple[str, ...]:
    """Return every serial port with what the system knows of it, for a technician to read."""
    ports = load_library("serial.tools.list_ports", package="pyserial").comports()
    return tuple(
        f"{p.device} {clean_text(p.description)}".strip()
        for p in sorted(ports, key=lambda p: p.device)
    )


def open_first(attempts: Iterable[Callable[[], Transport]]) -> Transport:
    """Return the first transport that opens.

    Raises:
        ReaderForbiddenError, ReaderBusyError: a reader is there, and cannot be opened.
        NoReaderError: none is there.
        MisconfiguredReaderError: no library of any kind is installed.
    """
    troubles: list[ReaderError] = []
    for attempt in attempts:
        try:
            return attempt()
        except ReaderError as exc:
            troubles.append(exc)
    # That one is there and shut says more than that the others are not there at all.
    told = [t for t in troubles if not isinstance(t, NoReaderError | MisconfiguredReaderError)]
    absent = [t for t in troubles if isinstance(t, NoReaderError)]
    raise next(iter([*told, *absent, *troubles]), NoReaderError("nothing to look for"))


class Detector:
    """Opens whichever reader is plugged in; remembers which adapters had none at their end."""

    def __init__(self, *, ports: tuple[str, ...] = (), baud: int | None = None) -> None:
        """`ports` are spoken to each time, whatever hangs there."""
        self._ports, self._baud = ports, baud
        self._silent: dict[str, float] = {}

    def open(self) -> Transport:
        """Open the first reader that is there. Raises: as `open_first`."""
        adapters = [path for path in adapter_ports() if path not in self._ports]
        # What was pulled out and comes back is looked at anew.
        self._silent = {path: at for path, at in self._silent.items() if path in adapters}
        named = [functools.partial(open_answering, path, baud=self._baud) for path in self._ports]
        found = [functools.partial(self._ask, path) for path in adapters if self._may_ask(path)]
        return open_first((hid_port.open_hid, usb_port.open_usb, *named, *found))

    def _may_ask(self, path: str) -> bool:
        asked = self._silent.get(path)
        return asked is None or time.monotonic() > asked + _REST_S

    def _ask(self, path: str) -> Transport:
        try:
            return open_answering(path, baud=self._baud)
        except NoReaderError:
            self._silent[path] = time.monotonic()
            raise


def open_answering(path: str, *, baud: int | None = None) -> Transport:
    """Open a serial port at whose end a SAM answers, at this speed or at whichever it has.

    Raises:
        NoReaderError: there is no such port, or nothing answers.
        ReaderForbiddenError, ReaderBusyError: it cannot be opened.
    """
    speed = find_speed(path, (baud,) if baud else BAUD_RATES)
    if speed is None:
        raise NoReaderError(f"{path} does not answer")
    return SerialTransport(path, baud=speed)


def find_speed(path: str, speeds: Iterable[int] = BAUD_RATES) -> int | None:
    """Return the speed at which a SAM answers on a port; None where it answers at none.

    Raises:
        ReaderError: the port cannot be opened.
    """
    for baud in speeds:
        transport = SerialTransport(path, baud=baud)
        try:
            if answers(transport):
                return baud
        finally:
            transport.close()
    return None


def answers(transport: Transport) -> bool:
    """Say whether a SAM, well or not, stands at the other end: its status has the right form."""
    stream, end = FrameStream(), time.monotonic() + _ANSWER_S
    transport.drain()
    transport.write(encode_frame(STATUS))
    while (left := end - time.monotonic()) > 0:
        if any(len(body) >= 3 for body in stream.feed(transport.read(left))):
            return True
    return False


def _known(find: Callable[[], list[Any]]) -> list[Any]:
    """Return what a library finds; a library that is not installed finds nothing."""
    try:
        return find()
    except ReaderError:
        return []
