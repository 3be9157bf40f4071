"""A shelf keeps what a witness must never forget, and gives it to nobody without the key."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from certs.atrest import Vault
from terminal.box import SQLiteBox
from terminal.desk.items import ItemState
from terminal.desk.watch import Alarm, AlarmKind, Watch
from terminal.errors import BoxDamagedError, ConflictError
from tests.boxes import make_draft, make_receipt, put_out
from tests.clock import MORNING

SEED: Final = hashlib.sha256(b"made-up witness").digest()
WATCH: Final = Watch(name="office.example/witness/T-0001", seed=SEED, note="o\n1\nx\n")
ALARM: Final = Alarm(kind=AlarmKind.FORKED, at=MORNING, seen="one", shown="another", sequence=3)


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Callable[[], SQLiteBox]]:
    """Open the same box again, as a restart does."""
    opened: list[SQLiteBox] = []

    def open_again(key: bytes = bytes(32)) -> SQLiteBox:
        while opened:
            opened.pop().close()
        opened.append(SQLiteBox(tmp_path / "box.db", Vault(key)))
        return opened[-1]

    yield open_again
    while opened:
        opened.pop().close()


def deliver(box: SQLiteBox, draft_id: str) -> int:
    box.add_draft(make_draft(draft_id))
    sequence = put_out(box, box.get_draft(draft_id), draft_id.encode()).sequence
    assert sequence is not None
    item = box.get_item(sequence)
    receipt = make_receipt(item, MORNING)
    box.save_item(replace(item, state=ItemState.DELIVERED, receipt=receipt))
    return sequence


def test_the_watch_comes_back_whole_after_a_restart(reopen: Callable[[], SQLiteBox]) -> None:
    box = reopen()
    assert box.watch() is None
    first = box.save_watch(WATCH)
    second = box.save_watch(replace(first, alarm=ALARM, settled=(ALARM, ALARM)))

    assert reopen().watch() == second
    assert (first.version, second.version) == (1, 2)


def test_of_two_writers_the_second_loses(reopen: Callable[[], SQLiteBox]) -> None:
    box = reopen()
    kept = box.save_watch(WATCH)
    box.save_watch(replace(kept, note="mine"))
    for late in (kept, WATCH):
        with pytest.raises(ConflictError):
            box.save_watch(late)
    again = box.watch()
    assert again
    assert again.note == "mine"


def test_the_secret_is_not_in_the_file(reopen: Callable[..., SQLiteBox], tmp_path: Path) -> None:
    reopen().save_watch(WATCH)
    reopen()
    assert SEED not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    with pytest.raises(BoxDamagedError):
        reopen(bytes(31) + b"x").watch()


def test_what_arrived_is_unproven_until_its_proof_is_kept(reopen: Callable[[], SQLiteBox]) -> None:
    box = reopen()
    numbers = [deliver(box, name) for name in ("A1", "A2", "A3")]
    box.add_draft(make_draft("A4"))
    put_out(box, box.get_draft("A4"), b"on its way")
    assert [item.sequence for item in box.unproven(2)] == numbers[:2]

    box.keep_proof(numbers[0], "proof")
    box = reopen()

    assert [item.sequence for item in box.unproven(9)] == numbers[1:]
    assert box.find_proof(numbers[0]) == "proof"
    assert box.find_proof(numbers[1]) is None
    box.forget_proofs()
    assert [item.sequence for item in box.unproven(9)] == numbers
