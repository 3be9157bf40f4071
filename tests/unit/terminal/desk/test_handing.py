"""A draft goes from hand to hand only with both hands on it, or with a witness."""

from dataclasses import replace

import pytest

from registration.mortgage import RegistrationKind
from terminal.desk.draft import Draft
from terminal.desk.handing import Handing
from terminal.desk.place import Teller
from terminal.errors import (
    NotAnotherPersonError,
    NotFoundError,
    ReasonMissingError,
    WrongPinError,
)
from tests.pins import PlainPins
from tests.unit.terminal.desk.counter import Counter

WITNESS, PIN = "T0008", "271828"


@pytest.fixture
def handing(counter: Counter) -> Handing:
    first = counter.place.tellers["T0007"]
    second = Teller(staff_no="T0009", name=first.name, document=first.document)
    place = replace(counter.place, tellers={"T0007": first, "T0009": second})
    pins = PlainPins({WITNESS: PIN, "T0009": "161803"})
    return Handing(counter.box, place, pins, counter.clock)


@pytest.fixture
def draft(counter: Counter) -> Draft:
    return counter.intake.open_draft(RegistrationKind.FIRST, teller="T0007")


def test_an_offered_draft_stays_until_it_is_accepted(handing: Handing, draft: Draft) -> None:
    handing.offer(draft.draft_id, to="T0009", note="客户下午三点再来")

    assert handing.box.get_draft(draft.draft_id).teller == "T0007"
    assert [d.number for d in handing.offered("T0009")] == [draft.number]
    assert handing.others("T0009") == ()


def test_who_accepts_has_it_with_the_note(handing: Handing, draft: Draft) -> None:
    handing.offer(draft.draft_id, to="T0009", note=" 客户下午三点再来 ")
    taken = handing.accept(draft.draft_id, "T0009")

    assert (taken.teller, taken.offer) == ("T0009", None)
    assert [(h.giver, h.taker, h.note, h.witness) for h in taken.handed] == [
        ("T0007", "T0009", "客户下午三点再来", "")
    ]
    assert [d.number for d in handing.others("T0007")] == [draft.number]


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_only_whom_it_is_offered_to_may_answer(handing: Handing, draft: Draft, act: str) -> None:
    handing.offer(draft.draft_id, to="T0009", note="")
    with pytest.raises(NotFoundError):
        getattr(handing, act)(draft.draft_id, "T0007")


def test_an_offer_that_was_taken_back_cannot_be_accepted(handing: Handing, draft: Draft) -> None:
    handing.offer(draft.draft_id, to="T0009", note="")
    handing.withdraw(draft.draft_id)
    with pytest.raises(NotFoundError):
        handing.accept(draft.draft_id, "T0009")


def test_who_declines_says_why_and_hears_no_more_of_it(handing: Handing, draft: Draft) -> None:
    handing.offer(draft.draft_id, to="T0009", note="")
    offer = handing.decline(draft.draft_id, "T0009", note="我这边排满了").offer

    assert offer is not None
    assert (offer.is_declined, offer.answer) == (True, "我这边排满了")
    assert handing.offered("T0009") == ()


@pytest.mark.parametrize(
    ("to", "error"), [("T0007", NotAnotherPersonError), ("T0008", NotFoundError)]
)
def test_it_goes_to_another_teller_of_this_counter(
    handing: Handing, draft: Draft, to: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        handing.offer(draft.draft_id, to=to, note="")


@pytest.mark.parametrize(
    ("reason", "witness", "pin", "error"),
    [
        (" ", WITNESS, PIN, ReasonMissingError),
        ("住院", "T0009", "161803", NotAnotherPersonError),
        ("住院", WITNESS, "000000", WrongPinError),
    ],
    ids=["no reason", "one's own witness", "no proof"],
)
def test_nobody_takes_over_alone(
    handing: Handing, draft: Draft, reason: str, witness: str, pin: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        handing.claim(draft.draft_id, "T0009", reason=reason, witness=witness, pin=pin)

    assert handing.box.get_draft(draft.draft_id).teller == "T0007"


def test_the_draft_of_who_is_away_is_taken_over_with_a_witness(
    handing: Handing, draft: Draft
) -> None:
    taken = handing.claim(draft.draft_id, "T0009", reason="住院", witness=WITNESS, pin=PIN)

    assert taken.teller == "T0009"
    assert [(h.giver, h.witness, h.note) for h in taken.handed] == [("T0007", WITNESS, "住院")]
