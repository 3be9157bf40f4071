"""A reader for the pages' tests: cards lie on it one after another."""

from dataclasses import dataclass, field

from registration.people import IdentityRecord
from terminal.desk.ports import ChipKey, ReaderInfo
from terminal.errors import TerminalError
from terminal.reader_errors import NoCardError, ReaderBusyError


@dataclass
class CardReader:
    """A reader on which cards lie one after another; at the end nobody lays a card."""

    cards: list[IdentityRecord]
    needs_key: bool = False
    keys: list[ChipKey | None] = field(default_factory=list)
    is_closed: bool = False
    trouble: TerminalError | None = None
    is_waiting: bool = False
    """Whether a window that is gone still waits on it."""

    def info(self) -> ReaderInfo:
        return ReaderInfo(
            driver="replay", name="made-up", is_simulated=True, needs_key=self.needs_key
        )

    def probe(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    def read(self, key: ChipKey | None = None) -> IdentityRecord:
        if self.is_waiting:
            raise ReaderBusyError("a read is under way")
        self.keys.append(key)
        if not self.cards:
            raise NoCardError
        return self.cards.pop(0)

    def close(self) -> None:
        self.is_closed, self.is_waiting = True, False
