"""The self-check of the readers: each thing that can be wrong is told with what to do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from quarantine.keeper import VIEWING, Keeper
from scripts.virtual_sam import VirtualSAM
from terminal.doctor import Line
from terminal.reader_checks import check_decoder, check_readers, open_readers
from terminal.settings import Settings

NOBODY = 65534
CHECK_PASSPORTS = """
from pathlib import Path
from terminal.drivers import open_reader
from terminal.reader_checks import check_readers
from terminal.settings import Settings
name = "emrtd:ACME"
for line in check_readers(Settings(home=Path(), readers=(name,)), {name: open_reader(name)}):
    print(line.zh, line.remedy_zh)
"""


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    made = Keeper(VIEWING)
    yield made
    made.close()


@pytest.fixture
def sam() -> Iterator[VirtualSAM]:
    with VirtualSAM() as device:
        yield device


def check(keeper: Keeper, *specs: str) -> list[Line]:
    settings = Settings(home=Path(), readers=specs)
    readers = open_readers(settings, keeper)
    lines = list(check_readers(settings, readers))
    for reader in readers.values():
        reader.close()
    return lines


def test_a_reader_that_works_says_which_it_is(keeper: Keeper, sam: VirtualSAM) -> None:
    (line,) = check(keeper, f"sam:{sam.port}")

    assert line.level == "ok"
    for word in (sam.port, "99.99-20260101-0000123456-0000000001", "模拟"):
        assert word in line.zh


def test_not_plugged_in(keeper: Keeper) -> None:
    (line,) = check(keeper, "sam:/dev/ttyUSB9")

    assert line.level == "bad"
    assert "不存在" in line.zh


def test_wrong_speed(keeper: Keeper) -> None:
    with VirtualSAM(speed=9600) as slow:
        (line,) = check(keeper, f"sam:{slow.port}")

    assert "波特率不对" in line.zh
    assert "?baud=9600" in line.remedy_zh


def test_another_program_holds_the_port(keeper: Keeper, sam: VirtualSAM) -> None:
    with serial.Serial(sam.port, exclusive=True):
        (line,) = check(keeper, f"sam:{sam.port}")

    assert "占用" in line.zh


def test_this_account_may_not_open_the_port(keeper: Keeper, sam: VirtualSAM) -> None:
    Path(sam.port).chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        (line,) = check(keeper, f"sam:{sam.port}")
    finally:
        if is_root:
            os.seteuid(0)

    assert "没有权限" in line.zh
    assert "usermod -aG" in line.remedy_zh


def test_the_module_fails_its_own_test(keeper: Keeper, sam: VirtualSAM) -> None:
    sam.fail("11ff", 0x60, 0x60)

    (line,) = check(keeper, f"sam:{sam.port}")

    assert "自检失败" in line.zh
    assert "报修" in line.remedy_zh


def test_the_service_for_passports_does_not_run(tmp_path: Path) -> None:
    """In a process of its own: the service's library asks for its place once."""
    told = subprocess.run(
        [sys.executable, "-c", CHECK_PASSPORTS],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PCSCLITE_CSOCK_NAME": str(tmp_path / "nobody")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "pcscd 没有运行" in told.stdout
    assert "systemctl" in told.stdout


def test_a_reader_that_cannot_exist_is_left_out_and_told(keeper: Keeper, sam: VirtualSAM) -> None:
    good, bad = f"sam:{sam.port}", "colour:red"
    settings = Settings(home=Path(), readers=(good, bad))
    readers = open_readers(settings, keeper)

    lines = list(check_readers(settings, readers))
    readers[good].close()

    assert list(readers) == [good]
    assert [(line.name, line.level) for line in lines] == [
        (f"reader:{good}", "ok"),
        (f"reader:{bad}", "bad"),
    ]


def test_a_counter_without_readers_is_warned(keeper: Keeper) -> None:
    (line,) = check(keeper)

    assert line.level == "warn"
    assert "sam:auto" in line.remedy_zh


@pytest.mark.parametrize(
    ("command", "level", "word"),
    [
        ((), "ok", "不显示"),
        (("/no/such/decoder",), "warn", "不能运行"),
        ((sys.executable, "-c", "pass"), "ok", "已设置"),
    ],
    ids=["none", "missing", "there"],
)
def test_the_photo_decoder_is_told_either_way(
    keeper: Keeper, command: tuple[str, ...], level: str, word: str
) -> None:
    line = check_decoder(Settings(home=Path(), photo_decoder=command), keeper)

    assert line.level == level
    assert word in line.zh
