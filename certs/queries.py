"""The asking side of time stamps (RFC 3161): a query over a digest, and what came back for it."""

import hashlib
import secrets
from typing import Final

from asn1crypto import tsp

from certs.errors import TimestampError

QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"
REFUSED: Final = "refused"
"""Why there is no token where an authority answered with no."""
_MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)


def make_query(data: bytes) -> bytes:
    """Return a DER query for a time stamp over the SHA-256 of data, with the certificates."""
    imprint = {
        "hash_algorithm": {"algorithm": "sha256"},
        "hashed_message": hashlib.sha256(data).digest(),
    }
    return bytes(
        tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": imprint,
                "nonce": secrets.randbits(63),
                "cert_req": True,
            }
        ).dump()
    )


def read_query(query: bytes) -> tsp.TimeStampReq:
    """Return a DER query, read through. Raises: TimestampError: it is none."""
    try:
        request = tsp.TimeStampReq.load(query, strict=True)
        request.native  # noqa: B018  # asn1crypto parses only what is looked at
    except _MALFORMED as exc:
        raise TimestampError("unreadable query") from exc
    return request


def read_reply(reply: bytes, query: bytes) -> bytes:
    """Return the token of a reply to our query, DER; its signature is not checked.

    Raises:
        TimestampError: refused, not to be read, or an answer to something else.
    """
    try:
        asked = tsp.TimeStampReq.load(query, strict=True)
        answer = tsp.TimeStampResp.load(reply, strict=True)
        if answer["status"]["status"].native not in {"granted", "granted_with_mods"}:
            raise TimestampError(REFUSED)
        token = answer["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        is_ours = (
            info["message_imprint"].dump() == asked["message_imprint"].dump()
            and info["nonce"].native == asked["nonce"].native
        )
        der = bytes(token.dump())
    except _MALFORMED as exc:
        raise TimestampError("unreadable answer") from exc
    if not is_ours:
        raise TimestampError("stamped something else")
    return der
