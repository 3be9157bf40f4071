"""R43: nothing was read, written or scanned after the office had it, or too long before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from registration.application import Application
from registration.days import local_time
from registration.findings import Finding, Level
from registration.requirements.documents import known_documents
from registration.requirements.rule import Hit

CLOCK_OFF: Final = timedelta(minutes=10)
"""So far a counter's clock may be wrong, or the office's."""
STALE: Final = timedelta(days=180)
"""Older signatures and readings are looked at by a person: half a year is not one visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRule:
    """A rule that needs the moment at which the application came, beside the application."""

    id: str
    level: Level
    basis: str
    look: Callable[[Application, datetime], Iterator[Hit]]

    def apply(self, application: Application, came_at: datetime) -> Iterator[Finding]:
        """Yield a finding for everything that the rule minds."""
        for hit in self.look(application, came_at):
            yield Finding(
                rule=self.id,
                level=self.level,
                zh=hit.zh,
                en=hit.en,
                basis=self.basis,
                pointer=hit.pointer,
            )


class _Time(NamedTuple):
    """Something that has a time."""

    zh: str
    en: str
    pointer: str
    at: datetime


def _acts(application: Application) -> Iterator[_Time]:
    """Yield when documents were read and papers signed."""
    for named, identity in known_documents(application):
        if identity.evidence is not None:
            yield _Time(
                f"{named.name}的证件读取时间",
                f"the reading of {named.name}'s document",
                f"{named.pointer}/identity/evidence/read_at",
                identity.evidence.read_at,
            )
    for index, ink in enumerate(application.inks):
        zh, en = f"{ink.signer_name}的签名时间", f"the signature of {ink.signer_name}"
        yield _Time(zh, en, f"/inks/{index}/ended_at", ink.ended_at)


def _pages(application: Application) -> Iterator[_Time]:
    for index, material in enumerate(application.materials):
        for page, origin in enumerate(material.origins):
            yield _Time(
                f"材料 {material.code} 第 {page + 1} 页的采集时间",
                f"page {page + 1} of material {material.code}",
                f"/materials/{index}/origins/{page}/captured_at",
                origin.captured_at,
            )


def check_future(application: Application, came_at: datetime) -> Iterator[Hit]:
    """Nothing was captured after the office received it; ten minutes are left to wrong clocks."""
    written = _Time("申请书的填写时间", "the form", "/captured_at", application.captured_at)
    for zh, en, pointer, at in (written, *_acts(application), *_pages(application)):
        if at > came_at + CLOCK_OFF:
            when = f"{local_time(at):%Y-%m-%d %H:%M}"
            came = f"{local_time(came_at):%Y-%m-%d %H:%M}"
            yield Hit(
                f"{zh}（{when}）晚于登记机构收到申请的时间（{came}），不可能属实："
                "请校准终端时钟，重新采集后提交。",
                f"The time of {en} ({when}) is after the office received it ({came}), which cannot"
                " be: set the counter's clock, capture again and file again.",
                pointer,
            )


def check_stale(application: Application, came_at: datetime) -> Iterator[Hit]:
    """A document read or a paper signed more than half a year before is looked at by a person."""
    for zh, en, pointer, at in _acts(application):
        if at < came_at - STALE:
            when = f"{local_time(at):%Y-%m-%d}"
            yield Hit(
                f"{zh}（{when}）距登记机构收到申请已超过一百八十日，转人工审核是否仍为当事人的意思。",
                f"The time of {en} ({when}) is more than 180 days before the office received it:"
                " a reviewer asks whether it is still meant.",
                pointer,
            )


TIMED: Final = (
    TimedRule(
        id="R43",
        level=Level.CORRECT,
        basis="《电子签名法》第八条、第十三条；《不动产登记暂行条例》第十七条第一款第三项",
        look=check_future,
    ),
    TimedRule(
        id="R43",
        level=Level.MANUAL,
        basis="《民法典》第二百一十二条；《电子签名法》第八条",
        look=check_stale,
    ),
)
"""The rules that look at times."""


def check_moments(application: Application, came_at: datetime) -> tuple[Finding, ...]:
    """Return what is wrong with the times of an application that came at a moment."""
    return tuple(finding for rule in TIMED for finding in rule.apply(application, came_at))
