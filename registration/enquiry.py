"""What a counter has the office ask of other authorities before anybody signs, and what it is told."""

from dataclasses import dataclass
from datetime import datetime

from registration.findings import Finding
from registration.identifiers import UnitNo
from registration.mortgage import RegistrationKind
from registration.sparing import SpareAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPerson:
    """Somebody about whom an authority is asked, for one paper."""

    paper: str
    """Its material code."""
    name: str
    number: str
    """Of the resident's document, or the credit code."""
    pointer: str
    """JSON Pointer into application/1: whom the answer is about."""

    def __repr__(self) -> str:
        # Tracebacks print reprs; a name and a number must not leak through them.
        return f"SharedPerson({self.paper!r}, {self.pointer!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedQuestion:
    """For which papers of one application, or bundle, the authorities are asked; no more is told."""

    application_id: str
    """Of the application in the making; the journal keeps it, and the authorities see it."""
    teller: str
    """Who asks: a staff number."""
    kinds: tuple[RegistrationKind, ...]
    """The kinds that are applied for, in order."""
    papers: tuple[str, ...]
    """Material codes."""
    unit_no: UnitNo
    notice_no: str = ""
    """The notice of the purchase whose contract is meant, where no contract is typed."""
    contract_no: str = ""
    filing_no: str = ""
    tax_receipt_no: str = ""
    price_fen: int | None = None
    buyers: tuple[str, ...] = ()
    """Their documents' numbers, in order."""
    people: tuple[SharedPerson, ...] = ()

    def __repr__(self) -> str:
        return f"SharedQuestion({self.application_id!r}, {self.papers!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTold:
    """Whether one paper need not be brought, and why."""

    code: str
    is_spared: bool
    zh: str
    en: str
    is_waiting: bool = False
    """True when somebody gave no answer: asking again may spare it yet."""
    is_simulated: bool = False
    """True when a program stood in for an authority."""
    answers: tuple[SpareAnswer, ...] = ()
    """Those that spare it; empty where it is not spared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTold:
    """What the authorities say before anybody signs; the examination asks them anew."""

    at: datetime
    papers: tuple[PaperTold, ...]
    findings: tuple[Finding, ...] = ()
    """What they say otherwise than the application."""
