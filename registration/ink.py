"""A handwritten signature, bound to the bytes that were shown to the signer."""

import enum
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_LEAST_POINTS = 12
_LEAST_MS = 300
_LEAST_EXTENT = 400  # 4 mm


@dataclass(frozen=True, slots=True)
class InkPoint:
    """One sample of the pen."""

    t_ms: int
    """Milliseconds since the first sample."""
    x: int
    """Hundredths of a millimetre from the pad's left edge."""
    y: int
    """Hundredths of a millimetre from the pad's upper edge."""
    pressure: int
    """0 to 1000; 500 where the device measures none."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """The pen down, moving, up."""

    points: tuple[InkPoint, ...]


class SignerRole(enum.Enum):
    """In what part somebody signs."""

    MORTGAGOR = "mortgagor"
    DEBTOR = "debtor"
    GUARDIAN = "guardian"
    AGENT = "agent"
    """Of the mortgagee."""
    FORMER_AGENT = "former_agent"
    """Of the mortgagee who passes a mortgage on."""
    SELLER = "seller"
    BUYER = "buyer"
    PARTY_AGENT = "party_agent"
    """Of a mortgagor, seller or buyer."""


class InkFault(enum.Enum):
    """Why ink is no signature."""

    TOO_LITTLE = "too little"
    TOO_QUICK = "too quick"
    TIME_RUNS_BACK = "time runs back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handwriting:
    """What a hand wrote on a pad, before it is bound to a person and a paper."""

    strokes: tuple[Stroke, ...]
    width: int
    """The pad's width in hundredths of a millimetre."""
    height: int
    device: str
    """"pen", "touch", "mouse", or a pad's model."""
    started_at: datetime
    ended_at: datetime
    is_simulated: bool = False
    """True when a script and no hand wrote it."""


class RemoteLook(enum.Enum):
    """How the teller made sure who signed elsewhere. The value is our own stable code."""

    VIDEO = "video"
    """Saw face and document on a video call."""
    PHONE = "phone"
    """Spoke with a person whose voice and number were known."""
    BRANCH = "branch"
    """A colleague at another branch had person and document before him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSigning:
    """That ink was given elsewhere (异地签署) over a one-time link, and how it became known by whom.

    The office's times are by the office's clock, which also keeps them itself.
    """

    invitation: str
    """32 hexadecimal digits: what the office calls the invitation."""
    answer_sha256: str
    """Of the sealed answer as the office received it."""
    opened_at: datetime
    """When link, code and document number first opened the papers; the office's."""
    answered_at: datetime
    """When the answer came in; the office's."""
    look: RemoteLook
    note: str
    """What the teller saw and why the signer could not come, in his words."""
    checked_by: str
    """Staff number of the teller who made sure."""
    checked_at: datetime
    """When, by the counter's clock; the ink counts and is bound from then on."""

    def __repr__(self) -> str:
        return f"RemoteSigning({self.invitation!r}, {self.look.value})"


@dataclass(frozen=True, slots=True, kw_only=True)
class InkRecord:
    """Who wrote what on which document, when, with what."""

    paper_code: str
    """The material code of the paper shown: M01, M15 …"""
    paper_sha256: str
    """Of the exact PDF bytes shown, lower-case hex."""
    role: SignerRole
    signer_name: str
    signer_number: str
    """The signer's document number: binds the ink to the identity read."""
    strokes: tuple[Stroke, ...]
    width: int
    """The pad's width in hundredths of a millimetre."""
    height: int
    device: str
    """"pen", "touch", "mouse", or a pad's model."""
    started_at: datetime
    ended_at: datetime
    is_simulated: bool = False
    """True when a script and no hand wrote it."""
    event: str = field(default="", repr=False)
    """What binds the ink to paper, signer and moment: a `signing-event/1`; empty where none was made."""
    time_stamp: str = field(default="", repr=False)
    """Base64 of the RFC 3161 token over the event's text; empty where none was to be had."""
    remote: RemoteSigning | None = None
    """How it was given elsewhere; None for a hand at a counter."""
    visit_sha256: str = ""
    """Digest of the `registration.visits.Visit` in which it was given at another counter of the
    bank, whose own key then signs the event; empty for a hand at the counter that files."""

    @property
    def bound_at(self) -> datetime:
        """When the counter had it before it: its signing event is of about this moment."""
        return self.remote.checked_at if self.remote else self.ended_at

    @property
    def sha256(self) -> str:
        """Digest of the strokes alone: equal ink twice is a replay."""
        return ink_sha256(self.strokes)


def ink_sha256(strokes: tuple[Stroke, ...]) -> str:
    """Return the digest of strokes: one line a stroke, points as t,x,y,p joined by blanks."""
    lines = (
        " ".join(f"{p.t_ms},{p.x},{p.y},{p.pressure}" for p in stroke.points) for stroke in strokes
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def event_facts(ink: InkRecord) -> dict[str, Any]:
    """Return what a signing event binds: all that a later change of ink or paper would touch.

    The signer stands in it as a digest. That hides a number from nobody who can guess it: like the
    ink, the event travels in the encrypted package alone.
    """
    signer = f"{ink.signer_number}\n{ink.signer_name}".encode()
    facts: dict[str, Any] = {
        "device": ink.device,
        "ended_at": _moment(ink.ended_at),
        "ink_sha256": ink.sha256,
        "is_simulated": ink.is_simulated,
        "paper_code": ink.paper_code,
        "paper_sha256": ink.paper_sha256,
        "role": ink.role.value,
        "signer_sha256": hashlib.sha256(signer).hexdigest(),
        "started_at": _moment(ink.started_at),
    }
    facts |= {"remote": _remote_facts(ink.remote)} if ink.remote else {}
    return facts | ({"visit_sha256": ink.visit_sha256} if ink.visit_sha256 else {})


def _remote_facts(remote: RemoteSigning) -> dict[str, str]:
    return {
        "answer_sha256": remote.answer_sha256,
        "answered_at": _moment(remote.answered_at),
        "checked_at": _moment(remote.checked_at),
        "checked_by": remote.checked_by,
        "invitation": remote.invitation,
        "look": remote.look.value,
        "note_sha256": hashlib.sha256(remote.note.encode()).hexdigest(),
        "opened_at": _moment(remote.opened_at),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def check_ink(strokes: tuple[Stroke, ...]) -> InkFault | None:
    """Say why strokes are no signature; None when they can be one."""
    points = [p for stroke in strokes for p in stroke.points]
    if len(points) < _LEAST_POINTS:
        return InkFault.TOO_LITTLE
    times = [p.t_ms for p in points]
    if times != sorted(times):
        return InkFault.TIME_RUNS_BACK
    if times[-1] - times[0] < _LEAST_MS:
        return InkFault.TOO_QUICK
    extent = max(
        max(p.x for p in points) - min(p.x for p in points),
        max(p.y for p in points) - min(p.y for p in points),
    )
    return InkFault.TOO_LITTLE if extent < _LEAST_EXTENT else None
