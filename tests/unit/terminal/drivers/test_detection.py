"""Finding a reader that nobody named, at whatever speed it speaks."""

from collections.abc import Iterator

import pytest

from scripts.virtual_module import make_number
from scripts.virtual_sam import VirtualSAM
from terminal.drivers import open_reader
from terminal.drivers.detection import find_speed, open_answering, open_first
from terminal.drivers.transports import Transport
from terminal.reader_errors import (
    MisconfiguredReaderError,
    NoReaderError,
    ReaderBusyError,
    ReaderError,
    ReaderForbiddenError,
    ReaderProtocolError,
)


@pytest.fixture
def slow() -> Iterator[VirtualSAM]:
    with VirtualSAM(speed=9600) as device:
        yield device


def refusing(error: ReaderError) -> Transport:
    raise error


@pytest.mark.parametrize("speed", [115200, 9600])
def test_a_port_is_tried_at_every_speed(speed: int) -> None:
    with VirtualSAM(speed=speed) as device:
        assert find_speed(device.port) == speed


def test_a_silent_port_has_no_speed(slow: VirtualSAM) -> None:
    slow.is_silent = True

    assert find_speed(slow.port, (9600, 115200)) is None
    with pytest.raises(NoReaderError, match="does not answer"):
        open_answering(slow.port, baud=9600)


def test_a_module_out_of_order_is_found_all_the_same(slow: VirtualSAM) -> None:
    """Else nobody would hear that it is broken."""
    slow.fail("11ff", 0x60)

    assert find_speed(slow.port, (9600,)) == 9600


def test_a_named_port_is_among_those_that_are_tried(slow: VirtualSAM) -> None:
    slow.put("张示例")
    reader = open_reader(f"sam:auto?port=/dev/no-such-port,{slow.port}&wait=2")

    record = reader.read()
    reader.close()

    assert record.evidence is not None
    assert record.evidence.port == slow.port


def test_a_reader_that_moved_to_another_port_is_found_again() -> None:
    with VirtualSAM() as first, VirtualSAM(number=make_number(2)) as second:
        reader = open_reader(f"sam:auto?port={first.port},{second.port}&wait=2")
        first.put("张示例")
        reader.read()
        first.unplug()
        second.put("李示例")

        evidence = reader.read().evidence
        reader.close()

    assert evidence is not None
    assert evidence.reader.endswith("0000000002")


def test_an_explicit_port_at_another_speed_is_garbage(slow: VirtualSAM) -> None:
    with pytest.raises((ReaderProtocolError, NoReaderError)):
        open_reader(f"sam:{slow.port}").probe()


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ([NoReaderError("hid"), ReaderForbiddenError("usb")], ReaderForbiddenError),
        ([NoReaderError("hid"), ReaderBusyError("usb"), NoReaderError("")], ReaderBusyError),
        ([MisconfiguredReaderError("hid"), NoReaderError("usb")], NoReaderError),
        ([MisconfiguredReaderError("hid")], MisconfiguredReaderError),
        ([], NoReaderError),
    ],
)
def test_of_many_troubles_the_one_that_helps_is_told(
    errors: list[ReaderError], told: type[ReaderError]
) -> None:
    with pytest.raises(told):
        open_first([lambda e=e: refusing(e) for e in errors])  # type: ignore[misc]  # bound now
