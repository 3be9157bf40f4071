"""Pictures of the pages and the certificate, from a running office and counter.

python -m scripts.take_pictures FOLDER [--dir DIR]

Writes teller-1.png to teller-5.png, reviewer.png, certificate.png and others; the people are
made up, the readers and the handwriting simulated. DIR must be new.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from registration.mortgage import Money
from scripts.stand.case import Filing, Flat, first_papers, open_filing, write_estates
from scripts.stand.counter import Counter, Reader, Teller
from scripts.stand.office import Office
from scripts.stand.processes import StandError

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
_PORTS = (18543, 18190)
_DRAWN_MS = 2500
"""Until a page of the counter has asked for everything and drawn it."""
CHROMIUM = "/usr/bin/chromium"


def _file(teller: Teller, reader: Reader, flat: Flat, yuan: int, *, is_sent: bool) -> Filing:
    contract = f"2026-{flat.number:06d}"
    filing = open_filing(teller, reader, "mortgage.first_registration")
    filing.read_cards()
    filing.fill_first(flat, contract, yuan=yuan, words=Money(yuan * 100).capital)
    filing.answer_inquiry()
    filing.scan(first_papers(contract, yuan))
    if is_sent:
        filing.sign()
        filing.submit()
        filing.receipt()
    return filing


def _take_teller(page: Page, teller: Teller, filing: Filing, folder: Path) -> None:
    page.goto(teller.open_window())
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "tray.png")
    base = page.url.split("#")[0]
    for step in range(1, 6):
        page.goto(f"{base}#/draft/{filing.draft_id}/{step}")
        page.wait_for_timeout(_DRAWN_MS)
        page.screenshot(path=folder / f"teller-{step}.png")


def _take_reviewer(page: Page, office: Office, passwords: dict[str, str], folder: Path) -> None:
    page.goto(office.url + "/sign-in")
    page.fill("input[name=user]", "chushen")
    page.fill("input[name=password]", passwords["chushen"])
    page.screenshot(path=folder / "sign-in.png")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "queue.png")
    page.locator("main a[href*='/desk/cases/']").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "reviewer.png")
    page.screenshot(path=folder / "reviewer-whole.png", full_page=True)


def _draw_certificate(pdf: bytes, folder: Path) -> None:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    picture = document[0].render(scale=1.6, may_draw_forms=True).to_pil()
    picture.save(folder / "certificate.png")
    document.close()


def _shrink(folder: Path) -> None:
    """Write every picture with 128 colours, which pages and papers need no more than."""
    for path in folder.glob("*.png"):
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(128)
        small.save(path, optimize=True)


def main(arguments: list[str]) -> int:
    """Set up, file two cases, take the pictures."""
    parser = argparse.ArgumentParser(prog="scripts.take_pictures", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dir", type=Path, default=Path("var/pictures"))
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as stack:
            _take_all(options.dir.resolve(), options.folder, stack)
    except StandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _take_all(place: Path, folder: Path, stack: ExitStack) -> None:
    office = Office(place / "office", _PORTS[0])
    counter = Counter(place / "counter", _PORTS[1])
    office.found()
    passwords = office.hire()
    flats = [Flat(n) for n in range(601, 604)]
    write_estates(place / "estates.json", flats)
    office.run("register", "import", place / "estates.json")
    stack.callback(office.start().end)
    counter.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    reader = Reader(counter.folder)
    stack.callback(reader.server.end)
    counter.furnish(reader.port)
    counter.join(office)
    terminal, launch_url = counter.start()
    stack.callback(terminal.end)
    teller = Teller(launch_url)
    clean = _file(teller, reader, flats[0], 860_000, is_sent=True)
    certificate = clean.certificate()
    pdf = teller.download(f"/certificates/{certificate['case_no']}/pdf")
    _draw_certificate(pdf, folder)
    _file(teller, reader, flats[1], 1_200_000, is_sent=True)
    at_work = _file(teller, reader, flats[2], 730_000, is_sent=False)
    playwright = stack.enter_context(sync_playwright())
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
    stack.callback(browser.close)
    context = browser.new_context(
        viewport={"width": 1366, "height": 768},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        ignore_https_errors=True,
    )
    page = context.new_page()
    _take_teller(page, teller, at_work, folder)
    _take_reviewer(page, office, passwords, folder)
    page.goto(certificate["verify_url"])
    page.wait_for_load_state("networkidle")
    page.screenshot(path=folder / "verify.png")
    _shrink(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
