"""Whether the settings are those of an office that works in earnest."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from backend.calendars import load_calendar
from backend.doctor import Line, fine, odd, wrong
from backend.settings import Settings
from certs.errors import CertsError
from certs.identity import Role
from certs.keys import load_certificates
from certs.places import certificate_path
from certs.templates import names_host

_AHEAD: Final = timedelta(days=45)
"""As far as thirty working days reach."""
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_NOWHERE = (
    (
        "public_url 是本机地址，二维码别人打不开",
        "public_url is this machine: no QR code leads here",
    ),
    ("写对外的网址", "Set the address that the world uses"),
)
_ALONE = (
    ("只在本机地址上服务，别的机器连不进来", "Only this machine is served: nobody else gets in"),
    (
        '写 host = "0.0.0.0"，除非前面有转发 TLS 的设备',
        'Set host = "0.0.0.0", unless something before it forwards TLS',
    ),
)


def check_sense(settings: Settings, today: date) -> Iterator[Line]:
    """Look at what is allowed, and yet means that something is only for trying."""
    yield _check_banks(settings)
    yield _check_seal(settings)
    yield _check_sharing(settings)
    yield _check_address(settings)
    yield _check_calendar(settings, today)


def _check_calendar(settings: Settings, today: date) -> Line:
    """Look whether due dates of the next weeks rest on what is announced."""
    last = today + _AHEAD
    days = load_calendar(settings.calendar_file, settings.office_hours).days
    if days.is_announced(last):
        return fine("settings.calendar", (f"{last.year} 年的放假安排已知", f"{last.year} is known"))
    return odd(
        "settings.calendar",
        (
            f"{last.year} 年的放假安排还不知道，算到那年的期限只是暂定",
            f"The days off of {last.year} are not known: due dates in it are provisional",
        ),
        (
            "安排公布后写进 calendar_file 指的文件，再重启",
            "Once they are announced write them into the file that calendar_file names, and restart",
        ),
    )


def _check_banks(settings: Settings) -> Line:
    if settings.banks:
        count = len(settings.banks)
        return fine("settings.banks", (f"向 {count} 家银行开放", f"Open to {count} banks"))
    return wrong(
        "settings.banks",
        (
            "没有向任何银行开放，所有申请都会不予受理",
            "No bank may file: every application is refused",
        ),
        ('在设置里写 banks = ["信用代码"]', 'Write banks = ["credit code"] into the settings'),
    )


def _check_seal(settings: Settings) -> Line:
    if settings.is_specimen:
        return odd(
            "settings.seal",
            ("用的是样本章，证明上印“样本”", "The test seal is in use: every paper says SPECIMEN"),
            ('正式用印写 seal = "pades"', 'Set seal = "pades" for papers that count'),
        )
    if not settings.stamp_urls:
        return odd(
            "settings.timestamp",
            ("时间戳由本机自己签发", "The office stamps the time itself"),
            ("写 timestamp_url，用可信时间戳服务", "Set timestamp_url to an accredited authority"),
        )
    return fine("settings.seal", ("正式用印", "Papers count"))


def told_simulated(settings: Settings, told: tuple[str, str]) -> tuple[str, str]:
    """Return that a service is simulated, in Chinese and English, and what comes of it."""
    if settings.is_specimen:
        return told
    return (
        f"{told[0]}，它的答复不作数，有关的件都转人工",
        f"{told[1]}; what it says is no answer, so people decide each case that needs it",
    )


def _check_sharing(settings: Settings) -> Line:
    if settings.police_url:
        return fine("settings.police", ("公安核验已接通", "Identities are checked with the police"))
    return odd(
        "settings.police",
        told_simulated(settings, ("公安核验是模拟的", "The police's identity check is simulated")),
        ("写 police_url 和 police_token_file", "Set police_url and police_token_file"),
    )


def _check_address(settings: Settings) -> Line:
    host = urlsplit(settings.public_url).hostname or ""
    path = certificate_path(settings.authority_dir, Role.SERVER)
    try:
        is_named = names_host(load_certificates(path)[0], host)
    except (CertsError, IndexError):
        is_named = True  # The key's own line tells.
    if not is_named:
        return wrong(
            "settings.public_url",
            (
                f"服务器证书里没有 {host}，终端连不上",
                f"The server's certificate does not name {host}",
            ),
            (f"mortgage-certs renew {settings.authority_dir} server --host {host}",) * 2,
        )
    if host in _LOCAL:
        return odd("settings.public_url", *_NOWHERE)
    if settings.host in _LOCAL:
        return odd("settings.host", *_ALONE)
    return fine("settings.public_url", (settings.public_url,) * 2)
