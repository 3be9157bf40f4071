"""The mail with signers elsewhere: sends their papers, follows what the office says, brings ink in.

The draft is the one place that knows of an invitation: it is on this disk before the office hears of
it, and what the office has and no draft knows of is recalled. So a draft that is changed, discarded,
handed over or sent leaves no link that still works, wherever anything was cut off.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from certs.errors import AtRestError
from terminal.desk.draft import Draft, DraftState
from terminal.desk.guest_papers import keys_of
from terminal.desk.guests_told import read_answered, tell_news
from terminal.desk.invitations import Ended, Invitation, InvitationState
from terminal.desk.invite_ports import GONE, InviteLink, Moved, Standing
from terminal.desk.papers import is_about
from terminal.desk.ports import Box, Clock, FailPoints
from terminal.desk.visit_checks import VisitReader
from terminal.errors import (
    BadAnswerError,
    BoxError,
    ConflictError,
    DeskError,
    LinkError,
    NotFoundError,
    NotReadyError,
    OfficeRefusedError,
)

logger = logging.getLogger(__name__)

_TRIES: Final = 5
_OVER: Final = {
    "lapsed": Ended.LAPSED,
    "locked": Ended.LOCKED,
    "recalled": Ended.RECALLED,
    "restored": Ended.RESTORED,
}
_OPEN_THERE: Final = frozenset({"waiting", "answered"})

Change = Callable[[Invitation], Invitation]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestMail:
    """Brings papers to the office and ink back; every act may be done again.

    Raises (every act): BoxError, ConflictError.
    """

    box: Box
    link: InviteLink
    clock: Clock
    fail_point: FailPoints
    visits: VisitReader
    """Judges what comes back from other counters."""
    moving: dict[str, Moved] = field(default_factory=dict)
    """Invitations whose papers are on their way to the office now."""
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever takes it on to send an invitation: one at a time does."""
    bell: threading.Event = field(default_factory=threading.Event)
    """Rung when there is something to send: see `settle`."""

    # --- what is done now and then

    def settle(self) -> None:
        """Follow what the office says, and send what was never sent; it may take long.

        Raises: LinkError: the office must be asked, and cannot be.
        """
        self.look()
        for draft in self.box.drafts():
            for one in draft.invitations:
                if one.state is InvitationState.SENDING:
                    with self._logged(draft):
                        self._send(draft, one)

    def look(self) -> None:
        """Ask the office how everything stands and follow it; sends no papers.

        Raises: LinkError: the office must be asked, and cannot be.
        """
        waited = self._waiting()
        # What is made from here on is in a draft before it is in such a list.
        there = {one.invitation: one for one in self.link.invitations()}
        known = set()
        for draft in self.box.drafts():
            for one in draft.invitations:
                if not one.is_open:
                    continue
                known.add(one.invitation)
                is_new = one.state is InvitationState.WAITING and one.invitation not in waited
                if is_new and one.invitation not in there:
                    continue  # It was left at the office since that was asked.
                with self._logged(draft):
                    self._follow(draft, one, there)
        for standing in there.values():
            if standing.state in _OPEN_THERE and not self._is_ours(standing, known):
                self._recall_there(standing.invitation)

    def end(self, draft_id: str, invitation: str, ended: Ended) -> Draft:
        """End an invitation here first, then at the office; without a line that follows with `look`."""
        draft = self._change(draft_id, invitation, lambda one: one.end(ended))
        try:
            self._recall_there(invitation)
        except LinkError as exc:
            logger.warning("an invitation is recalled later code=%s", exc.code)
        return draft

    def end_unanswered(self, draft_id: str, invitation: str) -> None:
        """End an invitation at the office first, unless it is answered: then its ink is brought in.

        Raises: LinkError.
        """
        try:
            self.link.recall_invitation(invitation, unless_answered=True)
        except OfficeRefusedError as exc:
            if exc.problem != GONE:
                raise
            self.look()
        else:
            self._change(draft_id, invitation, lambda one: one.end(Ended.RECALLED))

    def save(self, draft: Draft, *, blobs: Sequence[bytes] = ()) -> Draft:
        """Write a changed draft."""
        return self.box.save_draft(replace(draft, changed_at=self.clock.now()), blobs=blobs)

    # --- inside

    def _waiting(self) -> set[str]:
        """Return what the office has by now and must name whenever it is asked from here on."""
        every = (one for draft in self.box.drafts() for one in draft.invitations)
        return {one.invitation for one in every if one.state is InvitationState.WAITING}

    @contextmanager
    def _logged(self, draft: Draft) -> Iterator[None]:
        """Let what cannot go on now wait for the next time."""
        try:
            yield
        except (LinkError, DeskError, BoxError) as exc:
            logger.warning("an invitation waits number=%s code=%s", draft.number, exc.code)

    def _follow(self, draft: Draft, one: Invitation, there: Mapping[str, Standing]) -> None:
        standing = there.get(one.invitation)
        if ended := self._over(draft, one, standing):
            self.end(draft.draft_id, one.invitation, ended)
        elif standing is None:
            return
        elif one.state is InvitationState.SENDING and one.hint:
            return  # It is there, but not for sure offered to other counters: it is sent again.
        elif one.state is InvitationState.ANSWERED:
            if standing.state == "answered":
                self.link.take_answer(one.invitation)
        elif one.state is InvitationState.WAITING and standing.state == "answered":
            self._take_in(draft, one, standing)
        elif tell_news(one, standing) != one:
            self._change(draft.draft_id, one.invitation, lambda i: tell_news(i, standing))

    def _over(self, draft: Draft, one: Invitation, standing: Standing | None) -> Ended | None:
        if draft.state is not DraftState.OPEN:
            return Ended.RECALLED
        if not is_about(one, draft.papers):
            return Ended.CHANGED
        if one.state is not InvitationState.WAITING:
            return None  # Not yet there, or its ink is here already.
        return Ended.LOST if standing is None else _OVER.get(standing.state)

    def _send(self, draft: Draft, one: Invitation) -> None:
        sealed = self.box.get_blob(draft.draft_id, one.sealed)
        proof = hashlib.sha256(keys_of(one).proof).hexdigest()
        try:
            with self._moving(draft, one, len(sealed)) as told:
                standing = self.link.leave_invitation(one.invitation, proof, sealed, told)
            if one.hint:
                standing = self.link.offer_invitation(one.invitation, one.hint)
        except OfficeRefusedError:
            self.end(draft.draft_id, one.invitation, Ended.LOST)
            return
        self.fail_point("invitation.left")
        self._change(draft.draft_id, one.invitation, lambda i: tell_news(i, standing))

    @contextmanager
    def _moving(self, draft: Draft, one: Invitation, size: int) -> Iterator[Callable[[int], None]]:
        """Say while it lasts that papers are on their way; one at a time brings them.

        Raises: NotReadyError: somebody does already, or they are not wanted any more.
        """

        def told(count: int) -> None:
            now = self.box.get_draft(draft.draft_id)
            if not any(i.invitation == one.invitation and i.is_open for i in now.invitations):
                raise NotReadyError("the invitation ended while its papers were sent")
            self.moving[one.invitation] = Moved(count, size)

        with self.turn:
            if one.invitation in self.moving:
                raise NotReadyError("its papers are on their way")
            self.moving[one.invitation] = Moved(0, size)
        try:
            yield told
        finally:
            self.moving.pop(one.invitation, None)

    def _take_in(self, draft: Draft, one: Invitation, standing: Standing) -> None:
        """Keep an answer on this disk, then let the office forget it."""
        sealed = self.link.fetch_answer(one.invitation)
        try:
            answered = read_answered(one, standing, sealed, self.visits)
        except (AtRestError, BadAnswerError):
            self.end(draft.draft_id, one.invitation, Ended.FAULTY)
            return
        self._change(draft.draft_id, one.invitation, lambda _: answered)
        self.fail_point("invitation.answered")
        self.link.take_answer(one.invitation)

    def _recall_there(self, invitation: str) -> None:
        try:
            self.link.recall_invitation(invitation)
        except OfficeRefusedError as exc:
            if exc.problem != GONE:
                raise

    def _is_ours(self, standing: Standing, known: set[str]) -> bool:
        if standing.invitation in known:
            return True
        # It may have been made, or ended, since the drafts were read.
        drafts = self.box.drafts()
        every = [one for draft in drafts for one in draft.invitations if one.is_open]
        return any(one.invitation == standing.invitation for one in every)

    def _change(self, draft_id: str, invitation: str, change: Change) -> Draft:
        """Write a changed invitation; again when somebody typed into the draft at that moment."""
        for _ in range(_TRIES):
            draft = self.box.get_draft(draft_id)
            one = require_invitation(draft, invitation)
            if not one.is_open:
                return draft
            new = change(one)
            rest = tuple(new if i is one else i for i in draft.invitations)
            try:
                return self.save(replace(draft, invitations=rest))
            except ConflictError:
                continue
        raise ConflictError("the draft is changed again and again")


def require_invitation(draft: Draft, invitation: str) -> Invitation:
    """Return an invitation of a draft. Raises: NotFoundError."""
    for one in draft.invitations:
        if one.invitation == invitation:
            return one
    raise NotFoundError("no such invitation")
