"""Pages of a PDF as pictures, drawn by another process where a malicious file can do no harm.

The pages' policy lets no plug-in run, so a PDF is shown page by page. A scan comes from outside:
it is never opened in the process that holds the keys.
"""

import subprocess
import sys
import threading
from importlib.resources import as_file, files
from typing import Final

from terminal.errors import BadMaterialError, NotFoundError

WIDEST_PX: Final = 2400
_TIMEOUT_S: Final = 30
_NO_SUCH_PAGE: Final = 3
# A branch PC has few cores, and the teller waits for one page at a time.
_AT_ONCE: Final = threading.Semaphore(2)


def draw_page(pdf: bytes, page: int, width_px: int) -> tuple[bytes, int]:
    """Return page `page` (from 1) as a PNG of a width, and how many pages there are.

    Raises:
        NotFoundError: the file has no such page.
        BadMaterialError: the file cannot be drawn.
    """
    with _AT_ONCE, as_file(files("terminal.web") / "sheet_worker.py") as worker:
        command = [sys.executable, "-I", str(worker), str(page), str(width_px)]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command; the file goes in by the pipe
                command, input=pdf, capture_output=True, timeout=_TIMEOUT_S, check=False, env={}
            )
        except subprocess.TimeoutExpired as exc:
            raise BadMaterialError("timeout") from exc
    if done.returncode == _NO_SUCH_PAGE:
        raise NotFoundError("no such page")
    count, _, picture = done.stdout.partition(b"\n")
    if done.returncode or not picture:
        raise BadMaterialError("damaged")
    return picture, int(count)
