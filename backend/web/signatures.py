"""Signatures as drawings: the strokes of the pad, and whether they belong to the paper."""

from dataclasses import dataclass

from backend.web.words import local
from registration.application import Application
from registration.ink import InkRecord, SignerRole, Stroke

_ROLES = {
    SignerRole.MORTGAGOR: "抵押人",
    SignerRole.DEBTOR: "债务人",
    SignerRole.GUARDIAN: "监护人",
    SignerRole.AGENT: "代理人",
    SignerRole.FORMER_AGENT: "原抵押权人的代理人",
    SignerRole.SELLER: "出卖人",
    SignerRole.BUYER: "买受人",
    SignerRole.PARTY_AGENT: "当事人的代理人",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSignature:
    """One signature on one paper."""

    name: str
    role: str
    paper: str
    at: str
    device: str
    box: str
    """The SVG view box, in hundredths of a millimetre."""
    lines: tuple[str, ...]
    """Points of each stroke, as SVG wants them."""
    is_bound: bool
    """Whether the ink was given on the very bytes that the application holds."""
    is_simulated: bool


def show_signatures(application: Application) -> tuple[ShownSignature, ...]:
    """Return every signature, in the order they were given."""
    inks = sorted(application.inks, key=lambda ink: (ink.paper_code, ink.started_at))
    return tuple(_show(ink, application) for ink in inks)


def _show(ink: InkRecord, application: Application) -> ShownSignature:
    paper = application.find_material(ink.paper_code)
    return ShownSignature(
        name=ink.signer_name,
        role=_ROLES[ink.role],
        paper=f"{ink.paper_code} {paper.title if paper else '（没有这份文件）'}",
        at=local(ink.ended_at, "%H:%M:%S"),
        device=ink.device,
        box=_box(ink),
        lines=tuple(_line(stroke) for stroke in ink.strokes),
        is_bound=paper is not None and paper.sha256 == ink.paper_sha256,
        is_simulated=ink.is_simulated,
    )


def _box(ink: InkRecord) -> str:
    """Return the part of the pad that was written on, with a margin of 3 mm."""
    points = [point for stroke in ink.strokes for point in stroke.points]
    if not points:
        return f"0 0 {ink.width} {ink.height}"
    left, top = min(p.x for p in points) - 300, min(p.y for p in points) - 300
    width = max(p.x for p in points) + 300 - left
    height = max(p.y for p in points) + 300 - top
    return f"{left} {top} {width} {height}"


def _line(stroke: Stroke) -> str:
    points = " ".join(f"{p.x},{p.y}" for p in stroke.points)
    # A dot is one sample; SVG draws nothing for a line of one point.
    return points if len(stroke.points) > 1 else f"{points} {points}"
