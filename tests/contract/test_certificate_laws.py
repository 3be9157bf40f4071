"""What the database itself says of acts on certificates, and of the versions of their files."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.errors import ConflictError
from backend.store.work import StoreWorks
from tests.contract.test_works_files import make_file
from tests.rows import AT, digest, make_certificate, register_case
from tests.works import OpenStore

NUMBER = make_certificate().certificate_no


def issue(works: StoreWorks) -> None:
    entry = register_case(works)
    with works() as work:
        row = make_certificate(entry_no=entry.entry_no, case_no=entry.case_no)
        work.certificates.prepare(row)
        work.certificates.set_sealed(NUMBER, pdf_sha256=digest("pdf"))
        work.commit()


def confirm(works: StoreWorks, decider: str) -> None:
    with works.writer.connect() as connection:
        connection.begin()
        names = (
            "certificate_no, seq, kind, basis, sealed_reason, proposed_by, proposer, proposed_at"
        )
        connection.execute(
            text(
                f"INSERT INTO certificate_acts ({names}, verdict, decider)"
                f" VALUES (:no, 1, 'suspend', 'x', :sealed, 'qian', 'P-1', :at, 'confirmed', {decider})"
            ),
            {"no": NUMBER, "sealed": b"x", "at": AT},
        )
        connection.commit()


@pytest.mark.parametrize("decider", ["NULL", "'P-1'"])
def test_nothing_is_confirmed_by_nobody(store: StoreWorks, decider: str) -> None:
    issue(store)
    with pytest.raises(ConflictError):
        confirm(store, decider)
    confirm(store, "'P-2'")


def test_no_version_of_a_file_is_replaced(
    sqlite_store_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    works = open_store(sqlite_store_url, tmp_path / "blobs")
    issue(works)
    with works() as work:
        work.files.add(make_file(NUMBER, 1))
        work.commit()
    # A plain connection, as another program would open it: without our settings.
    with closing(sqlite3.connect(sqlite_store_url.removeprefix("sqlite:///"))) as connection:
        table = "certificate_files"
        with pytest.raises(sqlite3.IntegrityError, match="pk_certificate_files"):
            connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_the_versions_are_not_truncated(
    postgres_store_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    works = open_store(postgres_store_url, tmp_path / "blobs")
    with works.writer.connect() as connection:
        connection.begin()
        with pytest.raises(ConflictError, match="law_certificate_files_truncate"):
            connection.execute(text("TRUNCATE certificate_files CASCADE"))
