"""The shelf of the box that belongs to visitors: who signs here what another counter files."""

from terminal.box_file import BoxFile
from terminal.desk.hosted import Hosted
from terminal.rows import VISIT


class VisitShelf(BoxFile):
    """A `terminal.desk.visit_ports.VisitShelf`."""

    def save_visit(self, hosted: Hosted) -> None:
        """Keep a visit, or what has become of it."""
        sealed = self._vault.seal(VISIT.encode(hosted), f"visit:{hosted.invitation}")
        with self._writing():
            self._db.execute(
                "INSERT OR REPLACE INTO visits VALUES (?, ?)", (hosted.invitation, sealed)
            )

    def get_visit(self, invitation: str) -> Hosted:
        """Return one. Raises: NotFoundError."""
        with self._reading():
            row = self._row("SELECT payload FROM visits WHERE invitation = ?", invitation)
        return self._open(VISIT, row[0], f"visit:{invitation}")

    def visits(self) -> tuple[Hosted, ...]:
        """Return every one, the latest first."""
        with self._reading():
            rows = self._db.execute("SELECT invitation, payload FROM visits").fetchall()
        found = [self._open(VISIT, payload, f"visit:{name}") for name, payload in rows]
        return tuple(sorted(found, key=lambda one: one.began_at, reverse=True))

    def drop_visit(self, invitation: str) -> None:
        """Forget one; again is harmless."""
        with self._writing():
            self._db.execute("DELETE FROM visits WHERE invitation = ?", (invitation,))
