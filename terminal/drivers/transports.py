"""How a SAM's frames travel: a serial port or HID reports."""

import errno
import time
from typing import Any, Protocol

from terminal.drivers.optional import load_library
from terminal.errors import MisconfiguredReaderError, NoReaderError, ReaderBusyError

_BAUD_RATES = (115200, 57600, 38400, 19200, 9600)
_REPORT = 64
# 2B8B:2721 is the HID form of the standard module; the other two are common copies of it.
HID_DEVICES = ((0x2B8B, 0x2721), (0x0483, 0x5750), (0x28E9, 0x028A))


class Transport(Protocol):
    """An open way to a security module."""

    def write(self, data: bytes) -> None:
        """Send one frame.

        Raises:
            NoReaderError: the device is gone.
        """

    def read(self, timeout_s: float) -> bytes:
        """Return what came, as soon as something came; empty when nothing did in time.

        Raises:
            NoReaderError: the device is gone.
        """

    def drain(self) -> None:
        """Forget bytes that came too late for the last command.

        Raises:
            NoReaderError: the device is gone.
        """

    def close(self) -> None:
        """Let the device go."""


class SerialTransport:
    """A SAM on a serial port: 8 data bits, no parity, 1 stop bit."""

    def __init__(self, path: str, *, baud: int = 115200) -> None:
        """Open the port for this program alone.

        Raises:
            MisconfiguredReaderError: pyserial is missing, or no SAM runs at this speed.
            ReaderBusyError: another program holds the port.
            NoReaderError: there is no such port.
        """
        if baud not in _BAUD_RATES:
            raise MisconfiguredReaderError(f"baud rate {baud}")
        serial = load_library("serial", package="pyserial")
        try:
            self._port: Any = serial.Serial(path, baud, exclusive=True, write_timeout=5)
        except OSError as exc:  # SerialException is an OSError
            if exc.errno in (errno.EAGAIN, errno.EBUSY) or "lock" in str(exc):
                raise ReaderBusyError(path) from exc
            raise NoReaderError(path) from exc

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except (OSError, TypeError) as exc:
            raise NoReaderError("write") from exc

    def read(self, timeout_s: float) -> bytes:
        try:
            self._port.timeout = timeout_s
            first: bytes = self._port.read(1)
            return first + (self._port.read(self._port.in_waiting) if first else b"")
        except (OSError, TypeError) as exc:  # pyserial: TypeError when closed meanwhile
            raise NoReaderError("read") from exc

    def drain(self) -> None:
        try:
            self._port.reset_input_buffer()
        except Exception as exc:  # termios.error is no OSError and does not exist on Windows
            raise NoReaderError("drain") from exc

    def close(self) -> None:
        self._port.close()


class HidDevice(Protocol):
    """The part of hidapi's `hid.device` that we use."""

    def write(self, data: bytes) -> int: ...

    def read(self, size: int, timeout_ms: int) -> list[int]: ...

    def close(self) -> None: ...


class HidTransport:
    """A SAM behind HID: the same frames cut into 64-byte reports without a report number."""

    def __init__(self, device: HidDevice) -> None:
        self._device = device

    def write(self, data: bytes) -> None:
        for start in range(0, len(data), _REPORT):
            report = data[start : start + _REPORT].ljust(_REPORT, b"\x00")
            # hidapi wants the report's number first: 0, as these devices number none.
            if self._guarded("write", lambda r=report: self._device.write(b"\x00" + r)) < 0:
                raise NoReaderError("write")

    def read(self, timeout_s: float) -> bytes:
        wait_ms = max(1, round(timeout_s * 1000))
        report = self._guarded("read", lambda: self._device.read(_REPORT, wait_ms))
        return bytes(report)

    def drain(self) -> None:
        end = time.monotonic() + 0.2
        while self.read(0.001) and time.monotonic() < end:
            pass

    def close(self) -> None:
        self._device.close()

    @staticmethod
    def _guarded(what: str, act: Any) -> Any:
        try:
            return act()
        except (OSError, ValueError) as exc:  # hidapi: ValueError when not open
            raise NoReaderError(what) from exc


def open_hid(vid: int | None = None, pid: int | None = None) -> HidTransport:
    """Open the given HID device, or the first known reader that is plugged in.

    Raises:
        MisconfiguredReaderError: hidapi is missing.
        NoReaderError: no such device is plugged in, or it may not be opened.
    """
    hid = load_library("hid", package="hidapi")
    wanted = HID_DEVICES if vid is None or pid is None else ((vid, pid),)
    for found in hid.enumerate():
        # The copies' numbers are shared with barcode scanners, which say so in their name.
        is_scanner = "SCANNER" in (found.get("product_string") or "").upper()
        if (found["vendor_id"], found["product_id"]) in wanted and not is_scanner:
            device = hid.device()
            try:
                device.open_path(found["path"])
            except OSError as exc:
                raise NoReaderError("hid open") from exc
            return HidTransport(device)
    raise NoReaderError("hid")
