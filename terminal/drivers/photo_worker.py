"""Runs a photo decoder under limits; runs alone, as a script.

photo_worker.py PROGRAM ARGUMENT... < photo > picture

A card may be made to break its decoder: that happens here, where there is nothing to steal and
little to use up.
"""

import os
import resource
import subprocess
import sys
import tempfile
from typing import Final

_MEMORY: Final = 512 * 1024 * 1024
_SECONDS: Final = 3
LARGEST: Final = 256 * 1024
"""Bytes of one file that a decoder may write, its answer included."""


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
    sys.stdout.buffer.write(os.pread(output, LARGEST, 0))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
