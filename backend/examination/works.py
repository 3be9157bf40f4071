"""Whether the seal seals: a paper that nobody keeps is sealed, time-stamped and checked."""

from collections.abc import Iterator
from datetime import datetime

from backend.assembly import build_seal, seal_check
from backend.doctor import Line, fine, wrong
from backend.errors import OfficeError
from backend.wall import Wall
from certs.errors import CertsError, TimestampError
from registration.errors import RegistrationError
from registration.papers.stamp import draw_seal

_BOX = (0.0, 0.0, 100.0, 100.0)


def check_seal(wall: Wall, now: datetime) -> Iterator[Line]:
    """Seal a page with the key, the picture and the time-stamp authority of the settings."""
    settings = wall.settings
    try:
        page = draw_seal(settings.office_name, is_specimen=True)
        sealed = build_seal(wall).seal(page, box=_BOX, at=now)
        is_good = seal_check(wall)(sealed, now)
    except TimestampError as error:
        where = settings.timestamp_url or "本机 own"
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
