"""Made-up clean cases, one for each offer: what the sample forms for customers show (示范文本)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from registration.people import IdDocument, IdKind, parse_name
from terminal.desk.draft import (
    Draft,
    FieldSource,
    Slot,
    SlotRole,
    next_slot_id,
    with_slot,
    with_text,
)
from terminal.desk.offers import Offer
from terminal.desk.opening import opened, with_needed_slots
from terminal.desk.place import Place, Teller

_ZHANG: Final = ("张示例", "41020319850615991X")
_LI: Final = ("李示例", "41020319871102992X")
_ZHOU: Final = ("周示例", "410205199007059946")
_FIRM: Final = ("示例置业有限公司", "91410200MA0X000236")
_TELLER: Final = ("赵示例", "41020419930418996X")
AGENTS: Final = {
    SlotRole.FORMER_AGENT: ("钱示例", "410203198803129936"),
    SlotRole.PARTY_AGENT: ("郑示例", "410202199112089910"),
}
"""Who acts for somebody else, by role."""
AUTHORITY: Final[Mapping[str, object]] = {
    "authority_no": "POA-2026-008",
    "authority_from": "2026-01-01",
    "authority_to": "2026-12-31",
    "has_matters": True,
}
"""What an agent's power of attorney says."""
_SCOPE: Final = "主债权本金、利息、罚息、复利、违约金、损害赔偿金及实现债权和抵押权的费用"
_TERMS: Final = {
    "amount": "860000",
    "amount_words": "捌拾陆万元整",
    "start": "2026-09-28",
    "end": "2046-09-28",
    "principal_contract_no": "HT-2026-000456",
    "mortgage_contract_no": "DY-2026-000456",
    "security_scope": _SCOPE,
    "is_transfer_restricted": "no",
}
_MAXIMUM: Final = {k: v for k, v in _TERMS.items() if k != "amount"} | {"max_claim": "860000"}
_REDUCED: Final = {
    "max_claim": "1200000",
    "start": "2025-03-22",
    "end": "2030-03-22",
    "principal_contract_no": "SX-2025-000322",
    "mortgage_contract_no": "ZGDY-2025-000322",
    "security_scope": _SCOPE,
    "is_transfer_restricted": "no",
}
_SOLD: Final = {
    "contract_no": "MM-2026-000123",
    "price": "1500000",
    "tax_receipt_no": "341016260900000123",
    "buyer_co_ownership": "0",
}
_NEW: Final = {name: text for name, text in _SOLD.items() if name != "price"}
_PRESOLD: Final = {
    "contract_no": "YS-2026-000123",
    "filing_no": "BA-2026-000123",
    "buyer_co_ownership": "0",
}
_PASSED: Final = {
    "assignment_no": "ZR-2026-000001",
    "notified_on": "2026-09-20",
    "former_licence": "B9999H241020001",
}
REGISTERED: Final = {
    "unit_no": "410202001003GB00012F00010012",
    "title_no": "豫（2021）开封市不动产权第0012345号",
    "location": "开封市龙亭区示例路1号1幢1单元12号",
    "area_m2": "118.56",
    "use": "住宅",
    "certificate_no": "豫（2026）开封市不动产证明第0012345号",
    "notice_no": "豫（2026）开封市不动产证明第0016001号",
    "former_name": "示例城市商业银行股份有限公司",
    "former_code": "914102000X0000019M",
}
"""What the register fills in."""
People = Mapping[SlotRole, tuple[tuple[str, str], ...]]
_OWNERS: Final[People] = {SlotRole.MORTGAGOR: (_ZHANG, _LI)}
_BUYER: Final[People] = {SlotRole.MORTGAGOR: (_ZHOU,)}
_HOUSE: Final[People] = {SlotRole.SELLER: (_ZHANG, _LI), SlotRole.BUYER: (_ZHOU,)}
_FLAT: Final[People] = {SlotRole.SELLER: (_FIRM,), SlotRole.BUYER: (_ZHOU,)}


@dataclass(frozen=True, slots=True)
class Sample:
    """A clean case of one offer: what a teller types, and whose cards are read."""

    texts: Mapping[str, str]
    people: People = field(default_factory=dict)
    """By role: name and number."""


SAMPLES: Final[Mapping[str, Sample]] = {
    "first": Sample(_TERMS, _OWNERS),
    "maximum": Sample(_MAXIMUM, _OWNERS),
    "sale": Sample(_SOLD | _TERMS, _HOUSE),
    "under-mortgage": Sample(_SOLD | _TERMS, _HOUSE),
    "discharge": Sample({"cause": "debt_cleared"}, _OWNERS),
    "change": Sample(
        {"grounds": "debt", "amount": "800000", "amount_words": "捌拾万元整"}, _OWNERS
    ),
    "transfer": Sample(_PASSED),
    "crystallisation": Sample(
        {"fact": "period_ended", "determined_amount": "1200000", "determined_on": "2025-09-28"},
        _OWNERS,
    ),
    "crystallise-and-transfer": Sample(
        _PASSED
        | {"fact": "no_new_claims", "determined_amount": "1200000", "determined_on": "2026-09-20"},
        _OWNERS,
    ),
    "split": Sample(_PASSED | _REDUCED | {"assigned_amount": "300000"}, _OWNERS),
    "presale": Sample(_PRESOLD | _TERMS, _FLAT),
    "purchase-notice": Sample(_PRESOLD, _FLAT),
    "mortgage-notice": Sample(_TERMS, _BUYER),
    "conversion": Sample({}, _BUYER),
    "completion": Sample(_NEW, _FLAT),
}
"""By the offer's code."""


def sample_draft(offer: Offer, at: datetime, texts: Mapping[str, str] | None = None) -> Draft:
    """Return the filled-in draft of an offer; `texts` go before what the sample itself says.

    Nobody's card was read for it: names and numbers stand as typed.
    """
    sample = SAMPLES[offer.code]
    draft = new_draft(offer, at)
    known = {**_terms_on_register(offer), **REGISTERED, **(texts or {}), **sample.texts}
    for name, text in known.items():
        draft = with_text(draft, name, text, FieldSource.HAND)
    draft = with_needed_slots(draft)
    for role, people in sample.people.items():
        for who in people:
            draft = with_person(draft, role, who)
    for slot in draft.slots:
        if slot.role in AGENTS:
            name, number = AGENTS[slot.role]
            draft = with_slot(draft, with_authority(replace(slot, name=name, number=number)))
    return draft


def new_draft(offer: Offer, at: datetime) -> Draft:
    """Return an empty draft of an offer."""
    bare = Draft(
        draft_id="A-4102-0001-20260929-000001",
        number="D0929-001",
        kind=offer.kind,
        teller="T0000",
        created_at=at,
        changed_at=at,
    )
    return opened(bare, form=offer.form, model=offer.model)


def with_authority(slot: Slot) -> Slot:
    """Return an agent's place with a power of attorney in force."""
    return replace(slot, **AUTHORITY)  # type: ignore[arg-type]  # members of a slot, by name


def _terms_on_register(offer: Offer) -> Mapping[str, str]:
    """Return the terms that the register fills in, where the form states them again."""
    return _TERMS | {"form": "1"} if offer.code in {"change", "conversion", "completion"} else {}


def with_person(draft: Draft, role: SlotRole, who: tuple[str, str]) -> Draft:
    """Return the draft with somebody named in a role, in the first empty place or a new one."""
    name, number = who
    empty = next((s for s in draft.in_role(role) if not s.document_number), None)
    slot = empty or Slot(slot_id=next_slot_id(draft), role=role)
    return with_slot(draft, replace(slot, name=name, number=number, phone="13800000000"))


def sample_place(place: Place) -> Place:
    """Return the counter with a made-up teller: no real one stands on a paper for customers."""
    name, number = _TELLER
    teller = Teller(
        staff_no="T0000",
        name=parse_name(name),
        document=IdDocument(kind=IdKind.RESIDENT_CARD, number=number),
    )
    return replace(place, tellers={teller.staff_no: teller})
