"""Keys and seconds of a clean case at the counter: a first registration of two owners, by keyboard.

python -m scripts.count_keys [--dir DIR] [--picture FILE]

A running office and counter, a virtual card reader, a browser. A hand that never hesitates presses
every key; only names are written with a mouse. Chinese text counts one key a character. DIR must
be new; the people are made up.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, FileChooser, Page, expect, sync_playwright

from scripts.stand.case import OWNERS, Flat, first_papers, write_estates
from scripts.stand.counter import PIN, Counter, Reader, Teller
from scripts.stand.office import Office
from scripts.stand.processes import StandError
from scripts.take_pictures import ARGUMENTS, CHROMIUM

_PORTS = (18643, 18290)
_YUAN = 860_000
_CONTRACT = "2026-000123"
_SCOPE = "主债权本金、利息、罚息、复利、违约金、损害赔偿金及实现债权和抵押权的费用"
_ANSWERS = ("true_intent-yes", "leased-no", "habitation_right-no", "enforcement_risk-yes")
_MOST_TABS = 120
_SETTLED = "body[data-saving='yes']"
_WAIT_MS = 60_000


@dataclass(slots=True)
class Hands:
    """A teller's hands: what they press, counted by step."""

    page: Page
    keys: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    _step: str = ""

    @contextmanager
    def at(self, step: str) -> Iterator[None]:
        """Count what is pressed, and how long it takes, towards a step."""
        started, self._step = time.monotonic(), step
        yield
        self.seconds[step] = time.monotonic() - started

    def press(self, key: str) -> None:
        """Press one key or chord."""
        self.page.keyboard.press(key)
        self._count(1)

    def type(self, text: str) -> None:
        """Type a text."""
        if text.isascii():
            self.page.keyboard.type(text)
        else:
            self.page.keyboard.insert_text(text)
        self._count(len(text))

    def reach(self, element_id: str) -> None:
        """Press Tab until an element has the focus."""
        for _ in range(_MOST_TABS):
            if self.page.evaluate("document.activeElement?.id") == element_id:
                return
            self.press("Tab")
        raise StandError(f"no key leads to {element_id}")

    def fill(self, element_id: str, text: str) -> None:
        """Go to a field and type into it."""
        self.reach(element_id)
        self.type(text)

    def settle(self) -> None:
        """Wait until what was typed is saved."""
        expect(self.page.locator(_SETTLED)).to_have_count(0)

    def _count(self, number: int) -> None:
        self.keys[self._step] = self.keys.get(self._step, 0) + number


def _identify(hands: Hands, reader: Reader) -> None:
    for number, (name, _, phone) in enumerate(OWNERS, 1):
        reader.say(f"put {name}")
        hands.press("F2")
        hands.page.wait_for_selector(f"#p{number} .name")
        hands.fill(f"p{number}.phone", phone)
    hands.fill("p2.relation", "配偶")
    hands.settle()


def _describe(hands: Hands, flat: Flat) -> None:
    hands.fill("unit_no", flat.unit_no)
    hands.press("F2")
    hands.page.wait_for_selector("#location-over")
    hands.fill("principal_contract_no", f"HT-{_CONTRACT}")
    hands.fill("mortgage_contract_no", f"DY-{_CONTRACT}")
    hands.fill("amount", f"{_YUAN // 10_000}w")
    hands.fill("start", "2026-09-28")
    hands.fill("end", "2046-09-28")
    hands.fill("security_scope", _SCOPE)
    _choose(hands, "is_transfer_restricted-no")
    hands.settle()


def _choose(hands: Hands, element_id: str) -> None:
    """Go to a group of choices; the arrows lead from its first to the wanted one."""
    group, _, _ = element_id.rpartition("-")
    page = hands.page
    for _ in range(_MOST_TABS):
        if str(page.evaluate("document.activeElement?.id")).startswith(f"{group}-"):
            break
        hands.press("Tab")
    if page.evaluate("document.activeElement?.id") == element_id:
        hands.press("Space")
    while page.evaluate("document.activeElement?.id") != element_id:
        hands.press("ArrowRight")
    expect(page.locator(f"[id='{element_id}']")).to_be_checked()


class _Tray:
    """The papers on the desk: whatever file is asked for next is the one on top."""

    def __init__(self) -> None:
        self.name, self.data = "", b""

    def hand(self, chooser: FileChooser) -> None:
        chooser.set_files({"name": self.name, "mimeType": "application/pdf", "buffer": self.data})


def _scan(hands: Hands, tray: _Tray) -> None:
    page = hands.page
    page.wait_for_selector("#scan")
    papers = first_papers(_CONTRACT, _YUAN)
    for place, (code, (tray.name, tray.data)) in enumerate(papers.items()):
        if place:
            hands.press("ArrowDown")
        hands.press("F2")
        row = page.locator("tr", has=page.locator(f"#m-{code}"))
        expect(row.locator("td").nth(1)).to_have_text("1", timeout=_WAIT_MS)
    for answer in _ANSWERS:
        _choose(hands, f"inquiry.{answer}")
    hands.settle()
    expect(page.locator("[data-state='waiting']")).to_have_count(0, timeout=_WAIT_MS)


def _sign(hands: Hands, context: BrowserContext) -> int:
    page = hands.page
    page.wait_for_selector("button[id^='hand-']")
    left = page.locator("button[id^='hand-']").count()
    number = left
    with context.expect_page() as opened:
        hands.press("F2")
    pad = opened.value
    while left:
        _write(pad, left)
        left -= 1
        expect(page.locator("button[id^='hand-']")).to_have_count(left)
        if left:
            hands.press("F2")
    pad.close()
    return number


def _write(pad: Page, seed: int) -> None:
    """Read a paper to its end, and write a name that nobody wrote before."""
    pad.wait_for_selector("#sheet img")
    expect(pad.locator("#sheet p")).to_have_count(0)
    while not pad.locator("#pad-box[data-state='open']").count():
        pad.evaluate("document.getElementById('sheet').scrollTop = 1e6")
        pad.wait_for_timeout(50)
    box = pad.locator("#canvas").bounding_box()
    if box is None:
        raise StandError("there is no field to write in")
    for stroke in range(4):
        x, y = box["x"] + 60 + stroke * 90, box["y"] + 60 + (seed * 13 + stroke * 7) % 30
        pad.mouse.move(x, y)
        pad.mouse.down()
        for step in range(10):
            pad.mouse.move(x + step * 4 + seed % 5, y + (step * (7 + seed)) % 40)
            pad.wait_for_timeout(12)
        pad.mouse.up()
    pad.click("#done")
    pad.wait_for_selector(".plainly[role=status]")


def _submit(hands: Hands) -> None:
    submit = hands.page.locator("#submit")
    expect(submit).not_to_have_attribute("aria-disabled", "true")
    hands.press("Control+Enter")
    hands.page.wait_for_selector("li.item")


def _do_case(hands: Hands, context: BrowserContext, reader: Reader, flat: Flat) -> int:
    tray = _Tray()
    hands.page.on("filechooser", tray.hand)
    with hands.at("1 people"):
        hands.press("F8")
        hands.page.wait_for_selector("#read")
        _identify(hands, reader)
    with hands.at("2 estate and mortgage"):
        hands.press("F8")
        hands.page.wait_for_selector("#ask")
        _describe(hands, flat)
    with hands.at("3 papers and questions"):
        hands.press("F8")
        _scan(hands, tray)
    with hands.at("4 signatures"):
        hands.press("F8")
        signatures = _sign(hands, context)
    with hands.at("5 submission"):
        hands.press("F8")
        _submit(hands)
    with hands.at("certificate"):
        expect(hands.page.locator("#hand-over")).to_be_visible(timeout=_WAIT_MS)
    return signatures


def _open(browser: Browser, address: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    expect.set_options(timeout=15_000)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#new-first, #pin")
    if page.locator("#pin").count():
        page.fill("#pin", PIN)
        page.keyboard.press("Enter")
    page.wait_for_selector("#new-first")
    return context, page


def _run(place: Path, picture: Path | None, stack: ExitStack) -> str:
    office = Office(place / "office", _PORTS[0])
    counter = Counter(place / "counter", _PORTS[1])
    office.found()
    flat = Flat(611)
    write_estates(place / "estates.json", [flat])
    office.run("register", "import", place / "estates.json")
    stack.callback(office.start().end)
    counter.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    reader = Reader(counter.folder)
    stack.callback(reader.server.end)
    counter.furnish(reader.port)
    counter.join(office)
    terminal, launch_url = counter.start()
    stack.callback(terminal.end)
    playwright = stack.enter_context(sync_playwright())
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
    stack.callback(browser.close)
    context, page = _open(browser, Teller(launch_url).open_window())
    hands = Hands(page)
    try:
        signatures = _do_case(hands, context, reader, flat)
    finally:
        if picture is not None:
            page.screenshot(path=picture)
    return _table(hands, signatures)


def _table(hands: Hands, signatures: int) -> str:
    rows = [(s, hands.keys.get(s, 0), t) for s, t in hands.seconds.items()]
    rows.append(("in all", sum(hands.keys.values()), sum(hands.seconds.values())))
    lines = [f"{'step':24}{'keys':>6}{'seconds':>9}"]
    lines += [f"{name:24}{keys:6}{seconds:9.1f}" for name, keys, seconds in rows]
    return "\n".join([*lines, f"{signatures} names written by hand"])


def main(arguments: list[str]) -> int:
    """Set up, do the case, print the table."""
    parser = argparse.ArgumentParser(prog="scripts.count_keys", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path("var/keys"))
    parser.add_argument("--picture", type=Path, metavar="FILE", help="of the last page")
    options = parser.parse_args(arguments)
    try:
        with ExitStack() as stack:
            print(_run(options.dir.resolve(), options.picture, stack))
    except StandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
