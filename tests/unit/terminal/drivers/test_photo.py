"""The vendor's photo decoder: a program that may crash, hang or answer with anything."""

import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from quarantine.keeper import VIEWING, Keeper
from terminal.drivers.photo import ExternalDecoder
from terminal.reader_errors import MisconfiguredReaderError

PHOTO = bytes(range(256)) * 4
GOOD = """
import io, sys
from PIL import Image
photo = sys.stdin.buffer.read()
assert len(photo) == 1024
Image.frombytes("L", (32, 32), photo).resize((102, 126)).convert("RGB").save(sys.stdout.buffer, "PNG")
"""


@pytest.fixture(scope="module")
def keeper() -> Iterator[Keeper]:
    made = Keeper(VIEWING)
    yield made
    made.close()


Make = Callable[..., ExternalDecoder]


@pytest.fixture
def decoder(tmp_path: Path, keeper: Keeper) -> Make:
    def make(program: str, timeout_s: float = 5.0) -> ExternalDecoder:
        script = tmp_path / "decoder.py"
        script.write_text(program, "utf-8")
        command = (sys.executable, "-I", str(script))
        return ExternalDecoder(command, keeper, timeout_s=timeout_s)

    return make


def test_a_picture_comes_back_as_jpeg(decoder: Make) -> None:
    portrait = decoder(GOOD).decode(PHOTO)

    assert portrait is not None
    with Image.open(io.BytesIO(portrait.data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (102, 126))
    assert portrait.codec == "jpeg"


BITMAP = """
import io, sys
from PIL import Image
picture = Image.new("RGB", (102, 126), (200, 30, 40))
picture.paste((20, 60, 220), (0, 0, 102, 30))
out = io.BytesIO()
picture.save(out, "BMP")
sys.stdout.buffer.write(out.getvalue())
"""


def test_a_bitmap_comes_back_the_right_way_up_and_in_its_colours(decoder: Make) -> None:
    """The vendors' libraries make bitmaps: blue before red, from below, rows padded to 308 bytes."""
    portrait = decoder(BITMAP).decode(PHOTO)

    assert portrait is not None
    with Image.open(io.BytesIO(portrait.data)) as picture:
        top, below = picture.getpixel((50, 10)), picture.getpixel((50, 100))
        assert picture.size == (102, 126)
    assert isinstance(top, tuple)
    assert isinstance(below, tuple)
    assert top[2] > 180 > top[0]
    assert below[0] > 180 > below[2]


def test_a_bitmap_without_its_end_is_no_picture(decoder: Make) -> None:
    assert decoder(BITMAP.replace("out.getvalue()", "out.getvalue()[:-1]")).decode(PHOTO) is None


def test_a_decoder_that_knows_only_files_may_write_them(decoder: Make) -> None:
    program = GOOD.replace("photo = sys", "open('zp.wlt', 'wb').write(b'x')\nphoto = sys")

    assert decoder(program).decode(PHOTO) is not None
    assert not Path("zp.wlt").exists()


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import sys; sys.exit(3)",
        "print('no picture')",
        "",
        "import sys; sys.stdout.buffer.write(b'BM' + bytes(5_000_000))",
        "x = bytearray(2_000_000_000); print(len(x))",
        "import sys; from PIL import Image; Image.new('L', (9000, 9000)).save(sys.stdout.buffer, 'PNG')",
    ],
    ids=["crash", "failure", "text", "nothing", "flood", "memory", "too wide"],
)
def test_a_decoder_that_fails_gives_no_picture_and_no_trouble(decoder: Make, program: str) -> None:
    assert decoder(program).decode(PHOTO) is None


def test_a_decoder_that_hangs_is_ended_with_all_it_started(decoder: Make, tmp_path: Path) -> None:
    program = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    began = time.monotonic()

    assert decoder(program, timeout_s=2.0).decode(PHOTO) is None

    assert time.monotonic() - began < 40, "what it started sleeps for a minute"
    pid = int((tmp_path / "pid").read_text())
    end = time.monotonic() + 5
    while _is_alive(pid):
        assert time.monotonic() < end
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except OSError:
        return False


@pytest.mark.parametrize("command", [(), ("wlt2bmp",), ("/no/such/program",), ("/tmp",)])
def test_a_decoder_that_cannot_be_run_is_refused_at_start(
    keeper: Keeper, command: tuple[str, ...]
) -> None:
    with pytest.raises(MisconfiguredReaderError, match="photo_decoder"):
        ExternalDecoder(command, keeper)


def test_a_file_without_the_right_to_run_is_refused(tmp_path: Path, keeper: Keeper) -> None:
    program = tmp_path / "wlt2bmp"
    program.touch(mode=0o600)

    with pytest.raises(MisconfiguredReaderError):
        ExternalDecoder((str(program),), keeper)
