"""A teller at the counter's pages in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, FileChooser, Page, expect

from tests.web.terminal.served import serve
from tests.web.terminal.world import World


@dataclass
class Seat:
    """A teller at the counter: its world, a browser's profile and the first window."""

    world: World
    context: BrowserContext
    page: Page
    url: str
    faults: list[str]
    file: bytes = b""
    """What is chosen when a file is asked for."""

    def choose(self, chooser: FileChooser) -> None:
        """Choose the file that lies ready."""
        found = {"name": "contract.pdf", "mimeType": "application/pdf", "buffer": self.file}
        chooser.set_files(found)  # type: ignore[arg-type]  # a FilePayload, as a dict

    def type(self, name: str, text: str) -> None:
        self.page.fill(f"[id='{name}']", text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def settle(self) -> None:
        """Wait until what was typed is saved."""
        expect(self.page.locator("body[data-saving='yes']")).to_have_count(0)


def watch(page: Page, faults: list[str]) -> None:
    """Gather what goes wrong in a window."""
    page.on("pageerror", lambda error: faults.append(error.message))
    page.on(
        "console",
        lambda told: (
            faults.append(told.text)
            if told.type == "error" and "the server responded" not in told.text
            else None
        ),
    )


@contextmanager
def seated(browser: Browser, folder: Path, language: str) -> Iterator[Seat]:
    """Open the counter in a window of its own; nothing may have gone wrong in it at the end."""
    with serve(folder) as (world, url):
        context = browser.new_context(
            viewport={"width": 1366, "height": 768},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        context.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        context.add_init_script(f"localStorage.setItem('language', '{language}')")
        page = context.new_page()
        faults: list[str] = []
        watch(page, faults)
        page.goto(url)
        page.wait_for_selector("#title")
        seat = Seat(world, context, page, url, faults)
        # Long before a file is asked for: the browser is told of it without waiting.
        page.on("filechooser", seat.choose)
        yield seat
        context.close()
        assert faults == []


def require_accessible(page: Page) -> None:
    """Fail on whatever axe finds, and on a page that is wider than its window."""
    found = Axe().run(page).response["violations"]
    told = [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found]
    assert told == [], told
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
