"""What goes into the quarantine and what comes out of it: plain values, checked on the way out."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from annotated_types import Ge, Le, Len

WHOLE: Final = 10_000
"""Places on a page are told in ten-thousandths of its width and height."""
MOST_PAGES: Final = 200
"""Pages of one file."""
REASONS: Final = (
    "type",  # no PDF, JPEG or PNG
    "damaged",  # cannot be read whole
    "encrypted",
    "pages",  # none, or more than MOST_PAGES
    "size",  # a page or picture larger than any paper
    "page",  # no such page
    "small",  # what was cut out of it is no page any more
    "timeout",  # it takes longer than any honest file, or the machine was too busy
    "crashed",  # the process that read it ended before it answered
    "old",  # a spreadsheet of before 2007, or one locked with a password
)

Count = Annotated[int, Ge(0), Le(10**9)]
Pixels = Annotated[int, Ge(1), Le(20_000)]
Place = Annotated[int, Ge(-WHOLE), Le(2 * WHOLE)]
Corners = Annotated[tuple[Place, ...], Len(0, 8)]
"""x and y of four corners: upper left, upper right, lower right, lower left; or nothing."""
Box = Annotated[tuple[Place, ...], Len(0, 4)]
"""Left, top, right, bottom; or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is done to a page; the file itself is never touched, so that each can be undone."""

    cut: Corners = ()
    """The part that is kept, made straight; empty for all of it. A corner may lie outside."""
    turn: Annotated[int, Ge(0), Le(3)] = 0
    """Quarter turns clockwise, after the cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What a file is."""

    media_type: Literal["application/pdf", "image/jpeg", "image/png"]
    """By its content and not by its name."""
    pages: Annotated[int, Ge(1), Le(MOST_PAGES)]
    is_signed: bool = False
    """It bears a digital signature, which only its own bytes keep."""
    dropped: Annotated[tuple[Literal["script", "attachment", "metadata"], ...], Len(0, 8)] = ()
    """What it carries beside its pages, and what no drawn page can carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured on a page as it is after its edit."""

    dots_per_inch: Count
    """Of what was scanned; 0 where the page is drawn from letters and lines."""
    edge_width: Count
    """How far ink takes to become paper, in hundredths of a pixel at 200 dots an inch."""
    skew: Annotated[int, Ge(-4500), Le(4500)]
    """How far lines of text fall to the right, in hundredths of a degree."""
    ink: Count
    """Share of the page that is ink, in millionths."""
    paper: Annotated[int, Ge(0), Le(255)]
    """How bright the paper is."""
    contrast: Annotated[int, Ge(0), Le(255)]
    """How much darker the ink is."""
    shade: Annotated[int, Ge(0), Le(100)]
    """The darkest part of the paper, in hundredths of its usual brightness."""
    glare: Count
    """Share of the page that shines, in millionths."""
    glare_box: Box = ()
    cut_sides: Annotated[str, Len(0, 4)] = ""
    """Sides where text runs off the page: of "LTRB"."""
    is_colour: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPage:
    """One page as it travels: nothing of the file is in it but what could be seen."""

    media_type: Literal["image/jpeg", "image/x-ccitt-g4"]
    """JPEG, or the data of a CCITT group 4 facsimile in which 1 is white."""
    width: Pixels
    height: Pixels
    dots_per_inch: Annotated[int, Ge(20), Le(1200)]
    components: Literal[1, 3]
    figures: Figures
    offer: Corners = ()
    """The cut that would make the page straight or leave the table out; empty where none would."""


Places = Annotated[tuple[Annotated[str, Len(0, 80)], ...], Len(0, 20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFaults:
    """Cells of a spreadsheet that cannot be taken as text, as "B2", with their column's heading."""

    formulas: Places = ()
    numbers: Places = ()
    """Too long to have been kept exactly."""
    errors: Places = ()
    """What a spreadsheet shows for what it could not compute: #REF! and the like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What holds the process that opens files, besides its limits of memory and time."""

    landlock: Annotated[int, Ge(0), Le(1000)]
    """The kernel's version of it; 0 where there is none. No file but the system's fonts."""
    seccomp: bool
    """Only the few calls of the kernel that drawing needs; no network, no other program."""
