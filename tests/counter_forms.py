"""Drafts of every kind as a teller fills them in: who was read, and the little that is typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from registration.identifiers import parse_credit_code
from registration.mortgage import RegistrationKind
from registration.outcomes import PrecheckAnswer
from registration.people import parse_name
from terminal.desk.draft import Draft, FieldSource, Slot, with_slot, with_text
from terminal.desk.offers import OFFERS, Offer
from terminal.desk.opening import with_needed_slots
from terminal.desk.place import Bank, Place, Teller
from terminal.desk.prechecks import asked_number, fill_from_register
from terminal.desk.samples import AGENTS, SAMPLES, Sample, new_draft, with_authority, with_person
from tests.factories import (
    OFFICE,
    TELLER,
    make_authority,
    make_document,
    make_identity,
    make_material,
)

MOMENT: Final = datetime(2026, 9, 29, 2, 4, 18, tzinfo=UTC)
_PAPERS: Final = {
    "first": "M03 M06 M07",
    "maximum": "M03 M06 M07",
    "discharge": "M03 M05 M12",
    "change": "M03 M05 M09",
    "transfer": "M03 M05 M11",
    "crystallisation": "M03 M05 M20",
    "purchase-notice": "M02 M03 M13",
    "mortgage-notice": "M03 M05 M06 M07 M13",
    "conversion": "M03 M05",
    "presale": "M02 M03 M06 M07 M13",
    "sale": "M03 M06 M07 M14",
    "under-mortgage": "M03 M05 M06 M07 M12 M14",
    "completion": "M02 M03 M05 M14",
    "crystallise-and-transfer": "M03 M05 M11 M20",
    "split": "M03 M05 M09 M11 M21",
}


@dataclass(frozen=True, slots=True)
class Filled:
    """What is read, typed and brought for one kind: that of the sample form."""

    offer: Offer

    @property
    def code(self) -> str:
        return self.offer.code

    @property
    def sample(self) -> Sample:
        return SAMPLES[self.code]

    @property
    def papers(self) -> tuple[str, ...]:
        """Codes of the papers that are brought."""
        return tuple(_PAPERS[self.code].split())


EVERY: Final = tuple(Filled(offer) for offer in OFFERS)
"""One clean case of every offer; what the register tells is not among it."""


def make_place(*, branch: str = "KF-LT", terminal: str = "KF-LT-01") -> Place:
    """Return a counter whose teller may file every kind."""
    authority = make_authority(matters=tuple(kind.title_zh for kind in RegistrationKind))
    return Place(
        office=OFFICE,
        office_name="示例市不动产登记中心",
        branch=branch,
        terminal=terminal,
        bank=Bank(
            name=parse_name("示例商业银行股份有限公司开封龙亭支行"),
            credit_code=parse_credit_code("91410200MA0X00015B"),
            financial_licence="B9999S241020001",
        ),
        tellers={
            "T0007": Teller(
                staff_no="T0007",
                name=parse_name("赵示例"),
                document=make_document(TELLER),
                authority=authority,
            )
        },
    )


def fill(
    filled: Filled, number: Mapping[str, str], ask: Callable[[str, str], PrecheckAnswer]
) -> Draft:
    """Return a filled-in draft: one number is typed first, then the register is asked.

    `number` is a field with its text, such as the unit's number; `ask` gets a number and a kind.
    Everybody's card was read.
    """
    draft = replace(new_draft(filled.offer, MOMENT), teller="T0007")
    for name, text in number.items():
        draft = with_text(draft, name, text, FieldSource.HAND)
    draft = with_needed_slots(draft)
    answer = ask(asked_number(draft), draft.kind.value)
    draft = fill_from_register(replace(draft, precheck=answer))
    for name, text in filled.sample.texts.items():
        draft = with_text(draft, name, text, FieldSource.HAND)
    for role, people in filled.sample.people.items():
        for who in people:
            draft = with_person(draft, role, who)
    for slot in draft.slots:
        if slot.role in AGENTS:
            name, document = AGENTS[slot.role]
            draft = with_slot(draft, with_authority(replace(slot, name=name, number=document)))
    read = tuple(_read(slot) for slot in draft.slots)
    materials = tuple(make_material(code) for code in filled.papers)
    return replace(draft, slots=read, materials=materials)


def _read(slot: Slot) -> Slot:
    """Return the place with the card read; a firm has none."""
    if slot.number.startswith("9"):
        return replace(slot, representative="孙示例")
    return replace(slot, identity=make_identity(slot.name, slot.number), name="", number="")


def find_filled(code: str) -> Filled:
    """Return the clean case of an offer."""
    return next(filled for filled in EVERY if filled.code == code)
