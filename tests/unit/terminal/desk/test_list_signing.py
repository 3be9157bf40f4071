"""One signature for a list of discharges: it stands for each row, and for no other application."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registration.findings import Level
from registration.ink import Handwriting
from registration.listed import LIST_CODE, MOST_LISTED
from registration.listings import rows_sha256
from registration.papers.discharges import find_rows_sha256
from terminal.desk.draft import Draft, DraftState, FieldSource, with_text
from terminal.desk.freezing import freeze
from terminal.desk.list_signing import ListSigning
from terminal.errors import BadListError, NotReadyError
from tests.factories import TELLER, make_strokes
from tests.listed import add_discharge
from tests.unit.terminal.desk.counter import Counter


@pytest.fixture
def drafts(counter: Counter) -> list[str]:
    return [add_discharge(counter.box, counter.clock, n).draft_id for n in range(1, 4)]


def signing(counter: Counter) -> ListSigning:
    return ListSigning(counter.box, counter.place, counter.clock)


def sign(counter: Counter, draft_id: str, seed: str = "list") -> Draft:
    """Sign the list as the bank's agent, from one of its drafts."""
    paper = next(p for p in counter.signing.papers(draft_id) if p.code == LIST_CODE)
    now = counter.clock.now()
    hand = Handwriting(
        strokes=make_strokes(seed),
        width=12_000,
        height=6_000,
        device="pen",
        started_at=now - timedelta(seconds=5),
        ended_at=now - timedelta(seconds=2),
        is_simulated=True,
    )
    return counter.signing.sign(
        draft_id, code=LIST_CODE, sha256=paper.sha256, number=TELLER, hand=hand
    )


def stops(counter: Counter, draft_id: str) -> list[str]:
    found = counter.submission.check(draft_id)
    return [f.zh for f in found if f.level in {Level.CORRECT, Level.BLOCK, Level.NOT_ACCEPTED}]


def test_a_list_is_drawn_once_and_is_the_same_for_every_row(
    counter: Counter, drafts: list[str]
) -> None:
    drawn = signing(counter).draw(drafts)

    papers = [counter.signing.papers(draft_id) for draft_id in drafts]
    assert drawn.draft_ids == tuple(drafts)
    assert drawn.left_out == ()
    assert len({p.sha256 for ps in papers for p in ps if p.code == LIST_CODE}) == 1
    assert [[s.number for s in p.signers] for p in papers[0]] == [[], [TELLER]]


def test_one_signature_makes_every_draft_complete(counter: Counter, drafts: list[str]) -> None:
    signing(counter).draw(drafts)

    sign(counter, drafts[1])

    assert [stops(counter, draft_id) for draft_id in drafts] == [[], [], []]
    inks = [counter.box.get_draft(draft_id).inks for draft_id in drafts]
    assert len({ink.sha256 for (ink,) in inks}) == 1


def test_each_package_carries_the_list_its_row_and_the_ink(
    counter: Counter, drafts: list[str]
) -> None:
    signing(counter).draw(drafts)
    sign(counter, drafts[0])

    for place, draft_id in enumerate(drafts, start=1):
        (application,) = freeze(counter.box.get_draft(draft_id), counter.place)
        paper = application.find_paper(LIST_CODE)
        assert application.listing is not None
        assert paper is not None
        assert application.listing.place == place
        assert [i.paper_sha256 for i in application.inks] == [paper.sha256]
        data = counter.box.get_blob(draft_id, paper.sha256)
        assert find_rows_sha256(data) == rows_sha256(application.listing)


def test_a_changed_row_is_signed_by_itself_and_the_others_stay_signed(
    counter: Counter, drafts: list[str]
) -> None:
    signing(counter).draw(drafts)
    sign(counter, drafts[0])
    changed = counter.box.get_draft(drafts[0])
    counter.box.save_draft(with_text(changed, "cleared_amount", "1", FieldSource.HAND))

    papers = counter.signing.papers(drafts[0])

    assert [(p.code, p.is_signed) for p in papers] == [("M01", False)]
    assert [stops(counter, draft_id) for draft_id in drafts[1:]] == [[], []]


def test_what_broke_off_between_two_drafts_is_made_up_for(
    counter: Counter, drafts: list[str]
) -> None:
    """A power cut after the first draft was saved: the others find the ink when they are opened."""
    signing(counter).draw(drafts)
    sign(counter, drafts[0])
    counter.box.save_draft(replace(counter.box.get_draft(drafts[2]), inks=()))

    assert all(p.is_signed for p in counter.signing.papers(drafts[2]))


def test_a_signature_that_is_taken_back_is_taken_off_every_row(
    counter: Counter, drafts: list[str]
) -> None:
    signing(counter).draw(drafts)
    sign(counter, drafts[0])

    counter.signing.unsign(drafts[1], code=LIST_CODE, number=TELLER)

    assert [counter.box.get_draft(draft_id).inks for draft_id in drafts] == [(), (), ()]


def test_a_draft_that_lacks_a_paper_is_left_out_and_says_why(
    counter: Counter, drafts: list[str]
) -> None:
    lacking = add_discharge(counter.box, counter.clock, 9, scans=("M03", "M05")).draft_id

    drawn = signing(counter).draw([lacking, *drafts])

    (left,) = drawn.left_out
    assert left.draft_id == lacking
    assert "M12" in left.told[0][0]
    assert drawn.draft_ids == tuple(drafts)
    assert counter.box.get_draft(lacking).listing is None


@pytest.mark.parametrize("cause", ["realised", "court_document"])
def test_only_discharges_by_the_mortgagee_alone_are_listed(
    counter: Counter, drafts: list[str], cause: str
) -> None:
    """民法典 art. 393; 实施细则 art. 70: both apply where the mortgage was realised."""
    draft = counter.box.get_draft(drafts[0])
    draft = with_text(draft, "cause", cause, FieldSource.HAND)
    counter.box.save_draft(with_text(draft, "applicant", "mortgagor", FieldSource.HAND))

    drawn = signing(counter).draw(drafts)

    assert [left.draft_id for left in drawn.left_out] == [drafts[0]]


def test_nothing_ready_is_no_list(counter: Counter) -> None:
    lacking = add_discharge(counter.box, counter.clock, 1, scans=()).draft_id

    with pytest.raises(NotReadyError):
        signing(counter).draw([lacking])
    with pytest.raises(BadListError):
        signing(counter).draw([f"D{n}" for n in range(MOST_LISTED + 1)])


def test_each_row_goes_as_a_package_of_its_own(counter: Counter, drafts: list[str]) -> None:
    signing(counter).draw(drafts)
    sign(counter, drafts[0])

    items = [counter.submission.submit(draft_id) for draft_id in drafts]

    assert len({item.sequence for item in items}) == 3
    assert {counter.box.get_draft(d).state for d in drafts} == {DraftState.SUBMITTED}
