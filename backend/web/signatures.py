"""Signatures as drawings: the strokes of the pad, and whether they belong to the paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.office.checks import InkCheck
from backend.web.language import say
from backend.web.origins import show_title
from backend.web.words import local
from registration.application import Application
from registration.ink import InkRecord, RemoteLook, RemoteSigning, SignerRole, Stroke
from registration.visits import Visit

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
_LOOKS = {RemoteLook.VIDEO: "视频", RemoteLook.PHONE: "电话@核对", RemoteLook.BRANCH: "由其他网点"}


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
    remote: str
    """How it was given elsewhere; empty for a hand at a counter."""
    visit: str
    """At which other counter of the bank, and before whom; empty for the one that files."""
    proof: str
    """What binds it to paper, person and moment, in words."""
    is_proof_bad: bool


def show_signatures(
    application: Application, checks: Sequence[InkCheck] = ()
) -> tuple[ShownSignature, ...]:
    """Return every signature, in the order they were given; `checks` are in the application's."""
    known = dict(enumerate(checks))
    inks = sorted(enumerate(application.inks), key=lambda i: (i[1].paper_code, i[1].started_at))
    return tuple(_show(ink, application, known.get(place, InkCheck())) for place, ink in inks)


def _show(ink: InkRecord, application: Application, check: InkCheck) -> ShownSignature:
    paper = application.find_paper(ink.paper_code)
    return ShownSignature(
        name=ink.signer_name,
        role=say(_ROLES[ink.role]),
        paper=f"{ink.paper_code} {show_title(paper) if paper else say('（没有这份文件）')}",
        at=local(ink.ended_at, "%H:%M:%S"),
        device=ink.device,
        box=_box(ink),
        lines=tuple(_line(stroke) for stroke in ink.strokes),
        is_bound=paper is not None and paper.sha256 == ink.paper_sha256,
        is_simulated=ink.is_simulated,
        remote=_tell_remote(ink.remote),
        visit=_tell_visit(application.find_visit(ink.visit_sha256)),
        proof=tell_proof(check),
        is_proof_bad=bool(check.fault) or check.has_bad_stamp,
    )


def tell_proof(check: InkCheck) -> str:
    """Say what the evidence of a signature is worth."""
    if not check.is_attested:
        return say("没有随附签署证明")
    if check.fault:
        return say("签署证明与签名、文件或终端不符")
    attested = local(check.attested_at, "%H:%M:%S") if check.attested_at else ""
    if check.has_bad_stamp:
        return say("签署证明有效（终端 {at}），时间戳无效", at=attested)
    if check.stamped_at is None:
        return say("签署证明有效（终端 {at}），签署时离线，没有时间戳：不晚于收件时间", at=attested)
    stamped = local(check.stamped_at, "%m-%d %H:%M:%S")
    return say("签署证明有效（终端 {at}），时间戳 {stamped}", at=attested, stamped=stamped)


def _tell_remote(remote: RemoteSigning | None) -> str:
    if remote is None:
        return ""
    opened, answered = (local(at, "%m-%d %H:%M") for at in (remote.opened_at, remote.answered_at))
    return say(
        "异地签署：打开 {opened}，签回 {answered}；柜员 {teller} {how}核对身份：{note}",
        opened=opened,
        answered=answered,
        teller=remote.checked_by,
        how=say(_LOOKS[remote.look]),
        note=remote.note,
    )


def _tell_visit(visit: Visit | None) -> str:
    if visit is None:
        return ""
    evidence = visit.identity.evidence
    return say(
        "在 {branch} 网点（终端 {terminal}）当面签署：柜员 {teller} {name}，{read} 读证件芯片",
        branch=visit.branch,
        terminal=visit.terminal,
        teller=visit.teller,
        name=visit.teller_name,
        read=local(evidence.read_at, "%m-%d %H:%M") if evidence else "–",
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
