"""Papers spared on real processes: counter, office, worker, and the authorities as a process of their own."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pytest
import requests

from backend.sharing.sources import SOURCES
from registration.mortgage import RegistrationKind
from scripts.stand.case import OWNERS, Filing, draw_contract, first_papers
from scripts.stand.counter import JSON, TELLER, Reader, Teller
from scripts.stand.processes import wait_until
from terminal.desk.samples import SAMPLES
from tests.journey.counters import serve_counter
from tests.journey.filing import sample
from tests.journey.kinds import PRESALE_NOTED, proof_of
from tests.journey.lives import Life
from tests.journey.premises import FLATS, Premises, flat, quiet_port

pytestmark = pytest.mark.journey
BUYER: Final = ("周示例", "410205199007059946", "13600000000")
_ANSWERS: Final = {
    "true_intent": "yes",
    "leased": "no",
    "habitation_right": "no",
    "enforcement_risk": "yes",
}
_MATTERS: Final = [kind.title_zh for kind in RegistrationKind]
DAY: Final = date(2026, 9, 28)


@dataclass(frozen=True)
class Street:
    """A counter at work, and the authorities behind the office."""

    teller: Teller
    reader: Reader
    authorities: str

    def turn(self, knobs: str) -> None:
        """Let authorities say something else from now on."""
        assert requests.post(f"{self.authorities}/knobs", data=knobs, timeout=10).ok

    def asked(self) -> list[list[str]]:
        """Return query and number of each question so far."""
        found: list[list[str]] = requests.get(f"{self.authorities}/asked", timeout=10).json()
        return found


@pytest.fixture(scope="module")
def street(premises: Premises) -> Iterator[Street]:
    port = quiet_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        log = premises.folder / "authorities.log"
        authorities = Life("backend", ["simulate-authority", "--port", str(port)], log)
        stack.callback(authorities.end)
        wait_until(lambda: _answers(url), what="the authorities' start")
        lines = [f'police_url = "{url}/share"', "[authorities]"]
        lines += [f'{service.value} = "{url}/share"' for service in SOURCES]
        with premises.office.config.open("a", encoding="utf-8") as settings:
            settings.write("\n".join([*lines, ""]))
        stack.callback(premises.serve().end)
        stack.callback(premises.work().end)
        reader = Reader(premises.counter.folder)
        stack.callback(reader.server.end)
        premises.counter.furnish(reader.port)
        config = premises.counter.config
        text = config.read_text(encoding="utf-8")
        begin, end = text.index("matters = "), len(text)
        config.write_text(
            text[:begin] + f"matters = {json.dumps(_MATTERS, ensure_ascii=False)}\n" + text[end:],
            encoding="utf-8",
        )
        life, teller = serve_counter(premises)
        stack.callback(life.end)
        yield Street(teller, reader, url)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/asked", timeout=5).ok
    except requests.RequestException:
        return False


def filled(
    street: Street, kind: str, sample_code: str, number: dict[str, str], people: dict[str, Any]
) -> Filing:
    """Fill a case in at the counter, without the paper that may be spared."""
    teller = street.teller
    draft = teller.post("/drafts", {"kind": kind, "teller": TELLER, **_model(kind)})
    filing = Filing(teller, street.reader, draft["draft_id"])
    path = f"/drafts/{filing.draft_id}"
    teller.put(f"{path}/fields", {"texts": number})
    teller.post(f"{path}/precheck")
    draft = teller.put(f"{path}/fields", {"texts": dict(SAMPLES[sample_code].texts)})
    for role, who in people.items():
        for _ in range(len(who) - sum(s["role"] == role for s in draft["slots"])):
            draft = teller.post(f"{path}/slots", {"role": role})
        places = [s["slot_id"] for s in draft["slots"] if s["role"] == role]
        for slot, (name, _, phone) in zip(places, who, strict=True):
            street.reader.say(f"put {name}")
            (reader,) = [
                r["name"] for r in teller.get("/readers")["readers"] if r["driver"] == "sam"
            ]
            teller.post(f"{path}/slots/{slot}/card", {"reader": reader})
            draft = teller.put(f"{path}/slots/{slot}", {"texts": {"phone": phone}})
    return filing


def _model(kind: str) -> dict[str, str]:
    return {"model": "sale_and_mortgage"} if kind.startswith("bundled") else {}


def finished(
    filing: Filing, papers: dict[str, tuple[str, bytes]], kind: str = "acceptance"
) -> JSON:
    """Scan, ask, sign and submit; return the office's answer of a kind."""
    path = f"/drafts/{filing.draft_id}"
    filing.scan(papers)
    draft = filing.teller.get(path)
    asked = {q["code"]: q["told"] or _ANSWERS.get(q["code"], "") for q in draft["questions"]}
    texts = {code: answer for code, answer in asked.items() if answer}
    filing.teller.put(f"{path}/inquiry", {"texts": texts})
    filing.sign()
    # What the register said of the unit is a note here, and for the office to judge.
    filing.teller.post(f"{path}/submit")
    return filing.answer(kind)


def line_of(draft: JSON, code: str) -> JSON:
    return next(line for line in draft["catalogue"] if line["code"] == code)


def test_a_sale_is_accepted_without_its_contract_and_receipt(street: Street) -> None:
    street.turn("")
    home = flat(FLATS - 2)
    filing = filled(
        street,
        "bundled.sale_and_mortgage",
        "sale",
        {"unit_no": home.unit_no},
        {"seller": OWNERS, "buyer": [BUYER]},
    )
    draft = street.teller.post(f"/drafts/{filing.draft_id}/enquiries")
    assert line_of(draft, "M14")["spare"]["is_spared"]
    ahead = {number for _, number in street.asked()}

    accepted = finished(filing, first_papers("2026-000456", 860_000))

    spared = [f for f in accepted["findings"] if f["rule"] == "R49"]
    assert [f["level"] for f in spared if "M14" in f["zh"]] == ["info", "info"]
    assert all("模拟" in f["zh"] for f in spared)
    assert {n for _, n in street.asked()} > ahead, "the office asked anew"


def test_a_notice_whose_contract_changed_meanwhile_asks_for_the_paper(street: Street) -> None:
    street.turn("")
    filing = filled(
        street,
        "priority_notice.mortgage",
        "mortgage-notice",
        {"notice_no": proof_of(sample(PRESALE_NOTED))},
        {"mortgagor": [BUYER]},
    )
    draft = street.teller.post(f"/drafts/{filing.draft_id}/enquiries")
    assert line_of(draft, "M13")["spare"]["is_spared"]
    street.turn("sale_contract=unfiled")

    papers = first_papers("2026-000457", 860_000)
    lines = ("证明权利或事项：预购商品房预告登记。",)
    papers["M05"] = ("证明.pdf", draw_contract("不动产登记证明", "0016001", lines, DAY))
    asked = finished(filing, papers, "correction")

    wanted = [f for f in asked["findings"] if f["rule"] in {"R37", "R49"}]
    assert sorted((f["rule"], f["level"]) for f in wanted) == [
        ("R37", "correct"),
        ("R49", "correct"),
    ]
    assert any("M13" in f["zh"] and "尚未备案" in f["zh"] for f in wanted)
    # Opened again for the correction, the counter asks anew and believes nothing of before.
    draft = street.teller.post(f"/answers/{asked['cursor']}/reopen")
    draft = street.teller.get(f"/drafts/{filing.draft_id}")
    assert draft["shared"]["is_due"]
    assert line_of(draft, "M13")["is_required"]
