"""A restored office has everything, on both databases."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.errors import IntegrityError, MisconfiguredError, NotReadyError
from backend.store.backups import backup, read_backup, require_restored, restore
from backend.store.form import check_current
from backend.store.upgrades import upgrade
from backend.store.work import StoreWorks
from tests.factories import UNIT_NO, ZHANG
from tests.postgres import PostgresServer
from tests.rows import (
    AT,
    CASE_NO,
    make_certificate,
    make_staff,
    make_terminal,
    receive,
    register_case,
)
from tests.works import VAULT, OpenStore

BYTES = b"sealed package of a branch"


@pytest.fixture
def office(store: StoreWorks) -> StoreWorks:
    """Fill an office with one case from package to certificate."""
    register_case(store)
    sha256 = store.blobs.put(BYTES)
    with store() as work:
        receive(work, sha256=sha256)
        work.certificates.prepare(make_certificate())
        work.cases.set_materials(CASE_NO, [("M06", "application/pdf", b"contract")])
        work.tasks.add("issue", CASE_NO, at=AT)
        work.terminals.save(make_terminal())
        work.staff.save(make_staff())
        work.commit()
    return store


@pytest.fixture
def empty_url(store_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give an empty place of the same kind."""
    if store_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'restored' / 'office.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.make_database()
    yield url
    server.drop_database(url)


def test_a_restored_office_has_everything(
    office: StoreWorks, store_url: str, empty_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    about = backup(store_url, office.blobs.folder, tmp_path / "backup")
    verdict = restore(tmp_path / "backup", empty_url, tmp_path / "blobs2")
    require_restored(tmp_path / "blobs2")
    assert (about.records, about.head, about.blobs) == (verdict.records, verdict.head, 1)
    check_current(empty_url)
    restored = open_store(empty_url, tmp_path / "blobs2")
    assert restored.verify_journal() == office.verify_journal() == verdict
    assert restored.blobs.get(restored.blobs.put(BYTES)) == BYTES
    with office.reading() as old, restored.reading() as new:
        for found, wanted in (
            (new.cases.get(CASE_NO), old.cases.get(CASE_NO)),
            (new.cases.application(CASE_NO), old.cases.application(CASE_NO)),
            (new.cases.materials(CASE_NO), old.cases.materials(CASE_NO)),
            (new.decisions.of(CASE_NO), old.decisions.of(CASE_NO)),
            (new.register.extract(UNIT_NO, AT), old.register.extract(UNIT_NO, AT)),
            (new.register.get_deed(CASE_NO), old.register.get_deed(CASE_NO)),
            (new.certificates.find_by_case(CASE_NO), make_certificate()),
            (new.terminals.list(), old.terminals.list()),
            (new.staff.list(), old.staff.list()),
        ):
            assert found == wanted


def test_a_restored_office_goes_on_under_the_same_law(
    office: StoreWorks, store_url: str, empty_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    with office() as work:
        work.cases.next_case_no(AT)
        work.commit()
    backup(store_url, office.blobs.folder, tmp_path / "backup")
    restore(tmp_path / "backup", empty_url, tmp_path / "blobs2")
    upgrade(empty_url)
    works = open_store(empty_url, tmp_path / "blobs2")
    with works() as work:
        assert work.cases.next_case_no(AT) == "20260929-0000002"
        work.journal.append(actor="system", act="restored", ref="office", body=b"", at=AT)
        work.tasks.add("open", "x", at=AT)
        assert work.answers.after("KF-LT-01", 0) == ()
        work.commit()
    assert works.verify_journal().is_good
    with works.writer.connect() as connection, pytest.raises(Exception, match="law_journal_delete"):
        connection.exec_driver_sql("DELETE FROM journal")


def test_a_backup_is_as_encrypted_as_the_office(
    office: StoreWorks, store_url: str, tmp_path: Path
) -> None:
    backup(store_url, office.blobs.folder, tmp_path / "backup")
    held = b"".join(p.read_bytes() for p in (tmp_path / "backup").rglob("*") if p.is_file())
    for secret in (BYTES, "张示例".encode(), ZHANG.encode(), VAULT.key, VAULT.key.hex().encode()):
        assert secret not in held
    assert all(
        path.stat().st_mode & 0o077 == 0
        for path in (tmp_path / "backup").rglob("*")
        if path.is_dir() or path.name == "database"
    )


def test_a_backup_is_taken_while_the_office_works(
    office: StoreWorks, store_url: str, empty_url: str, tmp_path: Path
) -> None:
    is_over = threading.Event()

    def work_on() -> None:
        while not is_over.is_set():
            with office() as work:
                work.journal.append(actor="auto", act="busy", ref="r", body=b"", at=AT)
                work.commit()

    worker = threading.Thread(target=work_on)
    worker.start()
    try:
        about = backup(store_url, office.blobs.folder, tmp_path / "backup")
    finally:
        is_over.set()
        worker.join()
    verdict = restore(tmp_path / "backup", empty_url, tmp_path / "blobs2")
    assert verdict.is_good
    assert verdict.records >= about.records


def test_nothing_is_overwritten(
    office: StoreWorks, store_url: str, empty_url: str, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    backup(store_url, office.blobs.folder, target)
    with pytest.raises(MisconfiguredError, match="already"):
        backup(store_url, office.blobs.folder, target)
    with pytest.raises(MisconfiguredError, match="empty"):
        restore(target, store_url, tmp_path / "blobs2")
    with pytest.raises(MisconfiguredError, match="empty"):
        restore(target, empty_url, office.blobs.folder)


def test_an_office_that_is_half_restored_is_none(
    office: StoreWorks,
    store_url: str,
    empty_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A kill before the end would leave links open that its guests have used since."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    backup(store_url, office.blobs.folder, tmp_path / "backup")
    monkeypatch.setattr("backend.store.backups.end_what_was_open", die)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "backup", empty_url, tmp_path / "blobs2")

    with pytest.raises(MisconfiguredError, match="did not end"):
        require_restored(tmp_path / "blobs2")
    with pytest.raises(MisconfiguredError, match="did not end"):
        restore(tmp_path / "backup", empty_url, tmp_path / "blobs2")


@pytest.mark.parametrize("damage", ["database", "blob", "missing", "added"])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    office: StoreWorks, store_url: str, empty_url: str, tmp_path: Path, damage: str
) -> None:
    target = tmp_path / "backup"
    backup(store_url, office.blobs.folder, target)
    blob = next(target.glob("blobs/??/*"))
    if damage == "database":
        data = bytearray((target / "database").read_bytes())
        data[len(data) // 2] ^= 1
        (target / "database").write_bytes(data)
    elif damage == "blob":
        blob.write_bytes(b"other")
    elif damage == "missing":
        blob.unlink()
    else:
        (target / "blobs" / "added").write_bytes(b"")
    with pytest.raises(IntegrityError):
        restore(target, empty_url, tmp_path / "blobs2")
    assert not (tmp_path / "blobs2").exists()


def test_a_backup_goes_into_its_own_kind_of_database(
    office: StoreWorks, store_url: str, tmp_path: Path
) -> None:
    backup(store_url, office.blobs.folder, tmp_path / "backup")
    other = (
        "postgresql://postgres@/nowhere?host=/nowhere"
        if store_url.startswith("sqlite")
        else f"sqlite:///{tmp_path / 'other.db'}"
    )
    with pytest.raises(MisconfiguredError, match="the backup is of"):
        restore(tmp_path / "backup", other, tmp_path / "blobs2")


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for wrong in (tmp_path / "nowhere", tmp_path / "folder"):
        with pytest.raises(MisconfiguredError, match="no backup"):
            read_backup(wrong)
    (tmp_path / "folder" / "backup.json").write_text('{"version": 2}')
    with pytest.raises(MisconfiguredError, match="another version"):
        read_backup(tmp_path / "folder")


def test_a_broken_journal_is_not_backed_up_silently(
    office: StoreWorks, store_url: str, tmp_path: Path
) -> None:
    with office.writer.begin() as connection:
        if store_url.startswith("sqlite"):
            connection.exec_driver_sql("DROP TRIGGER law_journal_update_trigger")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("UPDATE journal SET act = 'other' WHERE seq = 1")
    with pytest.raises(IntegrityError, match="record 1: hash"):
        backup(store_url, office.blobs.folder, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    away = "postgresql://postgres@/office?host=/nowhere"
    with pytest.raises(NotReadyError):
        backup(away, tmp_path / "blobs", tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
