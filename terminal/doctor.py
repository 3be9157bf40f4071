"""Finding what is wrong with this counter, and saying what to do about it."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from certs.errors import CertsError
from certs.keys import load_certificates
from registration.days import local_time
from terminal.desk.items import CertificateState, ItemState
from terminal.desk.ports import Box, OfficeLink
from terminal.desk.watch import WORDS, LogShelf
from terminal.errors import (
    LinkError,
    NotEnrolledError,
    OfficeBusyError,
    OfficeRefusedError,
    OfficeUntrustedError,
    OpenToOthersError,
    TerminalError,
)
from terminal.folder import require_closed

LEAST_FREE: Final = 2 * 1024**3
"""Bytes; below this the technician should make room."""
NO_ROOM: Final = 200 * 1024**2
LARGEST_SKEW: Final = timedelta(seconds=30)
LONGEST_UNWATCHED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one check found."""

    name: str
    """Stable: "permissions", "disk", "certificate.tls", "line", "clock", "outbox", "log", "reader:…"."""
    level: str
    """ "ok", "warn" or "bad"."""
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""


# What to do, in Chinese and English.
_JOIN: Final = (
    "请登记中心发新的入网文件，运行 mortgage-terminal enroll",
    "Ask the office for a new bundle and run mortgage-terminal enroll",
)
_RENEWING: Final = (
    "线路一通会自动续期；离线超过登记中心规定的天数（默认 14 天）才要新的入网文件",
    "It renews by itself when the line is back; after 14 days away it may need a new bundle",
)
_RENEW: Final = (
    "本该已自动续期：检查线路，或运行 mortgage-terminal renew",
    "It should have renewed itself: check the line, or run mortgage-terminal renew",
)
_SET_CLOCK: Final = ("打开本机的自动对时（NTP）", "Turn on time synchronisation (NTP)")
_UNTRUSTED: Final = (
    "先校准本机时间；仍不行请科技部查是否有设备截断加密线路",
    "Set the clock; then look for a device that breaks the encryption",
)
_SHUT_OUT: Final = (
    "请登记中心查本终端是否被停用；恢复后重新入网",
    "Ask the office whether the counter is shut out; then enrol it again",
)
_WAIT: Final = ("稍候；超过半小时请问登记中心", "Wait; after half an hour ask the office")
_CABLE: Final = (
    "检查网线和专线路由器，请科技部查防火墙",
    "Check cable, router and firewall",
)

_ASK_WHY: Final = (
    "照常收件；请科技部问登记中心，查明后运行 mortgage-terminal log --accept",
    "Work goes on; IT asks the office why, then runs mortgage-terminal log --accept",
)


def _line(name: str, level: str, zh: str, en: str, remedy: tuple[str, str] = ("", "")) -> Line:
    return Line(name=name, level=level, zh=zh, en=en, remedy_zh=remedy[0], remedy_en=remedy[1])


def check_permissions(home: Path) -> Line:
    """Say whether other accounts can look into the data folder."""
    try:
        require_closed(home)
    except OpenToOthersError as exc:
        return Line(
            name="permissions",
            level="bad",
            zh="数据文件夹对本机其他账户开放",
            en=str(exc),
            remedy_zh=f"请科技部关闭权限：chmod -R go-rwx {home}",
            remedy_en=f"Close it: chmod -R go-rwx {home}",
        )
    except TerminalError as exc:
        return Line(
            name="permissions",
            level="bad",
            zh="数据文件夹打不开",
            en=str(exc),
            remedy_zh="检查文件夹是否存在、属主是否是本账户",
            remedy_en="See that the folder is there and belongs to this account",
        )
    return Line(
        name="permissions", level="ok", zh="数据文件夹只有本账户能读", en="Closed to others"
    )


def check_disk(home: Path) -> Line:
    """Say whether there is room for more packages."""
    # A folder that cannot be made is told by its permissions; its disk is the one above it.
    there = next(folder for folder in (home, *home.parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    size = f"{free / 1024**3:.1f} GB"
    if free >= LEAST_FREE:
        return Line(name="disk", level="ok", zh=f"剩 {size}", en=f"{size} free")
    return Line(
        name="disk",
        level="warn" if free >= NO_ROOM else "bad",
        zh=f"只剩 {size}，至少要 2 GB",
        en=f"Only {size} free; 2 GB are needed",
        remedy_zh="清理磁盘；已收下的件不会丢",
        remedy_en="Make room; nothing that was kept is lost",
    )


def check_certificate(name: str, path: Path, now: datetime) -> Line:
    """Say how long one of this counter's certificates is good."""
    title_zh, title_en = _TITLES[name]
    try:
        certificate = load_certificates(path)[0]
    except CertsError:
        return _line(name, "bad", f"{title_zh}读不出来", f"{title_en} cannot be read", _JOIN)
    starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    until = f"{local_time(ends):%Y-%m-%d %H:%M}"
    if now < starts:
        zh = f"{title_zh}还没有生效：本机时间慢了"
        return _line(name, "bad", zh, f"{title_en} is not valid yet: the clock is slow", _SET_CLOCK)
    if now > ends:
        remedy = _RENEWING if name == "certificate.tls" else _JOIN
        return _line(
            name, "bad", f"{title_zh}已于 {until} 过期", f"{title_en} ended {until}", remedy
        )
    zh, en = f"{title_zh}有效至 {until}", f"{title_en} is good until {until}"
    is_late = now > starts + (ends - starts) * 5 / 6
    return _line(name, "warn", zh, en, _RENEW) if is_late else _line(name, "ok", zh, en)


_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "certificate.tls": ("本机联网证书", "This counter's TLS certificate"),
    "certificate.package": ("本机封装证书", "This counter's package certificate"),
}


def check_line(link: OfficeLink, probe: Callable[[], None]) -> tuple[Line, ...]:
    """Say whether the office answers, is who it should be, and what its clock says."""
    begun = time.monotonic()
    try:
        probe()
    except LinkError as exc:
        return (_broken_line(exc),)
    took = int((time.monotonic() - begun) * 1000)
    line = _line("line", "ok", f"到登记中心 {took} 毫秒", f"Office in {took} ms")
    return (line, check_clock(link.clock_skew()))


def _broken_line(error: LinkError) -> Line:
    if isinstance(error, OfficeUntrustedError):
        zh = "对方不是本登记中心，或不认本机证书"
        en = f"Not our office, or it does not take our certificate: {error}"
        return _line("line", "bad", zh, en, _UNTRUSTED)
    if isinstance(error, OfficeRefusedError):
        zh = f"登记中心拒绝了本终端：{error.zh or error.problem}"
        en = f"The office refuses this counter: {error.en or error.problem}"
        return _line("line", "bad", zh, en, _SHUT_OUT)
    if isinstance(error, OfficeBusyError):
        zh = "登记中心暂时不能收件；件会自动补发"
        en = f"The office cannot take work now ({error.problem}); packages follow"
        return _line("line", "warn", zh, en, _WAIT)
    zh = "到登记中心的线路不通；可以继续办理，件会自动补发"
    en = f"The office cannot be reached ({error.code}); work goes on, packages follow"
    return _line("line", "bad", zh, en, _CABLE)


def check_clock(skew: timedelta | None) -> Line:
    """Say whether this machine's clock goes with the office's."""
    if skew is None:
        return Line(name="clock", level="warn", zh="还没有比对过时间", en="Not compared yet")
    seconds = abs(skew.total_seconds())
    zh, en = f"与登记中心相差 {seconds:.0f} 秒（允许 30 秒）", f"{seconds:.0f} s apart (30 allowed)"
    if abs(skew) <= LARGEST_SKEW:
        return Line(name="clock", level="ok", zh=zh, en=en)
    level = "warn" if abs(skew) < timedelta(minutes=5) else "bad"
    return _line("clock", level, zh, en, _SET_CLOCK)


def broken_membership(error: TerminalError) -> Line:
    """Say that this counter belongs to no office, or cannot use what it got there."""
    if isinstance(error, NotEnrolledError):
        zh = "本机还没有入网，或身份文件坏了"
        return _line("joined", "bad", zh, str(error), _JOIN)
    if isinstance(error, OpenToOthersError):
        remedy = ("请科技部关闭权限：chmod 600", "Close it: chmod 600")
        return _line("joined", "bad", "本机的密钥对其他账户开放", str(error), remedy)
    return _line("joined", "bad", "本机的密钥不能用", str(error), _JOIN)


def broken_box(error: TerminalError) -> Line:
    """Say that the box cannot be opened or read."""
    if isinstance(error, OpenToOthersError):
        remedy = ("请科技部关闭权限，见上", "Close the permissions, as told above")
        return _line("outbox", "bad", "收发箱的密钥对其他账户开放", str(error), remedy)
    remedy = ("不要删除任何文件，打科技部电话", "Delete nothing; call service")
    return _line("outbox", "bad", "收发箱读不出来", f"The box cannot be read: {error}", remedy)


def check_box(box: Box) -> Line:
    """Say whether something in the box waits for a person."""
    try:
        items, papers = box.outbox(), box.certificates()
        damaged, doubts = box.unreadable(), box.doubts()
    except TerminalError as exc:
        return broken_box(exc)
    if damaged:
        numbers = "、".join(map(str, damaged))
        zh, en = f"第 {numbers} 号件在本机磁盘上损坏", f"Packages damaged on this disk: {damaged}"
        return _line("outbox", "bad", zh, en, ("不要删除任何文件，打科技部电话", "Call service"))
    if doubts:
        zh = f"{len(doubts)} 个答复没有通过验证，没有采信，会自动再验"
        en = f"{len(doubts)} answers were not confirmed; they are looked at again"
        remedy = ("过一小时还在，请科技部联系登记中心", "If this stays, service asks the office")
        return _line("outbox", "warn", zh, en, remedy)
    stopped = sum(i.state is ItemState.NEEDS_YOU for i in items) + sum(
        p.state is CertificateState.NEEDS_YOU for p in papers
    )
    waiting = sum(i.state is ItemState.WAITING for i in items)
    zh, en = f"待发 {waiting} 件，待处理 {stopped} 件", f"{waiting} waiting, {stopped} stopped"
    if not stopped:
        return Line(name="outbox", level="ok", zh=zh, en=en)
    return Line(
        name="outbox",
        level="warn",
        zh=zh,
        en=en,
        remedy_zh="在“收发件”里逐件处理",
        remedy_en="Look at each of them in the tray",
    )


def check_log(shelf: LogShelf, now: datetime) -> Line:
    """Say whether the office's public log still goes on from what this counter saw of it."""
    try:
        watch = shelf.watch()
    except TerminalError as exc:
        return broken_box(exc)
    if watch is not None and watch.alarm is not None:
        zh, en = WORDS[watch.alarm.kind]
        which = f" #{watch.alarm.sequence}" if watch.alarm.sequence else ""
        return _line("log", "bad", zh + which, en + which, _ASK_WHY)
    if watch is not None and watch.doubted_at is not None:
        zh = "登记中心的公开日志没有用认得的密钥签名，不采信"
        en = "The office's log is signed with no key that is known here, and not believed"
        return _line("log", "bad", zh, en, _ASK_WHY)
    if watch is None or watch.looked_at is None:
        return _line("log", "ok", "登记中心还没有公开日志", "The office shows no log yet")
    at = f"{local_time(watch.looked_at):%Y-%m-%d %H:%M}"
    zh, en = f"公开日志 {at} 核对过，没有改动", f"Watched until {at}; it only grew"
    is_late = now - watch.looked_at > LONGEST_UNWATCHED
    return _line("log", "warn", zh, en, _CABLE) if is_late else _line("log", "ok", zh, en)


def find_alarm(shelf: LogShelf, now: datetime) -> Line | None:
    """Return what everybody at this counter has to see of the log; None while all is well."""
    line = check_log(shelf, now)
    return line if (line.name, line.level) == ("log", "bad") else None
