"""Every kind of registration: what is clean, and what is found wrong in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from registration.application import Application, Side
from registration.changes import ChangeGround, CrystallisationFact, TransferMode
from registration.identifiers import parse_certificate_no
from registration.ink import SignerRole
from registration.mortgage import Applicant, DischargeCause, Money, RegistrationKind
from registration.people import CoOwnership
from registration.requirements import check_application
from registration.schema import canonical, decode_json, format_application, parse_application
from registration.signatures import required_signatures
from tests.factories import (
    BUYER,
    DISCHARGE_MATERIALS,
    LI,
    TELLER,
    TITLE_NO,
    TODAY,
    ZHANG,
    complete,
    make_application,
    make_discharge,
    make_maximum_mortgage,
    make_mortgage,
    make_party,
    without_ink_of,
)
from tests.factories_kinds import (
    EVERY_KIND,
    OLD_TELLER,
    SALESMAN,
    make_buyer,
    make_change,
    make_conversion,
    make_crystallisation,
    make_mortgage_notice,
    make_old_bank,
    make_ownership_transfer,
    make_presale,
    make_purchase_notice,
    make_renamed_bank,
    make_sale,
    make_transfer,
    materials,
)
from tests.known import known


def found(application: Application) -> list[tuple[str, str]]:
    return [(f.rule, f.pointer) for f in check_application(application, today=TODAY)]


def discharged_by(applicant: Applicant, cause: DischargeCause, *codes: str) -> Application:
    base = make_discharge()
    assert base.discharge is not None
    told = replace(base.discharge, applicant=applicant, cause=cause)
    return make_discharge(
        discharge=told,
        mortgagors=(make_party(), make_party("李示例", LI)),
        materials=materials(*(codes or (*DISCHARGE_MATERIALS, "M15"))),
    )


@pytest.mark.parametrize("make", EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_kind_has_a_clean_case(make: Callable[[], Application]) -> None:
    assert check_application(make(), today=TODAY) == ()


@pytest.mark.parametrize("make", EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_kind_arrives_as_it_was_sent(make: Callable[[], Application]) -> None:
    application = make()

    assert parse_application(decode_json(canonical(format_application(application)))) == application


def test_an_added_member_is_written_only_where_it_says_something() -> None:
    """Whoever knows version 1 as it began can still read everything that needs nothing newer."""
    first, changed = format_application(make_application()), format_application(make_change())

    assert not {"change", "sale", "bundle", "notice_no"} & first.keys()
    assert "applicant" not in format_application(make_discharge())["discharge"]
    assert "change" in changed
    assert "sale" not in changed


SIDES: dict[str, tuple[Callable[[], Application], set[Side]]] = {
    "first": (make_application, {Side.MORTGAGEE, Side.MORTGAGOR}),
    "change of terms": (make_change, {Side.MORTGAGEE, Side.MORTGAGOR}),
    "renamed bank": (make_renamed_bank, {Side.MORTGAGEE}),
    "renamed owner": (
        lambda: make_change(ChangeGround.OBLIGOR_NAME), {Side.MORTGAGOR}
    ),
    "both renamed": (
        lambda: make_change(ChangeGround.OBLIGOR_NAME, ChangeGround.HOLDER_NAME),
        {Side.MORTGAGEE, Side.MORTGAGOR},
    ),
    "transfer": (make_transfer, {Side.MORTGAGEE, Side.FORMER_MORTGAGEE}),
    "notice of a purchase": (make_purchase_notice, {Side.SELLER, Side.BUYER}),
    "notice by the buyers alone": (
        lambda: make_purchase_notice(sale=make_presale(is_by_buyers_alone=True)), {Side.BUYER}
    ),
    "transfer of ownership": (make_ownership_transfer, {Side.SELLER, Side.BUYER}),
    "debt cleared": (make_discharge, {Side.MORTGAGEE}),
    "court document of the mortgagor": (
        lambda: discharged_by(Applicant.MORTGAGOR, DischargeCause.COURT_DOCUMENT),
        {Side.MORTGAGOR},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "sides"), SIDES.values(), ids=SIDES)
def test_who_applies(make: Callable[[], Application], sides: set[Side]) -> None:
    assert make().sides == sides


SIGNED: dict[str, tuple[Callable[[], Application], list[tuple[str, SignerRole, str]]]] = {
    "renamed bank": (
        make_renamed_bank,
        [("M01", SignerRole.AGENT, TELLER), ("M15", SignerRole.AGENT, TELLER)],
    ),
    "transfer": (
        make_transfer,
        [
            ("M01", SignerRole.FORMER_AGENT, OLD_TELLER), ("M01", SignerRole.AGENT, TELLER),
            ("M15", SignerRole.FORMER_AGENT, OLD_TELLER), ("M15", SignerRole.AGENT, TELLER),
        ],
    ),
    "notice of a purchase": (
        make_purchase_notice,
        [
            ("M01", SignerRole.PARTY_AGENT, SALESMAN), ("M01", SignerRole.BUYER, BUYER),
            ("M15", SignerRole.PARTY_AGENT, SALESMAN), ("M15", SignerRole.BUYER, BUYER),
        ],
    ),
    "transfer of ownership": (
        make_ownership_transfer,
        [
            (paper, role, number)
            for paper in ("M01", "M15")
            for role, number in (
                (SignerRole.SELLER, ZHANG), (SignerRole.SELLER, LI), (SignerRole.BUYER, BUYER),
            )
        ],
    ),
    "court document of the mortgagor": (
        lambda: discharged_by(Applicant.MORTGAGOR, DischargeCause.COURT_DOCUMENT),
        [(p, SignerRole.MORTGAGOR, n) for p in ("M01", "M15") for n in (ZHANG, LI)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "wanted"), SIGNED.values(), ids=SIGNED)
def test_who_signs(
    make: Callable[[], Application], wanted: list[tuple[str, SignerRole, str]]
) -> None:
    assert [(s.paper_code, s.role, s.number) for s in required_signatures(make())] == wanted


def change(*grounds: ChangeGround, **changes: Any) -> Application:
    return make_change(*grounds, **changes)


def crystallised(**changes: Any) -> Application:
    base = make_crystallisation()
    assert base.crystallisation is not None
    return replace(base, crystallisation=replace(base.crystallisation, **changes))


def passed_on(**changes: Any) -> Application:
    base = make_transfer()
    assert base.transfer is not None
    return replace(base, transfer=replace(base.transfer, **changes))


WRONG: dict[str, tuple[Callable[[], Application], list[tuple[str, str]]]] = {
    "a bundle is no application's own kind": (
        lambda: replace(make_application(), kind=RegistrationKind.SALE_AND_MORTGAGE),
        [("KIND", "/kind"), ("R31", "/mortgagee/agent/authority/matters")],
    ),
    "a fact of another kind": (
        lambda: make_application(discharge=make_discharge().discharge), [("FORMAT", "/discharge")]
    ),
    "a change without grounds": (
        lambda: replace(change(), change=replace(known(change().change), grounds=())),
        [("FORMAT", "/change/grounds")],
    ),
    "a ground twice": (
        lambda: change(ChangeGround.DEBT, ChangeGround.DEBT), [("FORMAT", "/change/grounds")]
    ),
    "another ground without a word": (
        lambda: change(ChangeGround.OTHER), [("FORMAT", "/change/note")]
    ),
    "a maximum's ground in an ordinary mortgage": (
        lambda: change(ChangeGround.MAX_CLAIM), [("FORMAT", "/change/grounds")]
    ),
    "an ordinary ground in a maximum": (
        lambda: change(ChangeGround.TERM, mortgage=make_maximum_mortgage()),
        [("FORMAT", "/change/grounds")],
    ),
    "a rank that is not told": (
        lambda: change(ChangeGround.RANK), [("FORMAT", "/mortgage/agreed_rank")]
    ),
    "a new name that is not told": (
        lambda: change(ChangeGround.OBLIGOR_NAME), [("FORMAT", "/change/renamings")]
    ),
    "a new name that is no ground": (
        lambda: change(
            change=replace(known(make_renamed_bank().change), grounds=(ChangeGround.DEBT,))
        ),
        [("FORMAT", "/change/renamings")],
    ),
    "a change of terms without terms": (
        lambda: change(mortgage=None), [("FORMAT", "/mortgage")]
    ),
    "the terms after a change are a mortgage's": (
        lambda: change(mortgage=make_mortgage(amount=Money(0), amount_words="")),
        [("R22", "/mortgage/amount_fen")],
    ),
    "a change without its proof": (
        lambda: change(materials=materials("M01", "M03", "M05", "M15")),
        [("MATERIAL", "/materials")],
    ),
    "nothing determined": (
        lambda: crystallised(amount=None, determined_on=None),
        [("R42", "/crystallisation/amount_fen"), ("R42", "/crystallisation/determined_on")],
    ),
    "determined tomorrow": (
        lambda: crystallised(determined_on=date(2026, 9, 30)),
        [("R42", "/crystallisation/determined_on")],
    ),
    "another fact without a word": (
        lambda: crystallised(fact=CrystallisationFact.OTHER), [("R42", "/crystallisation/note")]
    ),
    "crystallised by one without the proof": (
        lambda: complete(
            replace(crystallised(applicant=Applicant.MORTGAGEE),
                    materials=materials("M01", "M03", "M05", "M15")),
            {},
        ),
        [("MATERIAL", "/materials")],
    ),
    "an assignment without number, and nobody told": (
        lambda: passed_on(assignment_no=" ", notified_on=None),
        [("FORMAT", "/transfer/assignment_no"), ("FORMAT", "/transfer/notified_on")],
    ),
    "from a bank to itself": (
        lambda: passed_on(former=replace(
            make_old_bank(), credit_code=make_transfer().mortgagee.credit_code)),
        [("FORMAT", "/transfer/former/credit_code")],
    ),
    "a split without the part": (
        lambda: replace(
            make_transfer(TransferMode.SPLIT),
            transfer=replace(known(make_transfer(TransferMode.SPLIT).transfer), amount=None),
        ),
        [("FORMAT", "/transfer/amount_fen")],
    ),
    "a part of the claims without the agreement": (
        lambda: make_transfer(
            TransferMode.SHARED, materials=materials("M01", "M03", "M05", "M11", "M15")),
        [("MATERIAL", "/materials")],
    ),
    "the old bank's agent may not": (
        lambda: passed_on(former=make_old_bank(RegistrationKind.CHANGE)),
        [("R31", "/transfer/former/agent/authority/matters")],
    ),
    "a presale contract that is not filed": (
        lambda: make_purchase_notice(sale=make_presale(filing_no="")),
        [("R37", "/sale/filing_no")],
    ),
    "a sale without its tax": (
        lambda: make_ownership_transfer(sale=make_sale(tax_receipt_no="")),
        [("FORMAT", "/sale/tax_receipt_no")],
    ),
    "a sale to nobody, of no contract, for nothing": (
        lambda: make_ownership_transfer(
            sale=make_sale(buyers=(), contract_no="", price=Money(0))),
        [("FORMAT", "/sale/buyers"), ("FORMAT", "/sale/contract_no"), ("FORMAT", "/sale/price_fen")],
    ),
    "a transfer by the buyers alone": (
        lambda: make_ownership_transfer(sale=make_sale(is_by_buyers_alone=True)),
        [("FORMAT", "/sale/is_by_buyers_alone")],
    ),
    "two buyers, one owner": (
        lambda: make_ownership_transfer(
            sale=make_sale(buyers=(make_buyer(), make_party("吴示例", "41020519800229992X")))),
        [("FORMAT", "/sale/buyer_co_ownership")],
    ),
    "buyers' shares that do not add up": (
        lambda: make_ownership_transfer(
            sale=make_sale(
                buyers=(make_buyer(), make_party("吴示例", "41020519800229992X")),
                buyer_co_ownership=CoOwnership.SHARES, buyer_shares=("1/2", "1/3"))),
        [("FORMAT", "/sale/buyer_shares")],
    ),
    "a seller who buys": (
        lambda: make_ownership_transfer(sale=make_sale(buyers=(make_party(),))),
        [("FORMAT", "/sale/buyers/0")],
    ),
    "a joint seller who did not sign": (
        lambda: without_ink_of(make_ownership_transfer(), LI, "M01"), [("R08", "/inks")]
    ),
    "a buyer who did not sign": (
        lambda: without_ink_of(make_ownership_transfer(), BUYER, "M01"), [("R33", "/inks")]
    ),
    "a notice that rests on none": (
        lambda: make_mortgage_notice(notice_no=None), [("R37", "/notice_no")]
    ),
    "a conversion of nothing": (
        lambda: make_conversion(notice_no=None), [("R37", "/notice_no")]
    ),
    "a title where the notice should stand": (
        lambda: make_conversion(notice_no=parse_certificate_no(TITLE_NO)),
        [("FORMAT", "/notice_no")],
    ),
    "the mortgagor alone without a court": (
        lambda: discharged_by(Applicant.MORTGAGOR, DischargeCause.DEBT_CLEARED),
        [("R38", "/discharge/applicant")],
    ),
    "the mortgagee alone after realisation": (
        lambda: discharged_by(
            Applicant.MORTGAGEE, DischargeCause.REALISED, *DISCHARGE_MATERIALS),
        [("R38", "/discharge/applicant")],
    ),
    "a contract of long after the debt": (
        lambda: make_application(mortgage=make_mortgage(contract_date=date(2027, 9, 30))),
        [("R24", "/mortgage/start")],
    ),
    "earlier claims without their consent": (
        lambda: make_application(
            mortgage=make_maximum_mortgage(includes_earlier_claims=True)),
        [("MATERIAL", "/materials")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "expected"), WRONG.values(), ids=WRONG)
def test_finds_what_is_wrong_and_nothing_else(
    make: Callable[[], Application], expected: list[tuple[str, str]]
) -> None:
    assert found(make()) == expected


def test_clean_variants_of_the_kinds() -> None:
    for application in (
        make_purchase_notice(sale=make_presale(is_by_buyers_alone=True)),
        make_transfer(TransferMode.SHARED),
        make_transfer(TransferMode.SPLIT),
        discharged_by(
            Applicant.MORTGAGOR, DischargeCause.COURT_DOCUMENT, "M01", "M05", "M12", "M15"
        ),
        discharged_by(Applicant.BOTH, DischargeCause.ABANDONED),
        make_application(
            mortgage=make_maximum_mortgage(includes_earlier_claims=True),
            materials=materials("M01", "M03", "M06", "M07", "M08", "M15"),
        ),
    ):
        assert found(application) == [], application.kind
