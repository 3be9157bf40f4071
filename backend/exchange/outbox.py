"""Keeps a message ready for every registration: one file each, in a folder that a courier empties."""

import contextlib
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from backend.errors import CannotTellError, NotReadyError
from backend.exchange.message import Message, check, write
from backend.exchange.telling import Stamp, tell_entry, tell_title
from backend.office.case import Stage
from backend.office.events import Act, Event, replay
from backend.office.ports import Clock, FailPoints, Work, Works
from backend.office.register import Extract
from registration.errors import BadAmountError

_LOG = logging.getLogger(__name__)
_PAGE: Final = 50
_MANY: Final = 5000
_REG_TYPES: Final = {
    Act.PASSED: "200",
    Act.TRANSFERRED: "200",
    Act.CHANGED: "300",
    Act.CRYSTALLISED: "300",
    Act.SUIT_FILED: "300",
    Act.TOOK_EFFECT: "300",
}
"""DJLX of what happens to an entry that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Writes the messages of what is new on the register; repeating is harmless.

    A file is written whole, under a name that its event has for ever, before the event counts as
    reported: after a crash in between the same bytes are written again.
    """

    works: Works
    clock: Clock
    folder: Path
    area: str
    office: str
    fail_point: FailPoints

    def step(self) -> int:
        """Report what waits, as far as its certificates are there; return how many messages.

        Raises:
            OfficeError, OSError: database or folder are away; nothing of it is lost.
        """
        for limit in (_PAGE, _MANY):
            with self.works.reading() as work:
                waiting = work.messages.unreported(limit)
            count = sum([self._report(unit_no, seq) for unit_no, seq in waiting])
            # Where all of a page waits for certificates, others may stand behind it.
            if count or len(waiting) < limit:
                return count
        return 0

    def _report(self, unit_no: str, seq: int) -> bool:
        with self.works() as work:
            row = work.messages.give(unit_no, seq, area=self.area, at=self.clock.now())
            stamp = Stamp(
                message_id=row.message_id, area=self.area, office=self.office, at=row.made_at
            )
            told = _try_to_tell(work, unit_no, seq, stamp)
            if told is None:
                return False
            data, fault = told
            # The number is durable before the file is there: it never names another event.
            work.commit()
        if data:
            put(self.folder, f"Biz{row.message_id}.xml", data)
        self.fail_point("report.written")
        with self.works() as work:
            work.messages.set_reported(unit_no, seq, at=self.clock.now(), fault=fault)
            work.commit()
        _LOG.info("registration reported message=%s fault=%s", row.message_id, bool(fault))
        return True


def _try_to_tell(work: Work, unit_no: str, seq: int, stamp: Stamp) -> tuple[bytes, str] | None:
    """Return the message of an event, or what keeps it from being made, for ever.

    None while its certificate is still being made.
    """
    try:
        event, page = _at(work, unit_no, seq)
        if _waits(work, event):
            return None
        return tell(_certified(work, page, event), event, stamp), ""
    except CannotTellError as error:
        return b"", str(error)
    except NotReadyError:
        # The database is away or busy; the event is tried again.
        raise
    except Exception as error:  # noqa: BLE001 - what one event has wrong keeps no later one back
        _LOG.exception("registration not told message=%s", stamp.message_id)
        reason = "程序出错，见运行日志 / the program failed, see its log"
        return b"", f"{unit_no} {seq}: {reason} ({type(error).__name__})"


def _at(work: Work, unit_no: str, seq: int) -> tuple[Event, Extract]:
    """Return an event, and the unit's page as it was after it."""
    events = [event for event in work.register.history(unit_no) if event.seq <= seq]
    return events[-1], replay(unit_no, events, read_at=events[-1].at)


def _waits(work: Work, event: Event) -> bool:
    """Say whether the certificate of an event is still being made."""
    return bool(event.case_no) and work.cases.get(event.case_no).stage is Stage.REGISTERED


def _certified(work: Work, page: Extract, event: Event) -> Extract:
    """Return the page with the number that proves the event's entry."""
    issued = work.certificates.find_by_case(event.case_no) if event.case_no else None
    now = work.register.extract(page.unit_no, event.at).find_entry(event.entry_no)
    number = issued.certificate_no if issued else now.certificate_no if now else ""
    entries = tuple(
        replace(e, certificate_no=number) if e.entry_no == event.entry_no else e
        for e in page.encumbrances
    )
    return replace(page, encumbrances=entries)


def tell(page: Extract, event: Event, stamp: Stamp) -> bytes:
    """Return the message of an event. Raises: CannotTellError."""
    stamp = replace(stamp, reg_type=_REG_TYPES.get(event.act, ""))
    return tell_part(page, event.entry_no if event.subject else "", stamp)


def tell_part(page: Extract, entry_no: str, stamp: Stamp) -> bytes:
    """Return the message of an entry as a page has it; without a number, of its ownership.

    Raises:
        CannotTellError: the form cannot hold it; every reason is named.
    """
    entry, title = page.find_entry(entry_no), page.title
    if title is None or (entry_no and entry is None):
        raise CannotTellError(f"{page.unit_no} {entry_no}: not on the register")
    try:
        message = tell_entry(title, entry, stamp) if entry else tell_title(title, stamp)
    except BadAmountError as exc:
        reason = "数额有角分，万元四位小数写不下 / the amount has jiao or fen, the form holds none"
        raise CannotTellError(f"{page.unit_no} {entry_no}: {reason}") from exc
    faults = "；".join(_told(message))
    if faults:
        raise CannotTellError(f"{page.unit_no} {entry_no}: {faults}")
    return write(message)


def _told(message: Message) -> Iterator[str]:
    for fault in check(message):
        yield f"{fault.field} {fault.zh} / {fault.en}"


def put(folder: Path, name: str, data: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, path = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(path).replace(folder / name)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(path).unlink()
        raise
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
