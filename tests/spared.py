"""What other authorities tell a counter of papers, made up."""

from datetime import datetime

from registration.enquiry import PaperTold, SharedQuestion, SharedTold
from registration.findings import Finding, Level
from registration.sparing import SpareAnswer
from tests.factories import CAPTURED_AT

NUMBERS = ("20260929410200000001", "20260929410200000002")
SERVICES = {
    "M02": ("business_licence",),
    "M13": ("sale_contract",),
    "M14": ("sale_contract", "deed_tax"),
    "M16": ("marriage",),
}

_SAID = {
    "M02": f"市场监管部门：登记状态为存续（编号 {NUMBERS[0]}，2026-09-29 10:12）",
    "M13": f"住建部门：合同已备案（编号 {NUMBERS[0]}，2026-09-29 10:12）",
    "M14": f"住建部门：合同已备案（编号 {NUMBERS[0]}，2026-09-29 10:12）；"
    f"税务机关：契税已缴清（编号 {NUMBERS[1]}，2026-09-29 10:12）",
    "M16": f"民政部门：无在册婚姻登记（编号 {NUMBERS[0]}，2026-09-29 10:12）",
}

PRICE = Finding(
    rule="R27",
    level=Level.CORRECT,
    zh="申请内容与备案的合同MM-2026-000123不一致：成交价格，请核对。",
    en="The application differs from the filed contract MM-2026-000123: the price; check it.",
    basis="《不动产登记暂行条例》第十八条第二项、第二十五条",
    pointer="/sale/price_fen",
)
"""What housing says otherwise than a sale."""


def make_answers(code: str, at: datetime = CAPTURED_AT) -> tuple[SpareAnswer, ...]:
    """Return the answers that spare a paper."""
    pairs = zip(SERVICES[code], NUMBERS, strict=False)
    return tuple(
        SpareAnswer(service=service, request_no=number, at=at, is_simulated=True)
        for service, number in pairs
    )


def make_told(
    question: SharedQuestion,
    *,
    silent: tuple[str, ...] = (),
    findings: tuple[Finding, ...] = (),
    at: datetime = CAPTURED_AT,
) -> SharedTold:
    """Return that every paper is spared but those of whom nobody answered."""
    return SharedTold(
        at=at,
        papers=tuple(
            PaperTold(
                code=code,
                is_spared=code not in silent,
                zh="没有回音，请交该材料" if code in silent else _SAID[code],
                en="no answer; bring the paper" if code in silent else "on record",
                is_waiting=code in silent,
                is_simulated=code not in silent,
                answers=() if code in silent else make_answers(code, at),
            )
            for code in question.papers
        ),
        findings=findings,
    )
