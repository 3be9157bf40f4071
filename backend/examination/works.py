"""Whether the seal seals, each time-stamp authority stamps, and certificates last."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from backend.doctor import Line, fine, odd, wrong
from backend.errors import OfficeError
from backend.sealing import build_seal, build_stampers, seal_check
from backend.wall import Wall
from certs.bundle import load_bundle
from certs.documents import is_stamper_known
from certs.errors import CertsError, TimestampError
from certs.timestamps import HTTPTimestamper
from registration.errors import RegistrationError
from registration.papers.stamp import draw_seal

_BOX = (0.0, 0.0, 100.0, 100.0)
DUE: Final = timedelta(days=365)
"""So long before its last stamp can no longer be proven a certificate gets another one."""
_LATE: Final = timedelta(days=30)


def check_stampers(wall: Wall) -> Iterator[Line]:
    """Ask each time-stamp authority for a stamp, and whether readers will know whose it is."""
    settings = wall.settings
    for url in settings.stamp_urls:
        name = f"timestamp.{urlsplit(url).netloc}"
        stamper = HTTPTimestamper(url, timeout_s=float(settings.timestamp_timeout_s))
        try:
            token = asyncio.run(
                stamper.async_timestamp(hashlib.sha256(b"doctor").digest(), "sha256")
            )
        except TimestampError as error:
            yield odd(
                name,
                (
                    f"时间戳服务不应答（{error}）；证书照常签发，由后台补盖时间戳",
                    f"No stamp to be had ({error}); certificates go out, and get theirs later",
                ),
                ("核对地址和线路", "Check the address and the line to it"),
            )
            continue
        if is_stamper_known(token["content"], load_bundle(wall.trust_path)):
            yield fine(name, ("时间戳服务正常", "The time-stamp authority answers"))
            continue
        yield wrong(
            name,
            (
                "时间戳服务的证书不在信任列表里，不采用它的时间戳",
                "Its certificate is not in the trust bundle: its stamps are not taken",
            ),
            (f"mortgage-certs add-stamper {settings.authority_dir} FILE",) * 2,
        )


def check_lasting(wall: Wall, now: datetime) -> Line:
    """Say how many certificates need a new time stamp, and by when."""
    with wall.works.reading() as work:
        counts = work.files.counts()
        due, late = (work.files.count_due(now + ahead) for ahead in (DUE, _LATE))
    # Those of before versions were kept have no level: restamp looks at each, and stamps it.
    unseen = sum(one.count for one in counts if not one.level)
    due, late = due - unseen, late - unseen
    total = sum(one.count for one in counts)
    ends = [one.proven_until for one in counts if one.proven_until is not None]
    by = min(ends).date().isoformat() if ends else ""
    kinds = ", ".join(f"{one.level or '?'} {one.count}" for one in counts)
    remedy = ("mortgage-backend certificates restamp",) * 2
    if unseen and not late:
        words = (
            f"{unseen} 份较早的证书还没有看过时间戳到何时（共 {total} 份：{kinds}），另有 {due} 份要补盖",
            f"{unseen} older certificates were not looked at yet (of {total}: {kinds}); {due} are due",
        )
        return odd("lasting", words, remedy)
    if not due:
        words = (
            f"{total} 份有效证书的时间戳都够用（{kinds}）" + (f"，最早到 {by}" if by else ""),
            f"{total} certificates are stamped for long ({kinds})" + (f", to {by}" if by else ""),
        )
        return fine("lasting", words)
    words = (
        f"{due} 份证书要补盖时间戳，最迟 {by or '现在'}（共 {total} 份：{kinds}）",
        f"{due} certificates need a new time stamp by {by or 'now'} (of {total}: {kinds})",
    )
    return wrong("lasting", words, remedy) if late else odd("lasting", words, remedy)


def check_seal(wall: Wall, now: datetime) -> Iterator[Line]:
    """Seal a page with the key, the picture and the time-stamp authority of the settings."""
    settings = wall.settings
    try:
        page = draw_seal(settings.office_name, is_specimen=True)
        sealed = build_seal(wall, build_stampers(wall)).seal(page, box=_BOX, at=now)
        is_good = seal_check(wall)(sealed, now)
    except TimestampError as error:
        where = ", ".join(settings.stamp_urls) or "本机 own"
        yield wrong(
            "timestamp",
            (f"时间戳服务 {where} 不应答：{error}", f"The time-stamp authority {where}: {error}"),
            ("核对 timestamp_url 和到它的线路", "Check timestamp_url and the line to it"),
        )
        return
    except (OfficeError, CertsError, RegistrationError) as error:
        yield wrong(
            "seal",
            (f"印章用不了：{error}", f"The seal does not seal: {error}"),
            ("核对印章密钥，见 key.seal", "See to the seal's key, at key.seal"),
        )
        return
    if is_good:
        yield fine("seal", ("印章、时间戳试用通过", "Seal and time stamp work, and check as VALID"))
        return
    yield wrong(
        "seal",
        ("盖出来的章通不过核验", "What the seal seals does not check as VALID"),
        ("看 list、trust、key.timestamp 各项", "See the lines list, trust and key.timestamp"),
    )
