"""What the office tells of an invitation, and the answer that came, as the draft keeps them."""

import hashlib
from dataclasses import replace

from terminal.desk.answers import read_answer
from terminal.desk.guest_papers import keys_of
from terminal.desk.invitations import Invitation, InvitationState, PaperHand
from terminal.desk.invite_ports import Standing
from terminal.desk.visit_checks import VisitReader, show_hands
from terminal.errors import BadAnswerError


def tell_news(one: Invitation, standing: Standing) -> Invitation:
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


def read_answered(
    one: Invitation, standing: Standing, sealed: bytes, visits: VisitReader
) -> Invitation:
    """Return an invitation with its answer, which a teller has yet to vouch for.

    Raises:
        AtRestError, BadAnswerError: it is none to this invitation.
    """
    if standing.opened_at is None or standing.answered_at is None:
        raise BadAnswerError("an answer without its times")
    if hashlib.sha256(sealed).hexdigest() != standing.answer_sha256:
        raise BadAnswerError("another answer")
    opened = keys_of(one).open_answer(sealed)
    visited = visits.read(opened, one, standing) if one.is_at_counter else None
    return replace(
        tell_news(one, standing),
        state=InvitationState.ANSWERED,
        # They opened all that they ever will.
        link_key="",
        code="",
        answered_at=standing.answered_at,
        answer_sha256=standing.answer_sha256,
        hands=show_hands(visited, one.papers) if visited else _hands(opened, one, standing),
        visited=visited,
    )


def _hands(opened: bytes, one: Invitation, standing: Standing) -> tuple[PaperHand, ...]:
    assert standing.answered_at is not None
    hands = read_answer(opened, one, standing.answered_at)
    if any(hand.hand.ended_at < standing.opened_at for hand in hands if standing.opened_at):
        raise BadAnswerError("signed before it was opened")
    return hands
