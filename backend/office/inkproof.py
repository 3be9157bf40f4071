"""What a handwritten signature is bound by: its signing event and time stamp, checked anew each time."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.office.checks import InkCheck
from backend.office.inviting_ports import InvitationRow
from backend.office.ports import Clock
from certs.errors import EventRefusedError, TimestampError
from certs.events import check_event, stamped_bytes
from certs.trust import TrustStore
from registration.application import Application
from registration.ink import InkRecord, RemoteSigning, event_facts
from registration.visits import Visit

StampChecker = Callable[..., datetime]
"""`certs.documents.stamps.check_stamp`."""
_NONE: Final = InkCheck()


@dataclass(frozen=True, slots=True, kw_only=True)
class InkProofs:
    """Checks the evidence of every signature of an application."""

    trust: Callable[[], TrustStore]
    """The trust as published now, with suites that were closed since."""
    check_stamp: StampChecker
    clock: Clock
    find_invitation: Callable[[str], InvitationRow | None] = lambda _name: None
    """What the office itself kept of an invitation to sign elsewhere."""

    def __call__(self, application: Application) -> tuple[InkCheck, ...]:
        """Return what was found, signature by signature, in the application's order."""
        if not any(ink.event for ink in application.inks):
            return tuple(_NONE for _ in application.inks)
        trust = self.trust()
        return tuple(self._check(ink, application, trust) for ink in application.inks)

    def _check(self, ink: InkRecord, application: Application, trust: TrustStore) -> InkCheck:
        if not ink.event:
            return _NONE
        home, visit = application.counter.terminal, application.find_visit(ink.visit_sha256)
        if ink.visit_sha256 and visit is None:
            return InkCheck(is_attested=True, fault="visit")
        facts, at = event_facts(ink), ink.bound_at
        terminal = visit.terminal if visit else home
        try:
            seen = check_event(ink.event, facts, terminal=terminal, trust=trust, at=at)
        except EventRefusedError as error:
            return InkCheck(is_attested=True, fault=error.reason)
        if ink.remote is not None and not self._kept(ink.remote, home):
            return InkCheck(is_attested=True, fault="invitation")
        if visit is not None and (seen.branch != visit.branch or not self._attended(visit, home)):
            return InkCheck(is_attested=True, fault="visit")
        if not ink.time_stamp:
            return InkCheck(is_attested=True, attested_at=seen.at)
        try:
            stamped_at = self.check_stamp(
                base64.b64decode(ink.time_stamp, validate=True),
                stamped_bytes(ink.event),
                trust=trust,
                at=self.clock.now(),
            )
        except (TimestampError, binascii.Error):
            return InkCheck(is_attested=True, attested_at=seen.at, has_bad_stamp=True)
        return InkCheck(is_attested=True, attested_at=seen.at, stamped_at=stamped_at)

    def _attended(self, visit: Visit, home: str) -> bool:
        """Say whether it was this counter that answered the first one's invitation, and so came back.

        The office itself took the answer, from a counter that it then knew as enrolled, not revoked
        and of the same bank (`Inviting`).
        """
        row, taken = self.find_invitation(visit.invitation), visit.taken
        return (
            row is not None
            and taken is not None
            and (row.terminal, row.attended_by) == (home, visit.terminal)
            and (row.answer_sha256, row.opened_at, row.answered_at)
            == (taken.answer_sha256, taken.opened_at, taken.answered_at)
        )

    def _kept(self, remote: RemoteSigning, terminal: str) -> bool:
        """Say whether what a counter says of ink from elsewhere is what the office saw itself."""
        row = self.find_invitation(remote.invitation)
        return row is not None and (
            (row.terminal, row.answer_sha256, row.opened_at, row.answered_at)
            == (terminal, remote.answer_sha256, remote.opened_at, remote.answered_at)
        )
