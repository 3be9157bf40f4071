"""What every store promises about rulings that wait for their second person."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from backend.errors import ConflictError, NeedsOtherReviewerError
from backend.office.book_ports import RulingProposal
from backend.office.ports import Works
from backend.store.work import StoreWorks
from tests.rows import AT

PROPOSAL = RulingProposal(
    version="2026-1",
    claims={"version": "2026-1", "reason": "试行"},
    proposed_by="qian",
    proposer="P-1",
    proposed_at=AT,
)
DECIDED = {"by": "zhao", "person": "P-2", "at": AT}


def propose(works: Works) -> None:
    with works() as work:
        work.proposals.propose(PROPOSAL)
        work.commit()


def test_one_waits_and_is_decided_once_by_another(works: Works) -> None:
    propose(works)
    with works() as work:
        with pytest.raises(ConflictError):
            work.proposals.propose(replace(PROPOSAL, version="2026-2"))
        assert work.proposals.waiting() == replace(PROPOSAL, seq=1)
        with pytest.raises(NeedsOtherReviewerError):
            work.proposals.decide(1, verdict="adopted", by="qian2", person="P-1", at=AT)

    with works() as work:
        work.proposals.decide(1, verdict="adopted", by="zhao", person="P-2", at=AT)
        with pytest.raises(ConflictError):
            work.proposals.decide(1, verdict="declined", by="zhao", person="P-2", at=AT)
        work.commit()

    with works.reading() as work:
        assert work.proposals.waiting() is None
        (decided,) = work.proposals.all()
    assert (decided.verdict, decided.decided_by, decided.decider) == ("adopted", "zhao", "P-2")


def test_who_proposed_may_take_it_back(works: Works) -> None:
    propose(works)
    with works() as work:
        work.proposals.decide(1, verdict="declined", by="qian", person="P-1", at=AT)
        assert work.proposals.propose(PROPOSAL).seq == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ruling_proposals SET claims = '{}'",
        "DELETE FROM ruling_proposals",
        "UPDATE ruling_proposals SET verdict = 'adopted'",
    ],
    ids=["changed", "taken away", "adopted by nobody"],
)
def test_the_database_keeps_what_was_proposed(store: StoreWorks, statement: str) -> None:
    propose(store)

    with store.writer.connect() as connection:
        connection.begin()
        with pytest.raises(ConflictError):
            connection.execute(text(statement))
