"""What the office decides for itself: its policy from the settings, and who adopts rulings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.office.rules import BUILT_KINDS, Policy
from backend.office.rulings import RuleBooks
from backend.settings import Settings
from backend.wall import Wall
from certs.identity import Role
from certs.statements import check_statement
from registration.mortgage import RegistrationKind
from registration.ruling import SCHEMA as RULING


def build_policy(settings: Settings) -> Policy:
    """Return what this office decides for itself."""
    return Policy(
        areas=settings.areas,
        banks=settings.banks,
        is_straight_through=settings.is_straight_through,
        limit_fen=settings.straight_through_limit_yuan * 100,
        kinds=BUILT_KINDS - {RegistrationKind(code) for code in settings.closed_kinds},
    )


def build_rule_books(wall: Wall) -> RuleBooks:
    """Return who adopts rulings; they are signed by this office's key for configurations."""

    def open_ruling(text: str, at: datetime) -> Mapping[str, Any]:
        return check_statement(text, RULING, wall.trust(), Role.OFFICE, at)

    return RuleBooks(
        works=wall.works,
        clock=wall.clock,
        policy=build_policy(wall.settings),
        office=wall.settings.office_code,
        open_statement=open_ruling,
    )
