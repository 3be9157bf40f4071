"""Pages of uploaded materials as pictures.

Reviewers look at pictures, never at the raw upload: a crafted PDF or image can then harm only
the process of the quarantine that drew it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from flask import current_app

from backend.errors import NotFoundError
from quarantine.errors import ForeignFileError, WardenGoneError
from quarantine.keeper import VIEWING, Keeper

EXTENSION: Final = "pictures"
_MOST_KEPT: Final = 48
"""Pictures: a reviewer turns back and forth between the pages of one case."""


class Pictures:
    """Draws pages, and keeps the last few."""

    def __init__(self, keeper: Keeper | None = None) -> None:
        self._keeper = keeper or Keeper(VIEWING)
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()

    def draw(
        self, sha256: str, load: Callable[[], bytes], media_type: str, *, page: int, width: int
    ) -> bytes:
        """Return one page as a JPEG, `width` pixels wide; pages count from 1.

        Raises:
            NotFoundError: the material cannot be drawn, is not what it is called, or has no
                such page.
        """
        key = (sha256, page, width)
        with self._lock:
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
                return found
        try:
            if self._keeper.report(sha256, load).media_type != media_type:
                raise NotFoundError("not what it is called")
            picture = self._keeper.draw(sha256, load, page, width=width)
        except (ForeignFileError, WardenGoneError) as exc:
            raise NotFoundError("page cannot be drawn") from exc
        with self._lock:
            self._kept[key] = picture
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return picture

    def close(self) -> None:
        """Let every process go."""
        self._keeper.close()


def pictures() -> Pictures:
    """Return the pictures of the running application."""
    found: Pictures = current_app.extensions[EXTENSION]
    return found
