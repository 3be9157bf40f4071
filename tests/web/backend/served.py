"""The office's pages served to a real browser, over a queue of made-up cases."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.web.backend.fake_office import PASSWORD, World


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # its parent's name
        """Write no access log between the tests' dots."""


@contextmanager
def serve(world: World) -> Iterator[str]:
    """Serve the application on a port of this machine; give its address."""
    server = make_server("localhost", 0, world.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, base: str, staff_id: str) -> None:
    """Sign in by the form, as a person does."""
    page.goto(f"{base}/sign-in")
    page.fill("#user", staff_id)
    page.fill("#pw", PASSWORD)
    page.press("#pw", "Enter")
    page.wait_for_url("**/desk**")
