"""The shelf of the box for lists of discharges: each teller's last, with what became of its lines."""

from datetime import UTC
from typing import Final

from terminal.box_file import BoxFile
from terminal.desk.lists import KeptList
from terminal.errors import BoxDamagedError
from terminal.rows import LIST

_CONTEXT: Final = "list"


class ListShelf(BoxFile):
    """The part of a `terminal.desk.ports.Box` that keeps lists.

    Whose a list is stands inside its encrypted row, so that the file names nobody.
    """

    def keep_list(self, kept: KeptList) -> None:
        """Keep the list that a teller brought in; the one before is forgotten."""
        sealed = self._vault.seal(LIST.encode(kept), _CONTEXT)
        with self._writing():
            for number, found in self._lists():
                if found is None or found.teller == kept.teller:
                    self._db.execute("DELETE FROM lists WHERE number = ?", (number,))
            at = kept.kept_at.astimezone(UTC).isoformat()
            self._db.execute("INSERT INTO lists (kept_at, payload) VALUES (?, ?)", (at, sealed))

    def find_list(self, staff_no: str) -> KeptList | None:
        """Return the list that a teller brought in last; one that was damaged is none."""
        with self._reading():
            found = [kept for _, kept in self._lists()]
        return next((kept for kept in found if kept and kept.teller == staff_no), None)

    # --- inside

    def _lists(self) -> list[tuple[int, KeptList | None]]:
        rows = self._db.execute("SELECT number, payload FROM lists").fetchall()
        return [(number, self._list(payload)) for number, payload in rows]

    def _list(self, payload: bytes) -> KeptList | None:
        try:
            return self._open(LIST, payload, _CONTEXT)
        except BoxDamagedError:
            return None
