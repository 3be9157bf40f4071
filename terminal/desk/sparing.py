"""Has the office ask other authorities, so that the people need not bring what these know."""

from dataclasses import dataclass, replace
from typing import Final

from terminal.desk.draft import Draft, DraftState
from terminal.desk.freezing import freeze
from terminal.desk.place import Place
from terminal.desk.ports import Box, Clock, OfficeLink
from terminal.desk.spares import make_question
from terminal.errors import ConflictError, DraftClosedError, NotReadyError

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Sparing:
    """Asks about the papers of a draft, and keeps what was told."""

    box: Box
    link: OfficeLink
    clock: Clock
    place: Place

    def ask(self, draft_id: str) -> Draft:
        """Ask the office; an answer that does not come leaves the draft as it was.

        Raises:
            NotReadyError: the numbers to ask by are not there yet.
            ConflictError: they were changed meanwhile; ask again.
            LinkError: the office cannot be asked now, or wants to be left in peace for a while.
            NotFoundError, DraftClosedError, BoxError: as of every act on a draft.
        """
        draft = self._open(draft_id)
        question = make_question(draft.teller, freeze(draft, self.place))
        if question is None:
            raise NotReadyError("nothing to ask by")
        told = self.link.ask_authorities(question)
        for _ in range(_TRIES):
            # The answer took a while: what was typed meanwhile must not be lost.
            draft = self._open(draft_id)
            if make_question(draft.teller, freeze(draft, self.place)) != question:
                raise ConflictError("the numbers were changed meanwhile")
            try:
                kept = replace(draft, asked=question, shared=told, changed_at=self.clock.now())
                return self.box.save_draft(kept)
            except ConflictError:
                continue
        raise ConflictError("changed again and again; ask again")

    def _open(self, draft_id: str) -> Draft:
        draft = self.box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        return draft
