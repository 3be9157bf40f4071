"""The sale of a unit: what a transfer of ownership and the notice of a purchase rest on."""

from dataclasses import dataclass

from registration.mortgage import Money
from registration.people import CoOwnership, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """Who sells to whom by which contract.

    How the sellers hold the unit stands in the application's `co_ownership` and `shares`.
    """

    sellers: tuple[Party, ...]
    """The registered owners; in a presale the developer."""
    buyers: tuple[Party, ...]
    buyer_co_ownership: CoOwnership
    """How the buyers will hold the unit together."""
    buyer_shares: tuple[str, ...] = ()
    """Of each buyer in order, as fractions "1/2"; empty unless they will hold by shares."""
    contract_no: str
    filing_no: str = ""
    """Number under which the contract was filed (备案); a presale contract must be."""
    price: Money | None = None
    tax_receipt_no: str = ""
    """Of the deed tax (契税完税凭证); a transfer of ownership needs it."""
    is_by_buyers_alone: bool = False
    """True when the seller does not keep the agreement to apply for the notice together."""
