"""Serves a counter's pages on a real port, for a real browser."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from werkzeug.serving import WSGIRequestHandler, make_server

from terminal.web import launch_url
from tests.web.terminal.world import World, make_world


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - its parent's name
        """Say nothing: the tests' output is the tests'."""


class Doorway:
    """A port at which an app is served; it can be shut and opened again, as by a restart."""

    def __init__(self) -> None:
        self.app: Any = _nothing
        self.port = 0
        self.open()

    def open(self) -> None:
        """Listen, at the same port as before."""
        self._listening = make_server(
            "127.0.0.1", self.port, self._serve, threaded=True, request_handler=_Quiet
        )
        self.port = self._listening.server_port
        self._thread = threading.Thread(target=self._listening.serve_forever, daemon=True)
        self._thread.start()

    def shut(self) -> None:
        """Answer nobody any more."""
        self._listening.shutdown()
        self._thread.join()
        self._listening.server_close()

    def _serve(self, environ: Any, start_response: Any) -> Any:
        # As the counter's own server (cheroot) gives it: a slash that was encoded stays encoded.
        parts = re.split("%2F", environ["RAW_URI"].partition("?")[0], flags=re.IGNORECASE)
        environ["PATH_INFO"] = "%2F".join(unquote(part, "latin-1") for part in parts)
        return self.app(environ, start_response)


@contextmanager
def serve(folder: Path, **parts: Any) -> Iterator[tuple[World, str]]:
    """Give a counter and the address that opens its pages once."""
    doorway = Doorway()
    world = make_world(folder, port=doorway.port, **parts)
    world.doorway = doorway
    doorway.app = world.app
    try:
        yield world, launch_url(world.app, doorway.port)
    finally:
        doorway.shut()
        world.box.close()


@contextmanager
def serve_page(html: bytes) -> Iterator[str]:
    """Serve one page of somebody else's from another port."""

    def page(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        return [html]

    listening = make_server("127.0.0.1", 0, page, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}/"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def _nothing(environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [])
    return []
