"""R46: who signed elsewhere did so in the order of things, and a person looks at it."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from registration.application import Application
from registration.days import local_time
from registration.findings import Level
from registration.ink import InkRecord, RemoteLook, RemoteSigning, SignerRole
from registration.requirements.moments import CLOCK_OFF
from registration.requirements.rule import Hit, Rule

_LAW: Final = "《电子签名法》第十三条"
_LOOKS: Final = {
    RemoteLook.VIDEO: ("视频核对本人和证件", "saw face and document on a video call"),
    RemoteLook.PHONE: ("电话核对本人", "spoke with the person on the phone"),
    RemoteLook.BRANCH: (
        "其他网点当面核对本人和证件",
        "a colleague elsewhere saw person and document",
    ),
}


def check_remote(application: Application, _today: date) -> Iterator[Hit]:
    """What was signed elsewhere was opened, signed, received and looked at in this order.

    The teller says what he saw, and the mortgagee's own agent signs at the counter.
    """
    for place, ink, remote in _remote(application):
        if fault := _fault(ink, remote):
            zh, en = fault
            yield Hit(
                f"{ink.signer_name}的异地签署无效：{zh}，请重新签署。",
                f"{ink.signer_name} did not validly sign elsewhere: {en}; please sign again.",
                f"/inks/{place}/remote",
            )


def tell_remote(application: Application, _today: date) -> Iterator[Hit]:
    """A signature given out of the teller's sight is looked at by a person, never passed by itself."""
    for place, ink, remote in _remote(application):
        zh, en = _LOOKS[remote.look]
        yield Hit(
            f"{ink.signer_name}在异地通过一次性链接签署{ink.paper_code}，身份由柜员{remote.checked_by}"
            f"远程核对（{zh}；{remote.note}），打开 {local_time(remote.opened_at):%m-%d %H:%M}，"
            f"签回 {local_time(remote.answered_at):%m-%d %H:%M}，请核实本人意愿。",
            f"{ink.signer_name} signed {ink.paper_code} elsewhere over a one-time link; identity "
            f"checked remotely by teller {remote.checked_by}: {en} ({remote.note}). Opened "
            f"{local_time(remote.opened_at):%m-%d %H:%M}, answered {local_time(remote.answered_at):%m-%d %H:%M}.",
            f"/inks/{place}/remote",
        )


def _remote(application: Application) -> Iterator[tuple[int, InkRecord, RemoteSigning]]:
    for place, ink in enumerate(application.inks):
        if ink.remote is not None:
            yield place, ink, ink.remote


def _fault(ink: InkRecord, remote: RemoteSigning) -> tuple[str, str] | None:
    if ink.role is SignerRole.AGENT:
        return "本行代理人须在柜台签署", "the bank's own agent signs at the counter"
    if not remote.note.strip():
        return "没有写明如何核对身份", "nobody says how identity was checked"
    if not remote.opened_at <= ink.ended_at <= remote.answered_at:
        return "签署时间不在打开和签回之间", "it was not signed between opening and answer"
    if remote.checked_at + CLOCK_OFF < remote.answered_at:
        return "核对身份早于签回", "identity was checked before the answer came"
    return None


RULES: Final = (
    Rule(id="R46", level=Level.CORRECT, basis=_LAW, look=check_remote),
    Rule(id="R46", level=Level.MANUAL, basis=_LAW, look=tell_remote),
)
