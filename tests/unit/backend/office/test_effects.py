"""What each kind of application does to a unit's page, before anything is written."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.office.deeds import Hand
from backend.office.effects import Plan, find_plan, foresee
from backend.office.events import Act
from backend.office.register import (
    Encumbrance,
    EncumbranceKind,
    EntryState,
    Extract,
    MortgageEntry,
)
from backend.office.rows import CertificateStatus
from registration.application import Application
from registration.changes import ChangeGround, TransferMode
from registration.identifiers import parse_certificate_no
from registration.mortgage import Money
from tests.factories import PROOF_NO, make_application, make_discharge, make_mortgage
from tests.factories_kinds import (
    OLD_BANK,
    OLD_BANK_NAME,
    make_buyers_mortgage,
    make_change,
    make_crystallisation,
    make_mortgage_notice,
    make_ownership_transfer,
    make_purchase_notice,
    make_split,
    make_transfer,
)
from tests.factories_office import make_maximum_standing, make_notice, make_page, make_standing
from tests.rows import AT, make_encumbrance

HAND = Hand(
    case_no="20260929-0000050",
    accepted_at=AT,
    at=AT + timedelta(hours=2),
    registrar="wang",
    entry_no="DJ-50",
    title_no="豫（2026）开封市不动产权第0000001号",
)
OWN = make_standing()
OLDS = {"mortgagee": OLD_BANK_NAME, "mortgagee_number": OLD_BANK}


def on(*entries: Encumbrance) -> Extract:
    return replace(make_page(), encumbrances=entries)


def plan_of(application: Application, page: Extract) -> Plan:
    plan = find_plan(application, page, HAND)
    assert plan is not None
    return plan


def left_by(application: Application, page: Extract) -> Extract:
    """Return the page as an application will leave it."""
    _, left = foresee(application, page, AT)
    return left


def after(application: Application, page: Extract) -> list[Encumbrance]:
    """Return what will stand, by rank."""
    entries = left_by(application, page).encumbrances
    standing = [e for e in entries if e.state is EntryState.CURRENT]
    return sorted(standing, key=lambda e: (e.rank or 0, e.rank_part))


ACTS: dict[str, tuple[Application, Extract, list[Act]]] = {
    "first": (make_application(), on(), [Act.ENTERED]),
    "change": (make_change(), on(OWN), [Act.CHANGED]),
    "crystallisation": (
        make_crystallisation(), on(make_maximum_standing()), [Act.CRYSTALLISED]
    ),
    "transfer": (make_transfer(), on(make_standing(**OLDS)), [Act.TRANSFERRED]),
    "split": (make_split()[0], on(make_maximum_standing(**OLDS)), [Act.SPLIT_OFF]),
    "discharge": (make_discharge(), on(OWN), [Act.DISCHARGED]),
    "purchase notice": (make_purchase_notice(), on(), [Act.ENTERED]),
    "mortgage notice": (make_mortgage_notice(), on(), [Act.ENTERED]),
    "sale": (make_ownership_transfer(), on(), [Act.PASSED]),
    "sale to who noted it": (
        make_ownership_transfer(), on(make_notice()), [Act.PASSED, Act.FULFILLED]
    ),
}  # fmt: skip


@pytest.mark.parametrize(("application", "page", "acts"), ACTS.values(), ids=ACTS)
def test_what_is_written(application: Application, page: Extract, acts: list[Act]) -> None:
    plan = plan_of(application, page)

    assert [event.act for event in plan.events] == acts
    assert {event.case_no for event in plan.events} == {HAND.case_no}
    assert {event.at for event in plan.events} == {HAND.at}
    assert plan.entry_no


@pytest.mark.parametrize(
    "application", [make_change(), make_crystallisation(), make_transfer(), make_discharge()]
)
def test_what_does_not_stand_is_left_alone(application: Application) -> None:
    for page in (on(), on(replace(OWN, state=EntryState.HISTORICAL))):
        assert find_plan(application, page, HAND) is None
        assert left_by(application, page) == page


def test_a_first_mortgage_gets_the_next_free_rank() -> None:
    page = on(make_encumbrance(1, rank=1), make_encumbrance(2, rank=3))

    assert plan_of(make_application(), page).rank == 4
    assert [e.rank for e in after(make_application(), page)] == [1, 3, 4]


def test_a_change_keeps_entry_rank_and_what_it_does_not_name() -> None:
    page = on(make_standing(rank=2, debtors=("张示例",)))
    plan = plan_of(make_change(), page)

    assert (plan.entry_no, plan.rank) == (OWN.entry_no, 2)
    assert plan.ended == ((PROOF_NO, CertificateStatus.REPLACED),)
    assert isinstance(plan.deed, MortgageEntry)
    assert plan.deed.amount_fen == 80_000_000
    assert plan.deed.debtors == ("张示例",)
    before = page.encumbrances[0].deed
    assert isinstance(before, MortgageEntry)
    assert plan.deed.accepted_at == before.accepted_at


def test_only_a_new_owner_changes_the_mortgagors() -> None:
    page = on(make_standing(mortgagors=("前手",)))
    page = replace(page, title=make_page().title)
    other = make_change(ChangeGround.DEBT, ChangeGround.MORTGAGOR)

    kept, changed = plan_of(make_change(), page).deed, plan_of(other, page).deed

    assert isinstance(kept, MortgageEntry)
    assert isinstance(changed, MortgageEntry)
    assert kept.mortgagors == ("前手",)
    assert changed.mortgagors == ("张示例", "李示例")


def test_a_shared_maximum_has_two_holders() -> None:
    page = on(make_maximum_standing(**OLDS))
    (entry,) = after(make_transfer(TransferMode.SHARED), page)

    assert [holder.number for holder in entry.holders] == [OLD_BANK, "91410200MA0X00015B"]


def test_what_is_split_off_stands_beside_it_with_the_rank_it_had() -> None:
    split, reduced = make_split()
    page = on(make_maximum_standing(**OLDS), make_encumbrance(2, rank=2))

    left = left_by(reduced, left_by(split, page))

    ranks = sorted((e.rank, e.rank_part, e.amount_fen) for e in left.encumbrances)
    assert ranks[:2] == [(1, 0, 120_000_000), (1, 1, 30_000_000)]
    assert left.next_rank == 3


def test_a_second_part_gets_the_next_place() -> None:
    split, reduced = make_split()
    once = left_by(split, on(make_maximum_standing(**OLDS)))

    twice = left_by(replace(split, bundle=reduced.bundle), once)

    assert sorted(e.rank_part for e in twice.encumbrances) == [0, 1, 2]


def test_the_next_step_meets_the_buyer_as_owner() -> None:
    page = left_by(make_ownership_transfer(), on(OWN))

    assert page.title is not None
    assert [owner.name for owner in page.title.owners] == ["周示例"]
    mortgage = plan_of(make_buyers_mortgage(), page).deed
    assert isinstance(mortgage, MortgageEntry)
    assert mortgage.mortgagors == ("周示例",)
    assert mortgage.rank == 2


def test_the_buyers_own_notice_ends_with_its_certificate() -> None:
    notice = make_notice(certificate_no=PROOF_NO)

    assert plan_of(make_ownership_transfer(), on(notice)).ended == (
        (PROOF_NO, CertificateStatus.CANCELLED),
    )


def test_an_older_entry_takes_its_terms_from_the_application() -> None:
    older = make_encumbrance(
        holder=OLD_BANK_NAME, holder_number=OLD_BANK, certificate_no=PROOF_NO, rank=2
    )

    assert find_plan(make_transfer(), on(older), HAND) is None
    told = make_transfer(mortgage=make_mortgage(amount=Money(50_000_000), amount_words=""))
    deed = plan_of(told, on(older)).deed
    assert isinstance(deed, MortgageEntry)
    assert (deed.rank, deed.amount_fen) == (2, 50_000_000)
    assert deed.accepted_at == older.recorded_at


def test_an_application_that_names_another_certificate_does_nothing() -> None:
    other = parse_certificate_no("豫（2026）开封市不动产证明第0000009号")
    base = make_discharge()
    assert base.discharge is not None
    told = replace(base, discharge=replace(base.discharge, certificate_no=other))

    assert find_plan(told, on(OWN), HAND) is None


def test_a_notice_of_a_mortgage_has_no_rank() -> None:
    (notice,) = after(make_mortgage_notice(), on())

    assert (notice.kind, notice.rank) == (EncumbranceKind.MORTGAGE_NOTICE, None)
