"""A SAM on USB's bulk pipes: the same frames, whole, one after another.

The standard module shows one pipe out and one pipe in, and takes a frame in one transfer.

Source: GA/T 467-2019 chapter 7; the published drivers of several makers.
"""

import errno
from collections.abc import Callable, Iterable
from typing import Any, Final

from terminal.drivers.optional import load_library
from terminal.drivers.transports import Device, clean_text
from terminal.reader_errors import (
    MisconfiguredReaderError,
    NoReaderError,
    ReaderBusyError,
    ReaderError,
    ReaderForbiddenError,
)

KNOWN: Final = ((0x0400, 0xC35A),)
"""Vendor and product. 0400 is a chip maker's number that others share: both must fit."""
_WRITE_MS: Final = 5000
_MOST_DRAINED: Final = 64
_TIMEOUTS: Final = (errno.ETIMEDOUT, errno.EAGAIN)


class UsbTransport:
    """A SAM on one pair of bulk pipes."""

    def __init__(self, handle: Any, device: Device) -> None:
        """Take the first interface with a pipe out and a pipe in.

        `handle` is pyusb's device.

        Raises:
            NoReaderError: it has no such pipes, or is gone.
            ReaderBusyError, ReaderForbiddenError: it cannot be taken.
        """
        self._handle, self._device = handle, device
        self._usb = load_library("usb.core", package="pyusb")
        self._interface, self._out, self._in = self._guarded("open", self._take)

    @property
    def device(self) -> Device:
        return self._device

    def write(self, data: bytes) -> None:
        self._guarded("write", lambda: self._out.write(data, _WRITE_MS))

    def read(self, timeout_s: float) -> bytes:
        # One packet a time: a frame that fills its last packet is not waited for any longer.
        wait_ms = max(1, round(timeout_s * 1000))
        size = self._in.wMaxPacketSize
        try:
            return bytes(self._in.read(size, wait_ms))
        except self._usb.USBError as exc:
            if exc.errno in _TIMEOUTS or isinstance(exc, self._usb.USBTimeoutError):
                return b""
            raise NoReaderError("read") from exc

    def drain(self) -> None:
        for _ in range(_MOST_DRAINED):
            if not self.read(0.001):
                return

    def close(self) -> None:
        util = load_library("usb.util", package="pyusb")
        try:
            util.release_interface(self._handle, self._interface)
            util.dispose_resources(self._handle)
        except self._usb.USBError:
            pass  # it was pulled out: nothing is held any more

    def _take(self) -> tuple[int, Any, Any]:
        util = load_library("usb.util", package="pyusb")
        for interface in self._handle.get_active_configuration():
            number = interface.bInterfaceNumber
            pipes = [e for e in interface if util.endpoint_type(e.bmAttributes) == _BULK]
            ways = {util.endpoint_direction(pipe.bEndpointAddress): pipe for pipe in pipes[::-1]}
            if {util.ENDPOINT_OUT, util.ENDPOINT_IN} <= set(ways):
                self._free(number)
                util.claim_interface(self._handle, number)
                return number, ways[util.ENDPOINT_OUT], ways[util.ENDPOINT_IN]
        raise NoReaderError("no bulk pipes")

    def _free(self, number: int) -> None:
        """Take the interface from a driver of the system's, where one grabbed it."""
        try:
            if self._handle.is_kernel_driver_active(number):
                self._handle.detach_kernel_driver(number)
        except (RuntimeError, self._usb.USBError):
            pass  # not on this system; claiming says what is wrong

    def _guarded(self, what: str, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except self._usb.USBError as exc:
            raise _refusal(exc, f"{what} {self._device.port}") from exc


_BULK: Final = 2


def find_usb(wanted: Iterable[tuple[int, int]] = KNOWN, *, backend: Any = None) -> list[Any]:
    """Return pyusb's device for everything of these numbers that is plugged in.

    `backend` is pyusb's own word for what stands below it; None takes the system's libusb.

    Raises:
        MisconfiguredReaderError: pyusb or the system's libusb is missing.
    """
    core, numbers = load_library("usb.core", package="pyusb"), set(wanted)
    try:
        return list(
            core.find(
                find_all=True,
                backend=backend,
                custom_match=lambda d: (d.idVendor, d.idProduct) in numbers,
            )
        )
    except core.NoBackendError as exc:
        raise MisconfiguredReaderError("package libusb-1.0 is not installed") from exc
    except core.USBError as exc:
        raise NoReaderError("usb: nothing can be listed") from exc


def open_usb(
    vid: int | None = None, pid: int | None = None, *, backend: Any = None
) -> UsbTransport:
    """Open the given USB device, or the first known reader that is plugged in.

    Raises:
        MisconfiguredReaderError: pyusb or libusb is missing.
        NoReaderError: no such device is plugged in.
        ReaderForbiddenError, ReaderBusyError: it cannot be taken.
    """
    wanted = KNOWN if vid is None or pid is None else ((vid, pid),)
    for handle in find_usb(wanted, backend=backend):
        return UsbTransport(handle, describe_usb(handle))
    raise NoReaderError("usb: none of the known devices is plugged in")


def describe_usb(handle: Any) -> Device:
    """Return a device as the evidence names it; its texts stay empty where they cannot be read."""
    port = f"usb {handle.idVendor:04X}:{handle.idProduct:04X}"
    usb = load_library("usb.core", package="pyusb")
    try:
        model = clean_text(handle.manufacturer, handle.product)
        return Device(port=port, model=model, serial=clean_text(handle.serial_number))
    except (usb.USBError, ValueError, RuntimeError):
        return Device(port=port)


def _refusal(exc: Any, named: str) -> ReaderError:
    if exc.errno in (errno.EACCES, errno.EPERM):
        return ReaderForbiddenError(named)
    if exc.errno == errno.EBUSY:
        return ReaderBusyError(named)
    return NoReaderError(named)
