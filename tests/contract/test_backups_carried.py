"""What is carried and not kept, in a backup: nothing is lost by it, and no link comes back alive."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from backend.errors import InvitationGoneError, ParcelGoneError, WrongProofError
from backend.office.inviting import Inviting
from backend.office.relay import Relay
from backend.store.backups import INVITATIONS, backup, restore
from backend.store.blobs import FolderBlobs
from backend.store.upgrades import upgrade
from backend.store.work import StoreWorks
from tests.clock import FrozenClock
from tests.contract.test_backups import empty_url
from tests.rows import AT, make_terminal
from tests.works import VAULT, OpenStore

__all__ = ["empty_url"]

PROOF = b"p" * 32
COUNTER = make_terminal("KF-1", status="active")
OTHER = make_terminal("KF-2", status="active")
UNUSED, TRIED, ANSWERED = "a" * 32, "b" * 32, "c" * 32
LATER = AT + timedelta(hours=2)


@dataclass
class House:
    """An office with what it carries."""

    works: StoreWorks
    folder: Path

    @property
    def shelves(self) -> dict[str, Path]:
        return {INVITATIONS: self.folder / INVITATIONS}

    @property
    def inviting(self) -> Inviting:
        return Inviting(
            works=self.works,
            bytes_=FolderBlobs(self.shelves[INVITATIONS], VAULT),
            clock=FrozenClock(LATER),
            public_url="https://office.example",
        )

    @property
    def relay(self) -> Relay:
        shelf = FolderBlobs(self.folder / "relay", VAULT)
        return Relay(works=self.works, bytes_=shelf, clock=FrozenClock(LATER))


@pytest.fixture
def house(store: StoreWorks, tmp_path: Path) -> House:
    with store() as work:
        for row in (COUNTER, OTHER):
            work.terminals.save(row)
        work.commit()
    house = House(store, tmp_path)
    early = replace(house.inviting, clock=FrozenClock(AT))
    for name in (UNUSED, TRIED, ANSWERED):
        digest = hashlib.sha256(PROOF).hexdigest()
        early.leave(name, name.encode(), proof_sha256=digest, terminal=COUNTER)
        early.open(name, PROOF)
    early.answer(ANSWERED, PROOF, b"answer")
    for guess in range(4):
        with pytest.raises(WrongProofError):
            early.open(TRIED, bytes([guess]) * 32)
    house.relay.leave("d" * 32, b"parcel", sender=COUNTER, to="KF-2")
    return house


@pytest.fixture
def restored(
    house: House, store_url: str, empty_url: str, tmp_path: Path, open_store: OpenStore
) -> House:
    """Back the office up, let guests use their links and guess, then restore it elsewhere."""
    backup(store_url, house.works.blobs.folder, tmp_path / "backup", house.shelves)
    house.inviting.answer(UNUSED, PROOF, b"signed after the backup")
    house.inviting.take(UNUSED, terminal=COUNTER)
    with pytest.raises(InvitationGoneError):
        house.inviting.open(TRIED, b"x" * 32)
    again = House(house.works, tmp_path / "again")
    verdict = restore(
        tmp_path / "backup", empty_url, tmp_path / "again" / "blobs", again.shelves, LATER
    )
    assert verdict.is_good
    upgrade(empty_url)
    again.works = open_store(empty_url, tmp_path / "again" / "blobs")
    return again


@pytest.mark.parametrize("name", [UNUSED, TRIED])
def test_a_link_that_was_open_is_ended_by_a_restore(restored: House, name: str) -> None:
    """It was used, or locked, after the backup: nobody signs twice, nobody guesses again."""
    room = restored.inviting
    for act in (
        lambda: room.open(name, PROOF),
        lambda: room.open(name, b"y" * 32),
        lambda: room.answer(name, PROOF, b"signed once more"),
        lambda: room.fetch(name, terminal=COUNTER),
    ):
        with pytest.raises(InvitationGoneError) as caught:
            act()
        assert caught.value.state == "restored"
    assert room.leave(name, b"anew", proof_sha256="0" * 64, terminal=COUNTER).state == "restored"
    with restored.works.reading() as work:
        assert work.journal.of(name)[-1].act == "invitation restored"
    assert restored.works.verify_journal().is_good


def test_an_answer_that_waited_waits_on(restored: House) -> None:
    states = {row.invitation: row.state for row in restored.inviting.list(COUNTER)}
    assert states == {UNUSED: "restored", TRIED: "restored", ANSWERED: "answered"}
    assert restored.inviting.fetch(ANSWERED, terminal=COUNTER) == b"answer"
    assert restored.inviting.take(ANSWERED, terminal=COUNTER).state == "taken"


def test_a_parcel_goes_back_to_its_sender(restored: House) -> None:
    """It may have been taken since: it is not offered again, and its sender loses nothing."""
    with pytest.raises(ParcelGoneError):
        restored.relay.fetch("d" * 32, recipient=OTHER)
    with pytest.raises(ParcelGoneError):
        restored.relay.take("d" * 32, recipient=OTHER)
    assert [row.state for row in restored.relay.list(COUNTER)] == ["recalled"]
    with restored.works.reading() as work:
        assert work.journal.of("d" * 32)[-1].act == "parcel recalled"


def test_an_answer_whose_bytes_are_in_no_backup_is_ended(
    house: House, store_url: str, empty_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    """Backups of before had rows without what they name."""
    backup(store_url, house.works.blobs.folder, tmp_path / "backup")
    restore(tmp_path / "backup", empty_url, tmp_path / "blobs2")
    upgrade(empty_url)
    with open_store(empty_url, tmp_path / "blobs2").reading() as work:
        rows = work.invitations.of("KF-1", since=AT, most=9)
    assert {row.state for row in rows} == {"restored"}
