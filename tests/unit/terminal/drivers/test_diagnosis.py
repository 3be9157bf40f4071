"""The machine is looked at, and the technician is told what to do about a reader."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.virtual_sam import VirtualSAM
from terminal.drivers.diagnosis import explain, holders, udev_rules
from terminal.reader_errors import (
    MisconfiguredReaderError,
    NoCardServiceError,
    NoReaderError,
    ReaderBusyError,
    ReaderError,
    ReaderFaultError,
    ReaderForbiddenError,
    ReaderProtocolError,
)

HOLD = (
    "import sys, serial; p = serial.Serial(sys.argv[1], exclusive=True); print(flush=True); input()"
)


@pytest.fixture
def sam() -> Iterator[VirtualSAM]:
    with VirtualSAM() as device:
        yield device


def test_a_port_that_is_not_there_names_those_that_are() -> None:
    told = explain("sam:/dev/ttyUSB9", NoReaderError("/dev/ttyUSB9"))

    assert "/dev/ttyUSB9" in told.zh
    assert "sam:auto" in told.remedy_zh


@pytest.mark.parametrize("error", [NoReaderError("no answer"), ReaderProtocolError("check byte")])
def test_a_wrong_speed_is_found_and_told_with_the_line_for_the_settings(
    error: ReaderError,
) -> None:
    with VirtualSAM(speed=9600) as slow:
        told = explain(f"sam:{slow.port}", error)

    assert "波特率不对" in told.zh
    assert f"sam:{slow.port}?baud=9600" in told.remedy_en


def test_a_silent_port_asks_for_power_and_cable(sam: VirtualSAM) -> None:
    sam.is_silent = True

    told = explain(f"sam:{sam.port}?baud=115200", NoReaderError("no answer"))

    assert "没有应答" in told.zh
    assert "电源" in told.remedy_zh


def test_a_forbidden_port_names_the_group(tmp_path: Path) -> None:
    port = tmp_path / "ttyUSB0"
    port.touch()

    told = explain(f"sam:{port}", ReaderForbiddenError(str(port)))

    assert f"usermod -aG {port.group()}" in told.remedy_zh


USB_RULE = 'SUBSYSTEM=="usb", ATTRS{idVendor}=="0400", ATTRS{idProduct}=="c35a"'
HID_RULE = 'KERNEL=="hidraw*", ATTRS{idVendor}=="2b8b", ATTRS{idProduct}=="2721"'


@pytest.mark.parametrize(
    ("detail", "matching"),
    [("open usb 0400:C35A", USB_RULE), ("/dev/hidraw0 hid 2B8B:2721", HID_RULE)],
)
def test_a_forbidden_device_names_the_rule(detail: str, matching: str) -> None:
    rule = f'{matching}, MODE="0660", GROUP="plugdev"'
    told = explain("sam:auto", ReaderForbiddenError(detail))

    assert rule in told.remedy_zh
    assert rule in udev_rules()


def test_whoever_holds_the_port_is_named(sam: VirtualSAM) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, sam.port], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()

        told = explain(f"sam:{sam.port}", ReaderBusyError(sam.port))

        assert f"PID {other.pid}" in told.zh
        other.communicate(b"\n")
    assert holders(sam.port) == ()


def test_a_device_that_somebody_holds_without_a_name_is_told_too() -> None:
    assert "别的程序" in explain("sam:hid", ReaderBusyError("1-1:1.0 hid 2B8B:2721")).zh


def test_a_missing_service_says_how_it_is_started() -> None:
    told = explain("emrtd:ACME", NoCardServiceError("PC/SC service code=8010001D"))

    assert "pcscd.socket" in told.remedy_en


def test_a_passport_reader_that_is_not_there_names_those_that_are() -> None:
    told = explain("emrtd:ACME", NoReaderError("no ACME; readers here: Virtual PCD 00 00"))

    assert "Virtual PCD 00 00" in told.en


@pytest.mark.parametrize(
    ("detail", "word"), [("self-test failed", "自检失败"), ("not authorised", "未经授权")]
)
def test_a_broken_module_says_what_is_broken(detail: str, word: str) -> None:
    told = explain("sam:hid", ReaderFaultError(detail))

    assert word in told.zh
    assert "报修" in told.remedy_zh


def test_a_missing_package_is_named() -> None:
    told = explain("sam:usb", MisconfiguredReaderError("package pyusb is not installed"))

    assert "pyusb" in told.zh


def test_nothing_plugged_in_asks_to_look() -> None:
    assert "没有检测到读卡器" in explain("sam:auto", NoReaderError("hid")).zh
