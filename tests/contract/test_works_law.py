"""The law stands in the database itself: whoever writes past our code is refused too."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.errors import ConflictError, NotReadyError
from backend.office.rows import CertificateStatus
from backend.store.tables import Base
from backend.store.work import StoreWorks
from registration.outcomes import Progress
from tests.rows import (
    AT,
    CASE_NO,
    TERMINAL,
    digest,
    make_certificate,
    make_decision,
    receive,
    register_case,
)
from tests.works import OpenStore

_WORDS = "at, actor, act, ref, body_sha256"
_FACTS = (
    "entry_no, subject, act, state, rank, rank_part, at, written_at, case_no, source, registrar"
)
_EVENT = f"INSERT INTO register_events (unit_no, seq, {_FACTS})"
_STRANGERS = _FACTS.replace("case_no", "'20260929-0000009'")
_LINK = f"INSERT INTO journal (seq, {_WORDS}, previous_hash, hash)"


@pytest.fixture
def full(store: StoreWorks) -> StoreWorks:
    """Fill every table that is kept for ever."""
    register_case(store)
    with store() as work:
        package = receive(work)
        work.packages.set_case(package.sha256, CASE_NO)
        work.decisions.add(make_decision())
        answer = Progress(
            case_no=CASE_NO,
            application_id="A",
            package_sha256=package.sha256,
            stage="in_review",
            at=AT,
        )
        work.answers.add(TERMINAL, CASE_NO, answer, "words of the answer", AT)
        row = make_certificate()
        work.certificates.prepare(row)
        work.certificates.set_sealed(row.certificate_no, pdf_sha256=digest("pdf"))
        work.certificates.publish(row.certificate_no, at=AT)
        work.commit()
    return store


def _run(works: StoreWorks, statement: str) -> None:
    with works.writer.connect() as connection:
        connection.begin()
        connection.execute(text(statement))
        connection.commit()


@pytest.mark.parametrize(
    ("statement", "law"),
    [
        ("UPDATE journal SET act = 'nothing'", "law_journal_update"),
        ("DELETE FROM journal", "law_journal_delete"),
        ("UPDATE receipts SET statement = ''", "law_receipts_update"),
        ("DELETE FROM receipts", "law_receipts_delete"),
        ("UPDATE decisions SET verdict = 'approve'", "law_decisions_update"),
        ("DELETE FROM decisions", "law_decisions_delete"),
        ("UPDATE answers SET terminal = 'KF-LT-02'", "law_answers_update"),
        ("DELETE FROM answers", "law_answers_delete"),
        ("UPDATE titles SET title_no = 'x'", "law_titles_update"),
        ("DELETE FROM titles", "law_titles_delete"),
        ("DELETE FROM cases", "law_cases_delete"),
        ("DELETE FROM packages", "law_packages_delete"),
        ("DELETE FROM register_entries", "law_register_entries_delete"),
        ("DELETE FROM certificates", "law_certificates_delete"),
        ("UPDATE packages SET sequence = 99", "law_packages_change"),
        ("UPDATE packages SET case_no = NULL", "law_packages_change"),
        ("UPDATE cases SET holder = 'wang'", "law_cases_version"),
        (
            "UPDATE cases SET version = version + 1, bank = '914102000X0000019M'",
            "law_cases_identity",
        ),
        ("UPDATE cases SET version = version + 1, stage = 'certified'", "law_cases_move"),
        ("UPDATE cases SET version = version + 1, stage = 'nonsense'", "law_cases_move"),
        ("UPDATE register_events SET at = at", "law_register_events_update"),
        ("DELETE FROM register_events", "law_register_events_delete"),
        ("UPDATE register_entries SET rank = 2", "law_register_entries_change"),
        ("UPDATE register_entries SET rank = 2, last_seq = 2", "law_register_entries_change"),
        ("UPDATE register_entries SET sealed_payload = '\\x00'", "law_register_entries_change"),
        ("UPDATE register_entries SET state = '0'", "law_register_entries_change"),
        (f"{_EVENT} SELECT unit_no, 9, {_FACTS} FROM register_events", "law_register_events_order"),
        (
            f"{_EVENT} SELECT unit_no, 3, {_STRANGERS} FROM register_events WHERE seq = 2",
            "law_register_events_case",
        ),
        (
            "UPDATE certificates SET status = 'cancelled', successor = 'x'",
            "law_certificates_successor",
        ),
        (
            "UPDATE certificates SET status = 'cancelled', sealed_facts = '\\x00'",
            "law_certificates_facts",
        ),
        (
            f"UPDATE certificates SET status = 'cancelled', pdf_sha256 = '{digest('x')}'",
            "law_certificates_facts",
        ),
        ("UPDATE certificates SET status = 'prepared'", "law_certificates_move"),
        (f"{_LINK} SELECT seq + 5, {_WORDS}, hash, 'h' FROM journal", "law_journal_chain"),
        (f"{_LINK} SELECT seq + 1, {_WORDS}, previous_hash, 'h' FROM journal", "law_journal_chain"),
    ],
    ids=lambda value: str(value)[:48],
)
def test_what_was_written_stays(full: StoreWorks, statement: str, law: str) -> None:
    with pytest.raises(ConflictError, match=f"^{law}$"):
        _run(full, statement)
    assert full.verify_journal().is_good
    with full.reading() as work:
        row = work.certificates.get(make_certificate().certificate_no)
    assert row.status == CertificateStatus.PUBLISHED


def test_nothing_is_truncated(
    postgres_store_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    works = open_store(postgres_store_url, tmp_path / "blobs")
    for table in ("journal", "cases", "register_entries", "register_events", "certificates"):
        with pytest.raises(ConflictError, match=r"law_\w+_truncate"):
            _run(works, f"TRUNCATE {table} CASCADE")


def test_nothing_is_replaced_either(
    sqlite_store_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    """INSERT OR REPLACE would take the old row away without asking the DELETE trigger."""
    works = open_store(sqlite_store_url, tmp_path / "blobs")
    with works() as work:
        work.journal.append(actor="a", act="b", ref="c", body=b"", at=AT)
        package = receive(work)
        work.commit()
    path = sqlite_store_url.removeprefix("sqlite:///")
    # A plain connection, as another program would open it: without our settings.
    with closing(sqlite3.connect(path)) as connection:
        for table in ("journal", "packages", "receipts"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    with works.reading() as work:
        assert work.packages.find(package.sha256) == package


def test_a_reading_connection_cannot_write_by_any_statement(full: StoreWorks) -> None:
    for statement in ("DELETE FROM tasks", "CREATE TABLE t (x int)", "DROP TABLE journal"):
        with full.reader.connect() as connection:
            connection.begin()
            with pytest.raises(NotReadyError):
                connection.execute(text(statement))


def test_every_table_that_is_kept_has_its_law(store: StoreWorks) -> None:
    """A table added later must be named here: kept for ever, or may change."""
    may_change = {
        *("applications", "counters", "data_keys", "drafts", "enquiries", "invitations"),
        *("factors", "key_challenges", "log_cosignatures", "log_witnesses", "materials"),
        *("messages", "moves", "relay_keys", "relay_parcels", "sessions", "staff"),
        *("staff_keys", "staff_waits", "tasks", "terminals"),
    }
    kept = {
        *("answers", "cases", "certificate_acts", "certificate_files", "certificates"),
        *("journal_words", "ruling_proposals"),
        *("complaints", "decisions", "journal"),
        *("log_blocks", "log_faults", "log_heads", "log_proofs", "logs"),
        *("packages", "receipts", "register_entries", "register_events", "remarks", "titles"),
        *("examinations", "rulings", "samples", "switches"),
    }
    assert set(Base.metadata.tables) == may_change | kept
    with store.reader.connect() as connection:
        if store.reader.dialect.name == "sqlite":
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        else:
            query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        found = {str(name).removesuffix("_trigger") for (name,) in connection.execute(text(query))}
    assert {f"law_{table}_delete" for table in kept} <= found


def test_nothing_that_names_a_person_lies_open(full: StoreWorks) -> None:
    with full.reader.connect() as connection:
        held = b"".join(
            repr(row).encode()
            for table in Base.metadata.sorted_tables
            for row in connection.execute(table.select())
        )
    for secret in ("张示例", "41020319850615991X", "words of the answer", "材料齐全"):
        assert secret.encode() not in held
