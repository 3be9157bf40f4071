"""The line to the office's mailbox for signers elsewhere, over the same connection as everything else."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from registration import schema
from terminal.desk.invite_ports import Standing
from terminal.errors import BadAnswerError
from terminal.office_link import HTTPOfficeLink, read_object

_PATH: Final = "/api/v1/relay/invitations"
_LARGEST: Final = 4 * 1024 * 1024
_SMALL: Final = 1024 * 1024


class HTTPInviteLink:
    """A `terminal.desk.invite_ports.InviteLink` over HTTPS."""

    def __init__(self, link: HTTPOfficeLink) -> None:
        """Go over this line."""
        self._link = link

    def leave_invitation(
        self,
        invitation: str,
        proof_sha256: str,
        sealed: bytes,
        told: Callable[[int], None] = lambda kept: None,
    ) -> Standing:
        """Hand sealed papers in, from where the office has them; return how the invitation stands."""
        path = f"{_PATH}/{invitation}/by/{proof_sha256}"
        return _standing(read_object(self._link.send_pieces(path, sealed, told=told)))

    def offer_invitation(self, invitation: str, hint: bytes) -> Standing:
        """Let other counters of the bank open it, and no guest; again is the same."""
        body = schema.canonical({"hint": base64.b64encode(hint).decode("ascii")})
        headers = {"Content-Type": "application/json"}
        path = f"{_PATH}/{invitation}/hint"
        told = self._link.exchange("PUT", path, most=_SMALL, data=body, headers=headers)
        return _standing(read_object(told))

    def invitations(self) -> tuple[Standing, ...]:
        """Return every invitation of this counter that is open or ended lately."""
        listed = self._json("GET", _PATH).get("invitations")
        try:
            return tuple(_standing(one) for one in listed)
        except TypeError as exc:
            raise BadAnswerError("invitations") from exc

    def fetch_answer(self, invitation: str) -> bytes:
        """Return a sealed answer, unchecked."""
        return self._link.exchange("GET", f"{_PATH}/{invitation}/answer", most=_LARGEST)

    def take_answer(self, invitation: str) -> None:
        """Say that the answer is on this disk."""
        self._json("POST", f"{_PATH}/{invitation}/taking")

    def recall_invitation(self, invitation: str, *, unless_answered: bool = False) -> None:
        """End an invitation, or only one that is not answered."""
        query = "?unless=answered" if unless_answered else ""
        self._json("POST", f"{_PATH}/{invitation}/recall{query}")

    def _json(self, method: str, path: str) -> Any:
        return read_object(self._link.exchange(method, path, most=_SMALL))


def _standing(value: Any) -> Standing:
    try:
        return Standing(
            invitation=str(value["invitation"]),
            state=str(value["state"]),
            misses=int(value["misses"]),
            expires_at=_aware(value["expires_at"]),
            opened_at=_aware(value["opened_at"]) if value["opened_at"] else None,
            answered_at=_aware(value["answered_at"]) if value["answered_at"] else None,
            answer_sha256=str(value["answer_sha256"]),
            url=str(value["url"]),
            attended_by=str(value.get("attended_by", "")),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise BadAnswerError("invitation") from exc


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without zone")
    return at
