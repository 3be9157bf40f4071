"""Whoever gets past the triggers is found out: by the chain, or by a receipt that was given."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from sqlalchemy import Connection, text, update

from backend.store.chain import JournalVerdict, link
from backend.store.tables import JournalTable
from backend.store.work import StoreWorks
from tests.rows import AT, receive

_RECORDS: Final = 6
_RECEIPT: Final = 5
"""Two records, two more, a package with its receipt, one last record."""


@pytest.fixture
def written(store: StoreWorks) -> StoreWorks:
    with store() as work:
        for number in range(1, _RECEIPT):
            work.journal.append(actor="auto", act="act", ref=f"r{number}", body=b"", at=AT)
        receive(work)
        work.journal.append(actor="auto", act="last", ref="r6", body=b"", at=AT)
        work.commit()
    return store


@contextmanager
def _unguarded(works: StoreWorks) -> Iterator[Connection]:
    """Give a connection as somebody who owns the database could have it: without the triggers."""
    with works.writer.connect() as connection:
        _disarm(connection)
        connection.begin()
        yield connection
        connection.commit()


def _disarm(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        connection.commit()
        return
    names = connection.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'")
    ).all()
    for name in names:
        connection.execute(text(f"DROP TRIGGER {name}"))
    connection.commit()
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def test_an_untouched_journal_holds(written: StoreWorks) -> None:
    verdict = written.verify_journal()
    assert (verdict.is_good, verdict.records, verdict.reason) == (True, _RECORDS, "")


def test_an_empty_journal_holds(store: StoreWorks) -> None:
    assert store.verify_journal() == JournalVerdict(records=0, head="00" * 32)


@pytest.mark.parametrize(
    ("statements", "bad_seq", "reason"),
    [
        (["UPDATE journal SET act = 'other' WHERE seq = 3"], 3, "hash"),
        (["UPDATE journal SET actor = 'staff:li' WHERE seq = 1"], 1, "hash"),
        (["UPDATE journal SET at = '2026-09-28 02:30:00.000000+00:00' WHERE seq = 2"], 2, "hash"),
        (["UPDATE journal SET previous_hash = 'x' WHERE seq = 4"], 4, "previous hash"),
        (["DELETE FROM journal WHERE seq = 3"], 3, "gap"),
        (["DELETE FROM journal WHERE seq = 1"], 1, "gap"),
        (
            [
                "DELETE FROM journal WHERE seq = 3",
                # One by one: PostgreSQL looks at uniqueness row by row, in no order of ours.
                *(f"UPDATE journal SET seq = {n - 1} WHERE seq = {n}" for n in (4, 5, 6)),
            ],
            3,
            "previous hash",
        ),
        (
            [
                "UPDATE journal SET seq = 99 WHERE seq = 2",
                "UPDATE journal SET seq = 2 WHERE seq = 3",
                "UPDATE journal SET seq = 3 WHERE seq = 99",
            ],
            2,
            "previous hash",
        ),
        (["DELETE FROM journal WHERE seq >= 5"], _RECEIPT, "receipt"),
    ],
    ids=[
        "act altered",
        "actor altered",
        "time altered",
        "link altered",
        "one removed",
        "first removed",
        "one removed and the rest moved up",
        "two swapped",
        "end cut off",
    ],
)
def test_a_changed_journal_is_found_out(
    written: StoreWorks, statements: list[str], bad_seq: int, reason: str
) -> None:
    with _unguarded(written) as connection:
        for statement in statements:
            connection.execute(text(statement))
    verdict = written.verify_journal()
    assert (verdict.is_good, verdict.bad_seq, verdict.reason) == (False, bad_seq, reason)


def test_a_chain_computed_anew_contradicts_the_receipt(written: StoreWorks) -> None:
    """Somebody changes a record and all hashes after it; the receipt at the branch stays."""
    with _unguarded(written) as connection:
        head = connection.scalar(text("SELECT hash FROM journal WHERE seq = 1"))
        for seq in range(2, _RECORDS + 1):
            found = link(
                seq=seq,
                at=AT,
                actor="auto",
                act="invented",
                ref=f"r{seq}",
                body=b"",
                previous_hash=str(head),
            )
            connection.execute(
                update(JournalTable)
                .where(JournalTable.seq == seq)
                .values(
                    actor=found.actor,
                    act=found.act,
                    ref=found.ref,
                    body_sha256=found.body_sha256,
                    previous_hash=found.previous_hash,
                    hash=found.hash,
                    salt=found.salt,
                )
            )
            head = found.hash
    verdict = written.verify_journal()
    assert (verdict.bad_seq, verdict.reason) == (_RECEIPT, "receipt")
