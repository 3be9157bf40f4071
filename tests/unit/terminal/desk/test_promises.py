"""What a receipt promised: its record stands in the office's log, and in time."""

from dataclasses import replace

from certs.tiles import TileTree
from terminal.desk.items import ItemState
from terminal.desk.watch import AlarmKind
from terminal.errors import OfficeRefusedError
from tests.witness import PROMISED_S, WatchStand, alarm_of, fork


def test_the_proof_of_a_receipt_is_fetched_and_kept(stand: WatchStand) -> None:
    stand.office.grow(2)
    item = stand.deliver()
    stand.watcher.attend()
    assert stand.box.find_proof(item.sequence) is None

    stand.office.grow(1)
    stand.watcher.attend()

    proof = stand.box.find_proof(item.sequence)
    assert proof
    assert proof.startswith("c2sp.org/tlog-proof@v1\nindex 2\n")
    assert stand.box.unproven(9) == ()


def test_another_record_in_its_place_is_a_broken_promise(stand: WatchStand) -> None:
    stand.office.grow(2)
    item = stand.deliver()
    stand.take_receipt(item.sequence, 2, "ab" * 32)
    stand.office.grow(1)

    watch = stand.watcher.attend()

    assert alarm_of(watch) is AlarmKind.BROKEN_PROMISE
    assert watch.alarm
    assert watch.alarm.sequence == item.sequence
    assert watch.alarm.told_at


def test_a_proof_of_another_leaf_is_no_proof(stand: WatchStand) -> None:
    item = stand.deliver()
    stand.office.grow(1)
    with stand.office.works.reading() as work:
        tree = TileTree(work.log.tile, 2)
        path, head = tree.prove_inclusion(0), work.log.head()
    assert head
    stand.wire.proof = replace(stand.wire.log.proof(2, 1), index=0, path=path).format()

    # The record is there, but whoever shows the neighbour's proof does not keep the promise.
    stand.take_receipt(item.sequence, 2, item.receipt.journal_hash if item.receipt else "")
    assert alarm_of(stand.watcher.attend()) is AlarmKind.BROKEN_PROMISE


def test_a_record_that_never_comes_is_a_broken_promise(stand: WatchStand) -> None:
    stand.office.grow(2)
    item = stand.deliver()
    stand.office.clock.advance(seconds=PROMISED_S)
    assert stand.watcher.attend().alarm is None
    stand.office.clock.advance(seconds=1)

    watch = stand.watcher.attend()

    assert alarm_of(watch) is AlarmKind.BROKEN_PROMISE
    assert watch.alarm
    assert watch.alarm.sequence == item.sequence


def test_a_proof_that_is_refused_is_asked_for_until_the_promise_ends(stand: WatchStand) -> None:
    stand.deliver()
    stand.office.grow(1)
    stand.watcher.attend()
    stand.box.forget_proofs()
    refusal = OfficeRefusedError("office.not-found", status=404)

    def refuse(path: str) -> bytes:
        if path.startswith("/log/proof"):
            raise refusal
        return type(stand.wire).get_bytes(stand.wire, path)

    stand.wire.get_bytes = refuse  # type: ignore[method-assign]  # one file is withheld
    assert stand.watcher.attend().alarm is None
    stand.office.clock.advance(seconds=PROMISED_S + 1)
    assert alarm_of(stand.watcher.attend()) is AlarmKind.BROKEN_PROMISE


def test_what_the_office_lost_goes_again(stand: WatchStand) -> None:
    stand.office.grow(1)
    kept = stand.deliver("A1")
    stand.office.grow(1)
    backup = fork(stand.office)
    lost = stand.deliver("A2")
    stand.office.grow(1)
    stand.watcher.attend()
    assert stand.box.find_proof(lost.sequence)
    backup.grow(5, act="another")
    stand.office.clock.advance(hours=1)
    stand.wire.stand = backup
    stand.watcher.attend()

    stand.watcher.settle("restored")
    watch = stand.watcher.attend()

    assert watch.alarm is None
    assert stand.box.get_item(kept.sequence).state is ItemState.DELIVERED
    again = stand.box.get_item(lost.sequence)
    assert again.state is ItemState.WAITING
    assert again.events[-1].code == "log.lost"
    # What is lost after that is an alarm again.
    stand.office.clock.advance(hours=1)
    stand.take_receipt(lost.sequence, 3, "cd" * 32)
    assert alarm_of(stand.watcher.attend()) is AlarmKind.BROKEN_PROMISE
