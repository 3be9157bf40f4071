"""Runs a photo decoder and makes a PNG of what it gives; runs alone, as a script.

photo_worker.py PROGRAM ARGUMENT... < photo > PNG

A card may be made to break its decoder, and the decoder's picture to break whoever opens it: both
happen here, where there is nothing to steal and little to use up.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
from typing import Final

from PIL import Image

_MEMORY: Final = 512 * 1024 * 1024
_SECONDS: Final = 3
_LARGEST: Final = 1024 * 1024
_WIDEST: Final = 1024


def main(command: list[str]) -> int:
    """Give standard input to the program, and a PNG of its answer to standard output."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, _LARGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    photo = sys.stdin.buffer.read()
    # Decoders that only know files find an empty folder that is gone afterwards.
    with tempfile.TemporaryDirectory() as folder, _memory_file() as output:
        done = subprocess.run(  # noqa: S603 - the technician's own program
            command,
            input=photo,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": folder},
            check=False,
        )
        output.seek(0)
        picture = output.read(_LARGEST)
    if done.returncode:
        return 1
    with Image.open(io.BytesIO(picture), formats=("BMP", "PNG", "JPEG")) as image:
        if max(image.size) > _WIDEST:
            return 1
        image.convert("RGB").save(sys.stdout.buffer, "PNG", optimize=True)
    return 0


def _memory_file() -> io.BufferedRandom:
    """Return a file without a name and without a disk: the face must not be left behind."""
    return os.fdopen(os.memfd_create("portrait"), "w+b")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
