"""Devices that read identity documents, and the table that names them.

sam:/dev/ttyUSB0            resident ID card reader on a serial port; options baud, wait
sam:hid                     the same over HID, first known device; options vid, pid, wait
emrtd:READER NAME           passports and travel permits over PC/SC; options csca, wait
                            csca: a file or a folder of the states' authority certificates
replay:FILE                 recorded cards for training
package.module:function     a vendor's driver: a function that takes no argument
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from terminal.desk.ports import IdReader
from terminal.drivers.authorities import load_authorities
from terminal.drivers.emrtd import EmrtdReader, EmrtdSettings
from terminal.drivers.optional import load_library
from terminal.drivers.pcsc import load_scard
from terminal.drivers.replay import ReplayReader
from terminal.drivers.sam import SamReader
from terminal.drivers.sam_module import Timeouts
from terminal.drivers.specs import ReaderSpec, parse_spec
from terminal.drivers.transports import SerialTransport, Transport, open_hid
from terminal.errors import MisconfiguredReaderError


def open_reader(spec: str) -> IdReader:
    """Return the reader that the settings name; the device itself is opened when it is used.

    Raises:
        MisconfiguredReaderError: no such driver, an unknown option, or its package is missing.
    """
    parsed = parse_spec(spec)
    if parsed.driver in _TABLE:
        return _TABLE[parsed.driver](parsed)
    if "." in parsed.driver:
        return _open_vendor(parsed)
    raise MisconfiguredReaderError(f"no driver {parsed.driver}")


def _open_sam(spec: ReaderSpec) -> IdReader:
    timeouts = replace(Timeouts(), card=spec.number("wait", Timeouts().card))
    if spec.target == "hid":
        spec.require_only("vid", "pid", "wait")
        vid, pid = spec.usb_number("vid"), spec.usb_number("pid")
        load_library("hid", package="hidapi")
        return SamReader(lambda: open_hid(vid, pid), name=spec.target, timeouts=timeouts)
    spec.require_only("baud", "wait")
    baud = int(spec.number("baud", 115200))
    load_library("serial", package="pyserial")

    def open_port() -> Transport:
        return SerialTransport(spec.target, baud=baud)

    return SamReader(open_port, name=spec.target, timeouts=timeouts)


def _open_emrtd(spec: ReaderSpec) -> IdReader:
    spec.require_only("csca", "wait")
    wait_s = spec.number("wait", EmrtdSettings().card_timeout_s)
    path = spec.options.get("csca")
    authorities = load_authorities(Path(path)) if path is not None else ()
    load_scard()
    return EmrtdReader(spec.target, EmrtdSettings(authorities=authorities, card_timeout_s=wait_s))


def _open_replay(spec: ReaderSpec) -> IdReader:
    spec.require_only()
    return ReplayReader(Path(spec.target))


def _open_vendor(spec: ReaderSpec) -> IdReader:
    spec.require_only()
    factory = getattr(load_library(spec.driver, package=spec.driver), spec.target, None)
    if not callable(factory):
        raise MisconfiguredReaderError(f"{spec.driver} has no function {spec.target}")
    reader: IdReader = factory()
    return reader


_TABLE: dict[str, Callable[[ReaderSpec], IdReader]] = {
    "sam": _open_sam,
    "emrtd": _open_emrtd,
    "replay": _open_replay,
}
