"""One question out and one answer in, over HTTP and within a time; whatever else is no answer."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import requests

from backend.errors import NoAnswerError

_LARGEST: Final = 256 * 1024


class Line(Protocol):
    """A way to one authority."""

    def exchange(self, data: bytes) -> bytes:
        """Send one question and return the raw answer. Raises: NoAnswerError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPLine:
    """A gateway of the ministry, by POST."""

    url: str
    connect_s: float = 3.0
    total_s: float = 8.0
    """For one question, from its first byte to the answer's last."""
    authority: str = ""
    """File of the certificates that may vouch for the gateway; empty for the public ones."""

    def exchange(self, data: bytes) -> bytes:
        """Send one question and return the raw answer. Raises: NoAnswerError."""
        try:
            return b"".join(self._exchange(data))
        except requests.Timeout as exc:
            # The text of the error may hold the URL; its kind is enough.
            raise NoAnswerError("timeout", type(exc).__name__) from exc
        except requests.RequestException as exc:
            raise NoAnswerError("unreachable", type(exc).__name__) from exc

    def _exchange(self, data: bytes) -> Iterator[bytes]:
        end = time.monotonic() + self.total_s
        with requests.Session() as session:
            # Variables of the environment must not re-route people's data.
            session.trust_env = False
            with session.post(
                self.url,
                data=data,
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=(self.connect_s, self.total_s),
                verify=self.authority or True,
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise NoAnswerError("unreachable", f"HTTP {response.status_code}")
                yield from _within(response, end)


def _within(response: requests.Response, end: float) -> Iterator[bytes]:
    """Yield the body as it comes; one that is too long or too slow is no answer."""
    size = 0
    for part in response.iter_content(4096):
        size += len(part)
        if size > _LARGEST:
            raise NoAnswerError("malformed", "too long")
        if time.monotonic() > end:
            raise NoAnswerError("timeout", "too slow")
        yield part


def read_json(answer: bytes) -> Any:
    """Return an answer's value. Raises: NoAnswerError: it is no JSON."""
    try:
        return json.loads(answer)
    except (ValueError, RecursionError) as exc:
        raise NoAnswerError("malformed", "no JSON") from exc
