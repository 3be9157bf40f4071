"""Whether registrations reach the superior authority's folder."""

from collections.abc import Iterator

from backend.doctor import Line, fine, odd
from backend.errors import OfficeError
from backend.wall import Wall

_MANY = 1000


def check_outbox(wall: Wall) -> Iterator[Line]:
    """Look at the messages that wait, that nobody collects, and that could not be made."""
    folder = wall.settings.exchange_dir
    if folder is None:
        yield fine(
            "outbox", ("没有设 exchange_dir，不做上报的报文", "no exchange_dir, no messages made")
        )
        return
    try:
        with wall.works.reading() as work:
            waiting, faults = len(work.messages.unreported(_MANY)), work.messages.faults()
    except OfficeError:
        # The line of the database tells.
        return
    lying = len(list(folder.glob("Biz*.xml")))
    zh = f"待取报文 {lying}，还没做好 {waiting}，做不出 {len(faults)}"
    en = f"{lying} messages to collect, {waiting} not made yet, {len(faults)} refused"
    if faults or lying >= _MANY:
        remedy = (
            "mortgage-backend register outbox 列出做不出的；待取的要有程序取走",
            "mortgage-backend register outbox names the refused; somebody has to collect the rest",
        )
        yield odd("outbox", (zh, en), remedy)
        return
    yield fine("outbox", (zh, en))
