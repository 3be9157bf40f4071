"""The simulated authorities as a process of their own, in the ministry's envelope over HTTP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from backend.errors import MisconfiguredError
from backend.sharing.stage import Stage, parse_knobs

_LARGEST: Final = 64 * 1024
_LETS_GO_S: Final = 120.0
"""So long a question stays open that is never answered."""


class StageServer(ThreadingHTTPServer):
    """POST /share answers a question; POST /knobs turns the knobs; GET /asked lists questions."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], stage: Stage) -> None:
        super().__init__(address, _Handler)
        self.stage = stage
        self.is_ending = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is usual here."""


class _Handler(BaseHTTPRequestHandler):
    server: StageServer

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LARGEST:
            self._say(413, b"")
            return
        data = self.rfile.read(int(length))
        if self.path == "/knobs":
            self._turn(data)
            return
        staged = self.server.stage.answer(data)
        wait_s = _LETS_GO_S if staged.wait_s is None else staged.wait_s
        is_over = self.server.is_ending.wait(wait_s) if wait_s else False
        if staged.wait_s is None or is_over:
            self.close_connection = True
            return
        self._say(staged.status, staged.body)

    def do_GET(self) -> None:
        self._say(200, json.dumps(self.server.stage.asked).encode())

    def _turn(self, data: bytes) -> None:
        try:
            self.server.stage.knobs = parse_knobs(data.decode())
        except (MisconfiguredError, UnicodeDecodeError) as error:
            self._say(400, str(error).encode())
            return
        self._say(200, b"")

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing: a question names people."""
