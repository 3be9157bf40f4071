"""USB without a kernel: hidapi's calls and pyusb's backend, answered by the virtual reader.

`scripts/prove_usb` runs the same drivers over a real kernel's USB; here they stand at the
libraries' own boundary, on machines that have none.
"""

import errno
from types import SimpleNamespace
from typing import Any

import usb.core
from usb.backend import IBackend

from scripts.virtual_usb import Setup, UsbReader


class HidBus:
    """What hidapi tells of the readers that are plugged in; a `HidLibrary`."""

    def __init__(self, *readers: UsbReader) -> None:
        self.plugged = list(readers)
        self.is_shut = False
        """Whether opening fails, as it does for an account without the right."""
        self.product = "SAM reader"

    def enumerate(self) -> list[dict[str, Any]]:
        return [
            {
                "vendor_id": reader.vid,
                "product_id": reader.pid,
                "path": f"virtual-{at}".encode(),
                "manufacturer_string": "EXAMPLE\x07(simulated)",
                "product_string": self.product,
                "serial_number": "SIM0001",
            }
            for at, reader in enumerate(self.plugged)
        ]

    def device(self) -> "HidHandle":
        return HidHandle(self)


class HidHandle:
    """One open device: reports of 64 bytes, outward ones behind their number."""

    def __init__(self, bus: HidBus) -> None:
        self._bus = bus
        self._reader: UsbReader | None = None

    def open_path(self, path: bytes) -> None:
        if self._bus.is_shut:
            raise OSError("open failed")
        self._reader = self._bus.plugged[int(path.split(b"-")[1])]

    def write(self, data: bytes) -> int:
        assert (len(data), data[0]) == (65, 0), "a report behind its number"
        self._require().send(bytes(data[1:]))
        return len(data)

    def read(self, size: int, timeout_ms: int) -> list[int]:
        assert size == 64
        return list(self._require().receive(timeout_ms / 1000))

    def close(self) -> None:
        self._reader = None

    def _require(self) -> UsbReader:
        if self._reader is None:
            raise ValueError("not open")
        if self._reader not in self._bus.plugged:
            raise OSError("read error")
        return self._reader


class UsbBus(IBackend):  # type: ignore[misc]  # pyusb has no types
    """What stands below pyusb, with the readers that are plugged in."""

    def __init__(self, *readers: UsbReader) -> None:
        self.plugged = list(readers)
        self.refusal = 0
        """The error with which claiming an interface fails: EACCES, EBUSY."""
        self.kernel_has_it = False

    def enumerate_devices(self) -> Any:
        return iter(self.plugged)

    def get_device_descriptor(self, dev: UsbReader) -> Any:
        names = (
            "bLength bDescriptorType bcdUSB bDeviceClass bDeviceSubClass bDeviceProtocol "
            "bMaxPacketSize0 idVendor idProduct bcdDevice iManufacturer iProduct iSerialNumber "
            "bNumConfigurations"
        )
        told = _unpacked(dev.device_descriptor, names, "bcdUSB idVendor idProduct bcdDevice")
        return SimpleNamespace(**told, address=1, bus=1, port_number=1, port_numbers=(1,), speed=2)

    def get_configuration_descriptor(self, dev: UsbReader, config: int) -> Any:
        if config:
            raise IndexError(config)
        names = (
            "bLength bDescriptorType wTotalLength bNumInterfaces bConfigurationValue "
            "iConfiguration bmAttributes bMaxPower"
        )
        told = _unpacked(dev.configuration, names, "wTotalLength")
        return SimpleNamespace(**told, extra_descriptors=[])

    def get_interface_descriptor(self, dev: UsbReader, intf: int, alt: int, config: int) -> Any:
        if intf or alt or config:
            raise IndexError(intf)
        names = (
            "bLength bDescriptorType bInterfaceNumber bAlternateSetting bNumEndpoints "
            "bInterfaceClass bInterfaceSubClass bInterfaceProtocol iInterface"
        )
        return SimpleNamespace(**_unpacked(dev.configuration[9:], names), extra_descriptors=[])

    def get_endpoint_descriptor(
        self, dev: UsbReader, ep: int, intf: int, alt: int, config: int
    ) -> Any:
        if ep > 1:
            raise IndexError(ep)
        pipes = dev.configuration[-14:][7 * ep :]
        names = "bLength bDescriptorType bEndpointAddress bmAttributes wMaxPacketSize bInterval"
        told = _unpacked(pipes, names, "wMaxPacketSize")
        return SimpleNamespace(**told, bRefresh=0, bSynchAddress=0, extra_descriptors=[])

    def open_device(self, dev: UsbReader) -> UsbReader:
        self._require(dev)
        return dev

    def close_device(self, dev_handle: UsbReader) -> None:
        return

    def get_configuration(self, dev_handle: UsbReader) -> int:
        return 1

    def claim_interface(self, dev_handle: UsbReader, intf: int) -> None:
        assert not self.kernel_has_it
        if self.refusal:
            raise usb.core.USBError("refused", errno=self.refusal)

    def release_interface(self, dev_handle: UsbReader, intf: int) -> None:
        self._require(dev_handle)

    def is_kernel_driver_active(self, dev_handle: UsbReader, intf: int) -> bool:
        return self.kernel_has_it

    def detach_kernel_driver(self, dev_handle: UsbReader, intf: int) -> None:
        self.kernel_has_it = False

    def ctrl_transfer(
        self, dev_handle: UsbReader, kind: int, request: int, value: int, index: int,
        data: Any, timeout: int,
    ) -> int:  # fmt: skip
        told = self._require(dev_handle).control(Setup(kind, request, value, index, len(data)))
        if told is None:
            raise usb.core.USBError("stalled", errno=errno.EPIPE)
        for at, byte in enumerate(told):
            data[at] = byte
        return len(told)

    def bulk_write(self, dev_handle: UsbReader, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == 0x02
        self._require(dev_handle).send(bytes(data))
        return len(data)

    def bulk_read(self, dev_handle: UsbReader, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep == 0x81
        packet = self._require(dev_handle).receive(timeout / 1000)
        if not packet:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        for at, byte in enumerate(packet):
            buff[at] = byte
        return len(packet)

    def _require(self, dev: UsbReader) -> UsbReader:
        if dev not in self.plugged:
            raise usb.core.USBError("no such device", errno=errno.ENODEV)
        return dev


def _unpacked(raw: bytes, names: str, wide: str = "") -> dict[str, int]:
    """Take a descriptor apart by its members' names; the wide ones have two bytes."""
    told, at = {}, 0
    for name in names.split():
        size = 2 if name in wide.split() else 1
        told[name] = int.from_bytes(raw[at : at + size], "little")
        at += size
    return told
