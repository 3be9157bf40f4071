"""Applications that are signed together by one list (清单): the rows of it, and where each stands."""

from dataclasses import dataclass
from datetime import date
from typing import Final

LIST_CODE: Final = "M22"
"""The material code of the list."""
MOST_LISTED: Final = 100
"""Rows of one list: each of its packages carries all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedApplication:
    """One row of a list."""

    certificate_no: str
    """Of the mortgage that is discharged, as printed."""
    unit_no: str
    mortgagors: str
    """Their names, masked: the other rows' people are nobody's business."""
    application_sha256: str
    """Of everything that the application says, see `registration.listings`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlace:
    """The list that an application is signed by, and its row in it."""

    list_id: str
    made_on: date
    place: int
    """From 1."""
    rows: tuple[ListedApplication, ...]

    @property
    def row(self) -> ListedApplication | None:
        """The application's own row; None where the list has no such row."""
        return self.rows[self.place - 1] if 1 <= self.place <= len(self.rows) else None
