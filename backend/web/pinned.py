"""What a reviewer has pinned, as the case page shows it."""

from dataclasses import dataclass

from backend.office.reasons import FIELDS, REASONS
from backend.office.rows import Draft
from backend.web.language import pick


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item of the list."""

    text: str


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """What the reader has half written."""

    text: str = ""
    items: tuple[ShownItem, ...] = ()
    marks: frozenset[int] | None = None
    """What he marked for correction, by the findings' places; None: nothing yet."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box on the page that is shown, in thousandths."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    code: str
    text: str

    @property
    def pointer(self) -> str:
        """The code, where it is a field's."""
        return self.code


def show_own(draft: Draft | None) -> ShownDraft:
    """Return the reviewer's own draft in his language."""
    if draft is None:
        return ShownDraft()
    return ShownDraft(
        text=draft.opinion,
        items=tuple(ShownItem(pick(item.zh, item.en)) for item in draft.items),
        marks=frozenset(int(mark) for mark in draft.marks),
    )


def find_boxes(draft: Draft | None, sha256: str, page: int) -> tuple[Box, ...]:
    """Return what is drawn on one page."""
    places = (item.place for item in (draft.items if draft else ()))
    return tuple(
        Box(*place.box)
        for place in places
        if place and place.box and (place.sha256, place.page) == (sha256, page)
    )


def show_reasons() -> tuple[Choice, ...]:
    """Return the coded reasons in the reader's language."""
    return tuple(Choice(r.code, f"{r.code[3:]} {pick(r.zh, r.en)}") for r in REASONS)


def show_fields() -> tuple[Choice, ...]:
    """Return the fields that an item may be about."""
    return tuple(Choice(pointer, pick(zh, en)) for pointer, zh, en in FIELDS)
