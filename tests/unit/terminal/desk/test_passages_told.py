"""What a counter believes of a parcel, and what it says became of a draft."""

from dataclasses import replace
from typing import Any

import pytest

from backend.office.relay import LIVES
from certs.envelope import Part
from certs.relays import seal_parcel
from terminal.desk.invitations import Ended, Invitation, InvitationState
from terminal.desk.parcels import pack_parcel
from terminal.errors import (
    BadParcelError,
    OfficeRefusedError,
    OfficeUnreachableError,
)
from terminal.invite_errors import InkWaitsError
from terminal.rows import DRAFT
from tests.factories import LI
from tests.unit.terminal.desk.counter import DRAFT_ID
from tests.unit.terminal.desk.test_passages import OTHER, TAKER, Pair, later, pair

__all__ = ["pair"]


def forge(pair: Pair, **changes: Any) -> str:
    """Leave a parcel that says something else than it is called; return its name."""
    draft = pair.giver.box.get_draft(DRAFT_ID)
    told: dict[str, Any] = {"parcel": "a" * 32, "to": OTHER, "note": ""} | changes
    parts: list[Part] = pack_parcel(
        draft, lambda s: pair.giver.box.get_blob(DRAFT_ID, s), DRAFT, **told
    )
    data = seal_parcel(
        parts,
        signer=pair.giver.keys().signer,
        recipient=pair.taker.relay_key().holder.certificate,
        office=pair.giver.place.office.text,
        terminal=pair.giver.place.terminal,
        at=pair.giver.clock.now(),
    )
    pair.lines[0].leave_parcel("a" * 32, OTHER, data)
    return "a" * 32


@pytest.mark.parametrize("changes", [{"parcel": "b" * 32}, {"to": "KF-LT-03"}])
def test_a_parcel_that_was_sealed_as_another_is_not_taken(
    pair: Pair, changes: dict[str, str]
) -> None:
    parcel = forge(pair, **changes)

    with pytest.raises(BadParcelError):
        pair.taker.accept(parcel, TAKER)

    assert pair.holders() == ["giver"]


def test_what_the_office_made_up_is_not_taken(pair: Pair) -> None:
    pair.lines[0].leave_parcel("a" * 32, OTHER, b"MRK1 made up by whoever carries it")

    with pytest.raises(BadParcelError):
        pair.taker.accept("a" * 32, TAKER)


# --- who was invited to sign elsewhere


def invite(pair: Pair, state: InvitationState) -> Invitation:
    one = Invitation(
        invitation="1" * 32,
        number=LI,
        papers=(("M01", "0" * 64),),
        link_key="key",
        code="12345678",
        made_by=TAKER,
        made_at=pair.giver.clock.now(),
        state=state,
    )
    box = pair.giver.box
    box.save_draft(replace(box.get_draft(DRAFT_ID), invitations=(one,)))
    return one


def test_ink_that_nobody_looked_at_keeps_the_draft_here(pair: Pair) -> None:
    one = invite(pair, InvitationState.ANSWERED)

    with pytest.raises(InkWaitsError):
        pair.send()

    assert pair.giver.box.get_draft(DRAFT_ID).invitations == (one,)
    assert pair.holders() == ["giver"]


def test_who_has_not_answered_is_seen_to_be_uninvited(pair: Pair) -> None:
    one = invite(pair, InvitationState.WAITING)
    pair.send()

    back = pair.giver.recall(DRAFT_ID)
    pair.send()
    taken = pair.taker.accept(pair.parcel(), TAKER)

    assert back.invitations == (one.end(Ended.RECALLED),)
    assert back.invitations[0].code == ""
    assert taken.invitations == ()


# --- what became of it


def test_what_nobody_took_says_so_when_it_is_back(pair: Pair) -> None:
    pair.send()

    later(pair, LIVES).giver.settle()

    offer = pair.giver.box.get_draft(DRAFT_ID).offer
    assert offer is not None
    assert (offer.counter, offer.answer, offer.is_declined) == (OTHER, "", True)


def test_what_the_office_refuses_comes_back_with_its_reason(pair: Pair) -> None:
    def refuse(data: bytes, told: Any) -> None:
        raise OfficeRefusedError("office.not-allowed", status=403)

    pair.lines[0].on_leave = refuse
    pair.send()

    offer = pair.giver.box.get_draft(DRAFT_ID).offer
    assert pair.holders() == ["giver"]
    assert offer is not None
    assert (offer.counter, offer.answer) == (OTHER, "office.not-allowed")


def test_what_was_taken_back_by_hand_says_nothing(pair: Pair) -> None:
    pair.send()

    assert pair.giver.recall(DRAFT_ID).offer is None


def test_handing_it_over_again_forgets_that_it_came_back(pair: Pair) -> None:
    pair.send()
    later(pair, LIVES).giver.settle()

    assert pair.send().offer is None


def test_the_same_sealed_bytes_go_until_they_arrive(pair: Pair) -> None:
    """Sealed anew they would be other bytes, and what the office has of them worth nothing."""
    sent: list[bytes] = []

    def cut_twice(data: bytes, told: Any) -> None:
        sent.append(data)
        if len(sent) <= 2:
            raise OfficeUnreachableError

    pair.lines[0].on_leave = cut_twice
    pair.send()
    pair.giver.settle()
    pair.giver.settle()

    assert (len(sent), len(set(sent))) == (3, 1)
    assert len(pair.parcel()) == 32


def test_it_says_how_much_is_across_while_it_moves(pair: Pair) -> None:
    seen: list[Any] = []

    def look(data: bytes, told: Any) -> None:
        told(7)
        seen.extend(pair.giver.seen.moving.values())

    pair.lines[0].on_leave = look
    pair.send()

    assert [(m.bytes_here, m.size > 7) for m in seen] == [(7, True)]
    assert pair.giver.seen.moving == {}


def test_what_arrived_is_there_as_the_page_says(pair: Pair) -> None:
    pair.send()

    (away,) = pair.giver.away()
    assert away.passage is not None
    assert away.passage.parcel in pair.giver.seen.waiting
