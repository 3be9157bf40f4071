"""The data folder: closed to other accounts, and used by one process at a time."""

import fcntl
import os
import pwd
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from certs.atrest import Vault, create_vault, load_vault
from certs.errors import KeyFileError
from terminal.errors import (
    BoxDamagedError,
    BoxError,
    BoxInUseError,
    MisconfiguredError,
    OpenToOthersError,
)

DATABASE: Final = "box.db"
KEY: Final = "box.key"
_LOCK: Final = ".lock"
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class FolderLock:
    """Holds a data folder for this process until it is let go or the process ends."""

    descriptor: int

    def release(self) -> None:
        """Let the folder go; again is an error."""
        os.close(self.descriptor)


def require_closed(folder: Path) -> None:
    """Make the folder if it is missing; refuse one that others may look into.

    Raises:
        OpenToOthersError: the folder, or a file or folder in it, is open to other accounts.
        MisconfiguredError: it cannot be made or read.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (folder, *sorted(folder.rglob("*"))):
            state = path.lstat()
            if stat.S_ISLNK(state.st_mode):
                raise OpenToOthersError(f"{path} is a link; put the real file there")
            if state.st_uid != os.geteuid():
                raise MisconfiguredError(
                    f"{path} belongs to the account {_account(state.st_uid)}: run this as that account"
                )
            # Certificates may be read by anybody; only the folder around them must be closed.
            is_public = path.suffix in {".pem", ".json"} and not path.name.endswith("key.pem")
            if state.st_mode & _OTHERS and not is_public:
                wanted = "700" if path.is_dir() else "600"
                raise OpenToOthersError(f"{path} is open to other accounts; chmod {wanted} it")
    except OSError as exc:
        raise MisconfiguredError(f"{folder}: {exc.strerror}") from exc


def _given_key(environ: Mapping[str, str]) -> Path | None:
    given = environ.get("CREDENTIALS_DIRECTORY")
    path = Path(given, KEY) if given else None
    return path if path is not None and path.exists() else None


def _open_given(path: Path) -> Vault:
    # The group's bits are the mask of the access list that lets the service's account read.
    if path.stat().st_mode & 0o007:
        raise OpenToOthersError(f"{path} is open to other accounts")
    try:
        return Vault(bytes.fromhex(path.read_text("ascii")))
    except (KeyFileError, OSError, ValueError) as exc:
        raise BoxDamagedError(
            "the key of the box cannot be used: the credential holds none"
        ) from exc


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def lock_folder(folder: Path) -> FolderLock:
    """Take the folder for this process.

    Raises:
        BoxInUseError: another process works with it.
    """
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        os.close(descriptor)
        raise BoxInUseError(
            f"{folder} is in use by another process of this counter;"
            " `mortgage-terminal window` opens one more window of it"
        ) from exc
    return FolderLock(descriptor)


def open_vault(folder: Path, environ: Mapping[str, str] = os.environ) -> Vault:
    """Return the key of the box; a new one only when there is no box yet.

    A key that the service manager gives as a credential, unsealed by this machine's TPM, goes
    before the file in the folder. Source: systemd.exec(5), LoadCredentialEncrypted=.

    Raises:
        OpenToOthersError: others may read the key.
        BoxDamagedError: the box is there but its key is gone or damaged.
        MisconfiguredError: there is a credential, and yet the key still lies in the folder.
    """
    given, path = _given_key(environ), folder / KEY
    if given is not None and path.exists():
        raise MisconfiguredError(
            f"the box's key is bound to this machine, and lies open in {path} as well;"
            " keep a copy apart and remove it there"
        )
    if given is not None:
        return _open_given(given)
    if path.exists() and path.stat().st_mode & _OTHERS:
        raise OpenToOthersError(f"{path} is open to other accounts; chmod 600 it")
    try:
        if path.exists() or (folder / DATABASE).exists():
            return load_vault(path)
    except KeyFileError as exc:
        raise BoxDamagedError(f"the key of the box cannot be used: {exc.reason}") from exc
    try:
        return create_vault(path)
    except KeyFileError as exc:
        raise BoxError(f"the key of the box cannot be made: {exc.reason}") from exc
