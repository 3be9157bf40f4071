"""Puts together what lets signers elsewhere sign."""

import hashlib
import secrets
from typing import Any

from quarantine.keeper import Keeper
from terminal.desk.contact import Contact
from terminal.desk.guest_mail import GuestMail
from terminal.desk.guest_papers import GuestPapers
from terminal.desk.ports import FailPoints
from terminal.desk.remote import Remote
from terminal.desk.signing import Signing
from terminal.invite_link import HTTPInviteLink
from terminal.office_link import HTTPOfficeLink
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
            box=signing.box, link=HTTPInviteLink(link), clock=signing.clock, fail_point=fail_point
        ),
        clock=signing.clock,
        papers=GuestPapers(signing=signing, pictures=pictures, plain=say_plainly),
        new_id=lambda: secrets.token_hex(16),
    )


def guest_rounds(remote: Remote | None, contact: Contact) -> dict[str, Any]:
    """Return what `Rounds` does for signers elsewhere; nothing on a line that is down."""
    if remote is None:
        return {}
    mail = remote.mail

    def attend() -> None:
        if contact.state.trouble is None:
            mail.settle()

    return {"attend": attend, "invited": mail.bell}
