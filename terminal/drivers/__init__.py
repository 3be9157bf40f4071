"""Devices that read identity documents, and the table that names them.

sam:auto                    whichever resident ID card reader is plugged in; options port, baud, wait
                            port: serial ports to try besides, joined by commas
sam:/dev/ttyUSB0            one on a serial port; options baud, wait
sam:hid                     one on USB HID, the first known device; options vid, pid, wait
sam:usb                     one on USB's bulk pipes, likewise; options vid, pid, wait
emrtd:auto                  passports and travel permits over PC/SC, on the contactless reader
emrtd:READER NAME           passports and travel permits over PC/SC; options csca, wait
                            csca: a file or a folder of the states' authority certificates,
                            and of their revocation lists (.crl)
replay:FILE                 recorded cards for training
package.module:function     a vendor's driver: a function that takes no argument
"""

from collections.abc import Callable
from pathlib import Path

from terminal.desk.ports import IdReader, PhotoDecoder
from terminal.drivers.authorities import load_authorities, load_revocations
from terminal.drivers.emrtd import EmrtdReader, EmrtdSettings
from terminal.drivers.optional import load_library
from terminal.drivers.passive import TrustedStates
from terminal.drivers.pcsc import load_scard
from terminal.drivers.replay import ReplayReader
from terminal.drivers.sam_ways import open_sam
from terminal.drivers.specs import ReaderSpec, parse_spec
from terminal.reader_errors import MisconfiguredReaderError


def open_reader(spec: str, decoder: PhotoDecoder | None = None) -> IdReader:
    """Return the reader that the settings name; the device itself is opened when it is used.

    `decoder` makes pictures of the photos of resident cards, where the branch has one.

    Raises:
        MisconfiguredReaderError: no such driver, an unknown option, or its package is missing.
    """
    parsed = parse_spec(spec)
    if parsed.driver == "sam":
        return open_sam(parsed, decoder)
    if parsed.driver in _TABLE:
        return _TABLE[parsed.driver](parsed)
    if "." in parsed.driver:
        return _open_vendor(parsed)
    raise MisconfiguredReaderError(f"no driver {parsed.driver}")


def _open_emrtd(spec: ReaderSpec) -> IdReader:
    spec.require_only("csca", "wait")
    wait_s = spec.number("wait", EmrtdSettings().card_timeout_s)
    path = spec.options.get("csca")
    trusted = TrustedStates()
    if path is not None:
        authorities, lists = load_authorities(Path(path)), load_revocations(Path(path))
        trusted = TrustedStates(authorities=authorities, revocations=lists)
    load_scard()
    return EmrtdReader(spec.target, EmrtdSettings(trusted=trusted, card_timeout_s=wait_s))


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
    "emrtd": _open_emrtd,
    "replay": _open_replay,
}
