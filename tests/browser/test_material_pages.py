"""Step 3 in a real browser: pages brought in, set right and put in order without a mouse."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FileChooser, FilePayload, Locator, Page, expect

from scripts.paperwork.seeing import as_jpeg, as_pdf, blank, scanned
from scripts.virtual_scanner import RunningScanner, obey
from terminal.drivers.escl import ESCLScanner
from terminal.drivers.folder import WatchedFolder
from tests.factories import UNIT_NO
from tests.papers import page as paper
from tests.papers import photo_of, scan_of
from tests.web.terminal.served import serve
from tests.web.terminal.world import World

MAKING_MS = 60_000
"""Pages are made ready one after another, and a busy machine is slow."""


@dataclass
class Step:
    """A teller at step 3, a scanner and a folder beside it."""

    world: World
    page: Page
    scanner: RunningScanner
    folder: Path
    faults: list[str] = field(default_factory=list)
    file: tuple[str, bytes] = ("", b"")
    """What is chosen when a file is asked for."""

    @property
    def remarks(self) -> Locator:
        """What is to be done about the pages of the chosen paper."""
        return self.page.locator(".finding:has([id^='keep-'])")

    def choose(self, chooser: FileChooser) -> None:
        name, data = self.file
        kind = "application/pdf" if name.endswith(".pdf") else "image/jpeg"
        chooser.set_files([FilePayload(name=name, mimeType=kind, buffer=data)])

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def bring(self, name: str, data: bytes, count: int) -> None:
        """Bring a file in by the dialog and wait until its pages are ready."""
        self.file = (name, data)
        self.press("F2")
        self.wait_for(count)

    def wait_for(self, count: int) -> None:
        """Wait until the paper has that many pages and all are ready."""
        expect(self.page.locator(".strip button")).to_have_count(count, timeout=MAKING_MS)
        ready = self.page.locator(".strip button[data-state='waiting'], [role=status] #stop")
        expect(ready).to_have_count(0, timeout=MAKING_MS)

    def pages(self) -> list[dict[str, Any]]:
        """The pages as the counter holds them."""
        place = self.page.url.split("#/draft/")[1].split("/")[0]
        draft = self.world.call("GET", f"/ui/api/drafts/{place}").json
        assert draft is not None
        return list(draft["pages"])

    def require_accessible(self) -> None:
        found = Axe().run(self.page).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0


@pytest.fixture(params=["zh-CN", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def step(browser: Browser, tmp_path: Path, language: str) -> Iterator[Step]:
    folder = tmp_path / "scans"
    folder.mkdir()
    with RunningScanner() as scanner:
        parts = {
            "scanners": {"desk": ESCLScanner(scanner.url)},
            "scan_folder": WatchedFolder(folder),
        }
        with serve(tmp_path / "counter", **parts) as (world, url):
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            context.set_default_timeout(30_000)
            context.add_init_script(f"localStorage.setItem('language', '{language}')")
            page = context.new_page()
            step = Step(world, page, scanner, folder)
            page.on("pageerror", lambda error: step.faults.append(error.message))
            page.on("filechooser", step.choose)
            page.goto(url)
            page.wait_for_selector("#title")
            draft = world.draft(unit_no=UNIT_NO)
            page.goto(f"{url.split('#')[0]}#/draft/{draft['draft_id']}/3")
            page.wait_for_selector("#scan")
            yield step
            context.close()
            assert step.faults == []


def _pile() -> bytes:
    """Four sheets: one turned on its head's side, one slanting, one blank, one that is fine."""
    grain = np.random.default_rng(5)
    slanting = scanned(paper("form", 150), grain, slant=2.2)
    sheets = [scan_of("contract", 150), as_jpeg(slanting, dpi=150)]
    return as_pdf([*sheets, as_jpeg(blank(dpi=150), dpi=150), scan_of("statement", 150)])


@pytest.mark.parametrize("language", ["zh-CN"], indirect=True)
def test_a_pile_is_put_in_order_with_the_keyboard_alone(step: Step) -> None:
    page = step.page
    step.press("ArrowDown", "ArrowUp")  # through the papers, and back
    step.bring("pile.pdf", _pile(), 4)
    first, slanting, empty, last = (p["page_id"] for p in step.pages())

    # What is wrong is said at once, and the first page that needs something can be acted upon.
    expect(step.remarks).to_have_count(1)
    expect(step.remarks).to_contain_text("空白")
    step.require_accessible()
    step.press("]", "]")
    expect(page.locator(".strip [aria-current='page']")).to_contain_text("3")
    step.press("Delete")
    step.wait_for(3)
    expect(step.remarks).to_have_count(0)

    # Straightened only when asked, and taken back.
    step.press("[")
    expect(page.locator("#page-straighten")).to_be_visible()
    step.press("s")
    expect(page.locator("#page-straighten")).to_have_count(0)
    assert next(p for p in step.pages() if p["page_id"] == slanting)["edit"]["cut"]
    step.press("Control+z")
    expect(page.locator("#page-straighten")).to_be_visible()
    assert not next(p for p in step.pages() if p["page_id"] == slanting)["edit"]["cut"]

    # Turned and moved up as fast as keys go, and the blank page back again by undoing.
    step.press("r", "r", "Control+ArrowUp")
    expect(page.locator(".strip [aria-current='page']")).to_contain_text("1")
    assert [p["page_id"] for p in step.pages()] == [slanting, first, last]
    assert step.pages()[0]["edit"]["turn"] == 2
    step.press(*["Control+z"] * 4)
    step.wait_for(4)
    assert [p["page_id"] for p in step.pages()] == [first, slanting, empty, last]
    step.press("?")
    step.require_accessible()


@pytest.mark.parametrize("language", ["zh-CN"], indirect=True)
def test_a_photographed_page_is_cut_moved_and_kept_with_the_keyboard(step: Step) -> None:
    page = step.page
    page.click("#m-M06")
    step.bring("photo.jpg", photo_of("sealed"), 1)

    step.press("c")
    page.wait_for_selector("#cut-take")
    step.require_accessible()
    step.press("s", "ArrowRight", "Enter")
    expect(page.locator("#cut-take")).to_have_count(0)
    expect(page.locator(".leaves .tools")).to_contain_text("已裁")
    offered = step.pages()[0]["edit"]["cut"]
    step.press("c")
    page.wait_for_selector("#cut-take")
    with page.expect_response("**/edit"):
        step.press("Shift+ArrowRight", "Enter")
    assert step.pages()[0]["edit"]["cut"][0] == offered[0] + 20

    # The page belongs to another paper.
    step.press("m")
    page.wait_for_selector("#move-to")
    step.require_accessible()
    page.select_option("#move-to", "M03")
    page.locator("#move-to").press("Enter")
    expect(page.locator("#m-M03[aria-pressed='true']")).to_be_visible()
    assert [p["code"] for p in step.pages()] == ["M03"]

    # A page that cannot be better stays, by the teller's word.
    grain = np.random.default_rng(3)
    dim = scanned(paper("contract", 150), grain).point(lambda value: int(value * 0.3))
    step.bring("dim.jpg", as_jpeg(dim, dpi=150), 2)
    expect(step.remarks).to_have_count(1)
    step.press("k")
    expect(step.remarks).to_have_count(0)
    assert [r["is_kept"] for r in step.pages()[1]["remarks"] if r["level"] == "correct"] == [True]


def test_a_scanner_scans_its_feeder_empty(step: Step) -> None:
    page, virtual = step.page, step.scanner.scanner
    obey(virtual, "load contract contract sealed")
    step.press("Shift+F2")
    page.wait_for_selector("dialog[open]")
    step.require_accessible()
    page.locator("dialog[open] footer button").nth(1).press("Enter")
    page.wait_for_selector("#scan-start:enabled")
    step.require_accessible()
    expect(page.locator("dialog .badge")).to_be_visible()  # says that the scanner is simulated
    page.locator("#scan-dpi-200").check()
    step.press("Enter")
    step.wait_for(3)
    expect(page.locator(".leaves .badge")).to_be_visible()

    # The next time F2 alone scans in the same way; a jam keeps what came before.
    obey(virtual, "load contract contract")
    obey(virtual, "fault jam 1")
    step.press("F2")
    step.wait_for(4)
    expect(page.locator(".note[role=alert]")).to_contain_text(
        "jam" if _is_english(page) else "卡纸"
    )
    step.require_accessible()
    assert len(step.pages()) == 4


def _is_english(page: Page) -> bool:
    return page.locator("html").get_attribute("lang") == "en"


def test_files_from_the_folder_are_taken_in_once(step: Step) -> None:
    page = step.page
    (step.folder / "20260929101112.jpg").write_bytes(scan_of("contract", 150))
    expect(page.locator("#take-0")).to_be_visible(timeout=30_000)
    step.require_accessible()
    page.locator("#take-0").press("Enter")
    step.wait_for(1)
    expect(page.locator("#folder-empty")).to_be_visible()
    assert [path for path in step.folder.iterdir() if path.is_file()] == []


def test_the_camera_photographs_page_after_page(step: Step) -> None:
    page = step.page
    step.press("Shift+F2")
    page.wait_for_selector("dialog[open]")
    page.locator("dialog[open] footer button").nth(2).press("Enter")
    page.wait_for_selector("#shutter:enabled")
    step.require_accessible()
    step.press("Space")
    page.wait_for_selector("#again:enabled", timeout=MAKING_MS)
    expect(page.locator("#camera-said .state")).not_to_have_count(0, timeout=MAKING_MS)
    step.press("Space")
    expect(page.locator("dialog[open] #camera-said")).to_contain_text("2", timeout=MAKING_MS)
    step.require_accessible()
    step.press("Escape")
    step.wait_for(2)
    assert {p["capture"] for p in step.pages()} == {"camera"}
    still = "document.querySelectorAll('video').length"
    assert page.evaluate(still) == 0
