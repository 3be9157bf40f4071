"""What recording gave back: corrected from the counter, approved anew, entered and certified.

The register learns of a dissent between approval and entry, and the reviewers then ask for the
bank's written undertaking. For the counter that is its second round, whatever rounds of review
the office had.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from backend.assembly import build_office
from backend.office.case import Case, Stage
from backend.office.rows import StaffRow
from backend.wall import Wall
from registration.findings import Finding
from registration.mortgage import Money
from scripts.stand.case import Filing, draw_contract, first_papers, open_filing
from scripts.stand.counter import Reader
from tests.factories import make_material, make_mortgage
from tests.journey.counters import serve_counter
from tests.journey.premises import Premises, flat, make_case, work_off

pytestmark = pytest.mark.journey

LARGE = Money(2_000_000_00)
"""Above what the rule book may approve alone."""


@dataclass(frozen=True)
class House:
    """An office that serves from this process, and its reviewers' hands."""

    premises: Premises
    wall: Wall

    def staff(self, name: str) -> StaffRow:
        with self.wall.works.reading() as work:
            return work.staff.get(name)

    def only_case(self, flat_number: int) -> Case:
        with self.wall.works.reading() as work:
            (found,), _ = work.cases.search(text=flat(flat_number).unit_no)
        return found

    def decide(self, case_no: str, name: str, verdict: str, *items: Finding) -> Case:
        """Let a reviewer take a case, read it and decide."""
        office, staff = build_office(self.wall, lambda: True), self.staff(name)
        office.leases.take(case_no, staff=staff)
        review = office.review
        return review.decide(
            case_no,
            staff=staff,
            verdict=verdict,
            opinion="经审查，意见如上。",
            evidence_sha256=review.open(case_no, staff=staff).evidence_sha256,
            items=items,
        )

    def approve(self, case_no: str) -> None:
        for name in ("chushen", "fushen"):
            self.decide(case_no, name, "approve")

    def give_back(self, flat_number: int) -> str:
        """Approve the case on a flat, let the register change, and ask for what is missing."""
        work_off(self.wall)
        case_no = self.only_case(flat_number).case_no
        self.approve(case_no)
        self._dissent(flat_number)
        work_off(self.wall)
        case = self.only_case(flat_number)
        assert (case.stage, case.round, case.review_round) == (Stage.IN_REVIEW, 1, 2)
        (missing,) = [f for f in case.findings if f.rule == "R02"]
        self.decide(case_no, "chushen", "correct", missing)
        return case_no

    def _dissent(self, flat_number: int) -> None:
        entry = {
            "entry_no": f"YY-{flat_number}",
            "kind": "dissent",
            "recorded_at": "2026-09-29T15:00:00+08:00",
            "holder": "孙示例",
            "is_suit_filed": True,
        }
        estate = flat(flat_number).estate() | {"encumbrances": [entry]}
        file = self.premises.folder / f"dissent-{flat_number}.json"
        file.write_text(json.dumps({"schema": "register/1", "estates": [estate]}))
        self.premises.office.run("register", "import", file)

    def require_second_round(self, flat_number: int, case_no: str) -> None:
        """See that the correction came to its case, and let it be approved and entered."""
        work_off(self.wall)
        case = self.only_case(flat_number)
        assert (case.case_no, case.stage, case.round) == (case_no, Stage.IN_REVIEW, 2)
        self.approve(case_no)
        work_off(self.wall)
        assert self.only_case(flat_number).stage is Stage.CERTIFIED


@pytest.fixture(scope="module")
def house(premises: Premises) -> Iterator[House]:
    with premises.serving() as wall:
        yield House(premises, wall)


def test_submit_corrects_what_was_given_back(house: House) -> None:
    premises = house.premises
    mortgage = make_mortgage(amount=LARGE, amount_words=LARGE.capital)
    filed = make_case(1, mortgage=mortgage)
    premises.counter.run("submit", premises.lay_down(filed))
    case_no = house.give_back(1)

    materials = (*filed.materials, make_material("M18"))
    corrected = replace(filed, materials=materials, round=2, corrects=case_no)
    folder = premises.lay_down(corrected)
    premises.counter.run("submit", folder)
    house.require_second_round(1, case_no)

    premises.counter.run("submit", folder, "--wait", "--timeout", "30")
    assert (folder / "certificate.pdf").read_bytes().startswith(b"%PDF")


def test_the_pages_correct_what_was_given_back(house: House, tmp_path: Path) -> None:
    premises = house.premises
    with ExitStack() as stack:
        reader = Reader(tmp_path)
        stack.callback(reader.server.end)
        premises.counter.furnish(reader.port)
        counter, teller = serve_counter(premises)
        stack.callback(counter.end)
        filing = open_filing(teller, reader, "mortgage.first_registration")
        filing.read_cards()
        filing.fill_first(flat(2), "2026-000702", yuan=2_000_000, words="贰佰万元整")
        filing.answer_inquiry()
        filing.scan(first_papers("2026-000702", 2_000_000))
        filing.sign()
        filing.submit()
        filing.receipt()
        case_no = house.give_back(2)

        hand_in_undertaking(filing)
        house.require_second_round(2, case_no)

        assert filing.certificate()["case_no"] == case_no


def hand_in_undertaking(filing: Filing) -> None:
    """Do on the pages what the office asks for: open the draft, add the paper, sign, submit."""
    asked = filing.answer("correction")
    filing.teller.post(f"/answers/{asked['cursor']}/reopen")
    words = ("抵押权人知悉异议登记，仍申请办理抵押权首次登记。",)
    paper = draw_contract("知悉异议登记的承诺", "CN-000702", words, date(2026, 9, 29))
    filing.scan({"M18": ("承诺书.pdf", paper)})
    filing.sign()
    sequence = filing.submit()["sequence"]
    filing.wait_for(
        lambda tray: next(
            (i for i in tray["outbox"] if (i["sequence"], i["state"]) == (sequence, "delivered")),
            None,
        ),
        "the second receipt",
    )
