"""The line to the relay, over the same connection as everything else."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

from registration import schema
from terminal.desk.relay_ports import Parcel
from terminal.errors import BadAnswerError
from terminal.office_link import HTTPOfficeLink, read_object

_PATH: Final = "/api/v1/relay"
_LARGEST: Final = 64 * 1024 * 1024
_SMALL: Final = 1024 * 1024


class HTTPRelayLink:
    """A `terminal.desk.relay_ports.RelayLink` over HTTPS."""

    def __init__(self, link: HTTPOfficeLink) -> None:
        """Go over this line."""
        self._link = link

    def put_relay_key(self, statement: str) -> None:
        """Tell the office which key parcels to this counter are sealed to."""
        body = schema.canonical({"statement": statement})
        kind = {"Content-Type": "application/json"}
        self._link.exchange("PUT", f"{_PATH}/key", most=_SMALL, data=body, headers=kind)

    def relay_counters(self) -> tuple[tuple[str, str], ...]:
        """Return name and key statement of the branch's other counters."""
        listed = self._json("GET", f"{_PATH}/counters").get("counters")
        try:
            return tuple((str(one["terminal"]), str(one["key"])) for one in listed)
        except (KeyError, TypeError) as exc:
            raise BadAnswerError("counters") from exc

    def parcels(self) -> tuple[Parcel, ...]:
        """Return what this counter sent and what it may take."""
        listed = self._json("GET", f"{_PATH}/parcels").get("parcels")
        try:
            return tuple(_parcel(one) for one in listed)
        except TypeError as exc:
            raise BadAnswerError("parcels") from exc

    def leave_parcel(
        self, parcel: str, to: str, data: bytes, told: Callable[[int], None] = lambda kept: None
    ) -> str:
        """Hand a parcel in, from where the office has it; return its state."""
        path = f"{_PATH}/parcels/{parcel}/to/{quote(to, safe='')}"
        return _parcel(read_object(self._link.send_pieces(path, data, told=told))).state

    def fetch_parcel(self, parcel: str, told: Callable[[int], None] = lambda here: None) -> bytes:
        """Return a parcel's bytes, unchecked; after a cut only the rest is fetched."""
        return self._link.fetch(f"{_PATH}/parcels/{parcel}", most=_LARGEST, told=told)

    def take_parcel(self, parcel: str) -> None:
        """Say that the parcel is on this disk."""
        self._json("POST", f"{_PATH}/parcels/{parcel}/taking")

    def recall_parcel(self, parcel: str) -> None:
        """Make a parcel ours again."""
        self._json("POST", f"{_PATH}/parcels/{parcel}/recall")

    def _json(self, method: str, path: str) -> Any:
        return read_object(self._link.exchange(method, path, most=_SMALL))


def _parcel(value: Any) -> Parcel:
    try:
        return Parcel(
            parcel=str(value["parcel"]),
            sender=str(value["sender"]),
            recipient=str(value["recipient"]),
            state=str(value["state"]),
            size=int(value["size"]),
            left_at=str(value["left_at"]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise BadAnswerError("parcel") from exc
