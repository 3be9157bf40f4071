"""The relay: carries sealed parcels between the counters of one branch, and says who has each.

The row of a parcel is the lease of what is in it: waiting, it is its sender's to recall and its
recipient's to take, and exactly one of them gets it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from backend.errors import ConflictError, NotAllowedError, NotFoundError, ParcelGoneError
from backend.office.ports import Clock, Work, Works
from backend.office.relay_ports import RECALLED, TAKEN, WAITING, ParcelBytes, ParcelRow
from backend.office.rows import TerminalRow

LIVES: Final = timedelta(days=7)
"""How long a parcel can be taken."""
GRACE: Final = timedelta(hours=1)
"""So long bytes may lie without a row: within one request both are written."""
_KEPT: Final = timedelta(days=400)
"""How long the office says what became of one."""
_LISTED: Final = timedelta(days=30)
"""How long it says so unasked."""
_MOST_LISTED: Final = 1000
"""Some 300 bytes each: a counter reads a list of at most 1 MiB."""
_MOST_WAITING: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another counter of the same branch, with the key that it vouched for."""

    terminal: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Store and forward; holds no key that opens anything.

    Raises (every act): NotFoundError: no parcel that this counter may know of.
    """

    works: Works
    bytes_: ParcelBytes
    clock: Clock

    def put_key(self, terminal: TerminalRow, statement: str) -> None:
        """Keep what a counter says parcels to it are sealed to; the sender checks it."""
        with self.works() as work:
            if work.parcels.keys().get(terminal.terminal) != statement:
                work.parcels.put_key(terminal.terminal, statement)
                work.commit()

    def peers(self, terminal: TerminalRow) -> tuple[Peer, ...]:
        """Return the other counters of the same branch that can take parcels."""
        with self.works.reading() as work:
            keys = work.parcels.keys()
            return tuple(
                Peer(terminal=row.terminal, key=keys[row.terminal])
                for row in work.terminals.list()
                if row.terminal in keys and _are_peers(row, terminal)
            )

    def find(self, parcel: str, *, sender: TerminalRow, to: str) -> ParcelRow | None:
        """Return a counter's parcel as it stands; None for one that may come in now.

        Raises:
            NotAllowedError: none may: as `leave`.
        """
        with self.works.reading() as work:
            if known := self._of_sender(work, parcel, sender):
                return known
            self._require_fit(work, sender, to)
        return None

    def leave(self, parcel: str, data: bytes, *, sender: TerminalRow, to: str) -> ParcelRow:
        """Take a parcel in; the same name again changes nothing and says how it stands.

        Raises:
            NotAllowedError: the recipient is no counter of the sender's branch, or too many wait.
        """
        if known := self.find(parcel, sender=sender, to=to):
            return known
        sha256 = self.bytes_.put(data)
        now = self.clock.now()
        row = ParcelRow(
            parcel=parcel,
            sender=sender.terminal,
            recipient=to,
            state=WAITING,
            sha256=sha256,
            size=len(data),
            left_at=now,
            expires_at=now + LIVES,
        )
        with self.works() as work:
            # It may have come twice at once, or have been recalled while its bytes were written.
            known = self._of_sender(work, parcel, sender)
            if known is None:
                self._tidy(work)
                work.parcels.add(row)
                self._note(work, row, "parcel left", sender.terminal)
                work.commit()
        if known is not None and (known.sha256, known.state) != (sha256, WAITING):
            # Of what is over nobody would ever fetch, or drop, these bytes.
            self.bytes_.drop(sha256)
        return known or row

    def list(self, terminal: TerminalRow) -> tuple[ParcelRow, ...]:
        """Return what a counter sent, and what it may take: what waits, and what ended lately.

        What lapsed ends here, for counters ask every few seconds: nobody's pages stay behind.
        """
        with self.works.reading() as work:
            rows = self._of(work, terminal)
        if all(self._aged(row) == row for row in rows):
            return rows
        with self.works() as work:
            self._tidy(work)
            rows = self._of(work, terminal)
            work.commit()
        return rows

    def fetch(self, parcel: str, *, recipient: TerminalRow) -> bytes:
        """Return a parcel's bytes to whom it is for. Raises: ParcelGoneError."""
        with self.works.reading() as work:
            row = self._aged(self._of_recipient(work, parcel, recipient))
        if row.state != WAITING:
            raise ParcelGoneError(row.state)
        return self.bytes_.get(row.sha256)

    def take(self, parcel: str, *, recipient: TerminalRow) -> ParcelRow:
        """Give a parcel to its recipient, who has it on disk; again by the same is the same.

        Raises:
            ParcelGoneError: its sender recalled it, or nobody took it in time.
        """
        return self._close(parcel, TAKEN, lambda work: self._of_recipient(work, parcel, recipient))

    def recall(self, parcel: str, *, sender: TerminalRow) -> ParcelRow:
        """Give a parcel back to its sender; one that never came will never be taken in.

        Raises:
            ParcelGoneError: its recipient has it.
        """
        now = self.clock.now()

        def find(work: Work) -> ParcelRow:
            if known := self._of_sender(work, parcel, sender):
                return known
            row = ParcelRow(
                parcel=parcel,
                sender=sender.terminal,
                recipient=sender.terminal,
                state=WAITING,
                sha256="",
                size=0,
                left_at=now,
                expires_at=now,
            )
            work.parcels.add(row)
            return row

        return self._close(parcel, RECALLED, find)

    def sweep(self) -> int:
        """End what is over, and forget bytes that a crash left behind; return how many there were."""
        with self.works() as work:
            self._tidy(work)
            work.commit()

        def is_kept(sha256: str) -> bool:
            with self.works.reading() as work:
                return work.parcels.rests_on(sha256)

        return self.bytes_.sweep(self.clock.now() - GRACE, is_kept)

    # --- inside

    def _close(self, parcel: str, state: str, find: Callable[[Work], ParcelRow]) -> ParcelRow:
        now = self.clock.now()
        with self.works() as work:
            row = find(work)
            if row.state == state:
                return row
            is_late = state == TAKEN and self._aged(row).state != WAITING
            if is_late or not work.parcels.close(parcel, state, now):
                raise ParcelGoneError(self._aged(row).state)
            who = row.recipient if state == TAKEN else row.sender
            self._note(work, row, f"parcel {state}", who)
            work.commit()
        if row.sha256:
            self.bytes_.drop(row.sha256)
        return replace(row, state=state, closed_at=now)

    def _of(self, work: Work, terminal: TerminalRow) -> tuple[ParcelRow, ...]:
        since = self.clock.now() - _LISTED
        return work.parcels.of(terminal.terminal, since=since, most=_MOST_LISTED)

    def _tidy(self, work: Work) -> None:
        """End what nobody took in time, and forget what is long over.

        The bytes go first: nobody can fetch them any more, and after a crash they are asked for
        again. Dropped afterwards, a crash could leave them for ever.
        """
        now = self.clock.now()
        for old in (*work.parcels.lapse(now), *work.parcels.forget(now - _KEPT)):
            self.bytes_.drop(old)

    def _aged(self, row: ParcelRow) -> ParcelRow:
        """Return a parcel as it stands now: what nobody took in time is its sender's again."""
        is_over = row.state == WAITING and row.expires_at <= self.clock.now()
        return replace(row, state=RECALLED) if is_over else row

    def _of_sender(self, work: Work, parcel: str, sender: TerminalRow) -> ParcelRow | None:
        row = work.parcels.find(parcel)
        if row is not None and row.sender != sender.terminal:
            raise ConflictError("another counter's parcel has this name")
        return row

    def _of_recipient(self, work: Work, parcel: str, recipient: TerminalRow) -> ParcelRow:
        row = work.parcels.find(parcel)
        if row is None or row.recipient != recipient.terminal:
            raise NotFoundError("no such parcel")
        return row

    def _require_fit(self, work: Work, sender: TerminalRow, to: str) -> None:
        try:
            is_peer = _are_peers(work.terminals.get(to), sender)
        except NotFoundError:
            is_peer = False  # Refused like one of another branch: nobody learns which there are.
        if not is_peer:
            raise NotAllowedError("no counter of this branch")
        waiting = [r for r in self._of(work, sender) if self._aged(r).state == WAITING]
        if sum(row.sender == sender.terminal for row in waiting) >= _MOST_WAITING:
            raise NotAllowedError("too many parcels wait")

    def _note(self, work: Work, row: ParcelRow, act: str, who: str) -> None:
        work.journal.append(
            actor=f"terminal:{who}",
            act=act,
            ref=row.parcel,
            body=row.sha256.encode(),
            at=self.clock.now(),
        )


def _are_peers(one: TerminalRow, other: TerminalRow) -> bool:
    """Say whether two counters stand in one branch of one bank."""
    is_same = (one.bank, one.branch) == (other.bank, other.branch)
    return is_same and one.status == "active" and one.terminal != other.terminal
