"""What both sides hold of the quarantine: it gives files in and takes pictures out.

An answer is checked like anything from outside before a value is made of it: the file may have
taken its cell over.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from pydantic import TypeAdapter

from quarantine.custody import Cell, Warden, checked
from quarantine.errors import ForeignFileError, WardenGoneError
from quarantine.messages import Head
from quarantine.values import CleanPage, Edit, FileReport, Protection

Load = Callable[[], bytes]
VIEWING: Final = "quarantine.viewing"
"""For who only shows pages."""
DEVELOPING: Final = "quarantine.developing"
"""For who makes pages ready to travel."""
WIDEST_PX: Final = 2400
"""Of a page for the screen."""
_ACT_S: Final = 20.0
_AT_ONCE: Final = 2
_MOST_CELLS: Final = 4
_IDLE_S: Final = 60.0
_WARDEN_IDLE_S: Final = 900.0
_PAGE: Final = TypeAdapter(CleanPage)
_POINTS: Final = (3, 14_400)
"""Between these a PDF may have a page. Source: ISO 32000-1, annex C."""


class Keeper:
    """Opens files from outside, each in a cell of its own; threads may share it.

    Raises (every act): ForeignFileError, whose `reason` says what is wrong with the file;
        WardenGoneError when this machine gives no process.
    """

    def __init__(self, room: str, *, act_s: float = _ACT_S) -> None:
        """`room` names what cells can do, `act_s` how long one act may take before its cell ends."""
        self._room, self._act_s = room, act_s
        self._lock = threading.Lock()
        self._cells: OrderedDict[str, Cell] = OrderedDict()
        self._warden: Warden | None = None
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._sweeper: threading.Timer | None = None

    def report(self, key: str, load: Load) -> FileReport:
        """Say what a file is. `key` is its digest; `load` is asked for its bytes if need be."""
        with self._cell(key, load) as cell:
            return cell.report

    def draw(
        self, key: str, load: Load, page: int, *, width: int, edit: Edit | None = None
    ) -> bytes:
        """Return a page as a JPEG for the screen, `width` pixels wide; pages count from 1."""
        with self._cell(key, load) as cell:
            asked = _page_head("draw", page, edit) | {"width": min(max(width, 16), WIDEST_PX)}
            return _require_jpeg(cell.ask(asked)[1])

    def develop(
        self, key: str, load: Load, page: int, edit: Edit | None = None
    ) -> tuple[CleanPage, bytes]:
        """Return a page as it travels, and its bytes."""
        with self._cell(key, load) as cell:
            head, data = cell.ask(_page_head("develop", page, edit))
            clean = checked(_PAGE, head)
            for side in (clean.width, clean.height):
                if not _POINTS[0] <= side / clean.dots_per_inch * 72 <= _POINTS[1]:
                    raise ForeignFileError("damaged")
            if clean.media_type == "image/jpeg":
                _require_jpeg(data)
            return clean, data

    def protection(self) -> Protection:
        """Say what holds the cells on this machine."""
        with self._new_cell() as cell:
            return cell.protection

    def close(self) -> None:
        """End every cell."""
        with self._lock:
            self._end_cells(before=time.monotonic() + 1)
            self._end_warden()
            if self._sweeper:
                self._sweeper.cancel()

    # --- inside

    @contextmanager
    def _cell(self, key: str, load: Load) -> Iterator[Cell]:
        """Lend the cell of a file to one caller; one that failed is gone."""
        with self._turns:
            with self._lock:
                cell = self._cells.pop(key, None)
            if cell is None:
                cell = self._new_cell()
                try:
                    cell.open(load())
                except BaseException:
                    cell.end()
                    raise
            try:
                yield cell
            except BaseException as exc:
                if not isinstance(exc, ForeignFileError) or not cell.is_alive:
                    cell.end()
                    raise
                self._put_back(key, cell)
                raise
            self._put_back(key, cell)

    def _put_back(self, key: str, cell: Cell) -> None:
        with self._lock:
            cell.used_at = time.monotonic()
            other = self._cells.pop(key, None)
            self._cells[key] = cell
            spare = [other] if other else []
            while len(self._cells) > _MOST_CELLS:
                spare.append(self._cells.popitem(last=False)[1])
            self._watch()
        for one in spare:
            one.end()

    def _new_cell(self) -> Cell:
        with self._lock:
            if self._warden is None:
                self._warden = Warden(self._room)
            try:
                return self._warden.make_cell(self._act_s)
            except (OSError, ForeignFileError):
                # It was ended from outside; another is made, once.
                self._end_warden()
            self._warden = Warden(self._room)
            try:
                return self._warden.make_cell(self._act_s)
            except (OSError, ForeignFileError) as exc:
                self._end_warden()
                raise WardenGoneError("no cell could be made") from exc

    def _watch(self) -> None:
        if self._sweeper is None:
            self._sweeper = threading.Timer(_IDLE_S / 2, self._sweep)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _sweep(self) -> None:
        with self._lock:
            self._sweeper = None
            self._end_cells(before=time.monotonic() - _IDLE_S)
            if self._cells:
                self._watch()
            elif self._warden and self._warden.used_at < time.monotonic() - _WARDEN_IDLE_S:
                self._end_warden()
            elif self._warden:
                self._watch()

    def _end_cells(self, *, before: float) -> None:
        for key in [k for k, cell in self._cells.items() if cell.used_at < before]:
            self._cells.pop(key).end()

    def _end_warden(self) -> None:
        if self._warden:
            self._warden.end()
        self._warden = None


def _page_head(ask: str, page: int, edit: Edit | None) -> Head:
    edit = edit or Edit()
    return {"ask": ask, "page": page, "cut": list(edit.cut), "turn": edit.turn}


def _require_jpeg(data: bytes) -> bytes:
    if not (data.startswith(b"\xff\xd8\xff") and data.endswith(b"\xff\xd9")):
        raise ForeignFileError("damaged")
    return data
