"""What a page may send about documents: keys of chips, cards, typed documents, second looks."""

from datetime import date
from typing import Annotated

from pydantic import Field

from registration.people import IdKind, ManualReason
from terminal.web.asked import Asked, Name


class ChipKeyAsked(Asked):
    """What opens a passport's chip."""

    document_no: Annotated[str, Field(max_length=30)] = ""
    birth_date: date | None = None
    valid_to: date | None = None
    can: Annotated[str, Field(max_length=12)] = ""
    zone: Annotated[str, Field(max_length=120)] = ""
    """The machine-readable lines as a scanner types them."""


class NextCardAsked(Asked):
    """Read a card into the first empty place."""

    reader: Name
    key: ChipKeyAsked | None = None


class CardAsked(NextCardAsked):
    """Read a card into a person's place."""

    is_replacing: bool = False


class TypedAsked(Asked):
    """A document whose chip cannot be read, typed by the teller, with the reason why."""

    kind: IdKind
    number: Name
    name: Name
    reason: ManualReason
    note: Annotated[str, Field(max_length=200)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    birth_date: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    is_replacing: bool = False


class CheckAsked(Asked):
    """A second person compared a typed document with the paper, and types its number again."""

    staff_no: Name
    pin: Annotated[str, Field(min_length=1, max_length=40, repr=False)]
    number: Annotated[str, Field(min_length=1, max_length=40, repr=False)]
