"""What was last seen of the relay: for pages, which ask without a line, and for who sends."""

from dataclasses import dataclass, field

from terminal.desk.invite_ports import Moved
from terminal.desk.peers import Told
from terminal.desk.relay_ports import Parcel


@dataclass(slots=True)
class Seen:
    """What the relay said last."""

    arriving: tuple[Parcel, ...] = ()
    counters: tuple[str, ...] = ()
    """The other counters of the branch that can take a draft."""
    told: Told = field(default_factory=Told)
    waiting: set[str] = field(default_factory=set)
    """Parcels that the office holds."""
    moving: dict[str, Moved] = field(default_factory=dict)
    """Parcels whose bytes are on their way now, to the office or from it."""
    trouble: str = ""
    """Code of what the last try to go between met with; empty when it went well."""
