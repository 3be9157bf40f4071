"""The rule book of the made-up office: rulings come unsigned, as JSON."""

import json
from typing import Any

from backend.office.ports import Clock, Works
from backend.office.rules import Policy
from backend.office.rulings import RuleBooks
from tests.factories import OFFICE
from tests.rows import BANK

POLICY = Policy(areas=("410202",), banks=(BANK,))


def plain_books(works: Works, clock: Clock) -> RuleBooks:
    """Return who adopts rulings; whoever writes JSON is believed."""

    def open_plain(text: str, _at: object) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(text)
        return told

    return RuleBooks(
        works=works, clock=clock, policy=POLICY, office=OFFICE.text, open_statement=open_plain
    )
