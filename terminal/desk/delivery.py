"""Delivery: packages out, each by itself; what is about one unit in the order it was sealed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Final

from certs.errors import CertsError
from certs.identity import Role
from certs.statements import check_statement
from registration import schema
from registration.errors import RegistrationError
from registration.outcomes import Receipt
from terminal.desk.backoff import backoff
from terminal.desk.contact import Contact, ContactState
from terminal.desk.items import Event, ItemState, OutboxItem, Trouble
from terminal.desk.keyring import Keys
from terminal.desk.ports import Box, Clock, FailPoints, OfficeLink
from terminal.desk.reasons import is_about_line, is_final, trouble_of
from terminal.errors import (
    BadAnswerError,
    BoxDamagedError,
    LinkError,
    NotReadyError,
    OfficeBusyError,
    OfficeUnreachableError,
)

FAIL_POINTS: Final = (
    "deliver.before-send",
    "deliver.sent",
    "deliver.receipt-checked",
    "deliver.receipt-kept",
)
_MOST_FAULTS: Final = 3
"""Packages that the office may fail at one after the other before it is left alone for a while."""
_MOST_STALLS: Final = 3
"""Times that the line may break under one package before the others go first."""


def held_by(items: Iterable[OutboxItem]) -> dict[int, int]:
    """Return which packages wait for an earlier one, and for which; `items` oldest first.

    Rank follows the time of acceptance (不动产登记暂行条例实施细则 art. 67), so what is about one
    unit must not overtake there; about different units it may. A person may let it.
    """
    first: dict[str, int] = {}
    held = {}
    for item in items:
        if item.state.is_done:
            continue
        before = [first[unit] for unit in item.units if unit in first]
        if before and not item.may_pass:
            held[item.sequence] = min(before)
        for unit in item.units:
            first.setdefault(unit, item.sequence)
    return held


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the packages stand that have not arrived."""

    contact: ContactState = field(default_factory=ContactState)
    sending: int | None = None
    """The package that is being sent now."""
    kept: Mapping[int, int] = field(default_factory=dict)
    """How many bytes the office has of packages that did not get through as a whole."""
    held: Mapping[int, int] = field(default_factory=dict)
    """Which wait for an earlier one, and for which."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Takes packages to the office.

    Raises (every act): BoxError.
    """

    box: Box
    link: OfficeLink
    keys: Keys
    clock: Clock
    jitter: Callable[[], float]
    """Gives a chance from 0 to 1."""
    fail_point: FailPoints
    contact: Contact
    going: dict[int, int] = field(default_factory=dict, repr=False)
    """Packages of which a part is at the office, and how many bytes of each."""
    sending: list[int] = field(default_factory=list, repr=False)
    """The package that is being sent now; empty between packages."""
    turn: Lock = field(default_factory=Lock, repr=False)
    """Held while packages go out, so that two tries of one package do not overwrite each other."""

    def deliver(self) -> int:
        """Send every package that may go, oldest first; return how many arrived.

        One that the office refuses waits for somebody's decision; one that the office fails at
        goes again later by itself; the others go on meanwhile. A line that is down stops all of
        them. Sending the same package again is harmless. Whoever comes while somebody else is
        delivering has nothing to do.
        """
        if not self.turn.acquire(blocking=False):
            return 0
        try:
            return self._deliver()
        finally:
            self.turn.release()

    def standing(self) -> Standing:
        """Say how the packages stand that have not arrived."""
        return Standing(
            contact=self.contact.state,
            sending=next(iter(self.sending), None),
            kept=dict(self.going),
            held=held_by(self.box.undelivered()),
        )

    def retry(self, sequence: int) -> OutboxItem:
        """Let a package go out again at once, and the line be tried at once.

        Raises:
            NotFoundError: no such package. NotReadyError: it has arrived already.
        """
        item = self._undelivered(sequence)
        again = replace(item, state=ItemState.WAITING, next_try_at=None, stalls=0)
        if item.tries:
            again = again.noted(Event(at=self.clock.now(), code="retried"))
        self.box.save_item(again)
        self.contact.try_now()
        return again

    def let_pass(self, sequence: int) -> OutboxItem:
        """Let a package go before an earlier one about the same unit; a person decided so.

        Raises:
            NotFoundError: no such package. NotReadyError: it has arrived already.
        """
        item = self._undelivered(sequence)
        passing = replace(item, may_pass=True).noted(Event(at=self.clock.now(), code="passed"))
        self.box.save_item(passing)
        return passing

    # --- inside

    def _undelivered(self, sequence: int) -> OutboxItem:
        item = self.box.get_item(sequence)
        if item.state.is_done:
            raise NotReadyError("nothing of it is left to send")
        return item

    def _deliver(self) -> int:
        tried: set[int] = set()
        delivered = faults = 0
        while self.contact.is_due() and (item := self._next(tried)) is not None:
            tried.add(item.sequence)
            self.sending[:] = [item.sequence]
            try:
                self._send(item)
            except (LinkError, BoxDamagedError) as exc:
                trouble = self._put_back(item.sequence, exc)
                faults = 0 if is_final(exc) else faults + 1
                if faults >= _MOST_FAULTS or (is_about_line(exc) and not _is_suspect(item)):
                    self.contact.lost(trouble, at_least_s=_asked_s(exc))
            else:
                self.contact.made()
                delivered, faults = delivered + 1, 0
            finally:
                self.sending.clear()
        return delivered

    def _next(self, tried: set[int]) -> OutboxItem | None:
        """Return the oldest package that may go now; asked anew each time, for much may change.

        One that the line breaks under, time and again, comes after all others.
        """
        items = self.box.undelivered()
        out = {*tried, *held_by(items)}
        may_go = [i for i in items if i.sequence not in out and self._is_due(i)]
        return min(may_go, key=_is_suspect, default=None)

    def _send(self, item: OutboxItem) -> None:
        package = self.box.package(item.sequence)
        self.fail_point("deliver.before-send")
        statement = self._carry(item, package)
        self.fail_point("deliver.sent")
        receipt = self._receipt(statement, item)
        self.fail_point("deliver.receipt-checked")
        now = self.clock.now()
        item = self.box.get_item(item.sequence)
        self.box.save_item(
            replace(
                item,
                state=ItemState.DELIVERED,
                tries=item.tries + 1,
                tried_at=now,
                next_try_at=None,
                trouble=None,
                receipt=receipt,
                statement=statement,
                delivered_at=now,
            ).noted(Event(at=now, code="delivered", kept=item.size))
        )
        self.going.pop(item.sequence, None)
        self.fail_point("deliver.receipt-kept")

    def _carry(self, item: OutboxItem, package: bytes) -> str:
        """Send as often as the line breaks, so long as something more gets through each time."""
        is_begun = item.is_begun
        if not is_begun:
            # Kept before anything is sent: after a power cut we ask first how much is there.
            self.box.save_item(replace(self.box.get_item(item.sequence), is_begun=True))
        while True:
            before = self.going.get(item.sequence, 0)
            try:
                return self.link.send_package(
                    package, is_begun=is_begun, told=lambda kept: self._note(item.sequence, kept)
                )
            except OfficeUnreachableError as exc:
                if self.going.get(item.sequence, 0) <= before:
                    raise
                self._note_cut(item.sequence, exc)
            is_begun = True

    def _note(self, sequence: int, kept: int) -> None:
        self.going[sequence] = kept

    def _note_cut(self, sequence: int, error: OfficeUnreachableError) -> None:
        item, trouble = self.box.get_item(sequence), trouble_of(error, self.clock.now())
        self.box.save_item(replace(item, stalls=0).noted(self._event(sequence, trouble)))

    def _event(self, sequence: int, trouble: Trouble) -> Event:
        return Event(
            at=trouble.at,
            code=trouble.reason or trouble.code,
            zh=trouble.zh,
            en=trouble.en,
            kept=self.going.get(sequence, 0),
        )

    def _receipt(self, statement: str, item: OutboxItem) -> Receipt:
        """Return the receipt if the office signed it and it speaks of this very package."""
        now = self.clock.now()
        try:
            claims = check_statement(statement, "receipt/1", self.keys().trust, Role.OFFICE, now)
            receipt = schema.parse_receipt(claims)
        except (CertsError, RegistrationError) as exc:
            raise BadAnswerError(exc.code) from exc
        if (receipt.package_sha256, receipt.sequence) != (item.package_sha256, item.sequence):
            raise BadAnswerError("receipt of another package")
        return receipt

    def _put_back(self, sequence: int, error: LinkError | BoxDamagedError) -> Trouble:
        """Note why a package did not get through, and when it goes again."""
        item, now = self.box.get_item(sequence), self.clock.now()
        trouble = trouble_of(error, now)
        was_under_way = isinstance(error, OfficeUnreachableError) and error.sent > 0
        stalls = item.stalls + 1 if was_under_way else 0
        put_back = replace(
            item,
            state=ItemState.NEEDS_YOU if is_final(error) else ItemState.WAITING,
            tries=item.tries + 1,
            tried_at=now,
            next_try_at=self._next_try(item, error),
            stalls=stalls,
            trouble=trouble,
        )
        self.box.save_item(put_back.noted(self._event(sequence, trouble)))
        return trouble

    def _next_try(self, item: OutboxItem, error: LinkError | BoxDamagedError) -> datetime | None:
        """Return a package's own next time; None where the line's, or a person, decides."""
        if is_final(error) or (is_about_line(error) and not _is_suspect(item)):
            return None
        pause = backoff(item.tries + 1, self.jitter(), at_least_s=_asked_s(error))
        return self.clock.now() + pause

    def _is_due(self, item: OutboxItem) -> bool:
        is_time = item.next_try_at is None or item.next_try_at <= self.clock.now()
        return item.state is ItemState.WAITING and is_time


def _is_suspect(item: OutboxItem) -> bool:
    """Say whether it seems to be the package that breaks the line, and not the line."""
    return item.stalls >= _MOST_STALLS


def _asked_s(error: Exception) -> float:
    """Return for how long the office asked to be left alone."""
    return (error.retry_after_s or 0.0) if isinstance(error, OfficeBusyError) else 0.0
