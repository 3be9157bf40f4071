"""The words behind a record's digest: kept beside it, sealed, never changed."""

import hashlib

import pytest
from sqlalchemy import text

from backend.errors import ConflictError
from backend.store.work import StoreWorks
from tests.fakes import MemoryWorks
from tests.rows import AT, CASE_NO

REASON = "法院调查令（2026）9号".encode()


def write(works: StoreWorks | MemoryWorks, ref: str, body: bytes, *, is_kept: bool = True) -> None:
    with works() as work:
        work.journal.append(
            actor="staff:wu", act="opened", ref=ref, body=body, at=AT, is_kept=is_kept
        )
        work.commit()


@pytest.mark.parametrize("ref", [CASE_NO, "410202001003GB00012F00010012"])
def test_what_was_kept_comes_back_and_is_what_the_digest_is_of(
    works: StoreWorks | MemoryWorks, ref: str
) -> None:
    write(works, ref, b"not kept", is_kept=False)
    write(works, ref, REASON)
    write(works, "another", b"elsewhere")

    with works.reading() as work:
        kept, records = work.journal.words(ref), work.journal.of(ref)

    assert kept == {records[1].seq: REASON}
    assert records[1].body_sha256 == hashlib.sha256(REASON).hexdigest()


def test_words_lie_sealed(store: StoreWorks) -> None:
    write(store, CASE_NO, REASON)

    with store.writer.connect() as connection:
        (sealed,) = connection.execute(text("SELECT sealed FROM journal_words")).scalars()
    assert REASON not in bytes(sealed)


@pytest.mark.parametrize(
    "statement", ["UPDATE journal_words SET sealed = 'x'", "DELETE FROM journal_words"]
)
def test_nobody_changes_or_takes_away_words(store: StoreWorks, statement: str) -> None:
    write(store, CASE_NO, REASON)

    with store.writer.connect() as connection:
        connection.begin()
        with pytest.raises(ConflictError, match="law_journal_words"):
            connection.execute(text(statement))
