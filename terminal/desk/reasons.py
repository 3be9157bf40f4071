"""Why something did not get through, in words for the teller: what it was, and who acts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from terminal.desk.items import Trouble
from terminal.errors import (
    BoxDamagedError,
    OfficeBusyError,
    OfficeRefusedError,
    OfficeUnreachableError,
    OfficeUntrustedError,
    TerminalError,
)

SHUT_OUT: Final = frozenset({"office.terminal-suspended", "office.certificate-required"})
"""Refusals of this counter, not of the package: it goes out when the counter is let in again."""

LINE: Final = "line."
"""What every reason begins with that is about the line."""

LATE: Final = "line.answer-timeout"
"""The office was reached, and did not answer this question in time."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "line.name": (
        "找不到登记中心的网址：检查本机网络设置，或请科技部查域名解析",
        "The office's name cannot be resolved: check this machine's network settings"),
    "line.no-route": (
        "本机到登记中心没有路：检查网线和专线",
        "There is no way to the office: check cable and leased line"),
    "line.refused": (
        "登记中心的服务没有开着，线路是通的",
        "The office's service is not running; the line itself is up"),
    "line.connect-timeout": ("连接登记中心超时", "Connecting to the office took too long"),
    "line.answer-timeout": (
        "发过去了，没有等到回音；再发不会重复",
        "It was sent, and no answer came; sending again doubles nothing"),
    "line.stalled": (
        "发到一半线路不动了，会从断点接着发",
        "The line stood still half-way; it goes on from there"),
    "line.cut": (
        "发到一半线路断了，会从断点接着发",
        "The line broke half-way; it goes on from there"),
    "line.tls": (
        "加密线路中断：数据在路上被改动或截断",
        "The encrypted line broke: something on the way changed or cut it"),
    "line.proxy": (
        "代理服务器不让过：请科技部查代理设置",
        "The proxy does not let us through: check its settings"),
    "line.answer": (
        "回答的不像登记中心：线路上可能有设备在代答",
        "What answered is not like the office: a device on the way may answer for it"),
    "line.own-ended": (
        "本机的联网证书已过期，正在自动续期，续好就发",
        "This counter's certificate for the line ended; it renews by itself, then sends"),
    "line.failed": ("连不上登记中心", "The office cannot be reached"),
    "terminal.office-untrusted": (
        "对方不是我们的登记中心，或不认本机证书；已停发，请打开自检",
        "Whoever answers is not our office, or does not take our certificate; see the self-check"),
    "terminal.office-busy": (
        "登记中心忙，请稍后；到时自动再发", "The office is busy; it goes out again by itself"),
    "terminal.bad-answer": (
        "登记中心的回执没有通过验证，没有采信；会再发，重发不会重复",
        "The receipt was not confirmed and not believed; it goes out again, doubling nothing"),
    "terminal.box-damaged": (
        "这件在本机磁盘上被改动或损坏，不能发；请报科技部，并请客户重办",
        "This package was changed or damaged on this disk and cannot go; call service"),
}  # fmt: skip


def words_of(code: str) -> tuple[str, str]:
    """Return what a code of ours means, in Chinese and English; empty for the office's own."""
    return _WORDS.get(code, ("", ""))


def trouble_of(error: TerminalError, at: datetime) -> Trouble:
    """Return an error as what the teller is told."""
    if isinstance(error, OfficeRefusedError):
        return Trouble(code=error.problem, zh=error.zh, en=error.en, at=at)
    reason = error.problem if isinstance(error, OfficeBusyError) else getattr(error, "reason", "")
    zh, en = words_of(reason) if reason in _WORDS else words_of(error.code)
    return Trouble(code=error.code, reason=reason, zh=zh, en=en, at=at)


def is_about_line(error: TerminalError) -> bool:
    """Say whether an error would have met any package, and not only this one."""
    if isinstance(error, OfficeBusyError):
        return error.status in {429, 503}
    if isinstance(error, OfficeRefusedError):
        return error.problem in SHUT_OUT
    return isinstance(error, OfficeUnreachableError | OfficeUntrustedError)


def is_final(error: TerminalError) -> bool:
    """Say whether sending the same again would bring the same answer."""
    if isinstance(error, OfficeRefusedError):
        return error.problem not in SHUT_OUT
    return isinstance(error, BoxDamagedError)
