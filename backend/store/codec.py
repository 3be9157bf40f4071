"""Values of the middle as bytes in a sealed column, and back."""

from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from backend.errors import IntegrityError
from backend.office.book_ports import Inputs
from backend.office.register import Encumbrance, MortgageEntry, PurchaseEntry, Title
from registration.findings import Finding
from registration.outcomes import Due

_T = TypeVar("_T")


class Kind(Generic[_T]):
    """One kind of value; its reader and writer are built when first used."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    @cached_property
    def adapter(self) -> TypeAdapter[_T]:
        """What turns it into JSON and back."""
        return TypeAdapter(self._kind)


# These forms live in the database for decades: fields may be added with a default, never removed
# or given another meaning.
FINDINGS: Final[Kind[tuple[Finding, ...]]] = Kind(tuple[Finding, ...])
DUE: Final[Kind[tuple[Due, ...]]] = Kind(tuple[Due, ...])
TITLE: Final[Kind[Title]] = Kind(Title)
ENCUMBRANCE: Final[Kind[Encumbrance]] = Kind(Encumbrance)
MORTGAGE: Final[Kind[MortgageEntry]] = Kind(MortgageEntry)
PURCHASE: Final[Kind[PurchaseEntry]] = Kind(PurchaseEntry)
INPUTS: Final[Kind[Inputs]] = Kind(Inputs)


def dump(kind: Kind[_T], value: _T) -> bytes:
    """Write a value as JSON."""
    return kind.adapter.dump_json(value)


def load(kind: Kind[_T], data: bytes) -> _T:
    """Read a value that `dump` wrote.

    Raises:
        IntegrityError: the bytes are not such a value.
    """
    try:
        return kind.adapter.validate_json(data)
    except ValidationError as exc:
        # Without the cause: pydantic's message echoes the value.
        raise IntegrityError(f"{exc.title}: a stored value cannot be read") from None
