"""The office's ways to other authorities, as the settings name them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from backend.exchange.outbox import Reporter
from backend.office.asking_again import AskingAgain
from backend.office.enquiries import Service
from backend.office.enquiring import Enquiring
from backend.office.renewing import Renewing
from backend.office.rules import Policy
from backend.office.sparing import Sparing
from backend.settings import Settings
from backend.sharing import load_authorities, load_sharing
from backend.sharing.desk import AuthorityDesk
from backend.sharing.envelope import Account
from backend.wall import Wall
from certs.keys import read_private

_AT_COUNTER_S: Final = 5.0


def build_reporter(wall: Wall) -> Reporter | None:
    """Return who keeps a message ready for every registration; none where nobody asked for them.

    The messages are people's data in the clear, so only a folder that somebody named gets them.
    """
    if wall.settings.exchange_dir is None:
        return None
    return Reporter(
        works=wall.works,
        clock=wall.clock,
        folder=wall.settings.exchange_dir,
        area=wall.settings.police_area,
        office=wall.settings.office_name,
        fail_point=wall.fail_point,
    )


def build_authorities(settings: Settings, now: Callable[[], datetime]) -> AuthorityDesk:
    """Return the gateways to other authorities that the settings name."""
    path = settings.police_token_file
    token = read_private(path).decode("ascii").strip() if path else ""
    account = Account(area=settings.police_area, token=token, department=settings.office_name)
    police = load_sharing(
        settings.police_url, account=account, total_s=settings.authorities_timeout_s
    )
    return load_authorities(
        settings.authorities,
        police=police,
        account=account,
        now=now,
        total_s=settings.authorities_timeout_s,
        # Made-up answers may decide about papers marked SPECIMEN, never about a real right.
        believes_simulated=settings.is_specimen,
    )


def build_enquiring(wall: Wall) -> Enquiring:
    """Return who asks other authorities and keeps what they said."""
    return Enquiring(
        works=wall.works,
        authorities=build_authorities(wall.settings, wall.clock.now),
        clock=wall.clock,
        fail_point=wall.fail_point,
        lasts=timedelta(hours=wall.settings.answers_good_hours),
    )


def build_sparing(wall: Wall, policy: Policy) -> Sparing:
    """Return who asks other authorities for a counter; people wait, so for a few seconds only."""
    desk = build_authorities(wall.settings, wall.clock.now)
    return Sparing(
        works=wall.works,
        clock=wall.clock,
        authorities=replace(desk, total_s=min(desk.total_s, _AT_COUNTER_S)),
        policy=policy,
    )


def build_renewing(wall: Wall, enquiring: Enquiring) -> Renewing:
    """Return who asks again before an entry what is too old for it."""
    return Renewing(
        enquiring=enquiring,
        clock=wall.clock,
        services=frozenset(Service(name) for name in wall.settings.asked_before_entry),
        lasts=timedelta(hours=wall.settings.answers_good_hours),
    )


def build_asking(wall: Wall, policy: Policy) -> AskingAgain:
    """Return who asks again for a reviewer; the same numbers and answers as the worker's."""
    return AskingAgain(
        works=wall.works,
        enquiring=build_enquiring(wall),
        clock=wall.clock,
        policy=policy,
        lasts=timedelta(hours=wall.settings.answers_good_hours),
    )
