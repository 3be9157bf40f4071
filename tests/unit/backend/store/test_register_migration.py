"""A register from before it was kept as events: nothing of it is lost, and its past is told."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from backend.office.events import Act
from backend.office.register import EncumbranceKind, EntryState, MortgageEntry
from backend.store import codec
from backend.store.engine import open_engine
from backend.store.sealed import REGISTER, DataKeys
from backend.store.upgrades import upgrade
from backend.store.work import StoreWorks, open_works
from tests.factories import TITLE_NO, UNIT_NO
from tests.postgres import PostgresServer
from tests.rows import AT, CASE_NO, make_encumbrance, make_entry, make_title
from tests.unit.backend.store.test_engine import migrate_to
from tests.works import VAULT

SEIZURE = make_encumbrance(
    3,
    kind=EncumbranceKind.SEIZURE,
    rank=None,
    amount_fen=None,
    certificate_no="",
    recorded_at=AT - timedelta(days=9),
)
LIFTED_AT = AT - timedelta(days=2)
DISCHARGED_AT = AT + timedelta(days=1)


def _write(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(f":{name}" for name in values)
    statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({names})"
    connection.execute(text(statement), values)


def _case(connection: Connection, number: int, stage: str) -> None:
    _write(
        connection, "cases", case_no=f"20260929-{number:07d}", stage="received", version=0,
        application_id=f"A{number}", terminal="T", bank="B", branch="KF", kind="x", unit_no=UNIT_NO,
        location="x", mortgagee="x", round=1, review_round=1, package_sha256=f"{number:064d}",
        received_at=AT, due="[]", sealed_findings=b"", is_automatic=True, holder="",
    )  # fmt: skip
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER IF EXISTS law_cases_move_trigger"))
        connection.execute(text("DROP TRIGGER IF EXISTS law_cases_approval_trigger"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(
        text("UPDATE cases SET stage = :stage, version = version + 1 WHERE case_no = :no"),
        {"stage": stage, "no": f"20260929-{number:07d}"},
    )
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL session_replication_role = origin"))


def _fill(connection: Connection) -> None:
    """Write what the form before kept of one unit: an old mortgage, two of cases, a seizure."""
    keys = DataKeys(connection, VAULT)

    def entry(value: Any, adapter: Any, **columns: Any) -> None:
        sealed = keys.seal(REGISTER, f"entries/{value.entry_no}", codec.dump(adapter, value))
        _write(
            connection, "register_entries", entry_no=value.entry_no, unit_no=UNIT_NO,
            sealed_payload=sealed, **columns,
        )  # fmt: skip

    title = keys.seal(REGISTER, f"titles/{UNIT_NO}", codec.dump(codec.TITLE, make_title()))
    _write(
        connection, "titles", unit_no=UNIT_NO, title_no=TITLE_NO, location="x", sealed_payload=title
    )
    old, own = make_encumbrance(1), make_entry(CASE_NO, rank=2)
    entry(old, codec.ENCUMBRANCE, kind="mortgage", state="1", rank=1,
          certificate_no=old.certificate_no, recorded_at=old.recorded_at)  # fmt: skip
    entry(SEIZURE, codec.ENCUMBRANCE, kind="seizure", state="2", recorded_at=SEIZURE.recorded_at,
          cancelled_at=LIFTED_AT, cancelled_reason="imported", cancelled_registrar="operator:x")  # fmt: skip
    _case(connection, 1, "approved")
    _case(connection, 2, "approved")
    entry(own, codec.MORTGAGE, kind="mortgage", state="2", rank=2, case_no=CASE_NO,
          recorded_at=own.registered_at, cancelled_at=DISCHARGED_AT,
          cancelled_by="20260929-0000002", cancelled_reason="debt_cleared",
          cancelled_registrar="auto")  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres"])
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreWorks]:
    """Fill a database of the form before, and bring it to this one."""
    url = f"sqlite:///{tmp_path / 'office.db'}"
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.make_database()
    engine = open_engine(url, is_writing=True)
    with engine.begin() as connection:
        migrate_to(connection, "0005")
        _fill(connection)
    engine.dispose()
    upgrade(url)
    with closing(open_works(url, tmp_path / "blobs", VAULT)) as works:
        yield works


def test_what_stood_stands_and_its_past_is_told(migrated: StoreWorks) -> None:
    with migrated.reading() as work:
        page = work.register.extract(UNIT_NO, AT)
        history = work.register.history(UNIT_NO)
        deed = work.register.get_deed(CASE_NO)

    assert page.title == make_title()
    assert [(e.entry_no, e.state) for e in page.encumbrances] == [
        ("OLD-1", EntryState.CURRENT),
        ("OLD-3", EntryState.HISTORICAL),
        (f"DJ{CASE_NO}", EntryState.HISTORICAL),
    ]
    assert isinstance(deed, MortgageEntry)
    assert deed.security_scope == make_entry().security_scope
    assert [(e.seq, e.act, e.entry_no, e.case_no, e.source) for e in history] == [
        (1, Act.BROUGHT_IN, f"CQ-{UNIT_NO}", "", ""),
        (2, Act.BROUGHT_IN, "OLD-1", "", ""),
        (3, Act.BROUGHT_IN, "OLD-3", "", ""),
        (4, Act.LIFTED, "OLD-3", "", "operator:x"),
        (5, Act.ENTERED, f"DJ{CASE_NO}", CASE_NO, ""),
        (6, Act.DISCHARGED, f"DJ{CASE_NO}", "20260929-0000002", ""),
    ]


def test_the_page_of_a_moment_before_is_known(migrated: StoreWorks) -> None:
    with migrated.reading() as work:
        seized = work.register.extract(UNIT_NO, AT, as_of=LIFTED_AT - timedelta(days=1))
        before = work.register.extract(UNIT_NO, AT, as_of=AT - timedelta(days=5000))

    assert [e.entry_no for e in seized.find_current(EncumbranceKind.SEIZURE)] == ["OLD-3"]
    assert (before.title, before.encumbrances) == (make_title(), ())


def test_numbers_that_came_along_are_not_given_again(migrated: StoreWorks) -> None:
    with migrated() as work:
        assert work.register.next_title_serial(2021) == 12346
        assert work.register.next_rank(UNIT_NO) == 2
