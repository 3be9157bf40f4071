"""Runs a photo decoder under limits; runs alone, as a script.

photo_worker.py PROGRAM ARGUMENT... < photo > picture

A card may be made to break its decoder: that happens here, where there is nothing to steal and
little to use up.
"""

import os
import resource
import struct
import subprocess
import sys
import tempfile
import zlib
from typing import Final

_MEMORY: Final = 512 * 1024 * 1024
_SECONDS: Final = 3
LARGEST: Final = 256 * 1024
"""Bytes of one file that a decoder may write, its answer included."""
WIDEST: Final = 480
"""Pixels of a bitmap's longer side; the photo is 102 by 126."""


def main(command: list[str]) -> int:
    """Give standard input to the program, and its answer to standard output."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    photo = sys.stdin.buffer.read()
    # A file without a name and without a disk: the face must not be left behind. Decoders that
    # only know files find an empty folder, which is gone afterwards.
    output = os.memfd_create("portrait")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 - the technician's own program
            command,
            input=photo,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": folder},
            check=False,
        )
    if done.returncode:
        return 1
    picture = os.pread(output, LARGEST, 0)
    sys.stdout.buffer.write(_as_png(picture) if picture[:2] == b"BM" else picture)
    return 0


def _as_png(bitmap: bytes) -> bytes:
    """Rewrite a bitmap, which is what the vendors' libraries make; the quarantine takes none.

    Only the one shape they have: 24 bits a pixel, not compressed. Anything else ends the worker.
    """
    offset, width, height, _, bits, packing = struct.unpack_from("<10xI4xiiHHI", bitmap)
    if not (0 < width <= WIDEST and 0 < abs(height) <= WIDEST and (bits, packing) == (24, 0)):
        raise ValueError("not a bitmap of a photo")
    step = (3 * width + 3) // 4 * 4
    if len(bitmap) < offset + step * abs(height):
        raise ValueError("a bitmap without its end")
    starts = range(offset, offset + step * abs(height), step)
    # A positive height means that the rows come from below.
    lines = b"".join(
        b"\0" + _as_rgb(bitmap[at : at + 3 * width])
        for at in (starts[::-1] if height > 0 else starts)
    )
    head = struct.pack(">IIBBBBB", width, abs(height), 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _as_rgb(row: bytes) -> bytes:
    out = bytearray(len(row))
    out[0::3], out[1::3], out[2::3] = row[2::3], row[1::3], row[0::3]
    return bytes(out)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
