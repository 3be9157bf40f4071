"""Whether a change lays more on the property than stood there before, and whom that harms."""

from typing import Final

from backend.office.register import Encumbrance, MortgageEntry
from backend.office.rules.matter import Matter
from registration.changes import ChangeGround
from registration.mortgage import Mortgage

_ALWAYS: Final = frozenset({ChangeGround.SECURITY_SCOPE, ChangeGround.OTHER})
"""Words that nobody can weigh: taken as more, so that a person and the others look."""
_BY_AMOUNT: Final = frozenset({ChangeGround.DEBT, ChangeGround.MAX_CLAIM})
_BY_TIME: Final = frozenset({ChangeGround.TERM, ChangeGround.DETERMINATION_PERIOD})


def is_burdening(matter: Matter) -> bool:
    """Say whether a change adds to what a mortgage lays on the property.

    A smaller amount, a shorter term or another name does not.

    Source: 民法典 arts 409, 422 (what may not harm other mortgagees).
    """
    change, after = matter.application.change, matter.application.mortgage
    if change is None or after is None:
        return False
    grounds, before = frozenset(change.grounds), matter.standing
    return (
        bool(grounds & _ALWAYS)
        or (bool(grounds & _BY_AMOUNT) and is_more(before, after))
        or (bool(grounds & _BY_TIME) and is_longer(before, after))
    )


def is_more(before: Encumbrance | None, after: Mortgage) -> bool:
    """Say whether the amount grows, or is not known from before."""
    if before is None or before.amount_fen is None or after.secured is None:
        return True
    return after.secured.fen > before.amount_fen


def is_longer(before: Encumbrance | None, after: Mortgage) -> bool:
    """Say whether the term or period ends later, or when it ended is not known."""
    deed = before.deed if before is not None else None
    if not isinstance(deed, MortgageEntry) or deed.end is None:
        return True
    return after.is_period_open or after.end is None or after.end > deed.end
