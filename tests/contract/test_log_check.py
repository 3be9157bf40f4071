"""`verify-log` on both databases: whatever was planted past the law is found and named."""

import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text, update

from backend.office.log_keeping import PREPARED, PUBLISHED
from backend.office.rows import JournalRecord
from backend.store.chain import entry_of, link
from backend.store.journal import read_record
from backend.store.log_check import LogVerdict
from backend.store.log_tables import LogHeadTable, LogProofTable
from backend.store.tables import JournalTable
from backend.store.work import StoreWorks
from certs.checkpoints import parse_checkpoint
from certs.logkeys import log_keys
from certs.merkle import leaf_hash, tree_hash
from certs.notes import parse_note
from tests.logs import ORIGIN, LogStand
from tests.pki import NOW, PKI
from tests.rows import AT, digest, make_certificate, receive, register_case

PDF = digest("pdf")


@pytest.fixture
def stand(store: StoreWorks, pki: PKI) -> LogStand:
    """An office with a certificate, 600 records, and several heads."""
    register_case(store)
    row = make_certificate(facts_sha256=hashlib.sha256(b'{"no":12345}').hexdigest())
    made = LogStand(store, pki)
    with store() as work:
        receive(work)
        work.certificates.prepare(row)
        work.journal.append(
            actor="system", act=PREPARED, ref=row.certificate_no, body=row.facts, at=AT
        )
        work.certificates.set_sealed(row.certificate_no, pdf_sha256=PDF)
        work.certificates.publish(row.certificate_no, at=AT)
        work.journal.append(
            actor="system", act=PUBLISHED, ref=row.certificate_no, body=PDF.encode(), at=AT
        )
        work.commit()
    made.grow(5)
    with store() as work:
        work.log.keep_proof(2, made.keeper.prove(2).format())
        work.commit()
    made.grow(300)
    made.grow(292)
    return made


def check(stand: LogStand) -> LogVerdict:
    assert isinstance(stand.works, StoreWorks)
    return stand.works.check_log(lambda o: log_keys(stand.pki.trust, o, NOW), lambda *_: None)


@pytest.fixture
def unguarded(store: StoreWorks) -> Callable[[str], None]:
    """Run statements as somebody who owns the database: without the triggers."""

    def run(statement: str) -> None:
        with store.writer.connect() as connection:
            disarm(connection)
            connection.begin()
            connection.execute(text(statement))
            connection.commit()

    return run


def disarm(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        connection.commit()
        return
    names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in names:
        connection.execute(text(f"DROP TRIGGER {name}"))
    connection.commit()


def test_an_untouched_office_holds(stand: LogStand) -> None:
    verdict = check(stand)
    assert verdict.faults == ()
    assert (verdict.records, verdict.heads, verdict.size, verdict.certificates) == (600, 3, 600, 1)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE journal SET act = 'other' WHERE seq = 77", "record 77: hash"),
        ("UPDATE journal SET salt = '00' WHERE seq = 78", "record 78: hash"),
        ("DELETE FROM journal WHERE seq = 600", "a head of 600 records was signed; there are 599"),
        ("UPDATE receipts SET journal_hash = 'x'", "record 1: receipt"),
        (
            "UPDATE certificates SET facts_sha256 = 'x'",
            "certificate 豫（2026）开封市不动产证明第0012345号: not what the journal says",
        ),
        (
            "UPDATE certificates SET pdf_sha256 = 'x'",
            "certificate 豫（2026）开封市不动产证明第0012345号: not what the journal says",
        ),
        (
            "UPDATE log_heads SET size = 301 WHERE size = 308",
            "head of 301 records: the journal has another tree",
        ),
        ("DELETE FROM log_blocks WHERE number = 1", ""),
    ],
)
def test_what_was_planted_is_named(
    stand: LogStand, unguarded: Callable[[str], None], statement: str, fault: str
) -> None:
    unguarded(statement)
    assert check(stand).faults[:1] == ((fault,) if fault else ())


def test_a_block_that_is_not_of_its_records_is_named(
    stand: LogStand, store: StoreWorks, unguarded: Callable[[str], None]
) -> None:
    blob = (
        f"x'{'00' * 32}'" if store.reader.dialect.name == "sqlite" else f"'\\x{'00' * 32}'::bytea"
    )
    unguarded(f"UPDATE log_blocks SET hash = {blob} WHERE level = 1 AND number = 0")
    assert check(stand).faults == ("block 0 of level 1 is not the hash of its records",)


def test_a_head_that_another_key_signed_is_named(stand: LogStand, store: StoreWorks) -> None:
    with stand.works.reading() as work:
        head = work.log.head_at(308)
    assert head is not None
    bent = head.note[:-12] + ("A" if head.note[-12] != "A" else "B") + head.note[-11:]
    with store.writer.connect() as connection:
        disarm(connection)
        connection.begin()
        connection.execute(update(LogHeadTable).where(LogHeadTable.size == 308).values(note=bent))
        connection.commit()
    assert check(stand).faults == ("head of 308 records: certs.note-forged: signature",)


def test_a_proof_that_was_handed_on_and_holds_no_more_is_named(
    stand: LogStand, store: StoreWorks
) -> None:
    with stand.works.reading() as work:
        proof = work.log.find_proof(2)
    assert proof is not None
    with store.writer.connect() as connection:
        disarm(connection)
        connection.begin()
        connection.execute(
            update(LogProofTable).values(proof=proof.replace("index 1\n", "index 0\n"))
        )
        connection.commit()
    assert check(stand).faults == ("proof of record 2: certs.log-proof: inclusion",)


def test_a_database_rewritten_by_whoever_has_it_but_not_the_key(
    stand: LogStand, store: StoreWorks
) -> None:
    """Every record from 10 on, every hash, every block and every root are made anew."""
    rewrite(store, 10)
    verdict = check(stand)
    assert verdict.records == 600
    assert any("head of 308 records" in fault for fault in verdict.faults)


def rewrite(store: StoreWorks, first: int) -> None:
    """Make the journal anew from a record on, with everything that hangs on it but signatures."""
    with store.writer.connect() as connection:
        disarm(connection)
        connection.begin()
        rows = connection.execute(JournalTable.__table__.select().order_by(JournalTable.seq)).all()
        head, leaves = "", []
        for row in rows:
            record = read_record(row)
            if record.seq >= first:
                record = _relink(record, head, is_first=record.seq == first)
                changed = {
                    "body_sha256": record.body_sha256,
                    "previous_hash": record.previous_hash,
                    "hash": record.hash,
                }
                where = JournalTable.seq == record.seq
                connection.execute(update(JournalTable).where(where).values(changed))
            head = record.hash
            leaves.append(leaf_hash(entry_of(record)))
        _remake_tree(connection, leaves)
        connection.commit()


def _relink(record: JournalRecord, head: str, *, is_first: bool) -> JournalRecord:
    return link(
        seq=record.seq,
        at=record.at,
        actor=record.actor,
        act=record.act,
        ref=record.ref,
        body=b"another body" if is_first else b"",
        previous_hash=head,
        salt=record.salt,
    )


def _remake_tree(connection: Connection, leaves: list[bytes]) -> None:
    for number in range(len(leaves) // 256):
        block = tree_hash(leaves[number * 256 : (number + 1) * 256])
        connection.execute(
            text("UPDATE log_blocks SET hash = :hash WHERE level = 1 AND number = :number"),
            {"hash": block, "number": number},
        )
    for (size,) in connection.execute(text("SELECT size FROM log_heads")).all():
        connection.execute(
            update(LogHeadTable)
            .where(LogHeadTable.size == size)
            .values(root=tree_hash(leaves[:size]))
        )


def test_the_keeper_signs_nothing_over_a_rewritten_journal(
    stand: LogStand, store: StoreWorks
) -> None:
    rewrite(store, 10)
    stand.write()
    with pytest.raises(Exception, match="rewritten"):
        stand.keeper.step()
    with stand.works.reading() as work:
        (fault,) = work.log.faults()
        head = work.log.head()
    assert head is not None
    assert (fault.kind, parse_checkpoint(parse_note(fault.theirs).text).size) == ("rewritten", 600)
    assert (head.origin, head.size) == (ORIGIN, 600)
    assert check(stand).faults[-1] == "evidence stands against the log: rewritten"
