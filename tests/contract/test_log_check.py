"""`verify-log` on both databases: whatever was planted past the law is found and named."""

import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import text, update

from backend.office.log_keeping import PREPARED, PUBLISHED
from backend.store.log_check import LogVerdict
from backend.store.log_tables import LogHeadTable, LogProofTable
from backend.store.work import StoreWorks
from certs.checkpoints import parse_checkpoint
from certs.logkeys import log_keys
from certs.notes import parse_note
from tests.logs import ORIGIN, LogStand
from tests.pki import NOW, PKI
from tests.rewriting import rewrite, unguarded
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
def plant(store: StoreWorks) -> Callable[[str], None]:
    """Run statements as somebody who owns the database: without the triggers."""

    def run(statement: str) -> None:
        with unguarded(store) as connection:
            connection.execute(text(statement))

    return run


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
    stand: LogStand, plant: Callable[[str], None], statement: str, fault: str
) -> None:
    plant(statement)
    assert check(stand).faults[:1] == ((fault,) if fault else ())


def test_a_block_that_is_not_of_its_records_is_named(
    stand: LogStand, store: StoreWorks, plant: Callable[[str], None]
) -> None:
    blob = (
        f"x'{'00' * 32}'" if store.reader.dialect.name == "sqlite" else f"'\\x{'00' * 32}'::bytea"
    )
    plant(f"UPDATE log_blocks SET hash = {blob} WHERE level = 1 AND number = 0")
    assert check(stand).faults == ("block 0 of level 1 is not the hash of its records",)


def test_a_head_that_another_key_signed_is_named(stand: LogStand, store: StoreWorks) -> None:
    with stand.works.reading() as work:
        head = work.log.head_at(308)
    assert head is not None
    bent = head.note[:-12] + ("A" if head.note[-12] != "A" else "B") + head.note[-11:]
    with unguarded(store) as connection:
        connection.execute(update(LogHeadTable).where(LogHeadTable.size == 308).values(note=bent))
    assert check(stand).faults == ("head of 308 records: certs.note-forged: signature",)


def test_a_proof_that_was_handed_on_and_holds_no_more_is_named(
    stand: LogStand, store: StoreWorks
) -> None:
    with stand.works.reading() as work:
        proof = work.log.find_proof(2)
    assert proof is not None
    with unguarded(store) as connection:
        connection.execute(
            update(LogProofTable).values(proof=proof.replace("index 1\n", "index 0\n"))
        )
    assert check(stand).faults == ("proof of record 2: certs.log-proof: inclusion",)


def test_a_database_rewritten_by_whoever_has_it_but_not_the_key(
    stand: LogStand, store: StoreWorks
) -> None:
    """Every record from 10 on, every hash, every block and every root are made anew."""
    rewrite(store, 10)
    verdict = check(stand)
    assert verdict.records == 600
    assert any("head of 308 records" in fault for fault in verdict.faults)


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
