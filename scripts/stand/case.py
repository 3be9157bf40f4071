"""Made-up cases as a teller enters them: a first registration and a discharge."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from registration.papers.flow import Block, Gap, Paragraph, Signatures, Title, lay_out
from registration.papers.sheet import Imprint
from scripts.stand.counter import JSON, TELLER, Reader, Teller, scribble
from scripts.stand.processes import StandError, wait_until

OWNERS: Final = (
    ("张示例", "41020319850615991X", "13800000000"),
    ("李示例", "41020319871102992X", "13900000000"),
)
"""Name, number and telephone of the two who own every flat here."""
_READER: Final = "sam"
_SCOPE: Final = "主债权本金、利息、罚息、复利、违约金、损害赔偿金及实现债权和抵押权的费用"


@dataclass(frozen=True, slots=True)
class Flat:
    """A made-up flat in one house; both spouses own it."""

    number: int
    """Of the flat, from 12 on; the first stands among the sample estates."""

    @property
    def unit_no(self) -> str:
        return f"410202001003GB00012F{self.number + 10000:08d}"

    @property
    def title_no(self) -> str:
        return f"豫（2021）开封市不动产权第{self.number + 12333:07d}号"

    @property
    def location(self) -> str:
        return f"开封市龙亭区示例路1号1幢1单元{self.number}号"

    def estate(self) -> JSON:
        """Return it as the register's import takes it."""
        return {
            "note": "made for a demonstration",
            "title": {
                "unit_no": self.unit_no,
                "title_no": self.title_no,
                "location": self.location,
                "area_m2": "118.56",
                "use": "住宅",
                "right_type": "4",
                "land_nature": "102",
                "land_right_end": "2085-05-20",
                "co_ownership": "1",
                "owners": [{"name": name, "id_number": number} for name, number, _ in OWNERS],
            },
        }


def write_estates(path: Path, flats: list[Flat]) -> None:
    """Write flats as a file for `mortgage-backend register import`."""
    file = {"schema": "register/1", "estates": [flat.estate() for flat in flats]}
    path.write_text(json.dumps(file, ensure_ascii=False), encoding="utf-8")


def draw_contract(title: str, number: str, lines: tuple[str, ...], day: date) -> bytes:
    """Draw a made-up contract or statement as a PDF."""
    blocks: list[Block] = [Title(title), Paragraph(f"编号：{number}", is_indented=False), Gap(4)]
    blocks += [Paragraph(line) for line in lines]
    blocks += [Gap(10), Signatures(("甲方", "乙方"))]
    return lay_out(Imprint(title=title, day=day), blocks, foot="演示用 · 虚构材料")


@dataclass(frozen=True, slots=True)
class Filing:
    """One case on its way through the counter's pages, step by step."""

    teller: Teller
    reader: Reader
    draft_id: str

    @property
    def _path(self) -> str:
        return f"/drafts/{self.draft_id}"

    def read_cards(self, people: Sequence[tuple[str, str, str]] = OWNERS) -> None:
        """Read the owners' cards on the reader: name, number and telephone of each."""
        for place, (name, _, phone) in enumerate(people):
            draft = self.teller.get(self._path)
            mortgagors = [s for s in draft["slots"] if s["role"] == "mortgagor"]
            if place >= len(mortgagors):
                draft = self.teller.post(f"{self._path}/slots", {"role": "mortgagor"})
                mortgagors = [s for s in draft["slots"] if s["role"] == "mortgagor"]
            slot = mortgagors[place]["slot_id"]
            self.reader.say(f"put {name}")
            self.teller.post(f"{self._path}/slots/{slot}/card", {"reader": self._reader_name()})
            texts = {"phone": phone} | ({"relation": "配偶"} if place else {})
            self.teller.put(f"{self._path}/slots/{slot}", {"texts": texts})

    def _reader_name(self) -> str:
        for reader in self.teller.get("/readers")["readers"]:
            if reader["driver"] == _READER and reader["trouble"] is None:
                name: str = reader["name"]
                return name
        raise StandError("no ID card reader answers")

    def fill_first(self, flat: Flat, contract: str, *, yuan: int, words: str) -> None:
        """Enter estate and mortgage; the register fills in what it knows."""
        self.teller.put(f"{self._path}/fields", {"texts": {"unit_no": flat.unit_no}})
        self.teller.post(f"{self._path}/precheck")
        texts = {
            "principal_contract_no": f"HT-{contract}",
            "mortgage_contract_no": f"DY-{contract}",
            "amount": f"{yuan:,}.00",
            "amount_words": words,
            "start": "2026-09-28",
            "end": "2046-09-28",
            "security_scope": _SCOPE,
            "is_transfer_restricted": "no",
        }
        self.teller.put(f"{self._path}/fields", {"texts": texts})

    def answer_inquiry(self) -> None:
        """Answer the inquiry record as the owners do."""
        answers = {
            "true_intent": "yes",
            "ownership": "shared",
            "co_ownership": "joint",
            "leased": "no",
            "habitation_right": "no",
            "transfer_restriction": "no",
            "mortgagor_is_debtor": "yes",
            "enforcement_risk": "yes",
        }
        self.teller.put(f"{self._path}/inquiry", {"texts": answers})

    def scan(self, papers: dict[str, tuple[str, bytes]]) -> None:
        """Hand the papers over, by material code."""
        for code, (name, data) in papers.items():
            draft = self.teller.upload(f"{self._path}/materials/{code}", name, data)
            while draft["volume"]["waiting"]:
                draft = self.teller.post(f"{self._path}/pages/develop")

    def sign(self) -> int:
        """Let everybody sign every paper; return how many signatures there are."""
        count = 0
        for paper in self.teller.get(f"{self._path}/papers")["papers"]:
            for signer in paper["signers"]:
                body = {
                    "sha256": paper["sha256"],
                    "signer": signer["signer"],
                    "strokes": scribble(signer["name"] + paper["code"]),
                    "width": 16000,
                    "height": 8000,
                    "device": "pen",
                    "is_simulated": True,
                }
                self.teller.post(f"{self._path}/papers/{paper['code']}/inks", body)
                count += 1
        return count

    def submit(self) -> JSON:
        """Check everything, then seal the package into the outbox.

        Raises:
            StandError: something is missing; the message lists it.
        """
        findings = self.teller.get(f"{self._path}/check")["findings"]
        wrong = [f for f in findings if f["level"] != "info"]
        if wrong:
            raise StandError("; ".join(f"{f['rule']} {f['zh']}" for f in wrong))
        return self.teller.post(f"{self._path}/submit")

    def wait_for(self, found: Callable[[JSON], JSON | None], what: str) -> JSON:
        """Wait until the tray shows something about this case, and return it."""
        seen: list[JSON] = []

        def look() -> bool:
            item = found(self.teller.get("/tray"))
            seen.extend([item] if item else [])
            return item is not None

        wait_until(look, what=what, timeout_s=120)
        return seen[-1]

    def receipt(self) -> JSON:
        """Wait for the office's signed receipt; return the outbox item."""
        return self.wait_for(
            lambda tray: _first(tray["outbox"], draft_id=self.draft_id, state="delivered"),
            "the receipt",
        )

    def answer(self, kind: str) -> JSON:
        """Wait for an answer of a kind, such as `registered`."""
        return self.wait_for(
            lambda tray: _first(tray["answers"], draft_id=self.draft_id, kind=kind), kind
        )

    def certificate(self) -> JSON:
        """Wait for the checked certificate."""
        return self.wait_for(
            lambda tray: _first(tray["certificates"], draft_id=self.draft_id, state="checked"),
            "the certificate",
        )


def _first(items: list[JSON], **wanted: str) -> JSON | None:
    return next((i for i in items if all(i[k] == v for k, v in wanted.items())), None)


def open_filing(teller: Teller, reader: Reader, kind: str) -> Filing:
    """Open a draft of a kind of registration."""
    draft = teller.post("/drafts", {"kind": kind, "teller": TELLER})
    return Filing(teller, reader, draft["draft_id"])


def first_papers(contract: str, yuan: int) -> dict[str, tuple[str, bytes]]:
    """Return the scanned papers of a first registration, by material code."""
    day = date(2026, 9, 28)
    loan = (
        f"贷款人向借款人发放个人住房贷款人民币 {yuan:,} 元，期限二百四十个月。",
        "借款人按月等额还本付息。本合同为演示而虚构，不具有任何效力。",
    )
    pledge = (
        f"抵押人以其共同共有的住宅为合同 HT-{contract} 项下债务提供抵押担保。",
        f"担保范围：{_SCOPE}。双方未约定禁止或者限制转让抵押财产。",
    )
    power = ("兹委托本行柜员办理抵押权首次登记、抵押权注销登记。", "委托编号 POA-2026-007。")
    return {
        "M03": ("授权委托书.pdf", draw_contract("授权委托书", "POA-2026-007", power, day)),
        "M06": ("主债权合同.pdf", draw_contract("个人住房借款合同", f"HT-{contract}", loan, day)),
        "M07": ("抵押合同.pdf", draw_contract("抵押合同", f"DY-{contract}", pledge, day)),
    }
