import stat
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from backend.errors import ConflictError, IntegrityError, MisconfiguredError, NotReadyError
from backend.office.case import MOVES
from backend.store import upgrades
from backend.store.engine import open_engine
from backend.store.form import SCRIPTS, check_current, newest_form
from backend.store.tables import Base
from backend.store.upgrades import upgrade
from backend.store.work import StoreWorks
from tests.rows import AT, CASE_NO, make_staff, open_case
from tests.works import OpenStore


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://localhost/office"],
    ids=["empty", "no URL", "no file", "in memory", "another database"],
)
def test_only_a_file_or_postgresql_will_do(url: str) -> None:
    with pytest.raises(MisconfiguredError):
        open_engine(url, is_writing=True)


def test_a_url_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(MisconfiguredError) as caught:
        open_engine("mysql://office:made-up-password@localhost/office", is_writing=True)
    assert "made-up-password" not in str(caught.value)


def test_sqlite_is_durable_and_private(
    sqlite_store_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    works = open_store(sqlite_store_url, tmp_path / "blobs")
    with works.writer.connect() as connection:
        found = {
            name: str(connection.scalar(text(f"PRAGMA {name}")))
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": "2",
        "foreign_keys": "1",
        "trusted_schema": "0",
    }


def test_a_new_database_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    upgrade(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_postgresql_waits_for_the_disk(
    postgres_store_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    """The test's server says off; the office's own connections say on."""
    works = open_store(postgres_store_url, tmp_path / "blobs")
    with works.writer.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"


def test_migrating_twice_is_harmless(store_url: str) -> None:
    upgrade(store_url)
    upgrade(store_url)
    check_current(store_url)


def test_cases_keep_their_round_of_review_through_the_migration(tmp_path: Path) -> None:
    """Before it, one count was for the application and for the reviewers alike.

    The version counts this migration, and the one that gave every case a place in the queue.
    """
    url = f"sqlite:///{tmp_path / 'office.db'}"
    engine = open_engine(url, is_writing=True)
    with engine.begin() as connection:
        migrate_to(connection, "0002")
        names = {c.name for c in Base.metadata.tables["cases"].columns if not c.nullable}
        values: dict[str, object] = dict.fromkeys(
            names
            - {"review_round", "bundle_id", "bundle_place"}
            - {"awaiting", "chief_reason", "is_on_hold", "teller"},
            0,
        )
        values |= {"stage": "received", "round": 2, "version": 7}
        row = ", ".join(f":{name}" for name in values)
        connection.execute(text(f"INSERT INTO cases ({', '.join(values)}) VALUES ({row})"), values)
    upgrade(url)

    with engine.begin() as connection:
        found = connection.execute(text("SELECT review_round, version FROM cases")).one()
        assert tuple(found) == (2, 9)
        with pytest.raises(ConflictError, match="law_cases_"):
            connection.execute(text("UPDATE cases SET stage = 'approved', version = 10"))
    engine.dispose()


def migrate_to(connection: Connection, revision: str) -> None:
    """Give a database the form of an older version."""
    config = Config()
    config.set_main_option("script_location", str(Path(upgrades.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_the_migrations_make_the_tables_that_the_code_knows(store: StoreWorks) -> None:
    with store.reader.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_the_law_of_movement_in_the_database_is_the_codes(store: StoreWorks) -> None:
    with store.reader.connect() as connection:
        rows = connection.execute(text("SELECT from_stage, to_stage FROM moves"))
        found = {(row.from_stage, row.to_stage) for row in rows}
    assert found == {(a.value, b.value) for a, tos in MOVES.items() for b in tos}


def test_the_form_is_the_number_of_the_last_migration() -> None:
    """Each start trusts the file names; Alembic knows the chain itself."""
    assert ScriptDirectory(str(SCRIPTS)).get_heads() == [newest_form()]


def test_a_database_of_a_newer_version_is_left_alone(sqlite_store_url: str) -> None:
    engine = open_engine(sqlite_store_url, is_writing=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for act in (check_current, upgrade):
        with pytest.raises(MisconfiguredError, match="newer version"):
            act(sqlite_store_url)


def test_an_old_database_is_told_to_migrate(tmp_path: Path) -> None:
    with pytest.raises(MisconfiguredError, match="migrate"):
        check_current(f"sqlite:///{tmp_path / 'empty.db'}")


def test_another_law_of_movement_is_told(sqlite_store_url: str) -> None:
    engine = open_engine(sqlite_store_url, is_writing=True)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO moves VALUES ('received', 'certified')"))
    engine.dispose()
    with pytest.raises(MisconfiguredError, match="migrate"):
        check_current(sqlite_store_url)


def test_a_file_that_is_no_database_is_told(tmp_path: Path, open_store: OpenStore) -> None:
    path = tmp_path / "office.db"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    works = open_store(f"sqlite:///{path}", tmp_path / "blobs")
    with pytest.raises(NotReadyError), works() as work:
        work.staff.list()


def test_a_destroyed_data_key_ends_the_case(store: StoreWorks) -> None:
    """Crypto-shredding: without the wrapped key nothing of the case can be read again."""
    open_case(store)
    with store.writer.begin() as connection:
        connection.execute(text(f"DELETE FROM data_keys WHERE ref = 'case:{CASE_NO}'"))
    with store.reading() as work, pytest.raises(IntegrityError):
        work.cases.application(CASE_NO)


def test_a_sealed_column_cannot_be_moved_to_another_row(store: StoreWorks) -> None:
    open_case(store, 1)
    open_case(store, 2)
    with store.writer.begin() as connection:
        connection.execute(
            text(
                "UPDATE applications SET sealed = (SELECT a.sealed FROM applications a"
                f" WHERE a.case_no = '{CASE_NO}') WHERE case_no <> '{CASE_NO}'"
            )
        )
    with store.reading() as work:
        assert work.cases.application(CASE_NO)
        with pytest.raises(IntegrityError):
            work.cases.application("20260929-0000002")


def test_a_finished_transaction_commits_nothing(store: StoreWorks) -> None:
    with store() as work:
        work.staff.save(make_staff())
    with pytest.raises(NotReadyError):
        work.commit()
    with store() as work:
        assert work.journal.append(actor="a", act="b", ref="c", body=b"", at=AT).seq == 1
