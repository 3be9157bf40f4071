"""Backups of the office: one folder with database and blobs, both as encrypted as they were.

The key that opens them (`Vault`) is never in a backup: keep it apart. Destroying a case's data
key destroys the case in this office, not in older backups; those end by their own term.

Layout, version 1: `backup.json` (version, kind of database, length and head of the journal),
`database`, `blobs/`, `shelves/` (what is carried and not kept: answers from elsewhere), and
`SHA256SUMS` over all of them, as sha256sum writes and checks it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from backend.errors import IntegrityError, MisconfiguredError, NotReadyError
from backend.store.chain import JournalVerdict
from backend.store.dumps import dump, find_kind, is_empty, undump
from backend.store.engine import open_engine
from backend.store.form import check_current
from backend.store.journal import verify_journal
from backend.store.restored import end_what_was_open
from backend.store.tables import JournalTable

_VERSION: Final = 1
_ABOUT: Final = "backup.json"
_DATABASE: Final = "database"
_BLOBS: Final = "blobs"
_SHELVES: Final = "shelves"
INVITATIONS: Final = "invitations"
"""The shelf of what guests are sent and send."""
_SUMS: Final = "SHA256SUMS"
_UNFINISHED: Final = ".restoring"
"""Stands among the blobs from before a restore's first byte until after its last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup says of itself."""

    version: int
    kind: str
    """"sqlite" or "postgresql"; it goes back into the same kind."""
    records: int
    """Length of the journal when the backup began; the copy may hold a few more."""
    head: str
    """Hash of that last record."""
    blobs: int


def backup(
    url: str, blob_dir: Path, to: Path, shelves: Mapping[str, Path] = MappingProxyType({})
) -> Backup:
    """Copy a running office into a new folder; it appears whole or not at all.

    `shelves` are folders of sealed bytes that go in time, by name; what goes while it is copied, is gone.

    Raises:
        MisconfiguredError: the folder is there already, or a program is missing.
        IntegrityError: the journal does not hold; a backup must not hide that.
        NotReadyError: the database is away, or the disk is full.
    """
    if to.exists():
        raise MisconfiguredError(f"{to} is there already; name a new folder")
    kind = find_kind(url)
    check_current(url)
    verdict = _require_chain(url)
    part = to.with_name(f".{to.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        # Rows first: a blob is written before the row that names it, so none can be missing.
        dump(url, part / _DATABASE)
        blobs = _copy_blobs(blob_dir, part / _BLOBS)
        for name, shelf in shelves.items():
            _copy_blobs(shelf, part / _SHELVES / name)
        about = Backup(
            version=_VERSION, kind=kind, records=verdict.records, head=verdict.head, blobs=blobs
        )
        (part / _ABOUT).write_text(json.dumps(asdict(about), indent=2) + "\n")
        _write_sums(part)
        part.replace(to)
        _sync(to.parent)
    except OSError as exc:
        raise NotReadyError(f"backup: {exc.strerror}") from exc
    return about


def restore(
    source: Path,
    url: str,
    blob_dir: Path,
    shelves: Mapping[str, Path] = MappingProxyType({}),
    at: datetime | None = None,
) -> JournalVerdict:
    """Make an office from a backup, in an empty database and empty folders; `at` is the time now.

    Links to sign elsewhere and parcels that were open then are ended: see `end_what_was_open`. Until
    that is done no such office may serve: see `require_restored`.

    Raises:
        MisconfiguredError: something is there already, the database is of another kind, or this
            version reads no such backup.
        IntegrityError: a file of the backup was changed or is missing, or the journal does not hold.
        NotReadyError: the database is away, or the disk is full.
    """
    about = read_backup(source)
    if about.kind != find_kind(url):
        raise MisconfiguredError(f"the backup is of a {about.kind} database")
    if not is_empty(url) or any(_is_used(one) for one in (blob_dir, *shelves.values())):
        require_restored(blob_dir)
        raise MisconfiguredError("an office is there already; restore into an empty place")
    try:
        _mark(blob_dir)
        undump(source / _DATABASE, url)
        _copy_blobs(source / _BLOBS, blob_dir)
        for name, shelf in shelves.items():
            _copy_blobs(source / _SHELVES / name, shelf)
    except OSError as exc:
        raise NotReadyError(f"restore: {exc.strerror}") from exc
    _require_chain(url)
    _require_record(url, about)
    end_what_was_open(url, shelves.get(INVITATIONS, blob_dir), at or datetime.now(UTC))
    verdict = _require_chain(url)
    (blob_dir / _UNFINISHED).unlink()
    return verdict


def require_restored(blob_dir: Path) -> None:
    """Return quietly unless an office is half restored: what it should have ended may be open in it.

    Raises:
        MisconfiguredError: a restore was cut off here, or refused what it found.
        NotReadyError: that cannot be seen.
    """
    try:
        is_cut_off = (blob_dir / _UNFINISHED).exists()
    except OSError as exc:
        raise NotReadyError(f"blob store: {exc.strerror}") from exc
    if is_cut_off:
        raise MisconfiguredError(
            f"a restore did not end here: empty the database, then {blob_dir} and the folders beside"
            " it that came from the backup, and run `mortgage-backend restore` again"
        )


def read_backup(source: Path) -> Backup:
    """Check every file of a backup and return what it says of itself.

    Raises:
        IntegrityError: a file was changed, is missing, or does not belong there.
        MisconfiguredError: it is no backup, or of a version that this program does not read.
    """
    try:
        fields = json.loads((source / _ABOUT).read_text())
        if fields.get("version") != _VERSION:
            raise MisconfiguredError("a backup of another version")
        about = Backup(**fields)
        _check_sums(source)
    except (OSError, ValueError, TypeError, AttributeError) as exc:
        raise MisconfiguredError(f"{source} is no backup") from exc
    return about


def _is_used(folder: Path) -> bool:
    return folder.exists() and any(path.name != _UNFINISHED for path in folder.iterdir())


def _mark(blob_dir: Path) -> None:
    blob_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    (blob_dir / _UNFINISHED).touch(mode=0o600)
    for folder in (blob_dir, blob_dir.parent):
        _sync(folder)


def _require_chain(url: str) -> JournalVerdict:
    engine = open_engine(url, is_writing=False, pool_size=1)
    try:
        with engine.connect() as connection:
            verdict = verify_journal(connection)
    finally:
        engine.dispose()
    if not verdict.is_good:
        raise IntegrityError(f"journal record {verdict.bad_seq}: {verdict.reason}")
    return verdict


def _require_record(url: str, about: Backup) -> None:
    engine = open_engine(url, is_writing=False, pool_size=1)
    try:
        with engine.connect() as connection:
            where = JournalTable.seq == about.records
            found = connection.scalar(select(JournalTable.hash).where(where))
    finally:
        engine.dispose()
    if about.records and found != about.head:
        raise IntegrityError("the restored journal is not the one that was backed up")


def _copy_blobs(source: Path, to: Path) -> int:
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = 0
    for path in sorted(source.glob("??/*")):
        if path.name.startswith("."):
            continue  # Not finished; no row names it.
        target = to / path.parent.name / path.name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:
            continue  # What is only carried may go meanwhile; of blobs none does.
        target.chmod(0o600)
        _sync(target)
        count += 1
    for folder in (*to.glob("??"), to):
        _sync(folder)
    return count


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != _SUMS)


def _write_sums(folder: Path) -> None:
    lines = [f"{_digest(path)}  {path.relative_to(folder)}\n" for path in _files(folder)]
    (folder / _SUMS).write_text("".join(lines))
    for path in (folder / _SUMS, folder / _ABOUT, folder / _DATABASE, folder):
        _sync(path)


def _check_sums(folder: Path) -> None:
    lines = (folder / _SUMS).read_text().splitlines()
    wanted = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
    found = {str(path.relative_to(folder)): path for path in _files(folder)}
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found or _digest(found[name]) != wanted.get(name):
            raise IntegrityError(f"backup: {name} was changed, added or is missing")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
