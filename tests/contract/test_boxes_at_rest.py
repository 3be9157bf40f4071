"""What a thief, a fault or another process finds where a box lies."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from certs.atrest import Vault
from terminal.box import SQLiteBox
from terminal.errors import BoxDamagedError
from tests.boxes import make_certificate, make_draft, make_inbox, put_out
from tests.factories import make_identity

KEY = Vault(hashlib.sha256(b"made-up key").digest())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "box.db"


@pytest.fixture
def box(path: Path) -> Iterator[SQLiteBox]:
    opened = SQLiteBox(path, KEY)
    yield opened
    opened.close()


def test_nothing_personal_can_be_read_on_the_disk(box: SQLiteBox, path: Path) -> None:
    draft = make_draft()
    box.add_draft(draft)
    box.put_blob("A1", b"a scanned contract")
    box.add_answers([make_inbox(5)], cursor=5)
    box.save_certificate(make_certificate(), b"%PDF-made-up")

    disk = b"".join(file.read_bytes() for file in path.parent.glob("box.db*"))

    identity = make_identity()
    for secret in (
        identity.document.number.encode(),
        identity.name.text.encode(),
        identity.name.text.encode("utf-16-le"),
        b"a scanned contract",
        b"%PDF-made-up",
        "住宅".encode(),
    ):
        assert secret not in disk


def test_files_are_closed_to_others(box: SQLiteBox, path: Path) -> None:
    box.add_draft(make_draft())

    assert all(file.stat().st_mode & 0o077 == 0 for file in path.parent.glob("box.db*"))


def test_whoever_waits_hears_of_a_new_package(box: SQLiteBox) -> None:
    box.add_draft(make_draft())
    before = box.submitted.is_set()

    put_out(box, make_draft())

    assert (before, box.submitted.is_set()) == (False, True)


def test_another_key_opens_nothing(box: SQLiteBox, path: Path) -> None:
    box.add_draft(make_draft())
    other = SQLiteBox(path, Vault(hashlib.sha256(b"another key").digest()))

    with pytest.raises(BoxDamagedError):
        other.get_draft("A1")
    other.close()


def test_rows_cannot_be_exchanged_on_the_disk(box: SQLiteBox, path: Path) -> None:
    box.add_draft(make_draft("A1"))
    box.add_draft(make_draft("A2"))
    change(path, "UPDATE drafts SET payload = (SELECT payload FROM drafts WHERE draft_id = 'A1')")

    with pytest.raises(BoxDamagedError):
        box.get_draft("A2")


def test_a_package_that_was_changed_on_the_disk_is_not_sent(box: SQLiteBox, path: Path) -> None:
    box.add_draft(make_draft())
    put_out(box, make_draft())
    change(path, "UPDATE outbox SET package = x'00', package_sha256 = 'x'")

    with pytest.raises(BoxDamagedError):
        box.package(1)


def test_a_file_that_is_no_box_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(b"no database, but long enough to be taken for one" * 40)

    with pytest.raises(BoxDamagedError):
        SQLiteBox(path, KEY)


def test_a_box_of_a_newer_version_is_left_alone(box: SQLiteBox, path: Path) -> None:
    change(path, "UPDATE counters SET value = 2 WHERE name = 'format'")

    with pytest.raises(BoxDamagedError):
        SQLiteBox(path, KEY)


def test_a_second_process_may_look(box: SQLiteBox, path: Path) -> None:
    box.add_draft(make_draft())

    looking = SQLiteBox(path, KEY, read_only=True)

    assert looking.get_draft("A1") == make_draft()
    looking.close()


def change(path: Path, sql: str) -> None:
    """Change the file from outside."""
    with sqlite3.connect(path) as other:
        other.execute(sql)
    other.close()
