"""Signing elsewhere: invites a signer by link and code, and lets a teller vouch for the ink that came."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from certs.invitations import make_code, make_link_key, make_voucher
from registration.ink import RemoteLook, RemoteSigning
from terminal.desk.draft import Draft, DraftState
from terminal.desk.guest_mail import GuestMail, require_invitation
from terminal.desk.guest_papers import GuestPapers, Wanted, to_sign
from terminal.desk.invitations import Ended, Invitation, InvitationState
from terminal.desk.ports import Clock
from terminal.desk.signing import Signing
from terminal.desk.visit_checks import taken_visit
from terminal.errors import (
    DraftClosedError,
    LinkError,
    NotReadyError,
    PaperChangedError,
)
from terminal.invite_errors import InkWaitsError

FAIL_POINTS: Final = (
    "invitation.kept",
    "invitation.left",
    "invitation.answered",
    "invitation.signed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """Invites signers and takes the ink that a teller vouches for.

    Raises (every act): BoxError, ConflictError.
    """

    signing: Signing
    mail: GuestMail
    clock: Clock
    papers: GuestPapers
    new_id: Callable[[], str]
    """Gives 32 random hexadecimal digits."""

    # --- acts of the teller

    def invite(self, draft_id: str, number: str, *, is_at_counter: bool = False) -> Draft:
        """Invite one signer to sign elsewhere what lacks his ink; again while that is open is the same.

        He signs over a link, or at another counter of the bank: one of both at a time, and what was
        open in the other way ends, unless it is answered. It is sealed and kept here at once; its
        papers go by themselves, as the line allows, and link or voucher appear once the office has
        them.

        Raises:
            InvitationsEndError: another's link would end; see `Signing.papers`.
            WrongPersonError: he signs nothing, has signed all, or is the bank's own agent.
            InkWaitsError: his ink came in the other way, and nobody has looked at it.
            LinkError: whether it did cannot be asked now.
            NotReadyError, DraftClosedError: nothing can be signed now.
        """
        papers = to_sign(self.signing.papers(draft_id), number)
        for one in self._open_ones(draft_id):
            if one.number == number:
                if one.is_at_counter is is_at_counter:
                    return self._open_draft(draft_id)
                self._end_other_way(draft_id, one)
        draft = self._open_draft(draft_id)
        made = self._made(draft, number, papers, is_at_counter=is_at_counter)
        sealed = self.papers.sealed(draft, made, papers)
        made = replace(made, sealed=hashlib.sha256(sealed).hexdigest())
        others = tuple(one for one in draft.invitations if one.number != number)
        saved = self.mail.save(replace(draft, invitations=(*others, made)), blobs=(sealed,))
        self.mail.fail_point("invitation.kept")
        self.mail.bell.set()
        return saved

    def recall(self, draft_id: str, invitation: str) -> Draft:
        """End an invitation; what still comes of it is not taken, with or without a line now."""
        return self.mail.end(draft_id, invitation, Ended.RECALLED)

    def refuse(self, draft_id: str, invitation: str) -> Draft:
        """Throw away ink that the teller does not vouch for."""
        return self.mail.end(draft_id, invitation, Ended.REFUSED)

    def confirm(
        self, draft_id: str, invitation: str, *, look: RemoteLook, note: str, staff_no: str
    ) -> Draft:
        """Let the ink count: the teller made sure, in this way, that the signer wrote it.

        Raises:
            NotReadyError: no answer is here, or he does not say what he saw.
            PaperChangedError, InvitationsEndError: the papers say something else by now.
            InkRefusedError: it is no signature, or a copy of another; invite anew.
            CertsError: the device with this counter's key is gone; nothing was kept.
        """
        one = require_invitation(self._open_draft(draft_id), invitation)
        if one.state is not InvitationState.ANSWERED or one.is_at_counter or not note.strip():
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
        return self._signed(
            draft_id, one, lambda: self.signing.sign_from_elsewhere(draft_id, one, remote)
        )

    def confirm_visit(self, draft_id: str, invitation: str, *, staff_no: str) -> Draft:
        """Let ink count that was given before a colleague at another counter, after a look at it.

        Raises: as `confirm`.
        """
        one = require_invitation(self._open_draft(draft_id), invitation)
        if one.state is not InvitationState.ANSWERED or one.visited is None:
            raise NotReadyError("no answer")
        visit, taken = taken_visit(one, staff_no=staff_no, at=self.clock.now())
        return self._signed(
            draft_id, one, lambda: self.signing.sign_from_counter(draft_id, one, visit, taken)
        )

    # --- before a draft goes

    def part(self, draft_id: str) -> None:
        """End what waits elsewhere, since the draft goes to another counter; no ink is lost by it.

        Raises:
            InkWaitsError: ink is here, or came just now, and nobody has looked at it.
            LinkError: whether ink waits at the office cannot be asked now.
        """
        if not self._open_ones(draft_id):
            return
        self.mail.look()
        self._require_no_ink(draft_id)
        for one in self._open_ones(draft_id):
            self.mail.end_unanswered(draft_id, one.invitation)
        self._require_no_ink(draft_id)

    def leave_off(self, draft_id: str, *, with_ink: bool) -> None:
        """End what waits elsewhere, since the draft is discarded; `with_ink` what came back as well.

        Without a line links end here, and at the office as soon as it can be asked.

        Raises:
            InkWaitsError: ink is here, or came just now, and nobody said that it may be lost.
            DraftClosedError: it is not open, and nothing ends.
        """
        self._open_draft(draft_id)
        if not with_ink:
            with suppress(LinkError):
                self.part(draft_id)
            self._require_no_ink(draft_id)
        for one in self._open_ones(draft_id):
            self.mail.end(draft_id, one.invitation, Ended.RECALLED)

    # --- inside

    def _made(
        self, draft: Draft, number: str, papers: Wanted, *, is_at_counter: bool
    ) -> Invitation:
        voucher = make_voucher() if is_at_counter else None
        return Invitation(
            invitation=voucher.invitation if voucher else self.new_id(),
            number=number,
            papers=tuple((paper.code, paper.sha256) for paper, _ in papers),
            link_key=voucher.link_key if voucher else make_link_key(),
            code=voucher.text if voucher else make_code(),
            made_by=draft.teller,
            made_at=self.clock.now(),
            is_at_counter=is_at_counter,
            hint=self.papers.hint(draft, voucher, papers) if voucher else b"",
        )

    def _end_other_way(self, draft_id: str, one: Invitation) -> None:
        if one.state is not InvitationState.ANSWERED:
            self.mail.end_unanswered(draft_id, one.invitation)
        if any(o.invitation == one.invitation for o in self._open_ones(draft_id)):
            raise InkWaitsError

    def _signed(self, draft_id: str, one: Invitation, sign: Callable[[], Draft]) -> Draft:
        try:
            saved = sign()
        except PaperChangedError:
            self.mail.end(draft_id, one.invitation, Ended.CHANGED)
            raise
        self.mail.fail_point("invitation.signed")
        return saved

    def _open_ones(self, draft_id: str) -> tuple[Invitation, ...]:
        draft = self.mail.box.get_draft(draft_id)
        return tuple(one for one in draft.invitations if one.is_open)

    def _require_no_ink(self, draft_id: str) -> None:
        if any(o.state is InvitationState.ANSWERED for o in self._open_ones(draft_id)):
            raise InkWaitsError

    def _open_draft(self, draft_id: str) -> Draft:
        draft = self.mail.box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        return draft
