"""Several time-stamp authorities in order of preference: who does not answer is left alone a while."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from asn1crypto import cms, tsp

from certs.errors import TimestampError
from certs.queries import REFUSED, read_query, read_reply
from certs.timestamps import Timestamper

logger = logging.getLogger(__name__)

T = TypeVar("T")

_REST_S: Final = 60.0
"""How long nobody asks an authority again that did not answer: a queue must not wait for it."""


@dataclass(frozen=True, slots=True)
class NamedStamper:
    """An authority and what operators call it."""

    name: str
    stamper: Timestamper


class PreferredTimestamper(Timestamper):
    """Asks one authority after the other; takes no stamp of one that is not believed."""

    def __init__(
        self,
        authorities: Sequence[NamedStamper],
        is_believed: Callable[[cms.SignedData], bool],
        *,
        rest_s: float = _REST_S,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask in this order; `is_believed` says whether readers will know whose stamp it is."""
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        self._authorities = tuple(authorities)
        self._is_believed = is_believed
        self._rest_s, self._seconds = rest_s, seconds
        self._rests_until: dict[str, float] = {}

    def followed_by(self, last: NamedStamper) -> "PreferredTimestamper":
        """Return the same authorities with one more as the last resort; who rests, rests for both."""
        other = PreferredTimestamper(
            (*self._authorities, last),
            self._is_believed,
            rest_s=self._rest_s,
            seconds=self._seconds,
        )
        other._rests_until = self._rests_until
        return other

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Get a token over a digest from the first that gives a good one.

        Raises:
            TimestampError: none does now; `reason` says of each why.
        """
        return await self._first(lambda one: self._ask(one, message_digest, md_algorithm))

    def answer(self, query: bytes) -> bytes:
        """Answer a DER query with the DER reply of the first that gives a good one, as it came.

        Raises:
            TimestampError: the query cannot be read, or none gives a stamp now.
        """
        request = read_query(query)
        return asyncio.run(self._first(lambda one: self._pass_on(one, request, query)))

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Refuse: several authorities are asked for whole tokens alone. Raises: TimestampError."""
        raise TimestampError("ask for a token")

    async def _first(self, ask: Callable[[NamedStamper], Awaitable[T]]) -> T:
        faults = []
        for one in self._authorities:
            if self._rests_until.get(one.name, 0.0) > self._seconds():
                faults.append(f"{one.name}: resting after a failure")
                continue
            try:
                return await ask(one)
            except TimestampError as error:
                faults.append(f"{one.name}: {error}")
                # A query that it does not grant says nothing about the next.
                rest_s = 0.0 if error.reason == REFUSED else self._rest_s
                self._rests_until[one.name] = self._seconds() + rest_s
                logger.warning(
                    "time-stamp authority gave nothing name=%s reason=%s", one.name, error
                )
        raise TimestampError("; ".join(faults))

    async def _pass_on(self, one: NamedStamper, request: tsp.TimeStampReq, query: bytes) -> bytes:
        reply = (await one.stamper.async_request_tsa_response(request)).dump()
        self._require_belief(cms.ContentInfo.load(read_reply(reply, query)))
        return bytes(reply)

    async def _ask(self, one: NamedStamper, digest: bytes, algorithm: str) -> cms.ContentInfo:
        token = await one.stamper.async_timestamp(digest, algorithm)
        self._require_belief(token)
        return token

    def _require_belief(self, token: cms.ContentInfo) -> None:
        if not self._is_believed(token["content"]):
            raise TimestampError("its certificate is not in the trust bundle")
