"""A relay in the same process: the office's own room, and counters on both of its sides."""

import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backend.errors import NotAllowedError, NotFoundError, ParcelGoneError
from backend.office.relay import Relay
from backend.office.rows import TerminalRow
from certs.relays import RelayKey, keep_relay_key
from terminal.box import SQLiteBox
from terminal.desk.keyring import Keyring
from terminal.desk.passages import Passages
from terminal.desk.place import Place
from terminal.desk.relay_ports import GONE, Parcel
from terminal.errors import LinkError, OfficeRefusedError, OfficeUnreachableError
from terminal.failpoints import load_failpoints
from terminal.rows import DRAFT
from tests.clock import FrozenClock

Told = Callable[[int], None]


@dataclass
class NearRelay:
    """A `RelayLink` of one counter that ends in the office's own relay."""

    relay: Relay
    terminal: TerminalRow
    is_down: bool = False
    lost: list[str] = field(default_factory=list)
    """Names of methods whose next answer does not come back: it was done all the same."""
    on_leave: Callable[[bytes, Told], None] = lambda data, told: None
    """Called with a parcel's bytes before they go, and with who is told how many went."""

    def put_relay_key(self, statement: str) -> None:
        self._ask("put_relay_key", lambda: self.relay.put_key(self.terminal, statement))

    def relay_counters(self) -> tuple[tuple[str, str], ...]:
        peers = self._ask("relay_counters", lambda: self.relay.peers(self.terminal))
        return tuple((peer.terminal, peer.key) for peer in peers)

    def parcels(self) -> tuple[Parcel, ...]:
        rows = self._ask("parcels", lambda: self.relay.list(self.terminal))
        return tuple(
            Parcel(
                parcel=row.parcel,
                sender=row.sender,
                recipient=row.recipient,
                state=row.state,
                size=row.size,
                left_at=row.left_at.isoformat(),
            )
            for row in rows
        )

    def leave_parcel(
        self, parcel: str, to: str, data: bytes, told: Callable[[int], None] = lambda kept: None
    ) -> str:
        self.on_leave(data, told)
        left = self._ask(
            "leave_parcel", lambda: self.relay.leave(parcel, data, sender=self.terminal, to=to)
        )
        return str(left.state)

    def fetch_parcel(self, parcel: str, told: Callable[[int], None] = lambda here: None) -> bytes:
        told(0)
        data: bytes = self._ask(
            "fetch_parcel", lambda: self.relay.fetch(parcel, recipient=self.terminal)
        )
        return data

    def take_parcel(self, parcel: str) -> None:
        self._ask("take_parcel", lambda: self.relay.take(parcel, recipient=self.terminal))

    def recall_parcel(self, parcel: str) -> None:
        self._ask("recall_parcel", lambda: self.relay.recall(parcel, sender=self.terminal))

    def _ask(self, name: str, act: Any) -> Any:
        if self.is_down:
            raise OfficeUnreachableError
        try:
            answer = act()
        except ParcelGoneError as exc:
            raise OfficeRefusedError(GONE, status=409) from exc
        except (NotAllowedError, NotFoundError) as exc:
            raise OfficeRefusedError(exc.code, status=403) from exc
        if name in self.lost:
            self.lost.remove(name)
            raise OfficeUnreachableError
        return answer


class NoRelay:
    """A line to an office that carries nothing."""

    def put_relay_key(self, statement: str) -> None:
        raise OfficeUnreachableError

    def relay_counters(self) -> tuple[tuple[str, str], ...]:
        raise OfficeUnreachableError

    def parcels(self) -> tuple[Parcel, ...]:
        raise OfficeUnreachableError

    def leave_parcel(self, parcel: str, to: str, data: bytes, told: Callable[[int], None]) -> str:
        raise OfficeUnreachableError

    def fetch_parcel(self, parcel: str, told: Callable[[int], None]) -> bytes:
        raise OfficeUnreachableError

    def take_parcel(self, parcel: str) -> None:
        raise OfficeUnreachableError

    def recall_parcel(self, parcel: str) -> None:
        raise OfficeUnreachableError


def make_lonely_passages(box: SQLiteBox, place: Place, clock: FrozenClock) -> Passages:
    """Return the room of a counter that reaches no other."""
    return Passages(
        box=box,
        place=place,
        clock=clock,
        keys=_no_keys,
        relay=NoRelay(),
        relay_key=_no_key,
        codec=DRAFT,
        new_id=lambda: "0" * 32,
        fail_point=load_failpoints(""),
    )


def _no_keys() -> Keyring:
    raise LinkError


def _no_key() -> RelayKey:
    raise LinkError


_NUMBERS = itertools.count(1)


def make_passages(
    box: SQLiteBox,
    place: Place,
    clock: FrozenClock,
    ring: Keyring,
    relay: NearRelay,
    **changes: Any,
) -> Passages:
    """Return the room of a counter on a relay of this process."""
    folder = Path(tempfile.mkdtemp()) / "relay"
    room = Passages(
        box=box,
        place=place,
        clock=clock,
        keys=lambda: ring,
        relay=relay,
        relay_key=lambda: keep_relay_key(folder, ring.signer, clock.now()),
        codec=DRAFT,
        new_id=lambda: f"{next(_NUMBERS):032x}",
        fail_point=load_failpoints(""),
    )
    return replace(room, **changes)
