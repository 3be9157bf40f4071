"""What a process gives up before it reads the first byte of a file from outside."""

import ctypes
import resource
from typing import Final

from quarantine.landlock import give_up_files
from quarantine.seccomp import keep_only_drawing, load_library
from quarantine.values import Protection

MEMORY: Final = 1_200_000_000
"""Bytes of address space: a page of 60 million pixels in colour, twice, beside the libraries."""
CPU_S: Final = 300
"""Of the whole life of a process; each single act has its own, shorter time."""
FONTS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/X11/fonts")

_NO_NEW_PRIVILEGES, _DUMPABLE = 38, 4


def shut_in() -> Protection:
    """Give up memory, time, files, network and most calls of the kernel, for good.

    What a kernel does not offer is left out; the limits of memory and time always hold.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (most, most))
    library = load_library()
    landlock = give_up_files(FONTS)
    is_kept = library is not None and keep_only_drawing(library, may_open=landlock > 0)
    return Protection(landlock=landlock, seccomp=is_kept)
