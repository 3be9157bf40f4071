"""Sealed packages and sealed PDFs: one encrypted file for each digest, durable before it counts."""

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from backend.errors import IntegrityError, NotFoundError, NotReadyError
from certs.atrest import Vault
from certs.errors import AtRestError

FAIL_POINTS: Final = ("blob.written", "blob.renamed")
_DIGEST: Final = re.compile(r"\A[0-9a-f]{64}\Z", re.ASCII)


def pass_by(_name: str) -> None:
    """Do nothing: no fail-point is set."""


@dataclass(frozen=True, slots=True)
class FolderBlobs:
    """Bytes by SHA-256 in a folder; the file named by the digest holds them under the vault's key."""

    folder: Path
    vault: Vault
    failpoint: Callable[[str], None] = pass_by
    """Called at each of `FAIL_POINTS`."""

    def put(self, data: bytes) -> str:
        """Write, fsync file and folder, return the digest; writing twice is harmless.

        Raises:
            NotReadyError: the disk is full, read-only or broken; nothing is kept.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        try:
            if not self._is_there(path, sha256):
                self._make_shard(path.parent)
                self._write(path, self.vault.seal(data, _context(sha256)))
            # Also when it was there: whoever wrote it may have been killed before this line.
            fsync_folder(path.parent)
        except OSError as exc:
            raise NotReadyError(f"blob store: {exc.strerror}") from exc
        return sha256

    def get(self, sha256: str) -> bytes:
        """Read and check.

        Raises:
            NotFoundError: no such bytes.
            IntegrityError: the file was changed, moved or written under another key.
            NotReadyError: the disk cannot be read.
        """
        if not _DIGEST.match(sha256):
            raise NotFoundError("blob")
        try:
            sealed = self._path(sha256).read_bytes()
        except FileNotFoundError as exc:
            raise NotFoundError(f"blob {sha256}") from exc
        except OSError as exc:
            raise NotReadyError(f"blob store: {exc.strerror}") from exc
        try:
            data = self.vault.open(sealed, _context(sha256))
        except AtRestError as exc:
            raise IntegrityError(f"blob {sha256}") from exc
        if hashlib.sha256(data).hexdigest() != sha256:
            raise IntegrityError(f"blob {sha256}")
        return data

    def drop(self, sha256: str) -> None:
        """Forget bytes that were carried and not kept; again is harmless.

        Raises:
            NotReadyError: the disk refuses.
        """
        try:
            self._path(sha256).unlink(missing_ok=True)
        except OSError as exc:
            raise NotReadyError(f"blob store: {exc.strerror}") from exc

    def sweep(self, before: datetime, is_kept: Callable[[str], bool]) -> int:
        """Forget what was last put before and is not kept, and what was never written whole.

        For shelves whose bytes go; return how many there were. Raises: NotReadyError.
        """
        count = 0
        try:
            for path in self.folder.glob("??/*"):
                with contextlib.suppress(FileNotFoundError):
                    is_old = path.stat().st_mtime < before.timestamp()
                    if is_old and not (_DIGEST.match(path.name) and is_kept(path.name)):
                        count += _take_off(path, before)
        except OSError as exc:
            raise NotReadyError(f"blob store: {exc.strerror}") from exc
        return count

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def _is_there(self, path: Path, sha256: str) -> bool:
        try:
            return _touch(path)
        except PermissionError:
            # Another account wrote it, as a restore by root: it is as good, if it is whole.
            with contextlib.suppress(IntegrityError):
                self.get(sha256)
                return True
            return False

    def _make_shard(self, shard: Path) -> None:
        if shard.is_dir():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shard.mkdir(mode=0o700, exist_ok=True)
        fsync_folder(self.folder)

    def _write(self, path: Path, sealed: bytes) -> None:
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(sealed)
                stream.flush()
                os.fsync(stream.fileno())
            self.failpoint("blob.written")
            part.replace(path)
            self.failpoint("blob.renamed")
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise


def _touch(path: Path) -> bool:
    """Say whether a file is there; whoever sweeps sees that somebody wants it now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _take_off(path: Path, before: datetime) -> bool:
    """Forget a file, unless it was put again since it was looked at."""
    aside = path.with_name(f".{path.name.strip('.')}.swept")
    path.rename(aside)
    # Who puts it from here on finds nothing and writes it anew; who did before has touched it.
    if aside.stat().st_mtime >= before.timestamp():
        aside.rename(path)
        fsync_folder(path.parent)
        return False
    aside.unlink()
    return True


def _context(sha256: str) -> str:
    return f"blobs/{sha256}"


def fsync_folder(folder: Path) -> None:
    """Make durable which names stand in a folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
