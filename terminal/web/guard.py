"""Only this machine's own browser window may speak to the counter.

The attacker meant here is a web page in another window of the teller's browser: it can reach
127.0.0.1, and by DNS rebinding it can even give it its own name. So every request must name
exactly our host and port, every cross-site sign is refused, and every datum needs a token in a
header, which no other page can know. A cookie is never used: cookies do not respect ports.
"""

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from typing import Final, cast

from flask import Flask, Response, current_app, request

from terminal.web.counter import Counter
from terminal.web.problems import RequestRefusedError

EXTENSION: Final = "counter"
TOKEN_HEADER: Final = "X-UI-Token"  # noqa: S105 - a header's name
CODE_LIFE_S: Final = 120
"""How long a launch code waits for the browser to start on an old branch PC."""
OPEN_ENDPOINTS: Final = frozenset({"shell.page", "shell.asset", "shell.font", "shell.launch"})
"""What answers without a token: the empty shell, its files, and the exchange of the code."""

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "font-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
        "object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class Launch:
    """Hands out one-time launch codes and knows the token of the windows.

    A code travels in the URL's fragment, which no server and no log sees; the first page that
    posts it gets the token.
    """

    def __init__(self, token: str = "", *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the token that windows of an earlier run have; a fresh one where it is empty."""
        self._monotonic = monotonic
        self._token = token or secrets.token_urlsafe(32)
        self._codes: dict[str, float] = {}
        self._lock = threading.Lock()

    def issue(self) -> str:
        """Return a fresh code, good once and for `CODE_LIFE_S` seconds."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = self._monotonic() + CODE_LIFE_S
        return code

    def exchange(self, code: str) -> str | None:
        """Return the token for a code that is still good; the code is used up."""
        with self._lock:
            now = self._monotonic()
            self._codes = {c: end for c, end in self._codes.items() if end >= now}
            return self._token if self._codes.pop(code, None) is not None else None

    def admits(self, token: str) -> bool:
        """Say whether this is the token of this run."""
        # Bytes, because comparing text raises on what is not ASCII.
        given = token.encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._token.encode())


def install(app: Flask, *, port: int, launch: Launch) -> None:
    """Put the guard before every route and the headers on every answer."""
    host = f"127.0.0.1:{port}"

    def check() -> None:
        _require_own_host(host)
        _require_own_origin(f"http://{host}")
        if request.endpoint not in OPEN_ENDPOINTS and not launch.admits(
            request.headers.get(TOKEN_HEADER, "")
        ):
            raise RequestRefusedError("token", 401)
        _require_whole_body()

    app.before_request(check)
    app.after_request(_harden)


def counter() -> Counter:
    """Return the counter that the running app serves."""
    return cast(Counter, current_app.extensions[EXTENSION])


def _require_own_host(host: str) -> None:
    target = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "/"
    if request.headers.getlist("Host") != [host] or not target.startswith("/"):
        raise RequestRefusedError("host", 421)
    if request.environ.get("REMOTE_ADDR") != "127.0.0.1":
        raise RequestRefusedError("address", 403)


def _require_own_origin(own: str) -> None:
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if origin is not None and origin != own:
        raise RequestRefusedError("origin", 403)
    if site is not None and site not in {"same-origin", "none"}:
        raise RequestRefusedError("site", 403)
    # A page that was rebound sends no Sec-Fetch-Site: its absence proves nothing.
    if request.method not in {"GET", "HEAD"} and origin != own:
        raise RequestRefusedError("origin", 403)


def _require_whole_body() -> None:
    if "Transfer-Encoding" in request.headers:
        raise RequestRefusedError("length", 411)


def _harden(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response
