"""Resident cards over USB's bulk pipes and over HID, and readers that come and go."""

import errno
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from scripts.virtual_module import make_number
from scripts.virtual_usb import UsbReader
from terminal.drivers.hid_port import open_hid
from terminal.drivers.sam import SamReader
from terminal.drivers.sam_module import Timeouts
from terminal.drivers.transports import Transport
from terminal.drivers.usb_port import open_usb
from terminal.reader_errors import (
    NoCardError,
    NoReaderError,
    ReaderBusyError,
    ReaderError,
    ReaderForbiddenError,
)
from tests.usb_buses import HidBus, UsbBus

FAST = Timeouts(card=0.2, poll=0.02, command=0.4, read=0.4, read_fp=0.4)


@dataclass
class Socket:
    """A USB socket of one kind, what is in it, and the reader that looks there."""

    kind: str
    bus: Any
    reader: SamReader
    open: Callable[[], Transport]

    @property
    def device(self) -> UsbReader:
        found: UsbReader = self.bus.plugged[0]
        return found


@pytest.fixture(params=["bulk", "hid"])
def plug(request: pytest.FixtureRequest) -> Socket:
    kind = str(request.param)
    if kind == "hid":
        hid = HidBus(UsbReader("hid"))
        bus: Any = hid
        open_transport: Callable[[], Transport] = lambda: open_hid(library=hid)  # noqa: E731 - one of two
    else:
        bus = UsbBus(UsbReader("bulk"))
        open_transport = lambda: open_usb(backend=bus)  # noqa: E731 - one of two
    reader = SamReader(open_transport, name=kind, timeouts=FAST)
    return Socket(kind, bus, reader, open_transport)


@pytest.mark.parametrize(
    ("card", "number"),
    [
        ("张示例", "41020319850615991X"),
        ("陈示例", "810000198505059938"),
        ("安示例", "DEU410080070499"),
        ("EXAMPLE", "911001198807049912"),
    ],
)
def test_reads_every_kind_of_card(plug: Socket, card: str, number: str) -> None:
    plug.device.put(card)

    assert plug.reader.read().document.number == number


def test_the_evidence_names_the_device(plug: Socket) -> None:
    plug.device.put("张示例")

    evidence = plug.reader.read().evidence

    assert evidence is not None
    numbers = {"bulk": "usb 0400:C35A", "hid": "hid 2B8B:2721"}[plug.kind]
    assert (evidence.port, evidence.device_serial) == (numbers, "SIM0001")
    assert "EXAMPLE" in evidence.device
    assert evidence.device.isprintable()
    assert evidence.started_at is not None
    assert evidence.started_at <= evidence.read_at


def test_a_reader_pulled_out_and_another_plugged_in(plug: Socket) -> None:
    """The queue goes on with whichever reader is there; the evidence says which one it was."""
    plug.device.put("张示例")
    plug.reader.read()
    plug.bus.plugged.clear()
    with pytest.raises(NoReaderError):
        plug.reader.read()

    plug.bus.plugged.append(UsbReader(plug.kind, make_number(2)))
    plug.device.put("李示例")
    evidence = plug.reader.read().evidence

    assert evidence is not None
    assert evidence.reader.endswith("-0000000002")


def test_a_reader_changed_between_two_people_is_not_even_noticed(plug: Socket) -> None:
    plug.device.put("张示例")
    plug.reader.read()
    plug.bus.plugged[:] = [UsbReader(plug.kind, make_number(2))]
    plug.device.put("李示例")

    assert plug.reader.read().name.text == "李示例"


def test_pulled_out_in_the_middle_of_waiting(plug: Socket) -> None:
    plug.reader.probe()
    plug.bus.plugged.clear()

    with pytest.raises(NoReaderError):
        plug.reader.probe()


def test_a_late_answer_is_forgotten(plug: Socket) -> None:
    transport = plug.open()
    plug.device.send(bytes.fromhex("AAAAAA96690003 11FFED".replace(" ", "")))
    transport.drain()

    assert transport.read(0.01) == b""
    transport.close()


def test_nobody_lays_a_card(plug: Socket) -> None:
    with pytest.raises(NoCardError):
        plug.reader.read()


def test_a_silent_device_is_no_reader(plug: Socket) -> None:
    plug.device.is_silent = True
    began = time.monotonic()

    with pytest.raises(NoReaderError):
        plug.reader.probe()
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("refusal", "error"), [(errno.EACCES, ReaderForbiddenError), (errno.EBUSY, ReaderBusyError)]
)
def test_a_usb_device_that_may_not_be_taken(refusal: int, error: type[ReaderError]) -> None:
    bus = UsbBus(UsbReader("bulk"))
    bus.refusal = refusal

    with pytest.raises(error, match="usb 0400:C35A"):
        open_usb(backend=bus)


def test_a_usb_device_that_the_kernel_grabbed_is_taken_from_it() -> None:
    bus = UsbBus(UsbReader("bulk"))
    bus.kernel_has_it = True

    open_usb(backend=bus).close()


def test_a_usb_device_without_bulk_pipes_is_no_reader() -> None:
    with pytest.raises(NoReaderError, match="pipes"):
        open_usb(0x2B8B, 0x2721, backend=UsbBus(UsbReader("hid")))


def test_a_hid_device_that_does_not_open_is_held_by_somebody() -> None:
    bus = HidBus(UsbReader("hid"))
    bus.is_shut = True

    with pytest.raises(ReaderBusyError, match="hid 2B8B:2721"):
        open_hid(library=bus)


def test_a_barcode_scanner_of_the_same_numbers_is_left_alone() -> None:
    bus = HidBus(UsbReader("hid"))
    bus.product = "Barcode scanner"

    with pytest.raises(NoReaderError):
        open_hid(library=bus)
