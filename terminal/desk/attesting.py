"""Binding ink for later: the signing event that this counter vouches for, and its time stamp."""

import base64
from dataclasses import dataclass, replace

from certs.errors import TimestampError
from certs.events import attest_event, stamped_bytes
from certs.queries import make_query, read_reply
from registration.ink import InkRecord, event_facts
from terminal.desk.contact import Contact
from terminal.desk.keyring import Keys
from terminal.desk.ports import Clock, OfficeLink
from terminal.desk.reasons import LATE, trouble_of
from terminal.errors import BadAnswerError, LinkError, OfficeUnreachableError, OfficeUntrustedError


@dataclass(frozen=True, slots=True)
class Attesting:
    """Makes each signature provable: a key for this one signature, vouched for, stamped by the office."""

    keys: Keys
    link: OfficeLink
    clock: Clock
    contact: Contact
    """The line, as everything that goes over it finds it."""
    stamps: Contact
    """Whether stamps can be had: that nobody gives them says nothing about the line."""

    def attest(self, ink: InkRecord) -> InkRecord:
        """Return the ink with its event, and with a time stamp where the line gives one now.

        Raises:
            CertsError: the device that holds this counter's key is gone or refused.
        """
        event = attest_event(event_facts(ink), self.keys().signer, self.clock.now())
        return self.stamp((replace(ink, event=event),))[0]

    def stamp(self, inks: tuple[InkRecord, ...]) -> tuple[InkRecord, ...]:
        """Return inks with the time stamps that they lack, as far as they can be had now.

        A line that is known to be down is not waited for, nor are stamps that nobody gives.
        Nothing depends on a stamp: without one the office's receipt says by when the ink was there.
        """
        return tuple(self._stamped(ink) for ink in inks)

    def _stamped(self, ink: InkRecord) -> InkRecord:
        is_due = self.contact.is_due() and self.stamps.is_due()
        if not ink.event or ink.time_stamp or not is_due:
            return ink
        query = make_query(stamped_bytes(ink.event))
        try:
            token = read_reply(self.link.timestamp(query), query)
        except TimestampError:
            self._note(BadAnswerError("time stamp"))
            return ink  # Asked again before the package is sealed.
        except LinkError as exc:
            self._note(exc)
            return ink
        self.stamps.made()
        return replace(ink, time_stamp=base64.b64encode(token).decode("ascii"))

    def _note(self, exc: LinkError) -> None:
        """Spare the next signer the wait; packages wait only where the line itself is down."""
        is_down = isinstance(exc, OfficeUnreachableError | OfficeUntrustedError)
        is_late = getattr(exc, "reason", "") == LATE
        lost = self.contact if is_down and not is_late else self.stamps
        lost.lost(trouble_of(exc, self.clock.now()))


def is_same_ink(one: InkRecord, other: InkRecord) -> bool:
    """Say whether two records are one signature, whatever evidence they carry."""
    return replace(one, event="", time_stamp="") == replace(other, event="", time_stamp="")
