"""Uploads keep the same promises in a folder and in dictionaries."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.errors import ConflictError, NotFoundError, NotReadyError
from backend.office.uploads import Uploads
from backend.store.uploads import FolderUploads
from tests.memory.uploads import MemoryUploads

AT = datetime(2026, 9, 29, 2, tzinfo=UTC)
HERE, DIGEST, OTHER = "KF-LT-01", "a" * 64, "b" * 64


@pytest.fixture(params=["folder", "memory"])
def uploads(request: pytest.FixtureRequest, tmp_path: Path) -> Uploads:
    made: dict[str, Callable[[], Uploads]] = {
        "folder": lambda: FolderUploads(tmp_path / "uploads", least_free=0),
        "memory": MemoryUploads,
    }
    return made[request.param]()


def begin(uploads: Uploads, sha256: str = DIGEST, *, data: bytes = b"", at: datetime = AT) -> None:
    upload = uploads.begin(HERE, sha256, 10, at)
    uploads.keep(uploads.write(upload, data, at))


def test_nothing_is_there_before_it_is_begun(uploads: Uploads) -> None:
    assert uploads.take(HERE, DIGEST) is None
    assert uploads.of(HERE) == ()


def test_pieces_come_one_behind_the_other(uploads: Uploads) -> None:
    upload = uploads.begin(HERE, DIGEST, 10, AT)
    for piece in (b"012", b"3", b"456789"):
        upload = uploads.write(upload, piece, AT)
    uploads.keep(upload)

    taken = uploads.take(HERE, DIGEST)

    assert taken is not None
    assert (taken.offset, taken.length) == (10, 10)
    assert uploads.read(taken, 10) == b"0123456789"
    assert uploads.read(taken, 4) == b"0123"


def test_beginning_again_goes_on(uploads: Uploads) -> None:
    begin(uploads, data=b"0123")

    assert uploads.begin(HERE, DIGEST, 10, AT).offset == 4


def test_another_length_begins_anew(uploads: Uploads) -> None:
    begin(uploads, data=b"0123")

    assert uploads.begin(HERE, DIGEST, 11, AT).offset == 0
    assert len(uploads.of(HERE)) == 1


def test_who_was_overtaken_writes_no_more(uploads: Uploads) -> None:
    """A line that died in the middle of a piece must not spoil what came over the next one."""
    stalled = uploads.begin(HERE, DIGEST, 10, AT)
    stalled = uploads.write(stalled, b"01", AT)
    fresh = uploads.take(HERE, DIGEST)
    assert fresh is not None

    with pytest.raises(ConflictError):
        uploads.write(stalled, b"XX", AT)
    fresh = uploads.write(fresh, b"23", AT)
    assert uploads.read(fresh, 10) == b"0123"


def test_what_is_gone_is_not_written_to(uploads: Uploads) -> None:
    upload = uploads.begin(HERE, DIGEST, 10, AT)
    uploads.remove(HERE, DIGEST)
    uploads.remove(HERE, DIGEST)
    uploads.keep(upload)

    with pytest.raises(NotFoundError):
        uploads.write(upload, b"0", AT)
    with pytest.raises(NotFoundError):
        uploads.read(upload, 1)


def test_each_terminal_has_its_own(uploads: Uploads) -> None:
    begin(uploads, data=b"0123")

    assert uploads.take("QT-01", DIGEST) is None
    assert uploads.begin("QT-01", DIGEST, 10, AT).offset == 0


def test_those_at_rest_longest_come_first(uploads: Uploads) -> None:
    begin(uploads, DIGEST, data=b"0", at=AT)
    begin(uploads, OTHER, data=b"0", at=AT + timedelta(seconds=5))
    begin(uploads, DIGEST, data=b"01", at=AT + timedelta(seconds=9))

    assert [u.sha256 for u in uploads.of(HERE)] == [OTHER, DIGEST]


def test_what_rests_too_long_is_swept(uploads: Uploads) -> None:
    begin(uploads, DIGEST, data=b"0", at=AT)
    begin(uploads, OTHER, data=b"0", at=AT + timedelta(days=2))

    assert uploads.sweep(AT + timedelta(days=1)) == 1
    assert [u.sha256 for u in uploads.of(HERE)] == [OTHER]


# --- the folder alone


def test_another_process_finds_what_was_kept(tmp_path: Path) -> None:
    begin(FolderUploads(tmp_path, least_free=0), data=b"0123")

    found = FolderUploads(tmp_path).take(HERE, DIGEST)

    assert found is not None
    assert (found.offset, found.length, found.touched_at) == (4, 10, AT)


def test_only_the_office_may_read_it(tmp_path: Path) -> None:
    begin(FolderUploads(tmp_path / "uploads", least_free=0), data=b"0123")

    made = [p for p in tmp_path.rglob("*") if p != tmp_path]
    assert {oct(p.stat().st_mode & 0o077) for p in made} == {"0o0"}


def test_a_full_disk_is_told_before_anything_is_begun(tmp_path: Path) -> None:
    uploads = FolderUploads(tmp_path, least_free=1 << 62)

    with pytest.raises(NotReadyError):
        uploads.begin(HERE, DIGEST, 10, AT)
    assert uploads.of(HERE) == ()


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / HERE).mkdir()
    (tmp_path / HERE / "notes.txt").write_text("mine")
    uploads = FolderUploads(tmp_path)

    assert uploads.of(HERE) == ()
    assert uploads.sweep(datetime.now(UTC) + timedelta(days=1)) == 0
