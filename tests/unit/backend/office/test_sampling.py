"""Who is looked at afterwards is drawn from the journal: unknown before, checkable after."""

from collections import Counter

import pytest

from backend.errors import ConflictError, NotAllowedError, NotFoundError
from backend.office.sampling import Sampling, draw, draw_of
from tests.fakes import FrozenClock, MemoryWorks
from tests.rows import AT, CASE_NO, make_case, make_staff


@pytest.fixture
def works() -> MemoryWorks:
    works = MemoryWorks()
    with works() as work:
        work.cases.add(make_case(1), b"{}")
        work.staff.save(make_staff(staff_id="li", roles=("second_reviewer",)))
        work.staff.save(make_staff(staff_id="he", person="P9", roles=("auditor",)))
        work.commit()
    return works


def drawn(works: MemoryWorks, percent: int) -> bool:
    with works() as work:
        record = work.journal.append(
            actor="system", act="registered", ref=CASE_NO, body=b"E", at=AT
        )
        found = draw(work, CASE_NO, record, percent=percent)
        work.commit()
    return found is not None


def test_a_draw_follows_from_the_journal_alone() -> None:
    """Written out by hand: SHA-256 of "sample/1", the record's hash and the case, by line."""
    assert draw_of("ab" * 32, CASE_NO) == draw_of("ab" * 32, CASE_NO)
    assert draw_of("ab" * 32, CASE_NO) != draw_of("ac" * 32, CASE_NO)


def test_draws_are_spread_evenly() -> None:
    tenths = Counter(draw_of(f"{n:064x}", CASE_NO) // 1000 for n in range(5000))

    assert len(tenths) == 10
    assert all(400 < count < 600 for count in tenths.values())


def test_all_are_looked_at_where_the_office_says_so(works: MemoryWorks) -> None:
    assert drawn(works, 100)
    with works.reading() as work:
        sample = work.samples.find(CASE_NO)
        record, noted = work.journal.of(CASE_NO)
    assert sample is not None
    assert sample.seed == record.hash
    assert sample.draw == draw_of(record.hash, CASE_NO)
    assert noted.act == "sampled"


def test_none_are_looked_at_at_no_percent(works: MemoryWorks) -> None:
    assert not drawn(works, 0)


def test_a_verdict_is_kept_with_its_reason(works: MemoryWorks) -> None:
    drawn(works, 100)
    room = Sampling(works=works, clock=FrozenClock(AT))

    room.judge(CASE_NO, staff_id="li", is_agreed=False, reason="面积有误")

    (sample,) = room.list(AT)
    assert (sample.verdict, sample.reviewer, sample.reason) == ("disagree", "li", "面积有误")
    with works.reading() as work:
        judged = work.journal.of(CASE_NO)[-1]
    assert (judged.actor, judged.act) == ("staff:li", "sample judged")
    with pytest.raises(ConflictError):
        room.judge(CASE_NO, staff_id="li", is_agreed=True, reason="")


@pytest.mark.parametrize(
    ("staff_id", "is_agreed", "reason"), [("he", True, ""), ("li", False, " ")]
)
def test_only_reviewers_judge_and_a_no_has_a_reason(
    works: MemoryWorks, staff_id: str, is_agreed: bool, reason: str
) -> None:
    drawn(works, 100)

    with pytest.raises(NotAllowedError):
        Sampling(works=works, clock=FrozenClock(AT)).judge(
            CASE_NO, staff_id=staff_id, is_agreed=is_agreed, reason=reason
        )


def test_what_was_not_drawn_is_not_judged(works: MemoryWorks) -> None:
    with pytest.raises(NotFoundError):
        Sampling(works=works, clock=FrozenClock(AT)).judge(
            CASE_NO, staff_id="li", is_agreed=True, reason=""
        )
