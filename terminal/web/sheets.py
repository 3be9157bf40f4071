"""Pages of a PDF as pictures: the pages' policy lets no plug-in run."""

import hashlib
from typing import Final

from quarantine.errors import ForeignFileError, WardenGoneError
from quarantine.keeper import Keeper
from terminal.errors import BadMaterialError, NotFoundError

_UNDRAWN: Final = "damaged"


def draw_page(keeper: Keeper, pdf: bytes, page: int, width_px: int) -> tuple[bytes, int]:
    """Return page `page` (from 1) as a JPEG of a width, and how many pages there are.

    Raises:
        NotFoundError: the file has no such page.
        BadMaterialError: the file cannot be drawn.
    """
    key = hashlib.sha256(pdf).hexdigest()
    try:
        count = keeper.report(key, lambda: pdf).pages
        return keeper.draw(key, lambda: pdf, page, width=width_px), count
    except ForeignFileError as exc:
        if exc.reason == "page":
            raise NotFoundError("no such page") from exc
        raise BadMaterialError(exc.reason) from exc
    except WardenGoneError as exc:
        raise BadMaterialError(_UNDRAWN) from exc
