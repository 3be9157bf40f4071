"""A counter that watches a log: a real shelf, and an office's public log at the end of the line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

from backend.errors import OfficeError
from backend.office.public_log import PublicLog
from backend.office.rows import TerminalRow
from certs.atrest import Vault
from certs.checkpoints import parse_checkpoint
from certs.errors import CertsError
from certs.notes import parse_note
from registration.outcomes import Receipt
from terminal.box import SQLiteBox
from terminal.desk.items import ItemState, OutboxItem
from terminal.desk.keyring import Keyring
from terminal.desk.ports import FailPoints
from terminal.desk.promises import Promises
from terminal.desk.watch import Alarm, AlarmKind, Watch
from terminal.desk.watching import Watcher
from terminal.errors import LinkError, OfficeRefusedError
from tests.boxes import make_draft, put_out
from tests.logs import ORIGIN, LogStand
from tests.memory.work import MemoryWorks
from tests.pki import PKI, TERMINAL
from tests.rows import make_terminal

_T = TypeVar("_T")
KEY: Final = Vault(bytes(32))
PROMISED_S: Final = 24 * 3600


@dataclass
class Wire:
    """The office's public log over no network: the same words, the same refusals."""

    stand: LogStand
    terminal: TerminalRow
    asked: list[str] = field(default_factory=list)
    faults: list[LinkError] = field(default_factory=list)
    """Raised one by one, before anything is asked."""
    growth: str = ""
    """Given instead of the office's own answer; empty for that."""
    proof: str = ""

    @property
    def log(self) -> PublicLog:
        return PublicLog(
            works=self.stand.works, clock=self.stand.clock, trust=lambda: self.stand.pki.trust
        )

    def get_bytes(self, path: str) -> bytes:
        return _answered(lambda: self._get(path))

    def post_json(self, path: str, value: Mapping[str, object]) -> object:
        return _answered(lambda: self._post(path, value))

    def _get(self, path: str) -> bytes:
        self._ask(path)
        url = urlsplit(path)
        if url.path == "/log/growth":
            made = self.log.growth(int(parse_qs(url.query)["old"][0])).format()
            return (self.growth or made).encode()
        if url.path.startswith("/log/proof/"):
            size, index = map(int, url.path.split("/")[3:])
            return (self.proof or self.log.proof(size, index).format()).encode()
        return self.log.tile(url.path.removeprefix("/log/tile/"))

    def _post(self, path: str, value: Mapping[str, Any]) -> object:
        self._ask(path)
        name = path.rsplit("/", 1)[1]
        if name == "witness":
            self.log.enlist(self.terminal, **value)
            return {}
        if name == "cosignatures":
            self.log.cosign(self.terminal, int(value["size"]), value["line"])
            return {}
        return {"fault": self.log.report(self.terminal, **value)}

    def _ask(self, path: str) -> None:
        self.asked.append(path.split("?", maxsplit=1)[0])
        if self.faults:
            raise self.faults.pop(0)


def _answered(ask: Callable[[], _T]) -> _T:
    try:
        return ask()
    except (OfficeError, CertsError) as exc:
        raise OfficeRefusedError(exc.code, status=400) from exc


@dataclass
class WatchStand:
    """One counter and one office."""

    office: LogStand
    box: SQLiteBox
    wire: Wire
    fail_point: FailPoints = print

    @property
    def watcher(self) -> Watcher:
        keys = Keyring(self.office.pki.package_signer, self.office.pki.trust)
        parts: dict[str, Any] = {
            "shelf": self.box,
            "link": self.wire,
            "keys": lambda: keys,
            "clock": self.office.clock,
            "fail_point": self.fail_point,
        }
        return Watcher(promises=Promises(**parts), terminal=TERMINAL, refresh=lambda: None, **parts)

    def deliver(self, draft_id: str = "A1") -> OutboxItem:
        """Let the office receive a package: a record of its journal, and a receipt that says so."""
        sequence = put_out(self.box, _kept(self.box, draft_id), draft_id.encode()).sequence
        assert sequence is not None
        self.office.write(act="package received", ref=draft_id)
        with self.office.works.reading() as work:
            record = work.journal.of(draft_id)[-1]
        return self.take_receipt(sequence, record.seq, record.hash)

    def take_receipt(self, sequence: int, seq: int, journal_hash: str) -> OutboxItem:
        item, now = self.box.get_item(sequence), self.office.clock.now()
        receipt = Receipt(
            receipt_no=f"R-{sequence}",
            package_sha256=item.package_sha256,
            terminal=TERMINAL,
            sequence=sequence,
            received_at=now,
            journal_seq=seq,
            journal_hash=journal_hash,
            log_origin=ORIGIN,
            log_within_s=PROMISED_S,
        )
        done = replace(item, state=ItemState.DELIVERED, receipt=receipt, delivered_at=now)
        self.box.save_item(done)
        return done


def _kept(box: SQLiteBox, draft_id: str) -> Any:
    draft = make_draft(draft_id)
    box.add_draft(draft)
    return box.get_draft(draft_id)


def make_office(pki: PKI) -> LogStand:
    """Return an office with a log of nothing yet, that knows the test's counter."""
    works = MemoryWorks()
    with works() as work:
        work.terminals.save(make_terminal(TERMINAL))
        work.commit()
    return LogStand(works, pki)


def make_watch(folder: Path, office: LogStand) -> WatchStand:
    """Return a counter with an empty box, in a folder that does not exist yet."""
    folder.mkdir()
    box = SQLiteBox(folder / "box.db", KEY)
    return WatchStand(office, box, Wire(office, make_terminal(TERMINAL)))


def fork(office: LogStand) -> LogStand:
    """Return an office that has the same past and the same keys, and goes its own way from here."""
    assert isinstance(office.works, MemoryWorks)
    works = MemoryWorks()
    works.tables = office.works.tables.copy(is_closed=False)
    return replace(office, works=works, memory=replace(office.memory))


def size_of(watch: Watch) -> int:
    return parse_checkpoint(parse_note(watch.note).text).size


def alarm_of(watch: Watch) -> AlarmKind | None:
    return watch.alarm.kind if watch.alarm else None


class CrashError(Exception):
    """Where a process would have ended."""


def crash_at(name: str) -> FailPoints:
    """Return what ends the process at one named place."""

    def pass_by(passed: str) -> None:
        if passed == name:
            raise CrashError(name)

    return pass_by


def raise_alarm(box: SQLiteBox, at: datetime, kind: AlarmKind = AlarmKind.SHRUNK) -> None:
    """Let a counter's memory say that the office's log did what it must not."""
    alarm = Alarm(kind=kind, at=at, seen="")
    box.save_watch(Watch(name="office.example/witness/T-0001", seed=bytes(32), alarm=alarm))
