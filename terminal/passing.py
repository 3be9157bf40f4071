"""Puts together what hands drafts to the other counters of a branch."""

import secrets
from pathlib import Path

from certs.relays import RelayKey, keep_relay_key
from terminal.desk.intake import Intake
from terminal.desk.passages import Passages
from terminal.desk.ports import FailPoints
from terminal.membership import Membership, SystemClock
from terminal.office_link import HTTPOfficeLink
from terminal.relay_link import HTTPRelayLink
from terminal.rows import DRAFT


def build_passages(
    intake: Intake,
    link: HTTPOfficeLink,
    membership: Membership,
    home: Path,
    fail_point: FailPoints,
) -> Passages:
    """Return what hands drafts over; this counter's relay key lies in its home."""
    clock = SystemClock()

    def relay_key() -> RelayKey:
        return keep_relay_key(home / "relay", membership.keys().signer, clock.now())

    return Passages(
        box=intake.box,
        place=intake.place,
        clock=clock,
        keys=membership.keys,
        relay=HTTPRelayLink(link),
        relay_key=relay_key,
        codec=DRAFT,
        new_id=lambda: secrets.token_hex(16),
        fail_point=fail_point,
    )
