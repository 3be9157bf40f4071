"""Puts together what lets signers elsewhere sign."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from quarantine.keeper import Keeper
from terminal.box import SQLiteBox
from terminal.desk.contact import Contact
from terminal.desk.guest_mail import GuestMail
from terminal.desk.guest_papers import GuestPapers
from terminal.desk.ports import FailPoints
from terminal.desk.remote import Remote
from terminal.desk.signing import Signing
from terminal.desk.visit_checks import VisitReader
from terminal.desk.visiting import Visiting
from terminal.invite_link import HTTPInviteLink
from terminal.office_link import HTTPOfficeLink
from terminal.visit_link import HTTPVisitLink
from terminal.web.counter import Counter
from terminal.web.plainly import say_plainly

_WIDTH_PX = 1000


def build_remote(
    signing: Signing, link: HTTPOfficeLink, keeper: Keeper, fail_point: FailPoints
) -> Remote:
    """Return who invites signers; pages are drawn where they can do no harm."""

    def pictures(pdf: bytes) -> tuple[bytes, ...]:
        key = hashlib.sha256(pdf).hexdigest()
        pages = range(1, keeper.report(key, lambda: pdf).pages + 1)
        return tuple(keeper.draw(key, lambda: pdf, page, width=_WIDTH_PX) for page in pages)

    return Remote(
        signing=signing,
        mail=GuestMail(
            box=signing.box,
            link=HTTPInviteLink(link),
            clock=signing.clock,
            fail_point=fail_point,
            visits=VisitReader(signing.place, signing.attesting),
        ),
        clock=signing.clock,
        papers=GuestPapers(signing=signing, pictures=pictures, plain=say_plainly),
        new_id=lambda: secrets.token_hex(16),
    )


def build_signing(
    signing: Signing,
    link: HTTPOfficeLink,
    box: SQLiteBox,
    devices: Mapping[str, Any],
    fail_point: FailPoints,
) -> dict[str, Any]:
    """Return who takes ink here: our own people's, from elsewhere, and for other counters."""
    visiting = Visiting(
        place=signing.place,
        clock=signing.clock,
        attesting=signing.attesting,
        link=HTTPVisitLink(link),
        shelf=box,
        fail_point=fail_point,
    )
    remote = build_remote(signing, link, devices["keeper"], fail_point)
    return {"signing": signing, "remote": remote, "visiting": visiting}


def guest_rounds(counter: Counter, contact: Contact) -> dict[str, Any]:
    """Return what `Rounds` does for signers elsewhere and here; nothing on a line that is down."""
    remote, visiting = counter.remote, counter.visiting
    if remote is None or visiting is None:
        return {}
    mail, visitors = remote.mail, visiting

    def attend() -> None:
        if contact.state.trouble is None:
            try:
                visitors.settle()
            finally:
                mail.settle()

    return {"attend": attend, "invited": mail.bell}
