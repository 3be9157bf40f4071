"""The names of a resident card reader in the settings, and the way to each."""

from collections.abc import Callable
from dataclasses import replace

from terminal.desk.ports import PhotoDecoder
from terminal.drivers.detection import Detector
from terminal.drivers.hid_port import open_hid, require_hidapi
from terminal.drivers.optional import load_library
from terminal.drivers.sam import SamReader
from terminal.drivers.sam_module import Timeouts
from terminal.drivers.specs import ReaderSpec
from terminal.drivers.transports import SerialTransport, Transport
from terminal.drivers.usb_port import open_usb


def open_sam(spec: ReaderSpec, decoder: PhotoDecoder | None) -> SamReader:
    """Return the reader of resident cards that a name means.

    Raises:
        MisconfiguredReaderError: an option that this way does not know, or a missing package.
    """
    open_transport = _SAM_WAYS.get(spec.target, _serial_way)(spec)
    timeouts = replace(Timeouts(), card=spec.number("wait", Timeouts().card))
    return SamReader(open_transport, name=spec.target, timeouts=timeouts, decoder=decoder)


def _detected_way(spec: ReaderSpec) -> Callable[[], Transport]:
    spec.require_only("port", "baud", "wait")
    ports = tuple(p for p in spec.options.get("port", "").split(",") if p)
    baud = int(spec.number("baud", 0)) if "baud" in spec.options else None
    return Detector(ports=ports, baud=baud).open


def _hid_way(spec: ReaderSpec) -> Callable[[], Transport]:
    spec.require_only("vid", "pid", "wait")
    vid, pid = spec.usb_number("vid"), spec.usb_number("pid")
    require_hidapi()
    return lambda: open_hid(vid, pid)


def _usb_way(spec: ReaderSpec) -> Callable[[], Transport]:
    spec.require_only("vid", "pid", "wait")
    vid, pid = spec.usb_number("vid"), spec.usb_number("pid")
    load_library("usb.core", package="pyusb")
    return lambda: open_usb(vid, pid)


def _serial_way(spec: ReaderSpec) -> Callable[[], Transport]:
    spec.require_only("baud", "wait")
    baud = int(spec.number("baud", 115200))
    load_library("serial", package="pyserial")
    return lambda: SerialTransport(spec.target, baud=baud)


_SAM_WAYS: dict[str, Callable[[ReaderSpec], Callable[[], Transport]]] = {
    "auto": _detected_way,
    "hid": _hid_way,
    "usb": _usb_way,
}
