"""Folders of messages: in from another register, out from this one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from backend.errors import CannotTellError
from backend.exchange.bringing import bring_together
from backend.exchange.message import Fault, Message, read
from backend.exchange.outbox import put, tell_part
from backend.exchange.telling import Stamp
from backend.office.ports import Works
from backend.store.estate_file import Estate
from backend.store.estates import LoadedEstates, put_estates
from registration.errors import BadDocumentError, Problem


def load_messages(works: Works, path: Path, at: datetime, *, by: str = "system") -> LoadedEstates:
    """Put what messages tell on the register, all of it or nothing; doing it twice is harmless.

    `path` is an XML file or a folder of them.

    Raises:
        BadDocumentError: with every fault that there is, each by file, line and field.
        ConflictError: as `backend.store.estates.load_estates`.
    """
    estates, digest = read_estates(path)
    # The journal names the import by what was read: each file's digest in order.
    return put_estates(works, estates, digest, at, by=by)


def read_estates(path: Path) -> tuple[tuple[Estate, ...], bytes]:
    """Return what messages tell, and the digests of their files. Raises: BadDocumentError."""
    messages: list[Message] = []
    faults: list[Fault] = []
    digests: list[str] = []
    files = sorted(path.glob("*.xml")) if path.is_dir() else [path]
    for file in files:
        data = file.read_bytes()
        digests.append(hashlib.sha256(data).hexdigest())
        found, wrong = read(data, file.name)
        messages += found
        faults += wrong
    if not messages and not faults:
        faults.append(Fault(path.name, 0, "", "没有报文", "no message is here"))
    faults += _find_repeated(messages)
    # What does not keep to the tables' form cannot be laid together.
    estates, loose = bring_together(() if faults else messages)
    if faults or loose:
        raise BadDocumentError(tuple(_problem(fault) for fault in (*faults, *loose)))
    return estates, "\n".join(digests).encode()


def _find_repeated(messages: list[Message]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for message in messages:
        number = message.head.get("BizMsgID", "")
        if number and number in seen:
            zh = f"报文编号与 {seen[number]} 重复"
            yield Fault(message.file, 0, "BizMsgID", zh, f"is that of {seen[number]} too")
        seen.setdefault(number, message.file)


def _problem(fault: Fault) -> Problem:
    place = f"{fault.file}:{fault.line} {fault.field}".strip()
    return Problem(place, "message", f"{fault.zh} / {fault.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote, and what it could not."""

    messages: int
    faults: tuple[str, ...]


def export_units(
    works: Works, folder: Path, units: tuple[str, ...], *, area: str, office: str, at: datetime
) -> Exported:
    """Write one message for the ownership and each entry of units, past ones too, as they stand.

    A message has the number of the last event of its entry: exported again it has the same name.
    """
    count, faults = 0, list[str]()
    with works() as work:
        for unit_no in units:
            page = work.register.extract(unit_no, at)
            last = {
                event.entry_no if event.subject else "": event.seq
                for event in work.register.history(unit_no)
            }
            for entry_no in ("", *(entry.entry_no for entry in page.encumbrances)):
                row = work.messages.give(unit_no, last[entry_no], area=area, at=at)
                stamp = Stamp(message_id=row.message_id, area=area, office=office, at=row.made_at)
                try:
                    data = tell_part(page, entry_no, stamp)
                except CannotTellError as error:
                    faults.append(str(error))
                    continue
                put(folder, f"Biz{row.message_id}.xml", data)
                count += 1
        work.commit()
    return Exported(messages=count, faults=tuple(faults))
