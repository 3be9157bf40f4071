"""Seconds from an ID card laid on the reader to the page filled with it, at 115,200 baud."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import serial
from playwright.sync_api import Page, sync_playwright

from scripts.benching.figures import Figure, make_figure
from scripts.benching.site import Site
from scripts.stand.counter import TELLER, Reader

CARD = "张示例"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-sync",
)
_HEAD = bytes.fromhex("aaaaaa9669")
_FRAMES = tuple(_HEAD + bytes.fromhex(rest) for rest in ("0003200122", "0003200221", "0003300132"))
_SETTLED_S = 1.0
_PHASES, _PHASE_S = 7, 0.045


def find_chromium() -> str | None:
    """Return the browser of this machine, if it has one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def measure_reading(site: Site, chromium: str, rounds: int) -> Figure:
    """Lay a card down again and again, each time on step 1 of a fresh draft."""
    floors = _measure_bare(site.folder / "bare-reader", rounds)
    with _open_page(site, chromium) as page:
        taken = [_lay_down(site, page, at) for at in range(rounds)]
    return make_figure(
        "ID card laid down, page filled",
        "s",
        taken,
        floors=floors,
        floor_is="find, select and read alone, by bare pyserial",
    )


def _lay_down(site: Site, page: Page, at: int) -> float:
    draft = site.teller.post("/drafts", {"kind": "mortgage.first_registration", "teller": TELLER})
    with page.expect_request(f"**/drafts/{draft['draft_id']}/card"):
        page.goto(f"{page.url.split('#')[0]}#/draft/{draft['draft_id']}/1")
    # The card comes at any instant between two looks of the reader.
    time.sleep(_SETTLED_S + at % _PHASES * _PHASE_S)
    started = time.perf_counter()
    site.reader.say(f"put {CARD}")
    page.wait_for_selector(f"#p1 .name:has-text('{CARD}')")
    taken = time.perf_counter() - started
    site.reader.say("remove")
    return taken


@contextmanager
def _open_page(site: Site, chromium: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        page = browser.new_page(locale="zh-CN")
        page.goto(site.teller.open_window())
        page.wait_for_selector("#title")
        yield page
        browser.close()


def _measure_bare(folder: Path, rounds: int) -> list[float]:
    """Read the same card over another such line with nothing but the three frames."""
    folder.mkdir()
    reader = Reader(folder)
    try:
        with serial.Serial(str(reader.port), 115200, timeout=5, exclusive=True) as line:
            return [_read_bare(reader, line) for _ in range(rounds)]
    finally:
        reader.server.end()


def _read_bare(reader: Reader, line: serial.Serial) -> float:
    reader.say(f"put {CARD}")
    started = time.perf_counter()
    for frame in _FRAMES:
        line.write(frame)
        head = line.read(len(_HEAD) + 2)
        line.read(int.from_bytes(head[-2:], "big"))
    taken = time.perf_counter() - started
    reader.say("remove")
    return taken
