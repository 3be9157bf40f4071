"""Data keys: each case has its own, wrapped under the office's key; the register has one more."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select

from backend.errors import IntegrityError
from backend.store.tables import DataKeyTable
from certs.atrest import Vault
from certs.errors import AtRestError

REGISTER: Final = "register"
"""Key of titles, entries and certificates, which are kept for ever."""


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
        return vault.seal(plaintext, context)

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

    def _find(self, ref: str) -> Vault | None:
        wrapped = self.connection.scalar(
            select(DataKeyTable.wrapped).where(DataKeyTable.ref == ref)
        )
        if wrapped is None:
            return None
        try:
            return self.vault.open_child(wrapped, ref)
        except AtRestError as exc:
            raise IntegrityError(f"the data key of {ref} does not open") from exc
