"""Drafts from hand to hand: offered with a note and accepted, or taken over from somebody absent."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from terminal.desk.draft import Draft, DraftState, HandOver, Offer
from terminal.desk.place import Place
from terminal.desk.ports import Box, Clock, PinChecker
from terminal.errors import (
    ConflictError,
    DraftClosedError,
    NotAnotherPersonError,
    NotFoundError,
    ReasonMissingError,
)

_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Handing:
    """Gives drafts from one teller of this counter to another.

    Raises (every act): NotFoundError, DraftClosedError, ConflictError (read again), BoxError.
    """

    box: Box
    place: Place
    pins: PinChecker
    clock: Clock

    def offer(self, draft_id: str, *, to: str, note: str) -> Draft:
        """Offer a draft to a colleague; it stays with its teller until that one accepts.

        Raises:
            NotFoundError: no such teller works at this counter.
            NotAnotherPersonError: it is theirs already.
        """
        if to not in self.place.tellers:
            raise NotFoundError("no such teller")
        offer = Offer(to=to, note=note.strip()[:_LONGEST_NOTE], at=self.clock.now())

        def change(draft: Draft) -> Draft:
            if to == draft.teller:
                raise NotAnotherPersonError
            return replace(draft, offer=offer)

        return self._save(draft_id, change)

    def withdraw(self, draft_id: str) -> Draft:
        """Take an offer back; again is harmless."""
        return self._save(draft_id, lambda draft: replace(draft, offer=None))

    def offered(self, teller: str) -> tuple[Draft, ...]:
        """Return the drafts that wait for a teller's yes or no."""
        return tuple(d for d in self._open() if _is_offered(d, teller))

    def others(self, teller: str) -> tuple[Draft, ...]:
        """Return the drafts that are other tellers' and are not offered to this one."""
        return tuple(d for d in self._open() if d.teller != teller and not _is_offered(d, teller))

    def accept(self, draft_id: str, teller: str) -> Draft:
        """Take an offered draft. Raises: NotFoundError: it is not offered any more."""

        def change(draft: Draft) -> Draft:
            if draft.offer is None or not _is_offered(draft, teller):
                raise NotFoundError("not offered any more")
            return self._handed(draft, teller, note=draft.offer.note)

        return self._save(draft_id, change)

    def decline(self, draft_id: str, teller: str, *, note: str = "") -> Draft:
        """Say no to an offered draft. Raises: NotFoundError: it is not offered any more."""

        def change(draft: Draft) -> Draft:
            if draft.offer is None or not _is_offered(draft, teller):
                raise NotFoundError("not offered any more")
            answer = note.strip()[:_LONGEST_NOTE]
            return replace(draft, offer=replace(draft.offer, is_declined=True, answer=answer))

        return self._save(draft_id, change)

    def claim(self, draft_id: str, teller: str, *, reason: str, witness: str, pin: str) -> Draft:
        """Take over the draft of somebody who is away; a second person agrees with a PIN.

        Whoever wants to look into a colleague's drafts needs another colleague for it, and it
        stays written in the draft.

        Raises:
            ReasonMissingError: no reason is given.
            NotAnotherPersonError: the witness is who takes over, or the draft is theirs already.
            WrongPinError, PinShutError: it is not proven who agrees.
        """
        if not reason.strip():
            raise ReasonMissingError("reason")
        if witness == teller or self.box.get_draft(draft_id).teller == teller:
            raise NotAnotherPersonError
        self.pins.require(witness, pin)
        note = reason.strip()[:_LONGEST_NOTE]
        return self._save(
            draft_id, lambda draft: self._handed(draft, teller, note=note, witness=witness)
        )

    # --- inside

    def _open(self) -> tuple[Draft, ...]:
        return tuple(d for d in self.box.drafts() if d.state is DraftState.OPEN)

    def _handed(self, draft: Draft, taker: str, *, note: str, witness: str = "") -> Draft:
        done = HandOver(
            giver=draft.teller, taker=taker, note=note, at=self.clock.now(), witness=witness
        )
        return replace(draft, teller=taker, offer=None, handed=(*draft.handed, done))

    def _save(self, draft_id: str, change: Callable[[Draft], Draft]) -> Draft:
        draft = self.box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        try:
            return self.box.save_draft(replace(change(draft), changed_at=self.clock.now()))
        except ConflictError:
            # A text was saved at that very moment; the act is about the draft as a whole.
            draft = self.box.get_draft(draft_id)
            return self.box.save_draft(replace(change(draft), changed_at=self.clock.now()))


def _is_offered(draft: Draft, teller: str) -> bool:
    return draft.offer is not None and draft.offer.to == teller and not draft.offer.is_declined
