"""Signing elsewhere: invites a signer by link and code, takes his ink in, and lets a teller vouch for it.

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
from certs.invitations import make_code, make_link_key
from registration.ink import RemoteLook, RemoteSigning
from terminal.desk.answers import read_answer
from terminal.desk.draft import Draft, DraftState
from terminal.desk.freezing import freeze
from terminal.desk.guest_papers import GuestPapers, keys_of, to_sign
from terminal.desk.invitations import Ended, Invitation, InvitationState
from terminal.desk.invite_ports import GONE, InviteLink, Moved, Standing
from terminal.desk.papers import are_papers_current
from terminal.desk.ports import Box, Clock, FailPoints
from terminal.desk.signing import Signing
from terminal.errors import (
    BadAnswerError,
    BoxError,
    ConflictError,
    DeskError,
    DraftClosedError,
    LinkError,
    NotFoundError,
    NotReadyError,
    OfficeRefusedError,
    PaperChangedError,
)

logger = logging.getLogger(__name__)

FAIL_POINTS: Final = (
    "invitation.kept",
    "invitation.left",
    "invitation.answered",
    "invitation.signed",
)
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
class Remote:
    """Invites signers, follows what becomes of it, and takes the ink that a teller vouches for.

    Raises (every act): BoxError, ConflictError.
    """

    signing: Signing
    link: InviteLink
    clock: Clock
    papers: GuestPapers
    new_id: Callable[[], str]
    """Gives 32 random hexadecimal digits."""
    fail_point: FailPoints
    moving: dict[str, Moved] = field(default_factory=dict)
    """Invitations whose papers are on their way to the office now."""
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever takes it on to send an invitation: one at a time does."""
    bell: threading.Event = field(default_factory=threading.Event)
    """Rung when there is something to send: see `settle`."""

    # --- acts of the teller

    def invite(self, draft_id: str, number: str) -> Draft:
        """Invite one signer to sign elsewhere what lacks his ink; again while that is open is the same.

        It is sealed and kept here at once; its papers go by themselves, as the line allows, and its
        link appears once the office has them.

        Raises:
            WrongPersonError: he signs nothing, has signed all, or is the bank's own agent.
            NotReadyError, DraftClosedError: nothing can be signed now.
        """
        papers = to_sign(self.signing.papers(draft_id), number)
        draft = self._open_draft(draft_id)
        if any(one.is_open and one.number == number for one in draft.invitations):
            return draft
        made = Invitation(
            invitation=self.new_id(),
            number=number,
            papers=tuple((paper.code, paper.sha256) for paper, _ in papers),
            link_key=make_link_key(),
            code=make_code(),
            made_by=draft.teller,
            made_at=self.clock.now(),
        )
        sealed = self.papers.sealed(draft, made, papers)
        made = replace(made, sealed=hashlib.sha256(sealed).hexdigest())
        others = tuple(one for one in draft.invitations if one.number != number)
        saved = self._save(replace(draft, invitations=(*others, made)), blobs=(sealed,))
        self.fail_point("invitation.kept")
        self.bell.set()
        return saved

    def recall(self, draft_id: str, invitation: str) -> Draft:
        """End an invitation; what still comes of it is not taken, with or without a line now."""
        return self._end(draft_id, invitation, Ended.RECALLED)

    def refuse(self, draft_id: str, invitation: str) -> Draft:
        """Throw away ink that the teller does not vouch for."""
        return self._end(draft_id, invitation, Ended.REFUSED)

    def confirm(
        self, draft_id: str, invitation: str, *, look: RemoteLook, note: str, staff_no: str
    ) -> Draft:
        """Let the ink count: the teller made sure, in this way, that the signer wrote it.

        Raises:
            NotReadyError: no answer is here, or he does not say what he saw.
            PaperChangedError: the papers say something else by now; he must be invited anew.
            InkRefusedError: it is no signature, or a copy of another; invite anew.
            CertsError: the device with this counter's key is gone; nothing was kept.
        """
        one = _require(self._open_draft(draft_id), invitation)
        if one.state is not InvitationState.ANSWERED or not note.strip():
            raise NotReadyError("no answer, or no words")
        assert one.opened_at is not None
        assert one.answered_at is not None
        remote = RemoteSigning(
            invitation=one.invitation,
            answer_sha256=one.answer_sha256,
            opened_at=one.opened_at,
            answered_at=one.answered_at,
            look=look,
            note=" ".join(note.split())[:200],
            checked_by=staff_no,
            checked_at=self.clock.now(),
        )
        try:
            saved = self.signing.sign_from_elsewhere(draft_id, one, remote)
        except PaperChangedError:
            self._end(draft_id, invitation, Ended.CHANGED)
            raise
        self.fail_point("invitation.signed")
        return saved

    # --- what is done now and then

    def settle(self) -> None:
        """Follow what the office says, and send what was never sent; it may take long.

        Raises: LinkError: the office must be asked, and cannot be.
        """
        self.look()
        for draft in self._box.drafts():
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
        for draft in self._box.drafts():
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

    def has_open(self) -> bool:
        """Say whether any draft waits for somebody elsewhere: then the office is asked often."""
        return any(one.is_open for draft in self._box.drafts() for one in draft.invitations)

    # --- inside

    @property
    def _box(self) -> Box:
        return self.signing.box

    def _waiting(self) -> set[str]:
        """Return what the office has by now and must name whenever it is asked from here on."""
        every = (one for draft in self._box.drafts() for one in draft.invitations)
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
            self._end(draft.draft_id, one.invitation, ended)
        elif standing is None:
            return
        elif one.state is InvitationState.ANSWERED:
            if standing.state == "answered":
                self.link.take_answer(one.invitation)
        elif one.state is InvitationState.WAITING and standing.state == "answered":
            self._take_in(draft, one, standing)
        elif _news(one, standing) != one:
            self._change(draft.draft_id, one.invitation, lambda i: _news(i, standing))

    def _over(self, draft: Draft, one: Invitation, standing: Standing | None) -> Ended | None:
        if draft.state is not DraftState.OPEN:
            return Ended.RECALLED
        shown = {(paper.key, paper.sha256) for paper in draft.papers}
        applications = freeze(draft, self.signing.place)
        is_current = bool(applications) and are_papers_current(draft, applications)
        if not is_current or not shown.issuperset(one.papers):
            return Ended.CHANGED
        if one.state is not InvitationState.WAITING:
            return None  # Not yet there, or its ink is here already.
        return Ended.LOST if standing is None else _OVER.get(standing.state)

    def _send(self, draft: Draft, one: Invitation) -> None:
        sealed = self._box.get_blob(draft.draft_id, one.sealed)
        proof = hashlib.sha256(keys_of(one).proof).hexdigest()
        try:
            with self._moving(draft, one, len(sealed)) as told:
                standing = self.link.leave_invitation(one.invitation, proof, sealed, told)
        except OfficeRefusedError:
            self._end(draft.draft_id, one.invitation, Ended.LOST)
            return
        self.fail_point("invitation.left")
        self._change(draft.draft_id, one.invitation, lambda i: _news(i, standing))

    @contextmanager
    def _moving(self, draft: Draft, one: Invitation, size: int) -> Iterator[Callable[[int], None]]:
        """Say while it lasts that papers are on their way; one at a time brings them.

        Raises: NotReadyError: somebody does already, or they are not wanted any more.
        """

        def told(count: int) -> None:
            now = self._box.get_draft(draft.draft_id)
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
            answered = _answered(one, standing, sealed)
        except (AtRestError, BadAnswerError):
            self._end(draft.draft_id, one.invitation, Ended.FAULTY)
            return
        self._change(draft.draft_id, one.invitation, lambda _: answered)
        self.fail_point("invitation.answered")
        self.link.take_answer(one.invitation)

    def _end(self, draft_id: str, invitation: str, ended: Ended) -> Draft:
        """End an invitation here first, then at the office; without a line that follows with `look`."""
        draft = self._change(draft_id, invitation, lambda one: one.end(ended))
        try:
            self._recall_there(invitation)
        except LinkError as exc:
            logger.warning("an invitation is recalled later code=%s", exc.code)
        return draft

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
        drafts = self._box.drafts()
        every = [one for draft in drafts for one in draft.invitations if one.is_open]
        return any(one.invitation == standing.invitation for one in every)

    def _open_draft(self, draft_id: str) -> Draft:
        draft = self._box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        return draft

    def _change(self, draft_id: str, invitation: str, change: Change) -> Draft:
        """Write a changed invitation; again when somebody typed into the draft at that moment."""
        for _ in range(_TRIES):
            draft = self._box.get_draft(draft_id)
            one = _require(draft, invitation)
            if not one.is_open:
                return draft
            new = change(one)
            rest = tuple(new if i is one else i for i in draft.invitations)
            try:
                return self._save(replace(draft, invitations=rest))
            except ConflictError:
                continue
        raise ConflictError("the draft is changed again and again")

    def _save(self, draft: Draft, *, blobs: Sequence[bytes] = ()) -> Draft:
        return self._box.save_draft(replace(draft, changed_at=self.clock.now()), blobs=blobs)


def _require(draft: Draft, invitation: str) -> Invitation:
    for one in draft.invitations:
        if one.invitation == invitation:
            return one
    raise NotFoundError("no such invitation")


def _news(one: Invitation, standing: Standing) -> Invitation:
    """Return an invitation that the office has, as it says that it stands."""
    return replace(
        one,
        state=InvitationState.WAITING if one.state is InvitationState.SENDING else one.state,
        sealed="",
        url=standing.url,
        expires_at=standing.expires_at,
        misses=standing.misses,
        opened_at=standing.opened_at,
    )


def _answered(one: Invitation, standing: Standing, sealed: bytes) -> Invitation:
    """Raises: AtRestError, BadAnswerError: it is none to this invitation."""
    if standing.opened_at is None or standing.answered_at is None:
        raise BadAnswerError("an answer without its times")
    if hashlib.sha256(sealed).hexdigest() != standing.answer_sha256:
        raise BadAnswerError("another answer")
    hands = read_answer(keys_of(one).open_answer(sealed), one, standing.answered_at)
    if any(hand.hand.ended_at < standing.opened_at for hand in hands):
        raise BadAnswerError("signed before it was opened")
    return replace(
        _news(one, standing),
        state=InvitationState.ANSWERED,
        answered_at=standing.answered_at,
        answer_sha256=standing.answer_sha256,
        hands=hands,
    )
