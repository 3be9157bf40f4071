"""From counter to counter: wherever it is cut off, one of the two has the draft in the end."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.office.relay import LIVES, Relay
from certs.atrest import Vault
from certs.identity import Role
from terminal.box import SQLiteBox
from terminal.desk.draft import Draft, DraftState
from terminal.desk.keyring import Keyring
from terminal.desk.passages import FAIL_POINTS, Passages
from terminal.errors import (
    DraftClosedError,
    NotFoundError,
    NotReadyError,
    OfficeUnreachableError,
    ParcelGoneError,
    ParcelTooLargeError,
)
from terminal.failpoints import FailPointRaisedError
from tests.clock import FrozenClock
from tests.fakes import MemoryWorks
from tests.memory.work import MemoryBlobs
from tests.pki import PKI, make_signer
from tests.relays import NearRelay, make_passages
from tests.rows import make_terminal
from tests.unit.terminal.desk.counter import DRAFT_ID, Counter

TAKER = "T0011"
OTHER = "KF-LT-02"


class Shelf(MemoryBlobs):
    def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)


@dataclass
class Pair:
    """Two counters of one branch, with an office between them that carries parcels."""

    giver: Passages
    taker: Passages
    relay: Relay

    @property
    def lines(self) -> tuple[NearRelay, NearRelay]:
        lines = self.giver.relay, self.taker.relay
        assert isinstance(lines[0], NearRelay)
        assert isinstance(lines[1], NearRelay)
        return lines[0], lines[1]

    def meet(self) -> None:
        """Let both tell their keys and look."""
        self.taker.settle()
        self.giver.settle()
        self.taker.settle()

    def send(self) -> Draft:
        sent = self.giver.send(DRAFT_ID, to=OTHER, note="我去开会")
        carried_on(self.giver)
        return sent

    def parcel(self) -> str:
        self.taker.settle()
        (parcel,) = self.taker.seen.arriving
        return parcel.parcel

    def holders(self) -> list[str]:
        """Return who may work on the draft now."""
        rooms = {"giver": self.giver, "taker": self.taker}
        return [name for name, room in rooms.items() if held_by(room)]


def carried_on(room: Passages) -> None:
    """Go between once, as the background does as soon as a draft is handed over; a cut ends it."""
    with suppress(OfficeUnreachableError):
        room.settle()


def held_by(room: Passages) -> bool:
    return any(d.draft_id == DRAFT_ID and d.state is DraftState.OPEN for d in room.box.drafts())


@pytest.fixture
def pair(counter: Counter, tmp_path: Path) -> Iterator[Pair]:
    counter.add_draft()
    works, clock, pki = MemoryWorks(), counter.clock, counter.office.pki
    rows = [make_terminal(name, status="active") for name in ("KF-LT-01", OTHER)]
    with works() as work:
        for row in rows:
            work.terminals.save(row)
        work.commit()
    relay = Relay(works=works, bytes_=Shelf(), clock=clock)
    box = SQLiteBox(tmp_path / "other.db", Vault(hashlib.sha256(b"another key").digest()))
    second = Keyring(make_signer(pki.authority, Role.PACKAGE, name=OTHER), pki.trust)
    place = replace(counter.place, terminal=OTHER)
    pair = Pair(
        giver=make_passages(
            counter.box, counter.place, clock, counter.keys(), NearRelay(relay, rows[0])
        ),
        taker=make_passages(box, place, clock, second, NearRelay(relay, rows[1])),
        relay=relay,
    )
    pair.meet()
    yield pair
    box.close()


def later(pair: Pair, by: timedelta) -> Pair:
    """Return the pair when so much time went by for everybody."""
    clock = pair.giver.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(seconds=by.total_seconds())
    return pair


# --- the usual way


def test_a_draft_goes_to_another_counter_with_all_its_pages(pair: Pair) -> None:
    before = pair.giver.box.get_draft(DRAFT_ID)
    pair.send()
    assert pair.holders() == []

    taken = pair.taker.accept(pair.parcel(), TAKER)
    pair.giver.settle()

    assert pair.holders() == ["taker"]
    assert (taken.teller, taken.slots, taken.fields) == (TAKER, before.slots, before.fields)
    assert {pair.taker.box.get_blob(DRAFT_ID, s) for s in taken.blobs} != set()
    (left,) = pair.giver.handed()
    assert (left.number, left.passage and left.passage.other) == (before.number, OTHER)
    assert (left.slots, left.pages, left.blobs) == ((), (), frozenset())
    assert {f.name for f in left.fields} <= {"form", "model"}


def test_it_says_from_where_and_from_whom_it_came(pair: Pair) -> None:
    pair.send()

    taken = pair.taker.accept(pair.parcel(), TAKER)

    (last,) = taken.handed
    assert (last.giver, last.taker, last.counter, last.note) == (
        "T0007",
        TAKER,
        "KF-LT-01",
        "我去开会",
    )


def test_ink_stays_behind_since_the_papers_name_counter_and_teller(
    pair: Pair, counter: Counter
) -> None:
    counter.sign_all()
    pair.send()

    taken = pair.taker.accept(pair.parcel(), TAKER)

    assert (taken.papers, taken.inks) == ((), ())


def test_what_nobody_took_can_be_taken_back_with_its_ink(pair: Pair, counter: Counter) -> None:
    signed = counter.sign_all()
    pair.send()

    back = pair.giver.recall(DRAFT_ID)

    assert pair.holders() == ["giver"]
    assert back.inks == signed.inks


def test_what_was_taken_cannot_be_taken_back(pair: Pair) -> None:
    pair.send()
    pair.taker.accept(pair.parcel(), TAKER)

    with pytest.raises(ParcelGoneError):
        pair.giver.recall(DRAFT_ID)

    assert pair.holders() == ["taker"]


def test_what_was_taken_back_cannot_be_taken(pair: Pair) -> None:
    pair.send()
    parcel = pair.parcel()
    pair.giver.recall(DRAFT_ID)

    with pytest.raises(ParcelGoneError):
        pair.taker.accept(parcel, TAKER)

    assert pair.holders() == ["giver"]


def test_what_nobody_took_for_a_week_comes_back_by_itself(pair: Pair) -> None:
    pair.send()

    later(pair, LIVES).giver.settle()

    assert pair.holders() == ["giver"]


def test_and_back_again(pair: Pair) -> None:
    pair.send()
    pair.taker.accept(pair.parcel(), TAKER)
    pair.giver.settle()

    pair.taker.send(DRAFT_ID, to="KF-LT-01", note="")
    pair.meet()
    (back,) = pair.giver.seen.arriving
    pair.giver.accept(back.parcel, "T0007")
    pair.taker.settle()

    assert pair.holders() == ["giver"]


# --- what is refused


def test_while_it_is_away_nobody_changes_it_here(pair: Pair, counter: Counter) -> None:
    pair.send()

    with pytest.raises(DraftClosedError):
        counter.intake.set_fields(DRAFT_ID, {"use": "商业"})
    with pytest.raises(DraftClosedError):
        pair.send()


def test_only_a_counter_that_the_office_and_its_own_key_name(pair: Pair) -> None:
    with pytest.raises(NotFoundError):
        pair.giver.send(DRAFT_ID, to="KF-LT-09", note="")
    assert pair.holders() == ["giver"]


def test_what_came_back_for_correction_stays_where_its_answers_come(pair: Pair) -> None:
    box = pair.giver.box
    box.save_draft(replace(box.get_draft(DRAFT_ID), round=2, corrects="20260929-0000001"))

    with pytest.raises(NotReadyError):
        pair.send()


def test_a_key_of_another_branch_is_not_sealed_to(pair: Pair, counter: Counter) -> None:
    """The office might name a counter of its own choice: its certificate tells who it is."""
    pki: PKI = counter.office.pki
    stranger = make_signer(pki.authority, Role.PACKAGE, name=OTHER, unit="别的支行")
    vouched = pair.taker.relay_key().vouch(stranger, counter.clock.now())
    pair.taker.relay.put_relay_key(vouched)

    assert pair.giver.counters() == ()


def test_a_draft_with_too_many_pages_stays(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terminal.desk.parcels._MOST", 1000)

    with pytest.raises(ParcelTooLargeError):
        pair.send()

    assert pair.holders() == ["giver"]


# --- cuts


def carry(pair: Pair) -> None:
    """Do what both do by themselves and by their tellers, until nothing is on its way."""
    for _ in range(4):
        pair.giver.settle()
        pair.taker.settle()
        for parcel in pair.taker.seen.arriving:
            pair.taker.accept(parcel.parcel, TAKER)


def send_and_take(pair: Pair) -> None:
    pair.send()
    pair.taker.accept(pair.parcel(), TAKER)


def dying_at(room: Passages, point: str) -> Passages:
    """Return the room in a process that ends at a point; the disk stays."""

    def die(name: str, /) -> None:
        if name == point:
            raise FailPointRaisedError(name)

    return replace(room, fail_point=die)


@pytest.mark.parametrize("point", FAIL_POINTS)
def test_wherever_a_counter_dies_one_of_them_has_it(pair: Pair, point: str) -> None:
    dying = Pair(dying_at(pair.giver, point), dying_at(pair.taker, point), pair.relay)
    with pytest.raises(FailPointRaisedError):
        send_and_take(dying)
    assert len(pair.holders()) <= 1

    carry(pair)

    assert pair.holders() == ["taker"]
    assert pair.giver.away() == pair.taker.away() == ()


@pytest.mark.parametrize("method", ["leave_parcel", "fetch_parcel", "take_parcel"])
def test_wherever_an_answer_is_lost_one_of_them_has_it(pair: Pair, method: str) -> None:
    for line in pair.lines:
        line.lost.append(method)
    pair.send()
    if method != "leave_parcel":
        with pytest.raises(OfficeUnreachableError):
            pair.taker.accept(pair.parcel(), TAKER)
    assert len(pair.holders()) <= 1

    carry(pair)

    assert pair.holders() == ["taker"]


def test_a_lost_answer_to_taking_back_leaves_it_with_one(pair: Pair) -> None:
    pair.send()
    pair.lines[0].lost.append("recall_parcel")
    with pytest.raises(OfficeUnreachableError):
        pair.giver.recall(DRAFT_ID)

    carry(pair)

    assert pair.holders() == ["giver"]


def test_without_a_line_it_waits_and_goes_when_the_line_is_back(pair: Pair) -> None:
    pair.lines[0].lost.append("leave_parcel")
    key = pair.giver.seen
    pair.send()
    assert key.counters == (OTHER,)

    pair.lines[0].is_down = True
    with pytest.raises(OfficeUnreachableError):
        pair.giver.recall(DRAFT_ID)
    pair.lines[0].is_down = False
    carry(pair)

    assert pair.holders() == ["taker"]


def test_an_arrival_that_was_cut_in_the_middle_is_done_anew(pair: Pair) -> None:
    pair.send()
    parcel = pair.parcel()
    dying = dying_at(pair.taker, "passage.arrived")
    with pytest.raises(FailPointRaisedError):
        dying.accept(parcel, TAKER)
    # As if the power had gone before the last page was on the disk.
    arrived = pair.taker.box.get_draft(DRAFT_ID)
    pair.taker.box.save_draft(replace(arrived, materials=()))
    pair.taker.box.save_draft(replace(arrived, version=arrived.version + 1))

    carry(pair)

    assert pair.holders() == ["taker"]
    whole = pair.taker.box.get_draft(DRAFT_ID)
    assert all(pair.taker.box.get_blob(DRAFT_ID, s) for s in whole.blobs)
