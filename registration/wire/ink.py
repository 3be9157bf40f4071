"""Version 1 of handwritten signatures on the wire."""

from typing import Annotated

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from registration.ink import (
    InkPoint,
    InkRecord,
    RemoteLook,
    RemoteSigning,
    SignerRole,
    Stroke,
)
from registration.wire.decoding import LARGEST_INTEGER
from registration.wire.document import WireModel, added
from registration.wire.fields import Count, Digest, Key, Label, Moment, Token

# application/1: members may be added with a default; none is ever removed or given another
# meaning. A new meaning is application/2.


def _read_point(value: object) -> InkPoint:
    if isinstance(value, InkPoint):
        value = _write_point(value)
    if not isinstance(value, list) or len(value) != 4 or any(type(n) is not int for n in value):
        raise PydanticCustomError("ink-point", "must be [t_ms, x, y, pressure], whole numbers")
    if any(abs(number) > LARGEST_INTEGER for number in value):
        raise PydanticCustomError("out-of-range", "numbers must be below 2**53")
    return InkPoint(t_ms=value[0], x=value[1], y=value[2], pressure=value[3])


def _write_point(point: InkPoint) -> list[int]:
    return [point.t_ms, point.x, point.y, point.pressure]


# A signature has thousands of points: a list of four numbers is a quarter of an object's size.
Point = Annotated[
    InkPoint,
    PlainValidator(_read_point),
    PlainSerializer(_write_point),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "integer"},
            "minItems": 4,
            "maxItems": 4,
            "description": "[t_ms, x, y, pressure]; x and y in hundredths of a millimetre.",
        }
    ),
]


Event = Annotated[str, Field(max_length=32_768, pattern=r"^[A-Za-z0-9_.-]*$")]
Stamp = Annotated[str, Field(max_length=32_768, pattern=r"^[A-Za-z0-9+/=]*$")]


class StrokeWire(WireModel):
    """The pen down, moving, up."""

    domain = Stroke
    # Of millions of bad points the first is told: to report each would cost gigabytes.
    points: Annotated[tuple[Point, ...], Field(strict=False, max_length=20_000, fail_fast=True)]


Invitation = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class RemoteSigningWire(WireModel):
    """That ink was given elsewhere over a one-time link, and how it became known by whom."""

    domain = RemoteSigning
    invitation: Invitation
    """What the office calls the invitation."""
    answer_sha256: Digest
    """Of the sealed answer as the office received it."""
    opened_at: Moment
    """When link, code and document number first opened the papers; the office's clock."""
    answered_at: Moment
    """When the answer came in; the office's clock."""
    look: Annotated[RemoteLook, Field(strict=False)]
    """How the teller made sure who it is: a video call, a phone call, a colleague elsewhere."""
    note: Label
    """What the teller saw and why the signer could not come."""
    checked_by: Key
    """Staff number."""
    checked_at: Moment
    """The ink is bound by its event from then on; the counter's clock."""


class InkRecordWire(WireModel):
    """A handwritten signature, bound to the digest of the paper that was shown."""

    domain = InkRecord
    paper_code: Key
    paper_sha256: Digest
    role: Annotated[SignerRole, Field(strict=False)]
    signer_name: Label
    signer_number: Token
    strokes: Annotated[tuple[StrokeWire, ...], Field(strict=False, max_length=2000, fail_fast=True)]
    width: Count
    """The pad's width in hundredths of a millimetre."""
    height: Count
    device: Label
    started_at: Moment
    ended_at: Moment
    is_simulated: bool = False
    """True when a script and no hand wrote it."""
    event: Event = added("")
    """What binds the ink to paper, signer and moment (signing-event/1); empty where none was made."""
    time_stamp: Stamp = added("")
    """RFC 3161 token over the event's text, base64; empty where none was to be had."""
    remote: RemoteSigningWire | None = added(None)
    """How it was given elsewhere; left out for a hand at a counter."""
    visit_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = added("")
    """Digest of the visit to another counter in which it was given; left out for one's own."""
