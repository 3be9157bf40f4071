"""Keys and seconds of a first reviewer who clears twenty cases by keyboard.

python -m scripts.count_review [--dir DIR] [--cases N] [--picture FILE]

A running office and counter, cases of made-up people above the amount that goes straight through,
and a browser. A hand that never hesitates takes the next case, goes over each finding, writes an
opinion and agrees. How long a person reads comes on top: this is the program's share. Chinese text
counts one key a character. DIR must be new.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from registration.mortgage import Money
from scripts.benching.cases import prepare_case
from scripts.benching.site import FIRST_FLAT, Site, found_premises, running_site
from scripts.stand.processes import StandError
from scripts.take_pictures import ARGUMENTS, CHROMIUM

_AMOUNT = Money(2_000_000_00)
_OPINION = "经审查，权属清楚，材料齐全，符合登记要求。"
_REVIEWER = "chushen"
_WAIT_MS = 30_000


def _file_cases(site: Site, count: int) -> None:
    """File cases that go to people, and wait until all of them are with the reviewers."""
    for number in range(count):
        prepare_case(site, FIRST_FLAT + number, _AMOUNT).submit()
        print(f"\rfiled {number + 1} of {count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    site.rest()


def _sign_in(page: Page, site: Site) -> None:
    passwords = site.office.hire()
    page.goto(f"{site.office.url}/sign-in")
    page.fill("input[name=user]", _REVIEWER)
    page.fill("input[name=password]", passwords[_REVIEWER])
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk**")


def _clear_one(page: Page) -> tuple[int, float]:
    """Clear the next case; return how many keys that were, and how many seconds."""
    started, keys = time.monotonic(), 0

    def press(key: str) -> None:
        nonlocal keys
        page.keyboard.press(key)
        keys += 1

    press("F2")
    page.wait_for_url("**/desk/cases/*")
    expect(page.locator("#op")).to_be_visible()
    for _ in range(page.locator("ol.findings > li").count()):
        press("j")
    press("o")
    expect(page.locator("#op")).to_be_focused()
    page.keyboard.insert_text(_OPINION)
    press("F8")
    page.wait_for_url("**/desk?**done=*")
    return keys + len(_OPINION), time.monotonic() - started


@contextmanager
def _browser_page(site: Site) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", ignore_https_errors=True
        )
        page.set_default_timeout(_WAIT_MS)
        _sign_in(page, site)
        yield page
        browser.close()


def _run(place: Path, count: int, picture: Path | None, stack: ExitStack) -> str:
    premises = found_premises(place, count)
    premises.office.hire()
    site = stack.enter_context(running_site(premises))
    _file_cases(site, count)
    page = stack.enter_context(_browser_page(site))
    cleared = [_clear_one(page) for _ in range(count)]
    if picture is not None:
        page.screenshot(path=picture)
    keys, seconds = [k for k, _ in cleared], sorted(s for _, s in cleared)
    return "\n".join(
        [
            f"{count} cases: {sum(keys)} keys, {sum(seconds):.1f} s",
            f"a case: {statistics.median(keys):.0f} keys, of them {len(_OPINION)} of the opinion",
            f"a case: {statistics.median(seconds):.2f} s in the middle, {seconds[-1]:.2f} s at most",
        ]
    )


def main(arguments: list[str]) -> int:
    """Set up, clear the cases, print the figures."""
    parser = argparse.ArgumentParser(prog="scripts.count_review", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path("var/review"))
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--picture", type=Path, metavar="FILE", help="of the last page")
    options = parser.parse_args(arguments)
    try:
        with ExitStack() as stack:
            print(_run(options.dir.resolve(), options.cases, options.picture, stack))
    except StandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
