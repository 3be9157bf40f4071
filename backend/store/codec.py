"""Values of the middle as bytes in a sealed column, and back."""

from datetime import datetime
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from backend.errors import IntegrityError
from backend.office.register import Encumbrance, MortgageEntry, PurchaseEntry, Title
from registration.findings import Finding
from registration.outcomes import Due

_T = TypeVar("_T")

# These forms live in the database for decades: fields may be added with a default, never removed
# or given another meaning.
FINDINGS: Final = TypeAdapter(tuple[Finding, ...])
DUE: Final = TypeAdapter(tuple[Due, ...])
TITLE: Final = TypeAdapter(Title)
ENCUMBRANCE: Final = TypeAdapter(Encumbrance)
MORTGAGE: Final = TypeAdapter(MortgageEntry)
PURCHASE: Final = TypeAdapter(PurchaseEntry)


def dump(kind: TypeAdapter[_T], value: _T) -> bytes:
    """Write a value as JSON."""
    return kind.dump_json(value)


def load(kind: TypeAdapter[_T], data: bytes) -> _T:
    """Read a value that `dump` wrote.

    Raises:
        IntegrityError: the bytes are not such a value.
    """
    try:
        return kind.validate_json(data)
    except ValidationError as exc:
        # Without the cause: pydantic's message echoes the value.
        raise IntegrityError(f"{exc.title}: a stored value cannot be read") from None


def earliest(due: tuple[Due, ...]) -> datetime | None:
    """Return the time by which the case must be answered first."""
    return min((d.at for d in due), default=None)
