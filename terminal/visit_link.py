"""The line to the office's mailbox for those who come here to sign what another counter files."""

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Final

from terminal.desk.visit_ports import VisitStanding
from terminal.errors import BadAnswerError
from terminal.office_link import HTTPOfficeLink, read_object

_PATH: Final = "/api/v1/visits"
_LARGEST: Final = 20 * 1024 * 1024
_SMALL: Final = 1024 * 1024
_PROOF: Final = "Invitation-Proof"


class HTTPVisitLink:
    """A `terminal.desk.visit_ports.VisitLink` over HTTPS."""

    def __init__(self, link: HTTPOfficeLink) -> None:
        """Go over this line."""
        self._link = link

    def find_visit(self, invitation: str) -> VisitStanding:
        """Say how it stands; opens nothing."""
        told = read_object(self._link.exchange("GET", f"{_PATH}/{invitation}", most=_SMALL))
        try:
            expires_at = datetime.fromisoformat(told["expires_at"])
            if expires_at.tzinfo is None:
                raise ValueError("a time without zone")
            return VisitStanding(
                state=str(told["state"]),
                misses=int(told["misses"]),
                expires_at=expires_at,
                hint=base64.b64decode(told["hint"], validate=True),
            )
        except (KeyError, TypeError, ValueError, binascii.Error) as exc:
            raise BadAnswerError("visit") from exc

    def open_visit(self, invitation: str, proof: bytes) -> bytes:
        """Return the sealed papers."""
        path, headers = f"{_PATH}/{invitation}/opening", {_PROOF: proof.hex()}
        return self._link.exchange("POST", path, most=_LARGEST, headers=headers)

    def answer_visit(self, invitation: str, proof: bytes, sealed: bytes) -> None:
        """Hand the sealed answer in."""
        digest = base64.b64encode(hashlib.sha256(sealed).digest()).decode("ascii")
        headers = {
            _PROOF: proof.hex(),
            "Content-Type": "application/octet-stream",
            "Content-Digest": f"sha-256=:{digest}:",
        }
        path = f"{_PATH}/{invitation}/answer"
        self._link.exchange("PUT", path, most=_SMALL, data=sealed, headers=headers)
