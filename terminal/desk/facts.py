"""What an application states beside its people, from what the form's texts mean."""

from collections.abc import Mapping
from typing import Any

from registration.changes import (
    Change,
    ChangeGround,
    Crystallisation,
    Renaming,
    Transfer,
    TransferMode,
)
from registration.mortgage import (
    Applicant,
    Discharge,
    Mortgage,
    MortgageForm,
    RealEstateUnit,
)
from registration.people import CoOwnership, Mortgagee, Party, PersonName
from registration.sale import Sale

Values = Mapping[str, Any]
"""Parsed values by field of the form; absent where there is none."""


def unit_of(values: Values, *, is_title_known: bool) -> RealEstateUnit:
    """Return the unit; a title that the same bundle passes on has no number yet."""
    return RealEstateUnit(
        unit_no=values["unit_no"],
        title_no=values.get("title_no") if is_title_known else None,
        location=values.get("location", ""),
        area_m2=values.get("area_m2", ""),
        use=values.get("use", ""),
    )


def mortgage_of(values: Values) -> Mortgage:
    """Return the terms of the mortgage, with holes where nothing is filled in."""
    form: MortgageForm = values.get("form", MortgageForm.ORDINARY)
    is_ordinary = form is MortgageForm.ORDINARY
    return Mortgage(
        form=form,
        principal_contract_no=values.get("principal_contract_no", ""),
        mortgage_contract_no=values.get("mortgage_contract_no", ""),
        amount=values.get("amount") if is_ordinary else None,
        amount_words=values.get("amount_words", ""),
        max_claim=None if is_ordinary else values.get("max_claim"),
        start=values.get("start"),
        end=values.get("end"),
        is_period_open=values.get("is_period_open", False),
        security_scope=values.get("security_scope", ""),
        is_transfer_restricted=values.get("is_transfer_restricted"),
        agreed_rank=values.get("agreed_rank"),
        contract_amount=values.get("contract_amount"),
        includes_earlier_claims=values.get("includes_earlier_claims", False),
    )


def discharge_of(values: Values) -> Discharge | None:
    """Return the mortgage that ends; None while its number or the cause is missing."""
    if "certificate_no" not in values or "cause" not in values:
        return None
    return Discharge(
        certificate_no=values["certificate_no"],
        cause=values["cause"],
        cleared_amount=values.get("cleared_amount"),
        applicant=values.get("applicant"),
    )


def change_of(
    values: Values,
    *,
    mortgagee: Mortgagee,
    mortgagors: tuple[Party, ...],
    grounds: tuple[ChangeGround, ...],
) -> Change | None:
    """Return what is changed; None while the mortgage's number is missing.

    Whose name is other than before is known already: the bank, or the first mortgagor.
    """
    if "certificate_no" not in values:
        return None
    after: list[tuple[str, PersonName, str]] = [
        ("holder", mortgagee.name, mortgagee.credit_code.text)
    ]
    after += [("obligor", party.name, party.document.number) for party in mortgagors[:1]]
    renamings = tuple(
        Renaming(
            name_before=values[f"{who}_before"],
            number_before=values.get(f"{who}_number_before", "") or number,
            name_after=name,
            number_after=number,
        )
        for who, name, number in after
        if f"{who}_before" in values
    )
    return Change(
        certificate_no=values["certificate_no"],
        grounds=grounds,
        renamings=renamings,
        note=values.get("change_note", ""),
    )


def crystallisation_of(values: Values) -> Crystallisation | None:
    """Return what was determined; None while the mortgage's number or the fact is missing."""
    if "certificate_no" not in values or "fact" not in values:
        return None
    return Crystallisation(
        certificate_no=values["certificate_no"],
        fact=values["fact"],
        note=values.get("fact_note", ""),
        amount=values.get("determined_amount"),
        determined_on=values.get("determined_on"),
        applicant=values.get("applicant", Applicant.BOTH),
    )


def transfer_of(values: Values, *, former: Mortgagee | None, is_split: bool) -> Transfer | None:
    """Return how the mortgage passes; None while its number or the bank until now is missing."""
    if "certificate_no" not in values or former is None:
        return None
    mode = TransferMode.SPLIT if is_split else values.get("mode", TransferMode.WHOLE)
    return Transfer(
        certificate_no=values["certificate_no"],
        former=former,
        mode=mode,
        assignment_no=values.get("assignment_no", ""),
        amount=values.get("assigned_amount"),
        notified_on=values.get("notified_on"),
    )


def sale_of(
    values: Values,
    *,
    sellers: tuple[Party, ...],
    buyers: tuple[Party, ...],
    shares: tuple[str, ...],
    held: CoOwnership,
) -> Sale:
    """Return the sale, with holes where nothing is filled in."""
    return Sale(
        sellers=sellers,
        buyers=buyers,
        buyer_co_ownership=held,
        buyer_shares=shares,
        contract_no=values.get("contract_no", ""),
        filing_no=values.get("filing_no", ""),
        price=values.get("price"),
        tax_receipt_no=values.get("tax_receipt_no", ""),
        is_by_buyers_alone=values.get("is_by_buyers_alone", False),
    )
