"""The register as events, on every store: what happened, what stands, and what stood when."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backend.errors import ConflictError, NotFoundError
from backend.office.events import Act, Event, bring_in, bring_in_title, end, enter, replay
from backend.office.ports import Works
from backend.office.register import (
    EncumbranceKind,
    EntryState,
    Holder,
    MortgageEntry,
    Owner,
    PurchaseEntry,
)
from backend.office.rows import CertificateStatus
from registration.people import CoOwnership
from tests.factories import BUYER, TITLE_NO, UNIT_NO
from tests.factories_office import make_seizure
from tests.rows import (
    AT,
    CASE_NO,
    approve_case,
    digest,
    make_certificate,
    make_encumbrance,
    make_entry,
    make_title,
    open_case,
    register_case,
)

LATER = AT + timedelta(days=3)
SECOND = "20260929-0000002"
NEW_TITLE = "豫（2026）开封市不动产权第0000077号"


def make_purchase(case_no: str = CASE_NO) -> PurchaseEntry:
    return PurchaseEntry(
        entry_no=f"DJ{case_no}",
        case_no=case_no,
        unit_no=UNIT_NO,
        location="开封市龙亭区示例路16号2幢1单元1号",
        buyers=(Holder("周示例", BUYER, "1/2"), Holder("吴示例", "41020519800229992X", "1/2")),
        buyer_co_ownership=CoOwnership.SHARES,
        sellers=(Holder("示例置业有限公司", "91410200MA0X000236"),),
        contract_no="YS-2026-000123",
        filing_no="BA-2026-000123",
        price_fen=123_000_000,
        accepted_at=AT,
        registered_at=AT,
        registrar="wang",
    )


def change_amount(works: Works, amount_fen: int = 80_000_000) -> MortgageEntry:
    """Register the base case, then change its amount by a second case."""
    entry = register_case(works)
    approve_case(works, 2)
    changed = replace(entry, case_no=SECOND, amount_fen=amount_fen, registered_at=LATER)
    with works() as work:
        work.register.write(enter(changed, act=Act.CHANGED))
        work.commit()
    return changed


def test_a_change_keeps_the_entry_its_rank_and_its_day(works: Works) -> None:
    changed = change_amount(works)

    with works.reading() as work:
        (found,) = work.register.extract(UNIT_NO, LATER).encumbrances
        assert work.register.get_deed(SECOND) == changed
        first = work.register.get_deed(CASE_NO)
    assert (found.amount_fen, found.rank, found.case_no) == (80_000_000, 1, SECOND)
    assert found.recorded_at == make_entry().registered_at
    assert found.deed == changed
    assert isinstance(first, MortgageEntry)
    assert first.amount_fen == 86_000_000


def test_the_history_tells_each_event_with_what_it_left(works: Works) -> None:
    changed = change_amount(works)

    with works.reading() as work:
        history = work.register.history(UNIT_NO)
        page = work.register.extract(UNIT_NO, LATER)
    assert [(e.seq, e.act, e.case_no) for e in history] == [
        (1, Act.BROUGHT_IN, ""),
        (2, Act.ENTERED, CASE_NO),
        (3, Act.CHANGED, SECOND),
    ]
    assert [e.facts for e in history] == [make_title(), make_entry(), changed]
    assert replay(UNIT_NO, history, read_at=LATER) == replace(page, open_cases=())


def test_the_page_of_any_moment_can_be_read(works: Works) -> None:
    change_amount(works)

    with works.reading() as work:

        def amounts(at_days: float) -> list[int | None]:
            moment = AT + timedelta(days=at_days)
            page = work.register.extract(UNIT_NO, LATER, as_of=moment)
            assert page.title is not None
            return [e.amount_fen for e in page.encumbrances]

        assert amounts(0) == []
        assert amounts(1) == [86_000_000]
        assert amounts(3) == [80_000_000]


def test_what_was_brought_along_can_be_changed_by_a_case(works: Works) -> None:
    approve_case(works, 1)
    old = make_encumbrance(1)
    deed = make_entry(entry_no=old.entry_no, rank=1, amount_fen=20_000_000)
    with works() as work:
        work.register.write(bring_in_title(make_title()))
        work.register.write(bring_in(UNIT_NO, old))
        work.register.write(enter(deed, act=Act.TRANSFERRED))
        work.commit()
    with works.reading() as work:
        (found,) = work.register.extract(UNIT_NO, AT).encumbrances
        assert (found.deed, found.recorded_at) == (deed, old.recorded_at)
        assert found.certificate_no == old.certificate_no
        history = work.register.history(UNIT_NO)
        assert replay(UNIT_NO, history, read_at=AT).encumbrances == (found,)
        assert work.register.find_entry_of_certificate(old.certificate_no) == old.entry_no


def test_an_entry_that_is_over_changes_no_more(works: Works) -> None:
    entry = register_case(works)
    approve_case(works, 2)
    approve_case(works, 3)
    with works() as work:
        (found,) = work.register.extract(UNIT_NO, AT).encumbrances
        over = end(found, UNIT_NO, act=Act.DISCHARGED, at=LATER)
        work.register.write(replace(over, case_no=SECOND))
        for act in (Act.CHANGED, Act.DISCHARGED):
            event = enter(replace(entry, case_no="20260929-0000003"), act=act)
            with pytest.raises(ConflictError):
                work.register.write(event)


def test_a_change_needs_its_approved_case_on_the_unit(works: Works) -> None:
    entry = register_case(works)
    waiting = open_case(works, 2)
    with works() as work:
        for case_no in (waiting.case_no, "20260929-0000009"):
            with pytest.raises(ConflictError):
                work.register.write(enter(replace(entry, case_no=case_no), act=Act.CHANGED))


def test_a_change_cannot_take_anothers_rank(works: Works) -> None:
    first = register_case(works, 1)
    register_case(works, 2, rank=2)
    approve_case(works, 3)
    with works() as work:
        moved = replace(first, case_no="20260929-0000003", rank=2)
        with pytest.raises(ConflictError):
            work.register.write(enter(moved, act=Act.CHANGED))
        work.register.write(enter(replace(moved, rank=3), act=Act.CHANGED))
        assert work.register.next_rank(UNIT_NO) == 4


def test_a_part_that_was_split_off_stands_beside_the_rest_in_one_rank(works: Works) -> None:
    register_case(works, 1)
    approve_case(works, 2)
    approve_case(works, 3)
    part = make_entry(SECOND, rank=1, rank_part=1, mortgagee="示例城市商业银行")
    with works() as work:
        work.register.write(enter(part, act=Act.SPLIT_OFF))
        again = replace(part, case_no="20260929-0000003", entry_no="DJ-3")
        with pytest.raises(ConflictError):
            work.register.write(enter(again, act=Act.SPLIT_OFF))
        assert work.register.next_rank(UNIT_NO) == 2
        found = work.register.extract(UNIT_NO, AT).find_current(EncumbranceKind.MORTGAGE)
    assert sorted((e.rank, e.rank_part) for e in found) == [(1, 0), (1, 1)]


def test_ownership_passes_and_the_old_title_is_history(works: Works) -> None:
    open_title = make_title()
    approve_case(works, 1)
    title = make_title(
        title_no=NEW_TITLE,
        owners=(Owner(name="周示例", id_number=BUYER),),
        co_ownership=CoOwnership.SOLE,
        registered_at=LATER,
        entry_no="DJ-title",
    )
    event = Event(
        unit_no=UNIT_NO, entry_no="DJ-title", subject=None, act=Act.PASSED, at=LATER, facts=title,
        case_no=CASE_NO, registrar="wang",
    )  # fmt: skip
    with works() as work:
        with pytest.raises(ConflictError):
            work.register.write(event)  # there is nothing that could pass
        work.register.write(bring_in_title(open_title))
        work.register.write(event)
        work.commit()
    with works.reading() as work:
        assert work.register.extract(UNIT_NO, LATER).title == title
        assert work.register.extract(UNIT_NO, LATER, as_of=AT).title == open_title
        assert work.register.find_unit_of_certificate(NEW_TITLE) == UNIT_NO
        assert work.register.find_unit_of_certificate(TITLE_NO) is None


def test_a_notice_comes_back_whole_and_is_no_mortgage(works: Works) -> None:
    approve_case(works, 1)
    purchase = make_purchase()
    with works() as work:
        work.register.write(bring_in_title(make_title()))
        work.register.write(enter(purchase))
        work.commit()
    with works.reading() as work:
        (found,) = work.register.extract(UNIT_NO, AT).encumbrances
        assert work.register.get_deed(CASE_NO) == purchase
        assert work.register.next_rank(UNIT_NO) == 1
    assert (found.kind, found.holder, found.deed) == (
        EncumbranceKind.PURCHASE_NOTICE,
        "周示例",
        purchase,
    )
    assert [holder.name for holder in found.holders] == ["周示例", "吴示例"]


def test_a_notice_lapses_for_good(works: Works) -> None:
    approve_case(works, 1)
    with works() as work:
        work.register.write(bring_in_title(make_title()))
        work.register.write(enter(make_purchase()))
        (found,) = work.register.extract(UNIT_NO, AT).encumbrances
        work.register.write(end(found, UNIT_NO, act=Act.LAPSED, at=LATER, note="九十日内未申请"))
        (found,) = work.register.extract(UNIT_NO, AT).encumbrances
        last = work.register.history(UNIT_NO)[-1]
    assert found.state is EntryState.TERMINATED
    assert (last.act, last.note) == (Act.LAPSED, "九十日内未申请")


def test_a_queued_seizure_changes_when_it_takes_effect(works: Works) -> None:
    queued = make_seizure(entry_no="CF-2", seizure_type="2", until=date(2029, 8, 1))
    with works() as work:
        work.register.write(bring_in_title(make_title()))
        work.register.write(bring_in(UNIT_NO, queued, source="operator:x"))
        event = bring_in(UNIT_NO, replace(queued, seizure_type="1"), act=Act.TOOK_EFFECT)
        work.register.write(replace(event, at=LATER))
        work.commit()
    with works.reading() as work:
        (found,) = work.register.extract(UNIT_NO, LATER).encumbrances
        (before,) = work.register.extract(UNIT_NO, LATER, as_of=AT).encumbrances
    assert (found.seizure_type, before.seizure_type) == ("1", "2")
    assert found.recorded_at == queued.recorded_at


def test_a_case_that_wrote_nothing_has_no_deed(works: Works) -> None:
    approve_case(works, 1)
    with works.reading() as work, pytest.raises(NotFoundError):
        work.register.get_deed(CASE_NO)


def test_a_new_certificate_is_named_by_the_one_that_it_replaces(works: Works) -> None:
    entry = register_case(works)
    old, new = (
        make_certificate(serial=1),
        make_certificate(SECOND, serial=2, entry_no=entry.entry_no),
    )
    with works() as work:
        work.certificates.prepare(old)
        work.certificates.set_sealed(old.certificate_no, pdf_sha256=digest("pdf"))
        work.certificates.publish(old.certificate_no, at=AT)
        work.commit()
    approve_case(works, 2)
    with works() as work:
        work.register.write(
            enter(replace(entry, case_no=SECOND, registered_at=LATER), act=Act.CHANGED)
        )
        replaced = CertificateStatus.REPLACED
        work.certificates.end(old.certificate_no, status=replaced, at=LATER)
        (between,) = work.register.extract(UNIT_NO, LATER).encumbrances
        assert work.certificates.get(old.certificate_no).successor == ""
        work.certificates.prepare(replace(new, prepared_at=LATER))
        work.commit()
    with works.reading() as work:
        found = work.certificates.get(old.certificate_no)
        (now,) = work.register.extract(UNIT_NO, LATER).encumbrances
        (then,) = work.register.extract(
            UNIT_NO, LATER, as_of=LATER - timedelta(days=1)
        ).encumbrances
        page = work.register.extract(UNIT_NO, LATER)
    assert (found.status, found.successor) == (replaced, new.certificate_no)
    assert (between.certificate_no, between.former_numbers) == ("", (old.certificate_no,))
    assert (now.certificate_no, now.former_numbers) == (new.certificate_no, (old.certificate_no,))
    assert (then.certificate_no, then.former_numbers) == (old.certificate_no, ())
    assert page.find_replaced(old.certificate_no) == now


def test_a_certificate_proves_what_its_own_case_wrote(works: Works) -> None:
    entry = register_case(works)
    approve_case(works, 2)
    with works() as work, pytest.raises(ConflictError):
        work.certificates.prepare(make_certificate(SECOND, entry_no=entry.entry_no))


def test_titles_are_numbered_apart_and_old_numbers_are_not_given_again(works: Works) -> None:
    with works() as work:
        work.register.write(bring_in_title(make_title()))
        assert work.register.next_title_serial(2021) == 12346
        assert [work.register.next_title_serial(2026) for _ in range(2)] == [1, 2]
        assert work.certificates.next_serial(2026) == 1


def test_cases_of_a_bundle_share_a_package_and_come_in_order(works: Works) -> None:
    for place in (2, 1):
        open_case(
            works, place, bundle_id="B1", bundle_place=place, package_sha256=digest("one package")
        )
    open_case(works, 3)
    with works() as work:
        found = work.cases.of_bundle("B1", "KF-LT-01")
        assert [c.case_no[-1] for c in found] == ["1", "2"]
        assert work.cases.of_bundle("B1", "KF-LT-02") == ()
        assert work.cases.of_bundle("", "KF-LT-01") == ()
    with pytest.raises(ConflictError):
        open_case(works, 4, package_sha256=digest("one package"))
    with pytest.raises(ConflictError):
        open_case(works, 5, bundle_id="B1", bundle_place=2)
