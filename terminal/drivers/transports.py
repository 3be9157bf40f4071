"""How a SAM's frames travel: what every way has in common, and the serial port."""

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from terminal.drivers.optional import load_library
from terminal.reader_errors import (
    MisconfiguredReaderError,
    NoReaderError,
    ReaderBusyError,
    ReaderError,
    ReaderForbiddenError,
)

BAUD_RATES: Final = (115200, 57600, 38400, 19200, 9600)
"""The speeds that a SAM may be set to, the usual one first."""
_LONGEST_TEXT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a plugged device says of itself, for the evidence of a reading."""

    port: str
    """Where it is plugged in: "/dev/ttyUSB0", "usb 0400:C35A", "hid 2B8B:2721"."""
    model: str = ""
    """Maker and product; empty where the device does not say."""
    serial: str = ""


class Transport(Protocol):
    """An open way to a security module."""

    @property
    def device(self) -> Device:
        """Return what stands at the other end."""

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

    def __init__(self, path: str, *, baud: int = BAUD_RATES[0]) -> None:
        """Open the port for this program alone.

        Raises:
            MisconfiguredReaderError: pyserial is missing, or no SAM runs at this speed.
            ReaderBusyError: another program holds the port.
            ReaderForbiddenError: this account may not open it.
            NoReaderError: there is no such port.
        """
        if baud not in BAUD_RATES:
            raise MisconfiguredReaderError(f"baud rate {baud}")
        serial = load_library("serial", package="pyserial")
        try:
            self._port: Any = serial.Serial(path, baud, exclusive=True, write_timeout=5)
        except OSError as exc:  # SerialException is an OSError
            raise _refusal(exc, path) from exc
        self._device = describe_port(path)

    @property
    def device(self) -> Device:
        return self._device

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


def describe_port(path: str) -> Device:
    """Return what the system knows of a serial port's adapter; its path alone where it is none."""
    ports = load_library("serial.tools.list_ports", package="pyserial").comports()
    real = str(Path(path).resolve())
    found = next((p for p in ports if p.device in {path, real}), None)
    if found is None:
        return Device(port=path)
    model = clean_text(found.manufacturer, found.product)
    return Device(port=path, model=model, serial=clean_text(found.serial_number))


def clean_text(*parts: object) -> str:
    """Return what a device says of itself as one short printable line; it may say anything."""
    text = " ".join(str(part) for part in parts if part)
    return "".join(c for c in text if c.isprintable()).strip()[:_LONGEST_TEXT]


def _refusal(exc: OSError, path: str) -> ReaderError:
    if exc.errno in (errno.EAGAIN, errno.EBUSY) or "lock" in str(exc):
        return ReaderBusyError(path)
    if exc.errno in (errno.EACCES, errno.EPERM):
        return ReaderForbiddenError(path)
    return NoReaderError(path)
