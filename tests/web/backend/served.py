"""The office's pages served to a real browser, over a queue of made-up cases."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.web.backend.fake_office import PASSWORD, World


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # its parent's name
        """Write no access log between the tests' dots."""


@dataclass(frozen=True, slots=True)
class Served:
    """An office behind an address."""

    world: World
    base: str


def whole(app: Any) -> Any:
    """Have every answer read to its end and closed before it is sent.

    Werkzeug's server closes none whose reader hung up too soon, as a page does that is left; the
    file behind it would be told of as a fault of whatever test runs then.
    """

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", tuple)()

    return answer


@contextmanager
def serve(world: World) -> Iterator[str]:
    """Serve the application on a port of this machine; give its address."""
    app = whole(world.app)
    server = make_server("localhost", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, base: str, staff_id: str, *, to: str = "**/desk**") -> None:
    """Sign in by the form, as a person does."""
    page.goto(f"{base}/sign-in")
    page.fill("#user", staff_id)
    page.fill("#pw", PASSWORD)
    page.press("#pw", "Enter")
    page.wait_for_url(to)


def check(page: Page) -> None:
    """No fault that axe-core finds, nothing wider than the screen."""
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.evaluate("window.innerWidth")
