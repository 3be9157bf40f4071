"""What an application does to the register: the events that recording writes, worked out beforehand.

The same plan shows an application of a bundle the page as the earlier ones will leave it, and
writes it when its turn comes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from backend.office.deeds import Hand, changed_deed, mortgage_deed, purchase_deed, split_deed
from backend.office.events import Act, Event, apply, end, enter
from backend.office.register import (
    Deed,
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Extract,
    Owner,
    Title,
)
from backend.office.rows import CertificateStatus
from registration.application import Application
from registration.changes import TransferMode
from registration.mortgage import RegistrationKind
from registration.sale import Sale

__all__ = ["Hand", "Plan", "find_plan", "foresee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the register does with an application."""

    events: tuple[Event, ...]
    entry_no: str
    """The entry that the answer names."""
    rank: int | None = None
    deed: Deed | None = None
    """What a certificate will prove; None where none is issued."""
    ended: tuple[tuple[str, str], ...] = ()
    """Certificates that end with it, each with its status."""
    title_no: str = ""
    """The new title's number, where the ownership passes."""


def find_plan(application: Application, page: Extract, hand: Hand) -> Plan | None:
    """Return what an application does to a page; None while its facts do not fit the page.

    Of an application that the rule book has passed on this page there always is a plan.
    """
    plan = _PLANS.get(application.kind)
    return None if plan is None else plan(application, page, hand)


def foresee(application: Application, page: Extract, at: datetime) -> tuple[Plan | None, Extract]:
    """Return what an application will do to a page, and the page as it will leave it.

    None, and the page as it is, where that cannot be told yet.
    """
    place = application.bundle.place if application.bundle else 1
    hand = Hand(case_no="", accepted_at=at, at=at, registrar="", entry_no=f"({place})", title_no="")
    plan = find_plan(application, page, hand)
    return plan, page if plan is None else reduce(apply, plan.events, page)


def _enter_mortgage(application: Application, page: Extract, hand: Hand) -> Plan | None:
    deed = mortgage_deed(application, page, hand)
    if deed is None:
        return None
    ranked = replace(deed, rank=page.next_rank)
    return Plan(events=(enter(ranked),), entry_no=ranked.entry_no, rank=ranked.rank, deed=ranked)


def _convert(application: Application, page: Extract, hand: Hand) -> Plan | None:
    number = application.notice_no
    notice = page.find_standing(number.text) if number is not None else None
    deed = mortgage_deed(application, page, hand)
    if deed is None or notice is None:
        return None
    # The mortgage counts from the notice (Judicial Interpretation on Security, art. 52).
    since = notice.deed.accepted_at if notice.deed is not None else notice.recorded_at
    mortgage = replace(
        deed, rank=page.next_rank, accepted_at=since, notice_no=notice.certificate_no
    )
    over = _ended(notice, page, hand, Act.FULFILLED)
    return Plan(
        events=(enter(mortgage, act=Act.CONVERTED), over),
        entry_no=mortgage.entry_no,
        rank=mortgage.rank,
        deed=mortgage,
        ended=((notice.certificate_no, CertificateStatus.REPLACED),),
    )


def _note_mortgage(application: Application, page: Extract, hand: Hand) -> Plan | None:
    deed = mortgage_deed(application, page, hand)
    if deed is None:
        return None
    number = application.notice_no.text if application.notice_no else ""
    notice = replace(deed, kind=EncumbranceKind.MORTGAGE_NOTICE, notice_no=number)
    return Plan(events=(enter(notice),), entry_no=notice.entry_no, deed=notice)


def _note_purchase(application: Application, page: Extract, hand: Hand) -> Plan | None:
    deed = purchase_deed(application, page, hand)
    if deed is None:
        return None
    return Plan(events=(enter(deed),), entry_no=deed.entry_no, deed=deed)


def _change(application: Application, page: Extract, hand: Hand) -> Plan | None:
    return _go_on(application, page, hand, Act.CHANGED)


def _crystallise(application: Application, page: Extract, hand: Hand) -> Plan | None:
    return _go_on(application, page, hand, Act.CRYSTALLISED)


def _transfer(application: Application, page: Extract, hand: Hand) -> Plan | None:
    told, entry = application.transfer, _standing(application, page)
    if told is None or entry is None or told.mode is not TransferMode.SPLIT:
        return _go_on(application, page, hand, Act.TRANSFERRED)
    part = split_deed(application, page, entry, hand)
    if part is None:
        return None
    return Plan(
        events=(enter(part, act=Act.SPLIT_OFF),),
        entry_no=part.entry_no,
        rank=part.rank,
        deed=part,
    )


def _go_on(application: Application, page: Extract, hand: Hand, act: Act) -> Plan | None:
    """Return the plan of what leaves the mortgage standing with other facts."""
    entry = _standing(application, page)
    deed = changed_deed(application, page, entry, hand) if entry is not None else None
    if entry is None or deed is None:
        return None
    return Plan(
        events=(enter(deed, act=act),),
        entry_no=deed.entry_no,
        rank=deed.rank,
        deed=deed,
        ended=((entry.certificate_no, CertificateStatus.REPLACED),),
    )


def _discharge(application: Application, page: Extract, hand: Hand) -> Plan | None:
    entry, told = _standing(application, page), application.discharge
    if entry is None or told is None:
        return None
    over = replace(_ended(entry, page, hand, Act.DISCHARGED), note=told.cause.value)
    return Plan(
        events=(over,),
        entry_no=entry.entry_no,
        ended=((entry.certificate_no, CertificateStatus.CANCELLED),),
    )


def _pass_ownership(application: Application, page: Extract, hand: Hand) -> Plan | None:
    if application.sale is None or page.title is None:
        return None
    passed = Event(
        unit_no=page.unit_no,
        entry_no=hand.entry_no,
        subject=None,
        act=Act.PASSED,
        at=hand.at,
        facts=_title_of_buyers(application.sale, page.title, hand),
        case_no=hand.case_no,
        registrar=hand.registrar,
    )
    notice = _fulfilled(application.sale, page)
    fulfilled = (_ended(notice, page, hand, Act.FULFILLED),) if notice else ()
    cancelled = ((notice.certificate_no, CertificateStatus.CANCELLED),) if notice else ()
    return Plan(
        events=(passed, *fulfilled),
        entry_no=hand.entry_no,
        ended=cancelled,
        title_no=hand.title_no,
    )


def _title_of_buyers(sale: Sale, title: Title, hand: Hand) -> Title:
    shares = (*sale.buyer_shares, *[""] * len(sale.buyers))
    owners = tuple(
        Owner(name=buyer.name.text, id_number=buyer.document.number, share=share)
        for buyer, share in zip(sale.buyers, shares, strict=False)
    )
    return replace(
        title,
        title_no=hand.title_no,
        owners=owners,
        co_ownership=sale.buyer_co_ownership,
        entry_no=hand.entry_no,
        registered_at=hand.at,
    )


def _fulfilled(sale: Sale, page: Extract) -> Encumbrance | None:
    """Return the buyers' own notice of this purchase, which ends when they own."""
    buyers = {buyer.document.number for buyer in sale.buyers}
    for entry in page.find_current(EncumbranceKind.PURCHASE_NOTICE):
        if any(holder.number in buyers for holder in entry.holders):
            return entry
    return None


def _ended(entry: Encumbrance, page: Extract, hand: Hand, act: Act) -> Event:
    event = end(entry, page.unit_no, act=act, at=hand.at)
    return replace(event, case_no=hand.case_no, registrar=hand.registrar)


def _standing(application: Application, page: Extract) -> Encumbrance | None:
    number = application.standing_no
    entry = page.find_standing(number.text) if number is not None else None
    return entry if entry is not None and entry.state is EntryState.CURRENT else None


_PLANS: Mapping[RegistrationKind, Callable[[Application, Extract, Hand], Plan | None]] = {
    RegistrationKind.FIRST: _enter_mortgage,
    RegistrationKind.CONVERSION: _convert,
    RegistrationKind.MORTGAGE_NOTICE: _note_mortgage,
    RegistrationKind.PURCHASE_NOTICE: _note_purchase,
    RegistrationKind.CHANGE: _change,
    RegistrationKind.CRYSTALLISATION: _crystallise,
    RegistrationKind.TRANSFER: _transfer,
    RegistrationKind.CANCELLATION: _discharge,
    RegistrationKind.OWNERSHIP_TRANSFER: _pass_ownership,
}
