"""A hand at the counter's keyboard: presses the keys of a page's table and sees what they do."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from scripts.virtual_sam import VirtualSAM
from scripts.virtual_scanner import RunningScanner
from terminal.drivers.escl import ESCLScanner
from terminal.drivers.sam import SamReader
from terminal.drivers.sam_module import Timeouts
from terminal.drivers.transports import SerialTransport
from tests.factories import UNIT_NO
from tests.web.terminal.seat import require_accessible
from tests.web.terminal.served import serve
from tests.web.terminal.wardrobe import wear
from tests.web.terminal.world import TELLER_PIN, World

MAKING_MS = 60_000
FAST = Timeouts(card=20, poll=0.05, command=0.5, read=0.5, read_fp=0.5)
_SIGNS = {"new": "#new-first", "bulk": "#choose-list", "tray": "#exchange", "doctor": "tbody tr"}
"""What is seen of a page once it is there."""
_PRINTER = """() => {
    document.documentElement.dataset.printed = "0";
    window.print = () => {
        document.documentElement.dataset.printed = "1";
        window.dispatchEvent(new Event("afterprint"));
    };
}"""

Acts = dict[str, Callable[[], object]]


@dataclass
class Hand:
    """A hand at the keyboard, and the draft that it works at."""

    world: World
    page: Page
    sam: VirtualSAM
    scanner: RunningScanner
    draft_id: str
    place: str = ""
    """Where it is, and goes back to after a key that leads away."""

    @property
    def draft(self) -> dict[str, Any]:
        return dict(self.world.call("GET", f"/ui/api/drafts/{self.draft_id}").json or {})

    def go(self, place: str) -> None:
        """Go to a page by its address, past the first page so that it is drawn anew."""
        self.place, base = place, self.page.url.partition("#")[0]
        self.page.goto(f"{base}#/new")
        self.page.wait_for_selector("#new-first")
        self.page.goto(f"{base}#/{place}")
        self.at(f"{re.escape(place)}.*")

    def step(self, number: int) -> None:
        self.go(f"draft/{self.draft_id}/{number}")

    def press(self, key: str) -> None:
        self.page.evaluate("document.activeElement.blur()")
        self.page.keyboard.press(key)

    def at(self, pattern: str) -> None:
        """Wait for an address, and until its page is there: before that it has no keys."""
        expect(self.page).to_have_url(re.compile(f"#/{pattern}$"))
        drawn = self.page.locator("#main")
        expect(drawn).to_have_attribute("data-page", re.compile(f"^{pattern}$"))
        self.page.wait_for_selector(_SIGNS.get(self.page.url.partition("#/")[2], "#title"))

    def leads(self, key: str, pattern: str) -> Callable[[], None]:
        """Return an act: a key leads to an address; then the hand goes back."""

        def act() -> None:
            self.press(key)
            self.at(pattern)
            self.go(self.place)

        return act

    def shows(self, key: str, selector: str = "dialog[open]") -> Callable[[], None]:
        """Return an act: a key opens a dialog; Esc closes it."""

        def act() -> None:
            self.press(key)
            self.page.wait_for_selector(selector)
            self.page.keyboard.press("Escape")
            expect(self.page.locator("dialog[open]")).to_have_count(0)

        return act

    def asks(self, key: str, address: str) -> Callable[[], None]:
        """Return an act: a key lets the page ask the counter for something, which says yes."""

        def act() -> None:
            with self.page.expect_response(f"**{address}") as told:
                self.press(key)
            assert told.value.ok, told.value.text()

        return act

    def chooses(self, key: str) -> Callable[[], None]:
        """Return an act: a key opens the dialog for files."""

        def act() -> None:
            with self.page.expect_file_chooser():
                self.press(key)

        return act

    def prints(self) -> None:
        """Press P; see that something was printed."""
        self.page.evaluate(_PRINTER)
        self.press("p")
        expect(self.page.locator("html")).to_have_attribute("data-printed", "1")

    def locks(self) -> None:
        """Lock the counter, and open it: the same page is there again."""
        before = self.page.url
        self.press("F10")
        self.page.fill("#pin", TELLER_PIN)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#look")
        assert self.page.url == before

    def enters(self) -> None:
        """Press the button that has the focus; close what it opened."""
        self.page.focus("#look")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("dialog[open]")
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def every_page(self, *, has_own_esc: bool = False) -> Acts:
        """Return the acts of the keys that every page has."""
        acts: Acts = {"F10": self.locks, "Enter": self.enters}
        if not has_own_esc:
            acts["Esc"] = self.enters
        return acts | {"?": self.shows("?", "dialog[open] .keymap")}

    def every_step(self, number: int) -> Acts:
        """Return the acts of the keys that the steps have."""
        draft = r"draft/[^/]+"
        acts: Acts = {"F4": self.leads("F4", rf"{draft}/\d/.+")}
        if number < 5:
            acts["F8"] = self.leads("F8", rf"{draft}/{number + 1}")
        if number > 1:
            acts["Shift+F8"] = self.leads("Shift+F8", rf"{draft}/{number - 1}")
        return acts | {"F9": self.leads("F9", "new")}

    def turning(self) -> Acts:
        """Return the acts that take the last text back and forth, having typed another before it."""

        def write(name: str) -> None:
            path = f"/ui/api/drafts/{self.draft_id}/fields"
            self.world.call("PUT", path, {"texts": {name: "HT-7"}})

        def back() -> None:
            write("principal_contract_no")
            self.asks("Control+z", "/undo")()
            assert "principal_contract_no" not in self.draft["fields"]

        def forth() -> None:
            self.asks("Control+y", "/redo")()
            assert self.draft["fields"]["principal_contract_no"]["text"] == "HT-7"

        write("mortgage_contract_no")
        return {"Ctrl+Z": back, "Ctrl+Y": forth}

    def does(self, acts: Acts, *, first: tuple[str, ...] = ()) -> None:
        """Compare a page's table with what can be done there; then press every key of it."""
        assert self.listed() == list(acts)
        for key in dict.fromkeys((*first, *acts)):
            acts[key]()

    def listed(self) -> list[str]:
        """Open the table in each language; return its keys when both are whole, and close it."""
        found: list[list[str]] = []
        for language, theme in (("en", "dark"), ("zh-CN", "light")):
            wear(self.page, language, theme)
            self.press("?")
            table = self.page.locator("dialog[open]")
            expect(table).to_have_count(1)
            texts = table.locator("dt").all_inner_texts()
            assert not [text for text in texts if text.startswith("keys.")]
            found.append(table.locator("kbd").all_inner_texts())
            if language == "en":
                assert not [text for text in texts if any("\u4e00" <= c <= "\u9fff" for c in text)]
            require_accessible(self.page)
            self.press("Escape")
            expect(table).to_have_count(0)
        assert found[0] == found[1]
        return found[0]


@contextmanager
def at_keyboard(browser: Browser, folder: Path) -> Iterator[Hand]:
    """Open a counter with a card reader and a scanner, and a draft that names its estate."""
    with ExitStack() as stack:
        sam = stack.enter_context(VirtualSAM())
        cards = SamReader(lambda: SerialTransport(str(sam.port)), name="cards", timeouts=FAST)
        stack.callback(cards.close)
        scanner = stack.enter_context(RunningScanner())
        parts = {"readers": {"cards": cards}, "scanners": {"desk": ESCLScanner(scanner.url)}}
        world, url = stack.enter_context(serve(folder, **parts))
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce"
        )
        stack.callback(context.close)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(url)
        page.wait_for_selector("#title")
        yield Hand(world, page, sam, scanner, world.draft(unit_no=UNIT_NO)["draft_id"])
        page.close()
