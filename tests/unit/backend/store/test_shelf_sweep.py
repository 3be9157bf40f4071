"""A shelf forgets what a crash left on it, and nothing that somebody still wants."""

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.office.inviting import Inviting
from backend.office.relay import GRACE, Relay
from backend.store.blobs import FolderBlobs
from tests.clock import FrozenClock
from tests.fakes import MemoryWorks
from tests.rows import make_terminal
from tests.works import VAULT

NOW = datetime.now(UTC)
AFTER = NOW + GRACE + timedelta(hours=12)
"""Later than any run of all tests takes: files have this machine's own times."""
COUNTER = make_terminal("KF-1", status="active")


@pytest.fixture
def shelf(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "shelf", VAULT)


def files(shelf: FolderBlobs) -> list[str]:
    return sorted(path.name for path in shelf.folder.glob("??/*"))


def age(shelf: FolderBlobs, name: str) -> None:
    (path,) = shelf.folder.glob(f"??/{name}")
    os.utime(path, (0, 0))


def test_bytes_of_a_guest_whose_row_was_never_written_go(shelf: FolderBlobs) -> None:
    works = MemoryWorks()
    room = Inviting(works=works, bytes_=shelf, clock=FrozenClock(NOW), public_url="")
    kept = room.leave("a" * 32, b"papers", proof_sha256="0" * 64, terminal=COUNTER).sha256
    orphan = shelf.put(b"sent just before the crash")
    (part,) = shelf.folder.glob(f"??/{orphan}")
    part.with_name(f".{orphan}.0011.part").write_bytes(b"half")

    assert room.sweep() == 0, "somebody may still be sending it"
    late = Inviting(works=works, bytes_=shelf, clock=FrozenClock(AFTER), public_url="")
    assert late.sweep() == 2
    assert files(shelf) == [kept]


def test_bytes_of_a_parcel_whose_row_was_never_written_go(shelf: FolderBlobs) -> None:
    works = MemoryWorks()
    with works() as work:
        for name in ("KF-1", "KF-2"):
            work.terminals.save(make_terminal(name, status="active"))
        work.commit()
    room = Relay(works=works, bytes_=shelf, clock=FrozenClock(AFTER))
    kept = room.leave("a" * 32, b"parcel", sender=COUNTER, to="KF-2").sha256
    shelf.put(b"left just before the crash")

    assert room.sweep() == 1
    assert files(shelf) == [kept]


def test_what_is_put_again_is_wanted(shelf: FolderBlobs) -> None:
    sha256 = shelf.put(b"sent again after the crash")
    age(shelf, sha256)
    shelf.put(b"sent again after the crash")

    assert shelf.sweep(NOW - GRACE, lambda _: False) == 0
    assert shelf.get(sha256) == b"sent again after the crash"


def test_what_is_put_again_while_it_is_swept_stays(shelf: FolderBlobs) -> None:
    """Its row is written only afterwards."""
    sha256 = shelf.put(b"sent again")
    age(shelf, sha256)

    def is_kept(name: str) -> bool:
        shelf.put(b"sent again")
        return False

    assert shelf.sweep(NOW - GRACE, is_kept) == 0
    assert files(shelf) == [sha256]


def test_what_lapsed_goes_though_its_counter_never_asks(shelf: FolderBlobs) -> None:
    works = MemoryWorks()
    room = Inviting(works=works, bytes_=shelf, clock=FrozenClock(NOW), public_url="")
    room.leave("a" * 32, b"papers", proof_sha256="0" * 64, terminal=COUNTER)
    late = FrozenClock(NOW + timedelta(days=1))
    Inviting(works=works, bytes_=shelf, clock=late, public_url="").sweep()
    assert files(shelf) == []


@pytest.mark.parametrize("is_whole", [True, False])
def test_what_another_account_wrote_is_as_good_if_it_is_whole(
    shelf: FolderBlobs, monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    """Whoever runs all tests may be root, to whom no file is another's: the refusal is made up."""

    def refuse(_path: Path) -> None:
        raise PermissionError(errno.EPERM, "not the owner's")

    name = shelf.put(b"package")
    (path,) = shelf.folder.glob(f"??/{name}")
    if not is_whole:
        path.write_bytes(b"half")
    inode = path.stat().st_ino
    monkeypatch.setattr(os, "utime", refuse)

    assert shelf.put(b"package") == name

    assert shelf.get(name) == b"package"
    assert (path.stat().st_ino == inode) is is_whole, "only what is damaged is written anew"
