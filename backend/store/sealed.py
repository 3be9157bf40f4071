"""Data keys: each case has its own, wrapped under the office's key; the register has one more."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select

from backend.errors import IntegrityError
from backend.store.tables import DataKeyTable
from certs.atrest import Vault
from certs.errors import AtRestError

REGISTER: Final = "register"
"""Key of titles, entries and certificates, which are kept for ever."""


_OPENED: Final = "opened_data_keys"
"""Where a connection keeps the keys of its transaction."""


def forget_keys(connection: Connection, *_event: object) -> None:
    """Forget the opened keys: at the ends of a transaction, and when a savepoint is rolled back.

    A key that was made after the savepoint is gone with it; sealing under it would make bytes
    that nobody opens again.
    """
    connection.info.pop(_OPENED, None)


def case_key(case_no: str) -> str:
    """Return the name of a case's data key; with the key the case's papers are destroyed."""
    return f"case:{case_no}"


@dataclass(frozen=True, slots=True)
class DataKeys:
    """Seals and opens the columns of one transaction."""

    connection: Connection
    vault: Vault

    def seal(self, ref: str, context: str, plaintext: bytes) -> bytes:
        """Encrypt a column; the first value under a key makes the key."""
        vault = self._find(ref)
        if vault is None:
            vault, wrapped = self.vault.make_child(ref)
            self.connection.execute(insert(DataKeyTable).values(ref=ref, wrapped=wrapped))
            self._opened[ref] = vault
        return vault.seal(plaintext, context)

    def load(self, refs: Iterable[str]) -> None:
        """Open many keys by one statement, before a page of rows is read."""
        wanted = [ref for ref in refs if ref not in self._opened]
        rows = self.connection.execute(
            select(DataKeyTable.ref, DataKeyTable.wrapped).where(DataKeyTable.ref.in_(wanted))
        )
        for ref, wrapped in rows:
            self._opened[ref] = self._open_key(ref, wrapped)

    def open(self, ref: str, context: str, sealed: bytes) -> bytes:
        """Decrypt a column.

        Raises:
            IntegrityError: the key is destroyed, the row was moved or the bytes were changed.
        """
        vault = self._find(ref)
        if vault is None:
            raise IntegrityError(f"the data key of {ref} is gone")
        try:
            return vault.open(bytes(sealed), context)
        except AtRestError as exc:
            raise IntegrityError(f"{context} does not open") from exc

    @property
    def _opened(self) -> dict[str, Vault]:
        found: dict[str, Vault] = self.connection.info.setdefault(_OPENED, {})
        return found

    def _find(self, ref: str) -> Vault | None:
        if ref in self._opened:
            return self._opened[ref]
        wrapped = self.connection.scalar(
            select(DataKeyTable.wrapped).where(DataKeyTable.ref == ref)
        )
        if wrapped is None:
            return None
        vault = self._opened[ref] = self._open_key(ref, wrapped)
        return vault

    def _open_key(self, ref: str, wrapped: bytes) -> Vault:
        try:
            return self.vault.open_child(bytes(wrapped), ref)
        except AtRestError as exc:
            raise IntegrityError(f"the data key of {ref} does not open") from exc
