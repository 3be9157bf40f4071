"""Where this counter stands: its office, its bank, its branch and its tellers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from registration.application import Counter
from registration.identifiers import CreditCode
from registration.outcomes import Receipt
from registration.people import Agent, Authority, IdDocument, Mortgagee, PersonName


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The mortgagee of every application from this counter."""

    name: PersonName
    credit_code: CreditCode
    financial_licence: str
    address: str = ""
    legal_representative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Somebody who works at this counter and acts for the bank."""

    staff_no: str
    name: PersonName
    document: IdDocument
    authority: Authority | None = None

    def __repr__(self) -> str:
        return f"Teller({self.staff_no!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the office confirmed about this counter when it joined."""

    office: CreditCode
    office_name: str
    branch: str
    """The branch's short name in certificates and applications."""
    terminal: str
    """This counter's name in its certificates."""
    bank: Bank
    tellers: Mapping[str, Teller]
    """By staff number."""
    checkers: Callable[[], frozenset[str]] = frozenset
    """Says who has a PIN here and may look a second time; by staff number."""
    public_url: str = ""
    """Where anybody can look a receipt up; empty while the office has not told it."""

    def receipt_url(self, receipt: Receipt) -> str:
        """Return the link that stands on a receipt; empty where there is no address."""
        if not self.public_url:
            return ""
        return f"{self.public_url}/receipts/{receipt.receipt_no}?c={receipt.check_code}"

    def counter(self, teller: str) -> Counter:
        """Return what an application says of where it was captured."""
        return Counter(branch=self.branch, terminal=self.terminal, teller=teller)

    def mortgagee(self, teller: str) -> Mortgagee | None:
        """Return the bank with the teller as its agent; None when no such teller works here."""
        who = self.tellers.get(teller)
        if who is None:
            return None
        return Mortgagee(
            name=self.bank.name,
            credit_code=self.bank.credit_code,
            financial_licence=self.bank.financial_licence,
            agent=Agent(name=who.name, document=who.document, authority=who.authority),
            address=self.bank.address,
            legal_representative=self.bank.legal_representative,
        )
