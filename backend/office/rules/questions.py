"""What the law needs to ask of other authorities for one application, and nothing that is known.

Source: 不动产登记暂行条例 arts 24-25 (shared facts, no paper for what is shared), 26-28 (for the
purpose of a case alone, or of one that is being made); 个人信息保护法 art. 6 (no more than is needed).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from backend.office.enquiries import Enquiry, Service
from backend.office.register import EncumbranceKind, Extract, PurchaseEntry, Title
from backend.office.rules.book import DISPOSING, MORTGAGING, SALE
from backend.office.rules.burden import is_burdening
from backend.office.rules.matter import Matter
from backend.office.rules.people import people_to_check
from backend.office.rules.sameness import is_owner_named
from registration.mortgage import RegistrationKind
from registration.parties import acting_parties, obligors_pointer
from registration.people import CoOwnership, IdKind, PartyKind

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
        *_noticed_contract(matter),
        *_businesses(matter),
        *_bank(matter),
    )


def _identities(matter: Matter) -> Iterator[Enquiry]:
    for person in people_to_check(matter.application):
        yield _ask(Service.IDENTITY, person.pointer, name=person.name, number=person.number)


def _marriage(matter: Matter) -> Iterator[Enquiry]:
    """A sole owner, of whom the register does not say it, and whose spouse has not signed."""
    title, application = matter.page.title, matter.application
    if matter.kind not in MORTGAGING | SALE:
        return
    if application.has_material("M16"):
        return
    for index, party in enumerate(application.obligors):
        name, number = party.name.text, party.document.number
        is_known_kind = party.document.kind in {IdKind.RESIDENT_CARD, IdKind.HMT_PERMIT}
        if party.kind is not PartyKind.PERSON or not is_known_kind:
            continue
        if is_marriage_open(title, name, number):
            pointer = f"{obligors_pointer(application)}/{index}"
            yield ask_person(Service.MARRIAGE, pointer, name=name, number=number)


def is_marriage_open(title: Title | None, name: str, number: str) -> bool:
    """Say whether the marriage of somebody matters and the register does not tell it."""
    if title is None or title.co_ownership is not CoOwnership.SOLE or len(title.owners) != 1:
        return False
    owner = title.owners[0]
    return owner.is_married is None and is_owner_named(owner, name, number)


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
    yield ask_contract(
        "/sale/contract_no",
        contract_no=sale.contract_no,
        filing_no=sale.filing_no,
        unit_no=unit_no,
        buyers=[party.document.number for party in sale.buyers],
        price_fen=sale.price.fen if sale.price else None,
    )
    if matter.kind in SALE and sale.tax_receipt_no.strip():
        yield ask_tax(receipt_no=sale.tax_receipt_no, contract_no=sale.contract_no, unit_no=unit_no)


def _noticed_contract(matter: Matter) -> Iterator[Enquiry]:
    """The contract of the purchase whose notice the register holds, where its paper is not here."""
    if matter.kind is not RegistrationKind.MORTGAGE_NOTICE:
        return
    application = matter.application
    number = application.notice_no.text if application.notice_no else ""
    numbers = [party.document.number for party in application.mortgagors]
    if application.find_spare("M13") and not application.has_material("M13"):
        yield from ask_noticed_contract(matter.page.extract, number, numbers)


def ask_noticed_contract(
    extract: Extract, notice_no: str, buyers: Sequence[str]
) -> Iterator[Enquiry]:
    """Yield the question about the contract of a purchase's notice; none where the register has none.

    The notice is that of a certificate, or the one that somebody of `buyers` holds.
    """
    for entry in extract.find_current(EncumbranceKind.PURCHASE_NOTICE):
        holders = [holder.number for holder in entry.holders if holder.number]
        is_meant = entry.certificate_no == notice_no if notice_no else bool({*holders} & {*buyers})
        deed = entry.deed if isinstance(entry.deed, PurchaseEntry) else None
        contract_no = deed.contract_no if deed else entry.contract_no
        if is_meant and contract_no.strip():
            yield ask_contract(
                "/notice_no" if notice_no else "/mortgagors",
                contract_no=contract_no,
                filing_no=deed.filing_no if deed else "",
                unit_no=extract.unit_no,
                buyers=holders,
                price_fen=deed.price_fen if deed else None,
            )
            return


def ask_contract(
    pointer: str,
    *,
    contract_no: str,
    filing_no: str,
    unit_no: str,
    buyers: Sequence[str],
    price_fen: int | None,
) -> Enquiry:
    """Return the question whether a sale's contract is filed, and says what is known of it."""
    return _ask(
        Service.SALE_CONTRACT,
        pointer,
        contract_no=contract_no.strip(),
        filing_no=filing_no.strip(),
        unit_no=unit_no,
        buyers="、".join(buyers),
        price_fen=str(price_fen) if price_fen else "",
    )


def ask_tax(*, receipt_no: str, contract_no: str, unit_no: str) -> Enquiry:
    """Return the question whether a sale's deed tax is paid."""
    return _ask(
        Service.DEED_TAX,
        "/sale/tax_receipt_no",
        receipt_no=receipt_no.strip(),
        contract_no=contract_no.strip(),
        unit_no=unit_no,
    )


def _businesses(matter: Matter) -> Iterator[Enquiry]:
    for acting in acting_parties(matter.application):
        party = acting.party
        if party.kind is PartyKind.ENTERPRISE and party.document.kind is IdKind.CREDIT_CODE:
            yield ask_person(
                Service.BUSINESS_LICENCE,
                acting.pointer,
                name=party.name.text,
                number=party.document.number,
            )


def _bank(matter: Matter) -> Iterator[Enquiry]:
    bank = matter.application.mortgagee
    if matter.kind in _HOLDING and bank.financial_licence.strip():
        yield _ask(
            Service.FINANCIAL_LICENCE,
            "/mortgagee/financial_licence",
            name=bank.name.text,
            licence=bank.financial_licence.strip(),
        )


def ask_person(service: Service, pointer: str, *, name: str, number: str) -> Enquiry:
    """Return the question about somebody, by name and number."""
    return _ask(service, pointer, name=name, number=number)


def _ask(service: Service, pointer: str, **subject: str) -> Enquiry:
    return Enquiry(service=service, pointer=pointer, subject=tuple(subject.items()))
