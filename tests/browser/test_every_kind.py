"""A clean case of every kind in a real browser, by keyboard alone, from the start page to the outbox.

How pages are scanned and how a hand signs has tests of its own: here both come over the pages' API.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from registration.identifiers import parse_unit_no
from registration.outcomes import PrecheckAnswer, StandingMortgage
from terminal.desk.draft import SlotRole
from terminal.desk.samples import AGENTS, AUTHORITY, REGISTERED
from tests.counter_forms import EVERY, Filled
from tests.factories import CAPTURED_AT, SCOPE, UNIT_NO, make_identity
from tests.papers import pdf_of
from tests.web.terminal.filled import sign_all
from tests.web.terminal.served import serve
from tests.web.terminal.wardrobe import require_good_in_every_dress
from tests.web.terminal.world import World

KEYS = "123456789abcdefg"
_STATED = {"change", "conversion", "completion"}
_ANSWERS = {
    "true_intent": "yes",
    "leased": "no",
    "habitation_right": "no",
    "enforcement_risk": "yes",
    "debtor_notified": "yes",
}


@dataclass
class Teller:
    """Two hands on a keyboard."""

    world: World
    page: Page

    @property
    def draft(self) -> dict[str, Any]:
        made = self.world.call("GET", f"/ui/api/drafts/{self._draft_id}").json
        assert made is not None
        return dict(made)

    @property
    def _draft_id(self) -> str:
        return self.world.box.drafts()[0].draft_id

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, name: str, text: str) -> None:
        """Type a text, or choose what it names, in the field of a name."""
        choice = self.page.locator(f"[id='{name}-{text}']")
        if choice.count():
            choice.focus()
            if not choice.is_checked():
                self.press("Space")
        elif self.page.locator(f"[id='{name}']").count():
            over = self.page.locator(f"[id='{name}-over']")
            if over.count():
                over.focus()
                self.press("Enter")
            self.page.focus(f"[id='{name}']")
            self.press("Control+a")
            self.page.keyboard.type(text)
        self.settle()

    def settle(self) -> None:
        """Leave the field, and wait until what was typed is saved."""
        self.press("Tab")
        expect(self.page.locator("body[data-saving='yes']")).to_have_count(0)

    def require_accessible(self) -> None:
        found = Axe().run(self.page).response["violations"]
        assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []


@pytest.fixture
def teller(browser: Browser, tmp_path: Path) -> Iterator[Teller]:
    with serve(tmp_path / "counter") as (world, url):
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(error.message))
        page.goto(url)
        page.wait_for_selector("#new-first")
        yield Teller(world, page)
        context.close()
        assert faults == []


def _register(filled: Filled) -> PrecheckAnswer:
    """Return what the register says of the sample's flat, and of the mortgage that stands on it."""
    known = REGISTERED
    is_notice = filled.code in {"conversion", "completion"}
    is_other = filled.code in {"transfer", "split", "crystallise-and-transfer"}
    standing = StandingMortgage(
        certificate_no=known["notice_no"] if is_notice else known["certificate_no"],
        is_notice=is_notice,
        rank=1,
        form="" if is_other else "1",
        amount_fen=86_000_000,
        start=date(2026, 9, 28),
        end=date(2046, 9, 28),
        is_period_open=False,
        security_scope=SCOPE,
        is_transfer_restricted=False,
        principal_contract_no="HT-2026-000123",
        mortgage_contract_no="DY-2026-000123",
        holder=known["former_name"] if is_other else "",
        holder_number=known["former_code"] if is_other else "",
    )
    return PrecheckAnswer(
        unit_no=parse_unit_no(UNIT_NO),
        is_found=True,
        at=CAPTURED_AT,
        title_no=known["title_no"],
        location=known["location"],
        area_m2=known["area_m2"],
        use=known["use"],
        co_ownership=_held(filled),
        owners=("张*", "李*"),
        standing=(standing,),
    )


def _held(filled: Filled) -> str:
    people = filled.sample.people
    owners = people.get(SlotRole.SELLER) or people.get(SlotRole.MORTGAGOR, ())
    return "1" if len(owners) > 1 else "0"


def _begin(teller: Teller, at: int) -> None:
    teller.press("F8" if at == 0 else KEYS[at])
    teller.page.wait_for_selector("#step-2")


def _people(teller: Teller, filled: Filled) -> None:
    """Name the firms, lay the cards down one after another, and type what cards do not say."""
    people = {role: list(who) for role, who in filled.sample.people.items()}
    cards = teller.world.reader.cards
    for role, who in people.items():
        for _ in range(len(who) - sum(s["role"] == role.value for s in teller.draft["slots"])):
            button = {"mortgagor": "add-owner"}.get(role.value, f"add-{role.value}")
            count = teller.page.locator("section.panel[data-role]").count()
            teller.page.focus(f"#{button}")
            teller.press("Enter")
            expect(teller.page.locator("section.panel[data-role]")).to_have_count(count + 1)
    cards.clear()
    for slot in teller.draft["slots"]:
        role = SlotRole(slot["role"])
        name, number = AGENTS[role] if role in AGENTS else people[role].pop(0)
        if not slot["is_person"]:
            for field, text in {"name": name, "number": number, "representative": "孙示例"}.items():
                teller.type(f"{slot['slot_id']}.{field}", text)
            continue
        cards.append(make_identity(name, number))
        teller.press("F2")
        teller.page.wait_for_selector(f"#{slot['slot_id']} .name")
        if role in AGENTS:
            for field, said in AUTHORITY.items():
                teller.type(f"{slot['slot_id']}.{field}", "yes" if said is True else str(said))
        else:
            teller.type(f"{slot['slot_id']}.phone", "13800000000")


def _matter(teller: Teller, filled: Filled) -> None:
    """Type one number, ask the register, type the rest."""
    teller.world.link.told = _register(filled)
    teller.press("F8")
    teller.page.wait_for_selector("#ask")
    number = next(
        (n for n in ("certificate_no", "notice_no") if teller.page.locator(f"#{n}").count()),
        "unit_no",
    )
    teller.type(number, UNIT_NO if number == "unit_no" else REGISTERED[number])
    teller.press("F2")
    teller.page.wait_for_selector("#location-over")
    for name, text in filled.sample.texts.items():
        for one in text.split() if name == "grounds" else (text,):
            teller.type(name, one)
    teller.require_accessible()


def _papers(teller: Teller, filled: Filled) -> None:
    """Bring the papers, answer the questions, let everybody sign."""
    world, path = teller.world, f"/ui/api/drafts/{teller.draft['draft_id']}"
    for place, code in enumerate(filled.papers):
        data = pdf_of(*["contract"] * place, "sealed")
        world.call(
            "POST",
            f"{path}/materials/{code}",
            data=data,
            headers={"Content-Type": "application/octet-stream", "X-File-Name": f"{code}.pdf"},
        )
        while teller.draft["volume"]["waiting"]:
            world.call("POST", f"{path}/pages/develop")
    asked = {q["code"]: q["told"] or _ANSWERS.get(q["code"], "") for q in teller.draft["questions"]}
    texts = {code: answer for code, answer in asked.items() if answer}
    assert world.call("PUT", f"{path}/inquiry", {"texts": texts}).status_code == 200
    sign_all(world, teller.draft["draft_id"])


@pytest.mark.parametrize(
    ("at", "filled"), list(enumerate(EVERY)), ids=[filled.code for filled in EVERY]
)
def test_people_and_matter_are_filled_in_by_keyboard(
    teller: Teller, at: int, filled: Filled
) -> None:
    """What is left to do is to bring papers, ask the questions and sign, in every kind alike."""
    _begin(teller, at)
    _people(teller, filled)
    _matter(teller, filled)
    path = f"/ui/api/drafts/{teller.draft['draft_id']}/check"
    left = (teller.world.call("GET", path).json or {})["findings"]

    assert [f["zh"] for f in left if f["step"] not in {3, 4}] == []
    steps = [step["kind"] for step in teller.draft["steps"]]
    assert steps == [kind.value for kind in filled.offer.steps]
    address = teller.page.url.rsplit("/", 1)[0]
    for step in range(1, 6):
        teller.page.goto(f"{address}/{step}")
        now = teller.page.locator(".rail [aria-current='step'] a")
        expect(now).to_have_attribute("id", f"step-{step}")
        require_good_in_every_dress(teller.page)


@pytest.mark.parametrize("code", ["sale", "transfer"])
def test_a_whole_case_goes_to_the_outbox(teller: Teller, code: str) -> None:
    at, filled = next((at, one) for at, one in enumerate(EVERY) if one.code == code)
    _begin(teller, at)
    _people(teller, filled)
    _matter(teller, filled)
    _papers(teller, filled)
    address = teller.page.url.rsplit("/", 1)[0]
    teller.page.goto(f"{address}/5")
    teller.page.reload()
    teller.page.wait_for_selector("#submit")
    expect(teller.page.locator("ol.findings")).to_have_count(0)
    teller.require_accessible()
    teller.press("Control+Enter")
    teller.page.wait_for_selector("li.item")
    (item,) = teller.world.box.outbox()

    assert item.kind is filled.offer.kind


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_start_page_and_its_handouts_are_accessible(teller: Teller, language: str) -> None:
    teller.page.evaluate("(l) => localStorage.setItem('language', l)", language)
    teller.page.reload()
    teller.page.wait_for_selector("#new-first")
    teller.require_accessible()
    teller.page.focus("#list-sale")
    teller.press("Enter")
    teller.page.wait_for_selector("#view-sheet img")
    teller.require_accessible()
    teller.page.focus("#paper-2")
    teller.press("Enter")
    teller.page.wait_for_selector("#view-sheet img")
    teller.press("Escape")
    teller.page.wait_for_selector("#new-first")
