"""What is wrong with a reader, found out on the spot, and what the technician does about it.

An error says what happened to a command. Here the machine is looked at: is the port there, who
holds it, may this account open it, does a module answer at another speed?
"""

import contextlib
import getpass
import grp
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from terminal.drivers import hid_port, usb_port
from terminal.drivers.detection import find_devices, find_speed, list_ports
from terminal.drivers.specs import ReaderSpec, parse_spec
from terminal.reader_errors import (
    MisconfiguredReaderError,
    NoCardServiceError,
    NoReaderError,
    ReaderBusyError,
    ReaderError,
    ReaderFaultError,
    ReaderForbiddenError,
    ReaderProtocolError,
)
from terminal.reader_words import remedy_of

RULES_FILE: Final = "/etc/udev/rules.d/70-id-reader.rules"
_GROUP: Final = "plugdev"
_NUMBERS: Final = re.compile(r"\b(usb|hid) ([0-9A-F]{4}):([0-9A-F]{4})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What was found, and what to do, in Chinese and English."""

    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


def explain(spec: str, error: ReaderError) -> Explanation:
    """Look at the machine and say why a reader of this name failed."""
    parsed = parse_spec(spec)
    for kind, look in _LOOKS:
        if isinstance(error, kind):
            return look(parsed, error)
    return _plain(f"读卡器 {parsed.target} 不能用", f"{parsed.target}: {error.code}", error)


def find_unnamed(specs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of plugged readers that none of the settings' names leads to."""
    told = {spec.partition("?")[0] for spec in specs}
    if "sam:auto" in told:
        return ()
    return tuple(found.spec for found in find_devices() if found.spec not in told)


def udev_rule(way: str, vid: str, pid: str) -> str:
    """Return the line that lets a group of accounts use a device; `way` is "usb" or "hid"."""
    subsystem = 'KERNEL=="hidraw*"' if way == "hid" else 'SUBSYSTEM=="usb"'
    numbers = f'ATTRS{{idVendor}}=="{vid.lower()}", ATTRS{{idProduct}}=="{pid.lower()}"'
    return f'{subsystem}, {numbers}, MODE="0660", GROUP="{_GROUP}"'


def udev_rules() -> str:
    """Return the rules for every device that is known here, for the file of `RULES_FILE`."""
    lines = ["# ID card readers for the accounts of the group plugdev."]
    for way, known in (("usb", usb_port.KNOWN), ("hid", hid_port.KNOWN)):
        lines += [udev_rule(way, f"{vid:04x}", f"{pid:04x}") for vid, pid in known]
    return "\n".join(lines) + "\n"


def holders(path: str) -> tuple[str, ...]:
    """Return the programs that have a device file open, as far as this account may see."""
    real = str(Path(path).resolve())
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(link.readlink()) == real and int(link.parts[2]) != os.getpid():
                name = (link.parents[1] / "comm").read_text("utf-8", "replace").strip()
                found.add(f"{name} (PID {link.parts[2]})")
    return tuple(sorted(found))


def _absent(spec: ReaderSpec, error: ReaderError) -> Explanation:
    if spec.driver != "sam":
        return _plain(f"没有找到读卡器 {spec.target}", f"No {spec.target}: {error.detail}", error)
    if spec.target in {"auto", "hid", "usb"}:
        return _no_device()
    if not Path(spec.target).exists():
        return _no_port(spec.target)
    return _silent(spec)


def _no_device() -> Explanation:
    seen = "；".join(f"{f.device.port} {f.device.model}".strip() for f in find_devices())
    return Explanation(
        zh=f"没有检测到读卡器（{seen or '没有认识的设备'}）",
        en=f"No reader found ({seen or 'no device that is known'})",
        remedy_zh="看读卡器灯亮不亮，拔下数据线重插；仍不行换一个 USB 口或换一台",
        remedy_en="Look at its light, plug the cable in again; try another socket or reader",
    )


def _no_port(path: str) -> Explanation:
    here = "；".join(list_ports()) or "无"
    return Explanation(
        zh=f"端口 {path} 不存在；现有串口：{here}",
        en=f"There is no port {path}; here are: {here}",
        remedy_zh="检查数据线；端口号变了就把设置里的读卡器改成 sam:auto",
        remedy_en="Check the cable; if its number changed, name it sam:auto in the settings",
    )


def _silent(spec: ReaderSpec) -> Explanation:
    """A port that is there: another speed, or nothing at its end."""
    speed = None
    with contextlib.suppress(ReaderError):
        speed = find_speed(spec.target)
    if speed is not None and speed != int(spec.number("baud", 115200)):
        return Explanation(
            zh=f"波特率不对：{spec.target} 上的读卡器用的是 {speed}",
            en=f"Wrong speed: the reader on {spec.target} speaks at {speed}",
            remedy_zh=f"设置改成 sam:{spec.target}?baud={speed}，或 sam:auto",
            remedy_en=f"Name it sam:{spec.target}?baud={speed} in the settings, or sam:auto",
        )
    return Explanation(
        zh=f"端口 {spec.target} 在，但没有应答",
        en=f"The port {spec.target} is there, but nothing answers",
        remedy_zh="检查读卡器电源和串口线；接的是不是身份证读卡器",
        remedy_en="Check the reader's power and cable, and whether it is an ID card reader",
    )


def _forbidden(_spec: ReaderSpec, error: ReaderError) -> Explanation:
    numbers = _NUMBERS.search(error.detail)
    user = getpass.getuser()
    if numbers:
        rule = udev_rule(*numbers.groups())
        return Explanation(
            zh=f"账户 {user} 没有权限使用 {numbers.group()}",
            en=f"The account {user} may not use {numbers.group()}",
            remedy_zh=f"在 {RULES_FILE} 写一行：{rule}，"
            f"把 {user} 加入 {_GROUP} 组，运行 udevadm control --reload 后重插",
            remedy_en=f"Put into {RULES_FILE}: {rule}, add {user} to the group {_GROUP}, "
            "run udevadm control --reload and plug it in again",
        )
    group = _group_of(error.detail) or "dialout"
    return Explanation(
        zh=f"账户 {user} 没有权限打开 {error.detail}（属于 {group} 组）",
        en=f"The account {user} may not open {error.detail} (group {group})",
        remedy_zh=f"运行 usermod -aG {group} {user}，再重新登录",
        remedy_en=f"Run usermod -aG {group} {user}, then log in again",
    )


def _busy(_spec: ReaderSpec, error: ReaderError) -> Explanation:
    path = error.detail if error.detail.startswith("/dev/") else ""
    who = "；".join(holders(path)) if path else ""
    return Explanation(
        zh=f"读卡器被别的程序占用：{who or '查不到是哪个（要管理员账户才能看）'}",
        en=f"Another program holds the reader: {who or 'which one, only an administrator sees'}",
        remedy_zh="关掉那个程序（常见：读卡器自带的软件、另一个柜台程序），再查一遍",
        remedy_en="Close that program (often the reader's own software), then check again",
    )


def _no_service(_spec: ReaderSpec, _error: ReaderError) -> Explanation:
    return Explanation(
        zh="护照读卡服务 pcscd 没有运行",
        en="The service for passport readers, pcscd, does not run",
        remedy_zh="运行 systemctl enable --now pcscd.socket；没有这个服务先安装 pcscd",
        remedy_en="Run systemctl enable --now pcscd.socket; install pcscd where there is none",
    )


def _faulty(spec: ReaderSpec, error: ReaderError) -> Explanation:
    why_zh, why_en = _FAULTS.get(error.detail, (error.detail, error.detail))
    return Explanation(
        zh=f"读卡器 {spec.target} 的安全模块{why_zh}",
        en=f"The security module of {spec.target}: {why_en}",
        remedy_zh="断电 10 秒再试；仍不行换一台并报修，这台不要再用",
        remedy_en="Cut its power for 10 s; if it recurs, take another one and send this to repair",
    )


_FAULTS: Final = {
    "self-test failed": ("自检失败", "failed its self-test"),
    "not authorised": ("未经授权", "is not authorised"),
    "unknown speed": ("不认这个波特率", "does not know this speed"),
}


def _disturbed(spec: ReaderSpec, error: ReaderError) -> Explanation:
    if spec.driver == "sam" and Path(spec.target).exists():
        found = _silent(spec)
        if "baud" in found.remedy_en:
            return found
    return _plain(f"与读卡器 {spec.target} 的通讯有误", f"{spec.target}: {error.detail}", error)


def _misconfigured(spec: ReaderSpec, error: ReaderError) -> Explanation:
    return Explanation(
        zh=f"设置里的读卡器 {spec.target} 用不了：{error.detail}",
        en=f"The reader {spec.target} of the settings cannot be used: {error.detail}",
        remedy_zh="核对设置文件里的 readers，或安装所缺的软件包",
        remedy_en="Correct readers in the settings, or install the package that is missing",
    )


def _plain(zh: str, en: str, error: ReaderError) -> Explanation:
    remedy = remedy_of(error)
    return Explanation(zh=zh, en=en, remedy_zh=remedy.zh, remedy_en=remedy.en)


def _group_of(path: str) -> str:
    with contextlib.suppress(OSError, KeyError):
        return grp.getgrgid(Path(path).stat().st_gid).gr_name
    return ""


_LOOKS: Final[
    tuple[tuple[type[ReaderError], Callable[[ReaderSpec, ReaderError], Explanation]], ...]
] = (
    (NoCardServiceError, _no_service),
    (NoReaderError, _absent),
    (ReaderForbiddenError, _forbidden),
    (ReaderBusyError, _busy),
    (ReaderFaultError, _faulty),
    (ReaderProtocolError, _disturbed),
    (MisconfiguredReaderError, _misconfigured),
)
