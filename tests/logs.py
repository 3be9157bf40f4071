"""A public log for tests: a key made here, a memory in a variable, and heads to forge with."""

from dataclasses import dataclass, field
from typing import Any, Final

from backend.office.log_keeping import LogKeeper
from backend.office.ports import Works
from certs.checkpoints import Checkpoint, sign_checkpoint
from certs.identity import Role
from certs.logkeys import open_log_signer
from certs.notes import NoteSigner
from tests.clock import FrozenClock
from tests.pki import PKI
from tests.rows import AT

ORIGIN: Final = "registration.example/log"


@dataclass
class Variable:
    """A memory that is forgotten with the test."""

    note: str = ""

    def recall(self) -> str:
        return self.note

    def remember(self, note: str) -> None:
        self.note = note


@dataclass
class LogStand:
    """A keeper over a store, with what it needs of the wall."""

    works: Works
    pki: PKI
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(AT))
    memory: Variable = field(default_factory=Variable)
    passed: list[str] = field(default_factory=list)

    def signer(self, origin: str) -> NoteSigner:
        return open_log_signer(self.pki.office(Role.LOG), origin)

    def _pass(self, name: str) -> None:
        self.passed.append(name)

    @property
    def keeper(self) -> LogKeeper:
        return LogKeeper(
            works=self.works,
            clock=self.clock,
            signer=self.signer,
            memory=self.memory,
            name=ORIGIN,
            fail_point=self._pass,
        )

    def write(self, count: int = 1, **changes: Any) -> None:
        """Write records to the journal, in one act."""
        facts: dict[str, Any] = {
            "actor": "auto",
            "act": "act",
            "ref": "r",
            "body": b"",
            "at": AT,
        } | changes
        with self.works() as work:
            for _ in range(count):
                work.journal.append(**facts)
            work.commit()

    def grow(self, count: int = 1, **changes: Any) -> None:
        """Write records and publish a head over them."""
        self.write(count, **changes)
        while self.keeper.step():
            pass

    def forge(self, size: int, root: bytes = bytes(32), origin: str = ORIGIN) -> str:
        """Sign a head with the office's own key that its journal never had."""
        return sign_checkpoint(Checkpoint(origin=origin, size=size, root=root), self.signer(origin))
