"""What a guest, or whoever found his link, tries at a mailbox, and what comes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.errors import ConflictError, StoreBusyError, WrongProofError
from backend.office.inviting import LIVES, MISSES, Inviting
from tests.contract.test_works_inviting import (
    ANSWER,
    NAME,
    ONE,
    OTHER,
    PAPERS,
    PROOF,
    WRONG,
    Busy,
    gone,
    held,
    later,
    leave,
    room,
)

__all__ = ["room"]


def shut_out(room: Inviting) -> None:
    with room.works() as work:
        work.terminals.save(replace(ONE, status="revoked"))
        work.commit()


def test_a_link_of_a_counter_that_is_shut_out_opens_nothing(room: Inviting) -> None:
    leave(room)
    shut_out(room)
    for act in (
        lambda: room.open(NAME, PROOF),
        lambda: room.papers(NAME, PROOF),
        lambda: room.answer(NAME, PROOF, ANSWER),
        lambda: room.open(NAME, WRONG),
    ):
        assert gone(act) == "recalled"


def test_ink_for_a_counter_that_was_shut_out_meanwhile_is_not_taken(room: Inviting) -> None:
    leave(room)
    room.open(NAME, PROOF)
    shut_out(room)
    assert gone(lambda: room.answer(NAME, PROOF, ANSWER)) == "recalled"
    assert held(room) == 1, "the papers, until they lapse"


def test_the_last_moment_is_good_and_the_next_is_not(room: Inviting) -> None:
    leave(room)
    last = later(room, LIVES - timedelta(microseconds=1))
    assert last.open(NAME, PROOF) == PAPERS
    assert gone(lambda: later(room, LIVES).answer(NAME, PROOF, ANSWER)) == "lapsed"
    assert last.answer(NAME, PROOF, ANSWER).state == "answered"


def test_papers_are_read_on_only_after_they_were_opened_and_by_proof(room: Inviting) -> None:
    leave(room)
    with pytest.raises(ConflictError):
        room.papers(NAME, PROOF)
    room.open(NAME, PROOF)
    assert room.papers(NAME, PROOF) == PAPERS
    for left in range(MISSES - 1, 0, -1):
        with pytest.raises(WrongProofError) as caught:
            room.papers(NAME, WRONG)
        assert caught.value.left == left
    assert gone(lambda: room.papers(NAME, WRONG)) == "locked"
    assert gone(lambda: room.papers(NAME, PROOF)) == "locked"


def test_guesses_at_every_door_are_counted_together(room: Inviting) -> None:
    leave(room)
    room.open(NAME, PROOF)
    doors = (room.open, room.papers, lambda name, proof: room.answer(name, proof, ANSWER))
    for door in doors:
        with pytest.raises(WrongProofError):
            door(NAME, WRONG)
    assert room.list(ONE)[0].misses == len(doors)


def test_who_reads_on_leaves_no_trace_but_the_opening(room: Inviting) -> None:
    leave(room)
    room.open(NAME, PROOF)
    room.papers(NAME, PROOF)
    with room.works.reading() as work:
        assert [e.act for e in work.journal.of(NAME)] == ["invitation left", "invitation opened"]


def test_the_proof_of_one_opens_no_other(room: Inviting) -> None:
    leave(room)
    room.leave(OTHER, b"other", proof_sha256="0" * 64, terminal=ONE)
    with pytest.raises(WrongProofError):
        room.open(OTHER, PROOF)


def test_an_answer_whose_row_was_not_written_is_taken_when_it_comes_again(room: Inviting) -> None:
    """The office died between bytes and row: the page sends the same bytes once more."""
    leave(room)
    room.open(NAME, PROOF)
    with pytest.raises(StoreBusyError):
        replace(room, works=Busy(room.works)).answer(NAME, PROOF, ANSWER)

    assert room.answer(NAME, PROOF, ANSWER).state == "answered"
    assert gone(lambda: room.answer(NAME, PROOF, b"another")) == "answered"
    assert room.fetch(NAME, terminal=ONE) == ANSWER
    assert held(room) == 2
