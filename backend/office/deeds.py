"""The facts of an entry, made from an application and the page that it is entered on."""

from dataclasses import dataclass, replace
from datetime import datetime

from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    Extract,
    Holder,
    MortgageEntry,
    PurchaseEntry,
    Title,
)
from registration.application import Application
from registration.changes import ChangeGround, Crystallisation, Transfer, TransferMode
from registration.mortgage import Mortgage, MortgageForm, RegistrationKind
from registration.people import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who writes for which case, when, and the numbers that are given to what is new."""

    case_no: str
    accepted_at: datetime
    at: datetime
    registrar: str
    """Staff id, or "auto"."""
    entry_no: str
    title_no: str
    """Empty while nobody knows it."""


def mortgage_deed(application: Application, page: Extract, hand: Hand) -> MortgageEntry | None:
    """Return the facts of a mortgage that is set up, not ranked yet; None while some are missing."""
    mortgage, title, bank = application.mortgage, page.title, application.mortgagee
    if mortgage is None or mortgage.secured is None or title is None:
        return None
    bare = _bare(title, hand, Holder(bank.name.text, bank.credit_code.text))
    names, numbers = _mortgagors(application, title)
    deed = replace(
        bare,
        mortgagors=names,
        mortgagor_numbers=numbers,
        debtors=_names(application.debtors),
    )
    return _with_terms(deed, mortgage)


def _bare(title: Title, hand: Hand, holder: Holder) -> MortgageEntry:
    """Return a mortgage on a unit that has no terms yet."""
    return MortgageEntry(
        entry_no=hand.entry_no,
        case_no=hand.case_no,
        unit_no=title.unit_no,
        title_no=title.title_no,
        location=title.location,
        rank=None,
        mortgagee=holder.name,
        mortgagee_number=holder.number,
        mortgagors=tuple(owner.name for owner in title.owners),
        mortgagor_numbers=tuple(owner.id_number for owner in title.owners),
        debtors=(),
        form="",
        amount_fen=0,
        start=None,
        end=None,
        is_period_open=False,
        security_scope="",
        is_transfer_restricted=False,
        principal_contract_no="",
        mortgage_contract_no="",
        accepted_at=hand.accepted_at,
        registered_at=hand.at,
        registrar=hand.registrar,
    )


def _mortgagors(application: Application, title: Title) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names and numbers as the register writes its owners, code for code.

    The buyers of what is not built yet are not its owners; their notice has the same names.
    """
    if application.kind is RegistrationKind.MORTGAGE_NOTICE:
        numbers = tuple(party.document.number for party in application.mortgagors)
        return _names(application.mortgagors), numbers
    return tuple(o.name for o in title.owners), tuple(o.id_number for o in title.owners)


def _with_terms(deed: MortgageEntry, mortgage: Mortgage) -> MortgageEntry:
    secured = mortgage.secured
    return replace(
        deed,
        form=mortgage.form.value,
        amount_fen=secured.fen if secured is not None else deed.amount_fen,
        start=mortgage.start,
        end=mortgage.end,
        is_period_open=mortgage.is_period_open and mortgage.form is MortgageForm.MAXIMUM,
        security_scope=mortgage.security_scope,
        is_transfer_restricted=bool(mortgage.is_transfer_restricted),
        principal_contract_no=mortgage.principal_contract_no,
        mortgage_contract_no=mortgage.mortgage_contract_no,
    )


def purchase_deed(application: Application, page: Extract, hand: Hand) -> PurchaseEntry | None:
    """Return the facts of the notice of a purchase; None while some are missing."""
    sale, title = application.sale, page.title
    if sale is None or title is None:
        return None
    shares = (*sale.buyer_shares, *[""] * len(sale.buyers))
    return PurchaseEntry(
        entry_no=hand.entry_no,
        case_no=hand.case_no,
        unit_no=page.unit_no,
        location=title.location,
        buyers=tuple(
            Holder(buyer.name.text, buyer.document.number, share)
            for buyer, share in zip(sale.buyers, shares, strict=False)
        ),
        buyer_co_ownership=sale.buyer_co_ownership,
        sellers=tuple(Holder(owner.name, owner.id_number) for owner in title.owners),
        contract_no=sale.contract_no,
        filing_no=sale.filing_no,
        price_fen=sale.price.fen if sale.price is not None else None,
        accepted_at=hand.accepted_at,
        registered_at=hand.at,
        registrar=hand.registrar,
    )


def changed_deed(
    application: Application, page: Extract, entry: Encumbrance, hand: Hand
) -> MortgageEntry | None:
    """Return the facts of a standing mortgage after a change, crystallisation or transfer.

    None where neither the register nor the application tells its terms.
    """
    known = standing_deed(application, page, entry)
    if known is None:
        return None
    deed = replace(
        known,
        case_no=hand.case_no,
        registered_at=hand.at,
        registrar=hand.registrar,
        title_no=page.title.title_no if page.title else known.title_no,
    )
    if application.change is not None:
        deed = _changed(deed, application, page)
    if application.crystallisation is not None:
        deed = _crystallised(deed, application.crystallisation)
    if application.transfer is not None:
        deed = _transferred(deed, application, application.transfer)
    return deed


def standing_deed(
    application: Application, page: Extract, entry: Encumbrance
) -> MortgageEntry | None:
    """Return all facts of a mortgage that stands; of an older one the application tells the terms."""
    if isinstance(entry.deed, MortgageEntry):
        return entry.deed
    mortgage, title, since = application.mortgage, page.title, entry.recorded_at
    if mortgage is None or title is None:
        return None
    older = Hand(
        case_no="", accepted_at=since, at=since, registrar="", entry_no=entry.entry_no, title_no=""
    )
    deed = replace(
        _bare(title, older, Holder(entry.holder, entry.holder_number)),
        rank=entry.rank,
        rank_part=entry.rank_part,
        co_mortgagees=entry.co_holders,
        debtors=_names(application.debtors),
        amount_fen=entry.amount_fen or 0,
    )
    return _with_terms(deed, mortgage)


def _changed(deed: MortgageEntry, application: Application, page: Extract) -> MortgageEntry:
    change, mortgage = application.change, application.mortgage
    assert change is not None
    if mortgage is not None:
        deed = _with_terms(deed, mortgage)
    if application.debtors:
        deed = replace(deed, debtors=_names(application.debtors))
    if ChangeGround.HOLDER_NAME in change.grounds:
        bank = application.mortgagee
        deed = replace(deed, mortgagee=bank.name.text, mortgagee_number=bank.credit_code.text)
    if {ChangeGround.OBLIGOR_NAME, ChangeGround.MORTGAGOR} & set(change.grounds) and page.title:
        owners = page.title.owners
        deed = replace(
            deed,
            mortgagors=tuple(owner.name for owner in owners),
            mortgagor_numbers=tuple(owner.id_number for owner in owners),
        )
    return deed


def _crystallised(deed: MortgageEntry, told: Crystallisation) -> MortgageEntry:
    """Make a maximum-amount mortgage an ordinary one of the amount that was determined."""
    amount = told.amount.fen if told.amount is not None else deed.amount_fen
    note = f"：{told.note}" if told.note else ""
    return replace(
        deed,
        form=MortgageForm.ORDINARY.value,
        amount_fen=amount,
        max_claim_fen=deed.amount_fen,
        determined=told.fact.title_zh + note,
        determined_on=told.determined_on,
    )


def _transferred(deed: MortgageEntry, application: Application, told: Transfer) -> MortgageEntry:
    bank = application.mortgagee
    if told.mode is TransferMode.SHARED:
        other = Holder(bank.name.text, bank.credit_code.text)
        return replace(deed, co_mortgagees=(*deed.co_mortgagees, other))
    return replace(deed, mortgagee=bank.name.text, mortgagee_number=bank.credit_code.text)


def split_deed(
    application: Application, page: Extract, entry: Encumbrance, hand: Hand
) -> MortgageEntry | None:
    """Return the ordinary mortgage that is split off; it shares the rank of what it came from.

    Source: 不动产登记暂行条例实施细则 art. 74(2).
    """
    told, known = application.transfer, standing_deed(application, page, entry)
    if told is None or told.amount is None or known is None:
        return None
    parts = [
        e.rank_part for e in page.find_current(EncumbranceKind.MORTGAGE) if e.rank == entry.rank
    ]
    return replace(
        known,
        entry_no=hand.entry_no,
        case_no=hand.case_no,
        mortgagee=application.mortgagee.name.text,
        mortgagee_number=application.mortgagee.credit_code.text,
        co_mortgagees=(),
        form=MortgageForm.ORDINARY.value,
        amount_fen=told.amount.fen,
        is_period_open=False,
        principal_contract_no=told.assignment_no,
        certificate_no="",
        rank_part=max(parts) + 1,
        accepted_at=known.accepted_at,
        registered_at=hand.at,
        registrar=hand.registrar,
    )


def _names(parties: tuple[Party, ...]) -> tuple[str, ...]:
    return tuple(party.name.text for party in parties)
