"""A box keeps what it acknowledged, and gives it to nobody without the key."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from certs.atrest import Vault
from terminal.box import SQLiteBox
from terminal.desk.draft import DraftState
from terminal.desk.items import CertificateState, Doubt, ItemState, OutboxItem
from terminal.desk.ports import Box
from terminal.errors import ConflictError, NotFoundError
from tests.boxes import make_certificate, make_draft, make_inbox, make_item, put_out
from tests.factories import CAPTURED_AT, make_material

Open = Callable[[], Box]
KEY = Vault(hashlib.sha256(b"made-up key").digest())
DAY = date(2026, 9, 29)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "box.db"


@pytest.fixture(params=["sqlite"])
def reopen(request: pytest.FixtureRequest, path: Path) -> Iterator[Open]:
    """Open the same box again, as a restart does; what was open before is closed."""
    opened: list[SQLiteBox] = []

    def open_again() -> Box:
        while opened:
            opened.pop().close()
        opened.append(SQLiteBox(path, KEY))
        return opened[-1]

    yield open_again
    while opened:
        opened.pop().close()


@pytest.fixture
def box(reopen: Open) -> Box:
    return reopen()


# --- drafts


def test_a_draft_comes_back_whole_after_a_restart(box: Box, reopen: Open) -> None:
    draft = make_draft(materials=(make_material("M06"),))
    box.add_draft(draft)

    assert reopen().get_draft("A1") == draft


def test_a_saved_draft_is_one_version_on(box: Box) -> None:
    box.add_draft(make_draft())

    saved = box.save_draft(replace(make_draft(), teller="T0008"))

    assert (saved.version, saved.teller) == (1, "T0008")
    assert box.get_draft("A1") == saved


def test_two_windows_cannot_overwrite_each_other(box: Box) -> None:
    box.add_draft(make_draft())
    box.save_draft(make_draft())

    with pytest.raises(ConflictError):
        box.save_draft(make_draft())


def test_a_draft_that_is_gone_is_not_found(box: Box) -> None:
    box.add_draft(make_draft())
    box.delete_draft("A1")
    box.delete_draft("A1")

    with pytest.raises(NotFoundError):
        box.get_draft("A1")
    with pytest.raises(NotFoundError):
        box.save_draft(make_draft())


def test_drafts_are_listed_last_changed_first(box: Box) -> None:
    for number in (1, 3, 2):
        at = CAPTURED_AT + timedelta(minutes=number)
        box.add_draft(make_draft(f"A{number}", changed_at=at))

    assert [draft.draft_id for draft in box.drafts()] == ["A3", "A2", "A1"]


def test_numbers_of_a_day_are_given_once(box: Box, reopen: Open) -> None:
    assert [box.next_number(DAY), box.next_number(DAY)] == [1, 2]
    assert reopen().next_number(DAY) == 3


# --- bytes of drafts


def test_bytes_are_kept_with_their_draft(box: Box, reopen: Open) -> None:
    box.add_draft(make_draft())

    sha256 = box.put_blob("A1", b"scan")
    assert box.put_blob("A1", b"scan") == sha256

    assert reopen().get_blob("A1", sha256) == b"scan"


def test_bytes_without_a_draft_are_refused(box: Box) -> None:
    with pytest.raises(NotFoundError):
        box.put_blob("A1", b"scan")


def test_bytes_that_a_draft_no_longer_names_are_forgotten(box: Box) -> None:
    box.add_draft(make_draft())
    kept, gone = box.put_blob("A1", b"kept"), box.put_blob("A1", b"gone")

    box.save_draft(make_draft(materials=(make_material("M06", sha256=kept),)))

    assert box.get_blob("A1", kept) == b"kept"
    with pytest.raises(NotFoundError):
        box.get_blob("A1", gone)


# --- outbox


def test_number_package_and_draft_are_kept_together(box: Box, reopen: Open) -> None:
    box.add_draft(make_draft())

    draft = put_out(box, make_draft())

    again = reopen()
    assert (draft.sequence, draft.state) == (1, DraftState.SUBMITTED)
    assert again.get_draft("A1") == draft
    assert again.outbox() == (make_item(1, b"sealed"),)
    assert again.package(1) == b"sealed"


def test_nothing_is_kept_when_sealing_fails(box: Box) -> None:
    box.add_draft(make_draft())

    def fail(_number: int) -> tuple[OutboxItem, bytes]:
        raise RuntimeError("no key")

    with pytest.raises(RuntimeError):
        box.submit(replace(make_draft(), state=DraftState.SUBMITTED), fail)

    assert box.outbox() == ()
    assert box.get_draft("A1") == make_draft()
    assert put_out(box, make_draft()).sequence == 1


def test_a_package_takes_the_place_of_another(box: Box, reopen: Open) -> None:
    box.add_draft(make_draft())
    draft = put_out(box, make_draft())

    anew = box.submit(
        draft, lambda number: (make_item(number, b"anew"), b"anew"), replacing=draft.sequence
    )

    again = reopen()
    assert (anew.sequence, again.get_draft("A1")) == (2, anew)
    assert again.outbox() == (make_item(2, b"anew"),)
    with pytest.raises(NotFoundError):
        again.package(1)


def test_a_draft_that_was_saved_meanwhile_is_not_submitted(box: Box) -> None:
    box.add_draft(make_draft())
    box.save_draft(make_draft())

    with pytest.raises(ConflictError):
        put_out(box, make_draft())
    assert box.outbox() == ()


def test_packages_are_listed_oldest_first(box: Box) -> None:
    for number in (1, 2, 3):
        box.add_draft(make_draft(f"A{number}"))
        put_out(box, make_draft(f"A{number}"), package=f"sealed {number}".encode())

    assert [item.sequence for item in box.outbox()] == [1, 2, 3]


def test_an_item_can_be_changed(box: Box) -> None:
    box.add_draft(make_draft())
    put_out(box, make_draft())
    changed = replace(box.get_item(1), state=ItemState.NEEDS_YOU, tries=3)

    box.save_item(changed)

    assert box.get_item(1) == changed
    with pytest.raises(NotFoundError):
        box.save_item(replace(changed, sequence=9))
    with pytest.raises(NotFoundError):
        box.package(9)


def test_an_item_and_its_draft_change_together(box: Box) -> None:
    box.add_draft(make_draft())
    put_out(box, make_draft())
    draft, item = box.get_draft("A1"), box.get_item(1)
    taken = replace(item, state=ItemState.TAKEN_BACK)
    with pytest.raises(ConflictError):
        box.save_item(taken, replace(draft, version=draft.version + 7))
    assert box.get_item(1) == item

    box.save_item(taken, replace(draft, state=DraftState.OPEN))

    assert (box.get_item(1), box.undelivered()) == (taken, ())
    assert box.get_draft("A1").state is DraftState.OPEN


# --- inbox


def test_an_answer_in_doubt_is_kept_until_it_is_believed(box: Box) -> None:
    doubt = Doubt(cursor=1, statement="signed?", code="certs.wrong-role", at=CAPTURED_AT)
    box.add_answers((), cursor=1, doubts=(doubt, replace(doubt, cursor=2)))
    assert (box.doubts(), box.cursor()) == ((doubt, replace(doubt, cursor=2)), 1)

    box.add_answers((make_inbox(1),), cursor=1)

    assert box.doubts() == (replace(doubt, cursor=2),)


def test_answers_and_what_follows_from_them_are_kept_together(box: Box, reopen: Open) -> None:
    box.add_draft(make_draft())
    closed = replace(make_draft(), state=DraftState.CLOSED)

    box.add_answers([make_inbox(5)], cursor=5, drafts=[closed], certificates=[make_certificate()])

    again = reopen()
    assert (again.inbox(), again.cursor()) == ((make_inbox(5),), 5)
    assert again.get_draft("A1").state is DraftState.CLOSED
    assert again.certificates() == (make_certificate(),)


def test_answers_are_not_kept_over_a_draft_that_was_saved_meanwhile(box: Box) -> None:
    box.add_draft(make_draft())
    box.save_draft(make_draft())

    with pytest.raises(ConflictError):
        box.add_answers([make_inbox(5)], cursor=5, drafts=[make_draft()])
    assert (box.inbox(), box.cursor()) == ((), 0)


def test_an_answer_is_kept_once(box: Box) -> None:
    box.add_answers([make_inbox(5)], cursor=5)
    box.save_answer(replace(make_inbox(5), is_seen=True))

    box.add_answers([make_inbox(5)], cursor=5)

    assert [item.is_seen for item in box.inbox()] == [True]


def test_the_cursor_never_goes_back(box: Box) -> None:
    box.add_answers([make_inbox(5)], cursor=5)
    box.add_answers([make_inbox(3)], cursor=3)

    assert box.cursor() == 5


# --- certificates


def test_a_certificate_is_kept_byte_for_byte(box: Box, reopen: Open) -> None:
    box.save_certificate(make_certificate())
    with pytest.raises(NotFoundError):
        box.certificate_pdf("C1")
    checked = make_certificate(state=CertificateState.CHECKED)

    box.save_certificate(checked, b"%PDF")
    box.save_certificate(checked)

    again = reopen()
    assert (again.certificate_pdf("C1"), again.certificates()) == (b"%PDF", (checked,))


def test_an_issue_told_twice_does_not_lose_the_paper(box: Box) -> None:
    box.save_certificate(make_certificate(state=CertificateState.CHECKED), b"%PDF")

    box.add_answers([make_inbox(5)], cursor=5, certificates=[make_certificate()])

    assert box.certificates()[0].state is CertificateState.CHECKED


# --- forgetting


def test_closed_applications_are_forgotten_after_their_time(box: Box) -> None:
    box.add_draft(make_draft(state=DraftState.CLOSED))
    box.add_draft(make_draft("A2"))
    box.add_answers([make_inbox(5)], cursor=5)

    assert box.purge(CAPTURED_AT) == 0
    assert box.purge(CAPTURED_AT + timedelta(days=1)) == 1

    assert [draft.draft_id for draft in box.drafts()] == ["A2"]
    assert (box.inbox(), box.cursor()) == ((), 5)


def test_a_package_that_still_waits_is_never_forgotten(box: Box) -> None:
    box.add_draft(make_draft())
    draft = put_out(box, make_draft())
    box.save_draft(replace(draft, state=DraftState.CLOSED))

    assert box.purge(CAPTURED_AT + timedelta(days=365)) == 0
    assert box.package(1) == b"sealed"
