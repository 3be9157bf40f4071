from dataclasses import replace
from datetime import timedelta

import pytest

from registration.ink import InkPoint, Stroke
from terminal.desk.draft import DraftState
from terminal.errors import (
    DraftClosedError,
    InkRefusedError,
    NotCompleteError,
    NotFoundError,
    NotReadyError,
    PaperChangedError,
    WrongPersonError,
)
from tests.factories import LI, TELLER, ZHANG, make_strokes
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter


def test_papers_wait_until_the_form_can_be_read(counter: Counter) -> None:
    counter.add_draft()
    counter.set_text("amount", "a lot")

    with pytest.raises(NotReadyError):
        counter.signing.papers(DRAFT_ID)


def test_a_paper_that_no_font_can_print_is_told_by_field_and_not_drawn(counter: Counter) -> None:
    counter.add_draft()
    counter.set_text("security_scope", "本金\ue000利息")

    with pytest.raises(NotCompleteError) as caught:
        counter.signing.papers(DRAFT_ID)

    (found,) = caught.value.findings
    assert (found.rule, found.pointer) == ("PRINT", "/mortgage/security_scope")
    assert found in counter.submission.check(DRAFT_ID)


def test_the_form_is_signed_by_owners_and_the_banks_agent(counter: Counter) -> None:
    counter.add_draft()

    form, record = counter.signing.papers(DRAFT_ID)

    assert [s.number for s in form.signers] == [ZHANG, LI, TELLER]
    assert [s.number for s in record.signers] == [ZHANG, LI]
    assert (form.pages, record.pages) == (2, 1)
    assert not form.is_signed


def test_a_paper_is_shown_byte_for_byte_as_it_is_signed(counter: Counter) -> None:
    counter.add_draft()
    counter.signing.papers(DRAFT_ID)

    first = counter.signing.paper_bytes(DRAFT_ID, "M01")
    counter.signing.papers(DRAFT_ID)

    assert counter.signing.paper_bytes(DRAFT_ID, "M01") == first
    assert first.startswith(b"%PDF-")


def test_a_paper_that_was_not_drawn_is_not_found(counter: Counter) -> None:
    counter.add_draft()

    with pytest.raises(NotFoundError):
        counter.signing.paper_bytes(DRAFT_ID, "M01")


def test_everybody_can_sign(counter: Counter) -> None:
    counter.add_draft()

    counter.sign_all()

    assert all(paper.is_signed for paper in counter.signing.papers(DRAFT_ID))


def test_other_facts_make_another_paper_and_void_its_ink(counter: Counter) -> None:
    counter.add_draft()
    counter.sign_all()
    counter.set_text("amount", "870000")
    counter.set_text("amount_words", "捌拾柒万元整")

    form, record = counter.signing.papers(DRAFT_ID)

    assert not any(signer.is_signed for signer in form.signers)
    assert record.is_signed, "the inquiry record does not show the amount"


def test_ink_on_a_paper_that_changed_meanwhile_is_refused(counter: Counter) -> None:
    counter.add_draft()
    form, _ = counter.signing.papers(DRAFT_ID)
    counter.set_text("use", "商业")

    with pytest.raises(PaperChangedError):
        counter.sign("M01", ZHANG, sha256=form.sha256)


def test_a_stranger_does_not_sign(counter: Counter) -> None:
    counter.add_draft()

    with pytest.raises(WrongPersonError):
        counter.sign("M15", TELLER)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"strokes": ()}, "too little"),
        ({"strokes": make_strokes(points=4000)}, "too much"),
        (
            {"strokes": (Stroke(tuple(InkPoint(n, n * 90, 9, 500) for n in range(20))),)},
            "too quick",
        ),
    ],
    ids=["nothing", "a flood", "a flash"],
)
def test_strokes_that_are_no_signature_are_refused(
    counter: Counter, changes: dict[str, object], reason: str
) -> None:
    counter.add_draft()

    with pytest.raises(InkRefusedError) as caught:
        counter.sign("M01", ZHANG, **changes)

    assert caught.value.reason == reason


def test_ink_of_tomorrow_is_refused(counter: Counter) -> None:
    counter.add_draft()

    with pytest.raises(InkRefusedError):
        counter.sign("M01", ZHANG, ended_at=counter.clock.now() + timedelta(days=1))


def test_copied_ink_is_refused(counter: Counter) -> None:
    counter.add_draft()
    counter.sign("M01", ZHANG, strokes=make_strokes("same"))

    with pytest.raises(InkRefusedError) as caught:
        counter.sign("M01", LI, strokes=make_strokes("same"))

    assert caught.value.reason == "copied"


def test_the_same_signature_sent_twice_counts_once(counter: Counter) -> None:
    counter.add_draft()
    counter.sign("M01", ZHANG)

    assert len(counter.sign("M01", ZHANG).inks) == 1


def test_a_later_signature_replaces_the_earlier(counter: Counter) -> None:
    counter.add_draft()
    counter.sign("M01", ZHANG)

    draft = counter.sign("M01", ZHANG, strokes=make_strokes("again"))

    assert [ink.strokes for ink in draft.inks] == [make_strokes("again")]


def test_a_signature_can_be_taken_off(counter: Counter) -> None:
    counter.add_draft()
    counter.sign("M01", ZHANG)

    assert counter.signing.unsign(DRAFT_ID, code="M01", number=ZHANG).inks == ()
    with pytest.raises(NotFoundError):
        counter.signing.unsign(DRAFT_ID, code="M01", number=ZHANG)


def test_nothing_is_signed_after_submission(counter: Counter) -> None:
    counter.add_draft()
    counter.sign("M01", ZHANG)
    draft = counter.box.get_draft(DRAFT_ID)
    counter.box.save_draft(replace(draft, state=DraftState.SUBMITTED))

    assert counter.signing.papers(DRAFT_ID)[0].signers[0].is_signed
    with pytest.raises(DraftClosedError):
        counter.sign("M01", LI)


def test_reprs_hide_the_signer(counter: Counter) -> None:
    counter.add_draft()

    assert ZHANG not in repr(counter.signing.papers(DRAFT_ID))
