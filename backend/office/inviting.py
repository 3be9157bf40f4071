"""Invitations to sign elsewhere: the mailbox between one counter and one guest, or another counter.

The guest shows no certificate. Another counter of the bank shows its own besides: what was offered to
counters no guest opens, and the office knows which of them answered. Both show a proof, which is made
of link, code and document number, and of which the office keeps the digest alone: it hands sealed
papers to nobody without it, counts who guesses, and can open nothing itself.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from backend.errors import (
    ConflictError,
    InvitationGoneError,
    NotAllowedError,
    NotFoundError,
    WrongProofError,
)
from backend.office.inviting_ports import (
    ANSWERED,
    LAPSED,
    LOCKED,
    OPEN,
    RECALLED,
    TAKEN,
    WAITING,
    InvitationRow,
)
from backend.office.ports import Clock, Work, Works
from backend.office.relay import GRACE
from backend.office.relay_ports import ParcelBytes
from backend.office.rows import TerminalRow

LIVES: Final = timedelta(hours=24)
"""How long an invitation can be answered."""
VISIT_LIVES: Final = timedelta(days=7)
"""How long one can that somebody has to go to another counter for."""
KEEPS: Final = timedelta(days=7)
"""How long an answer waits for a counter whose line is down."""
MISSES: Final = 5
"""So many wrong codes lock an invitation."""
_LISTED: Final = timedelta(days=30)
_MOST_LISTED: Final = 1000
_MOST_OPEN: Final = 50
_TRIES: Final = 20
_HEARD: Final = frozenset({ANSWERED, TAKEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inviting:
    """Keeps invitations. Raises (every act): NotFoundError: none that this caller may know of."""

    works: Works
    bytes_: ParcelBytes
    clock: Clock
    public_url: str
    """Where guests reach the office."""

    # --- the counter

    def find(self, invitation: str, *, terminal: TerminalRow) -> InvitationRow | None:
        """Return a counter's invitation as it stands; None for one that may come in now.

        Raises:
            NotAllowedError: too many of this counter's invitations are open.
        """
        with self.works.reading() as work:
            if known := self._of_counter(work, invitation, terminal):
                return self._aged(known)
            rows = work.invitations.of(terminal.terminal, since=self.clock.now(), most=_MOST_LISTED)
            if sum(self._aged(row).state in OPEN for row in rows) >= _MOST_OPEN:
                raise NotAllowedError("too many invitations are open")
        return None

    def leave(
        self, invitation: str, data: bytes, *, proof_sha256: str, terminal: TerminalRow
    ) -> InvitationRow:
        """Take sealed papers in; the same name again changes nothing and says how it stands.

        Raises:
            NotAllowedError: too many of this counter's invitations are open.
        """
        if known := self.find(invitation, terminal=terminal):
            return known
        sha256, now = self.bytes_.put(data), self.clock.now()
        row = InvitationRow(
            invitation=invitation,
            terminal=terminal.terminal,
            state=WAITING,
            proof_sha256=proof_sha256,
            sha256=sha256,
            size=len(data),
            left_at=now,
            expires_at=now + LIVES,
        )
        try:
            kept = self._keep(row, terminal)
        except ConflictError:
            self._drop(sha256)
            raise
        if kept is not row:
            self._drop(sha256)
        self._tidy()
        return kept

    def list(self, terminal: TerminalRow) -> tuple[InvitationRow, ...]:
        """Return a counter's invitations: what is open, and what ended lately."""
        self._tidy()
        since = self.clock.now() - _LISTED
        with self.works.reading() as work:
            return work.invitations.of(terminal.terminal, since=since, most=_MOST_LISTED)

    def fetch(self, invitation: str, *, terminal: TerminalRow) -> bytes:
        """Return the sealed answer. Raises: InvitationGoneError: there is none, or no longer."""
        with self.works.reading() as work:
            row = self._require(work, invitation, terminal)
        if row.state != ANSWERED:
            raise InvitationGoneError(row.state)
        return self.bytes_.get(row.answer_sha256)

    def take(self, invitation: str, *, terminal: TerminalRow) -> InvitationRow:
        """Note that the counter has the answer on disk; again is the same.

        Raises:
            InvitationGoneError: it ended otherwise.
        """
        return self._close(invitation, TAKEN, frozenset({ANSWERED}), terminal)

    def recall(
        self, invitation: str, *, terminal: TerminalRow, unless_answered: bool = False
    ) -> InvitationRow:
        """End an invitation, answered or not; one that never came will never be taken in.

        Raises:
            InvitationGoneError: its answer is with the counter, or it had ended; with
                `unless_answered` also where its answer waits, which stays.
        """
        with self.works() as work:
            if self._of_counter(work, invitation, terminal) is None:
                now = self.clock.now()
                row = InvitationRow(
                    invitation=invitation,
                    terminal=terminal.terminal,
                    state=RECALLED,
                    proof_sha256="",
                    sha256="",
                    size=0,
                    left_at=now,
                    expires_at=now,
                    closed_at=now,
                )
                work.invitations.add(row)
                self._note(work, row, "invitation recalled", f"terminal:{row.terminal}", "")
                work.commit()
                return row
        before = frozenset({WAITING}) if unless_answered else OPEN
        return self._close(invitation, RECALLED, before, terminal)

    def offer(self, invitation: str, hint: str, *, terminal: TerminalRow) -> InvitationRow:
        """Let other counters of the bank, and no guest, open one; `hint` says sealed who is expected.

        Raises:
            InvitationGoneError: it has ended. ConflictError: somebody opened it, or it has a hint.
        """
        for _ in range(_TRIES):
            with self.works() as work:
                was = self._require(work, invitation, terminal)
                if was.hint == hint:
                    return was
                if was.state != WAITING:
                    raise InvitationGoneError(was.state)
                if was.hint or was.opened_at is not None:
                    raise ConflictError("it was offered otherwise")
                row = replace(was, hint=hint, expires_at=was.left_at + VISIT_LIVES)
                if not work.invitations.save(row, was=was):
                    continue
                by = f"terminal:{row.terminal}"
                self._note(work, row, "invitation offered to counters", by, row.sha256)
                work.commit()
            return row
        raise ConflictError("it is tried again and again")

    # --- the guest, or another counter

    def expected(self, invitation: str, *, counter: TerminalRow) -> InvitationRow:
        """Return how an invitation stands that another counter of the bank may open."""
        with self.works.reading() as work:
            return self._for_guest(work, invitation, counter)

    def open(self, invitation: str, proof: bytes, counter: TerminalRow | None = None) -> bytes:
        """Return the sealed papers to whoever shows the proof; again until he answered.

        `counter` is the one that asks for somebody who came to it; None for a guest's own browser.

        Raises:
            WrongProofError: code or number is wrong; it is counted.
            InvitationGoneError: used, lapsed, recalled, or locked by too many wrong codes.
        """

        def opened(row: InvitationRow, now: datetime) -> InvitationRow:
            return row if row.opened_at else replace(row, opened_at=now)

        row = self._admit(invitation, proof, opened, "invitation opened", counter)
        return self.bytes_.get(row.sha256)

    def papers(self, invitation: str, proof: bytes) -> bytes:
        """Return the sealed papers once more to whoever opened them: his line broke under them.

        Raises: as `open`; ConflictError: it was never opened.
        """

        def read_on(row: InvitationRow, _now: datetime) -> InvitationRow:
            if row.opened_at is None:
                raise ConflictError("papers are read on after they were opened")
            return row

        row = self._admit(invitation, proof, read_on, "", None)
        return self.bytes_.get(row.sha256)

    def answer(
        self, invitation: str, proof: bytes, data: bytes, counter: TerminalRow | None = None
    ) -> InvitationRow:
        """Take the sealed answer in, once; the same bytes again are the same answer.

        Raises:
            WrongProofError, InvitationGoneError: as `open`.
            ConflictError: it was never opened.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        with self.works.reading() as work:
            row = self._for_guest(work, invitation, counter)
        # Who shows no proof puts nothing on the shelf, and takes nothing from it.
        if is_put := row.shows(proof) and row.state == WAITING:
            if row.opened_at is None:
                raise ConflictError("an invitation is answered after it was opened")
            self.bytes_.put(data)
        elif row.shows(proof) and row.answer_sha256 == sha256 and row.state in _HEARD:
            # He may not have heard that it came.
            return row

        def answered(row: InvitationRow, now: datetime) -> InvitationRow:
            by = counter.terminal if counter else ""
            return row.answered(data, at=now, until=now + KEEPS, by=by)

        try:
            return self._admit(invitation, proof, answered, "invitation answered", counter)
        except InvitationGoneError:
            # It is over for ever. A store that is away says nothing of what it wrote.
            if is_put:
                self._drop(sha256)
            raise

    # --- now and then

    def sweep(self) -> int:
        """End what is over, and forget bytes that a crash left behind; return how many there were."""
        self._tidy()
        now = self.clock.now()

        def is_kept(sha256: str) -> bool:
            with self.works.reading() as work:
                return work.invitations.rests_on(sha256, now)

        return self.bytes_.sweep(now - GRACE, is_kept)

    # --- inside

    def _keep(self, row: InvitationRow, terminal: TerminalRow) -> InvitationRow:
        """Keep a new one, unless it came twice at once or was recalled while its bytes were written."""
        with self.works() as work:
            if known := self._of_counter(work, row.invitation, terminal):
                return self._aged(known)
            work.invitations.add(row)
            self._note(work, row, "invitation left", f"terminal:{row.terminal}", row.sha256)
            work.commit()
        return row

    def _admit(
        self,
        invitation: str,
        proof: bytes,
        change: Callable[[InvitationRow, datetime], InvitationRow],
        act: str,
        counter: TerminalRow | None,
    ) -> InvitationRow:
        for _ in range(_TRIES):
            with self.works() as work:
                was = self._for_guest(work, invitation, counter)
                if was.state != WAITING:
                    raise InvitationGoneError(was.state)
                now, is_shown = self.clock.now(), was.shows(proof)
                row = change(was, now) if is_shown else was.missed(now, most=MISSES)
                if row == was:
                    return row
                # Somebody else may have guessed at the same moment: none goes uncounted.
                if not work.invitations.save(row, was=was):
                    continue
                said = act if is_shown else f"invitation {row.state if row.closed_at else 'missed'}"
                self._note(work, row, said, _who(row, counter), row.answer_sha256 or row.sha256)
                work.commit()
            if is_shown:
                return row
            if row.state == LOCKED:
                self._drop(row.sha256)
                raise InvitationGoneError(LOCKED)
            raise WrongProofError(MISSES - row.misses)
        raise ConflictError("it is tried again and again")

    def _close(
        self, invitation: str, state: str, before: frozenset[str], terminal: TerminalRow
    ) -> InvitationRow:
        for _ in range(_TRIES):
            with self.works() as work:
                was = self._require(work, invitation, terminal)
                if was.state == state:
                    return was
                if was.state not in before:
                    raise InvitationGoneError(was.state)
                row = replace(was, state=state, closed_at=self.clock.now())
                if not work.invitations.save(row, was=was):
                    continue
                by = f"terminal:{terminal.terminal}"
                self._note(work, row, f"invitation {state}", by, row.answer_sha256)
                work.commit()
            self._drop(row.sha256, row.answer_sha256)
            return row
        raise ConflictError("it is tried again and again")

    def _tidy(self) -> None:
        """End what is overdue; its bytes go first, for after a crash they are asked for again."""
        now = self.clock.now()
        with self.works.reading() as work:
            overdue = work.invitations.overdue(now)
        if not overdue:
            return
        self._drop(*(sha256 for row in overdue for sha256 in (row.sha256, row.answer_sha256)))
        with self.works() as work:
            for row in overdue:
                over = replace(row, state=LAPSED, closed_at=now)
                if work.invitations.save(over, was=row):
                    self._note(work, over, "invitation lapsed", "system", over.answer_sha256)
            work.commit()

    def _drop(self, *digests: str) -> None:
        """Forget what no open invitation rests on: equal bytes may be another's."""
        now = self.clock.now()
        with self.works.reading() as work:
            unkept = [one for one in digests if one and not work.invitations.rests_on(one, now)]
        for sha256 in unkept:
            self.bytes_.drop(sha256)

    def _aged(self, row: InvitationRow) -> InvitationRow:
        is_over = row.state in OPEN and row.expires_at <= self.clock.now()
        return replace(row, state=LAPSED) if is_over else row

    def _for_guest(self, work: Work, invitation: str, counter: TerminalRow | None) -> InvitationRow:
        """Return one as it stands for its guest, or for a counter: none of one shut out works."""
        row = work.invitations.find(invitation)
        if row is None or not _may_know(work, row, counter):
            raise NotFoundError("no such invitation")
        row = self._aged(row)
        is_shut_out = row.state in OPEN and work.terminals.get(row.terminal).status == "revoked"
        return replace(row, state=RECALLED) if is_shut_out else row

    def _of_counter(
        self, work: Work, invitation: str, terminal: TerminalRow
    ) -> InvitationRow | None:
        row = work.invitations.find(invitation)
        if row is not None and row.terminal != terminal.terminal:
            raise ConflictError("another counter's invitation has this name")
        return row

    def _require(self, work: Work, invitation: str, terminal: TerminalRow) -> InvitationRow:
        row = work.invitations.find(invitation)
        if row is None or row.terminal != terminal.terminal:
            raise NotFoundError("no such invitation")
        return self._aged(row)

    def _note(self, work: Work, row: InvitationRow, act: str, who: str, body: str) -> None:
        work.journal.append(
            actor=who, act=act, ref=row.invitation, body=body.encode(), at=self.clock.now()
        )


def _who(row: InvitationRow, counter: TerminalRow | None) -> str:
    return f"terminal:{counter.terminal}" if counter else f"guest:{row.invitation}"


def _may_know(work: Work, row: InvitationRow, counter: TerminalRow | None) -> bool:
    """Say whether one is for whoever asks: no counter attends to its own, and no bank to another's."""
    if counter is None or not row.is_for_counter:
        return counter is None and not row.is_for_counter
    home = work.terminals.get(row.terminal)
    return (home.bank, home.terminal == counter.terminal) == (counter.bank, False)
