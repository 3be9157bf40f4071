"""What the server does each hour beside its work."""

from types import SimpleNamespace
from typing import Any, cast

from backend.serving import tidy


class Room:
    """Counts how often it was swept."""

    def __init__(self) -> None:
        self.swept = 0

    def sweep(self) -> int:
        self.swept += 1
        return 1


def test_every_shelf_is_swept_each_hour() -> None:
    """One of them was left out when two changes met: what a crash had left there stayed for ever."""
    names = ("uploads", "parcel_pieces", "invitation_pieces", "relay", "inviting")
    rooms = {name: Room() for name in names}
    office = cast(Any, SimpleNamespace(**rooms))

    assert tidy(dict, office) == 3600.0
    assert {name: room.swept for name, room in rooms.items()} == dict.fromkeys(names, 1)
