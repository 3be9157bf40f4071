"""Signing: each signer is shown the papers, and his ink is bound to the bytes he saw."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from registration.application import Application
from registration.days import local_day
from registration.ink import (
    Handwriting,
    InkRecord,
    RemoteSigning,
    SignerRole,
    check_ink,
    ink_sha256,
)
from registration.listed import LIST_CODE
from registration.papers.discharges import plain_list_words
from registration.papers.drawing import draw_finished, draw_paper
from registration.papers.statements import plain_words
from registration.requirements.printing import check_printable
from registration.signatures import RequiredSignature, find_ink, required_signatures
from registration.statements import paper_title, paper_title_en
from registration.visits import Visit, VisitTaken
from terminal.desk.attesting import Attesting, is_same_ink
from terminal.desk.draft import Draft, DraftState, PaperShown
from terminal.desk.freezing import freeze
from terminal.desk.holes import find_holes
from terminal.desk.invitations import Ended, Invitation
from terminal.desk.list_signing import spread, withdraw
from terminal.desk.papers import (
    are_papers_current,
    count_pages,
    facts_sha256,
    is_about,
    keyed_papers,
)
from terminal.desk.place import Place
from terminal.desk.ports import Box, Clock
from terminal.errors import (
    DraftClosedError,
    InkRefusedError,
    NotCompleteError,
    NotFoundError,
    NotReadyError,
    PaperChangedError,
    WrongPersonError,
)
from terminal.invite_errors import InvitationsEndError

MOST_POINTS: Final = 20_000
"""Samples of one signature; a hand makes some hundreds."""
_AHEAD: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerState:
    """One person who must sign a paper."""

    role: SignerRole
    name: str
    number: str
    """The signer's document number."""
    is_signed: bool
    plain: tuple[str, str] | None = None
    """What the paper means for this person, in Chinese and English; None where its kind tells."""

    def __repr__(self) -> str:
        return f"SignerState({self.role.value}, is_signed={self.is_signed})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperToSign:
    """One paper, ready to be shown, and who must sign it."""

    code: str
    """What names it in its draft: M01, and M01-2 in the second step of a bundle."""
    title: str
    title_en: str
    sha256: str
    """Of the PDF; whoever signs hands it back, so that he signs what he saw."""
    pages: int
    signers: tuple[SignerState, ...]

    @property
    def is_signed(self) -> bool:
        """Whether everybody signed."""
        return all(signer.is_signed for signer in self.signers)


@dataclass(frozen=True, slots=True)
class Signing:
    """The ceremony: shows papers, takes ink.

    Raises (every act): NotFoundError, ConflictError (read again), BoxError.
    """

    box: Box
    place: Place
    clock: Clock
    attesting: Attesting

    def papers(self, draft_id: str, *, may_end: bool = False) -> tuple[PaperToSign, ...]:
        """Return the papers to sign, drawn anew where the facts changed since they were shown.

        Ink on a paper that had to be drawn anew is dropped: it was given to other words. Links to
        sign it elsewhere end with it, where the teller was told so: `may_end`.

        Raises:
            InvitationsEndError: links would end, and nobody said that they may.
            NotReadyError: fields that the papers show cannot be read yet.
            NotCompleteError: no font prints a character; the findings say where and what to do.
        """
        draft = self.box.get_draft(draft_id)
        if draft.state is DraftState.OPEN:
            drawn = self._drawn(draft, may_end=may_end)
            draft = spread(self.box, drawn) if draft.listing else drawn
        applications = self._applications(draft)
        return tuple(
            _paper(draft, applications[step - 1], key, code)
            for key, step, code in keyed_papers(applications)
        )

    def paper_bytes(self, draft_id: str, code: str) -> bytes:
        """Return the PDF of a paper as it was last shown.

        Raises:
            NotFoundError: it was not drawn yet; ask for `papers` first.
        """
        paper = self.box.get_draft(draft_id).find_paper(code)
        if paper is None:
            raise NotFoundError("no such paper yet")
        return self.box.get_blob(draft_id, paper.sha256)

    def finished_bytes(self, draft_id: str, code: str) -> bytes:
        """Return a paper as it looks with the ink on it; what was signed is `paper_bytes`.

        Raises:
            NotFoundError: it was not drawn yet. PaperError: it cannot be drawn.
        """
        draft = self.box.get_draft(draft_id)
        paper = draft.find_paper(code)
        if paper is None:
            raise NotFoundError("no such paper yet")
        application = self._applications(draft)[paper.step - 1]
        return draw_finished(application, paper.code, paper.sha256)

    def sign(
        self, draft_id: str, *, code: str, sha256: str, number: str, hand: Handwriting
    ) -> Draft:
        """Take one person's ink on one paper; a later ink of his replaces it.

        `sha256` is that of the paper he was shown, `number` his document number.

        Raises:
            PaperChangedError: another paper was shown than the one that counts; show it again.
            InvitationsEndError: as `papers`.
            WrongPersonError: this person does not sign this paper.
            InkRefusedError: too little, too quick, copied; ask for the signature again.
            CertsError: the device with this counter's key is gone; nothing was kept.
            NotReadyError, DraftClosedError: nothing can be signed now.
        """
        draft = self._drawn(self._open(draft_id))
        paper = draft.find_paper(code)
        if paper is None or paper.sha256 != sha256:
            raise PaperChangedError(code)
        application = self._applications(draft)[paper.step - 1]
        ink = _bind(hand, _signature(application, paper.code, number), sha256)
        if any(is_same_ink(ink, other) for other in draft.inks):
            return draft  # The same signature came twice over the line from the pad.
        self._require_signature(draft, ink)
        bound = self.attesting.attest(ink)
        signed = self._save(replace(draft, inks=(*_inks_but(draft, sha256, number), bound)))
        return spread(self.box, signed) if paper.code == LIST_CODE else signed

    def unsign(self, draft_id: str, *, code: str, number: str) -> Draft:
        """Take one person's ink off a paper, because he wants to sign again.

        Raises:
            NotFoundError: he did not sign it.
        """
        draft = self._open(draft_id)
        paper = draft.find_paper(code)
        kept = _inks_but(draft, paper.sha256 if paper else "", number)
        if len(kept) == len(draft.inks):
            raise NotFoundError("no such signature")
        if code == LIST_CODE:
            return withdraw(self.box, draft)
        return self._save(replace(draft, inks=kept))

    def sign_from_elsewhere(
        self, draft_id: str, invitation: Invitation, remote: RemoteSigning
    ) -> Draft:
        """Take all ink that came back from elsewhere, and end its invitation, in one step.

        Raises: as `sign`.
        """
        draft = self._drawn(self._open(draft_id))
        applications = self._applications(draft)
        for given in invitation.hands:
            paper = draft.find_paper(given.paper)
            if paper is None or paper.sha256 != given.sha256:
                raise PaperChangedError(given.paper)
            wanted = _signature(applications[paper.step - 1], paper.code, invitation.number)
            ink = replace(_bind(given.hand, wanted, given.sha256), remote=remote)
            self._require_signature(draft, ink)
            kept = _inks_but(draft, given.sha256, invitation.number)
            draft = replace(draft, inks=(*kept, self.attesting.attest(ink)))
        open_ones = (i for i in draft.invitations if i.invitation != invitation.invitation)
        return self._save(replace(draft, invitations=tuple(open_ones)))

    def sign_from_counter(
        self, draft_id: str, invitation: Invitation, visit: Visit, taken: VisitTaken
    ) -> Draft:
        """Take all ink that was given at another counter, which vouches for it, in one step.

        Raises: as `sign`.
        """
        draft = self._drawn(self._open(draft_id))
        applications = self._applications(draft)
        keys = {sha256: key for key, sha256 in invitation.papers}
        for ink in invitation.visited.inks if invitation.visited else ():
            paper = draft.find_paper(keys[ink.paper_sha256])
            if paper is None or paper.sha256 != ink.paper_sha256:
                raise PaperChangedError(keys[ink.paper_sha256])
            wanted = _signature(applications[paper.step - 1], paper.code, invitation.number)
            if (ink.paper_code, ink.role) != (wanted.paper_code, wanted.role):
                raise PaperChangedError(paper.code)
            self._require_signature(draft, ink)
            kept = _inks_but(draft, ink.paper_sha256, invitation.number)
            draft = replace(draft, inks=(*kept, *self.attesting.stamp((ink,))))
        open_ones = (i for i in draft.invitations if i.invitation != invitation.invitation)
        visits = (*draft.visits, replace(visit, taken=taken))
        return self._save(replace(draft, visits=visits, invitations=tuple(open_ones)))

    # --- inside

    def _open(self, draft_id: str) -> Draft:
        draft = self.box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        return draft

    def _applications(self, draft: Draft) -> tuple[Application, ...]:
        applications = freeze(draft, self.place)
        if not applications or (draft.state is DraftState.OPEN and self._has_holes(draft)):
            raise NotReadyError("fields that the papers show cannot be read yet")
        today = local_day(self.clock.now())
        if found := [f for a in applications for f in check_printable(a, today=today)]:
            raise NotCompleteError(tuple(found))
        return applications

    def _has_holes(self, draft: Draft) -> bool:
        return bool(find_holes(draft, self.place))

    def _drawn(self, draft: Draft, *, may_end: bool = False) -> Draft:
        """Return the draft with papers that show its facts as they now are."""
        applications = self._applications(draft)
        wanted = tuple(keyed_papers(applications))
        if len(wanted) == len(draft.papers) and are_papers_current(draft, applications):
            return draft
        papers = tuple(
            self._draw(draft.draft_id, applications[step - 1], step, code)
            for _, step, code in wanted
        )
        digests = {paper.sha256 for paper in papers}
        inks = tuple(ink for ink in draft.inks if ink.paper_sha256 in digests)
        over = [i for i in draft.invitations if i.is_open and not is_about(i, papers)]
        if over and not may_end:
            raise InvitationsEndError(len(over))
        left = tuple(i.end(Ended.CHANGED) if i in over else i for i in draft.invitations)
        return self._save(replace(draft, papers=papers, inks=inks, invitations=left))

    def _draw(self, draft_id: str, application: Application, step: int, code: str) -> PaperShown:
        data = draw_paper(application, code)
        return PaperShown(
            code=code,
            step=step,
            sha256=self.box.put_blob(draft_id, data),
            size=len(data),
            pages=count_pages(data),
            facts_sha256=facts_sha256(application),
            made_at=self.clock.now(),
        )

    def _require_signature(self, draft: Draft, ink: InkRecord) -> None:
        if sum(len(stroke.points) for stroke in ink.strokes) > MOST_POINTS:
            raise InkRefusedError("too much")
        fault = check_ink(ink.strokes)
        if fault is not None:
            raise InkRefusedError(fault.value)
        # Ink from elsewhere is dated by another clock than ours.
        is_ours = ink.remote is None and not ink.visit_sha256
        is_ahead = is_ours and ink.ended_at > self.clock.now() + _AHEAD
        if ink.ended_at < ink.started_at or is_ahead:
            raise InkRefusedError("time runs back")
        # Nobody writes the same strokes twice to the millisecond: it was copied.
        digest = ink_sha256(ink.strokes)
        if any(other.sha256 == digest for other in draft.inks):
            raise InkRefusedError("copied")

    def _save(self, draft: Draft) -> Draft:
        return self.box.save_draft(replace(draft, changed_at=self.clock.now()))


def _signature(application: Application, code: str, number: str) -> RequiredSignature:
    for wanted in required_signatures(application):
        if (wanted.paper_code, wanted.number) == (code, number):
            return wanted
    raise WrongPersonError("does not sign this paper")


def _bind(hand: Handwriting, wanted: RequiredSignature, paper_sha256: str) -> InkRecord:
    return InkRecord(
        paper_code=wanted.paper_code,
        paper_sha256=paper_sha256,
        role=wanted.role,
        signer_name=wanted.name,
        signer_number=wanted.number,
        strokes=hand.strokes,
        width=hand.width,
        height=hand.height,
        device=hand.device,
        started_at=hand.started_at,
        ended_at=hand.ended_at,
        is_simulated=hand.is_simulated,
    )


def _inks_but(draft: Draft, sha256: str, number: str) -> tuple[InkRecord, ...]:
    return tuple(i for i in draft.inks if (i.paper_sha256, i.signer_number) != (sha256, number))


def _paper(draft: Draft, application: Application, key: str, code: str) -> PaperToSign:
    shown = draft.find_paper(key)
    kind = application.kind
    zh, en = (f"（{kind.title_zh}）", f" ({kind.title_en})") if application.bundle else ("", "")
    sha256 = shown.sha256 if shown else hashlib.sha256(b"").hexdigest()
    return PaperToSign(
        code=key,
        title=paper_title(code) + zh,
        title_en=paper_title_en(code) + en,
        sha256=sha256,
        pages=shown.pages if shown else 0,
        signers=tuple(
            _state(application, wanted, sha256)
            for wanted in required_signatures(application)
            if wanted.paper_code == code
        ),
    )


def _state(application: Application, wanted: RequiredSignature, sha256: str) -> SignerState:
    ink = find_ink(application, wanted)
    return SignerState(
        role=wanted.role,
        name=wanted.name,
        number=wanted.number,
        is_signed=ink is not None and ink.paper_sha256 == sha256,
        plain=_plain(application, wanted),
    )


def _plain(application: Application, wanted: RequiredSignature) -> tuple[str, str] | None:
    if wanted.paper_code == LIST_CODE:
        return plain_list_words(application)
    return plain_words(application, wanted.paper_code, wanted.number)
