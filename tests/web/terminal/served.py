"""Serves a counter's pages on a real port, for a real browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from terminal.web import launch_url
from tests.web.terminal.world import World, make_world


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - its parent's name
        """Say nothing: the tests' output is the tests'."""


@contextmanager
def serve(folder: Path, **parts: Any) -> Iterator[tuple[World, str]]:
    """Give a counter and the address that opens its pages once."""
    listening = make_server("127.0.0.1", 0, _nothing, threaded=True, request_handler=_Quiet)
    world = make_world(folder, port=listening.server_port, **parts)
    listening.app = world.app
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield world, launch_url(world.app, listening.server_port)
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
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
