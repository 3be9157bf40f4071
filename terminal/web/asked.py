"""What a page may send: every body in a strict form; everything wrong is told at once."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from quarantine.values import WHOLE, Edit
from registration.bundle import BundleModel
from registration.ink import Handwriting, InkPoint, Stroke
from registration.mortgage import MortgageForm, RegistrationKind
from registration.people import PartyKind
from terminal.desk.binder import LARGEST_FILE, MOST_PAGES
from terminal.desk.draft import SlotRole
from terminal.desk.scanners import PaperSource, ScanSettings, Tone
from terminal.desk.scanning import Into
from terminal.web.problems import BadRequestError, RequestRefusedError

LARGEST_BODY = LARGEST_FILE + 4096
"""Bytes; a scanned file is the largest thing that a page sends."""

Text = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Texts = Annotated[dict[Annotated[str, Field(max_length=60)], Text], Field(max_length=60)]
Millimetres = Annotated[int, Field(ge=0, le=100_000)]
Point = tuple[
    Annotated[int, Field(ge=0, le=3_600_000)],
    Annotated[int, Field(ge=-10_000, le=100_000)],
    Annotated[int, Field(ge=-10_000, le=100_000)],
    Annotated[int, Field(ge=0, le=1000)],
]


class Asked(BaseModel):
    """A body: no unknown member, no value of another type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class LaunchAsked(Asked):
    """Exchange a launch code for the token."""

    code: Annotated[str, Field(max_length=200)]


class SignInAsked(Asked):
    """Let a teller in."""

    staff_no: Name
    pin: Annotated[str, Field(min_length=1, max_length=20)]


class ScannedAsked(Asked):
    """What a scan gun read."""

    text: Annotated[str, Field(min_length=1, max_length=4096)]


class NoteAsked(Asked):
    """A few words to a colleague."""

    note: Annotated[str, Field(max_length=500)] = ""


class ResultsAsked(Asked):
    """Rows that a page shows, to be kept as a table."""

    rows: Annotated[
        tuple[Annotated[tuple[Text, ...], Field(strict=False, max_length=10)], ...],
        Field(strict=False, max_length=600),
    ]


class ListAsked(Asked):
    """Draw the list that is signed once for these drafts."""

    drafts: Annotated[
        tuple[Annotated[str, Field(max_length=64)], ...],
        Field(strict=False, min_length=1, max_length=600),
    ]


class OfferAsked(NoteAsked):
    """Offer a draft to a colleague."""

    to: Name


class ClaimAsked(SignInAsked):
    """Take over the draft of somebody who is away; `staff_no` and `pin` are the witness's."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class DraftAsked(Asked):
    """Open a draft."""

    kind: RegistrationKind
    teller: Name
    form: MortgageForm = MortgageForm.ORDINARY
    model: BundleModel | None = None


class SlotAsked(Asked):
    """Make a place for one more person."""

    role: SlotRole
    kind: PartyKind = PartyKind.PERSON
    ward: Annotated[str, Field(max_length=20)] = ""


class StatementAsked(Asked):
    """Write a statement at the counter, or take the paper that was brought."""

    is_written: bool


class TextsAsked(Asked):
    """Write texts as typed; `base` says what each of them was when its typing began."""

    texts: Texts
    base: Texts = Field(default_factory=dict)


class InkAsked(Asked):
    """One signature: strokes of [ms, x, y, pressure], hundredths of a millimetre."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signer: Annotated[str, Field(max_length=64)]
    strokes: Annotated[
        list[Annotated[list[Point], Field(max_length=20_000)]], Field(max_length=500)
    ]
    width: Millimetres
    height: Millimetres
    device: Literal["pen", "touch", "mouse", "pad"]
    is_simulated: bool = False

    def as_handwriting(self, *, ended_at: datetime) -> Handwriting:
        """Return the ink as the language has it; the page says how long it took, not when."""
        strokes = tuple(
            Stroke(points=tuple(InkPoint(*point) for point in stroke)) for stroke in self.strokes
        )
        lasted_ms = max((p.t_ms for s in strokes for p in s.points), default=0)
        return Handwriting(
            strokes=strokes,
            width=self.width,
            height=self.height,
            device=self.device,
            started_at=ended_at - timedelta(milliseconds=lasted_ms),
            ended_at=ended_at,
            is_simulated=self.is_simulated,
        )


PageId = Annotated[str, Field(pattern=r"^s[0-9]{1,6}$")]
Place = Annotated[int, Field(ge=-WHOLE, le=2 * WHOLE)]


class EditAsked(Asked):
    """What is to be done to a page: the corners of what is kept, and quarter turns clockwise."""

    cut: Annotated[list[Place], Field(max_length=8)] = Field(default_factory=list)
    turn: Annotated[int, Field(ge=0, le=3)] = 0

    @field_validator("cut")
    @classmethod
    def _has_four_corners(cls, cut: list[int]) -> list[int]:
        if len(cut) not in {0, 8}:
            raise ValueError("four corners")
        return cut

    def as_edit(self) -> Edit:
        """Return it as the quarantine has it."""
        return Edit(cut=tuple(self.cut), turn=self.turn)


class OrderAsked(Asked):
    """Every page in its new order: page id and material."""

    order: Annotated[
        list[
            Annotated[list[Annotated[str, Field(max_length=10)]], Field(min_length=2, max_length=2)]
        ],
        Field(max_length=MOST_PAGES),
    ]

    def as_pairs(self) -> list[tuple[str, str]]:
        """Return page ids with their codes."""
        return [(page_id, code) for page_id, code in self.order]


class PagesAsked(Asked):
    """Some pages."""

    pages: Annotated[list[PageId], Field(min_length=1, max_length=MOST_PAGES)]


class PlaceAsked(Asked):
    """Where pages from a scanner go."""

    code: Annotated[str, Field(max_length=10)]
    after: Annotated[str, Field(max_length=10)] = ""
    replaces: Annotated[str, Field(max_length=10)] = ""

    def as_place(self, draft_id: str) -> Into:
        """Return it as the desk has it."""
        return Into(draft_id=draft_id, code=self.code, after=self.after, replaces=self.replaces)


class ScanAsked(PlaceAsked):
    """Begin a run of a scanner."""

    scanner: Name
    source: PaperSource
    tone: Tone = Tone.COLOUR
    dpi: Annotated[int, Field(ge=75, le=600)] = 300

    def as_settings(self) -> ScanSettings:
        """Return it as the desk has it."""
        return ScanSettings(source=self.source, tone=self.tone, dpi=self.dpi)


class ArrivalAsked(PlaceAsked):
    """Take a file of the scanner's folder in."""

    key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


A = TypeVar("A", bound=Asked)


def read(form: type[A]) -> A:
    """Read the request's body in a form.

    Raises:
        RequestRefusedError: not JSON.
        ValidationError: everything in it that does not fit; answered as problem JSON.
    """
    if request.mimetype != "application/json":
        raise RequestRefusedError("content type", 415)
    # JSON mode: strict, and yet it reads dates and codes from their texts.
    return form.model_validate_json(_body())


def read_file() -> tuple[str, bytes]:
    """Return the label and the bytes of an uploaded file.

    The label comes in a header, percent-encoded: a name in the address would be logged.
    """
    if request.mimetype != "application/octet-stream":
        raise RequestRefusedError("content type", 415)
    data = _body()
    if not data:
        raise BadRequestError((("", "empty"),))
    return request.headers.get("X-File-Name", "")[:600], data


def _body() -> bytes:
    announced = request.content_length
    if announced is None:
        raise RequestRefusedError("length", 411)
    data = request.get_data(cache=False)
    # Some servers cut a body short in silence.
    if len(data) != announced:
        raise BadRequestError((("", "cut short"),))
    return data
