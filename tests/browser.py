"""A real Chromium for the tests, driven by Playwright."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.network import is_local

VIEWPORT_WIDTH_PX, VIEWPORT_HEIGHT_PX = 1366, 768  # the commonest screen at a bank's counter

_PATIENCE_MS = 30_000
"""A page on a busy machine is slow, not wrong."""

_FLAGS = (
    "--no-sandbox",  # the sandbox does not start as root
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers give /dev/shm 64 MB
    "--disable-quic",
    # Chromium's own errands have no business in a test.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--font-render-hinting=none",
    # A test picture moves before the camera, and whoever asks for it gets it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


def find_chromium(playwright: Playwright) -> str:
    """Find the system's Chromium, or the one that Playwright has fetched."""
    for name in ("chromium", "google-chrome", "chromium-browser"):
        found = shutil.which(name)
        # Ubuntu's chromium-browser is a snap, which cannot be driven.
        if found is not None and not Path(found).resolve().is_relative_to("/snap"):
            return found
    fetched = playwright.chromium.executable_path
    if not Path(fetched).exists():
        pytest.fail("no Chromium on this machine; as root: apt-get install chromium")
    return fetched


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once a module.

    Not once a session: as long as Playwright is awake, its event loop counts as running in this
    thread, and asyncio.run() (pyHanko's synchronous calls use it) is refused. Within a browser
    test let a server's thread do such work.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright), args=list(_FLAGS)
        )
        expect.set_options(timeout=_PATIENCE_MS)
        yield browser
        browser.close()


def make_context(browser: Browser, **options: object) -> BrowserContext:
    """Open a fresh profile at the counter's screen size, in Chinese, that stays on this machine."""
    settings = {
        "viewport": {"width": VIEWPORT_WIDTH_PX, "height": VIEWPORT_HEIGHT_PX},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "ignore_https_errors": True,  # the demo's own authority signs the office's pages
    }
    context = browser.new_context(**(settings | options))  # type: ignore[arg-type]  # a table of keyword arguments
    context.set_default_timeout(_PATIENCE_MS)
    return context


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open one page in a fresh profile; a script error or a request to elsewhere fails the test."""
    context = make_context(browser)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script error: {error.message}"))
    page.on("request", lambda request: faults.extend(_outside(request.url)))
    yield page
    context.close()
    assert faults == []


def _outside(url: str) -> list[str]:
    scheme, _, rest = url.partition("://")
    if scheme not in {"http", "https", "ws", "wss"}:
        return []
    host = rest.partition("/")[0].rpartition("@")[2]
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return [] if is_local(name) else [f"request to {name}"]
