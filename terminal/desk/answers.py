"""What goes to a guest and what comes back, before it is sealed and after it was opened."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from registration import schema
from registration.errors import BadDocumentError
from registration.ink import Handwriting, InkPoint, Stroke, check_ink
from terminal.desk.invitations import Invitation, PaperHand
from terminal.errors import BadAnswerError

# `remote-papers/1` and `remote-answer/1` (docs/formats.md, section 15.3): members may be added, none is
# ever removed or given another meaning.
PAPERS: Final = "remote-papers/1"
ANSWER: Final = "remote-answer/1"
_DEVICES: Final = {"pen", "touch", "mouse", "pad"}
_MOST_POINTS: Final = 20_000
_MOST_STROKES: Final = 500
_LARGEST: Final = 100_000
_LONGEST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSent:
    """One paper for a guest."""

    key: str
    title: str
    title_en: str
    sha256: str
    pdf: bytes
    pictures: Sequence[bytes]
    """Its pages, JPEG."""
    plain: Sequence[tuple[str, str]]
    """What it says in words that everybody understands: Chinese, English."""
    material: str
    """Its material code: M01."""
    role: str
    """In what part he signs this one."""


def write_papers(invitation: str, papers: Sequence[PaperSent], facts: Mapping[str, Any]) -> bytes:
    """Return what the guest's page shows; `facts` say who signs, who invites, and until when."""
    told = [
        {
            "code": paper.key,
            "title": paper.title,
            "title_en": paper.title_en,
            "sha256": paper.sha256,
            "pdf": _base64(paper.pdf),
            "pictures": [_base64(picture) for picture in paper.pictures],
            "material": paper.material,
            "role": paper.role,
            "plain": [{"zh": zh, "en": en} for zh, en in paper.plain],
        }
        for paper in papers
    ]
    whole = {"schema": PAPERS, "invitation": invitation, "papers": told}
    return schema.canonical(whole | dict(facts))


def read_answer(
    data: bytes, invitation: Invitation, answered_at: datetime
) -> tuple[PaperHand, ...]:
    """Return what a guest wrote, paper by paper, dated back from when the office had it.

    Raises:
        BadAnswerError: it is not about just these papers, or some of it is no signature.
    """
    try:
        told = schema.decode_json(data)
        if (told["schema"], told["invitation"]) != (ANSWER, invitation.invitation):
            raise BadAnswerError("another answer")
        hands = tuple(_read_ink(ink, answered_at) for ink in told["inks"])
    except (BadDocumentError, KeyError, TypeError, ValueError, OverflowError) as exc:
        raise BadAnswerError("remote answer") from exc
    if tuple((hand.paper, hand.sha256) for hand in hands) != invitation.papers:
        raise BadAnswerError("other papers")
    return hands


def _read_ink(ink: Mapping[str, Any], answered_at: datetime) -> PaperHand:
    strokes = tuple(_read_stroke(stroke) for stroke in ink["strokes"])
    if len(strokes) > _MOST_STROKES or sum(len(s.points) for s in strokes) > _MOST_POINTS:
        raise BadAnswerError("too much ink")
    if check_ink(strokes) is not None or ink["device"] not in _DEVICES:
        raise BadAnswerError("no signature")
    ago = timedelta(milliseconds=_whole(ink["ago_ms"], 0, _LONGEST // timedelta(milliseconds=1)))
    lasted = max(point.t_ms for stroke in strokes for point in stroke.points)
    ended_at = answered_at - ago
    return PaperHand(
        paper=str(ink["code"]),
        sha256=str(ink["sha256"]),
        hand=Handwriting(
            strokes=strokes,
            width=_whole(ink["width"], 0, _LARGEST),
            height=_whole(ink["height"], 0, _LARGEST),
            device=str(ink["device"]),
            started_at=ended_at - timedelta(milliseconds=lasted),
            ended_at=ended_at,
            is_simulated=ink.get("is_simulated") is True,
        ),
    )


def _read_stroke(points: Sequence[Sequence[int]]) -> Stroke:
    if not points:
        raise BadAnswerError("an empty stroke")
    return Stroke(
        points=tuple(
            InkPoint(
                _whole(t, 0, 3_600_000),
                _whole(x, -_LARGEST, _LARGEST),
                _whole(y, -_LARGEST, _LARGEST),
                _whole(pressure, 0, 1000),
            )
            for t, x, y, pressure in points
        )
    )


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise BadAnswerError("a number")
    return value


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
