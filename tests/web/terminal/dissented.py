"""A case whose flat has a dissent on the register, filled in up to the signatures."""

from dataclasses import replace
from typing import Any

from registration.findings import Finding, Level
from tests.factories import SCOPE, UNIT_NO
from tests.web.terminal.world import World

TEXTS = {
    "unit_no": UNIT_NO,
    "amount": "860000",
    "amount_words": "捌拾陆万元整",
    "start": "2026-09-28",
    "end": "2046-09-28",
    "principal_contract_no": "HT-2026-000123",
    "mortgage_contract_no": "DY-2026-000123",
    "security_scope": SCOPE,
    "is_transfer_restricted": "no",
}
ANSWERS = {
    "true_intent": "yes", "ownership": "shared", "co_ownership": "joint", "leased": "no",
    "habitation_right": "no", "transfer_restriction": "no", "mortgagor_is_debtor": "yes",
    "enforcement_risk": "yes",
}  # fmt: skip
DISSENT = Finding(
    rule="R02",
    level=Level.CORRECT,
    zh="该不动产存在异议登记（YY-1），请提交知悉异议登记并自担风险的书面承诺（M18）。",
    en="A dissent is registered (YY-1); add the written commitment to bear its risk (M18).",
    basis="《民法典》第二百二十条",
)


def fill_dissented(world: World) -> str:
    """Fill in the base case on a flat with a dissent; return the draft's id."""
    told = world.link.precheck(UNIT_NO, "")
    world.link.told = replace(told, findings=(DISSENT,))
    draft_id = str(world.draft(**TEXTS)["draft_id"])
    path = f"/ui/api/drafts/{draft_id}"
    world.read_both(draft_id)
    for slot, phone in (("p1", "13800000000"), ("p2", "13900000000")):
        world.call("PUT", f"{path}/slots/{slot}", {"texts": {"phone": phone, "relation": "配偶"}})
    world.call("POST", f"{path}/precheck")
    world.call("PUT", f"{path}/inquiry", {"texts": ANSWERS})
    return draft_id


def papers_of(world: World, draft_id: str) -> dict[str, Any]:
    """Return the papers that are signed, by code."""
    told = world.call("GET", f"/ui/api/drafts/{draft_id}/papers").json
    assert told is not None
    return {paper["code"]: paper for paper in told["papers"]}
