"""What a counter remembers of the office's log, whose witness it is; and what alarmed it."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from terminal.desk.items import OutboxItem


class AlarmKind(enum.Enum):
    """How the office's log contradicted what this counter knew."""

    FORKED = "forked"
    """It does not continue the head that was kept: it was rewritten, or others see another one."""
    SHRUNK = "shrunk"
    """It is shorter than the head that was kept."""
    RESTARTED = "restarted"
    """Another log began."""
    GONE = "gone"
    """There is no log any more."""
    BROKEN_PROMISE = "broken promise"
    """A package has a receipt, and its record does not stand in the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One contradiction, with the evidence; it stands until a person has found out why."""

    kind: AlarmKind
    at: datetime
    seen: str
    """The head that was kept, a signed note."""
    shown: str = ""
    """The head that contradicts it; empty where none was shown."""
    sequence: int = 0
    """The package whose promise was broken; 0 for none."""
    told_at: datetime | None = None
    """When the office was told."""
    answer: str = ""
    """What the office said of it: what the evidence shows of its own journal, or a problem code."""
    settled_at: datetime | None = None
    reason: str = ""
    """Why a person let the counter believe the office's log again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A witness's memory; it never signs a head that does not continue `note`."""

    name: str
    """Under which it signs: `HOST/witness/TERMINAL`."""
    seed: bytes = field(repr=False)
    """Its secret key, 32 bytes."""
    note: str = ""
    """The newest head that was believed, signed by the log alone; empty before the first."""
    is_cosigned: bool = False
    """Whether the office has our signature on it."""
    looked_at: datetime | None = None
    """When the office's log was last found to continue."""
    doubted_at: datetime | None = None
    """Since when the office shows heads that no log key known here signed."""
    alarm: Alarm | None = None
    settled: tuple[Alarm, ...] = ()
    """Earlier alarms, oldest first."""
    version: int = 0
    """Counts the changes; see `LogShelf.save_watch`."""

    @property
    def began_anew_at(self) -> datetime | None:
        """When a person last let it begin with another log."""
        return self.settled[-1].settled_at if self.settled else None


class LogShelf(Protocol):
    """Keeps the watch and the proofs; whatever a method acknowledged survives a power cut.

    Raises (every method): BoxFullError, BoxDamagedError, BoxError.
    """

    def watch(self) -> Watch | None:
        """Return what is remembered; None before the first time."""

    def save_watch(self, watch: Watch) -> Watch:
        """Write a changed watch; return it one version on.

        Raises:
            ConflictError: somebody saved it since `watch.version` was read.
        """

    def unproven(self, most: int) -> tuple[OutboxItem, ...]:
        """Return packages with a receipt and without a proof, oldest first, `most` at most."""

    def keep_proof(self, sequence: int, proof: str) -> None:
        """Keep the proof that a package's record stands in the log, a `.tlog-proof` text."""

    def find_proof(self, sequence: int) -> str | None:
        """Return a package's proof; None while there is none."""

    def forget_proofs(self) -> None:
        """Forget every proof: they are another log's."""

    def save_item(self, item: OutboxItem) -> None:
        """Write a changed package. Raises: NotFoundError."""


class LogLink(Protocol):
    """The way to the office's log.

    Raises (every method): as `terminal.desk.ports.OfficeLink`.
    """

    def get_bytes(self, path: str) -> bytes:
        """Return a file of the log, unchecked."""

    def post_json(self, path: str, value: Mapping[str, object]) -> object:
        """Tell the office something about its log."""


# For people: what happened, in Chinese and English.
WORDS: Final[Mapping[AlarmKind, tuple[str, str]]] = {
    AlarmKind.FORKED: (
        "登记中心的公开日志与先前给出的对不上：记录被改过，或各网点看到的不是同一本",
        "The office's log contradicts the one it showed before: it was rewritten, or others see another one",
    ),
    AlarmKind.SHRUNK: (
        "登记中心的公开日志变短了：恢复了旧备份，或删过记录",
        "The office's log became shorter: an older backup was restored, or records were removed",
    ),
    AlarmKind.RESTARTED: ("登记中心另起了一本公开日志", "The office began another log"),
    AlarmKind.GONE: ("登记中心的公开日志不见了", "The office's log is gone"),
    AlarmKind.BROKEN_PROMISE: (
        "登记中心出过回执的件，公开日志里没有",
        "A package with a receipt does not stand in the office's log",
    ),
}
