"""What becomes of a draft between two counters: as it arrives, as it comes back, what is left of it."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from registration.days import local_day
from terminal.desk.draft import Draft, DraftState, HandOver, Offer, Passage
from terminal.desk.invitations import Ended, InvitationState
from terminal.errors import ConflictError, DraftClosedError, NotReadyError
from terminal.invite_errors import InkWaitsError

_STAYS: Final = frozenset({"form", "model"})
"""Fields that say of what kind a draft was that another counter has."""


def passage_of(draft: Draft) -> Passage:
    """Return the passage of a draft that is on one."""
    assert draft.passage is not None
    return draft.passage


def parcel_of(draft: Draft) -> str:
    """Return what the relay calls a draft that is on its way."""
    return passage_of(draft).parcel


def require_free(draft: Draft) -> None:
    """Return quietly when a draft may go to another counter.

    Raises: DraftClosedError, NotReadyError, InkWaitsError: see `Passages.send`.
    """
    if draft.state is not DraftState.OPEN:
        raise DraftClosedError(draft.state.value)
    if draft.sequence is not None or draft.round > 1:
        raise NotReadyError("it was filed from here, and its answers come here")
    if any(one.state is InvitationState.ANSWERED for one in draft.invitations):
        raise InkWaitsError


def parted(gone: Draft, was: Draft, now: Draft) -> Draft:
    """Return a draft that goes, without what waited elsewhere; `was` when it was sealed.

    Raises: as `require_free`; ConflictError: more than its invitations was changed since.
    """
    require_free(now)
    like = replace(now, version=was.version, invitations=was.invitations, changed_at=was.changed_at)
    if like != was:
        raise ConflictError
    ended = tuple(i.end(Ended.RECALLED) if i.is_open else i for i in now.invitations)
    return replace(gone, version=now.version, invitations=ended)


def as_arrived(
    draft: Draft, passage: Passage, *, giver: str, teller: str, ordinal: int, at: datetime
) -> Draft:
    """Return a draft as it came from a counter, not ours yet; `ordinal` counts those of the day.

    Papers and ink stay behind: another counter and perhaps another teller stand in the papers.
    """
    handed = HandOver(giver=draft.teller, taker=teller, note=passage.note, at=at, counter=giver)
    return replace(
        draft,
        state=DraftState.ARRIVING,
        version=0,
        number=f"D{local_day(at):%m%d}-{ordinal:03d}",
        teller=teller,
        handed=(*draft.handed, handed),
        papers=(),
        inks=(),
        passage=passage,
        changed_at=at,
    )


def not_taken(draft: Draft, problem: str, at: datetime) -> Offer:
    """Return what a draft that comes back says of it; `problem` is the office's code, if it refused."""
    passage = passage_of(draft)
    return Offer(
        to="",
        note=passage.note,
        at=at,
        is_declined=True,
        answer=problem,
        counter=passage.other,
    )


def left_behind(draft: Draft, at: datetime) -> Draft:
    """Return what stays of a draft that another counter has: its number, its kind, where it went."""
    return Draft(
        draft_id=draft.draft_id,
        number=draft.number,
        kind=draft.kind,
        state=DraftState.HANDED,
        version=draft.version,
        teller=draft.teller,
        passage=replace(passage_of(draft), note="", sealed=""),
        fields=tuple(f for f in draft.fields if f.name in _STAYS),
        created_at=draft.created_at,
        changed_at=at,
    )
