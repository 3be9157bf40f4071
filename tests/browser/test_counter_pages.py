"""The teller's pages in a real browser: a whole case by keyboard, the signer's window, the tray."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from terminal.desk.items import ItemState
from tests.factories import SCOPE, UNIT_NO
from tests.papers import pdf_of
from tests.web.terminal.full_tray import fill_tray
from tests.web.terminal.seat import Seat, require_accessible, seated, watch
from tests.web.terminal.served import serve_page
from tests.witness import raise_alarm

_ATTACK = """async (origin) => {
    const body = JSON.stringify({kind: "mortgage.first_registration", teller: "T0007"});
    const path = origin + "/ui/api/drafts";
    await fetch(path, {method: "POST", mode: "no-cors", body}).catch(() => null);
    await fetch(path, {method: "POST", body, headers: {"Content-Type": "application/json"}})
        .catch(() => null);
    const frame = document.createElement("iframe");
    frame.name = "frame";
    document.body.append(frame);
    const form = document.createElement("form");
    Object.assign(form, {method: "POST", action: path, target: "frame", enctype: "text/plain"});
    document.body.append(form);
    form.submit();
    await new Promise((done) => setTimeout(done, 500));
    return "tried";
}"""
LANGUAGES = ("zh-CN", "en")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def seat(browser: Browser, tmp_path: Path, language: str) -> Iterator[Seat]:
    with seated(browser, tmp_path / "counter", language) as taken:
        yield taken


def _identity(seat: Seat) -> None:
    seat.press("F8")
    seat.page.wait_for_selector("#read")
    require_accessible(seat.page)
    for slot in ("p1", "p2"):
        seat.press("F2")
        seat.page.wait_for_selector(f"#{slot} .name")
    seat.type("p1.phone", "13800000000")
    seat.type("p2.phone", "13900000000")
    seat.type("p2.relation", "配偶")
    seat.settle()
    require_accessible(seat.page)


def _estate(seat: Seat) -> None:
    seat.press("F8")
    seat.type("unit_no", UNIT_NO)
    seat.press("F2")
    seat.page.wait_for_selector("#location-over")
    seat.type("amount", "86")
    seat.page.focus("#amount")
    seat.press("End")
    seat.press("w")
    seat.type("start", "2026-09-28")
    seat.type("end", "2046-09-28")
    seat.type("principal_contract_no", "HT-2026-000123")
    seat.type("mortgage_contract_no", "DY-2026-000123")
    seat.type("security_scope", SCOPE)
    seat.page.focus("#is_transfer_restricted-no")
    seat.press("Space")
    expect(seat.page.locator(".capital output")).to_have_text("捌拾陆万元整")
    seat.settle()
    require_accessible(seat.page)


def _materials(seat: Seat) -> None:
    seat.press("F8")
    seat.page.wait_for_selector("#scan")
    for number, code in enumerate(("M03", "M06", "M07")):
        seat.page.focus(f"#m-{code}")
        seat.press("Enter")
        seat.file = pdf_of(*["contract"] * number, "sealed")
        seat.press("F2")
        expect(seat.page.locator(".strip button")).to_have_count(number + 1)
    told = {"true_intent": "yes", "leased": "no", "habitation_right": "no"}
    for code, answer in (told | {"enforcement_risk": "yes"}).items():
        seat.page.click(f"[id='inquiry.{code}-{answer}']")
    seat.settle()
    expect(seat.page.locator("[data-state='waiting']")).to_have_count(0, timeout=60_000)
    seat.page.wait_for_selector("#view-sheet img")
    require_accessible(seat.page)


def _write(pad: Page, seed: int) -> None:
    """Read to the end, then write something that no one else wrote."""
    pad.wait_for_selector("#sheet img")
    expect(pad.locator("#sheet p")).to_have_count(0)
    while pad.locator("#pad-box[data-state='open']").count() == 0:
        pad.evaluate("document.getElementById('sheet').scrollTop = 1e6")
        pad.wait_for_timeout(100)
    box = pad.locator("#canvas").bounding_box()
    assert box is not None
    for stroke in range(4):
        x, y = box["x"] + 60 + stroke * 90, box["y"] + 60 + (seed * 13 + stroke * 7) % 30
        pad.mouse.move(x, y)
        pad.mouse.down()
        for step in range(10):
            pad.mouse.move(x + step * 4 + seed % 5, y + (step * (7 + seed)) % 40)
            pad.wait_for_timeout(12)
        pad.mouse.up()


def _sign(seat: Seat) -> None:
    seat.press("F8")
    seat.page.wait_for_selector("button[id^='hand-']")
    with seat.context.expect_page() as opened:
        seat.press("F2")
    pad = opened.value
    watch(pad, seat.faults)
    for number in range(5):
        pad.wait_for_selector("#canvas")
        _write(pad, number)
        if number == 0:
            require_accessible(pad)
        pad.click("#done")
        pad.wait_for_selector(".plainly[role=status]")
        seat.page.wait_for_selector("#hand")
        expect(seat.page.locator("button[id^='hand-']")).to_have_count(4 - number)
        if number < 4:
            seat.press("F2")
    require_accessible(pad)
    pad.close()


def test_a_choice_outlives_a_page_that_is_drawn_while_its_key_is_down(seat: Seat) -> None:
    _identity(seat)
    seat.press("F8")
    seat.page.focus("#is_transfer_restricted-no")
    seat.page.keyboard.down("Space")
    # Whatever draws the page anew, such as the answer to an earlier text that is saved.
    seat.page.evaluate("document.dispatchEvent(new CompositionEvent('compositionend'))")
    seat.page.keyboard.up("Space")
    expect(seat.page.locator("#is_transfer_restricted-no")).to_be_checked()
    seat.settle()
    expect(seat.page.locator("#is_transfer_restricted-no")).to_be_checked()


def test_a_whole_case_goes_from_the_card_to_the_outbox(seat: Seat) -> None:
    """Function keys and Tab are enough; the mouse only points at files and writes the names."""
    require_accessible(seat.page)
    _identity(seat)
    _estate(seat)
    _materials(seat)
    _sign(seat)
    require_accessible(seat.page)
    seat.press("F8")
    expect(seat.page.locator("#submit")).not_to_have_attribute("aria-disabled", "true")
    require_accessible(seat.page)
    seat.press("Control+Enter")
    seat.page.wait_for_selector("li.item")
    require_accessible(seat.page)
    item = seat.world.box.outbox()[0]
    inks = seat.world.box.get_draft(item.draft_id).inks

    assert item.state is ItemState.WAITING
    assert {ink.device for ink in inks} == {"mouse"}
    assert len(inks) == 5


@pytest.mark.parametrize("language", ["zh-CN"])
class TestInChinese:
    """What does not depend on the language."""

    def test_a_window_without_the_token_shows_nothing(self, seat: Seat) -> None:
        seat.world.draft(unit_no=UNIT_NO)
        stranger = seat.context.new_page()
        stranger.goto(seat.url)

        expect(stranger.locator("h1")).to_have_text("请从桌面图标打开柜台程序")
        stranger.click("#tongue")
        expect(stranger.locator("h1")).to_have_text("Open the counter from its icon")
        require_accessible(stranger)
        stranger.close()

    def test_another_name_of_this_machine_gets_nothing(self, seat: Seat) -> None:
        """DNS rebinding: whatever name leads here, only 127.0.0.1 is answered."""
        answer = seat.page.goto(seat.world.origin.replace("127.0.0.1", "localhost"))

        assert answer is not None
        assert answer.status == 421

    def test_a_page_of_another_origin_changes_nothing(self, seat: Seat) -> None:
        with serve_page(b"<h1>evil</h1>") as elsewhere:
            seat.page.goto(elsewhere)
            tried = seat.page.evaluate(_ATTACK, seat.world.origin)
        seat.faults.clear()  # the browser complains of every refusal, as it should

        assert tried == "tried"
        assert seat.world.box.drafts() == ()

    def test_the_launch_code_does_not_stay_in_the_address(self, seat: Seat) -> None:
        code = seat.url.partition("#")[2]

        assert code not in seat.page.url

    def test_f4_goes_to_the_field_that_is_wrong(self, seat: Seat) -> None:
        _identity(seat)
        seat.type("p2.phone", "139")
        seat.settle()
        seat.press("F8")
        seat.page.wait_for_selector("#unit_no")
        seat.press("F4")
        seat.page.wait_for_selector("[id='p2.phone']:focus")

        expect(seat.page.locator("[id='p2.phone-e']")).to_contain_text("11 位")

    def test_what_another_window_changed_is_shown_and_chosen(self, seat: Seat) -> None:
        seat.press("F8")
        seat.page.wait_for_selector("[id='p1.phone']")
        draft_id = seat.world.box.drafts()[0].draft_id
        path = f"/ui/api/drafts/{draft_id}/slots/p1"
        seat.world.call("PUT", path, {"texts": {"phone": "13911111111"}})
        seat.type("p1.phone", "13822222222")
        seat.page.wait_for_selector(".note[role=alert]")
        seat.page.click("text=用这里的：13822222222")
        seat.settle()
        expect(seat.page.locator(".note[role=alert]")).to_have_count(0)
        seat.page.reload()

        expect(seat.page.locator("[id='p1.phone']")).to_have_value("13822222222")

    def test_a_card_that_does_not_come_is_told_with_its_remedy(self, seat: Seat) -> None:
        seat.world.reader.cards.clear()
        seat.press("F8")
        seat.page.wait_for_selector("#read")
        seat.press("F2")

        expect(seat.page.locator("#p1 .note[role=alert]")).to_contain_text("请将证件平放在读卡区")
        expect(seat.page.locator("#p1-again")).to_be_visible()

    def test_a_passport_is_opened_with_its_printed_data(self, seat: Seat) -> None:
        seat.press("F8")
        seat.page.select_option("#p1-reader", "passports")
        seat.type("p1-document_no", "E12345678")
        seat.type("p1-birth_date", "1985-06-15")
        seat.type("p1-valid_to", "2030-01-01")
        seat.page.click("#p1-read")
        seat.page.wait_for_selector("#p1 .name")
        key = seat.world.passports.keys[0]

        assert key is not None
        assert key.document_no == "E12345678"

    def test_a_broken_line_leaves_the_form_at_work(self, seat: Seat) -> None:
        seat.world.link.is_down = True
        draft = seat.world.draft(unit_no=UNIT_NO)
        seat.page.goto(f"{seat.world.origin}/#/draft/{draft['draft_id']}/2")
        seat.page.wait_for_selector("#unit_no")
        seat.press("F2")

        expect(seat.page.locator(".note[role=alert]")).to_contain_text("连不上登记中心")
        expect(seat.page.locator("#amount")).to_be_enabled()

    def test_the_shown_number_is_covered_again(self, seat: Seat) -> None:
        _identity(seat)
        seat.page.click("#p1-eye")
        expect(seat.page.locator("#p1 .masked .mono")).to_have_text("41020319850615991X")
        seat.page.click("#p1-eye")

        expect(seat.page.locator("#p1 .masked .mono")).to_have_text("410203********991X")

    @pytest.mark.parametrize("look", ["dark", "large", "narrow"])
    def test_every_look_is_accessible(self, seat: Seat, look: str) -> None:
        draft = seat.world.draft(unit_no=UNIT_NO, area_m2="118.65", amount="860000")
        seat.world.read_both(draft["draft_id"])
        seat.world.call("POST", f"/ui/api/drafts/{draft['draft_id']}/precheck")
        name, value = {"dark": ("theme", "dark"), "large": ("type", "larger")}.get(look, ("", ""))
        seat.page.evaluate("([n, v]) => n && localStorage.setItem(n, v)", [name, value])
        if look == "narrow":
            seat.page.set_viewport_size({"width": 683, "height": 384})
        for step in range(1, 6):
            seat.page.goto(f"{seat.world.origin}/#/draft/{draft['draft_id']}/{step}")
            seat.page.reload()
            seat.page.wait_for_selector("#title")
            seat.page.wait_for_timeout(300)
            require_accessible(seat.page)


def test_the_tray_shows_answers_and_the_certificate(seat: Seat) -> None:
    fill_tray(seat.world)
    seat.page.click("#nav-tray")
    seat.page.wait_for_selector("#row-3")
    require_accessible(seat.page)
    seat.page.click("#row-3")
    # Submitted comes before received, whatever the two clocks say of the second.
    first = seat.page.locator(".timeline li").first
    expect(first).to_contain_text(re.compile("提交|Submitted"))
    seat.page.click("#see-certificate")
    seat.page.wait_for_selector("#view-sheet img")
    require_accessible(seat.page)
    seat.press("Escape")
    seat.page.wait_for_selector("#mend-1")
    seat.page.click("#mend-1")
    seat.page.wait_for_selector("#submit")
    require_accessible(seat.page)


def test_the_self_check_and_the_key_table_are_accessible(seat: Seat) -> None:
    seat.page.click("#nav-doctor")
    seat.page.wait_for_selector("tbody tr")
    require_accessible(seat.page)
    seat.press("?")
    seat.page.wait_for_selector("dialog[open] .keymap")
    require_accessible(seat.page)
    seat.press("Escape")
    seat.page.click("#look")
    seat.page.wait_for_selector("dialog[open]")
    require_accessible(seat.page)


def test_an_alarm_of_the_log_stands_on_every_page(seat: Seat) -> None:
    raise_alarm(seat.world.box, seat.world.clock.now())
    seat.page.wait_for_selector("#alarm")
    require_accessible(seat.page)
    seat.page.click("#nav-tray")
    seat.page.click("#alarm a")
    seat.page.wait_for_selector("tbody tr")
    expect(seat.page.locator("#alarm")).to_have_count(1)
    require_accessible(seat.page)
