"""Reading documents at the counter's page: real drivers, virtual devices, a real browser."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import serial
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from scripts.virtual_cards import CARDS, VirtualCard
from scripts.virtual_chip import VirtualChip
from scripts.virtual_documents import HOLDERS, VirtualState, make_groups
from scripts.virtual_module import make_number
from scripts.virtual_sam import VirtualSAM
from terminal.drivers.emrtd import EmrtdReader, EmrtdSettings
from terminal.drivers.passive import TrustedStates
from terminal.drivers.sam import SamReader
from terminal.drivers.sam_module import Timeouts
from terminal.drivers.transports import SerialTransport
from terminal.reader_words import NOTICES, REMEDIES, Remedy
from tests.pcscd import READER, VirtualSlot
from tests.web.terminal.served import serve
from tests.web.terminal.world import CHECKER, PIN, World

FAST = Timeouts(card=20, poll=0.05, command=0.5, read=0.5, read_fp=0.5)
ZHANG = HOLDERS["张示例"]
CARDS_READER = "sam:/dev/ttyUSB0"
"""Named after its port, as a reader is that nobody gave a name."""
NUMBER = "41020319850615991X"


@dataclass
class Desk:
    """A counter with a card reader and a passport reader, and step 1 of a draft on the screen."""

    world: World
    page: Page
    sam: VirtualSAM
    port: Path
    """A link to the reader's port, so that another one can be plugged in its place."""
    language: str
    passports: EmrtdReader

    def start(self) -> None:
        """Open a fresh draft at step 1 and wait until the page waits for a card."""
        draft = self.world.draft()
        self.page.goto(f"{self.world.origin}/#/draft/{draft['draft_id']}/1")
        self.page.wait_for_selector("#p1 .reader-wait[data-state=on]")

    def expect_told(self, remedy: Remedy, code: str) -> None:
        """See the sentence and its code on the page."""
        note = self.page.locator(".note", has_text=code)
        expect(note).to_contain_text(remedy.en if self.language == "en" else remedy.zh)

    def read_passport(self, **key: str) -> None:
        self.page.select_option("#p1-reader", "passports")
        for name, text in key.items():
            self.page.fill(f"[id='p1-{name}']", text)
        self.page.click("#p1-read")


@pytest.fixture(params=["zh-CN", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def desk(browser: Browser, tmp_path: Path, language: str) -> Iterator[Desk]:
    with ExitStack() as stack:
        sam = stack.enter_context(VirtualSAM())
        port = tmp_path / "reader"
        port.symlink_to(sam.port)
        cards = SamReader(lambda: SerialTransport(str(port)), name=CARDS_READER, timeouts=FAST)
        passports = EmrtdReader(READER, EmrtdSettings(card_timeout_s=5))
        readers = {CARDS_READER: cards, "passports": passports}
        world, url = stack.enter_context(serve(tmp_path / "counter", readers=readers))
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        stack.callback(context.close)
        context.set_default_timeout(30_000)
        context.add_init_script(f"localStorage.setItem('language', '{language}')")
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(error.message))
        page.goto(url)
        page.wait_for_selector("#title")
        yield Desk(world, page, sam, port, language, passports)
        page.close()
        cards.close()
        assert faults == []


def remedy(code: str) -> Remedy:
    """Return what is said of a code, of an error or of a notice."""
    return NOTICES.get(code) or next(r for kind, r in REMEDIES.items() if kind.code == code)


@contextmanager
def other_program(desk: Desk) -> Iterator[None]:
    desk.world.counter.readers[CARDS_READER].close()
    with serial.Serial(desk.sam.port, exclusive=True):
        yield


def lay(card: VirtualCard | str) -> Callable[[Desk], None]:
    return lambda desk: desk.sam.put(card)


def failing(command: str, sw3: int) -> Callable[[Desk], None]:
    def provoke(desk: Desk) -> None:
        desk.sam.fail(command, sw3, sw3)
        desk.sam.put("张示例")

    return provoke


def _broken_line(desk: Desk) -> None:
    desk.sam.corrupt_answers = 100


def _faulty_module(desk: Desk) -> None:
    desk.sam.fail("11ff", *[0x66] * 50)
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("F2")


def _unplugged(desk: Desk) -> None:
    desk.sam.unplug()


def _not_yet() -> VirtualCard:
    text = CARDS["张示例"].text
    later = "20990101".encode("utf-16-le")
    return VirtualCard(text[:188] + later + "长期".ljust(8).encode("utf-16-le") + text[220:])


CARD_CASES: list[tuple[str, Callable[[Desk], None]]] = [
    ("terminal.no-reader", _unplugged),
    ("terminal.reader-fault", _faulty_module),
    ("terminal.reader-protocol", _broken_line),
    ("terminal.card-removed", failing("3001", 0x41)),
    ("terminal.wrong-card", failing("2002", 0x40)),
    ("terminal.card-authentication", failing("3001", 0x32)),
    ("terminal.document-expired", lay("钱示例")),
    ("terminal.document-not-yet-valid", lay(_not_yet())),
    ("terminal.photo-undecoded", lay("张示例")),
]


@pytest.mark.parametrize(
    ("code", "provoke"), CARD_CASES, ids=[code.partition(".")[2] for code, _ in CARD_CASES]
)
def test_what_goes_wrong_with_a_card_is_told_with_what_to_do(
    desk: Desk, code: str, provoke: Callable[[Desk], None]
) -> None:
    desk.start()
    provoke(desk)

    desk.expect_told(remedy(code), code)
    _require_accessible(desk.page)


def test_another_programs_reader_is_told_and_read_when_it_lets_go(desk: Desk) -> None:
    with other_program(desk):
        draft = desk.world.draft()
        desk.page.goto(f"{desk.world.origin}/#/draft/{draft['draft_id']}/1")
        desk.expect_told(remedy("terminal.reader-busy"), "terminal.reader-busy")
    desk.sam.put("张示例")

    expect(desk.page.locator("#p1 .name")).to_have_text("张示例")


def test_nobody_lays_a_card(browser: Browser, tmp_path: Path) -> None:
    with VirtualSAM() as sam, serve(
        tmp_path / "counter",
        readers={"cards": SamReader(
            lambda: SerialTransport(sam.port), name=CARDS_READER, timeouts=Timeouts(card=0.3, poll=0.05)
        )},
    ) as (world, url):  # fmt: skip
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector("#title")
        draft = world.draft()
        page.goto(f"{world.origin}/#/draft/{draft['draft_id']}/1")
        page.click("#p1-read")

        note = page.locator("#p1 .note", has_text="terminal.no-card")
        expect(note).to_contain_text(remedy("terminal.no-card").zh)
        page.close()


def test_a_read_that_was_cancelled_says_so_and_goes_on_with_one_key(desk: Desk) -> None:
    desk.start()
    desk.page.click("#p1-read")
    desk.page.wait_for_selector("#stop")
    desk.page.keyboard.press("Escape")
    desk.expect_told(remedy("terminal.read-cancelled"), "terminal.read-cancelled")
    desk.sam.put("张示例")

    expect(desk.page.locator("#p1 .name")).to_have_text("张示例")


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("terminal.wrong-chip-key", {"document_no": "EA0000019"}),
        ("terminal.chip-altered", {}),
        ("terminal.issuer-unknown", {}),
        ("terminal.signer-revoked", {}),
    ],
)
def test_what_goes_wrong_with_a_passport_is_told_with_what_to_do(
    desk: Desk, pcscd: VirtualSlot, code: str, key: dict[str, str]
) -> None:
    state = VirtualState()
    files = state.issue(make_groups(ZHANG))
    if code == "terminal.chip-altered":
        files["DG1"] = files["DG1"].replace(b"SHILI", b"SHILY")
    if code == "terminal.signer-revoked":
        lists = (state.revoke_signer(),)
        trusted = TrustedStates(authorities=(state.authority,), revocations=lists)
        desk.passports._settings = EmrtdSettings(trusted=trusted)
    printed = {"document_no": ZHANG.number, "birth_date": "1985-06-15", "valid_to": "2033-02-28"}
    desk.start()
    with pcscd.holding(VirtualChip(files, ZHANG.key_text)):
        desk.read_passport(**(printed | key))
        desk.expect_told(remedy(code), code)
        # What is in doubt is neither read again at once nor typed instead.
        if code in {"terminal.chip-altered", "terminal.signer-revoked"}:
            expect(desk.page.locator("#p1-type, #p1-again")).to_have_count(0)
    _require_accessible(desk.page)


@pytest.mark.parametrize("language", ["zh-CN"])
class TestInChinese:
    """What does not depend on the language."""

    def test_two_people_are_read_without_a_single_key(self, desk: Desk) -> None:
        desk.start()
        desk.sam.put("张示例")
        expect(desk.page.locator("#p1 .name")).to_have_text("张示例")
        expect(desk.page.locator("[id='p1.phone']")).to_be_focused()
        desk.page.keyboard.type("13800000000")
        desk.sam.put("𠮷田示例")
        expect(desk.page.locator("#p2 .name")).to_have_text("𠮷田示例")

        expect(desk.page.locator("[id='p1.phone']")).to_have_value("13800000000")
        expect(desk.page.locator("#toast")).to_contain_text("已读：抵押人 2")
        assert _is_drawn_by_us(desk.page, "𠮷")
        _require_accessible(desk.page)

    def test_a_card_is_never_for_a_draft_that_is_not_on_the_screen(self, desk: Desk) -> None:
        desk.start()
        left = desk.page.url
        with desk.page.expect_request(lambda request: request.url.endswith("/card")):
            desk.start()
        desk.sam.put("张示例")
        expect(desk.page.locator("#p1 .name")).to_have_text("张示例")

        desk.sam.remove()
        desk.page.goto(left)

        expect(desk.page.locator("#p1 .name")).to_have_count(0)
        desk.page.wait_for_selector("#p1 .reader-wait[data-state=on]")

    def test_the_place_of_a_debtor_is_filled_before_another_owner_is_made(self, desk: Desk) -> None:
        desk.start()
        desk.sam.put("张示例")
        desk.page.wait_for_selector("#p1 .name")
        desk.page.click("#add-debtor")
        desk.page.wait_for_selector("#p2 .reader-wait[data-state=on]")
        desk.sam.put("李示例")

        expect(desk.page.locator("#p2 .name")).to_have_text("李示例")
        expect(desk.page.locator("#p2 h2")).to_contain_text("债务人")

    def test_a_reader_pulled_out_and_another_plugged_in_goes_on_by_itself(self, desk: Desk) -> None:
        desk.start()
        desk.sam.unplug()
        desk.expect_told(remedy("terminal.no-reader"), "terminal.no-reader")
        with VirtualSAM(number=make_number(2)) as other:
            _replace(desk.port, other.port)
            other.put("李示例")
            expect(desk.page.locator("#p1 .name")).to_have_text("李示例")
            desk.page.click("#p1 summary")
            expect(desk.page.locator("#p1 details")).to_contain_text("-0000000002")

    def test_a_character_without_a_shape_is_a_box_with_its_code(self, desk: Desk) -> None:
        desk.start()
        text = CARDS["张示例"].text
        name = "张\ue863".ljust(15).encode("utf-16-le")
        desk.sam.put(VirtualCard(name + text[30:]))

        expect(desk.page.locator("#p1 .no-glyph")).to_have_text("U+E863")
        expect(desk.page.locator("#p1 .note", has_text="M02")).to_be_visible()
        _require_accessible(desk.page)

    def test_a_residence_permit_tells_the_travel_permits_number_too(self, desk: Desk) -> None:
        desk.start()
        desk.sam.put("陈示例")

        expect(desk.page.locator("#p1 .facts-wide")).to_contain_text("H09999999")

    def test_leaving_the_step_lets_the_reader_go(self, desk: Desk) -> None:
        desk.start()
        desk.page.keyboard.press("F8")
        desk.page.wait_for_selector("#unit_no")
        end = time.monotonic() + 5
        reader = desk.world.counter.readers[CARDS_READER]
        assert isinstance(reader, SamReader)
        while reader._lock.locked():
            assert time.monotonic() < end
            time.sleep(0.05)
        desk.page.keyboard.press("Shift+F8")
        desk.page.wait_for_selector("#p1 .reader-wait[data-state=on]")
        desk.sam.put("张示例")

        expect(desk.page.locator("#p1 .name")).to_have_text("张示例")

    def test_a_document_is_typed_where_its_chip_cannot_be_read(self, desk: Desk) -> None:
        desk.start()
        desk.page.click("#p1-hand")
        desk.page.wait_for_selector("#p1-typed-reason:focus")
        desk.page.fill("#p1-typed-name", "张示例")
        desk.page.fill("#p1-typed-number", "410203198506159910")
        desk.page.click("#p1-typed-take")
        expect(desk.page.locator("#p1 .note[role=alert]")).to_contain_text("不读卡的原因")
        desk.page.select_option("#p1-typed-reason", "chip_broken")
        desk.page.click("#p1-typed-take")
        expect(desk.page.locator("#p1 .note[role=alert]")).to_contain_text("证件号码不对")
        expect(desk.page.locator("#p1-typed-name")).to_have_value("张示例")
        desk.page.fill("#p1-typed-number", "41020319850615991X")
        _require_accessible(desk.page)
        desk.page.click("#p1-typed-take")

        expect(desk.page.locator("#p1")).to_contain_text("手工录入，转人工核对")
        desk.page.wait_for_selector("#p1-check")
        _require_accessible(desk.page)

    def test_a_colleague_confirms_what_was_typed_by_keyboard_alone(self, desk: Desk) -> None:
        desk.start()
        draft_id = desk.world.box.drafts()[0].draft_id
        body = {"kind": "resident_card", "number": NUMBER, "name": "张示例", "reason": "no_chip"}
        path = f"/ui/api/drafts/{draft_id}/slots/p1/identity"
        desk.world.call("PUT", path, body)
        desk.page.reload()
        desk.page.focus("#p1-check-number")
        for text, key in ((NUMBER, "Tab"), (CHECKER, "Tab"), ("000000", "Enter")):
            desk.page.keyboard.type(text)
            desk.page.keyboard.press(key)
        expect(desk.page.locator("#p1 .note[role=alert]")).to_contain_text("工号或密码不对")
        expect(desk.page.locator("#p1-check-pin")).to_have_value("")
        desk.page.focus("#p1-check-pin")
        desk.page.keyboard.type(PIN)
        desk.page.keyboard.press("Enter")

        expect(desk.page.locator("#p1 .check[data-level=manual]")).to_have_text("手工录入，已复核")
        expect(desk.page.locator("#p1-check")).to_have_count(0)

    def test_a_reader_is_tried_on_the_page_of_the_self_check(self, desk: Desk) -> None:
        desk.page.click("#nav-doctor")
        desk.page.wait_for_selector("#try-0")
        desk.sam.put("张示例")
        desk.page.click("#try-0")

        expect(desk.page.locator("aside")).to_contain_text("410203********991X")
        _require_accessible(desk.page)


def _is_drawn_by_us(page: Page, character: str) -> bool:
    """Ask the browser whether the font that came with the page draws a character."""
    asked = "c => document.fonts.load('16px \"Registration Rare Han\"', c).then(f => f.length > 0)"
    return bool(page.evaluate(asked, character))


def _replace(link: Path, target: str) -> None:
    fresh = link.with_suffix(".new")
    fresh.symlink_to(target)
    fresh.replace(link)


def _require_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
