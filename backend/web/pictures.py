"""Pages of uploaded materials as pictures, drawn in a process of their own.

Reviewers look at pictures, never at the raw upload: a crafted PDF or image can then harm
only a process that has no keys, little memory and little time.
"""

import functools
import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from backend.errors import NotFoundError

_PROGRAM = Path(__file__).with_name("drawing.py")
_WALL_S = 25
# Drawing is dear: a flood of page turns must not take every core of the office.
_turns = BoundedSemaphore(2)


@functools.lru_cache(maxsize=24)
def draw_page(data: bytes, media_type: str, page: int, width: int) -> bytes:
    """Return one page as PNG, `width` pixels wide; pages count from 1.

    Raises:
        NotFoundError: the material cannot be drawn (damaged, too large, no such page).
    """
    # -I: the drawing process takes nothing from our environment, not even the path.
    command = [sys.executable, "-I", str(_PROGRAM), media_type, str(page), str(width)]
    with _turns:
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter and program
                command,
                input=data,
                capture_output=True,
                timeout=_WALL_S,
                check=True,
                cwd=os.sep,
                env={},
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as exc:
            raise NotFoundError("page cannot be drawn") from exc
    return done.stdout
