"""A box keeps the bytes of pages with the draft that names them, and each arrival once."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certs.atrest import Vault
from terminal.box import SQLiteBox
from terminal.desk.ports import Box
from terminal.errors import ConflictError, NotFoundError
from tests.boxes import make_draft
from tests.factories import make_material

Open = Callable[[], Box]
KEY = Vault(hashlib.sha256(b"made-up key").digest())


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Open]:
    """Open the same box again, as a restart does; what was open before is closed."""
    opened: list[SQLiteBox] = []

    def open_again() -> Box:
        while opened:
            opened.pop().close()
        opened.append(SQLiteBox(tmp_path / "box.db", KEY))
        return opened[-1]

    yield open_again
    while opened:
        opened.pop().close()


@pytest.fixture
def box(reopen: Open) -> Box:
    return reopen()


def test_bytes_are_kept_together_with_the_draft_that_names_them(box: Box, reopen: Open) -> None:
    """Kept before it, another save could take them for bytes that nobody names."""
    data = b"a page"
    material = make_material("M06", sha256=hashlib.sha256(data).hexdigest())
    box.add_draft(make_draft())
    box.save_draft(make_draft(materials=(material,)), blobs=(data, b"named by nobody"))

    assert reopen().get_blob("A1", material.sha256) == data
    with pytest.raises(NotFoundError):
        reopen().get_blob("A1", hashlib.sha256(b"named by nobody").hexdigest())


class CutError(RuntimeError):
    """The power went."""


def test_a_cut_leaves_a_new_draft_with_all_its_bytes_or_not_at_all(tmp_path: Path) -> None:
    data = b"a page"
    sha256 = hashlib.sha256(data).hexdigest()
    draft = make_draft(materials=(make_material("M06", sha256=sha256),))

    def cut(name: str) -> None:
        if name == "pages.written":
            raise CutError

    cut_box = SQLiteBox(tmp_path / "box.db", KEY, failpoints=cut)
    with pytest.raises(CutError):
        cut_box.add_draft(draft, blobs=(data,))
    cut_box.close()

    box = SQLiteBox(tmp_path / "box.db", KEY)
    assert box.drafts() == ()
    box.add_draft(draft, blobs=(data,))
    assert box.get_blob("A1", sha256) == data
    box.close()


def test_a_file_arrives_once_even_after_its_draft_is_gone(box: Box, reopen: Open) -> None:
    box.add_draft(make_draft())
    draft = box.save_draft(make_draft(), arrival="k1")
    assert box.has_arrived("k1")
    with pytest.raises(ConflictError):
        box.save_draft(draft, arrival="k1")
    box.delete_draft("A1")

    assert reopen().has_arrived("k1")
    assert not reopen().has_arrived("k2")
