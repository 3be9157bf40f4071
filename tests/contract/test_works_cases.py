"""Cases: dictionaries and both databases keep one law."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backend.errors import (
    ConflictError,
    IllegalMoveError,
    NotFoundError,
)
from backend.office.case import MOVES, Stage, move
from backend.office.ports import Works
from backend.office.rows import Spot
from registration.findings import Finding, Level
from registration.outcomes import Due
from tests.factories import UNIT_NO
from tests.rows import (
    AT,
    CASE_NO,
    TERMINAL,
    digest,
    make_automatic,
    make_case,
    open_case,
)

FINDING = Finding(
    rule="R08",
    level=Level.CORRECT,
    zh="共同共有不动产须全体共有人共同申请",
    en="All joint owners must apply",
    basis="民法典第301条",
    pointer="/mortgagors",
)


def test_case_numbers_count_up_within_the_offices_day(works: Works) -> None:
    late = datetime(2026, 9, 29, 16, 30, tzinfo=UTC)
    with works() as work:
        assert work.cases.next_case_no(AT) == "20260929-0000001"
        assert work.cases.next_case_no(AT) == "20260929-0000002"
        assert work.cases.next_case_no(late) == "20260930-0000001"


def test_a_number_that_was_rolled_back_is_given_again(works: Works) -> None:
    with works() as work:
        work.cases.next_case_no(AT)
    with works() as work:
        assert work.cases.next_case_no(AT) == "20260929-0000001"


def test_a_case_comes_back_as_it_was_kept(works: Works) -> None:
    case = open_case(works, findings=(FINDING,), amount_fen=None, holder="wang")
    with works.reading() as work:
        assert work.cases.get(CASE_NO) == case
        assert work.cases.application(CASE_NO) == b'{"made":"up"}'
        assert work.cases.find_by_application(case.application_id, TERMINAL) == case
        assert work.cases.find_by_application(case.application_id, "another") is None


def test_the_longest_texts_of_an_application_are_kept(works: Works) -> None:
    case = open_case(
        works,
        branch="网点" * 100,
        application_id="A" * 100,
        location="路" * 200,
        mortgagee="银行" * 50,
    )
    with works.reading() as work:
        assert work.cases.get(CASE_NO) == case


def test_an_unknown_case_is_not_found(works: Works) -> None:
    with works.reading() as work:
        with pytest.raises(NotFoundError):
            work.cases.get("20260929-0000009")
        with pytest.raises(NotFoundError):
            work.cases.application("20260929-0000009")
        assert work.cases.materials("20260929-0000009") == ()


def test_a_terminal_files_an_application_once(works: Works) -> None:
    first = open_case(works)
    again = make_case(2, application_id=first.application_id)
    with works() as work:
        with pytest.raises(ConflictError):
            work.cases.add(again, b"{}")
        work.cases.add(replace(again, terminal="KF-LT-02"), b"{}")


@pytest.mark.parametrize(
    "changes", [{"case_no": CASE_NO}, {"package_sha256": digest("package 1")}], ids=str
)
def test_a_case_number_and_a_package_are_used_once(works: Works, changes: dict[str, str]) -> None:
    open_case(works)
    with works() as work, pytest.raises(ConflictError):
        work.cases.add(make_case(2, **changes), b"{}")


def test_a_case_begins_at_received(works: Works) -> None:
    with works() as work, pytest.raises(ConflictError):
        work.cases.add(make_case(stage=Stage.APPROVED), b"{}")


def test_the_version_counts_every_change(works: Works) -> None:
    case = open_case(works)
    with works() as work:
        taken = work.cases.save(replace(case, holder="wang"), was=case)
        work.commit()
    assert taken.version == case.version + 1
    with works.reading() as work:
        assert work.cases.get(CASE_NO) == taken


def test_a_writer_who_read_an_older_case_loses(works: Works) -> None:
    case = open_case(works)
    with works() as work:
        work.cases.save(move(case, Stage.ACCEPTED), was=case)
        with pytest.raises(ConflictError):
            work.cases.save(replace(case, holder="wang"), was=case)


@pytest.mark.parametrize("start", list(Stage), ids=lambda s: s.value)
def test_only_the_legal_moves_are_possible(works: Works, start: Stage) -> None:
    """The store itself refuses, whatever the caller believed."""
    case = open_case(works)
    with works() as work:
        work.decisions.add(make_automatic())
        for stage in _way_to(start):
            case = work.cases.save(move(case, stage), was=case)
        work.commit()
    reached = []
    for to in Stage:
        with works() as work, suppress(IllegalMoveError):
            work.cases.save(replace(case, stage=to), was=case)
            reached.append(to)
    assert set(reached) == MOVES.get(start, frozenset()) | {start}


def _way_to(end: Stage) -> list[Stage]:
    ways: list[list[Stage]] = [[Stage.RECEIVED]]
    for way in ways:
        if way[-1] is end:
            return way[1:]
        ways += [[*way, to] for to in MOVES.get(way[-1], frozenset()) if to not in way]
    raise AssertionError(end)


def test_the_application_of_a_new_round_takes_the_place_of_the_old(works: Works) -> None:
    case = open_case(works)
    with works() as work:
        asked = work.cases.save(move(case, Stage.CORRECTION_REQUIRED), was=case)
        second = replace(move(asked, Stage.RECEIVED), round=2, package_sha256=digest("package 2"))
        work.cases.save(second, was=asked, application=b'{"round":2}')
        work.commit()
    with works.reading() as work:
        assert work.cases.application(CASE_NO) == b'{"round":2}'


def test_acceptance_times_on_a_unit_differ_and_follow_each_other(works: Works) -> None:
    """Rank follows acceptance (Implementing Rules, art. 67), so no two may be equal."""
    times = []
    for number in (1, 2, 3):
        case = open_case(works, number)
        with works() as work:
            at = work.cases.next_acceptance(case.unit_no, AT)
            accepted = replace(move(case, Stage.ACCEPTED), accepted_at=at)
            work.cases.save(accepted, was=case)
            work.commit()
        times.append(at)
    assert times == sorted(set(times))
    assert times[0] == AT
    assert times[2] - AT < timedelta(seconds=1)
    with works() as work:
        assert work.cases.next_acceptance("410203002001GB00105F00030108", AT) == AT
        later = AT + timedelta(hours=1)
        assert work.cases.next_acceptance(UNIT_NO, later) == later


def test_two_cases_on_a_unit_cannot_share_an_acceptance_time(works: Works) -> None:
    first, second = open_case(works, 1), open_case(works, 2)
    with works() as work:
        work.cases.save(replace(move(first, Stage.ACCEPTED), accepted_at=AT), was=first)
        with pytest.raises(ConflictError):
            work.cases.save(replace(move(second, Stage.ACCEPTED), accepted_at=AT), was=second)


def test_search_gives_the_soonest_due_first_and_pages(works: Works) -> None:
    for number, minutes in ((1, 50), (2, 10), (3, 30)):
        due = (Due(name="channel", at=AT + timedelta(minutes=minutes)),)
        open_case(works, number, due=due)
    open_case(works, 4, due=())
    with works.reading() as work:
        found, total = work.cases.search()
        assert [int(case.case_no[-1]) for case in found] == [2, 3, 1, 4]
        first, third = (Spot(due_at=c.due_at, case_no=c.case_no) for c in (found[0], found[2]))
        page, total = work.cases.search(limit=2, after=first)
        assert ([int(case.case_no[-1]) for case in page], total) == ([3, 1], 4)
        assert [c.case_no[-1] for c in work.cases.search(limit=2, after=third)[0]] == ["4"]
        assert [c.case_no[-1] for c in work.cases.search(limit=1, before=third)[0]] == ["3"]
        assert work.cases.search(limit=0, most=3) == ((), 3)


def test_a_number_is_found_whole_begun_or_in_part(works: Works) -> None:
    open_case(works, 1)
    open_case(works, 2, unit_no="410202001003GB00013F00010012")
    with works.reading() as work:

        def found(text: str) -> list[str]:
            return [case.case_no[-1] for case in work.cases.search(text=text)[0]]

        assert found(CASE_NO) == ["1"]
        assert found("20260929-") == ["1", "2"]
        assert found("0000002") == ["2"]
        assert found("410202001003GB00013F00010012") == ["2"]
        assert found("GB00013") == ["2"]
        assert found("20260930") == []


def test_the_tally_says_where_open_cases_stand(works: Works) -> None:
    for number in (1, 2, 3):
        open_case(works, number)
    with works() as work:
        asked = work.cases.get(CASE_NO)
        work.cases.save(move(asked, Stage.CORRECTION_REQUIRED), was=asked)
        gone = work.cases.get("20260929-0000002")
        work.cases.save(move(gone, Stage.WITHDRAWN), was=gone)
        work.commit()
    with works.reading() as work:
        tally = work.cases.tally(AT)
    assert (tally.open, tally.correction, tally.on_hold) == (2, 1, 0)


def test_search_narrows_by_stage_holder_terminal_bank_and_text(works: Works) -> None:
    one = open_case(works, 1, holder="wang", location="开封市100%_路")
    open_case(works, 2, terminal="KF-LT-02", bank="914102000X0000019M")
    with works() as work:
        work.cases.save(move(one, Stage.ACCEPTED), was=one)
        work.commit()
    with works.reading() as work:
        search = work.cases.search
        assert search(stages=[Stage.ACCEPTED])[1] == 1
        assert search(stages=[Stage.ACCEPTED, Stage.RECEIVED])[1] == 2
        assert search(holder="wang")[1] == 1
        assert search(holder="")[1] == 1
        assert search(text=" 100%_路 ")[1] == 1
        assert search(text="%")[1] == 1
        assert search(text=UNIT_NO)[1] == 2
        assert search(text="0000002", holder="wang")[1] == 0


def test_materials_are_kept_in_order_and_replaced_by_the_next_round(works: Works) -> None:
    open_case(works)
    old = [("M06", "application/pdf", b"one"), ("M07", "image/png", b"two"), ("M07", "x", b"3")]
    new = [("M15", "application/pdf", b"four")]
    with works() as work:
        work.cases.set_materials(CASE_NO, old)
        assert work.cases.materials(CASE_NO) == tuple(old)
        work.cases.set_materials(CASE_NO, new)
        assert work.cases.materials(CASE_NO) == tuple(new)
        with pytest.raises(ConflictError):
            work.cases.set_materials("20260929-0000009", new)


def test_a_case_that_was_refused_at_first_can_be_read_later(works: Works) -> None:
    """The refused write made the case's data key, and the key went with it."""
    taken = open_case(works, 1)
    with works() as work:
        with pytest.raises(ConflictError):
            work.cases.add(make_case(2, package_sha256=taken.package_sha256), b"{}")
        work.cases.add(make_case(2), b'{"second":"try"}')
        work.commit()
    with works.reading() as work:
        assert work.cases.application("20260929-0000002") == b'{"second":"try"}'
        assert work.cases.get("20260929-0000002") == make_case(2)


def test_the_application_of_the_round_before_is_still_there(works: Works) -> None:
    case = open_case(works)
    with works() as work:
        assert work.cases.earlier_application(CASE_NO) is None
        work.cases.save(replace(case, round=2), was=case, application=b'{"second":1}')
        work.commit()
    with works.reading() as work:
        assert work.cases.earlier_application(CASE_NO) == b'{"made":"up"}'
        assert work.cases.application(CASE_NO) == b'{"second":1}'
