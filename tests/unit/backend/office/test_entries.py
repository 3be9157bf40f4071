"""What comes from outside: seizures queue and move up, dissents are sued upon, all of it is told."""

from dataclasses import replace

import pytest

from backend.errors import ConflictError, NotFoundError
from backend.office.chronicle import tell
from backend.office.entries import Notice, OutsideEntries
from backend.office.events import Act, bring_in, bring_in_title
from backend.office.register import EncumbranceKind, EntryState
from tests.clock import FrozenClock
from tests.factories import UNIT_NO
from tests.fakes import MemoryWorks
from tests.rows import make_encumbrance, make_title

SEIZURE = Notice(
    kind=EncumbranceKind.SEIZURE, holder="示例人民法院", document_no="（2026）示例执保1号"
)


@pytest.fixture
def works() -> MemoryWorks:
    made = MemoryWorks()
    with made() as work:
        work.register.write(bring_in_title(make_title()))
        work.register.write(bring_in(UNIT_NO, make_encumbrance()))
        work.commit()
    return made


@pytest.fixture
def entries(works: MemoryWorks, clock: FrozenClock) -> OutsideEntries:
    return OutsideEntries(works=works, clock=clock)


def types(works: MemoryWorks) -> list[tuple[str, EntryState]]:
    with works.reading() as work:
        page = work.register.extract(UNIT_NO, FrozenClock().now())
    kind = EncumbranceKind.SEIZURE
    return [(e.seizure_type, e.state) for e in page.encumbrances if e.kind is kind]


def test_seizures_queue_and_the_oldest_that_waits_takes_effect(
    works: MemoryWorks, entries: OutsideEntries, clock: FrozenClock
) -> None:
    """查封、轮候查封: lifting the first gives the next its place, by itself."""
    first = entries.add(UNIT_NO, SEIZURE, by="operator:x")
    clock.advance(minutes=1)
    second = entries.add(UNIT_NO, replace(SEIZURE, holder="另一法院"), by="operator:x")
    clock.advance(minutes=1)
    entries.add(UNIT_NO, SEIZURE, by="operator:x")
    assert [t for t, _ in types(works)] == ["1", "2", "2"]

    events = entries.lift(UNIT_NO, first.entry_no, by="operator:x", note="（2026）示例执保1号之一")

    assert [(e.act, e.entry_no) for e in events] == [
        (Act.LIFTED, first.entry_no),
        (Act.TOOK_EFFECT, second.entry_no),
    ]
    assert types(works) == [
        ("1", EntryState.HISTORICAL),
        ("1", EntryState.CURRENT),
        ("2", EntryState.CURRENT),
    ]


def test_a_queued_seizure_that_is_lifted_moves_nobody_up(
    works: MemoryWorks, entries: OutsideEntries, clock: FrozenClock
) -> None:
    entries.add(UNIT_NO, SEIZURE, by="operator:x")
    clock.advance(minutes=1)
    queued = entries.add(UNIT_NO, SEIZURE, by="operator:x")

    assert len(entries.lift(UNIT_NO, queued.entry_no, by="operator:x", note="x")) == 1
    assert [t for t, _ in types(works)] == ["1", "2"]


def test_a_seizure_before_registration_has_codes_of_its_own(
    works: MemoryWorks, entries: OutsideEntries, clock: FrozenClock
) -> None:
    early = replace(SEIZURE, is_before_registration=True)
    entries.add(UNIT_NO, early, by="operator:x")
    clock.advance(minutes=1)
    entries.add(UNIT_NO, early, by="operator:x")
    assert [t for t, _ in types(works)] == ["3", "4"]


def test_a_suit_keeps_a_dissent_in_force(works: MemoryWorks, entries: OutsideEntries) -> None:
    dissent = entries.add(
        UNIT_NO, Notice(kind=EncumbranceKind.DISSENT, holder="吴示例"), by="operator:x"
    )
    entries.file_suit(UNIT_NO, dissent.entry_no, by="operator:x")

    with works.reading() as work:
        page = work.register.extract(UNIT_NO, FrozenClock().now())
    assert [e.is_suit_filed for e in page.find_current(EncumbranceKind.DISSENT)] == [True]


def test_every_act_is_in_the_journal_by_whom(works: MemoryWorks, entries: OutsideEntries) -> None:
    seizure = entries.add(UNIT_NO, SEIZURE, by="operator:x")
    entries.lift(UNIT_NO, seizure.entry_no, by="operator:y", note="解除")

    with works.reading() as work:
        assert [(r.actor, r.act) for r in work.journal.of(UNIT_NO)] == [
            ("operator:x", "seizure entered"),
            ("operator:y", "seizure lifted"),
        ]


def test_what_cannot_be_entered_or_ended_from_outside(entries: OutsideEntries) -> None:
    with pytest.raises(NotFoundError):
        entries.add(UNIT_NO[:-1] + "9", SEIZURE, by="operator:x")
    with pytest.raises(ConflictError):
        entries.add(UNIT_NO, Notice(kind=EncumbranceKind.MORTGAGE, holder="x"), by="operator:x")
    with pytest.raises(NotFoundError):
        entries.lift(UNIT_NO, "unknown", by="operator:x", note="x")
    with pytest.raises(ConflictError):
        entries.lift(UNIT_NO, "OLD-1", by="operator:x", note="x")
    seizure = entries.add(UNIT_NO, SEIZURE, by="operator:x")
    entries.lift(UNIT_NO, seizure.entry_no, by="operator:x", note="x")
    with pytest.raises(ConflictError):
        entries.lift(UNIT_NO, seizure.entry_no, by="operator:x", note="x")
    with pytest.raises(ConflictError):
        entries.file_suit(UNIT_NO, seizure.entry_no, by="operator:x")


def test_the_story_tells_what_was_different_afterwards(
    works: MemoryWorks, entries: OutsideEntries, clock: FrozenClock
) -> None:
    first = entries.add(UNIT_NO, SEIZURE, by="operator:x")
    clock.advance(minutes=1)
    entries.add(UNIT_NO, SEIZURE, by="operator:x")
    entries.lift(UNIT_NO, first.entry_no, by="operator:x", note="解除")

    with works.reading() as work:
        told = tell(work.register.history(UNIT_NO))
    assert [(t.zh, t.en) for t in told] == [
        ("所有权接入", "ownership brought in"),
        ("抵押权接入", "mortgage brought in"),
        ("查封登记", "seizure entered"),
        ("查封登记", "seizure entered"),
        ("查封解除", "seizure lifted"),
        ("查封轮候转正式", "seizure took effect"),
    ]
    assert told[-1].changes == (("seizure_type", "2", "1"),)
    assert told[-2].changes == ()
    assert ("title_no", "", make_title().title_no) in told[0].changes
