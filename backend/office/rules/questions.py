"""What the law needs to ask of other authorities for one application, and nothing that is known.

Source: 不动产登记暂行条例 arts 24-25 (shared facts, no paper for what is shared), 26-28 (for the
purpose of a live case alone); 个人信息保护法 art. 6 (no more than is needed).
"""

from collections.abc import Iterator
from typing import Final

from backend.office.enquiries import Enquiry, Service
from backend.office.register import EncumbranceKind
from backend.office.rules.book import DISPOSING, MORTGAGING, SALE
from backend.office.rules.burden import is_burdening
from backend.office.rules.matter import Matter
from backend.office.rules.people import people_to_check
from backend.office.rules.sameness import is_owner
from registration.mortgage import RegistrationKind
from registration.parties import acting_parties, obligors_pointer
from registration.people import CoOwnership, IdKind, Party, PartyKind

_HOLDING: Final = MORTGAGING | frozenset(
    {RegistrationKind.MORTGAGE_NOTICE, RegistrationKind.TRANSFER}
)
"""A mortgagee is entered that was not on the register."""


def questions_about(matter: Matter) -> tuple[Enquiry, ...]:
    """Return everything to ask; of a case that is not for this office, the people alone."""
    people = tuple(_identities(matter))
    if not matter.policy.covers(matter.page.extract.unit_no):
        return people
    if matter.kind not in matter.policy.kinds:
        return people
    return (
        *people,
        *_marriage(matter),
        *_seizures(matter),
        *_sale(matter),
        *_businesses(matter),
        *_bank(matter),
    )


def _identities(matter: Matter) -> Iterator[Enquiry]:
    for person in people_to_check(matter.application):
        yield _ask(Service.IDENTITY, person.pointer, name=person.name, number=person.number)


def _marriage(matter: Matter) -> Iterator[Enquiry]:
    """A sole owner, of whom the register does not say it, and whose spouse has not signed."""
    title, application = matter.page.title, matter.application
    if matter.kind not in MORTGAGING | SALE or title is None:
        return
    if title.co_ownership is not CoOwnership.SOLE or len(title.owners) != 1:
        return
    owner = title.owners[0]
    if owner.is_married is not None or application.has_material("M16"):
        return
    for index, party in enumerate(application.obligors):
        is_known_kind = party.document.kind in {IdKind.RESIDENT_CARD, IdKind.HMT_PERMIT}
        if party.kind is PartyKind.PERSON and is_known_kind and is_owner(owner, party):
            pointer = f"{obligors_pointer(application)}/{index}"
            yield _person(Service.MARRIAGE, pointer, party)


def _seizures(matter: Matter) -> Iterator[Enquiry]:
    """A seizure that was served and is not entered yet; one that is entered bars already."""
    is_asked = matter.kind in DISPOSING or (
        matter.kind is RegistrationKind.CHANGE and is_burdening(matter)
    )
    if is_asked and not matter.page.current(EncumbranceKind.SEIZURE):
        number = matter.page.extract.unit_no
        yield _ask(Service.SEIZURES, "/unit/unit_no", unit_no=number)


def _sale(matter: Matter) -> Iterator[Enquiry]:
    sale = matter.application.sale
    if sale is None or not sale.contract_no.strip():
        return
    unit_no = matter.page.extract.unit_no
    buyers = "、".join(party.document.number for party in sale.buyers)
    yield _ask(
        Service.SALE_CONTRACT,
        "/sale/contract_no",
        contract_no=sale.contract_no.strip(),
        filing_no=sale.filing_no.strip(),
        unit_no=unit_no,
        buyers=buyers,
        price_fen=str(sale.price.fen) if sale.price else "",
    )
    if matter.kind in SALE and sale.tax_receipt_no.strip():
        yield _ask(
            Service.DEED_TAX,
            "/sale/tax_receipt_no",
            receipt_no=sale.tax_receipt_no.strip(),
            contract_no=sale.contract_no.strip(),
            unit_no=unit_no,
        )


def _businesses(matter: Matter) -> Iterator[Enquiry]:
    for acting in acting_parties(matter.application):
        party = acting.party
        if party.kind is PartyKind.ENTERPRISE and party.document.kind is IdKind.CREDIT_CODE:
            yield _person(Service.BUSINESS_LICENCE, acting.pointer, party)


def _bank(matter: Matter) -> Iterator[Enquiry]:
    bank = matter.application.mortgagee
    if matter.kind in _HOLDING and bank.financial_licence.strip():
        yield _ask(
            Service.FINANCIAL_LICENCE,
            "/mortgagee/financial_licence",
            name=bank.name.text,
            licence=bank.financial_licence.strip(),
        )


def _person(service: Service, pointer: str, party: Party) -> Enquiry:
    return _ask(service, pointer, name=party.name.text, number=party.document.number)


def _ask(service: Service, pointer: str, **subject: str) -> Enquiry:
    return Enquiry(service=service, pointer=pointer, subject=tuple(subject.items()))
