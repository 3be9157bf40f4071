"""One exchange with the office over HTTPS: sockets, time-outs, and what their failures mean."""

import errno
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectTimeout, ProxyError, ReadTimeout, RequestException
from urllib3.connection import HTTPConnection

from terminal.errors import (
    BadAnswerError,
    LinkError,
    MisconfiguredError,
    OfficeUnreachableError,
    OfficeUntrustedError,
)
from terminal.joined import ClientFiles

logger = logging.getLogger(__name__)

CONNECT_S: Final = 10.0
"""For the handshakes, and for each few kilobytes that are sent."""
READ_S: Final = 30.0
_SEND_BUFFER: Final = 32 * 1024
"""What the system holds back of what we send: bytes in it are lost with the line."""
_UNANSWERED_MS: Final = 30_000
"""How long what was sent may stay unacknowledged before the line counts as dead."""
_NOT_OURS: Final = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HOSTNAME")
_STEP: Final = 4096
"""What is read at once: so much of what came before a cut is lost at the most."""
_ROUTELESS: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, whatever it says."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class HTTPSLine:
    """A line to one address; threads may share it, each has its own connection.

    Nothing of the environment is obeyed: no proxy but the one that is given, no other authorities,
    no netrc.
    """

    def __init__(
        self,
        url: str,
        *,
        authority: Callable[[], Path],
        client: Callable[[], ClientFiles | None],
        now: Callable[[], datetime],
        proxy: str = "",
    ) -> None:
        """Reach `url`, e.g. https://office.example:8443, over `proxy` (http://host:port) if given.

        `authority` names the PEM file of the office's roots, `client` the files of our own
        certificate; they are asked at each request, since renewal replaces them.
        """
        if not url.startswith("https://"):
            raise MisconfiguredError("the office's address must begin with https://")
        self._url = url.rstrip("/")
        self._authority = authority
        self._client = client
        self._now = now
        self._proxy = proxy
        self._local = threading.local()
        self.skew: timedelta | None = None
        """How far the office's clock was ahead at the last contact; None before the first."""

    def ask(
        self,
        method: str,
        path: str,
        *,
        most: int,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        read_s: float = READ_S,
        taken: Callable[[Reply, bytes], None] = lambda head, part: None,
    ) -> Reply:
        """Send one request and return the answer, at most `most` bytes of it.

        `data` is bytes, or something that is read as it is sent. `taken` is given the answer's head
        and each part of the body as it comes: what came before a cut need not come again.

        Raises:
            OfficeUnreachableError, OfficeUntrustedError, BadAnswerError.
        """
        with (
            _translated(),
            self._session().request(
                method,
                self._url + path,
                data=data,
                headers=dict(headers or {}),
                timeout=(CONNECT_S, read_s),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            self._note_time(response)
            head = Reply(status=response.status_code, headers=response.headers)
            body = _read(response, most, lambda part: taken(head, part))
            return replace(head, body=body)

    def close(self) -> None:
        """Let this thread's connection go."""
        session = getattr(self._local, "session", None)
        if session is not None:
            session.close()
            self._local.session = None

    def _session(self) -> requests.Session:
        """Return this thread's session, made anew when our certificate was renewed."""
        wanted = (self._authority(), self._client())
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is not None and self._local.wanted == wanted:
            return session
        self.close()
        authority, client = wanted
        session = requests.Session()
        session.trust_env = False
        session.proxies = {"https": self._proxy} if self._proxy else {}
        session.verify = str(authority)
        session.cert = (str(client.certificate), str(client.key)) if client else None
        session.headers.update({"User-Agent": "mortgage-terminal", "Accept-Encoding": "identity"})
        session.mount("https://", _Adapter())
        self._local.session, self._local.wanted = session, wanted
        return session

    def _note_time(self, response: requests.Response) -> None:
        try:
            told = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            return
        if told.tzinfo is not None:
            self.skew = told - self._now()


class _Adapter(HTTPAdapter):
    """Connections that hold little back, and notice a line that is dead."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pool with our socket options."""
        options["socket_options"] = _socket_options()
        super().init_poolmanager(*arguments, **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Make the pool behind a proxy likewise."""
        return super().proxy_manager_for(proxy, socket_options=_socket_options(), **options)


def _socket_options() -> list[tuple[int, int, int]]:
    options = [
        *HTTPConnection.default_socket_options,
        (socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    # Not every system has it; without, the time-outs of each request still end a dead line.
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        options.append((socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNANSWERED_MS))
    return options


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except LinkError:
        raise
    except RequestException as exc:
        raise _translate(exc) from exc
    except OSError as exc:
        raise MisconfiguredError("the certificate files of this counter cannot be read") from exc


def _translate(error: RequestException) -> LinkError:
    causes = list(_causes(error))
    tls = next((c for c in causes if isinstance(c, ssl.SSLError)), None)
    if tls is not None and any(word in str(tls).upper() for word in _NOT_OURS):
        # TLS 1.3 tells a refused client certificate only after the handshake.
        is_ended = "CERTIFICATE_EXPIRED" in str(tls).upper()
        return OfficeUntrustedError(_identity_reason(tls), "line.own-ended" if is_ended else "")
    reason = _reason(error, causes)
    return OfficeUnreachableError(f"{type(error).__name__} {reason}", reason)


def _identity_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the office's certificate: {error.verify_message}"
    return "the office does not take our certificate"


def _reason(error: RequestException, causes: list[BaseException]) -> str:
    """Say what kind of failure it was: see `terminal.desk.reasons`."""
    numbers = {c.errno for c in causes if isinstance(c, OSError)}
    kinds: tuple[tuple[bool, str], ...] = (
        (isinstance(error, ProxyError), "line.proxy"),
        (any(isinstance(c, socket.gaierror) for c in causes), "line.name"),
        (errno.ECONNREFUSED in numbers, "line.refused"),
        (bool(numbers & _ROUTELESS), "line.no-route"),
        (isinstance(error, ConnectTimeout), "line.connect-timeout"),
        (isinstance(error, ReadTimeout), "line.answer-timeout"),
        (any(isinstance(c, TimeoutError) for c in causes), "line.stalled"),
        (any(isinstance(c, ssl.SSLError) for c in causes), "line.tls"),
    )
    return next((reason for is_so, reason in kinds if is_so), "line.cut")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything inside it; urllib3 hides causes in attributes and arguments."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]


def _read(response: requests.Response, most: int, taken: Callable[[bytes], None]) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(_STEP):
        size += len(part)
        if size > most:
            raise BadAnswerError("too large")
        taken(part)
        parts.append(part)
    return b"".join(parts)
