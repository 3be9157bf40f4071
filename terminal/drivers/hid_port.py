"""A SAM behind USB HID: the same frames in reports of 64 bytes.

Source: the published drivers of several makers; hidapi's own description of its calls.
"""

import os
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from terminal.drivers.optional import load_library
from terminal.drivers.transports import Device, clean_text
from terminal.reader_errors import (
    MisconfiguredReaderError,
    NoReaderError,
    ReaderBusyError,
    ReaderForbiddenError,
)

_REPORT: Final = 64
_DRAINING_S: Final = 0.2
KNOWN: Final = ((0x2B8B, 0x2721), (0x0483, 0x5750), (0x28E9, 0x028A))
"""Vendor and product: the standard module's HID form, and two common copies of it."""


class HidDevice(Protocol):
    """The part of hidapi's `hid.device` that we use."""

    def write(self, data: bytes) -> int: ...

    def read(self, size: int, timeout_ms: int) -> list[int]: ...

    def close(self) -> None: ...


class HidTransport:
    """A SAM behind HID: frames cut into 64-byte reports without a report number."""

    def __init__(self, handle: HidDevice, device: Device) -> None:
        self._handle = handle
        self._device = device

    @property
    def device(self) -> Device:
        return self._device

    def write(self, data: bytes) -> None:
        for start in range(0, len(data), _REPORT):
            report = data[start : start + _REPORT].ljust(_REPORT, b"\x00")
            # hidapi wants the report's number first: 0, as these devices number none.
            if self._guarded("write", lambda r=report: self._handle.write(b"\x00" + r)) < 0:
                raise NoReaderError("write")

    def read(self, timeout_s: float) -> bytes:
        wait_ms = max(1, round(timeout_s * 1000))
        report = self._guarded("read", lambda: self._handle.read(_REPORT, wait_ms))
        return bytes(report)

    def drain(self) -> None:
        end = time.monotonic() + _DRAINING_S
        while self.read(0.001) and time.monotonic() < end:
            pass

    def close(self) -> None:
        self._handle.close()

    @staticmethod
    def _guarded(what: str, act: Any) -> Any:
        try:
            return act()
        except (OSError, ValueError) as exc:  # hidapi: ValueError when not open
            raise NoReaderError(what) from exc


class HidLibrary(Protocol):
    """The part of hidapi that we use; a test may bring its own."""

    def enumerate(self) -> list[dict[str, Any]]: ...

    def device(self) -> Any: ...


def find_hid(
    wanted: Iterable[tuple[int, int]] = KNOWN, *, library: HidLibrary | None = None
) -> list[Mapping[str, Any]]:
    """Return hidapi's own words on every device of these numbers that is plugged in.

    Raises:
        MisconfiguredReaderError: hidapi is missing.
    """
    numbers = set(wanted)
    return [
        found
        for found in (library or require_hidapi()).enumerate()
        if (found["vendor_id"], found["product_id"]) in numbers and not _is_scanner(found)
    ]


def open_hid(
    vid: int | None = None, pid: int | None = None, *, library: HidLibrary | None = None
) -> HidTransport:
    """Open the given HID device, or the first known reader that is plugged in.

    Raises:
        MisconfiguredReaderError: hidapi is missing.
        NoReaderError: no such device is plugged in.
        ReaderForbiddenError: this account may not open it.
        ReaderBusyError: it is there and may be opened, but another program holds it.
    """
    hid = library or require_hidapi()
    wanted = KNOWN if vid is None or pid is None else ((vid, pid),)
    for found in find_hid(wanted, library=hid):
        handle = hid.device()
        try:
            handle.open_path(found["path"])
        except OSError as exc:
            raise _refusal(found) from exc
        return HidTransport(handle, describe_hid(found))
    raise NoReaderError("hid: none of the known devices is plugged in")


def describe_hid(found: Mapping[str, Any]) -> Device:
    """Return a device as the evidence names it."""
    numbers = f"{found['vendor_id']:04X}:{found['product_id']:04X}"
    return Device(
        port=f"hid {numbers}",
        model=clean_text(found.get("manufacturer_string"), found.get("product_string")),
        serial=clean_text(found.get("serial_number")),
    )


def require_hidapi() -> Any:
    """Return hidapi over the kernel's own driver where that is built; else over what it has.

    The other way takes the device from the kernel, and names no file whose rights could be told.
    """
    try:
        return load_library("hidraw", package="hidapi")
    except MisconfiguredReaderError:
        return load_library("hid", package="hidapi")


def _is_scanner(found: Mapping[str, Any]) -> bool:
    # The copies' numbers are shared with barcode scanners, which say so in their name.
    return "SCANNER" in (found.get("product_string") or "").upper()


def _refusal(found: Mapping[str, Any]) -> ReaderForbiddenError | ReaderBusyError:
    # hidapi says "open failed" and no more; the device file says whether we might.
    path = os.fsdecode(found["path"])
    is_ours = os.access(path, os.R_OK | os.W_OK) if path.startswith("/dev/") else True
    named = f"{path} {describe_hid(found).port}"
    return ReaderBusyError(named) if is_ours else ReaderForbiddenError(named)
